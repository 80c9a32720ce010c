"""Pixel's images in the real program: from the tree onto the map, edited there, and pushed back by mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from hub_dock import HubDockHands
from map_hands import forget_edits, look_at, settled
from photo_files import Shot, jpeg
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProject,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QCheckBox, QDialog, QMenu
from qgis.utils import iface
from quarry import connections
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands

NAME, PROJECT, FLIGHT = "Fjord", "Ring road bridges 2025", "Spring flight"


@pytest.fixture
def flight(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A connection, and a data collection with 16 photos; its name and the first photo's number."""
    assert QgsApplication.authManager().setMasterPassword("master-of-the-test", True)
    calls, ready, module = PixelCalls(sandbox), sandbox.ready["pixel"], connections()
    photo = tmp_path / "photo.jpg"
    jpeg(photo, Shot(59.9, 10.7, 100.0))
    place = calls.collection(calls.project(PROJECT), name=FLIGHT)
    body = {"collection": place.split("/")[1], "count": 16, "name": "pier", "file": str(photo), "tags": ["new"]}
    first = sandbox.control("POST", "pixel/images", body)["first"]
    options = {name: ready[name] for name in ("tenant", "login", "services")}
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    hands.failures.clear()
    downloads = tmp_path / "Ring road bridges" / "downloads"
    downloads.mkdir(parents=True)
    QgsSettings().setValue("imagery_hub/add_to_map/folder", str(downloads))
    module.save(module.Connection(NAME, "pixel", ready["root"], options),
                {name: ready[name] for name in ("username", "password")})
    yield place, first
    module.remove(NAME)
    QgsSettings().remove("imagery_hub/add_to_map/folder")
    forget_edits()
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    QTest.qWait(200)
    assert not hands.failures


def layers() -> list[Any]:
    return [one for one in QgsProject.instance().mapLayers().values() if isinstance(one, QgsVectorLayer)]


def window_of(title: str) -> Any:
    return hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog)
                                        and one.isVisible() and title in one.windowTitle()), None), title)


def test_images_come_onto_the_map_and_go_back_edited(sandbox: SandboxProcess, flight: tuple[str, int]) -> None:
    place, first = flight
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.unfold(NAME, "Projects")
    hub.unfold(NAME, "Projects", PROJECT)
    hub.unfold(NAME, "Projects", PROJECT, FLIGHT)
    hub.unfold(NAME, "Projects", PROJECT, FLIGHT, "Images")
    hub.click(NAME, "Projects", PROJECT, FLIGHT, "Images", "pier_000003")
    hands.wait_for(lambda: hub.thumbnail() is not None and not hub.thumbnail().isNull(), "the picture of the image")
    look_at("EPSG:4326", QgsRectangle(10.55, 59.83, 10.95, 60.0))
    hub.menu("Add to Map", NAME, "Projects", PROJECT, FLIGHT)
    layer = hands.wait_for(lambda: next(iter(layers()), None), "the layer")
    assert layer.featureCount() == 16
    assert layer.renderer().symbol().symbolLayer(0).hasDataDefinedProperties()
    assert "thumbnail" not in layer.mapTipTemplate()
    QTest.qWait(500)
    hands.keep_picture("pixel-images")
    row = next(one for one in layer.getFeatures() if one["id"] == first)
    layer.startEditing()
    layer.changeAttributeValue(row.id(), layer.fields().indexOf("tags"), "new, crack")
    assert layer.commitChanges()
    iface.setActiveLayer(layer)
    push(layer)
    hands.wait_for(lambda: PixelCalls(sandbox).read(place, f"images/{first}")["tags"] == ["new", "crack"], "the tags")


@pytest.mark.needs_assumed("pixel Image.location")
def test_a_small_picture_is_in_the_map_tip(flight: tuple[str, int], tmp_path: Path) -> None:
    import processing

    place, first = flight
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    found = processing.run("imageryhub:pixel_imagestolayer", {
        "CONNECTION": NAME, "COLLECTION": place, "OUTPUT": str(tmp_path / "images.gpkg"),
        "VIEWS": str(tmp_path / "views.gpkg"), "THUMBNAILS": str(tmp_path / "small")}, context=context)
    views = QgsVectorLayer(found["VIEWS"], "What the images show", "ogr")
    layer = QgsVectorLayer(found["OUTPUT"], "Images", "ogr")
    QgsProject.instance().addMapLayers([views, layer])
    iface.setActiveLayer(layer)
    point = next(one for one in layer.getFeatures() if one["id"] == first + 5).geometry().asPoint()
    look_at("EPSG:4326", QgsRectangle(point.x() - 0.002, point.y() - 0.001, point.x() + 0.002, point.y() + 0.001))
    if not iface.actionMapTips().isChecked():
        hands.click(hands.tool_button(iface.actionMapTips()))
    canvas = iface.mapCanvas()
    settled()
    spot = canvas.getCoordinateTransform().transform(point)
    where = hands.physical(canvas.mapToGlobal(QPoint(round(spot.x()), round(spot.y()))))
    hands.real_mouse("mousemove", str(where.x() + 60), str(where.y() + 40), "sleep", "0.3",
                     "mousemove", str(where.x()), str(where.y()), "sleep", "0.2")
    QTest.qWait(2500)
    hands.keep_picture("pixel-map-tip")
    hands.click(hands.tool_button(iface.actionMapTips()))
    assert "thumbnail" in layer.mapTipTemplate()
    assert views.featureCount() == 16


def test_images_are_found_in_the_search_dock(flight: tuple[str, int]) -> None:
    dock = SearchHands()
    look_at("EPSG:4326", QgsRectangle(10.55, 59.83, 10.95, 60.0))
    dock.press("Clear")
    dock.show_more()
    hands.choose_in_list(dock.part("imageryHubFilterOn"), "Images")
    dock.draw([(10.58, 59.84), (10.82, 59.84), (10.82, 59.92), (10.58, 59.92)])
    found = dock.search()
    assert sorted(found) == sorted(f"pier_{number:06d}" for number in (0, 1, 2, 4, 5, 6))
    QTest.qWait(500)
    hands.keep_picture("pixel-search")
    dock.press("Clear")
    dock.close()


def push(layer: QgsVectorLayer) -> None:
    """By the layer's menu, its dialog and its box."""
    view = iface.layerTreeView()
    view.setCurrentLayer(layer)
    QTest.qWait(200)

    def in_context(menu: QMenu) -> None:
        action = next(one for one in menu.actions() if one.text() == "Send to")
        words = "Edited Metadata of Images or Rasters…"
        hands.in_submenu(action.menu(), lambda inner: hands.choose(inner, words))
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         menu.actionGeometry(action).center())

    hands.in_menu(in_context)
    hands.real_right_click(view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).center()))
    dialog = window_of("Push metadata")
    box = next(one for one in dialog.findChildren(QCheckBox) if one.text().startswith("Confirm"))
    in_view(box)
    hands.tick(box)
    hands.keep_picture("pixel-push-metadata", dialog)
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: hands.button(dialog, "Close").isEnabled(), "the end")
    hands.click(hands.button(dialog, "Close"))


def in_view(widget: Any) -> None:
    """Scrolled into view."""
    area = widget.parentWidget()
    while area is not None and not hasattr(area, "ensureWidgetVisible"):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(widget)
    QTest.qWait(100)
