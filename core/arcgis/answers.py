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
_opening = 0
_due = 0
_stored: list[QUrl] = []


def keep_out(request: QNetworkRequest) -> None:
    """Let the answer of a request with a token not be stored. Called for each request, in whichever thread sends it."""
    if Qgis.QGIS_VERSION_INT < STORES_HEADERS_FROM or not request.hasRawHeader(HEADER):
        return
    with _lock:
        if _opening:
            _stored.append(QUrl(request.url()))
            return
    request.setAttribute(QNetworkRequest.Attribute.CacheSaveControlAttribute, False)


@contextmanager
def let_be_stored() -> Iterator[None]:
    """Answers are stored meanwhile, and stay until :func:`remove_stored`. From any thread, from several at once."""
    global _opening, _due
    with _lock:
        _opening += 1
        _due += 1
    try:
        yield
    finally:
        with _lock:
            _opening -= 1


def remove_stored() -> None:
    """To be called once for each :func:`let_be_stored`, when its answers are not needed any more. The last one takes
    away what was stored: nobody knows whose it is. On the main thread."""
    global _due
    with _lock:
        _due = max(0, _due - 1)
        if _due:
            return
    remove_all()


def remove_all() -> None:
    """Take away what was stored, whoever may need it. On the main thread."""
    global _due
    with _lock:
        _due = 0
        stored = _stored.copy()
        _stored.clear()
    cache = QgsNetworkAccessManager.instance().cache()
    for address in stored if cache is not None else []:
        cache.remove(address)
