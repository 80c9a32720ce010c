"""Capture times for QGIS's temporal controller."""

from __future__ import annotations

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsMapLayer,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, Qt, QTime


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


def set_raster_range(layer: QgsRasterLayer, start: str | None, end: str | None = None) -> bool:
    """Show a raster from its capture to ``end``; without an end, for the whole day (UTC) of its capture.

    Gives False, and changes nothing, when the start is not known.
    """
    begin = moment(start)
    if begin is None:
        return False
    last = moment(end)
    if last is None or last < begin:
        begin = QDateTime(begin.date(), QTime(0, 0), Qt.TimeSpec.UTC)
        last = begin.addDays(1).addMSecs(-1)
    properties = layer.temporalProperties()
    properties.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    properties.setFixedTemporalRange(QgsDateTimeRange(begin, last))
    properties.setIsActive(True)
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


def span(layers: list[QgsMapLayer]) -> QgsDateTimeRange | None:
    """The time that the layers' fixed ranges cover together: what to set the controller to."""
    ranges = [
        one.temporalProperties().fixedTemporalRange()
        for one in layers
        if isinstance(one, QgsRasterLayer) and one.temporalProperties().isActive()
    ]
    if not ranges:
        return None
    return QgsDateTimeRange(min(one.begin() for one in ranges), max(one.end() for one in ranges))
