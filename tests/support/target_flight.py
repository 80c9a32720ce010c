"""A flight over land with painted targets whose places are known: for AutoGCP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal

from sandbox.pix4d.work import scene, virtual_flight

SIDE = 1.5
"""Metres: two white and two black quarters."""


@dataclass(frozen=True)
class TargetFlight:
    """``targets``: name to x, y, z in EPSG:32632, heights above the ellipsoid."""

    photos: tuple[Path, ...]
    terrain: Path
    targets: dict[str, tuple[float, float, float]]


def target_flight(folder: Path, count: int = 4) -> TargetFlight:
    """Made-up land of 100 by 80 metres, painted and flown over; some seconds."""
    land = scene.make_scene(folder, 100.0, 80.0)
    dataset = gdal.OpenEx(str(land.orthoimage), gdal.OF_RASTER | gdal.OF_UPDATE)
    left, cell, _, top, _, down = dataset.GetGeoTransform()
    targets = {}
    for number, (right, below) in enumerate(((30.0, 25.0), (70.0, 25.0), (70.0, 55.0), (30.0, 55.0))[:count], 1):
        x, y = left + right, top - below
        _paint(dataset, right / cell, below / -down, SIDE / cell)
        height = scene.GROUND + float(scene.terrain_height(np.array([[right]]), np.array([[-below]]))[0, 0])
        targets[f"T{number}"] = (x, y, height)
    dataset = None
    photos = virtual_flight.fly(virtual_flight.World(land.orthoimage, land.terrain), virtual_flight.FlightPlan(),
                                folder / "photos")
    return TargetFlight(tuple(photos), land.terrain, targets)


def _paint(dataset: gdal.Dataset, column: float, row: float, size: float) -> None:
    half = round(size / 2)
    steps = np.arange(-half, half) + 0.5
    quarters = np.where(steps[:, None] * steps[None] > 0, 255, 0).astype(np.uint8)
    for band in range(1, dataset.RasterCount + 1):
        dataset.GetRasterBand(band).WriteArray(quarters, round(column) - half, round(row) - half)
