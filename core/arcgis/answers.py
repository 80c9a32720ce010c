"""What QGIS keeps on disk of answers that a token of ArcGIS opened.

Newer QGIS stores the headers of a request beside its answer, for servers whose answers depend on them (3.44 does, 3.40
does not). The token is one of these headers, so such answers are kept out of its cache; but for the moment in which
layers are opened again, when the main thread takes from there what another has asked for.
"""

from __future__ import annotations

import threading

from qgis.core import Qgis, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

HEADER = b"X-Esri-Authorization"
STORES_HEADERS_FROM = 34200

_lock = threading.Lock()
_let: list[QUrl] | None = None


def keep_out(request: QNetworkRequest) -> None:
    """Let the answer of a request with a token not be stored. Called for each request, in whichever thread sends it."""
    if Qgis.QGIS_VERSION_INT < STORES_HEADERS_FROM or not request.hasRawHeader(HEADER):
        return
    with _lock:
        if _let is not None:
            _let.append(QUrl(request.url()))
            return
    request.setAttribute(QNetworkRequest.Attribute.CacheSaveControlAttribute, False)


def let_be_stored() -> None:
    """From now on answers are stored, until :func:`remove_stored`. From any thread."""
    global _let
    with _lock:
        _let = _let if _let is not None else []


def remove_stored() -> None:
    """Take away what was stored meanwhile, and store no more. On the main thread."""
    global _let
    with _lock:
        stored, _let = _let or [], None
    cache = QgsNetworkAccessManager.instance().cache()
    for address in stored if cache is not None else []:
        cache.remove(address)
