"""QGIS's temporal controller, set to a date by mouse and keys, shows what was captured then and hides the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import connected
import hands
import pixel_files
import pytest
from five_platforms import remove_connections
from imagery_hub.core.layers import time
from map_hands import look_at
from placed_images import upload_placed
from qgis.core import QgsProject, QgsRasterLayer, QgsRectangle
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands, connect, go_to
from temporal_controller import seen, set_to, switched_off

MARCH, JUNE = "2024-03-10", "2024-06-02"
PLACES = {"March": (10.0, 45.0), "June": (12.0, 45.0)}


@pytest.fixture
def dock(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[SearchHands]:
    calls = PicterraCalls(sandbox)
    for name, when in (("March", MARCH), ("June", JUNE)):
        upload_placed(calls, tmp_path, name, *PLACES[name], captured_at=f"{when}T10:00:00Z")
    iface.newProject(False)
    connect("Farm", sandbox.address)
    sandbox.actor("docks")
    hands.failures.clear()
    found = SearchHands()
    go_to(9.5, 44.5, 13.5, 46.5)
    found.press("Clear")
    yield found
    switched_off()
    found.close()
    remove_connections()
    QgsProject.instance().setDirty(False)
    iface.newProject(False)
    assert not hands.failures


def visible() -> tuple[bool, bool]:
    """March and June, each in its middle."""
    march, june = seen(*((x + 0.5, y + 0.5) for x, y in PLACES.values()))
    return march, june


@pytest.mark.needs_assumed("RasterInList.captured_at")
def test_a_date_shows_one_image_and_hides_the_other(dock: SearchHands) -> None:
    assert set(dock.search()) == {"March", "June"}
    dock.click_row("March")
    dock.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    dock.press("Add")
    hands.wait_for(lambda: sorted(connected.names()) == ["June", "March"], "both on the map")
    assert all(isinstance(one, QgsRasterLayer) and one.temporalProperties().isActive() for one in connected.layers())
    dock.press("Footprints")
    go_to(9.5, 44.5, 13.5, 46.5)
    hands.wait_for(lambda: visible() == (True, True), "both to be drawn", 30)
    set_to(MARCH)
    hands.wait_for(lambda: visible() == (True, False), "only March")
    hands.keep_picture("time_march")
    set_to(JUNE)
    hands.wait_for(lambda: visible() == (False, True), "only June")
    hands.keep_picture("time_june")
    dock.press("Footprints")


def test_a_new_project_shows_all_times(tmp_path: Path) -> None:
    """QGIS 3.40 leaves the map at the last full hour after layers of a long span up to today."""
    today = QDateTime.currentDateTimeUtc().toString("yyyy-MM-dd")
    try:
        iface.newProject(False)
        QgsProject.instance().addMapLayers([dated(tmp_path, "old", MARCH), dated(tmp_path, "new", today)])
        QTest.qWait(500)
        QgsProject.instance().setDirty(False)
        iface.newProject(False)
        layer = dated(tmp_path, "next", JUNE)
        QgsProject.instance().addMapLayer(layer)
        canvas = iface.mapCanvas()
        look_at(layer.crs().authid(), QgsRectangle(layer.extent()))
        assert canvas.temporalRange().isInfinite()
        middle = layer.extent().center()
        hands.wait_for(lambda: seen((middle.x(), middle.y()))[0], "the layer to be drawn")
        set_to(MARCH)
        assert not canvas.temporalRange().isInfinite(), "what the controller is set to is left"
        hands.wait_for(lambda: not seen((middle.x(), middle.y()))[0], "the layer to be hidden")
    finally:
        switched_off()
        QgsProject.instance().setDirty(False)
        iface.newProject(False)


def dated(folder: Path, name: str, when: str) -> QgsRasterLayer:
    layer = QgsRasterLayer(str(pixel_files.raster(folder / f"{name}.tif")), name)
    assert time.set_raster_range(layer, when)
    return layer


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_footprints_of_a_search_follow_too(dock: SearchHands) -> None:
    dock.search()
    go_to(9.5, 44.5, 13.5, 46.5)
    hands.wait_for(lambda: visible() == (True, True), "both footprints")
    set_to(JUNE)
    hands.wait_for(lambda: visible() == (False, True), "only that of June")
    hands.keep_picture("time_footprints")
