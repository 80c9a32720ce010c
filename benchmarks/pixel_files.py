"""Files to upload to Geodata Pixel: photos with a place, rasters that meet the rules of an RGB collection."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from .local_platform import geotiff

AREA = {"type": "Polygon", "coordinates": [[[8.0, 46.0], [10.0, 46.0], [10.0, 48.0], [8.0, 48.0], [8.0, 46.0]]]}
"""Around all of them."""
WEST, SOUTH = 8.5, 46.5
SIDE = 512


def photos(folder: Path, count: int, size: int) -> int:
    """So many JPEG files of exactly ``size`` bytes, each with another place in EXIF; bytes in all."""
    folder.mkdir(parents=True)
    stream = io.BytesIO()
    noise = np.random.default_rng(4).integers(0, 255, (SIDE, SIDE, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, "JPEG", quality=50)
    picture = stream.getvalue()
    for number in range(count):
        exif = _exif(WEST + number % 100 / 1000, SOUTH + number // 100 / 1000)
        segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
        content = picture[:2] + segment + picture[2:]
        (folder / f"IMG_{number:04d}.jpg").write_bytes(content + os.urandom(max(0, size - len(content))))
    return sum(one.stat().st_size for one in folder.iterdir())


def _exif(longitude: float, latitude: float) -> bytes:
    exif = Image.Exif()
    places = exif.get_ifd(ExifTags.IFD.GPSInfo)
    for name, value, letter in (("GPSLongitude", longitude, "E"), ("GPSLatitude", latitude, "N")):
        minutes = value % 1 * 60
        places[ExifTags.GPS[name]] = (int(value), int(minutes), round(minutes % 1 * 60, 4))
        places[ExifTags.GPS[f"{name}Ref"]] = letter
    return exif.tobytes()


def rasters(folder: Path, count: int, size: int) -> int:
    """So many GeoTIFF files of about ``size`` bytes; bytes in all."""
    first = geotiff(folder / "ortho_000.tif", size)
    for number in range(1, count):
        shutil.copyfile(first, folder / f"ortho_{number:03d}.tif")
    return sum(one.stat().st_size for one in folder.iterdir())
