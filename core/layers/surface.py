"""Heights of places from a streamed surface model, as volumes need them for the corners of a base."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from osgeo import gdal
from qgis.core import QgsCoordinateReferenceSystem

from ..crs_rules import map_crs
from ..problems import Problem
from ..translation import tr

if TYPE_CHECKING:
    from .streaming import Live, Reference, SourceRegistry


class Surface:
    """A surface model that is read where it is. Not for the main thread. Its credentials are renewed when they end."""

    def __init__(self, registry: SourceRegistry, reference: Reference, live: Live) -> None:
        self._registry = registry
        self._reference = reference
        self._dataset = self._opened(registry.bring(reference, live))
        wkt = self._dataset.GetProjection()
        self.crs: QgsCoordinateReferenceSystem = map_crs(wkt) if wkt else QgsCoordinateReferenceSystem()

    @property
    def metres(self) -> float:
        """The unit of its coordinates; 1 where it says nothing."""
        system = self._dataset.GetSpatialRef()
        return float(system.GetLinearUnits()) if system is not None else 1.0

    def heights(self, places: Iterable[tuple[float, float]]) -> list[float | None]:
        """The height at each place, in the model's own system, linear between the centres of cells; None where it has
        none."""
        wanted = list(places)
        try:
            return [self._height(*place) for place in wanted]
        except RuntimeError:  # the credentials that it was opened with have ended
            self._dataset = self._opened(self._registry.renew(self._reference))
        try:
            return [self._height(*place) for place in wanted]
        except RuntimeError as error:
            raise Problem(tr("The surface model of the project cannot be read. Try again in a while.")) from error

    def _height(self, x: float, y: float) -> float | None:
        left, width, _, top, _, height = self._dataset.GetGeoTransform()
        column, row = (x - left) / width - 0.5, (y - top) / height - 0.5
        columns, rows = self._dataset.RasterXSize, self._dataset.RasterYSize
        if not (-0.5 <= column <= columns - 0.5 and -0.5 <= row <= rows - 0.5):
            return None
        first = min(max(math.floor(column), 0), max(columns - 2, 0))
        above = min(max(math.floor(row), 0), max(rows - 2, 0))
        across, down = min(2, columns), min(2, rows)
        cells = self._read(first, above, across, down)
        if cells is None:
            return None
        right, below = min(max(column - first, 0.0), 1.0), min(max(row - above, 0.0), 1.0)
        weights = [(1 - right if i == 0 else right) * (1 - below if j == 0 else below)
                   for j in range(down) for i in range(across)]
        there = [(value, weight) for value, weight in zip(cells, weights) if self._is_height(value) and weight > 0]
        total = sum(weight for _, weight in there)
        return sum(value * weight for value, weight in there) / total if total > 0 else None

    def _read(self, column: int, row: int, columns: int, rows: int) -> list[float] | None:
        """The cells, row by row. Raises RuntimeError when storage does not give them."""
        band = self._dataset.GetRasterBand(1)
        data = band.ReadRaster(column, row, columns, rows, buf_type=gdal.GDT_Float64)
        if data is None:
            raise RuntimeError("not read")
        return list(struct.unpack(f"={columns * rows}d", bytes(data)))

    def _is_height(self, value: float) -> bool:
        nothing = self._dataset.GetRasterBand(1).GetNoDataValue()
        return math.isfinite(value) and (nothing is None or not math.isclose(value, nothing, rel_tol=1e-6))

    @staticmethod
    def _opened(live: Live) -> Any:
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        try:
            found = gdal.OpenEx(live.source, gdal.OF_RASTER) if live.source else None
        except RuntimeError:
            found = None
        finally:
            gdal.PopErrorHandler()
        if found is None:
            raise Problem(tr("The surface model of the project cannot be read. Try again in a while."))
        return found
