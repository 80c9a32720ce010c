"""Tiles that are not live ask nobody: no request for the host of their placeholder leaves QGIS."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from own_qgis import in_a_qgis_of_its_own

# Prints the scheme and host of each request, as they are after the request pre-processors.
DRAW = """
import json, sys, time
from dataclasses import replace
from qgis.core import (
    QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsNetworkAccessManager, QgsNetworkRequestParameters,
    QgsRasterLayer, QgsRectangle, QgsSettings,
)
from qgis.PyQt.QtCore import QEventLoop, QSize

what, port = sys.argv[1:]
application = QgsApplication([], False)
application.initQgis()
for name, value in (("Enabled", True), ("Type", "HttpProxy"), ("Host", "127.0.0.1"), ("Port", port)):
    QgsSettings().setValue(f"proxy/proxy{name}", value)
QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()
from imagery_hub.core.layers.streaming import Reference, SourceRegistry
from imagery_hub.core.layers.streaming.sources import tiles
from imagery_hub.core.source_hooks import SourceHooks
registry = SourceRegistry()
hooks = SourceHooks(registry.written, registry.loaded, registry.send_on)
hooks.install()
reference = Reference("picterra", "Saved", "raster", "r1", "tiles", {"zmin": "0", "zmax": "5"})
live = tiles("http://live.invalid/{z}/{x}/{y}", (0, 5))
if what in ("live", "expired"):
    registry.note(reference, replace(live, expires=time.time() + (3600 if what == "live" else -1)))
source = reference.placeholder()
if what == "missing":
    hooks.remove()  # as where the plugin is not installed
if what == "other":
    source = "type=xyz&url=http://other.invalid/%7Bz%7D/%7Bx%7D/%7By%7D&zmin=0&zmax=5&crs=EPSG:3857"
layer = QgsRasterLayer(source, "x", "wms")
asked = set()

def note(request):
    url = request.request().url()
    asked.add(f"{url.scheme()}:{url.host()}")

QgsNetworkAccessManager.instance().requestAboutToBeCreated[QgsNetworkRequestParameters].connect(note)
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setDestinationCrs(layer.crs())
settings.setExtent(QgsRectangle(-2e6, -2e6, 2e6, 2e6))
settings.setOutputSize(QSize(300, 300))
job, loop = QgsMapRendererParallelJob(settings), QEventLoop()
job.finished.connect(loop.quit)
job.start()
loop.exec()
# Other threads tell of their requests through the main thread's event loop, maybe only after the job has finished.
until = time.monotonic() + 20
while not asked and time.monotonic() < until:
    application.processEvents()
    time.sleep(0.02)
print(json.dumps(sorted(asked)), flush=True)
"""


class Proxy:
    """Takes note of the first line of every request, and answers that there is nothing."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        """Qt opens connections ahead and may leave them without a word."""
        with connection, suppress(OSError):
            connection.settimeout(5)
            if line := connection.recv(65536).partition(b"\r\n")[0].decode("latin-1"):
                self.lines.append(line)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.close()


@pytest.mark.parametrize("what", ["other", "live"])
def test_a_proxy_hears_of_tiles_that_are_somewhere(tmp_path: Path, proxy: Proxy, what: str) -> None:
    assert in_a_qgis_of_its_own(DRAW, what, str(proxy.port), profile=tmp_path) == [f"http:{what}.invalid"]
    assert proxy.lines and all(f"GET http://{what}.invalid/" in one for one in proxy.lines)


@pytest.mark.parametrize("what", ["unknown", "expired"])
def test_nobody_hears_of_tiles_that_are_not_live(tmp_path: Path, proxy: Proxy, what: str) -> None:
    assert in_a_qgis_of_its_own(DRAW, what, str(proxy.port), profile=tmp_path) == ["data:"]
    assert proxy.lines == [] and proxy.connections == 0


def test_nobody_hears_of_tiles_where_the_plugin_is_missing(tmp_path: Path, proxy: Proxy) -> None:
    assert in_a_qgis_of_its_own(DRAW, "missing", str(proxy.port), profile=tmp_path) == ["imageryhub-tiles:"]
    assert proxy.lines == [] and proxy.connections == 0
