"""The orthomosaic: every cell takes the colours of the photos that see its place on the surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, minimum_filter, zoom

from .block import View
from .grids import Grid
from .surface import Surface

SHARPNESS = 6
"""Power of the weights: the photo that looks most steeply wins, with short blends between photos."""
GAP = 5
"""Cells; wider gaps stay open."""
STRIP = 256
"""Rows that are worked on at a time."""


@dataclass(frozen=True)
class Mosaic:
    """``bands``: rows x columns x bands, float. ``seen``: cells with a value. ``number``: photos per cell."""

    grid: Grid
    bands: np.ndarray
    seen: np.ndarray
    number: np.ndarray


def make_mosaic(views: Sequence[View], surface: Surface) -> Mosaic:
    """Blend the photos on a grid of one ground sampling distance, twice as fine as the surface's."""
    grid = surface.grid.with_cell(surface.grid.cell / 2)
    count = min(view.picture.shape[2] for view in views)
    bands = np.zeros((grid.rows, grid.columns, count), dtype=np.float32)
    weights = np.zeros((grid.rows, grid.columns), dtype=np.float32)
    number = np.zeros((grid.rows, grid.columns), dtype=np.uint8)
    depths = [_nearest(view, surface) for view in views]
    x, y = grid.centres()
    for top in range(0, grid.rows, STRIP):
        strip = slice(top, min(top + STRIP, grid.rows))
        heights = surface.heights(x[None], y[strip, None])
        for view, depth in zip(views, depths):
            _add(view, depth, surface, x, y[strip], heights, bands[strip], weights[strip], number[strip])
    covered = zoom(surface.covered, 2, order=0)[:grid.rows, :grid.columns]
    bands /= np.where(weights > 0, weights, 1)[..., None]
    return Mosaic(grid, bands, _closed(bands, weights > 0) & covered, number)


def _closed(bands: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Small gaps, such as lie at the foot of walls, take the nearest colour, in place; all that has one now. Further
    away the colours go on, too, for textures, but do not count."""
    if seen.all() or not seen.any():
        return seen
    away, (rows, columns) = distance_transform_edt(~seen, return_indices=True)
    bands[...] = bands[rows, columns]
    return np.asarray(away <= GAP)


def _add(view: View, nearest: tuple[np.ndarray, float], surface: Surface, x: np.ndarray, y: np.ndarray,
         heights: np.ndarray, bands: np.ndarray, weights: np.ndarray, number: np.ndarray) -> None:
    """One photo's share of a strip, in place."""
    thin = 16
    rough = view.inside(*view.project(x[None, ::thin], y[::thin, None], heights[::thin, ::thin]),
                        -0.15 * view.facts.width)
    if not rough.any():
        return
    rows, columns = (np.nonzero(rough.any(axis=axis))[0] * thin for axis in (1, 0))
    part = slice(max(0, rows[0] - thin), rows[-1] + 2 * thin), slice(max(0, columns[0] - thin), columns[-1] + 2 * thin)
    across, down, depth = view.project(x[None, part[1]], y[part[0], None], heights[part])
    inside = view.inside(across, down, depth, 1.0)
    buffer, shrunk = nearest
    behind = view.sample(buffer, shrunk, across, down)
    inside &= depth <= behind + 4 * surface.grid.cell
    if not inside.any():
        return
    # Steep looks and the middle of the photo count most.
    away = np.hypot((across - view.facts.centre[0]) / view.focal, (down - view.facts.centre[1]) / view.focal)
    steep = np.abs(view.turn[2, 2]) / np.sqrt(1 + away**2)
    border = np.minimum(np.minimum(across, view.facts.width - across) / (0.1 * view.facts.width),
                        np.minimum(down, view.facts.height - down) / (0.1 * view.facts.height))
    own = np.where(inside, np.maximum(steep, 0.05) ** SHARPNESS / (0.05 + away**2) ** 2 * np.clip(border, 1e-3, 1),
                   0).astype(np.float32)
    for band in range(bands.shape[2]):
        bands[part[0], part[1], band] += own * view.sample(np.ascontiguousarray(view.picture[..., band]), view.shrunk,
                                                           across, down)
    weights[part] += own
    number[part] += inside


def _nearest(view: View, surface: Surface) -> tuple[np.ndarray, float]:
    """How far away what is seen first is, in a picture some times smaller than the photo."""
    shrunk = 2.0 * surface.grid.cell / max(surface.spacing, 1e-9) * view.shrunk
    size = max(1, int(np.ceil(view.facts.height / shrunk))), max(1, int(np.ceil(view.facts.width / shrunk)))
    buffer = np.full(size, 1e9, dtype=np.float32)
    x, y = surface.grid.centres()
    columns, rows, depth = view.project(x[None], y[:, None], surface.dsm)
    inside = view.inside(columns, rows, depth)
    at = ((rows[inside] / shrunk).astype(int).clip(0, size[0] - 1),
          (columns[inside] / shrunk).astype(int).clip(0, size[1] - 1))
    np.minimum.at(buffer, at, depth[inside].astype(np.float32))
    empty = buffer > 1e8
    if empty.any():
        buffer = np.where(empty, minimum_filter(buffer, 3), buffer)
    return buffer, shrunk
