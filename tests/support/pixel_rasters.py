"""Rasters made as a test wants them: format, data type, bands, system, cells, place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

SUFFIXES = {"GTiff": ".tif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "HFA": ".img"}
TYPES = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "int16": gdal.GDT_Int16, "float32": gdal.GDT_Float32,
         "float64": gdal.GDT_Float64}
OSLO = {25833: (262000.0, 6650000.0), 25832: (597000.0, 6643000.0), 4326: (10.7, 59.93), 3857: (1191000.0, 8380000.0)}
"""A place in Oslo in some systems: left and upper edge."""
AREA = {"type": "Polygon", "coordinates": [[[10.5, 59.7], [10.5, 60.1], [11.0, 60.1], [11.0, 59.7], [10.5, 59.7]]]}
"""An area of interest around it."""


@dataclass(frozen=True)
class Made:
    """What to make; ``srid`` 0: without a system, ``cell`` 0: without a place. ``peak``: the greatest value."""

    format: str = "GTiff"
    data_type: str = "uint8"
    num_bands: int = 3
    srid: int = 25833
    cell: float = 0.1
    origin: tuple[float, float] | None = None
    palette: bool = False
    peak: float = 250.0
    size: int = 24
    seed: int = 7

    def write(self, path: Path) -> Path:
        """Write the raster; the suffix is the format's."""
        path = path.with_suffix(SUFFIXES[self.format])
        memory = gdal.GetDriverByName("MEM").Create("", self.size, self.size, self.num_bands, TYPES[self.data_type])
        values = np.random.default_rng(self.seed).random((self.num_bands, self.size, self.size)) * self.peak
        values[:, 0, 0], values[:, 0, 1] = self.peak, 0
        for number, band in enumerate(values):
            memory.GetRasterBand(number + 1).WriteArray(band)
        if self.cell:
            left, top = self.origin or OSLO.get(self.srid, OSLO[25833])
            memory.SetGeoTransform((left, self.cell, 0.0, top, 0.0, -self.cell))
        if self.srid:
            system = osr.SpatialReference()
            system.ImportFromEPSG(self.srid)
            memory.SetSpatialRef(system)
        if self.palette:
            table = gdal.ColorTable()
            for value in range(256):
                table.SetColorEntry(value, (value, 255 - value, value // 2, 255))
            memory.GetRasterBand(1).SetColorInterpretation(gdal.GCI_PaletteIndex)
            memory.GetRasterBand(1).SetColorTable(table)
        made = gdal.GetDriverByName(self.format).CreateCopy(str(path), memory)
        assert made is not None
        made.FlushCache()
        return path


def world_file(path: Path, cell: float = 0.1, srid: int = 25833) -> Path:
    """A world file beside a raster, for its upper left corner in Oslo."""
    left, top = OSLO[srid]
    beside = path.with_suffix("." + path.suffix[1] + path.suffix[-1] + "w")
    beside.write_text("\n".join(map(str, (cell, 0, 0, -cell, left + cell / 2, top - cell / 2))) + "\n")
    return beside
