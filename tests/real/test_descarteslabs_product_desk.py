"""A layer becomes a product in the real program: from its own context menu, through the table of its bands, by mouse
and keyboard; what the catalog then has is compared with the file by GDAL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import numpy as np
import pytest
from descarteslabs_desk import COLOURS, NAME, cover, desk, dialog_of, june, pick, run, seen, write
from osgeo import gdal
from push_hands import open_send_menu
from qgis.core import QgsApplication, QgsContrastEnhancement, QgsMultiBandColorRenderer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

PLACE, SRCBAND, DTYPE, RANGE, NODATA, SHOWN, TYPE, COLOR, COLORMAP, WAVE, WIDTH, RESOLUTION, UNIT = range(13)
MENU = "Add This Layer as a Product…"
TITLE = "Add layer as a product"


@pytest.fixture
def catalog(sandbox: SandboxProcess) -> Iterator[CatalogCalls]:
    with desk(sandbox) as found:
        yield found


def stretched(layer: QgsRasterLayer) -> QgsRasterLayer:
    """Red, green and blue from 300 to 2500, as a user would have set it."""
    provider = layer.dataProvider()
    renderer = QgsMultiBandColorRenderer(provider, 1, 2, 3)
    for number, put in enumerate((renderer.setRedContrastEnhancement, renderer.setGreenContrastEnhancement,
                                  renderer.setBlueContrastEnhancement), 1):
        stretch = QgsContrastEnhancement(provider.dataType(number))
        stretch.setMinimumValue(300)
        stretch.setMaximumValue(2500)
        stretch.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum)
        put(stretch)
    layer.setRenderer(renderer)
    return layer


def opened(layer: QgsRasterLayer) -> Any:
    """The dialog, from the layer's context menu, with its bands read."""
    QgsProject.instance().addMapLayer(layer)
    open_send_menu(layer, lambda menu: hands.choose(menu, MENU))
    dialog = dialog_of(TITLE)
    dialog.resize(1180, 820)
    dialog.move(40, 20)
    form = dialog.mainWidget().wrappers["BANDS"].field.form
    hands.wait_for(lambda: form.table.rowCount() > 0, "the bands of the layer")
    return dialog


def field(dialog: Any) -> Any:
    return dialog.mainWidget().wrappers["BANDS"].field


def cell(table: Any, row: int, place: int) -> Any:
    """Where a cell is, scrolled into view."""
    table.scrollTo(table.model().index(row, place))
    QTest.qWait(100)
    return table.visualRect(table.model().index(row, place)).center()


def type_into(table: Any, row: int, place: int, text: str) -> None:
    """A double click, the text, Enter."""
    spot = cell(table, row, place)
    hands.click(table.viewport(), spot)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    editor = hands.wait_for(lambda: next((one for one in table.viewport().findChildren(QLineEdit)
                                          if one.isVisible()), None), "the cell to be edited")
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    hands.wait_for(lambda: table.item(row, place).text() == text, text)


def choose_in(table: Any, row: int, place: int, text: str) -> None:
    """A double click, and the list that is there then."""
    spot = cell(table, row, place)
    hands.click(table.viewport(), spot)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    combo = hands.wait_for(lambda: next((one for one in table.viewport().findChildren(QComboBox)
                                         if one.isVisible()), None), "the list in the cell")
    pick(combo, text)
    hands.wait_for(lambda: table.item(row, place).text() == text, text)


def row_of(table: Any, row: int) -> list[str]:
    return [table.item(row, place).text() for place in range(table.columnCount())]


def pixels_of(catalog: CatalogCalls, product: str, name: str) -> Any:
    """What the catalog stored of an image, opened by GDAL."""
    answer = catalog.request("GET", f"storage/v1/products/get/{product}/{name}")
    assert answer.status_code == 200, answer.text
    gdal.FileFromMemBuffer("/vsimem/arrived.tif", answer.content)
    try:
        return gdal.Open("/vsimem/arrived.tif").ReadAsArray()
    finally:
        gdal.Unlink("/vsimem/arrived.tif")


