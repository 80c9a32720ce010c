"""The surface from the photos themselves: sweeping surfaces through the block and asking where the photos agree.

For every cell of a grid on the ground, heights are tried. At each height the cell's surroundings are looked up in all
photos that see it, and the height at which they look most alike wins (mean normalised cross correlation of all pairs).
From coarse to fine: each level starts from the surface of the one before, so that windows lie along slopes.
Knows nothing of the truth; needs good positions and attitudes, since none are adjusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import (
    distance_transform_edt,
    find_objects,
    gaussian_filter,
    label,
    maximum_filter,
    median_filter,
    minimum_filter,
    uniform_filter,
)

from .block import Block, Log, View
from .grids import Grid, bilinear
from .records import ProcessingFailed

ALIKE = 0.45
"""Mean correlation from which on photos agree."""
NARROW = 0.02
"""Of the height above ground; photos that are no further apart than this see everything in the same direction."""
LEAST_ALIKE = 0.25
"""Mean correlation with all others from which on a photo is used."""
LEVELS = ((8, 0, 5), (4, 5, 7), (2, 3, 7))
"""Per level: cell in ground sampling distances of the photos as they were read, steps up and down, window in cells.
The first level's steps follow from the flight's height."""
AROUND = 15
"""Cells across the surroundings that are asked whether an agreement is more than chance."""
EDGE = 4
"""Cells on each side of a step in which its exact place is looked for."""
STEP = 1.2
"""Rise per length from which on a surface is taken for a step."""
DULL = 1.0
"""Grey levels; surroundings that vary less show nothing to be matched."""


@dataclass(frozen=True)
class Matched:
    """Heights less the block's origin, how well the photos agree there (NaN where fewer than two see it), and where
    they agree well enough around for a surface to be given."""

    grid: Grid
    heights: np.ndarray
    alike: np.ndarray
    covered: np.ndarray
    calibrated: tuple[View, ...]


def match(block: Block, log: Log) -> Matched:
    """The surface on a grid of two ground sampling distances. Raises :class:`ProcessingFailed`."""
    ground, reach = _first_guess(block)
    places = np.array([view.position for view in block.views])
    if np.ptp(places, axis=0).max() < NARROW * np.abs(places[:, 2].mean() - ground):
        raise ProcessingFailed(10201, "All photos were taken from one place; heights cannot be told from them.")
    spacing = float(np.median([-_distance(view, ground) / view.focal * view.shrunk for view in block.views]))
    cell = spacing * LEVELS[0][0]
    grid = _extent(block, ground, cell)
    heights = np.full((grid.rows, grid.columns), ground, dtype=np.float32)
    step = cell
    offsets = np.arange(-reach, reach + step, step)
    calibrated = block.views
    alike = np.zeros_like(heights)
    for number, (factor, steps, window) in enumerate(LEVELS):
        if number:
            cell = spacing * factor
            finer = grid.with_cell(cell)
            heights = _resampled(heights, grid, finer)
            grid = finer
            step = cell * 0.6
            offsets = np.arange(-steps, steps + 1) * step
        pictures = [_grey(view, factor) for view in block.views]
        found, alike = _sweep(block.views, pictures, grid, heights, offsets, window)
        if number:
            _edges(block.views, pictures, grid, heights, offsets[1:-1], window, found, alike)
        if number == 0:
            calibrated = _calibrated(block, pictures, grid, filled(_certain(found, alike)), window, log)
            block = Block(calibrated, block.system, block.origin, block.above, block.left_out)
        certain = _certain(found, alike)
        heights = filled(certain) if number < len(LEVELS) - 1 else _hidden(certain, cell, window / 2)
    agreeing = float((alike >= ALIKE).sum() / max(1, np.isfinite(alike).sum()))
    log(f"Dense matching: {agreeing:.0%} of the cells that two photos see agree; cells of {grid.cell:.3g} units.")
    if agreeing < 0.3:
        raise ProcessingFailed(10411, "The photos do not agree on a surface; their attitudes may be wrong. With the "
                                      "ground's heights as an extra file terrain.tif they need not.")
    return Matched(grid, heights, alike, _trusted(alike), calibrated)


# ---------------------------------------------------------------------- where to look
def _first_guess(block: Block) -> tuple[float, float]:
    """A height of the ground, and how far it may be off: from the height above take-off, else from the overlap that
    flights have."""
    level = float(np.mean([view.position[2] for view in block.views]))
    if block.above is not None:
        height = block.above / block.unit
        return level - height, 0.45 * height
    places = np.array([view.position[:2] for view in block.views])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + np.eye(len(places)) * 1e12
    base = float(np.median(apart.min(axis=1)))
    view = block.views[0]
    height = base / 0.3 * view.focal / min(view.facts.width, view.facts.height)
    return level - 1.2 * height, 0.8 * height


def _distance(view: View, ground: float) -> float:
    """Height above the ground (negative), at least a metre."""
    return min(ground - float(view.position[2]), -1.0)


def _extent(block: Block, ground: float, cell: float) -> Grid:
    """A grid over what the photos see of level ground. Looks near the horizon are cut off at three flying heights."""
    corners = []
    for view in block.views:
        for column in (0.0, view.facts.width / 2, view.facts.width):
            for row in (0.0, view.facts.height / 2, view.facts.height):
                ray = view.ray(column, row)
                flat = float(np.hypot(*ray[:2]))
                reach = -_distance(view, ground)
                if ray[2] < -0.05:
                    reach = min(reach / -ray[2] * flat, 3 * reach)
                    corners.append(view.position[:2] + ray[:2] / max(flat, 1e-9) * reach)
    if not corners:
        raise ProcessingFailed(10201, "No photo looks at the ground.")
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    return Grid.over(low[0], low[1], high[0], high[1], cell)


# ---------------------------------------------------------------------- looking
def _grey(view: View, factor: int) -> tuple[np.ndarray, float]:
    """The photo in 256 greys, smoothed and thinned out to about a pixel per cell."""
    grey = view.picture.mean(axis=2) * (255 / view.brightest)
    rows, columns = grey.shape[0] // factor, grey.shape[1] // factor
    if not rows or not columns:
        return np.ascontiguousarray(grey, dtype=np.float32), view.shrunk
    grey = grey[:rows * factor, :columns * factor].reshape(rows, factor, columns, factor).mean(axis=(1, 3))
    return np.ascontiguousarray(grey, dtype=np.float32), view.shrunk * factor


def _sweep(views: tuple[View, ...], pictures: list[tuple[np.ndarray, float]], grid: Grid, heights: np.ndarray,
           offsets: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """The best of the heights around a surface per cell, between two steps by a parabola, and the agreement there."""
    windows = [_window(view, grid, heights, offsets) for view in views]
    scores = np.full((len(offsets), grid.rows, grid.columns), -1.0, dtype=np.float32)
    for number, offset in enumerate(offsets):
        scores[number] = _agreement(views, pictures, windows, grid, heights + np.float32(offset), window)
    best = scores.argmax(axis=0)
    inner = np.clip(best, 1, len(offsets) - 2)
    rows, columns = np.indices(best.shape)
    before, at, after = (scores[inner + move, rows, columns] for move in (-1, 0, 1))
    bend = before - 2 * at + after
    with np.errstate(invalid="ignore", divide="ignore"):
        between = np.where((bend < -1e-6) & (inner == best) & (np.minimum(before, after) > -1),
                           0.5 * (before - after) / bend, 0.0)
    step = offsets[1] - offsets[0]
    found = heights + offsets[best].astype(np.float32) + (np.clip(between, -0.5, 0.5) * step).astype(np.float32)
    alike = scores.max(axis=0)
    return np.asarray(found, dtype=np.float32), np.where(alike <= -1, np.nan, alike)


def _edges(views: tuple[View, ...], pictures: list[tuple[np.ndarray, float]], grid: Grid, heights: np.ndarray,
           offsets: np.ndarray, window: int, found: np.ndarray, alike: np.ndarray) -> None:
    """Beside steps of the surface the heights above and below the step are tried, too, since the coarser level did
    not see where exactly it is. Better ones go into ``found`` and ``alike``."""
    around = 2 * EDGE + 1
    lower, upper = minimum_filter(heights, around), maximum_filter(heights, around)
    steep = upper - lower > STEP * around * grid.cell
    pieces, _ = label(maximum_filter(steep, around))
    for part in find_objects(pieces):
        piece = Grid(grid.left + part[1].start * grid.cell, grid.top - part[0].start * grid.cell, grid.cell,
                     part[1].stop - part[1].start, part[0].stop - part[0].start)
        if min(piece.columns, piece.rows) < around:
            continue
        for other in (lower, upper):
            better, score = _sweep(views, pictures, piece, other[part], offsets, window)
            taken = np.nan_to_num(score, nan=-1) > np.nan_to_num(alike[part], nan=-1)
            found[part] = np.where(taken, better, found[part])
            alike[part] = np.where(taken, score, alike[part])


def _window(view: View, grid: Grid, heights: np.ndarray, offsets: np.ndarray) -> tuple[slice, slice] | None:
    """The part of the grid that a photo may see."""
    thin = max(1, min(grid.rows, grid.columns) // 64)
    x, y = grid.centres()
    seen = np.zeros((len(y[::thin]), len(x[::thin])), dtype=bool)
    for offset in (offsets[0], 0.0, offsets[-1]):
        z = heights[::thin, ::thin] + offset
        columns, rows, depth = view.project(x[None, ::thin], y[::thin, None], z)
        seen |= view.inside(columns, rows, depth, -0.1 * view.facts.width)
    if not seen.any():
        return None
    down, across = np.nonzero(seen.any(axis=1))[0] * thin, np.nonzero(seen.any(axis=0))[0] * thin
    return (slice(max(0, down[0] - thin), down[-1] + 2 * thin), slice(max(0, across[0] - thin), across[-1] + 2 * thin))


def _agreement(views: tuple[View, ...], pictures: list[tuple[np.ndarray, float]],
               windows: list[tuple[slice, slice] | None], grid: Grid, heights: np.ndarray, window: int) -> np.ndarray:
    """Mean correlation of all pairs of photos per cell; -1 where fewer than two see it."""
    total, squares, number = (np.zeros(heights.shape, dtype=np.float32) for _ in range(3))
    for view, picture, part in zip(views, pictures, windows):
        if part is None:
            continue
        own, inside = _shown(view, picture, grid, heights, part, window)
        total[part] += own
        squares[part] += own * own
        number[part] += inside
    pairs = number * (number - 1)
    mixed = uniform_filter(total * total - squares, window)
    mean_pairs = uniform_filter(pairs, window)
    return np.where(number >= 2, np.clip(mixed / np.maximum(mean_pairs, 1e-3), -0.999, 1), -1.0)


def _shown(view: View, picture: tuple[np.ndarray, float], grid: Grid, heights: np.ndarray, part: tuple[slice, slice],
           window: int) -> tuple[np.ndarray, np.ndarray]:
    """What a photo shows of a part of the grid, less the mean and over the spread of its surroundings, and where."""
    x, y = grid.centres()
    columns, rows, depth = view.project(x[None, part[1]], y[part[0], None], heights[part])
    inside = view.inside(columns, rows, depth, picture[1])
    grey = view.sample(*picture, columns, rows)
    mean = uniform_filter(grey, window)
    spread = uniform_filter(grey * grey, window) - mean * mean
    inside &= spread > DULL**2
    return np.where(inside, (grey - mean) / np.sqrt(np.maximum(spread, DULL**2)), 0).astype(np.float32), inside


def _calibrated(block: Block, pictures: list[tuple[np.ndarray, float]], grid: Grid, heights: np.ndarray,
                window: int, log: Log) -> tuple[View, ...]:
    """The photos that show the same as the others on the surface. Raises :class:`ProcessingFailed`."""
    parts = [_window(view, grid, heights, np.zeros(1)) for view in block.views]
    total, number = np.zeros(heights.shape, dtype=np.float32), np.zeros(heights.shape, dtype=np.float32)
    shown = []
    for view, picture, part in zip(block.views, pictures, parts):
        shown.append(None if part is None else _shown(view, picture, grid, heights, part, window))
        if part is not None and shown[-1] is not None:
            total[part] += shown[-1][0]
            number[part] += shown[-1][1]
    used = []
    for view, part, one in zip(block.views, parts, shown):
        likeness = 0.0
        if part is not None and one is not None:
            both = one[1] & (number[part] >= 2)
            others = (total[part] - one[0])[both] / (number[part][both] - 1)
            likeness = float((one[0][both] * others).mean()) if both.any() else 0.0
        if likeness >= LEAST_ALIKE:
            used.append(view)
        else:
            log(f"{view.photo.key}: not calibrated; its correlation with the others is {likeness:.2f}.")
    if len(used) < max(2, len(block.views) / 2):
        raise ProcessingFailed(10201, f"{len(used)} of {len(block.views)} photos overlap with others that agree.")
    log(f"{len(used)} of {len(block.views)} photos calibrated.")
    return tuple(used)


# ---------------------------------------------------------------------- between levels
def _certain(heights: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Without outliers and without what nobody agrees on, which is NaN."""
    certain = (np.nan_to_num(alike, nan=-1) >= ALIKE) & _trusted(alike)
    if not certain.any():
        return heights
    off = np.abs(heights - median_filter(heights, 5))
    certain &= off <= 3 * np.median(off[certain]) + 1e-3
    return np.asarray(np.where(certain, heights, np.nan))


