"""Capture times for QGIS's temporal controller: the home of whatever layers are told of time.

A raster is shown on the day of its capture. A vector layer is shown feature by feature where a field tells when each
was captured (:data:`CAPTURE_FIELDS`), else as a whole on the day of the imagery that it was drawn from. What the
platform does not date is always shown. Times are compared in UTC, as the controller has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsExpression,
    QgsMapLayer,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, Qt, QTime

from .style import save_default, style_kind

#: Members and columns in which the platforms, and this plugin, say when something was captured, the surest first.
CAPTURE_FIELDS = ("captured_at", "capture_date", "acquisition_date", "acquired", "datetime", "captured", "taken",
                  "date")
DAY = 86400_000
# The time of the map where it is drawn; nothing where QGIS asks for the times of all features of a layer, in which what
# has no time has no part; and ever where it knows neither map nor layer, as when features are identified.
BEFORE = "@map_start_time - to_interval('1 second'), if(@layer_id is null, make_datetime(1,1,1,0,0,0), null)"
AFTER = "@map_end_time + to_interval('1 second'), if(@layer_id is null, make_datetime(9999,1,1,0,0,0), null)"


def moment(text: str | None) -> QDateTime | None:
    """An ISO 8601 time in UTC; a day without a time is its beginning; None for nothing and for what is no time."""
    if not text:
        return None
    found = QDateTime.fromString(text.strip(), Qt.DateFormat.ISODateWithMs)
    if not found.isValid():
        return None
    if found.timeSpec() == Qt.TimeSpec.LocalTime:  # without a zone: platforms mean UTC
        found.setTimeSpec(Qt.TimeSpec.UTC)
    return found.toUTC()


def local_moment(text: str | None) -> QDateTime | None:
    """The same as an algorithm's dialog shows it: its field would take the hours of another time zone for its own."""
    found = moment(text)
    return None if found is None else found.toLocalTime()


def captured_in(details: Mapping[str, object]) -> str:
    """When something was captured, of what a platform says of it; empty where it does not say."""
    found = (details.get(name) for name in CAPTURE_FIELDS)
    return next((one for one in found if isinstance(one, str) and moment(one) is not None), "")


def day_of(start: str | None, end: str | None = None) -> QgsDateTimeRange | None:
    """From a capture to ``end``; without an end, the whole day (UTC) of the capture. None when it is not known."""
    begin = moment(start)
    if begin is None:
        return None
    last = moment(end)
    if last is None or last < begin:
        begin = QDateTime(begin.date(), QTime(0, 0), Qt.TimeSpec.UTC)
        last = begin.addMSecs(DAY - 1)
    return QgsDateTimeRange(begin, last)


def set_raster_range(layer: QgsRasterLayer, start: str | None, end: str | None = None) -> bool:
    """Show a raster from its capture to ``end``; without an end, for the whole day (UTC) of its capture.

    Gives False, and changes nothing, when the start is not known.
    """
    return _set_range(layer, Qgis.RasterTemporalMode.FixedTemporalRange, start, end)


def set_vector_range(layer: QgsVectorLayer, start: str | None, end: str | None = None) -> bool:
    """The same for all of a vector layer: of what was drawn from, or found in, imagery of that day."""
    return _set_range(layer, Qgis.VectorTemporalMode.FixedTemporalRange, start, end)


def _set_range(layer: QgsMapLayer, mode: object, start: str | None, end: str | None) -> bool:
    span_of_time = day_of(start, end)
    if span_of_time is None:
        return False
    properties = layer.temporalProperties()
    properties.setMode(mode)
    properties.setFixedTemporalRange(span_of_time)
    properties.setIsActive(True)
    return True


def set_capture(layer: QgsMapLayer, captured: str | None = "", field: str = "") -> bool:
    """Whatever a layer can be told: a raster the day ``captured``; a vector layer the field with the capture of each
    feature, ``field`` or one of :data:`CAPTURE_FIELDS`, and without such a field the day. False where nothing is known,
    or QGIS knows no time for such layers (point clouds, tiled scenes)."""
    if isinstance(layer, QgsRasterLayer):
        return set_raster_range(layer, captured)
    if not isinstance(layer, QgsVectorLayer):
        return False
    names = layer.fields().names()
    known = next((name for name in ([field] if field else CAPTURE_FIELDS) if name in names), "")
    return set_vector_field(layer, known) if known else set_vector_range(layer, captured)


def set_vector_field(layer: QgsVectorLayer, field: str) -> bool:
    """Show each feature at the moment in a field of times, or of texts in ISO 8601. False when it is not there."""
    index = layer.fields().indexOf(field)
    if index < 0:
        return False
    if layer.fields().at(index).isDateOrTime():
        return set_vector_fields(layer, field)
    # Without their zone, which is UTC: QGIS compares with times that have none. A day alone is its beginning.
    text = f"try(to_datetime(left(replace({QgsExpression.quotedColumnRef(field)}, ' ', 'T'), 19)))"
    properties = layer.temporalProperties()
    properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromExpressions)
    # What has no time is always shown. The end is not the same moment: QGIS leaves out what ends when a range begins,
    # and a day alone begins at midnight.
    properties.setStartExpression(f"coalesce({text}, {BEFORE})")
    properties.setEndExpression(f"coalesce({text} + to_interval('1 second'), {AFTER})")
    properties.setIsActive(True)
    return True


def keep(destination: str, captured: str | None = "", field: str = "") -> bool:
    """Keep the capture in or beside a file, whose style is otherwise left: in the default style of a GeoPackage, in the
    QML file of a raster. So it is known in ``qgis_process`` and when the file is opened later. False where nothing is
    known, and for other files. Not for the main thread; the file must not be open for writing."""
    path = Path(destination.partition("|")[0])
    if not path.is_file():
        return False
    if path.suffix.lower() == ".gpkg":
        table = QgsVectorLayer(destination, path.stem, "ogr")
        if table.isValid() and table.isSpatial():
            return _keep_in_database(table, captured, field)
    if day_of(captured) is None:
        return False
    from .gdal_calls import thread_options  # not for the start of QGIS, of which this module has a part

    with thread_options({"GDAL_PAM_ENABLED": "NO"}):  # or GDAL writes the statistics of the look beside the file
        layer = QgsRasterLayer(str(path), path.stem, "gdal")  # in the look that is there already, else in QGIS's usual
        if not layer.isValid() or not set_raster_range(layer, captured):
            return False
        _, saved = layer.saveNamedStyle(str(path.with_suffix(".qml")))
    return bool(saved)


def _keep_in_database(layer: QgsVectorLayer, captured: str | None, field: str) -> bool:
    _, styled = layer.loadDefaultStyle()
    if not set_capture(layer, captured, field):
        return False
    if not styled and layer.geometryType() == 2:  # noqa: PLR2004 - polygons, an enumeration that newer QGIS moved
        style_kind(layer, "footprint")
    save_default(layer, layer.name())
    return True


def set_vector_fields(layer: QgsVectorLayer, start: str, end: str = "") -> bool:
    """Show each feature from the time in one field to that in another, or at the one moment where there is no end.

    Gives False, and changes nothing, when a field is missing.
    """
    names = layer.fields().names()
    if start not in names or (end and end not in names):
        return False
    properties = layer.temporalProperties()
    modes = Qgis.VectorTemporalMode
    if end:
        properties.setMode(modes.FeatureDateTimeStartAndEndFromFields)
        properties.setEndField(end)
    else:
        properties.setMode(modes.FeatureDateTimeInstantFromField)
    properties.setStartField(start)
    properties.setIsActive(True)
    return True
