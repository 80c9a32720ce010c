"""AutoGCP: square and diagonal targets in the photos, looked for around the places where control points must appear.

Around each point the photo is laid out on the ground and compared with a target, two white and two black quarters, in
some sizes and every 15 degrees; the best agreement is refined to a part of a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .block import Block, Log, View
from .control import seen_place
from .records import ControlPoint, Mark

REACH = 6.0
"""Metres around a point that are looked at."""
SIZES = (0.6, 1.0, 1.5)
"""Sides of targets in metres."""
LIKE = 0.8
"""Correlation from which on something is a target."""
CONTRAST = 45.0
"""Least spread of its grey levels, of 255: targets are black and white, ground is not."""


def find_targets(block: Block, points: Sequence[ControlPoint], log: Log) -> dict[str, tuple[Mark, ...]]:
    """Marks of the points that are found in two photos or more."""
    found: dict[str, tuple[Mark, ...]] = {}
    for point in points:
        if point.position is None:
            continue
        place = np.array(point.position) - block.origin
        marks = [mark for view in block.views if (mark := _find(view, place, block.unit)) is not None]
        marks = _agreeing(block, marks)
        log(f"{point.name}: target found in {len(marks)} photos.")
        if len(marks) >= 2:
            found[point.name] = tuple(marks)
    return found


def _find(view: View, place: np.ndarray, unit: float) -> Mark | None:
    columns, rows, depth = view.project(*(np.array([value]) for value in place))
    if not view.inside(columns, rows, depth)[0]:
        return None
    spacing = depth[0] / view.focal * view.shrunk
    if spacing > min(SIZES) / 4:
        sizes = [size for size in SIZES if size / spacing >= 4]
    else:
        sizes = list(SIZES)
    if not sizes:
        return None
    reach = REACH / unit
    cell = spacing / unit
    steps = np.arange(-reach, reach + cell, cell)
    across, down, deep = view.project(place[0] + steps[None], place[1] - steps[:, None], np.full((1, 1), place[2]))
    inside = view.inside(across, down, deep, 1)
    patch = view.sample(np.ascontiguousarray(view.picture.mean(axis=2)), view.shrunk, across, down)
    looker = _Looker(patch * (255 / view.brightest), int(max(sizes) / spacing * 1.6) + 3)
    best: tuple[float, float, float] = (LIKE, 0, 0)
    for size in sizes:
        for angle in range(0, 90, 15):
            score = looker.correlation(_target(size / spacing, angle))
            score[~inside] = -1
            at = np.unravel_index(int(score.argmax()), score.shape)
            if score[at] > best[0]:
                best = (float(score[at]), *_refined(score, int(at[0]), int(at[1])))
    if best[0] <= LIKE:
        return None
    down_to, across_to = best[1], best[2]
    column, row, _ = view.project(np.array([place[0] + steps[0] + across_to * cell]),
                                  np.array([place[1] - steps[0] - down_to * cell]), np.array([place[2]]))
    return Mark(view.photo.key, float(column[0]), float(row[0]))


def _target(size: float, angle: float) -> np.ndarray:
    """A square target on a dark and bright ground alike: quarters of +1 and -1, 0 around."""
    half = int(np.ceil(size * 0.75))
    y, x = np.mgrid[-half:half + 1, -half:half + 1].astype(float)
    turn = np.radians(angle)
    u, v = np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y
    inner = (np.abs(u) <= size / 2) & (np.abs(v) <= size / 2)
    return np.where(inner, np.sign(u) * np.sign(v), 0.0)


class _Looker:
    """A patch that is compared with many targets of up to ``room`` cells."""

    def __init__(self, patch: np.ndarray, room: int) -> None:
        self._size = patch.shape
        self._shape = patch.shape[0] + room, patch.shape[1] + room
        self._values = np.fft.rfft2(patch, self._shape)
        self._squares = np.fft.rfft2(patch.astype(float) ** 2, self._shape)

    def correlation(self, target: np.ndarray) -> np.ndarray:
        """Normalised cross correlation, without its sign, over the target's own cells at every place; 0 where there is
        too little contrast."""
        inner = (target != 0).astype(float)
        number = inner.sum()
        mean = self._sums(self._values, inner) / number
        spread = self._sums(self._squares, inner) / number - mean**2
        own = target - inner * target.sum() / number
        size = np.sqrt((own**2).sum() / number)
        found = np.abs(self._sums(self._values, own)) / number / np.sqrt(np.maximum(spread, 1.0)) / size
        return np.where(spread >= CONTRAST**2, found, 0.0)

    def _sums(self, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        product = np.fft.irfft2(values * np.fft.rfft2(weights[::-1, ::-1], self._shape), self._shape)
        top, left = weights.shape[0] // 2, weights.shape[1] // 2
        return np.asarray(product[top:top + self._size[0], left:left + self._size[1]])


def _refined(score: np.ndarray, row: int, column: int) -> tuple[float, float]:
    """The top of a parabola through the neighbours."""
    if not (0 < row < score.shape[0] - 1 and 0 < column < score.shape[1] - 1):
        return row, column

    def top(before: float, at: float, after: float) -> float:
        bend = before - 2 * at + after
        return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0

    return (row + top(score[row - 1, column], score[row, column], score[row + 1, column]),
            column + top(score[row, column - 1], score[row, column], score[row, column + 1]))


def _agreeing(block: Block, marks: list[Mark]) -> list[Mark]:
    """The marks that see one place: of all places that two marks see, the one that most marks agree with."""
    views = {view.photo.key: view for view in block.views}
    best: list[Mark] = []
    for number, one in enumerate(marks):
        for other in marks[number + 1:]:
            place = seen_place(block, [one, other])
            if place is None:
                continue
            near = []
            for mark in marks:
                columns, rows, _ = views[mark.photo].project(*(np.array([value]) for value in place))
                if np.hypot(columns[0] - mark.x, rows[0] - mark.y) < 2.5:
                    near.append(mark)
            if len(near) > len(best):
                best = near
    return best
