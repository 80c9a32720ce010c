"""Volumes between a surface model and a base (section 15 of the PIX4D notes; arithmetic ASSUMED A47, units A46)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal, osr
from scipy.interpolate import LinearNDInterpolator
from scipy.ndimage import map_coordinates
from shapely.geometry import Polygon, box

gdal.UseExceptions()
osr.UseExceptions()

BASES = ("average", "custom", "fitPlane", "triangulated", "highest", "lowest")
YARDS = {"m": 1.0, "yd": 0.9144, "ydUS": 3600 / 3937}
"""Metres in the unit of length that a unit of volume is the cube of."""
MOST_CELLS = 16_000_000
"""More cells than this are not read; a coarser overview is taken."""
FINE_CELLS = 1_000_000
"""Up to so many parts of cells are looked at, so that boundaries between cells count for what they are."""


class VolumeRefused(Exception):
    """A documented refusal; the text is the answer's ``title``."""


@dataclass(frozen=True)
class Volumes:
    """Cubic ``unit``: ``cut`` lies above the base, ``fill`` below it."""

    cut: float
    cut_error: float
    fill: float
    fill_error: float
    unit: str


@dataclass(frozen=True)
class _Surface:
    """A window of the surface model. ``heights``: NaN where there are none; ``transform`` as GDAL's."""

    heights: np.ndarray
    transform: tuple[float, ...]
    metres: float


def measure(model: Path | str, coordinates: Sequence[Sequence[float]], base: str,
            elevation: float | None = None, units: str | None = None, most_cells: int = MOST_CELLS) -> Volumes:
    """The volumes inside a ring of vertices, open or closed.

    ``model``: a surface model with overviews. ``coordinates``: x, y, z in its CRS and units; z may be missing when
    ``base`` is ``custom``, which takes ``elevation``. ``units``: ``m``, ``yd`` or ``ydUS``; left out, metres for a
    model in metres and yards for one in feet. Raises :class:`VolumeRefused`.
    """
    ring = _ring(coordinates)
    surface = _read(model, ring, most_cells)
    factor = max(1, min(8, int(math.sqrt(FINE_CELLS / surface.heights.size))))
    x, y, heights = _refined(surface, factor)
    inside = _inside(ring, x, y) & np.isfinite(heights)
    if not inside.any():
        raise VolumeRefused("Invalid Polygon")
    rows, columns = np.nonzero(inside)
    places = np.column_stack([x[columns], y[rows]])
    above = heights[inside] - _base(ring, coordinates, base, elevation, places)
    width, height = abs(surface.transform[1]), abs(surface.transform[5])
    area = width * height / factor**2
    unit = units or _natural_unit(surface.metres)
    cubic = (surface.metres / YARDS[unit]) ** 3
    error = 1.5 * math.sqrt(width * height) * area * cubic
    return Volumes(cut=float(above[above > 0].sum() * area * cubic), cut_error=float((above > 0).sum() * error),
                   fill=float(-above[above < 0].sum() * area * cubic), fill_error=float((above < 0).sum() * error),
                   unit=unit)


def _ring(coordinates: Sequence[Sequence[float]]) -> np.ndarray:
    """The vertices without a repeated last one."""
    ring = np.array([place[:2] for place in coordinates], dtype=float)
    if len(ring) > 3 and (ring[0] == ring[-1]).all():
        ring = ring[:-1]
    shape = Polygon(ring) if len(ring) >= 3 and np.isfinite(ring).all() else None
    if shape is None or not shape.is_valid or shape.area == 0:
        raise VolumeRefused("Invalid Polygon")
    return ring


def _read(model: Path | str, ring: np.ndarray, most_cells: int) -> _Surface:
    """The part of the model around the ring, at the finest level that is not too much."""
    dataset = gdal.Open(str(model))
    metres = _metres(dataset)
    left, top = dataset.GetGeoTransform()[0], dataset.GetGeoTransform()[3]
    whole = box(left, top + dataset.RasterYSize * dataset.GetGeoTransform()[5],
                left + dataset.RasterXSize * dataset.GetGeoTransform()[1], top)
    if not whole.intersects(Polygon(ring)):
        raise VolumeRefused("The polygon doesn't overlap the dataset")
    for level in range(-1, dataset.GetRasterBand(1).GetOverviewCount()):
        options = [] if level < 0 else [f"OVERVIEW_LEVEL={level}"]
        part = gdal.OpenEx(str(model), gdal.OF_RASTER, open_options=options)
        column, row, columns, rows = _window(part, ring)
        if columns * rows <= most_cells:
            band = part.GetRasterBand(1)
            heights = band.ReadAsArray(column, row, columns, rows).astype(np.float64)
            nothing = band.GetNoDataValue()
            if nothing is not None:
                heights[np.isclose(heights, nothing, rtol=1e-6, atol=0)] = np.nan
            transform = list(part.GetGeoTransform())
            transform[0] += column * transform[1]
            transform[3] += row * transform[5]
            return _Surface(heights, tuple(transform), metres)
    raise VolumeRefused("Too much data requested")


