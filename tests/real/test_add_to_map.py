"""Entries onto the map, by double click, menu and drag, in the real program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from browser_panel import ROOT, BrowserPanel
from connected import FARM, farm, layers, names, press, told
from hub_dock import HubDockHands
from imagery_hub.core.layers import provenance
from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsLayerTreeView
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QFileDialog, QLineEdit
from qgis.utils import iface
from sandbox_images import boxes, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

RASTERS = (ROOT, FARM, "All rasters")
BAD_NAME = "<b>bold</b> ../../x"


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    with farm(sandbox) as ready:
        ready.actor("docks")
        yield ready


@pytest.fixture
def calls(platform: SandboxProcess) -> PicterraCalls:
    return PicterraCalls(platform)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return squares_image(tmp_path / "a.tif", [(20, 20, 40, 40)], [])


def opened(*texts: str) -> BrowserPanel:
    """The Browser with this row open."""
    panel = BrowserPanel()
    for depth in range(len(texts)):
        panel.expand(*texts[: depth + 1])
    return panel


def answer_folder(folder: Path) -> None:
    """Type a folder into the dialog that asks for one, and accept."""

    def type_in(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        hands.keep_picture("add_folder")
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        hands.write(field, str(folder))
        QTest.keyClick(field, Qt.Key.Key_Return)

    hands.in_dialog(type_in)


def test_a_double_click_puts_tiles_on_the_map(calls: PicterraCalls, image: Path) -> None:
    raster = calls.upload_raster(image, name="Orchard", captured_at="2024-06-02T09:41:00Z")
    panel = opened(*RASTERS)
    panel.double_click(*RASTERS, "Orchard")
    told("“Orchard” is on the map.")
    (layer,) = layers()
    assert isinstance(layer, QgsRasterLayer) and layer.isValid() and layer.providerType() == "wms"
    assert layer.name() == "Orchard" and "imageryhub" in layer.source()
    assert provenance.read(layer).ids == {"raster": raster} and provenance.read(layer).connection == FARM
    assert layer.temporalProperties().isActive()
    hands.wait_for(lambda: iface.mapCanvas().extent().contains(layer.extent()), "the first layer in sight")
    hands.keep_picture("add_tiles")


def test_what_is_there_is_selected_not_loaded_twice(calls: PicterraCalls, image: Path) -> None:
    for name in ("Meadow", "Orchard"):
        calls.upload_raster(image, name=name)
    panel = opened(*RASTERS)
    for name in ("Orchard", "Meadow"):
        panel.double_click(*RASTERS, name)
        told(f"“{name}” is on the map.")
    assert names() == ["Meadow", "Orchard"]
    panel.double_click(*RASTERS, "Orchard")
    item = told("“Orchard” is on the map already")
    hands.keep_picture("add_again")
    assert names() == ["Meadow", "Orchard"] and iface.activeLayer().name() == "Orchard"
    press(item, "imageryHubAddAgain")
    hands.wait_for(lambda: names() == ["Orchard", "Meadow", "Orchard"], "a second layer")


def test_zooming_is_offered_not_forced(calls: PicterraCalls, image: Path) -> None:
    for name in ("Meadow", "Orchard"):
        calls.upload_raster(image, name=name)
    panel = opened(*RASTERS)
    panel.double_click(*RASTERS, "Orchard")
    told("“Orchard” is on the map.")
    canvas = iface.mapCanvas()
    QTest.qWait(500)
    canvas.setExtent(canvas.extent().buffered(100_000))  # where the user went meanwhile
    before = canvas.extent()
    panel.double_click(*RASTERS, "Meadow")
    item = told("“Meadow” is on the map.")
    assert canvas.extent() == before
    press(item, "imageryHubZoom")
    hands.wait_for(lambda: canvas.extent().width() < before.width() / 10, "the map to zoom")
    assert canvas.extent().contains(layers()[0].extent())


@pytest.mark.needs_assumed("RasterInList.captured_at")
def test_a_raster_without_tiles_is_downloaded(
    platform: SandboxProcess, calls: PicterraCalls, image: Path, tmp_path: Path
) -> None:
    """Into the folder that is asked for once, whatever the raster is called."""
    platform.settings(tile_addresses="none")
    calls.upload_raster(image, name=BAD_NAME, captured_at="2024-06-02T09:41:00Z")
    calls.upload_raster(image, name="Orchard")
    folder = tmp_path / "inside" / "downloads"
    folder.mkdir(parents=True)
    panel = opened(*RASTERS)
    answer_folder(folder)
    panel.double_click(*RASTERS, BAD_NAME)
    item = told("is on the map. Saved in")
    assert f"“{BAD_NAME}”" in item.text().replace("&lt;", "<").replace("&gt;", ">")
    hands.keep_picture("add_download")
    (layer,) = layers()
    assert layer.name() == BAD_NAME and layer.providerType() == "gdal" and layer.bandCount() == 3
    assert layer.temporalProperties().isActive() and provenance.read(layer).kind == "raster"
    file = Path(layer.source())
    # The style beside it tells the day of capture.
    assert {*folder.iterdir()} == {file, file.with_suffix(".qml")}
    assert file.suffix == ".tif" and file.read_bytes() == image.read_bytes()
    panel.double_click(*RASTERS, "Orchard")  # it is not asked again
    told("“Orchard” is on the map. Saved in")
    assert sorted(one.name for one in folder.iterdir() if one.suffix == ".tif")[0] == "Orchard.tif"
    outside = [one for one in tmp_path.rglob("*") if one.is_file() and folder not in one.parents]
    assert [one.name for one in outside if one.suffix in (".tif", "")] == ["a.tif"]


def test_without_a_folder_nothing_happens(platform: SandboxProcess, calls: PicterraCalls, image: Path) -> None:
    platform.settings(tile_addresses="none")
    calls.upload_raster(image, name="Orchard")
    panel = opened(*RASTERS)
    closed: list[bool] = []

    def refuse(dialog: QDialog) -> None:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        closed.append(True)

    hands.in_dialog(refuse)
    panel.double_click(*RASTERS, "Orchard")
    hands.wait_for(lambda: closed, "the question for a folder")
    QTest.qWait(500)
    assert layers() == [] and iface.messageBar().currentItem() is None


def test_vector_layers_and_markers_come_as_files(calls: PicterraCalls, image: Path, tmp_path: Path) -> None:
    raster = calls.upload_raster(image, name="Orchard")
    assert calls.upload(f"vector_layers/{raster}/upload/", boxes([(20, 20, 40, 40)]), {"name": "plots"})["status"]
    point = {"type": "Point", "coordinates": [9.0001, 46.9501]}
    calls.post(f"rasters/{raster}/markers/", {"marker": point, "text": "a broken tree"})
    panel = opened(*RASTERS, "Orchard")
    answer_folder(tmp_path)
    panel.double_click(*RASTERS, "Orchard", "plots")
    told("“plots” is on the map.")
    (plots,) = layers()
    assert isinstance(plots, QgsVectorLayer) and plots.featureCount() == 1
    assert plots.renderer().type() == "categorizedSymbol"
    markers = panel.expand(*RASTERS, "Orchard", "Markers")
    panel.double_click(*RASTERS, "Orchard", "Markers", markers[0])
    told("“Orchard: Markers” is on the map.")
    hands.wait_for(lambda: len(layers()) == 2, "the markers")
    points = layers()[0]
    assert points.name() == "Orchard: Markers" and points.labelsEnabled() and points.featureCount() == 1
    hands.keep_picture("add_vectors")


@pytest.mark.needs_assumed("Marker.text")
def test_markers_come_with_their_text(calls: PicterraCalls, image: Path, tmp_path: Path) -> None:
    raster = calls.upload_raster(image, name="Orchard")
    point = {"type": "Point", "coordinates": [9.0001, 46.9501]}
    calls.post(f"rasters/{raster}/markers/", {"marker": point, "text": "a broken tree"})
    panel = opened(*RASTERS, "Orchard")
    answer_folder(tmp_path)
    panel.double_click(*RASTERS, "Orchard", "Markers", panel.expand(*RASTERS, "Orchard", "Markers")[0])
    told("“Orchard: Markers” is on the map.")
    (points,) = layers()
    assert [feature["text"] for feature in points.getFeatures()] == ["a broken tree"]


def test_a_detector_shows_what_is_below_it(calls: PicterraCalls) -> None:
    calls.detector("Trees")
    panel = opened(ROOT, FARM, "Detectors")
    (name,) = panel.rows(ROOT, FARM, "Detectors")
    panel.double_click(ROOT, FARM, "Detectors", name)
    hands.wait_for(lambda: panel.rows(ROOT, FARM, "Detectors", name), "what is below it")
    assert layers() == []


def test_dragging_several_onto_the_canvas(calls: PicterraCalls, image: Path) -> None:
    for name in ("North", "South", "West"):
        calls.upload_raster(image, name=name)
    panel = opened(*RASTERS)
    hands.click_entry(panel.tree, panel.row(*RASTERS, "West"))
    place = hands.place_of(panel.tree, panel.row(*RASTERS, "South"))
    QTest.mouseClick(panel.tree.viewport(), hands.LEFT, Qt.KeyboardModifier.ControlModifier, place)
    canvas = iface.mapCanvas()
    hands.drag(panel.place(*RASTERS, "South"), canvas.mapToGlobal(canvas.rect().center()))
    told("2 layers are on the map.")
    assert names() == ["West", "South"]
    hands.keep_picture("browser")


def test_dragging_onto_the_layer_tree(calls: PicterraCalls, image: Path) -> None:
    calls.upload_raster(image, name="North")
    panel = opened(*RASTERS)
    tree = iface.mainWindow().findChild(QgsLayerTreeView, "theLayerTreeView")
    hands.drag(panel.place(*RASTERS, "North"), tree.mapToGlobal(QPoint(60, 40)))
    told("“North” is on the map.")
    assert names() == ["North"] and QgsProject.instance().count() == 1


def test_what_is_dropped_on_a_layer_of_a_group_comes_above_it_there(calls: PicterraCalls, image: Path) -> None:
    for name in ("North", "South"):
        calls.upload_raster(image, name=name)
    root = QgsProject.instance().layerTreeRoot()
    plain = [QgsVectorLayer("Point?crs=EPSG:4326", name, "memory") for name in ("Top", "Wells", "Bottom")]
    QgsProject.instance().addMapLayers(plain, False)
    root.addLayer(plain[0])
    group = root.addGroup("Water")
    for one in plain[1:]:
        group.addLayer(one)
    panel = opened(*RASTERS)
    tree = iface.layerTreeView()
    tree.expandAll()
    (row,) = tree.model().match(tree.model().index(0, 0), Qt.ItemDataRole.DisplayRole, "Bottom", 1,
                                Qt.MatchFlag.MatchRecursive)
    hands.drag(panel.place(*RASTERS, "North"), tree.viewport().mapToGlobal(hands.place_of(tree, row)))
    told("“North” is on the map.")
    assert [one.name() for one in group.children()] == ["Wells", "North", "Bottom"]
    (row,) = tree.model().match(tree.model().index(0, 0), Qt.ItemDataRole.DisplayRole, "Water", 1,
                                Qt.MatchFlag.MatchRecursive)
    hands.drag(panel.place(*RASTERS, "South"), tree.viewport().mapToGlobal(hands.place_of(tree, row)))
    told("“South” is on the map.")
    assert [one.name() for one in group.children()] == ["South", "Wells", "North", "Bottom"]
    assert [one.name() for one in root.children()] == ["Top", "Water"]


def test_dragging_out_of_the_hub(calls: PicterraCalls, image: Path) -> None:
    """To the canvas and to the layer tree."""
    for name in ("North", "South"):
        calls.upload_raster(image, name=name)
    hub = HubDockHands()
    hub.unfold(FARM)
    hub.unfold(FARM, "All rasters")
    hub.wait(["South", "North"], FARM, "All rasters")
    tree = iface.mainWindow().findChild(QgsLayerTreeView, "theLayerTreeView")
    canvas = iface.mapCanvas()
    for number, (name, end) in enumerate((("North", canvas.mapToGlobal(canvas.rect().center())),
                                          ("South", tree.mapToGlobal(QPoint(60, 10))))):
        start = hub.place(FARM, "All rasters", name)
        hands.drag(hub.tree.viewport().mapToGlobal(start), end)
        told(f"“{name}” is on the map.")
        assert len(layers()) == number + 1
    hands.keep_picture("add_from_hub")
    assert names() == ["South", "North"]
    assert all(layer.temporalProperties() is not None and provenance.read(layer) for layer in layers())
