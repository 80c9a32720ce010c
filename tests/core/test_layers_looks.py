"""Style, metadata, provenance and capture times, each read back from the file by a layer that knows nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy
import pytest
from imagery_hub.core.layers import metadata, provenance, style, time
from imagery_hub.core.layers.convert import ResultFile, convert
from imagery_hub.core.layers.style import ClassStyle
from osgeo import gdal, ogr
from qgis.core import (
    QgsContrastEnhancement,
    QgsField,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsMultiBandColorRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleBandGrayRenderer,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QDateTime, QSize, Qt
from qgis.PyQt.QtGui import QColor

pytestmark = pytest.mark.usefixtures("qgis_app")
ORIGIN = provenance.Provenance("picterra", "my “key”", "detections", {"raster": "r-1", "detector": "d-2"}, "2024-06-02")


@pytest.fixture
def result(tmp_path: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"class_name": name},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]]],
            },
        }
        for name, x in (("tree", 0), ("roof", 2), ("odd", 4))
    ]
    (tmp_path / "r.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    convert([ResultFile(tmp_path / "r.json")], tmp_path / "out.gpkg")
    return tmp_path / "out.gpkg"


def _layer(path: Path) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{path}|layername=detections", "x", "ogr")
    assert layer.isValid()
    return layer


def _picture(layer: Any, west: float, south: float, east: float, north: float) -> Any:
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(60, 10))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(QgsRectangle(west, south, east, north))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def test_the_default_style_colours_each_class_where_it_is_opened_next(result: Path) -> None:
    layer = _layer(result)
    style.style_classes(layer, [ClassStyle("tree", "#00ff00", 1), ClassStyle("roof", "#0000ff", 12)])
    style.save_default(layer, "detections")
    again = _layer(result)
    assert [one.label() for one in again.renderer().categories()] == ["tree (1)", "roof (12)"]
    image = _picture(again, 0, 0, 6, 1)
    colors = [QColor(image.pixel(x, 5)) for x in (5, 25, 45)]
    assert colors[0].green() > colors[0].red() + 30 and colors[0].green() > colors[0].blue() + 30
    assert colors[1].blue() > colors[1].red() + 30
    assert colors[2].name() == "#ffffff", "what is of no class of the results is not theirs"
    assert min(colors[0].red(), colors[1].red()) > 150, "the image below must be seen through the fill"
    dataset = ogr.Open(str(result))
    styles = dataset.GetLayerByName("layer_styles")
    assert [(one.GetField("f_table_name"), one.GetField("useAsDefault")) for one in styles] == [("detections", 1)]


def test_what_is_drawn_into_results_is_of_one_of_their_classes(result: Path) -> None:
    layer = _layer(result)
    style.style_classes(layer, [ClassStyle("it's a tree"), ClassStyle("roof")])
    style.save_default(layer, "detections")
    again = _layer(result)
    drawn = QgsVectorLayerUtils.createFeature(again)
    assert drawn["class_name"] == "it's a tree"
    widget = again.editorWidgetSetup(again.fields().indexOf("class_name"))
    assert [list(one.values()) for one in widget.config()["map"]] == [["it's a tree"], ["roof"]]


def test_results_without_classes_are_seen_too(result: Path) -> None:
    layer = _layer(result)
    style.style_classes(layer, [])
    assert QColor(_picture(layer, 0, 0, 6, 1).pixel(5, 5)).name() != "#ffffff"


def test_classes_without_a_colour_get_distinct_ones() -> None:
    names = [f"class {index}" for index in range(12)]
    renderer = style.classes_renderer("class_name", [ClassStyle(name, "no colour") for name in names])
    categories = renderer.categories()
    colors = [one.symbol().symbolLayer(0).strokeColor().name() for one in categories]
    assert len(set(colors)) == 12
    assert colors == style.class_colors(names)


@pytest.mark.parametrize("kind", ["outline", "training_area", "testing_area", "validation_area", "footprint", "area"])
def test_kinds_of_areas_leave_the_image_visible(kind: str) -> None:
    owner = style.kind_symbol(kind)
    symbol = owner.symbolLayer(0)
    assert symbol.fillColor().alphaF() <= 0.26 or symbol.brushStyle() == Qt.BrushStyle.NoBrush
    assert symbol.strokeColor().alphaF() == 1 and symbol.strokeWidth() > 0.2


def test_markers_and_unknown_kinds() -> None:
    assert style.kind_symbol("marker").color().name() == "#ffd400"
    with pytest.raises(KeyError):
        style.kind_symbol("nothing")


@pytest.fixture
def raster(tmp_path: Path) -> QgsRasterLayer:
    dataset = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "b.tif"), 8, 8, 4, gdal.GDT_UInt16)
    for number in range(1, 5):
        dataset.GetRasterBand(number).WriteArray(numpy.full((8, 8), number * 1000, dtype=numpy.uint16))
    dataset.SetGeoTransform([0, 1, 0, 8, 0, -1])
    del dataset
    return QgsRasterLayer(str(tmp_path / "b.tif"), "b", "gdal")


def test_a_band_specification_is_what_is_drawn(raster: QgsRasterLayer) -> None:
    style.style_bands(raster, [3, 1, 0], [[0, 2000], [0, 4000], [0, 1], [0, 8000]])
    renderer = raster.renderer()
    assert isinstance(renderer, QgsMultiBandColorRenderer)
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (4, 2, 1)
    color = QColor(_picture(raster, 0, 0, 8, 8).pixel(30, 5))
    assert (color.red(), color.green(), color.blue()) == pytest.approx((127, 127, 127), abs=2)


def test_one_band_and_odd_specifications(raster: QgsRasterLayer) -> None:
    style.style_bands(raster, [9], [[5, 5]] * 4)
    assert isinstance(raster.renderer(), QgsSingleBandGrayRenderer)
    assert raster.renderer().grayBand() == 4
    style.style_bands(raster, [0], [[10, 500]])
    stretch = raster.renderer().contrastEnhancement()
    assert (stretch.minimumValue(), stretch.maximumValue()) == (10, 500)
    algorithms = QgsContrastEnhancement.ContrastEnhancementAlgorithm
    assert stretch.contrastEnhancementAlgorithm() == algorithms.StretchToMinimumMaximum


def test_provenance_is_in_the_layer_and_in_copies_of_the_file(result: Path, tmp_path: Path) -> None:
    provenance.write_file(result, "detections", ORIGIN)
    copy = tmp_path / "copy of it.gpkg"
    shutil.copy(result, copy)
    layer = _layer(copy)
    assert provenance.read(layer) == ORIGIN
    assert provenance.parse(layer.customProperty(provenance.PROPERTY)) == ORIGIN
    assert provenance.read(layer.clone()) == ORIGIN
    dataset = ogr.Open(str(copy))
    assert dataset.GetLayer(0).GetFeatureCount() == 3


def test_provenance_survives_editing_and_the_project(result: Path, tmp_path: Path, qgis_new_project: None) -> None:
    provenance.write_file(result, "detections", ORIGIN)
    layer = _layer(result)
    layer.startEditing()
    layer.addAttribute(QgsField("note"))
    layer.deleteFeature(1)
    assert layer.commitChanges()
    assert provenance.read_file(result, "detections") == ORIGIN
    provenance.write_layer(layer, ORIGIN)
    project = QgsProject.instance()
    project.addMapLayer(layer)
    assert project.write(str(tmp_path / "p.qgz"))
    project.clear()
    assert project.read(str(tmp_path / "p.qgz"))
    (again,) = project.mapLayers().values()
    assert provenance.read(again) == ORIGIN
    project.clear()


def test_provenance_takes_no_addresses_and_reads_no_nonsense(result: Path, tmp_path: Path) -> None:
    for value in ("https://storage.example/x?sig=1", "/vsis3/bucket/key"):
        with pytest.raises(ValueError, match="addresses"):
            provenance.made("picterra", "c", "detections", {"raster": value}).text()
    named = provenance.made("picterra", "http://127.0.0.1:8765", "detections", {})
    assert provenance.parse(named.text()) == named  # the name of a connection is the user's own
    made = provenance.made("picterra", "c", "detections", {"raster": "r", "layer": ""})
    assert made.ids == {"raster": "r"} and time.moment(made.created) is not None
    for text in ("", "[]", "{}", "null", '{"platform": 1}', '{"ids": 3}'):
        assert provenance.parse(text) is None
    assert provenance.read(_layer(result)) is None
    assert provenance.read_file(tmp_path / "no.gpkg") is None
    assert provenance.read(QgsVectorLayer("Point", "m", "memory")) is None
    fields = "".join(f"&field=attribute_{number}:string" for number in range(40))
    table = QgsVectorLayer(f"Point?crs=EPSG:4326{fields}", "m", "memory")
    assert table.isValid() and len(table.source()) > 255, "too long for the name of a file"
    assert provenance.read(table) is None


def test_metadata_are_there_when_the_file_is_opened_again(result: Path) -> None:
    layer = _layer(result)
    words = metadata.Description("Trees", "Found by <d>.", ("tree", "detection"), ("uploaded", "detected"))
    metadata.describe(layer, words)
    metadata.save_default(layer)
    found = _layer(result).metadata()
    assert (found.title(), found.abstract(), found.history()) == ("Trees", "Found by <d>.", ["uploaded", "detected"])
    assert ["tree", "detection"] in found.keywords().values()
    bounds = found.extent().spatialExtents()[0].bounds
    assert (bounds.xMinimum(), bounds.xMaximum()) == (0, 5)


def test_capture_times(raster: QgsRasterLayer) -> None:
    assert not time.set_raster_range(raster, None) and not time.set_raster_range(raster, "yesterday")
    assert not raster.temporalProperties().isActive()
    assert time.set_raster_range(raster, "2024-06-02T23:41:00+02:00")
    fixed = raster.temporalProperties().fixedTemporalRange()
    assert fixed.begin() == QDateTime.fromString("2024-06-02T00:00:00Z", Qt.DateFormat.ISODate)
    assert fixed.contains(QDateTime.fromString("2024-06-02T21:41:00Z", Qt.DateFormat.ISODate))
    assert not fixed.contains(QDateTime.fromString("2024-06-03T00:00:00Z", Qt.DateFormat.ISODate))
    assert time.set_raster_range(raster, "2024-06-02T09:41:00.250Z", "2024-07-01")
    fixed = raster.temporalProperties().fixedTemporalRange()
    assert fixed.end() == QDateTime.fromString("2024-07-01T00:00:00Z", Qt.DateFormat.ISODate)


def test_times_of_features() -> None:
    layer = QgsVectorLayer("Polygon?field=captured_at:datetime&field=until:datetime", "f", "memory")
    assert not time.set_vector_fields(layer, "nothing")
    assert time.set_vector_fields(layer, "captured_at", "until")
    assert layer.temporalProperties().isActive()
    assert (layer.temporalProperties().startField(), layer.temporalProperties().endField()) == ("captured_at", "until")
    assert time.set_vector_fields(layer, "captured_at")
