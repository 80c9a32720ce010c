"""Photos into a Pixel collection in the real program: on the map first, red where they lie outside, then sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import map_hands
import pytest
from hub_dock import HubDockHands
from photo_files import Shot, jpeg
from qgis.core import QgsApplication, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QPushButton
from qgis.utils import iface
from quarry import connections
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

NAME, PROJECT, FLIGHT = "Fjord", "Ring road bridges 2025", "Spring flight"
WAY = (NAME, "Projects", PROJECT, FLIGHT)
INSIDE, OUTSIDE = (10.74, 59.9), (10.94, 59.9)


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Iterator[PixelCalls]:
    """A tenant with a connection to it."""
    assert QgsApplication.authManager().setMasterPassword("master-of-the-test", True)
    iface.newProject(False)
    hands.failures.clear()
    ready, module = sandbox.ready["pixel"], connections()
    options = {name: ready[name] for name in ("tenant", "login", "services")}
    module.save(module.Connection(NAME, "pixel", ready["root"], options),
                {name: ready[name] for name in ("username", "password")})
    sandbox.actor("docks")
    yield PixelCalls(sandbox)
    for one in windows():
        one.close()
    module.remove(NAME)
    iface.newProject(False)
    QTest.qWait(200)
    assert not hands.failures


def windows() -> list[Any]:
    return [one for one in iface.mainWindow().findChildren(QDialog, "imageryHubPixelUpload") if one.isVisible()]


def press(window: Any, name: str) -> None:
    (found,) = window.findChildren(QPushButton, name)
    hands.wait_for(found.isEnabled, name)
    hands.click(found)


def let_go(window: Any, folder: Path) -> None:
    """A folder from outside, dropped onto the window."""
    mime, place = QMimeData(), QPoint(200, 150)
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    given = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(place, *given))
    QApplication.sendEvent(window, QDropEvent(place, *given, QEvent.Type.Drop))


def said(window: Any) -> dict[str, str]:
    tree = window.files
    return {tree.topLevelItem(row).text(0): tree.topLevelItem(row).text(1) for row in range(tree.topLevelItemCount())}


def shade(place: tuple[float, float]) -> tuple[int, int, int]:
    """The colour of the map at a place."""
    colour = iface.mapCanvas().grab().toImage().pixelColor(map_hands.pixel(*place))
    return colour.red(), colour.green(), colour.blue()


@pytest.mark.needs_assumed("pixel Project.area_of_interest")
def test_photos_are_seen_on_the_map_before_they_are_sent(calls: PixelCalls, tmp_path: Path) -> None:
    place = calls.collection(calls.project(PROJECT), name=FLIGHT)
    for number, where in enumerate((INSIDE, OUTSIDE)):
        jpeg(tmp_path / f"pier_{number}.jpg", Shot(where[1], where[0], 100.0))
    hub = HubDockHands()
    for depth in range(1, len(WAY)):
        hub.unfold(*WAY[:depth])
    map_hands.look_at("EPSG:4326", QgsRectangle(10.55, 59.8, 11.0, 60.0))
    hub.menu("Check and Upload…", *WAY)
    window = hands.wait_for(windows, "the window")[0]
    let_go(window, tmp_path)
    hands.wait_for(lambda: "outside the area of interest" in said(window).get("pier_1.jpg", ""), "the verdict")
    assert said(window)["pier_0.jpg"] == "It fits."
    press(window, "imageryHubPixelMap")
    layer = hands.wait_for(lambda: next((one for one in QgsProject.instance().mapLayers().values()
                                         if isinstance(one, QgsVectorLayer) and one.featureCount() == 2), None),
                           "the positions", 60)
    assert {one["name"]: one["state"] for one in layer.getFeatures()} == {
        "pier_0.jpg": "inside", "pier_1.jpg": "outside"}
    window.move(900, 600)
    hands.wait_for(lambda: shade(OUTSIDE)[0] > 180 > 100 > shade(OUTSIDE)[1], "red outside")
    assert shade(INSIDE)[1] > 120 > 100 > shade(INSIDE)[0], "green inside"
    hands.keep_picture("pixel-images-before-upload")
    assert calls.read(place, "upload_jobs/") == []
    press(window, "imageryHubPixelSend")
    hands.wait_for(lambda: len(calls.read(place, "images/")) == 1, "the image on the platform", 60)
    assert [one["name"] for one in calls.read(place, "upload_jobs/")] == ["pier_0.jpg"]
    hands.wait_for(lambda: list(said(window)) == ["pier_1.jpg"], "what is left")