def test_a_layer_becomes_a_product_through_the_table(catalog: CatalogCalls, tmp_path: Path) -> None:
    file = june(tmp_path / "june_2026.tif")
    layer = stretched(QgsRasterLayer(str(file), "June flight"))
    before = catalog.sandbox.last_entry()
    dialog = opened(layer)
    table = field(dialog).form.table
    seen(dialog, "BANDS")
    assert row_of(table, 0) == ["red", "1", "UInt16", "0, 65535", "0", "300, 2500", "spectral", "Red", "", "665", "",
                                "0.1", "meters"]
    assert row_of(table, 3)[:5] == ["nir", "4", "UInt16", "0, 65535", "0"]
    assert dialog.mainWidget().wrappers["ID"].parameterValue() == "june_flight"
    assert dialog.mainWidget().wrappers["CONNECTION"].parameterValue() == NAME
    hands.keep_picture("descarteslabs-band-table", dialog)

    type_into(table, 0, RANGE, "0, 70000")
    assert "Band red: “data_range” is beyond what UInt16 can hold" in field(dialog).told.text()
    hands.keep_picture("descarteslabs-band-table-wrong", dialog)
    hands.tick(seen(dialog, "SEND"))
    told: list[str] = []

    def agree(box: Any) -> None:
        told.append(box.text())
        hands.click(hands.button(box, "OK"))

    hands.in_dialog(agree)
    hands.click(dialog.runButton())
    hands.wait_for(lambda: told, "the refusal")
    assert "Band red" in told[0] and "beyond what UInt16" in told[0]
    type_into(table, 0, RANGE, "0, 10000")
    type_into(table, 3, PLACE, "near_infrared")
    type_into(table, 3, SHOWN, "1000, 8000")
    choose_in(table, 3, TYPE, "other")
    assert not field(dialog).told.isVisible()
    assert catalog.sandbox.last_entry() == before, "nothing was sent while it was edited"
    hands.keep_picture("descarteslabs-band-table-edited", dialog)

    run(dialog)
    product = next(one["id"] for one in own(catalog) if one["title"] == "June flight")
    assert product.endswith(":june_flight")
    red = catalog.catalog(f"products/{product}/bands/red")
    assert {name: red[name] for name in ("srcband", "dtype", "data_range", "nodata", "default_range", "type", "color",
                                         "wavelength_center", "wavelength_unit", "resolution", "resolution_unit")} == {
        "srcband": 1, "dtype": "UInt16", "data_range": [0, 10000], "nodata": 0, "default_range": [300, 2500],
        "type": "spectral", "color": "Red", "wavelength_center": 665, "wavelength_unit": "nm", "resolution": 0.1,
        "resolution_unit": "meters"}
    infrared = catalog.catalog(f"products/{product}/bands/near_infrared")
    assert (infrared["type"], infrared["default_range"]) == ("other", [1000, 8000])
    assert catalog.catalog(f"products/{product}/images/june_2026")["raster_size"] == [80, 60]
    assert np.array_equal(pixels_of(catalog, product, "june_2026.tif"), gdal.Open(str(file)).ReadAsArray())


def own(catalog: CatalogCalls) -> list[Any]:
    found: list[Any] = catalog.sent("POST", "metadata/v1/products/search", json={"limit": 1000})
    return found


def test_a_colour_map_of_a_layer_in_the_toolbox(catalog: CatalogCalls, tmp_path: Path) -> None:
    import processing

    layer = QgsRasterLayer(str(cover(tmp_path / "cover.tif")), "Land cover")
    infrared = QgsRasterLayer(str(june(tmp_path / "other.tif")), "Another")
    QgsProject.instance().addMapLayers([layer, infrared])
    dialog = processing.createAlgorithmDialog("imageryhub:descarteslabs_layertoproduct", {"CONNECTION": NAME})
    dialog.show()
    dialog.resize(1180, 820)
    table = field(dialog).form.table
    chooser = seen(dialog, "INPUT").findChild(QComboBox)
    pick(chooser, next(text for text in map(chooser.itemText, range(chooser.count())) if text.startswith("Another")))
    hands.wait_for(lambda: table.rowCount() == 4, "the bands of one layer")
    pick(chooser, next(text for text in map(chooser.itemText, range(chooser.count())) if text.startswith("Land")))
    hands.wait_for(lambda: table.rowCount() == 1, "the bands of the other layer")
    write(dialog, "ID", "cover")
    seen(dialog, "BANDS")
    table.scrollToItem(table.item(0, COLORMAP))
    type_into(table, 0, PLACE, "class")
    hands.keep_picture("descarteslabs-band-table-classes", dialog)
    hands.tick(seen(dialog, "SEND"))
    hands.tick(seen(dialog, "UPLOAD"))
    run(dialog)
    product = next(one["id"] for one in own(catalog) if one["title"] == "Land cover")
    band = catalog.catalog(f"products/{product}/bands/class")
    assert (band["type"], band["color"]) == ("class", "Palette")
    assert [tuple(one) for one in band["colormap"][:3]] == COLOURS
    assert not catalog.there(f"products/{product}/images/cover")


def test_the_step_of_a_model_is_filled_in_by_the_table(catalog: CatalogCalls, tmp_path: Path) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
    from qgis.core import QgsProcessingModelAlgorithm, QgsProcessingModelChildParameterSource
    from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QToolButton

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("imageryhub:descarteslabs_layertoproduct")
    dialog: Any = ModelerParametersDialog(algorithm, QgsProcessingModelAlgorithm("m", "m"))
    dialog.show()
    dialog.resize(1000, 760)
    target = dialog.widget.widget.wrappers["BANDS"]
    band = {"name": "a", "srcband": 1, "dtype": "Byte", "data_range": [0, 255], "type": "other"}
    target.setWidgetValue(QgsProcessingModelChildParameterSource.fromStaticValue(json.dumps([band])))
    hands.click(target.findChild(QToolButton, "imageryHubModelForm"))
    window = hands.wait_for(lambda: dialog.findChild(QDialog, "imageryHubModelFormDialog"), "the table")
    type_into(window.field.form.table, 0, PLACE, "grey")
    hands.keep_picture("descarteslabs-band-table-model", window)
    hands.click(window.buttons.button(QDialogButtonBox.StandardButton.Ok))
    assert json.loads(target.value().staticValue()) == [{**band, "name": "grey"}]
    dialog.close()
