"""Surface and terrain model: from the matched photos, or from a terrain that the sandbox was told."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from osgeo import gdal, ogr
from scipy.ndimage import (
    binary_closing,
    binary_fill_holes,
    gaussian_filter,
    grey_opening,
    maximum_filter,
    minimum_filter,
)

from .block import Block, Log, View
from .geodesy import SmoothMap
from .grids import Grid, bilinear
from .matching import Matched, filled, match
from .records import ProcessingFailed
from .terrain import Terrain, geographic, transformed

LARGEST_OBJECT = 18.0
"""Metres; nothing wider is taken for an object on the ground."""
STEEPEST = 0.7
"""Rise of the ground per metre; what rises faster is an object."""


@dataclass(frozen=True)
class Surface:
    """Heights less the block's origin, in the system's units. ``dsm`` with all objects, ``dtm`` without them;
    ``covered``: where results are given. ``alike``: agreement of the photos, None when they were not matched."""

    grid: Grid
    dsm: np.ndarray
    dtm: np.ndarray
    covered: np.ndarray
    alike: np.ndarray | None
    spacing: float

    def heights(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Heights of the surface at places, linear between cells."""
        grid = self.grid
        columns, rows = np.broadcast_arrays((x - grid.left) / grid.cell, (grid.top - y) / grid.cell)
        return np.asarray(bilinear(self.dsm, columns.ravel(), rows.ravel()).reshape(columns.shape))


def make_surface(block: Block, terrain: Terrain | None, log: Log) -> tuple[Surface, tuple[View, ...]]:
    """The surface, and the photos that could be used. Raises :class:`ProcessingFailed`."""
    if terrain is not None:
        log("The surface is the terrain that was registered with the project; the photos were not matched.")
        return _told(block, terrain), block.views
    matched = match(block, log)
    if not matched.covered.any():
        raise ProcessingFailed(10411, "Nowhere do the photos agree over a coherent piece of ground.")
    return _from_matched(block, matched), matched.calibrated


def _from_matched(block: Block, matched: Matched) -> Surface:
    dsm = gaussian_filter(matched.heights, 0.7).astype(np.float32)
    dtm = ground(dsm, matched.grid.cell * block.unit, block.unit)
    covered = binary_fill_holes(binary_closing(np.pad(matched.covered, 8), iterations=6))[8:-8, 8:-8]
    return Surface(matched.grid, dsm, dtm, covered, matched.alike, matched.grid.cell / 2)


def _told(block: Block, terrain: Terrain) -> Surface:
    """The terrain's heights on a grid of about two ground sampling distances."""
    system = block.system
    places = np.array([view.position for view in block.views]) + block.origin
    low, high = places.min(axis=0), places.max(axis=0)
    level = _level(block, terrain, places)
    spacing = float(np.median([max(view.position[2] + block.origin[2] - level, 1.0) / view.focal * view.shrunk
                               for view in block.views]))
    # Photos that look straight down see less than this to each side; what oblique ones see further away is left out.
    reach = 0.75 * max(max(view.picture.shape[:2]) for view in block.views) * spacing
    grid = Grid.over(*(low[:2] - reach - block.origin[:2]), *(high[:2] + reach - block.origin[:2]), spacing * 2)
    x, y = grid.centres()
    across, down = np.meshgrid(x + block.origin[0], y + block.origin[1])
    flat = np.column_stack([across.ravel(), down.ravel(), np.full(across.size, level)])
    box = [*flat[:, :2].min(axis=0), level - 1], [*flat[:, :2].max(axis=0), level + 1]
    degrees = SmoothMap(system.to_geodetic, *box, tolerance=1e-9)(flat)
    if terrain.system is None:
        bands = [np.full(len(flat), float(terrain.ground[0, 0]))] * 2
    else:
        own = terrain.system
        there = SmoothMap(lambda points: transformed(geographic(), own, system.to_geodetic(points)[:, :2]), *box)(flat)
        bands = [terrain.heights(there[:, 0], there[:, 1], ground=which) for which in (False, True)]
    models = []
    for band in bands:
        places = np.column_stack([degrees[:, :2], band])
        output = SmoothMap(system.from_geodetic, places.min(axis=0) - [0, 0, 1], places.max(axis=0) + [0, 0, 1])(places)
        models.append((output[:, 2] - block.origin[2]).reshape(across.shape).astype(np.float32))
    covered = seen_by(block.views, grid, models[0]) >= 1
    if not covered.any():
        raise ProcessingFailed(10201, "No photo sees the registered terrain.")
    return Surface(grid, models[0], models[1], covered, None, spacing)


