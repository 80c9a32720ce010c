"""The table of bands in the dialog of “Add layer as a product”: derived, edited, checked and sent; QGIS's own widgets
in the modeler and in batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import write_image
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsContrastEnhancement,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProject,
    QgsRasterLayer,
    QgsSingleBandGrayRenderer,
)
from qgis.gui import QgsProcessingModelerParameterWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPlainTextEdit, QToolButton
from sandbox_descarteslabs import CatalogCalls

ALGORITHM = "imageryhub:descarteslabs_layertoproduct"
NAME, SRCBAND, DTYPE, RANGE, NODATA, SHOWN, TYPE, COLOR, COLORMAP, WAVE, WIDTH, RESOLUTION, UNIT = range(13)


@pytest.fixture(autouse=True)
def no_stub_interface(qgis_processing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stub of QGIS's interface lacks what the dialogs ask of it; without one they do not ask."""
    for name in ("gui.AlgorithmDialog", "gui.BatchAlgorithmDialog", "gui.BatchPanel", "gui.ParametersPanel",
                 "modeler.ModelerParametersDialog"):
        import_module(f"processing.{name}")
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("processing.") and getattr(module, "iface", None) is not None:
            monkeypatch.setattr(module, "iface", None)


@pytest.fixture
def layer(tmp_path: Path) -> Iterator[QgsRasterLayer]:
    """Two bands with wavelengths in the project, the second shown from 200 to 3000."""
    pixels = np.random.default_rng(7).integers(100, 4000, (40, 30, 2)).astype("uint16")
    path = write_image(tmp_path / "june.tif", pixels)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    for number, (name, length) in enumerate((("Red edge", 705), ("NIR", 842)), 1):
        band = dataset.GetRasterBand(number)
        band.SetDescription(name)
        band.SetMetadataItem("wavelength", str(length))
        band.SetMetadataItem("wavelength_units", "Nanometers")
        band.SetNoDataValue(0)
    del dataset, band
    layer = QgsRasterLayer(str(path), "June flight")
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 2)
    stretch = QgsContrastEnhancement(layer.dataProvider().dataType(2))
    stretch.setMinimumValue(200)
    stretch.setMaximumValue(3000)
    renderer.setContrastEnhancement(stretch)
    layer.setRenderer(renderer)
    QgsProject.instance().addMapLayer(layer)
    yield layer
    QgsProject.instance().clear()


