"""Features of a layer as a GeoJSON file for a platform: streamed, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

from ...providers.errors import Cancelled
from ...providers.shapes import geojson
from ...providers.shapes.validity import Finding
from ..problems import Problem
from .footprint import Footprint
from .reproject import to_platform
from .validity import findings
from .words import sentences

MOST_FINDINGS = 100


@dataclass(frozen=True)
class FeatureExport:
    """What is wanted of the features. ``kinds`` are GeoJSON types; ``fields`` become properties.

    ``footprint`` (GeoJSON, WGS 84) is where every feature must have at least a part. ``may_be_empty`` True: that there
    is no feature is wanted, as it removes what the platform has.
    """

    kinds: Sequence[str] = geojson.POLYGONS
    fields: Sequence[str] = ()
    footprint: dict[str, Any] | None = None
    context: QgsCoordinateTransformContext = field(default_factory=QgsCoordinateTransformContext)
    may_be_empty: bool = False


def export_features(
    source: QgsFeatureSource,
    target: Path,
    wanted: FeatureExport | None = None,
    progress: Callable[[float], None] = lambda fraction: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write the features and give their number.

    Raises :class:`Problem`, and leaves no file, when a feature cannot be sent: its id, what is wrong with it and where,
    and what would be right. Nothing is repaired silently.
    """
    wanted = wanted or FeatureExport()
    found: list[Finding] = []
    part = target.with_name(target.name + ".part")
    try:
        with open(part, "wb") as file:
            count = geojson.write_features(file, _features(source, wanted, found, progress, cancelled))
        if not count and not found and not wanted.may_be_empty:
            found.append(Finding("no_features"))
        if found:
            raise Problem(sentences(found))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _features(
    source: QgsFeatureSource,
    wanted: FeatureExport,
    found: list[Finding],
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Iterator[dict[str, Any]]:
    total = max(source.featureCount(), 1)
    footprint = Footprint(wanted.footprint)
    crs = source.sourceCrs()
    for index, feature in enumerate(source.getFeatures()):
        if cancelled():
            raise Cancelled
        if index % 200 == 0:
            progress(min(1.0, index / total))
        problems = _check(feature, wanted)
        value = to_platform(feature.geometry(), crs, wanted.context) if not problems else None
        misplaced = None if value is None else footprint.finding(value, str(feature.id()))
        if misplaced is not None:
            problems = [misplaced]
        found += problems
        if len(found) >= MOST_FINDINGS:
            return
        if value is not None and not problems:
            yield geojson.feature(value, _properties(feature, wanted.fields))


def _check(feature: QgsFeature, wanted: FeatureExport) -> list[Finding]:
    name = str(feature.id())
    geometry = feature.geometry()
    polygons = any(kind in geojson.POLYGONS for kind in wanted.kinds)
    problems = findings(geometry, name, polygons=False)
    if problems:
        return problems
    kind = QgsWkbTypes.geometryDisplayString(geometry.type())
    if polygons and geometry.type() == QgsWkbTypes.GeometryType.PolygonGeometry:
        return findings(geometry, name)
    allowed = any(one.replace("Multi", "").replace("LineString", "Line") == kind for one in wanted.kinds)
    return [] if allowed else [Finding("wrong_kind", name, None, {"kind": kind, "wanted": ", ".join(wanted.kinds)})]


def _properties(feature: QgsFeature, fields: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(feature[name]) for name in fields if feature.fieldNameIndex(name) >= 0}


def _plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return None
    if isinstance(value, (QDateTime, QDate, QTime)):
        return value.toString(Qt.DateFormat.ISODate)
    return value if isinstance(value, (str, int, float, bool, list, dict)) else str(value)
