"""What a project has to mark: points, photos and marks, read in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsPointXY,
)

from ....core.crs_rules import map_crs
from ....core.geometry.reproject import wgs84
from ....core.photos.marks import Key, Mark
from ....providers.pix4d.flows.control_points import system_of
from ....providers.pix4d.flows.photos import all_photos
from ....providers.pix4d.project_records import Gcp, Mtp
from ....providers.work import Work

#: ``Point.kind`` of manual tie points; that of the others is the platform's ``point_type``.
TIE_POINT = "MTP"


@dataclass(frozen=True)
class Point:
    """``longitude``, ``latitude``: WGS 84, None where the project's system or the place is not known. ``height``: in
    metres, as the project counts them."""

    name: str
    kind: str
    longitude: float | None = None
    latitude: float | None = None
    height: float | None = None

    @property
    def place(self) -> tuple[float, float, float | None] | None:
        """Where it is, None when nobody knows."""
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude, self.height


@dataclass(frozen=True)
class MarkedProject:
    """One project of one connection (empty name: the environment). ``photos``: keys in storage, in the order of the
    platform."""

    connection: str
    id: str
    name: str
    points: Sequence[Point] = ()
    photos: Sequence[str] = ()
    marks: Mapping[Key, Mark] = field(default_factory=dict)

    def point(self, name: str) -> Point | None:
        """The point of that name."""
        return next((one for one in self.points if one.name == name), None)


def read_project(
    platform: Any, wanted: MarkedProject, transforms: QgsCoordinateTransformContext, work: Work
) -> MarkedProject:
    """Read everything of a project of which connection, id and name are known. Raises what the platform raises."""
    project_id, api = wanted.id, platform.api.during(work)
    definition, _ = system_of(api, project_id)
    crs = map_crs(definition)
    to_globe = QgsCoordinateTransform(crs, wgs84(), transforms) if crs.isValid() else None
    points = _points(api.gcps.list(project_id), api.mtps.list(project_id), to_globe)
    photos = [str(one["s3_key"]) for one in all_photos(api, project_id, work) if one.get("s3_key")]
    marks = {
        Key(str(one["gcp"]), str(one["photo"])): Mark(float(one["x"]), float(one["y"]), str(one["id"]))
        for one in api.marks.list(project_id)
        if {"gcp", "photo", "x", "y"} <= set(one)
    }
    return replace(wanted, points=points, photos=photos, marks=marks)


def _points(
    gcps: Sequence[Gcp], mtps: Sequence[Mtp], transform: QgsCoordinateTransform | None
) -> list[Point]:
    found = [_point(one["name"], str(one.get("point_type") or "GCP"), one, transform) for one in gcps]
    found += [_point(str(one.get("name") or one["id"]), TIE_POINT, one, transform) for one in mtps]
    return sorted(found, key=lambda one: (one.kind == TIE_POINT, one.name.casefold()))


def _point(name: str, kind: str, told: Gcp | Mtp, transform: QgsCoordinateTransform | None) -> Point:
    x, y, z = told.get("x"), told.get("y"), told.get("z")
    if transform is None or x is None or y is None:
        return Point(name, kind, height=z)
    try:
        place = transform.transform(QgsPointXY(x, y))
    except QgsCsException:
        return Point(name, kind, height=z)
    return Point(name, kind, place.x(), place.y(), z)
