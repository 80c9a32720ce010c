"""What a photo says of itself: EXIF by QGIS's own reader, size and XMP by GDAL.

GDAL prints EXIF numbers with six digits, which is a decimetre for cameras that write degrees as one number; QGIS's
reader gives them whole. In return that of QGIS 3.22 leaves XMP out.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osgeo import gdal
from qgis.core import QgsExifTools
from qgis.PyQt.QtCore import QDateTime, Qt

from ..layers.gdal_calls import GdalFailed, gdal_errors
from . import xmp

#: Diagonal of the 35 mm film that "equivalent" focal lengths refer to, in millimetres.
FILM_DIAGONAL = math.hypot(36.0, 24.0)
FORMATS = ("JPEG", "GTiff")
_one_at_a_time = threading.Lock()
_UNITS = {2: 25.4, 3: 10.0, 4: 1.0}
"""Millimetres of the unit in which EXIF counts the pixels of the sensor: inch, centimetre, millimetre."""


@dataclass(frozen=True)
class Photo:
    """One photo. What it does not say is None.

    ``longitude``, ``latitude``: degrees, WGS 84. ``altitude``: metres as EXIF has them, which PIX4D reads as above the
    ellipsoid. ``height``: metres above the place of the start, where the drone tells it. ``yaw``: where the top of the
    photo points, degrees from north, clockwise. ``pitch``: -90 straight down, 0 to the horizon. ``roll``: degrees,
    about the line of sight, or about the aircraft's nose where it ``rolls_with_body``.
    ``focal_pixels``: the focal length in pixels of this photo; ``focal_length`` in millimetres.
    """

    path: Path
    width: int
    height_pixels: int
    longitude: float | None = None
    latitude: float | None = None
    altitude: float | None = None
    height: float | None = None
    yaw: float | None = None
    pitch: float | None = None
    roll: float | None = None
    rolls_with_body: bool = False
    focal_length: float | None = None
    focal_pixels: float | None = None
    taken: str = ""
    camera: str = ""

    @property
    def located(self) -> bool:
        """Whether the photo knows where it was taken."""
        return self.longitude is not None and self.latitude is not None


def read(path: Path, formats: Sequence[str] = FORMATS) -> Photo | None:
    """The photo in a JPEG or TIFF file, or one of other formats (GDAL's names); None when GDAL cannot read it."""
    try:
        with gdal_errors():
            dataset = gdal.OpenEx(str(path), gdal.OF_RASTER, allowed_drivers=list(formats))
            if dataset is None:
                return None
            width, height = dataset.RasterXSize, dataset.RasterYSize
            parts = dataset.GetMetadata_List("xml:XMP") or []  # bytes where they are not UTF-8
            packet = "".join(one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in parts)
            dataset = None
    except GdalFailed:
        return None
    with _one_at_a_time:  # Exiv2's reader of XMP is not made for several threads
        tags = QgsExifTools.readTags(str(path))
    told = xmp.values(packet)
    facing = xmp.facing(told)
    longitude, latitude = _position(tags)
    yaw = facing.yaw if facing.yaw is not None else _number(tags, "Exif.GPSInfo.GPSImgDirection")
    return Photo(
        path, width, height, longitude, latitude, _altitude(tags), xmp.number(told, "RelativeAltitude"),
        None if yaw is None else yaw % 360.0, facing.pitch, facing.roll, facing.of_body,
        _positive(_number(tags, "Exif.Photo.FocalLength")), _focal_pixels(tags, told, width, height),
        _taken(tags), " ".join(_text(tags, f"Exif.Image.{name}") for name in ("Make", "Model")).strip(),
    )


def _position(tags: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Longitude and latitude; none at all when one is missing or impossible, or for the 0, 0 of a receiver that saw
    no satellite."""
    longitude, latitude = _number(tags, "Exif.GPSInfo.GPSLongitude"), _number(tags, "Exif.GPSInfo.GPSLatitude")
    if longitude is None or latitude is None or (longitude, latitude) == (0.0, 0.0):
        return None, None
    if abs(longitude) > 180.0 or abs(latitude) > 90.0:
        return None, None
    west, south = _text(tags, "Exif.GPSInfo.GPSLongitudeRef"), _text(tags, "Exif.GPSInfo.GPSLatitudeRef")
    return (
        -abs(longitude) if west.upper().startswith("W") else longitude,
        -abs(latitude) if south.upper().startswith("S") else latitude,
    )


def _altitude(tags: Mapping[str, Any]) -> float | None:
    found = _number(tags, "Exif.GPSInfo.GPSAltitude")
    below = _text(tags, "Exif.GPSInfo.GPSAltitudeRef") in ("1", "1.0", "\x01")
    return -abs(found) if found is not None and below else found


def _focal_pixels(tags: Mapping[str, Any], told: Mapping[str, str], width: int, height: int) -> float | None:
    """As the drone calibrated it, else from the length equivalent to 35 mm film, else from the pixels per length of
    the sensor (valid while the photo has not been made smaller)."""
    calibrated = _positive(xmp.number(told, "CalibratedFocalLength"))
    if calibrated is not None:
        return calibrated
    equivalent = _positive(_number(tags, "Exif.Photo.FocalLengthIn35mmFilm"))
    if equivalent is not None:
        return equivalent / FILM_DIAGONAL * math.hypot(width, height)
    length = _positive(_number(tags, "Exif.Photo.FocalLength"))
    density = _positive(_number(tags, "Exif.Photo.FocalPlaneXResolution"))
    unit = _UNITS.get(int(_number(tags, "Exif.Photo.FocalPlaneResolutionUnit") or 2))
    return None if length is None or density is None or unit is None else length * density / unit


def _taken(tags: Mapping[str, Any]) -> str:
    """When the photo was taken by the camera's clock, as ``2026-03-04T09:15:01``; EXIF tells no time zone."""
    value = tags.get("Exif.Photo.DateTimeOriginal") or tags.get("Exif.Image.DateTime")
    if isinstance(value, QDateTime) and value.isValid():
        return str(value.toString(Qt.DateFormat.ISODate))
    return ""


def _text(tags: Mapping[str, Any], name: str) -> str:
    value = tags.get(name)
    return "" if value is None else str(value).strip().strip("\0").strip()


def _number(tags: Mapping[str, Any], name: str) -> float | None:
    try:
        value = float(tags[name])
    except (KeyError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None
