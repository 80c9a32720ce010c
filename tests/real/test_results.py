"""The dock for results in the real program: classes, filters, walking, two results side by side; by mouse and keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QDoubleSpinBox, QToolButton, QTreeWidget
from qgis.utils import iface, loadPlugin, startPlugin, unloadPlugin

SIDE = 0.0002


def made(path: Path, name: str, shift: float = 0.0) -> QgsVectorLayer:
    """Six palms and three pines as a result that the plugin made, on the map."""
    from imagery_hub.core.layers import provenance, style
    from imagery_hub.core.layers.convert import ResultFile, convert

    features = []
    for row, (kind, count) in enumerate({"palm": 6, "pine": 3}.items()):
        for column in range(count):
            x, y, side = column * 3 * SIDE + shift, row * 3 * SIDE, SIDE * (1 + column / 4)
            ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
            features.append({"type": "Feature", "properties": {"class_name": kind, "confidence": (column + 1) / 6},
                             "geometry": {"type": "Polygon", "coordinates": [ring]}})
    source = path / f"{name}.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    target = path / f"{name}.gpkg"
    convert([ResultFile(source)], target)
    layer = QgsVectorLayer(str(target), name, "ogr")
    style.style_classes(layer, [style.ClassStyle("palm", "", 6), style.ClassStyle("pine", "", 3)])
    origin = provenance.made("picterra", "Sandbox", "detections", {"detector": "d-1", "raster": "r-1"})
    provenance.write_layer(layer, origin)
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def layers(tmp_path: Path) -> Iterator[list[QgsVectorLayer]]:
    found = [made(tmp_path, "First run"), made(tmp_path, "Second run", SIDE / 4)]
    iface.setActiveLayer(found[0])
    iface.zoomToActiveLayer()
    hands.failures.clear()
    yield found
    QgsProject.instance().clear()
    QTest.qWait(100)


@pytest.fixture
def dock(layers: list[QgsVectorLayer]) -> Iterator[QDockWidget]:
    action = iface.mainWindow().findChild(QAction, "imageryHubShowResults") or _action("imageryHubShowResults")
    toggle = hands.tool_button(action)
    hands.click(toggle)
    found = hands.wait_for(lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubResultsDock"), "the dock")
    hands.wait_for(found.isVisible, "the dock to be seen")
    yield found
    if not sip.isdeleted(found) and found.isVisible():
        hands.click(toggle)


def _action(name: str) -> QAction:
    for bar in iface.mainWindow().findChildren(QToolButton):
        if bar.defaultAction() is not None and bar.defaultAction().objectName() == name:
            return bar.defaultAction()
    pytest.fail(f"no button for {name}")


def classes(dock: QDockWidget) -> QTreeWidget:
    tree = dock.findChild(QTreeWidget, "imageryHubClasses")
    hands.wait_for(lambda: tree.topLevelItemCount() == 2, "the classes")
    return tree


def row(tree: QTreeWidget, name: str) -> QModelIndex:
    model = tree.model()
    return next(model.index(number, 0) for number in range(model.rowCount()) if model.index(number, 0).data() == name)


def tick(tree: QTreeWidget, name: str) -> None:
    where = tree.visualRect(row(tree, name))
    hands.click(tree.viewport(), QPoint(where.left() + 8, where.center().y()))


def texts(dock: QDockWidget) -> str:
    return dock.summary.text()


def test_classes_with_counts_and_areas(dock: QDockWidget, layers: list[QgsVectorLayer]) -> None:
    tree = classes(dock)
    assert [tree.topLevelItem(number).text(1) for number in range(2)] == ["6", "3"]
    assert tree.topLevelItem(0).text(3) == "67 %"
    area = sum(feature["area_m2"] for feature in layers[0].getFeatures() if feature["class_name"] == "palm")
    assert tree.topLevelItem(0).text(2).split()[0].replace(",", "") == f"{area:,.2f}".replace(",", "")
    assert "9 objects" in texts(dock)
    hands.keep_picture("results-classes")


def test_a_class_is_hidden_and_small_and_unsure_ones_too(dock: QDockWidget, layers: list[QgsVectorLayer]) -> None:
    tree = classes(dock)
    tick(tree, "pine")
    hands.wait_for(lambda: layers[0].featureCount() == 6, "the filter")
    hands.wait_for(lambda: "6 of 9 objects shown" in texts(dock), "the words")
    confidence = dock.findChild(QDoubleSpinBox, "imageryHubLeastConfidence")
    hands.write(confidence, "0.6")
    QTest.keyClick(confidence, Qt.Key.Key_Return)
    hands.wait_for(lambda: "3 of 9 objects shown" in texts(dock), "the words")
    assert sorted(round(feature["confidence"], 2) for feature in layers[0].getFeatures()) == [0.67, 0.83, 1.0]
    hands.keep_picture("results-filtered")
    tick(classes(dock), "pine")
    hands.write(confidence, "0")
    QTest.keyClick(confidence, Qt.Key.Key_Return)
    hands.wait_for(lambda: layers[0].featureCount() == 9, "the end of the filter")
    assert layers[0].subsetString() == ""


def test_from_object_to_object(dock: QDockWidget, layers: list[QgsVectorLayer]) -> None:
    tree = classes(dock)
    following = dock.findChild(QToolButton, "imageryHubNextObject")
    hands.wait_for(following.isEnabled, "the ids")
    seen = []
    for _ in range(2):
        hands.click(following)
        (feature,) = layers[0].selectedFeatures()
        seen.append(feature.id())
        assert iface.mapCanvas().extent().contains(feature.geometry().centroid().asPoint())
    hands.click_entry(tree, row(tree, "palm"))
    hands.wait_for(tree.hasFocus, "the focus")
    QTest.keyClick(tree, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    hands.wait_for(lambda: layers[0].selectedFeatureIds() == seen[:1], "the one before, by the keyboard")


def put_side_by_side(dock: QDockWidget) -> QgsMapCanvas:
    """The second run beside the first, by the dock's button; the second map."""
    classes(dock)
    compare = dock.findChild(QToolButton, "imageryHubCompare")

    def second(menu: Any) -> None:
        hands.in_menu(lambda below: hands.choose(below, "Side by Side on the Map"))
        hands.choose(menu, "Second run")

    before = len(iface.mapCanvases())
    hands.in_menu(second)
    hands.click(compare)
    hands.wait_for(lambda: len(iface.mapCanvases()) == before + 1, "the second map")
    assert hands.failures == []
    return next(one for one in iface.mapCanvases() if one is not iface.mapCanvas())


