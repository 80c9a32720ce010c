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
from .attitude import Vector, axes, total
from .reading import Photo

#: Degrees below the horizon: of a photo that looks farther, only what is nearer is taken.
LEAST_DEPRESSION = 10.0
#: Degrees from straight down within which a photo without heading still has a certain footprint.
NEARLY_DOWN = 20.0
CIRCLE_SIDES = 32


def footprint(photo: Photo, ground: float | None = None) -> QgsGeometry:
    """The polygon on the ground that a photo shows, in WGS 84 (longitudes around that of the photo); empty when the
    photo does not say enough.

    ``ground``: metres above the ellipsoid of the flat ground; None takes the height above the start that the drone
    tells. A photo without pitch is taken to look straight down. Without heading the circle is given that is covered
    whatever the heading was.
    """
    above = height_above(photo, ground)
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
    place, measure = QgsPointXY(photo.longitude, photo.latitude), on_ellipsoid()
    return QgsGeometry.fromPolygonXY([[moved(measure, place, east, north) for east, north in offsets]])


def height_above(photo: Photo, ground: float | None) -> float | None:
    """Metres that the camera is above flat ground at ``ground`` metres above the ellipsoid, or, with None, above its
    start; None when the photo does not tell it or was not taken from above."""
    if ground is None:
        height = photo.height
    else:
        height = None if photo.altitude is None else photo.altitude - ground
    return height if height is not None and height > 0 else None


def _corner_rays(photo: Photo, yaw: float, pitch: float) -> list[Vector]:
    """Directions (east, north, up) to the corners, from the top left one clockwise."""
    ahead, side, top = axes(photo, yaw, pitch)
    half_width, half_height = photo.width / 2, photo.height_pixels / 2
    focal = photo.focal_pixels or 1.0
    return [
        total((ahead, focal), (side, across * half_width), (top, along * half_height))
        for across, along in ((-1, 1), (1, 1), (1, -1), (-1, -1))
    ]


def _on_ground(ray: Vector, above: float) -> tuple[float, float]:
    """Metres east and north at which a ray meets the ground; a ray to the sky or far away is bent down."""
    east, north, up = ray
    level = math.hypot(east, north)
    farthest = above / math.tan(math.radians(LEAST_DEPRESSION))
    reach = farthest if up >= 0 else min(farthest, above * level / -up)
    return (0.0, 0.0) if level == 0 else (east / level * reach, north / level * reach)


def moved(measure: QgsDistanceArea, place: QgsPointXY, east: float, north: float) -> QgsPointXY:
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


def on_ellipsoid() -> QgsDistanceArea:
    """Measures metres between longitudes and latitudes on WGS 84."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(wgs84(), QgsCoordinateTransformContext())
    measure.setEllipsoid("EPSG:7030")
    return measure