def _metres(dataset: gdal.Dataset) -> float:
    reference = dataset.GetSpatialRef()
    return 1.0 if reference is None else float(reference.GetLinearUnits())


def _natural_unit(metres: float) -> str:
    if math.isclose(metres, 1.0, rel_tol=1e-9):
        return "m"
    return "ydUS" if math.isclose(metres, 1200 / 3937, rel_tol=1e-8) else "yd"


def _window(dataset: gdal.Dataset, ring: np.ndarray) -> tuple[int, int, int, int]:
    """Column, row, columns, rows of the ring's surroundings, one cell more on each side where there is one."""
    left, width, _, top, _, height = dataset.GetGeoTransform()
    columns, rows = (ring[:, 0] - left) / width, (ring[:, 1] - top) / height
    first = max(0, math.floor(columns.min()) - 1), max(0, math.floor(rows.min()) - 1)
    last = (min(dataset.RasterXSize, math.ceil(columns.max()) + 1),
            min(dataset.RasterYSize, math.ceil(rows.max()) + 1))
    return first[0], first[1], max(1, last[0] - first[0]), max(1, last[1] - first[1])


def _refined(surface: _Surface, factor: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of finer columns and rows and the heights there, linear between cell centres."""
    rows, columns = surface.heights.shape
    down = (np.arange(rows * factor) + 0.5) / factor - 0.5
    across = (np.arange(columns * factor) + 0.5) / factor - 0.5
    left, width, _, top, _, height = surface.transform
    x, y = left + (across + 0.5) * width, top + (down + 0.5) * height
    if factor == 1:
        return x, y, surface.heights
    grid = np.meshgrid(down, across, indexing="ij")
    heights = map_coordinates(surface.heights, grid, order=1, mode="nearest")
    missing = ~np.isfinite(surface.heights)
    if missing.any():
        # Beside a gap there is nothing to be linear between; the cell's own height counts.
        own = surface.heights[np.clip(np.rint(grid[0]).astype(int), 0, rows - 1),
                              np.clip(np.rint(grid[1]).astype(int), 0, columns - 1)]
        heights = np.where(np.isfinite(heights), heights, own)
    return x, y, heights


def _inside(ring: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which places of the grid lie in the ring (even-odd rule), row by row of crossings."""
    inside = np.zeros((len(y), len(x)), dtype=bool)
    following = np.roll(ring, -1, axis=0)
    low, high = np.minimum(ring[:, 1], following[:, 1]), np.maximum(ring[:, 1], following[:, 1])
    for number, level in enumerate(y):
        crossed = (low <= level) & (level < high)
        if not crossed.any():
            continue
        start, end = ring[crossed], following[crossed]
        where = np.sort(start[:, 0] + (level - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0]))
        inside[number] = np.searchsorted(where, x) % 2 == 1
    return inside


def _base(ring: np.ndarray, coordinates: Sequence[Sequence[float]], base: str, elevation: float | None,
          places: np.ndarray) -> np.ndarray | float:
    """The base's height at each place, or one height for all."""
    if base == "custom":
        if elevation is None:
            raise ValueError("A custom base needs an elevation.")
        return elevation
    z = np.array([place[2] for place in coordinates][:len(ring)], dtype=float)
    if base == "average":
        return float(z.mean())
    if base in ("highest", "lowest"):
        return float(z.max() if base == "highest" else z.min())
    centre = ring.mean(axis=0)
    if base == "fitPlane":
        plane, *_ = np.linalg.lstsq(np.column_stack([np.ones(len(ring)), ring - centre]), z, rcond=None)
        return np.asarray(plane[0] + (places - centre) @ plane[1:])
    net = LinearNDInterpolator(ring - centre, z)(places - centre)
    # A place on the hull may fall outside of it by a rounding.
    return np.asarray(np.where(np.isfinite(net), net, z.mean()))
