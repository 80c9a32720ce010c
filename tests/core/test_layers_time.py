"""What layers are told of time, and what the temporal controller would show of them on a day."""

from __future__ import annotations

from pathlib import Path

import pixel_files
import pytest
from imagery_hub.core.layers import time
from imagery_hub.core.layers.style import save_default, style_kind
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsDateTimeRange,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsGeometry,
    QgsIdentifyContext,
    QgsMapLayer,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsTemporalUtils,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorLayerTemporalContext,
)
from qgis.gui import QgsMapCanvas, QgsMapToolIdentify
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

pytestmark = pytest.mark.usefixtures("qgis_app")
SQUARE = "POLYGON((10 50, 11 50, 11 51, 10 51, 10 50))"


def day(text: str) -> QgsDateTimeRange:
    date = QDate.fromString(text, Qt.DateFormat.ISODate)
    return QgsDateTimeRange(QDateTime(date, QTime(0, 0), Qt.TimeSpec.UTC),
                            QDateTime(date, QTime(23, 59, 59), Qt.TimeSpec.UTC))


def shown(layer: QgsMapLayer, text: str) -> int:
    """How much of a layer is shown on a day: features, or 1 and 0."""
    properties = layer.temporalProperties()
    if isinstance(layer, QgsRasterLayer) or not properties.isVisibleInTemporalRange(day(text)):
        return int(properties.isVisibleInTemporalRange(day(text)))
    context = QgsVectorLayerTemporalContext()
    context.setLayer(layer)
    settings = QgsMapSettings()
    settings.setIsTemporal(True)
    settings.setTemporalRange(day(text))
    drawn = QgsExpressionContext()
    drawn.appendScope(QgsExpressionContextUtils.layerScope(layer))
    drawn.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    request = QgsFeatureRequest().setExpressionContext(drawn)
    words = properties.createFilterString(context, day(text))
    if words:
        request.setFilterExpression(words)
    return len(list(layer.getFeatures(request)))


def identified(layer: QgsVectorLayer, text: str) -> int:
    """How many features QGIS's tool finds in the middle of a map that shows a day."""
    canvas = QgsMapCanvas()
    canvas.resize(200, 200)
    canvas.setDestinationCrs(layer.crs())
    canvas.setLayers([layer])
    canvas.setTemporalRange(day(text))
    canvas.setExtent(layer.extent())
    when = QgsIdentifyContext()
    when.setTemporalRange(canvas.temporalRange())  # as QGIS's window does
    mode = QgsMapToolIdentify.IdentifyMode.TopDownAll
    return len(QgsMapToolIdentify(canvas).identify(100, 100, [layer], mode, when))


def footprints(*moments: str | None, field: str = "captured_at", kind: str = "string") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"Polygon?crs=EPSG:4326&field=name:string&field={field}:{kind}", "found", "memory")
    for moment in moments:
        feature = QgsFeature(layer.fields())
        feature.setAttributes(["a", moment])
        feature.setGeometry(QgsGeometry.fromWkt(SQUARE))
        layer.dataProvider().addFeature(feature)
    return layer


def written(layer: QgsVectorLayer, path: Path) -> str:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsCoordinateTransformContext(), options)
    return str(path)


@pytest.mark.parametrize("field", time.CAPTURE_FIELDS)
def test_each_feature_is_shown_on_its_day(field: str) -> None:
    layer = footprints("2024-06-02T09:41:00Z", "2024-06-02 23:59:00.250+00:00", "2024-07-01", field=field)
    assert time.set_capture(layer, "2020-01-01")
    assert (shown(layer, "2024-06-02"), shown(layer, "2024-07-01"), shown(layer, "2020-01-01")) == (2, 1, 0)


def test_times_and_days_are_fields_of_their_own_kind() -> None:
    layer = footprints("2024-06-02T09:41:00", "2024-06-02T00:00:00", field="datetime", kind="datetime")
    assert time.set_capture(layer) and layer.temporalProperties().startField() == "datetime"
    assert (shown(layer, "2024-06-01"), shown(layer, "2024-06-02"), shown(layer, "2024-06-03")) == (0, 2, 0)


@pytest.mark.parametrize(("kind", "moments"), [("string", ("no time", "", None)), ("datetime", (None,))])
def test_what_has_no_time_is_always_shown(kind: str, moments: tuple[str | None, ...]) -> None:
    layer = footprints("2024-06-02T09:41:00Z", *moments, kind=kind)
    assert time.set_capture(layer)
    for looked in (shown, identified):
        found = [looked(layer, one) for one in ("2024-06-02", "2024-06-03")]
        assert found == [1 + len(moments), len(moments)], looked


