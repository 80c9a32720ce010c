"""Where QGIS asks about the sources of layers: when it reads and writes them, and before it sends a request."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsNetworkAccessManager, QgsPathResolver
from qgis.PyQt.QtNetwork import QNetworkRequest

from .arcgis.answers import keep_out
from .tidying import beside_the_main_thread


class SourceHooks:
    """``written`` and ``loaded`` are given a source, and give the one that a file holds, or that a layer gets;
    ``send_on`` may change a request, in whichever thread sends it. An exception in any of them ends QGIS."""

    def __init__(
        self,
        written: Callable[[str], str],
        loaded: Callable[[str], str],
        send_on: Callable[[QNetworkRequest], None],
    ) -> None:
        self._called = (written, loaded, send_on)
        self._ids: tuple[str, str, str] | None = None

    def install(self) -> None:
        """Be asked from now on."""
        if self._ids is None:
            written, loaded, send_on = self._called

            def sent(request: QNetworkRequest) -> None:
                with beside_the_main_thread:
                    keep_out(request)
                    send_on(request)

            sender = QgsNetworkAccessManager.setRequestPreprocessor(sent)
            self._ids = (QgsPathResolver.setPathWriter(written), QgsPathResolver.setPathPreprocessor(loaded), sender)

    def remove(self) -> None:
        """Be asked no more."""
        if self._ids is not None:
            writer, reader, sender = self._ids
            self._ids = None
            QgsNetworkAccessManager.removeRequestPreprocessor(sender)
            QgsPathResolver.removePathWriter(writer)
            QgsPathResolver.removePathPreprocessor(reader)
