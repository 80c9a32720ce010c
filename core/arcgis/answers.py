"""What QGIS keeps on disk of answers that a token of ArcGIS opened.

Newer QGIS stores the headers of a request beside its answer, for servers whose answers depend on them (3.44 does, 3.40
does not). The token is one of these headers, so such answers are kept out of its cache; but for the moment in which
layers are opened again, when the main thread takes from there what another has asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import Qgis, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

HEADER = b"X-Esri-Authorization"
STORES_HEADERS_FROM = 34200

_lock = threading.Lock()
_letting = 0
_stored: list[QUrl] = []


def keep_out(request: QNetworkRequest) -> None:
    """Let the answer of a request with a token not be stored. Called for each request, in whichever thread sends it."""
    if Qgis.QGIS_VERSION_INT < STORES_HEADERS_FROM or not request.hasRawHeader(HEADER):
        return
    with _lock:
        if _letting:
            _stored.append(QUrl(request.url()))
            return
    request.setAttribute(QNetworkRequest.Attribute.CacheSaveControlAttribute, False)


@contextmanager
def let_be_stored() -> Iterator[None]:
    """Answers are stored meanwhile, until :func:`remove_stored`. From any thread, also from several at once."""
    global _letting
    with _lock:
        _letting += 1
    try:
        yield
    finally:
        with _lock:
            _letting -= 1


def remove_stored() -> None:
    """Take away what was stored. On the main thread."""
    with _lock:
        stored = _stored.copy()
        _stored.clear()
    cache = QgsNetworkAccessManager.instance().cache()
    for address in stored if cache is not None else []:
        cache.remove(address)
