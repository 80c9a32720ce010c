"""A made-up piece of land: an orthoimage with texture at every scale, and the hills that it lies on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal
from scipy.ndimage import gaussian_filter

from .grids import bilinear
from .terrain import reference

WEST, NORTH = 412600.0, 5231900.0
"""The scene's corner in WGS84 / UTM zone 32 north, as in the examples of the notes."""
EPSG = 32632
GROUND = 560.0
"""Metres above the ellipsoid."""


@dataclass(frozen=True)
class Scene:
    """``orthoimage``: red, green, blue and near infrared. ``terrain``: heights above the ellipsoid; with objects, a
    second band with the surface."""

    orthoimage: Path
    terrain: Path


def terrain_height(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """The hills: metres above :data:`GROUND` by metres east of :data:`WEST` and north of :data:`NORTH` (negative)."""
    return (4.0 * np.sin(east / 23.0) * np.cos(north / 31.0) + 0.03 * east - 0.02 * north
            + 6.0 * np.exp(-((east - 95.0) ** 2 + (north + 70.0) ** 2) / 500.0))


def make_scene(folder: Path, width: float = 160.0, height: float = 120.0, cell: float = 0.1, *, objects: bool = False,
               seed: int = 4) -> Scene:
    """Write ``orthoimage.tif`` and ``terrain.tif``; ``width`` and ``height`` of the land and its ``cell`` in metres."""
    folder.mkdir(parents=True, exist_ok=True)
    columns, rows = round(width / cell), round(height / cell)
    east = (np.arange(columns) + 0.5) * cell
    north = -(np.arange(rows) + 0.5) * cell
    picture = _picture(*np.meshgrid(east, north), np.random.default_rng(seed))
    image = _write(folder / "orthoimage.tif", picture, cell, gdal.GDT_Byte)
    coarse = max(cell, 0.5)
    grid = np.meshgrid((np.arange(round(width / coarse)) + 0.5) * coarse,
                       -(np.arange(round(height / coarse)) + 0.5) * coarse)
    bands = [GROUND + terrain_height(*grid)]
    if objects:
        bands.append(bands[0] + _buildings(*grid))
    return Scene(image, _write(folder / "terrain.tif", np.dstack(bands).astype(np.float32), coarse, gdal.GDT_Float32))


def _picture(east: np.ndarray, north: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """Meadow, soil and rock with a road, four bands; detail from half a metre to tens of metres."""
    rows, columns = east.shape

    def noise(cells: float) -> np.ndarray:
        coarse = max(1, int(cells / 3))
        shape = (rows // coarse + 2, columns // coarse + 2)
        rough = gaussian_filter(dice.standard_normal(shape).astype(np.float32), cells / coarse)
        if coarse > 1:
            rough = bilinear(rough, *np.meshgrid((np.arange(columns) + 0.5) / coarse, (np.arange(rows) + 0.5) / coarse))
        return np.asarray((rough / rough.std())[:rows, :columns])

    wide, middle, fine, grain = noise(60), noise(15), noise(4), noise(1.2)
    meadow = 1 / (1 + np.exp(-3 * wide - middle))
    light = 18 * middle + 16 * fine + 9 * grain
    bands = [meadow * green + (1 - meadow) * soil + light
             for green, soil in ((86, 150), (118, 124), (62, 96), (190, 120))]
    road = np.abs(north + 75 + 12 * np.sin(east / 40)) < 3
    stripe = road & (np.abs(north + 75 + 12 * np.sin(east / 40)) < 0.25) & (east % 6 < 3)
    for band in bands:
        band[road] = 105 + light[road] / 3
        band[stripe] = 235
    return np.clip(np.dstack(bands), 1, 255).astype(np.uint8)


def _buildings(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Two flat roofs, five and eight metres above the ground below them."""
    raised = np.zeros_like(east)
    raised[(np.abs(east - 60) < 7) & (np.abs(north + 40) < 5)] = 5
    raised[(np.abs(east - 110) < 5) & (np.abs(north + 75) < 8)] = 8
    return raised


def _write(path: Path, values: np.ndarray, cell: float, kind: int) -> Path:
    rows, columns, bands = values.shape
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, kind,
                                                   ["COMPRESS=DEFLATE", "TILED=YES", "PREDICTOR=2", "PHOTOMETRIC=RGB"]
                                                   if kind == gdal.GDT_Byte else ["COMPRESS=DEFLATE", "TILED=YES"])
    dataset.SetSpatialRef(reference(EPSG))
    dataset.SetGeoTransform((WEST, cell, 0, NORTH, 0, -cell))
    for band in range(bands):
        dataset.GetRasterBand(band + 1).WriteArray(values[..., band])
    dataset.FlushCache()
    return path
