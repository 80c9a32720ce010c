"""What photos show of the ground, taken as flat, and the outline of all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsGeometry,
    QgsPointXY,
)

from ..geometry.reproject import wgs84
from .reading import Photo

#: Degrees below the horizon: of a photo that looks farther, only what is nearer is taken.
LEAST_DEPRESSION = 10.0
#: Degrees from straight down within which a photo without heading still has a certain footprint.
NEARLY_DOWN = 20.0
CIRCLE_SIDES = 32

Vector = tuple[float, float, float]


def footprint(photo: Photo, ground: float | None = None) -> QgsGeometry:
    """The polygon on the ground that a photo shows, in WGS 84 (longitudes around that of the photo); empty when the
    photo does not say enough.

    ``ground``: metres above the ellipsoid of the flat ground; None takes the height above the start that the drone
    tells. A photo without pitch is taken to look straight down. Without heading the circle is given that is covered
    whatever the heading was.
    """
    above = _above(photo, ground)
    if photo.longitude is None or photo.latitude is None or above is None or photo.focal_pixels is None:
        return QgsGeometry()
    pitch = -90.0 if photo.pitch is None else photo.pitch
    if photo.yaw is None:
        if abs(pitch + 90.0) > NEARLY_DOWN:
            return QgsGeometry()
        radius = above * min(photo.width, photo.height_pixels) / 2 / photo.focal_pixels
        offsets = [
            (radius * math.sin(turn), radius * math.cos(turn))
            for turn in (2 * math.pi * side / CIRCLE_SIDES for side in range(CIRCLE_SIDES))
        ]
    else:
        offsets = [_on_ground(ray, above) for ray in _corner_rays(photo, photo.yaw, pitch)]
    place, measure = QgsPointXY(photo.longitude, photo.latitude), _measure()
    return QgsGeometry.fromPolygonXY([[_moved(measure, place, east, north) for east, north in offsets]])


def _above(photo: Photo, ground: float | None) -> float | None:
    if ground is None:
        height = photo.height
    else:
        height = None if photo.altitude is None else photo.altitude - ground
    return height if height is not None and height > 0 else None


def _corner_rays(photo: Photo, yaw: float, pitch: float) -> list[Vector]:
    """Directions (east, north, up) to the corners, from the top left one clockwise."""
    axes = _axes_of_body if photo.rolls_with_body else _axes_of_gimbal
    ahead, side, top = axes(math.radians(yaw), math.radians(pitch), math.radians(photo.roll or 0.0))
    half_width, half_height = photo.width / 2, photo.height_pixels / 2
    focal = photo.focal_pixels or 1.0
    return [
        _sum((ahead, focal), (side, across * half_width), (top, along * half_height))
        for across, along in ((-1, 1), (1, 1), (1, -1), (-1, -1))
    ]


def _axes_of_gimbal(turn: float, tilt: float, lean: float) -> tuple[Vector, Vector, Vector]:
    """Where the camera looks, the right and the top of the photo. The roll turns the photo about the line of sight;
    drones that look straight down tell a half turn of it."""
    ahead: Vector = (math.sin(turn) * math.cos(tilt), math.cos(turn) * math.cos(tilt), math.sin(tilt))
    right: Vector = (math.cos(turn), -math.sin(turn), 0.0)
    upper: Vector = (-math.sin(turn) * math.sin(tilt), -math.cos(turn) * math.sin(tilt), math.cos(tilt))
    side = _sum((right, math.cos(lean)), (upper, -math.sin(lean)))
    return ahead, side, _sum((right, math.sin(lean)), (upper, math.cos(lean)))


def _axes_of_body(turn: float, tilt: float, lean: float) -> tuple[Vector, Vector, Vector]:
    """The same for a camera that looks down out of an aircraft; the roll is that of the aircraft, about its nose."""
    nose_up = tilt + math.pi / 2
    nose: Vector = (math.sin(turn) * math.cos(nose_up), math.cos(turn) * math.cos(nose_up), math.sin(nose_up))
    right: Vector = (math.cos(turn), -math.sin(turn), 0.0)
    floor: Vector = (math.sin(turn) * math.sin(nose_up), math.cos(turn) * math.sin(nose_up), -math.cos(nose_up))
    ahead = _sum((floor, math.cos(lean)), (right, -math.sin(lean)))
    return ahead, _sum((right, math.cos(lean)), (floor, math.sin(lean))), nose


def _sum(*terms: tuple[Vector, float]) -> Vector:
    east, north, up = (sum(vector[axis] * factor for vector, factor in terms) for axis in range(3))
    return east, north, up


def _on_ground(ray: Vector, above: float) -> tuple[float, float]:
    """Metres east and north at which a ray meets the ground; a ray to the sky or far away is bent down."""
    east, north, up = ray
    level = math.hypot(east, north)
    farthest = above / math.tan(math.radians(LEAST_DEPRESSION))
    reach = farthest if up >= 0 else min(farthest, above * level / -up)
    return (0.0, 0.0) if level == 0 else (east / level * reach, north / level * reach)


def _moved(measure: QgsDistanceArea, place: QgsPointXY, east: float, north: float) -> QgsPointXY:
    """The place so many metres away on the ellipsoid; its longitude stays on the same side of the antimeridian."""
    distance = math.hypot(east, north)
    if distance == 0:
        return QgsPointXY(place)
    target = measure.computeSpheroidProject(place, distance, math.atan2(east, north))
    longitude = target.x()
    while longitude - place.x() > 180.0:
        longitude -= 360.0
    while longitude - place.x() < -180.0:
        longitude += 360.0
    return QgsPointXY(longitude, target.y())


def outline(footprints: Sequence[QgsGeometry]) -> QgsGeometry:
    """The ground that any of the photos shows, in WGS 84; empty without footprints.

    Longitudes go on beyond 180 for flights across the antimeridian, as those of the first footprint do.
    """
    shapes = [shape for shape in footprints if not shape.isEmpty()]
    if not shapes:
        return QgsGeometry()
    first = shapes[0].boundingBox().center().x()
    near = []
    for shape in shapes:
        turns = round((first - shape.boundingBox().center().x()) / 360.0)
        copy = QgsGeometry(shape)
        if turns:
            copy.translate(360.0 * turns, 0.0)
        near.append(copy)
    return QgsGeometry.unaryUnion(near)


def _measure() -> QgsDistanceArea:
    measure = QgsDistanceArea()
    measure.setSourceCrs(wgs84(), QgsCoordinateTransformContext())
    measure.setEllipsoid("EPSG:7030")
    return measure
