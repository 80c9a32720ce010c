"""What is wrong with a shape, found by QGIS's own geometry engine, and the shape put right."""

from __future__ import annotations

from qgis.core import Qgis, QgsGeometry, QgsWkbTypes

from ...providers.shapes.validity import Finding, crossing

_MOST = 5


def findings(geometry: QgsGeometry, feature: str = "", polygons: bool = True) -> list[Finding]:
    """Problems with their places in the geometry's own system: ``no_geometry``, ``empty_geometry``, ``wrong_kind``,
    ``no_area``, and those of crossing and touching rings."""
    if geometry.isNull():
        return [Finding("no_geometry", feature)]
    if geometry.isEmpty():
        return [Finding("empty_geometry", feature)]
    if not polygons:
        return []
    if geometry.type() != QgsWkbTypes.GeometryType.PolygonGeometry:
        kind = QgsWkbTypes.displayString(geometry.wkbType())
        return [Finding("wrong_kind", feature, None, {"kind": kind, "wanted": "Polygon"})]
    errors = geometry.validateGeometry(Qgis.GeometryValidationEngine.Geos)
    found = []
    for error in errors[:_MOST]:
        named = crossing(error.what(), feature)
        place = (error.where().x(), error.where().y()) if error.hasWhere() else named.place
        found.append(Finding(named.problem, feature, place, named.facts))
    if not found and geometry.area() <= 0:
        found.append(Finding("no_area", feature))
    return found


def repaired(geometry: QgsGeometry) -> QgsGeometry:
    """A valid shape of the same place; polygons stay polygons. Empty where nothing with an area is left."""
    made = geometry.makeValid()
    if geometry.type() == QgsWkbTypes.GeometryType.PolygonGeometry:
        made.convertGeometryCollectionToSubclass(QgsWkbTypes.GeometryType.PolygonGeometry)
        if made.type() != QgsWkbTypes.GeometryType.PolygonGeometry:
            return QgsGeometry()
    return made