@pytest.mark.parametrize(("kind", "moments"), [("string", ("no time", "", None)), ("datetime", (None,))])
def test_what_has_no_time_has_no_part_in_the_time_of_the_project(kind: str, moments: tuple[str | None, ...]) -> None:
    """As the temporal controller finds it by “Set to Full Range”."""
    layer = footprints("2024-06-02T09:41:00Z", *moments, "2024-07-01T00:00:00Z", kind=kind)
    assert time.set_capture(layer)
    project = QgsProject()
    project.addMapLayer(layer)
    whole = QgsTemporalUtils.calculateTemporalRangeForProject(project)
    assert [one.toString("yyyy-MM-dd") for one in (whole.begin(), whole.end())] == ["2024-06-02", "2024-07-01"]


def test_without_a_field_the_whole_layer_has_the_day() -> None:
    layer = footprints("x", field="text")
    assert not time.set_capture(layer) and not time.set_capture(layer, "yesterday")
    assert not layer.temporalProperties().isActive()
    assert time.set_capture(layer, "2024-06-02T09:41:00+02:00")
    assert (shown(layer, "2024-06-02"), shown(layer, "2024-06-03")) == (1, 0)


def test_a_geopackage_keeps_the_time_and_its_style(tmp_path: Path) -> None:
    path = written(footprints("2024-06-02T09:41:00Z"), tmp_path / "found.gpkg")
    before = QgsVectorLayer(path, "found", "ogr")
    before.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "#123456"})))
    save_default(before, "own")
    del before
    assert time.keep(path)
    layer = QgsVectorLayer(path, "found", "ogr")
    layer.loadDefaultStyle()
    assert layer.renderer().symbol().color().name() == "#123456"
    assert (shown(layer, "2024-06-02"), shown(layer, "2024-06-03")) == (1, 0)


def test_a_geopackage_without_a_style_gets_that_of_footprints(tmp_path: Path) -> None:
    path = written(footprints("2024-06-02T09:41:00Z"), tmp_path / "found.gpkg")
    assert time.keep(path)
    layer, wanted = QgsVectorLayer(path, "found", "ogr"), footprints()
    layer.loadDefaultStyle()
    style_kind(wanted, "footprint")
    assert layer.renderer().symbol().color() == wanted.renderer().symbol().color()
    assert not time.keep(written(footprints("x", field="text"), tmp_path / "plain.gpkg"))


def test_a_raster_keeps_the_time_beside_it_and_its_look_to_qgis(tmp_path: Path) -> None:
    path = pixel_files.raster(tmp_path / "field.tif", data_type="uint16", bands=1)
    assert not time.keep(str(path)) and not time.keep(str(path), "no time")
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "nothing is written beside what has no date"
    plain = QgsRasterLayer(str(path), "field")
    assert time.keep(str(path), "2024-06-02T09:41:00Z")
    layer = QgsRasterLayer(str(path), "field")
    layer.loadDefaultStyle()
    assert layer.isValid() and layer.renderer().type() == plain.renderer().type()
    own, usual = (one.renderer().contrastEnhancement() for one in (layer, plain))
    assert own.contrastEnhancementAlgorithm() == usual.contrastEnhancementAlgorithm()
    assert (own.minimumValue(), own.maximumValue()) == (usual.minimumValue(), usual.maximumValue())
    assert (shown(layer, "2024-06-02"), shown(layer, "2024-06-03")) == (1, 0)


def test_a_style_that_is_there_keeps_all_but_the_time(tmp_path: Path) -> None:
    path = pixel_files.raster(tmp_path / "field.tif")
    before = QgsRasterLayer(str(path), "field")
    before.setOpacity(0.25)
    before.saveNamedStyle(str(path.with_suffix(".qml")))
    for when in ("2023-01-01", "2024-06-02"):
        assert time.keep(str(path), when)
    layer = QgsRasterLayer(str(path), "field")
    layer.loadDefaultStyle()
    assert layer.opacity() == pytest.approx(0.25)
    assert (shown(layer, "2024-06-02"), shown(layer, "2023-01-01")) == (1, 0)


def test_the_capture_of_an_entry_is_not_the_moment_it_was_made() -> None:
    assert time.captured_in({"created_at": "2024-06-02", "capture_date": "2024-05-01"}) == "2024-05-01"
    assert time.captured_in({"created_at": "2024-06-02", "captured_at": "", "acquired": "soon"}) == ""
