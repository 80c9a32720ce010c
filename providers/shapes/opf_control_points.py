"""The file of control points that goes into an archive of photos: OPF input control points, version 0.2.

PIX4D's notes, section 7.4: like OPF 1.0, except that a mark names its image by ``photo``, the path in the archive. All
points have one system of the EPSG authority, coordinates follow the order of its axes, and every photo that a mark
names is in the archive.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..errors import InputProblem

FORMAT = "application/opf-input-control-points+json"
VERSION = "0.2"
DEFINITION = re.compile(r"EPSG:\d+(\+(EPSG:)?\d+)?")
MARK_ACCURACY = 1.0
"""Pixels; what the notes' example gives."""


def control_points_file(
    gcps: Iterable[Mapping[str, Any]],
    marks: Iterable[Mapping[str, Any]],
    definition: str,
    photos: Collection[str],
    *,
    north_first: bool,
    accuracies: tuple[float, float],
    geoid_height: float | None = None,
    mtps: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The content of ``input_control_points.json``.

    ``gcps`` as in the API: ``name``, ``point_type``, ``x`` east-like, ``y`` north-like, ``z``, ``xy_accuracy``,
    ``z_accuracy``; ``mtps``: ``name``, ``is_checkpoint``; ``marks``: ``gcp`` (the name of either), ``photo`` (its path
    in the archive), ``x``, ``y`` in pixels. ``north_first``: whether the system declares the north-like axis first.
    ``accuracies``: horizontal and vertical, for points that have none, in the units of the system.
    ``photos``: all paths of photos in the archive. Raises :class:`InputProblem` for what the platform would only
    answer with a failed processing (10601).
    """
    if not DEFINITION.fullmatch(definition):
        raise InputProblem("points_definition", definition=definition[:60])
    crs: dict[str, Any] = {"definition": definition}
    if geoid_height is not None:
        crs["geoid_height"] = _finite(geoid_height, "geoid_height")
    by_point = _by_point(marks, photos)
    made: dict[str, Any] = {"format": FORMAT, "version": VERSION, "gcps": [], "mtps": []}
    seen: set[str] = set()
    for point in gcps:
        name = _new(point, seen)
        x, y, z = (_finite(point[axis], name) for axis in ("x", "y", "z"))
        flat, up = (_accuracy(point.get(member), usual, name)
                    for member, usual in zip(("xy_accuracy", "z_accuracy"), accuracies))
        place = [y, x, z] if north_first else [x, y, z]
        location = {"crs": dict(crs), "coordinates": place, "sigmas": [flat, flat, up]}
        checks = point.get("point_type") == "CHECKPOINT"
        made["gcps"].append(
            {"id": name, "is_checkpoint": checks, "geolocation": location, "marks": by_point.pop(name, [])}
        )
    for point in mtps:
        name = _new(point, seen)
        checks = bool(point.get("is_checkpoint"))
        made["mtps"].append({"id": name, "is_checkpoint": checks, "marks": by_point.pop(name, [])})
    if by_point:
        raise InputProblem("mark_without_point", names=", ".join(sorted(by_point)))
    return made


def _by_point(marks: Iterable[Mapping[str, Any]], photos: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    taken: set[tuple[str, str]] = set()
    for mark in marks:
        name, photo = str(mark["gcp"]), str(mark["photo"])
        if photo not in photos:
            raise InputProblem("mark_without_photo", name=name, photo=photo)
        if (name, photo) in taken:
            raise InputProblem("mark_twice", name=name, photo=photo)
        taken.add((name, photo))
        place = [_finite(mark["x"], name), _finite(mark["y"], name)]
        found.setdefault(name, []).append({"photo": photo, "position_px": place, "accuracy": MARK_ACCURACY})
    return found


def _new(point: Mapping[str, Any], seen: set[str]) -> str:
    name = str(point["name"])
    if name in seen:
        raise InputProblem("point_twice", name=name)
    seen.add(name)
    return name


def _finite(value: Any, name: str) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise InputProblem("point_number", name=name)
    return number


def _accuracy(value: Any, usual: float, name: str) -> float:
    number = _finite(usual if value is None else value, name)
    if number <= 0:
        raise InputProblem("point_accuracy", name=name)
    return number
