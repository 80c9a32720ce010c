"""Control points: where the photos see them, and how far the block must be moved to meet them.

The whole block is moved, neither turned nor scaled: positions and attitudes of the photos among each other are taken to
be right, their common shift is what a receiver without corrections gets wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .block import Block, Log, View
from .records import ControlPoint, Mark


@dataclass(frozen=True)
class Residual:
    """What is left of a point after the block was moved, in the output system's units: ``error`` is east, north, up of
    the place that the photos see, less the given one; None for tie points. ``seen``: that place. ``pixels``: mean
    distance of the marks from where the place appears."""

    name: str
    kind: str
    marks: int
    seen: tuple[float, float, float]
    error: tuple[float, float, float] | None
    pixels: float


def adjust(block: Block, points: Sequence[ControlPoint], log: Log) -> tuple[Block, tuple[Residual, ...]]:
    """The block moved to its control points, as far as two photos or more are marked."""
    seen = _all_seen(block, points)
    used = [point for point in points if point.name in seen and point.position is not None and not point.checkpoint]
    if used:
        wanted = np.array([point.position for point in used]) - block.origin
        off = wanted - np.array([seen[point.name] for point in used])
        weights = np.array([[1 / max(accuracy or 0.02, 1e-4) ** 2 for accuracy in
                             (point.accuracy[0], point.accuracy[0], point.accuracy[1])] for point in used])
        shift = (off * weights).sum(axis=0) / weights.sum(axis=0)
        log(f"{len(used)} control points move the block by {', '.join(f'{value:.3f}' for value in shift)}.")
        block = block.shifted(shift)
        seen = _all_seen(block, points)
    elif any(point.position is not None for point in points):
        log("No control point is marked in two photos; the block stays where EXIF places it.")
    return block, tuple(_residual(block, point, seen[point.name]) for point in points if point.name in seen)


def _all_seen(block: Block, points: Sequence[ControlPoint]) -> dict[str, np.ndarray]:
    found = {point.name: seen_place(block, point.marks) for point in points}
    return {name: place for name, place in found.items() if place is not None}


def seen_place(block: Block, marks: Sequence[Mark]) -> np.ndarray | None:
    """Where the rays through marks come closest to each other, less the block's origin; None for fewer than two."""
    rays = [(view, view.ray(mark.x, mark.y)) for mark, view in _marked(block, marks)]
    if len(rays) < 2:
        return None
    across = [np.eye(3) - np.outer(ray, ray) for _, ray in rays]
    total = np.sum(across, axis=0)
    if np.linalg.cond(total) > 1e6:
        return None
    sums = np.sum([matrix @ view.position for matrix, (view, _) in zip(across, rays)], axis=0)
    return np.asarray(np.linalg.solve(total, sums))


def _marked(block: Block, marks: Sequence[Mark]) -> list[tuple[Mark, View]]:
    views = {view.photo.key: view for view in block.views}
    return [(mark, views[mark.photo]) for mark in marks if mark.photo in views]


def _residual(block: Block, point: ControlPoint, place: np.ndarray) -> Residual:
    marked = _marked(block, point.marks)
    away = []
    for mark, view in marked:
        columns, rows, _ = view.project(*(np.array([value]) for value in place))
        away.append(float(np.hypot(columns[0] - mark.x, rows[0] - mark.y)))
    seen = place + block.origin
    error = None if point.position is None else seen - np.array(point.position)
    kind = "MTP" if point.position is None else "CHECKPOINT" if point.checkpoint else "GCP"
    return Residual(point.name, kind, len(marked), (float(seen[0]), float(seen[1]), float(seen[2])),
                    None if error is None else (float(error[0]), float(error[1]), float(error[2])),
                    float(np.mean(away)))
