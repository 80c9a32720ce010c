"""What an image shows of the ground by its camera members, as Geodata Pixel has them: those of Esri's oriented imagery.

``cam_heading`` in degrees from north, clockwise; ``cam_pitch`` from straight down (0) over the horizon (90) upwards;
``hfov`` and ``vfov`` in degrees; ``near_dist``, ``far_dist`` and ``cam_height`` (above the ground) in metres.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qgis.core import QgsGeometry, QgsPointXY

from .footprint import LEAST_DEPRESSION, footprint, moved, on_ellipsoid
from .reading import Photo

STEP = 5.0
"""Degrees between two corners of an arc."""
SCALE = 100_000.0
"""Pixels that the focal length is taken to have: only its ratio to width and height counts."""


def view(longitude: float, latitude: float, members: Mapping[str, Any]) -> QgsGeometry:
    """The polygon, in WGS 84; empty when the members do not say enough.

    Where the whole image shows the ground, its corners on flat ground; else the sector between the near and the far
    distance.
    """
    told = {name: float(value) for name, value in members.items() if _is_number(value)}
    if _whole_on_ground(told):
        return _corners(longitude, latitude, told)
    return _sector(longitude, latitude, told)


def _whole_on_ground(told: Mapping[str, float]) -> bool:
    names = ("cam_heading", "cam_pitch", "hfov", "vfov", "cam_height")
    if any(name not in told for name in names) or told["cam_height"] <= 0:
        return False
    wide = all(0 < told[name] < 170 for name in ("hfov", "vfov"))
    return wide and told["cam_pitch"] + told["vfov"] / 2 <= 90 - LEAST_DEPRESSION


def _corners(longitude: float, latitude: float, told: Mapping[str, float]) -> QgsGeometry:
    width, height = (2 * SCALE * math.tan(math.radians(told[name] / 2)) for name in ("hfov", "vfov"))
    return footprint(Photo(
        Path(), round(width), round(height), longitude, latitude, height=told["cam_height"],
        yaw=told["cam_heading"] % 360, pitch=told["cam_pitch"] - 90, roll=told.get("cam_roll", 0.0),
        focal_pixels=SCALE,
    ))


def _sector(longitude: float, latitude: float, told: Mapping[str, float]) -> QgsGeometry:
    far, near = told.get("far_dist", 0.0), max(0.0, told.get("near_dist", 0.0))
    wide = told.get("hfov", 0.0)
    if far <= near or not 0 < wide <= 360 or ("cam_heading" not in told and wide < 360):
        return QgsGeometry()
    place, measure = QgsPointXY(longitude, latitude), on_ellipsoid()
    begin = told.get("cam_heading", 0.0) - wide / 2
    turns = [begin + wide * step / _steps(wide) for step in range(_steps(wide) + 1)]

    def arc(distance: float) -> list[QgsPointXY]:
        return [
            moved(measure, place, distance * math.sin(math.radians(turn)), distance * math.cos(math.radians(turn)))
            for turn in turns
        ]

    if wide >= 360:
        return QgsGeometry.fromPolygonXY([arc(far), *([arc(near)[::-1]] if near else [])])
    return QgsGeometry.fromPolygonXY([[*arc(far), *(arc(near)[::-1] if near else [place])]])


def _steps(wide: float) -> int:
    return max(2, math.ceil(wide / STEP))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
