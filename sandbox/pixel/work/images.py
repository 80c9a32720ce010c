"""Holds an uploaded image against the rules: readable, with a location, inside the area of its project."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from osgeo import gdal
from PIL import ExifTags, Image

from ...pix4d.work.photo_facts import PhotoFacts, read_facts
from ...raster_pixels import damage_in, words_of
from .places import check_point
from .records import ImageFacts, Rejected, Task

gdal.UseExceptions()
Image.MAX_IMAGE_PIXELS = None  # pillow reads headers only

FORMATS = ("JPEG", "PNG", "GTiff", "WEBP")
"""Image formats, by their names in GDAL."""
ROTATIONS = {"3": 180.0, "6": 90.0, "8": 270.0}
"""Degrees clockwise to turn an image upright, by EXIF's orientation."""
INNER = ("ExifOffset", "GPSInfo", "StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts")
"""Tags that tell of the file, not of the photo."""
LONGEST = 300
"""Characters of an EXIF value that are kept."""


def inspect(path: Path, task: Task) -> ImageFacts:
    """Raises :class:`Rejected`. A location given at upload comes before the one in the file."""
    dataset = _open(path)
    exif = read_exif(path)
    facts = _facts(path)
    location = task.location or place_of(exif) or (facts.place[:2] if facts is not None and facts.place else None)
    if not location:
        raise Rejected("The image has no location and none was given")
    check_point(task.area, location)
    damage = damage_in(dataset, path) if task.read_all else ""
    if damage:
        raise Rejected(f"The file is damaged or incomplete: {damage}")
    return ImageFacts(dataset.GetDriver().ShortName, dataset.RasterXSize, dataset.RasterYSize, location, _moment(exif),
                      _camera(facts, exif), exif)


def _open(path: Path) -> gdal.Dataset:
    try:
        return gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, allowed_drivers=FORMATS)
    except RuntimeError as error:
        if "not recognized" in str(error):
            raise Rejected("Expected an image that can be read, such as JPEG or PNG, "
                           "found a file of another kind") from error
        raise Rejected(f"The file is damaged or incomplete: {words_of(error, path)}") from error


def _facts(path: Path) -> PhotoFacts | None:
    """What the camera's maker wrote; None when it is written in a way that nobody understands."""
    try:
        return read_facts(path)
    except (RuntimeError, ValueError, ArithmeticError):
        return None


def read_exif(path: Path) -> dict[str, Any]:
    """The tags of an image by name, those of the GPS among them; empty when there are none or they are broken."""
    try:
        with Image.open(path) as image:
            tags = image.getexif()
            found = {ExifTags.TAGS.get(number, str(number)): value for number, value in tags.items()}
            found.update((ExifTags.TAGS.get(number, str(number)), value)
                         for number, value in tags.get_ifd(ExifTags.IFD.Exif).items())
            found.update((ExifTags.GPSTAGS.get(number, str(number)), value)
                         for number, value in tags.get_ifd(ExifTags.IFD.GPSInfo).items())
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return {}
    plain = {name: _plain(value) for name, value in found.items() if name not in INNER}
    return {name: value for name, value in plain.items() if value is not None}


def _plain(value: Any) -> Any:
    """A value that JSON can hold; None for bytes and for numbers that are none."""
    if isinstance(value, str):
        return value.strip("\0 ")[:LONGEST]
    if isinstance(value, (tuple, list)):
        plain = [_plain(one) for one in value]
        return None if None in plain else plain
    if isinstance(value, int):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def place_of(exif: dict[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude that the GPS tags tell; None when they tell none that can be."""
    angles = []
    for name, negative, most in (("GPSLongitude", "W", 180), ("GPSLatitude", "S", 90)):
        value = exif.get(name)
        if not isinstance(value, list) or len(value) != 3 or not all(isinstance(one, (int, float)) for one in value):
            return None
        degrees = sum(one / 60**power for power, one in enumerate(value))
        if not 0 <= degrees <= most:
            return None
        angles.append(-degrees if str(exif.get(f"{name}Ref", "")).upper().startswith(negative) else degrees)
    return angles[0], angles[1]


def _moment(exif: dict[str, Any]) -> str | None:
    for name in ("DateTimeOriginal", "DateTimeDigitized", "DateTime"):
        try:
            moment = datetime.strptime(str(exif.get(name, "")), "%Y:%m:%d %H:%M:%S").replace(tzinfo=timezone.utc)
            return moment.replace(tzinfo=None).isoformat()
        except ValueError:
            continue
    return None


def _camera(facts: PhotoFacts | None, exif: dict[str, Any]) -> dict[str, Any]:
    """Members that Esri's oriented imagery has: a pitch of 0 looks straight down, 90 at the horizon."""
    camera: dict[str, Any] = {
        "focal_length": exif.get("FocalLength"), "cam_heading": exif.get("GPSImgDirection"),
        "img_rotation": ROTATIONS.get(str(exif.get("Orientation", 1)), 0.0)}
    if facts is not None:
        camera.update(_from_maker(facts))
    return {name: value for name, value in camera.items() if isinstance(value, (int, float)) and math.isfinite(value)}


def _from_maker(facts: PhotoFacts) -> dict[str, Any]:
    camera: dict[str, Any] = {"cam_height": facts.above_start}
    if facts.focal_millimetres:
        camera["focal_length"] = facts.focal_millimetres
    if facts.attitude is not None:
        yaw, pitch, roll = facts.attitude
        camera.update(cam_heading=yaw % 360, cam_pitch=90 + pitch, cam_roll=roll)
    if facts.focal:
        camera["hfov"], camera["vfov"] = (2 * math.degrees(math.atan(pixels / 2 / facts.focal))
                                          for pixels in (facts.width, facts.height))
    return camera
