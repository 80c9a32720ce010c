"""Where a place on the ground is seen in a photo, by what the photo tells of itself.

Good for finding a target in hundreds of photos; a metre of error in the position is dozens of pixels, so that the place
itself has to be looked for by eye.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from qgis.core import QgsPointXY

from .attitude import Vector, axes
from .footprint import NEARLY_DOWN, height_above, on_ellipsoid
from .reading import Photo

#: A place this far beyond the edge, in parts of half the photo, may still be seen: positions are a few metres off.
MARGIN = 0.15


@dataclass(frozen=True)
class Sight:
    """A place in a photo. ``off``: 0 in the middle, 1 at the edge, more outside.

    ``x``, ``y``: pixels from the outer corner of the top left pixel, to the right and down; None when the photo does
    not tell its heading, so that only the distance from the middle is known.
    """

    photo: Photo
    off: float
    x: float | None = None
    y: float | None = None


def sight(photo: Photo, longitude: float, latitude: float, ground: float | None = None) -> Sight | None:
    """Where a place (degrees, WGS 84) is in the photo, or beside it; None behind the camera, and where the photo does
    not say enough. ``ground``: metres above the ellipsoid of the place; None: as high as the start of the flight.
    """
    above = height_above(photo, ground)
    if photo.longitude is None or photo.latitude is None or above is None or photo.focal_pixels is None:
        return None
    east, north = _offset(photo.longitude, photo.latitude, longitude, latitude)
    half_width, half_height = photo.width / 2, photo.height_pixels / 2
    pitch = -90.0 if photo.pitch is None else photo.pitch
    if photo.yaw is None:
        if abs(pitch + 90.0) > NEARLY_DOWN:
            return None
        return Sight(photo, math.hypot(east, north) * photo.focal_pixels / above / min(half_width, half_height))
    ahead, side, top = axes(photo, photo.yaw, pitch)
    ray = (east, north, -above)
    depth = _along(ray, ahead)
    if depth <= 0:
        return None
    across = photo.focal_pixels * _along(ray, side) / depth
    along = photo.focal_pixels * _along(ray, top) / depth
    off = max(abs(across) / half_width, abs(along) / half_height)
    return Sight(photo, off, half_width + across, half_height - along)


def sights(photos: Iterable[Photo], longitude: float, latitude: float, ground: float | None = None) -> list[Sight]:
    """The photos that see a place, those first that have it nearest to the middle."""
    found = (sight(photo, longitude, latitude, ground) for photo in photos)
    return sorted((one for one in found if one is not None and one.off <= 1 + MARGIN), key=lambda one: one.off)


def _offset(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> tuple[float, float]:
    """Metres east and north from one place to another."""
    here, there = QgsPointXY(longitude, latitude), QgsPointXY(other_longitude, other_latitude)
    measure = on_ellipsoid()
    distance = measure.measureLine(here, there)
    if distance == 0:
        return 0.0, 0.0
    bearing = measure.bearing(here, there)
    return distance * math.sin(bearing), distance * math.cos(bearing)


def _along(ray: Vector, axis: Vector) -> float:
    return sum(part * other for part, other in zip(ray, axis))