def test_two_results_side_by_side(dock: QDockWidget, layers: list[QgsVectorLayer]) -> None:
    other = put_side_by_side(dock)
    assert [layer.name() for layer in other.layers()] == ["Second run"]
    assert [layer.name() for layer in iface.mapCanvas().layers()] == ["First run"]
    QTest.qWait(500)
    QTest.mouseMove(iface.mapCanvas().viewport())
    iface.mapCanvas().setFocus()
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Right)  # pans
    hands.wait_for(
        lambda: other.center().distance(iface.mapCanvas().center()) < iface.mapCanvas().mapUnitsPerPixel() * 2,
        "the second map to follow",
    )
    hands.keep_picture("results-side-by-side")
    iface.closeMapCanvas(other.objectName())
    QTest.qWait(200)
    assert QgsProject.instance().mapThemeCollection().mapThemes() == []


def test_another_layer_says_what_to_do(dock: QDockWidget) -> None:
    plain = QgsVectorLayer("Polygon?crs=EPSG:4326", "Plain", "memory")
    QgsProject.instance().addMapLayer(plain)
    iface.setActiveLayer(plain)
    hands.wait_for(lambda: dock.pages.currentIndex() == 0, "the empty page")
    hands.keep_picture("results-empty")


def test_the_second_map_goes_with_the_plugin(dock: QDockWidget, layers: list[QgsVectorLayer]) -> None:
    put_side_by_side(dock)
    assert unloadPlugin("imagery_hub")
    try:
        QTest.qWait(200)
        assert iface.mapCanvases() == [iface.mapCanvas()]
        assert QgsProject.instance().mapThemeCollection().mapThemes() == []
        iface.mapCanvas().zoomOut()
        assert hands.failures == []
    finally:
        assert loadPlugin("imagery_hub")
        assert startPlugin("imagery_hub")
