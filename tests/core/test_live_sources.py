"""Streamed layers of a project: a placeholder at load, the live source afterwards, and no dialog in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import imagery_hub
import pytest
from imagery_hub.core import background, connections, live_sources
from imagery_hub.core.connections import Connection
from imagery_hub.core.layers.streaming import Reference, sources
from imagery_hub.core.platforms import Platform
from imagery_hub.providers.capabilities import Tiles
from imagery_hub.providers.errors import Kind, Refused
from imagery_hub.ui.stream_notice import StreamNotice
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton

ADDRESS = "http://127.0.0.1:9/secret-path-7/tms/{z}/{x}/{y}"
REFERENCE = Reference("picterra", "Saved", "raster", "r1", "tiles", {"zmin": "1", "zmax": "5"})
ASKED: list[tuple[str, str, str]] = []
FAILURES: list[Exception] = []
NETWORKS: list[Any] = []


class Interface:
    """The part of QGIS's interface that is used here."""

    def __init__(self, bar: QgsMessageBar) -> None:
        self._bar = bar

    def messageBar(self) -> QgsMessageBar:  # noqa: N802 - QGIS's name
        return self._bar


class Streaming:
    """A platform that streams."""

    def stream(self, what: str, identity: str, form: str) -> Tiles:
        if FAILURES:
            raise FAILURES.pop()
        ASKED.append((what, identity, form))
        return Tiles(ADDRESS, (1, 5))

    def close(self) -> None:
        pass


def connect(address: str, secrets: Any, options: Any, network: Any) -> Streaming:
    NETWORKS.append(network)
    return Streaming()


@pytest.fixture
def bar(qgis_app: QgsApplication, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[QgsMessageBar]:
    ASKED.clear()
    FAILURES.clear()
    NETWORKS.clear()
    module = SimpleNamespace(normalise_address=str, connect=connect)
    monkeypatch.setattr(Platform, "module", property(lambda self: module))
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    connections.save(Connection("Saved", "picterra"), {"key": "marker-secret-55"})
    bar = QgsMessageBar()
    qtbot.addWidget(bar)
    bar.resize(600, 60)
    bar.show()
    plugin = imagery_hub.classFactory(None)
    plugin.initProcessing()
    live_sources.watch(StreamNotice(Interface(bar)))  # as the plugin does, which would build the desk too
    yield bar
    QgsProject.instance().clear()
    plugin.unload()
    QgsApplication.authManager().setMasterPassword("test-master", True)
    connections.remove("Saved")


def project_file(folder: Path) -> Path:
    """A project that was saved with a streamed layer, as an earlier session leaves it."""
    registry = live_sources.registry()
    registry.note(REFERENCE, sources.tiles(ADDRESS, (1, 5)))
    QgsProject.instance().addMapLayer(QgsRasterLayer(REFERENCE.placeholder(), "Streamed", "wms"))
    path = folder / "project.qgs"
    assert QgsProject.instance().write(str(path))
    QgsProject.instance().clear()
    live_sources.close()  # the next session knows no address
    live_sources.install()
    return path


def only_layer() -> QgsRasterLayer:
    (layer,) = QgsProject.instance().mapLayers().values()
    return layer


def test_a_project_holds_no_address_and_is_live_again_after_loading(
    bar: QgsMessageBar, qtbot: Any, tmp_path: Path
) -> None:
    path = project_file(tmp_path)
    assert "secret-path-7" not in path.read_text("utf-8")
    assert quote("imageryhub:picterra/Saved/raster/r1/tiles", safe="") in path.read_text("utf-8")
    live_sources.watch(lambda reference, error: pytest.fail(str(error)))
    assert QgsProject.instance().read(str(path))
    assert only_layer().isValid()
    assert ASKED == []
    qtbot.waitUntil(lambda: live_sources.registry().live(REFERENCE) is not None)
    assert ASKED == [("raster", "r1", "tiles")]
    assert only_layer().isValid()
    assert "secret-path-7" not in only_layer().source()


def test_a_locked_database_asks_nobody_until_the_user_does(bar: QgsMessageBar, qtbot: Any, tmp_path: Path) -> None:
    path = project_file(tmp_path)
    notice = StreamNotice(Interface(bar))
    live_sources.watch(notice)
    QgsApplication.authManager().clearMasterPassword()
    assert QgsProject.instance().read(str(path))
    qtbot.waitUntil(lambda: bar.currentItem() is not None)
    assert "master password" in bar.currentItem().text()
    assert only_layer().isValid()
    assert ASKED == []
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    QTest.mouseClick(bar.currentItem().findChild(QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: live_sources.registry().live(REFERENCE) is not None)


def test_a_refusal_is_one_message_with_escaped_words(bar: QgsMessageBar, qtbot: Any, tmp_path: Path) -> None:
    path = project_file(tmp_path)
    notice = StreamNotice(Interface(bar))
    live_sources.watch(notice)
    FAILURES.append(Refused(Kind.NOT_FOUND, facts={"host": "far.example"}, status=404, words="<b>gone</b>"))
    assert QgsProject.instance().read(str(path))
    qtbot.waitUntil(lambda: bar.currentItem() is not None)
    assert "&lt;b&gt;gone" in bar.currentItem().text()
    assert len(bar.items()) == 1


def test_requests_for_layers_end_when_the_plugin_goes(bar: QgsMessageBar, qtbot: Any, tmp_path: Path) -> None:
    """Or unloading would wait for a platform that does not answer."""
    path = project_file(tmp_path)
    live_sources.watch(lambda reference, error: pytest.fail(str(error)))
    assert QgsProject.instance().read(str(path))
    qtbot.waitUntil(lambda: bool(NETWORKS))
    assert not NETWORKS[0].cancelled()
    background.close()
    assert NETWORKS[0].cancelled()