def _level(block: Block, terrain: Terrain, places: np.ndarray) -> float:
    """The terrain's height below the photos, in the output system."""
    degrees = block.system.to_geodetic(places)
    if terrain.system is None:
        heights = np.full(len(degrees), float(terrain.ground[0, 0]))
    else:
        there = transformed(geographic(), terrain.system, degrees[:, :2])
        heights = terrain.heights(there[:, 0], there[:, 1])
    return float(block.system.from_geodetic(np.column_stack([degrees[:, :2], heights]))[:, 2].mean())


def seen_by(views: tuple[View, ...], grid: Grid, heights: np.ndarray) -> np.ndarray:
    """How many photos see each cell, hidden or not."""
    number = np.zeros(heights.shape, dtype=np.int16)
    x, y = grid.centres()
    for view in views:
        number += view.inside(*view.project(x[None], y[:, None], heights))
    return number


def ground(surface: np.ndarray, cell: float, unit: float) -> np.ndarray:
    """The surface without what stands on it: a progressive morphological filter. ``cell`` in metres.

    Windows grow; where an opening takes away more than the ground could rise over the window, an object stood. What
    lay below objects is closed from their surroundings.
    """
    thin = max(1, round(0.5 / cell))
    rows, columns = surface.shape
    high, wide = max(1, rows // thin), max(1, columns // thin)
    coarse = surface[:high * thin, :wide * thin].reshape(high, thin, wide, thin).mean(axis=(1, 3)) \
        if rows >= thin and columns >= thin else surface
    step = cell * thin
    objects = np.zeros(coarse.shape, dtype=bool)
    slope = _slope(_opened(coarse, LARGEST_OBJECT / step), step / unit)
    level = coarse.copy()
    size = 2.0
    while size <= LARGEST_OBJECT:
        rise = (coarse - _opened(level, size / step)) * unit
        objects |= rise > np.maximum(0.6, np.minimum(STEEPEST, slope + 0.2) * size / 2)
        level = filled(np.where(objects, np.nan, coarse)) if objects.any() and not objects.all() else coarse
        size *= 1.7
    bare = filled(np.where(minimum_filter(~objects, 7), coarse, np.nan)) if objects.any() else coarse
    y, x = np.indices(surface.shape)
    whole = bilinear(bare, (x.ravel() + 0.5) / thin, (y.ravel() + 0.5) / thin).reshape(surface.shape)
    own = bilinear(maximum_filter(objects, 5).astype(np.float32), (x.ravel() + 0.5) / thin, (y.ravel() + 0.5) / thin)
    kept = np.clip(1 - 5 * gaussian_filter(own.reshape(surface.shape), thin), 0, 1)
    return np.asarray(np.minimum(kept * surface + (1 - kept) * whole, surface), dtype=np.float32)


def _opened(heights: np.ndarray, cells: float) -> np.ndarray:
    window = 2 * max(1, round(cells / 2)) + 1
    return np.asarray(gaussian_filter(grey_opening(heights, (window, window)), max(1.0, cells / 6)))


def _slope(heights: np.ndarray, step: float) -> np.ndarray:
    down, across = np.gradient(gaussian_filter(heights, 2), step)
    return np.asarray(np.hypot(down, across))


# ---------------------------------------------------------------------- region of interest
def within(surface: Surface, block: Block, area: dict[str, Any] | None) -> Surface:
    """The surface inside the region of interest (section 14). Raises :class:`ProcessingFailed` when nothing is."""
    if not area:
        return surface
    plane = area["plane"]
    vertices = np.array([vertex[:3] for vertex in plane["vertices3d"]], dtype=float)
    output = block.system.from_geodetic(vertices)[:, :2] - block.origin[:2]
    rings = [plane["outer_boundary"], *(plane.get("inner_boundaries") or [])]
    shape = {"type": "Polygon", "coordinates": [[output[index].tolist() for index in [*ring, ring[0]]]
                                                for ring in rings]}
    grid = surface.grid
    raster = gdal.GetDriverByName("MEM").Create("", grid.columns, grid.rows, 1)
    raster.SetGeoTransform(grid.transform(np.zeros(2)))
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("area", None, ogr.wkbPolygon)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromJson(json.dumps(shape)))
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, burn_values=[1])
    covered = surface.covered & (raster.ReadAsArray() > 0)
    if not covered.any():
        raise ProcessingFailed(10410, "The photos see nothing of the region of interest.")
    return replace(surface, covered=covered)


def cropped(surface: Surface) -> Surface:
    """Without rows and columns at the border in which nothing is covered."""
    rows, columns = (np.nonzero(surface.covered.any(axis=axis))[0].tolist() for axis in (1, 0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    grid = surface.grid
    smaller = Grid(grid.left + columns[0] * grid.cell, grid.top - rows[0] * grid.cell, grid.cell,
                   part[1].stop - part[1].start, part[0].stop - part[0].start)
    return replace(surface, grid=smaller, dsm=surface.dsm[part], dtm=surface.dtm[part], covered=surface.covered[part],
                   alike=None if surface.alike is None else surface.alike[part])
