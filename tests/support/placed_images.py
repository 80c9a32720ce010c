"""Small images anywhere on the globe, as rasters of the sandbox's Picterra."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr
from sandbox_images import write_image
from sandbox_picterra import PicterraCalls

SIDE = 32


def placed_image(path: Path, west: float, south: float, size: float, epsg: int = 4326) -> Path:
    """A square image with its south-western corner there; units are those of the reference system."""
    pixels = np.random.default_rng(3).integers(60, 200, (3, SIDE, SIDE)).astype(np.uint8)
    write_image(path, pixels, placed=False)
    image = gdal.Open(str(path), gdal.GA_Update)
    image.SetGeoTransform([west, size / SIDE, 0, south + size, 0, -size / SIDE])
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    image.SetProjection(reference.ExportToWkt())
    image.FlushCache()
    return path


def upload_placed(calls: PicterraCalls, folder: Path, name: str, west: float, south: float, size: float = 1.0,
                  epsg: int = 4326, **fields: object) -> str:
    """Upload such an image; the raster's id."""
    return calls.upload_raster(placed_image(folder / f"{name}.tif", west, south, size, epsg), name=name, **fields)


def upload_unplaced(calls: PicterraCalls, folder: Path, name: str, **fields: object) -> str:
    """A raster whose place nobody knows: its file turned out to be no image."""
    file = folder / f"{name}.tif"
    file.write_bytes(b"no image " * 100)
    slot = calls.post("rasters/upload/file/", {"name": name, "multispectral": False, **fields})
    assert calls.put(slot["upload_url"], file.read_bytes()) == 200
    assert calls.wait(calls.post(f"rasters/{slot['raster_id']}/commit/"))["status"] == "failed"
    return slot["raster_id"]
