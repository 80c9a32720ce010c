"""Rasters into a Pixel collection in the real program: checked, made to fit, sent; and a search built by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from hub_dock import HubDockHands
from pixel_rasters import Made
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPushButton
from qgis.utils import iface
from sandbox_pixel import PixelCalls, environment
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
NAME = "Fjord"
BERGEN = (-32000.0, 6735000.0)


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Iterator[PixelCalls]:
    """A tenant with a connection to it."""
    from imagery_hub.core import connections

    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    sandbox.actor("docks")
    hands.failures.clear()
    ready = sandbox.ready["pixel"]
    options = {"tenant": ready["tenant"], "login": ready["login"], "services": ready["services"]}
    secrets = {"username": ready["username"], "password": ready["password"]}
    connections.save(connections.Connection(NAME, "pixel", ready["root"], options), secrets)
    yield PixelCalls(sandbox)
    for name in connections.names():
        connections.remove(name)
    assert not hands.failures


def part(window: Any, name: str) -> Any:
    (found,) = window.findChildren(QPushButton, name)
    return found


def rows(window: Any) -> dict[str, str]:
    tree = window.files
    return {tree.topLevelItem(row).text(0): tree.topLevelItem(row).text(1) for row in range(tree.topLevelItemCount())}


def let_go(window: Any, *paths: Path) -> None:
    """Files from outside, dropped onto the window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPoint(200, 150)
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                            Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                      QEvent.Type.Drop)
    QApplication.sendEvent(window, drop)


@pytest.mark.needs_assumed("pixel DataCollection.raster_info")
def test_rasters_are_checked_made_to_fit_and_sent(calls: PixelCalls, tmp_path: Path) -> None:
    collection = calls.collection(calls.project(), "RGB", "Orthophotos May")
    flight, fitting = tmp_path / "flight", tmp_path / "fitting"
    flight.mkdir()
    fitting.mkdir()
    Made().write(flight / "ortho_515_07")
    Made(data_type="uint16", peak=900.0).write(flight / "ortho_515_08")
    Made(srid=25832).write(flight / "ortho_515_09")
    Made(origin=BERGEN).write(flight / "ortho_901_01")
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.unfold(NAME, "Projects")
    project = (NAME, "Projects", "Ring road bridges 2025")
    hub.unfold(*project)
    hands.wait_for(lambda: "Orthophotos May" in hub.texts(*project), "the collection")
    hub.menu("Check and Upload…", *project, "Orthophotos May")
    window = hands.wait_for(
        lambda: next((one for one in iface.mainWindow().findChildren(QDialog, "imageryHubPixelUpload")
                      if one.isVisible()), None), "the window")
    window.move(60, 60)
    let_go(window, flight)
    hands.wait_for(part(window, "imageryHubPixelCheck").isEnabled, "the check")
    hands.wait_for(lambda: rows(window).get("ortho_515_07.tif") == "It fits.", "what is said of the files")
    assert "uint16" in rows(window)["ortho_515_08.tif"]
    hands.keep_picture("pixel_check_and_upload", window)

    def choose(dialog: Any) -> None:
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        hands.write(field, str(fitting))
        QTest.keyClick(field, Qt.Key.Key_Return)

    hands.in_dialog(choose)
    hands.click(part(window, "imageryHubPixelFit"))
    hands.wait_for(lambda: rows(window).get("ortho_515_08.tif") == "It fits.", "the raster that was made to fit", 60)
    hands.keep_picture("pixel_made_to_fit", window)
    fits = sum(words == "It fits." for words in rows(window).values())
    hands.click(part(window, "imageryHubPixelSend"))
    hands.wait_for(lambda: len(calls.read(collection, "rasters/")) == fits, "the rasters on the platform", 60)
    hands.wait_for(lambda: list(rows(window)) == [one for one, words in rows(window).items() if words != "It fits."],
                   "what is left")
    window.close()


def test_a_filter_is_built_in_the_search(
    calls: PixelCalls, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    import processing

    for name, value in environment(sandbox).items():
        monkeypatch.setenv(name, value)
    for name, tags in (("Ring road bridges 2025", ["inspection"]), ("Tunnels", ["inspection"]), ("Quays", [])):
        calls.project(name, tags=tags)
    dialog: Any = processing.createAlgorithmDialog("imageryhub:pixel_search", {"ON": "projects", "CONNECTION": NAME})
    dialog.show()
    dialog.move(40, 20)
    dialog.resize(1080, 760)
    QTest.qWait(300)
    field = dialog.mainWidget().wrappers["FILTER"].field
    group = field.form.group
    hands.click(group.add_condition)
    first = group.parts[0]
    hands.wait_for(lambda: first.field.count() > 2, "the fields of the search")
    first.field.setCurrentIndex(first.field.findText("tags"))
    hands.choose_in_list(first.operator, "contains")
    hands.write(first.value.line, "inspection")
    hands.click(group.add_group)
    inner = group.parts[1]
    hands.write(inner.parts[0].field.lineEdit(), "name")
    hands.choose_in_list(inner.parts[0].operator, "is like")
    hands.write(inner.parts[0].value.line, "%bridges%")
    hands.click(inner.add_condition)
    hands.write(inner.parts[1].field.lineEdit(), "name")
    hands.write(inner.parts[1].value.line, "Quays")
    given = json.loads(field.value())
    assert given == {"and": [{"contains": [{"var": "tags"}, "inspection"]},
                             {"or": [{"~": [{"var": "name"}, "%bridges%"]}, {"==": [{"var": "name"}, "Quays"]}]}]}
    assert not field.told.isVisible()
    hands.keep_picture("pixel_search_filter", dialog)
    values = dialog.mainWidget().createProcessingParameters()
    dialog.close()
    found = processing.run("imageryhub:pixel_search", {**values, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert found["COUNT"] == 1
