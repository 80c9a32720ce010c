"""The ground, as the sandbox was told: heights above the WGS84 ellipsoid in metres."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

from .grids import bilinear

gdal.UseExceptions()
osr.UseExceptions()


def geographic() -> osr.SpatialReference:
    """WGS84, longitude first."""
    return reference(4326)


def reference(definition: int | str | osr.SpatialReference) -> osr.SpatialReference:
    """A reference system with x to the east, whatever its authority says."""
    found = osr.SpatialReference()
    if isinstance(definition, int):
        found.ImportFromEPSG(definition)
    elif isinstance(definition, str):
        found.SetFromUserInput(definition)
    else:
        found = definition.Clone()
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return found


def transformed(source: osr.SpatialReference, target: osr.SpatialReference, points: np.ndarray) -> np.ndarray:
    """Points (n x 2 or n x 3) in another system, n x 3, by PROJ."""
    full = points if points.shape[1] == 3 else np.column_stack([points, np.zeros(len(points))])
    return np.array(osr.CoordinateTransformation(source, target).TransformPoints(full.tolist()))


class Terrain:
    """Heights on a grid with a horizontal reference system, or one height everywhere.

    The first band is the ground; a second one, where there is one, the surface with everything that stands on it.
    """

    def __init__(self, ground: np.ndarray, surface: np.ndarray | None, transform: tuple[float, ...],
                 system: osr.SpatialReference | None) -> None:
        self.ground = ground
        self.surface = ground if surface is None else surface
        self.has_objects = surface is not None
        self.transform = transform
        self.system = system

    @classmethod
    def open(cls, path: Path | str) -> Terrain:
        """Read a raster. Raises ``ValueError`` for one without a reference system or without any height."""
        dataset = gdal.Open(str(path))
        system = dataset.GetSpatialRef()
        if system is None:
            raise ValueError("The terrain has no coordinate reference system.")
        bands = [_filled(dataset.GetRasterBand(number + 1)) for number in range(min(dataset.RasterCount, 2))]
        horizontal = system.Clone()
        if horizontal.IsCompound():
            horizontal.StripVertical()
        return cls(bands[0], bands[1] if len(bands) > 1 else None, dataset.GetGeoTransform(), reference(horizontal))

    @classmethod
    def flat(cls, height: float) -> Terrain:
        """Level ground everywhere."""
        return cls(np.full((1, 1), height, dtype=np.float32), None, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), None)

    def cells(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Columns and rows of places in the terrain's own system."""
        left, width, _, top, _, height = self.transform
        return (x - left) / width, (y - top) / height

    def heights(self, x: np.ndarray, y: np.ndarray, ground: bool = False) -> np.ndarray:
        """Heights at places in the terrain's own system; beyond its border those of the border."""
        grid = self.ground if ground else self.surface
        if self.system is None:
            return np.full(np.shape(x), float(grid[0, 0]))
        return bilinear(grid, *self.cells(x, y))


def _filled(band: gdal.Band) -> np.ndarray:
    """A band's values; gaps take the nearest height."""
    values = band.ReadAsArray().astype(np.float32)
    nothing = band.GetNoDataValue()
    missing = ~np.isfinite(values) if nothing is None else ~np.isfinite(values) | (values == np.float32(nothing))
    if missing.all():
        raise ValueError("The terrain has no heights.")
    if missing.any():
        from scipy.ndimage import distance_transform_edt

        nearest = distance_transform_edt(missing, return_distances=False, return_indices=True)
        values = values[tuple(nearest)]
    return values
