"""Photos without a position, placed by clicks on the map in the real program, then sent to a Pixel collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import map_hands
import pixel_files
import pytest
from qgis.core import QgsApplication, QgsProject, QgsRectangle
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface
from quarry import connections
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

NAME = "Fjord"
WANTED = {"left.jpg": (10.71, 59.9), "right.jpg": (10.73, 59.91)}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Iterator[PixelCalls]:
    """A tenant with a connection to it."""
    assert QgsApplication.authManager().setMasterPassword("master-of-the-test", True)
    iface.newProject(False)
    ready, module = sandbox.ready["pixel"], connections()
    options = {name: ready[name] for name in ("tenant", "login", "services")}
    module.save(module.Connection(NAME, "pixel", ready["root"], options),
                {name: ready[name] for name in ("username", "password")})
    sandbox.actor("docks")
    yield PixelCalls(sandbox)
    iface.advancedDigitizeToolBar().setVisible(False)
    for layer in QgsProject.instance().mapLayers().values():
        layer.rollBack()
    module.remove(NAME)
    iface.newProject(False)


def test_photos_without_a_position_are_placed_by_clicks(calls: PixelCalls, tmp_path: Path) -> None:
    import processing

    place = calls.collection(calls.project("Ring road bridges 2025"), name="Spring flight")
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (*WANTED, "nowhere.jpg"):
        pixel_files.photo(folder / name, place=None)
    given = {"CONNECTION": NAME, "COLLECTION": place, "FOLDER": str(folder)}
    found = processing.run("imageryhub:pixel_checkimages", {
        **given, "OUTPUT": "memory:", "WITHOUT_POSITION": str(tmp_path / "without.gpkg")})
    layer: Any = iface.addVectorLayer(str(found["WITHOUT_POSITION"]), "without", "ogr")
    map_hands.look_at("EPSG:4326", QgsRectangle(10.65, 59.85, 10.8, 59.95))
    iface.setActiveLayer(layer)
    hands.click(hands.tool_button(iface.actionToggleEditing()))
    iface.advancedDigitizeToolBar().setVisible(True)
    for name, where in WANTED.items():
        layer.selectByExpression(f"\"name\" = '{name}'")
        hands.click(hands.tool_button(iface.actionAddPart()))
        hands.click(iface.mapCanvas().viewport(), map_hands.pixel(*where))
        hands.wait_for(lambda: not next(layer.getSelectedFeatures()).geometry().isEmpty(), name)
    QTest.qWait(200)
    hands.keep_picture("pixel-images-by-hand")
    hands.click(hands.tool_button(iface.actionSaveActiveLayerEdits()))
    hands.wait_for(lambda: not layer.isModified(), "the rows to be saved")
    made = processing.run("imageryhub:pixel_uploadimages", {
        **given, "TABLE": layer, "FILE_FIELD": "file", "COLUMNS": ["file"], "FAILED": "memory:"})
    assert (made["COUNT"], made["FAILED_COUNT"]) == (2, 1)
    there = [calls.read(place, f"images/{number}") for number in made["IMAGE_IDS"].split(",")]
    near = 3 * iface.mapCanvas().mapUnitsPerPixel()
    assert {one["file_name"]: tuple(one["location"]["coordinates"]) for one in there} == {
        name: pytest.approx(where, abs=near) for name, where in WANTED.items()}