@pytest.fixture
def opened(run_descarteslabs: Any, qtbot: Any) -> Iterator[Callable[..., Any]]:
    """``opened(PARAMETER=value)`` gives the dialog, once the bands of its layer are there."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    shown: list[Any] = []

    def opened(**values: Any) -> Any:
        dialog = AlgorithmDialog(QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM))
        dialog.setParameters(values)
        dialog.show()
        shown.append(dialog)
        qtbot.waitUntil(lambda: "sent" in form(dialog).status.text())
        return dialog

    yield opened
    for dialog in shown:
        dialog.close()


def field(dialog: Any) -> Any:
    return dialog.mainWidget().wrappers["BANDS"].field


def form(dialog: Any) -> Any:
    return field(dialog).form


def values(dialog: Any) -> Any:
    return dialog.mainWidget().createProcessingParameters()


def cells(table: Any, row: int) -> list[str]:
    return [table.item(row, place).text() for place in range(table.columnCount())]


def change(table: Any, row: int, place: int, text: str) -> None:
    """Into the cell, by its editor."""
    item = table.item(row, place)
    if not item.isSelected():
        table.setCurrentItem(item)
    table.editItem(item)
    editor = next(one for one in table.viewport().findChildren(QLineEdit) if one.isVisible())
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.qWait(20)  # Qt commits what was typed a turn later


def test_the_bands_of_the_layer_are_shown_edited_and_sent(
    opened: Callable[..., Any], layer: QgsRasterLayer, run_descarteslabs: Any, catalog: CatalogCalls
) -> None:
    before = run_descarteslabs.sandbox.last_entry()
    dialog = opened(INPUT=layer, ID="june_table")
    table = form(dialog).table
    low, high = cells(table, 0)[SHOWN].split(", ")
    assert cells(table, 0) == [
        "red_edge", "1", "UInt16", "0, 65535", "0", f"{low}, {high}", "spectral", "Gray", "", "705", "", "0.1", "meters"
    ]
    assert cells(table, 1)[SHOWN] == "200, 3000" and not field(dialog).told.isVisible()
    change(table, 0, NAME, "edge")
    change(table, 0, RANGE, "0, 70000")
    assert "Band edge: “data_range” is beyond what UInt16 can hold" in field(dialog).told.text()
    assert not table.item(0, RANGE).icon().isNull() and table.item(1, RANGE).icon().isNull()
    assert "beyond what UInt16" in table.item(0, RANGE).toolTip()
    wrong = run_descarteslabs.refused("layertoproduct", **values(dialog))
    assert "Band edge" in wrong
    change(table, 0, RANGE, "0 10000")
    assert not field(dialog).told.isVisible() and table.item(0, RANGE).icon().isNull()
    assert run_descarteslabs.sandbox.last_entry() == before, "nothing is sent while it is being edited"
    given = {**values(dialog), "SEND": True, "UPLOAD": False}
    made = run_descarteslabs("layertoproduct", **given)
    found = catalog.catalog(f"products/{made['PRODUCT_ID']}/bands/edge")
    assert (found["data_range"], found["wavelength_center"], found["wavelength_unit"]) == ([0, 10000], 705, "nm")
    assert catalog.catalog(f"products/{made['PRODUCT_ID']}/bands/nir")["default_range"] == [200, 3000]


def test_selected_cells_of_a_column_are_changed_at_once_and_bands_left_out(
    opened: Callable[..., Any], layer: QgsRasterLayer
) -> None:
    dialog = opened(INPUT=layer, ID="x")
    table = form(dialog).table
    for row in (0, 1):
        table.item(row, NODATA).setSelected(True)
    change(table, 1, NODATA, "7")
    assert [cells(table, row)[NODATA] for row in (0, 1)] == ["7", "7"]
    table.clearSelection()
    table.setCurrentCell(0, NAME)
    QTest.mouseClick(form(dialog).leave_out, Qt.MouseButton.LeftButton)
    assert [one["name"] for one in json.loads(field(dialog).value())] == ["nir"]
    table.setCurrentCell(0, NAME)
    QTest.mouseClick(form(dialog).leave_out, Qt.MouseButton.LeftButton)
    assert field(dialog).value() == "[]"


def test_no_band_is_refused_and_not_taken_for_all(run_descarteslabs: Any, layer: QgsRasterLayer) -> None:
    assert "There is no band" in run_descarteslabs.refused("layertoproduct", INPUT=layer, ID="x", BANDS="[]")
    for wrong in ("[1]", "{", "{}"):
        assert "no list of objects" in run_descarteslabs.refused("layertoproduct", INPUT=layer, ID="x", BANDS=wrong)


def test_what_the_layer_does_not_have_is_refused_where_it_is_uploaded(
    run_descarteslabs: Any, layer: QgsRasterLayer
) -> None:
    band = {"name": "a", "srcband": 3, "dtype": "UInt16", "data_range": [0, 9], "type": "other"}
    refused = run_descarteslabs.refused
    assert "no band 3, only 2" in refused("layertoproduct", INPUT=layer, ID="x", BANDS=[band])
    other = {**band, "srcband": 1, "dtype": "Byte"}
    assert "is of the type UInt16" in refused("layertoproduct", INPUT=layer, ID="x", BANDS=[other])
    twice = [{**band, "srcband": 1}, {**band, "srcband": 2}]
    assert "Two bands are called “a”" in refused("layertoproduct", INPUT=layer, ID="x", BANDS=twice)
    odd = {**band, "srcband": 1, "nodate": 3}
    assert "no property “nodate”" in refused("layertoproduct", INPUT=layer, ID="x", BANDS=[odd])
    told = run_descarteslabs("layertoproduct", INPUT=layer, ID="x", BANDS=[other], UPLOAD=False)
    assert json.loads(told["BANDS_JSON"])[0]["dtype"] == "Byte"


def test_a_palette_is_shown_and_chosen_by_name(opened: Callable[..., Any], tmp_path: Path) -> None:
    path = write_image(tmp_path / "cover.tif", (np.arange(100).reshape(10, 10, 1) % 3).astype("uint8"))
    dataset = gdal.Open(str(path), gdal.GA_Update)
    table = gdal.ColorTable()
    for value, colour in enumerate([(0, 0, 0, 255), (255, 0, 0, 255), (0, 128, 0, 255)]):
        table.SetColorEntry(value, colour)
    dataset.GetRasterBand(1).SetColorTable(table)
    del dataset
    dialog = opened(INPUT=str(path), ID="cover")
    shown = form(dialog).table
    (band,) = json.loads(field(dialog).value())
    assert band["colormap"][:3] == [[0, 0, 0, 255], [255, 0, 0, 255], [0, 128, 0, 255]]
    assert not shown.item(0, COLORMAP).icon().isNull()
    shown.item(0, COLORMAP).setText("magma")
    (band,) = json.loads(field(dialog).value())
    assert band["colormap_name"] == "magma" and "colormap" not in band


def test_bands_of_an_earlier_run_are_shown_with_what_has_no_column(
    opened: Callable[..., Any], layer: QgsRasterLayer
) -> None:
    bands = [{"name": "edge", "srcband": 1, "dtype": "UInt16", "data_range": [0, 4000], "type": "spectral",
              "data_unit": "reflectance", "wavelength_center": 705.5, "wavelength_unit": "nm"}]
    dialog = opened(INPUT=layer, ID="x", BANDS=json.dumps(bands))
    assert json.loads(field(dialog).value()) == bands
    assert cells(form(dialog).table, 0)[WAVE] == "705.5"
    QTest.mouseClick(field(dialog).switch, Qt.MouseButton.LeftButton)
    assert json.loads(field(dialog).plain.toPlainText()) == bands


def test_the_modeler_keeps_its_own_widget_and_opens_the_table(
    imagery_hub: Any, layer: QgsRasterLayer, qtbot: Any
) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    model = QgsProcessingModelAlgorithm("m", "m")
    first = QgsProcessingModelChildAlgorithm("imageryhub:descarteslabs_getband")
    first.setChildId("first")
    model.addChildAlgorithm(first)
    dialog = ModelerParametersDialog(QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM), model)
    qtbot.addWidget(dialog)
    dialog.show()
    target = dialog.widget.widget.wrappers["BANDS"]
    assert isinstance(target, QgsProcessingModelerParameterWidget)
    entries = [action.text() for button in target.findChildren(QToolButton) if button.menu() is not None
               for action in (button.menu().aboutToShow.emit(), *button.menu().actions()) if action is not None]
    assert {"Value", "Algorithm Output"} <= set(entries)
    band = [{"name": "a", "srcband": 1, "dtype": "Byte", "data_range": [0, 255], "type": "other"}]
    target.setWidgetValue(QgsProcessingModelChildParameterSource.fromStaticValue(json.dumps(band)))
    QTest.mouseClick(target.findChild(QToolButton, "imageryHubModelForm"), Qt.MouseButton.LeftButton)
    window = dialog.findChild(QDialog, "imageryHubModelFormDialog")
    change(window.field.form.table, 0, NAME, "grey")
    QTest.mouseClick(window.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    assert json.loads(target.value().staticValue()) == [{**band[0], "name": "grey"}]
    dialog.close()


def test_the_batch_table_takes_the_text(imagery_hub: Any) -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM))
    panel = dialog.mainWidget()
    wrapper = panel.wrappers[0][panel.parameter_to_column["BANDS"]]
    edit = wrapper.wrappedWidget()
    assert isinstance(edit, (QLineEdit, QPlainTextEdit))
    QTest.keyClicks(edit, "[]")
    assert wrapper.parameterValue() == "[]"
    dialog.close()