def _hidden(heights: np.ndarray, cell: float, reach: float) -> np.ndarray:
    """Gaps closed. Beside a step they belong to its upper side as far as windows that lie across it reach, and then,
    where hardly two photos look, to its foot."""
    closed = filled(heights)
    around = 2 * EDGE + 1
    missing = ~np.isfinite(heights)
    upper, lower = maximum_filter(closed, around), minimum_filter(closed, around)
    beside = missing & maximum_filter(upper - lower > STEP * around * cell, around)
    middle = (maximum_filter(closed, 2 * around) + minimum_filter(closed, 2 * around)) / 2
    foot = ~missing & (closed < middle)
    if not beside.any() or not foot.any():
        return closed
    away, above = distance_transform_edt(missing | foot, return_indices=True)
    below = distance_transform_edt(~foot, return_distances=False, return_indices=True)
    split = np.where(away <= reach, heights[tuple(above)], heights[tuple(below)])
    return np.asarray(np.where(beside, split, closed), dtype=np.float32)


def _trusted(alike: np.ndarray) -> np.ndarray:
    """Where a good part of the surroundings agrees: not by chance."""
    share = uniform_filter((np.nan_to_num(alike, nan=-1) >= ALIKE).astype(np.float32), AROUND, mode="constant")
    return np.asarray((share >= 0.4) & np.isfinite(alike))


def filled(heights: np.ndarray) -> np.ndarray:
    """Gaps closed: the nearest heights, smoothed the more the wider the gap."""
    missing = ~np.isfinite(heights)
    if not missing.any() or missing.all():
        return np.nan_to_num(heights).astype(np.float32)
    distance, nearest = distance_transform_edt(missing, return_indices=True)
    closed = heights[tuple(nearest)]
    for size in (1.0, 3.0, 9.0):
        inside = missing & (distance >= size)
        closed = np.where(inside, gaussian_filter(closed, size), closed)
    return np.asarray(np.where(missing, gaussian_filter(closed, 1.0), heights), dtype=np.float32)


def _resampled(heights: np.ndarray, grid: Grid, finer: Grid) -> np.ndarray:
    x, y = finer.centres()
    columns, rows = np.meshgrid((x - grid.left) / grid.cell, (grid.top - y) / grid.cell)
    found = bilinear(heights, columns.ravel(), rows.ravel()).reshape(columns.shape)
    return gaussian_filter(found, grid.cell / finer.cell / 2).astype(np.float32)
