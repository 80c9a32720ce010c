"""Where a camera looks: from the angles that a photo tells to directions east, north and up."""

from __future__ import annotations

import math

from .reading import Photo

Vector = tuple[float, float, float]


def axes(photo: Photo, yaw: float, pitch: float) -> tuple[Vector, Vector, Vector]:
    """Where the camera looks, the right and the top of the photo, as unit vectors (east, north, up); angles in
    degrees as :class:`Photo` has them."""
    of_body = _axes_of_body if photo.rolls_with_body else _axes_of_gimbal
    return of_body(math.radians(yaw), math.radians(pitch), math.radians(photo.roll or 0.0))


def _axes_of_gimbal(turn: float, tilt: float, lean: float) -> tuple[Vector, Vector, Vector]:
    """Where the camera looks, the right and the top of the photo. The roll turns the photo about the line of sight;
    drones that look straight down tell a half turn of it."""
    ahead: Vector = (math.sin(turn) * math.cos(tilt), math.cos(turn) * math.cos(tilt), math.sin(tilt))
    right: Vector = (math.cos(turn), -math.sin(turn), 0.0)
    upper: Vector = (-math.sin(turn) * math.sin(tilt), -math.cos(turn) * math.sin(tilt), math.cos(tilt))
    side = total((right, math.cos(lean)), (upper, -math.sin(lean)))
    return ahead, side, total((right, math.sin(lean)), (upper, math.cos(lean)))


def _axes_of_body(turn: float, tilt: float, lean: float) -> tuple[Vector, Vector, Vector]:
    """The same for a camera that looks down out of an aircraft; the roll is that of the aircraft, about its nose."""
    nose_up = tilt + math.pi / 2
    nose: Vector = (math.sin(turn) * math.cos(nose_up), math.cos(turn) * math.cos(nose_up), math.sin(nose_up))
    right: Vector = (math.cos(turn), -math.sin(turn), 0.0)
    floor: Vector = (math.sin(turn) * math.sin(nose_up), math.cos(turn) * math.sin(nose_up), -math.cos(nose_up))
    ahead = total((floor, math.cos(lean)), (right, -math.sin(lean)))
    return ahead, total((right, math.cos(lean)), (floor, math.sin(lean))), nose


def total(*terms: tuple[Vector, float]) -> Vector:
    """The weighted sum of vectors."""
    east, north, up = (sum(vector[axis] * factor for vector, factor in terms) for axis in range(3))
    return east, north, up
