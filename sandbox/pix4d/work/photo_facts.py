"""What a photo says about itself, read by GDAL from EXIF and XMP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

DJI = "{http://www.dji.com/drone-dji/1.0/}"
FILM_DIAGONAL = 43.2666153
PER_MILLIMETRE = {2: 25.4, 3: 10.0, 4: 1.0}
"""EXIF's units of the resolution in the focal plane: inch, centimetre, millimetre."""
BANDS = {"green": "green", "red": "red", "rededge": "reg", "reg": "reg", "nir": "nir"}
"""Names of bands in XMP, without spaces and in lower case, as results call them."""


@dataclass(frozen=True)
class PhotoFacts:
    """``place``: longitude, latitude, height above the ellipsoid. ``attitude``: yaw, pitch, roll in degrees. ``focal``
    in pixels; ``centre``: the principal point. What the photo does not say is None."""

    width: int
    height: int
    bands: int
    make: str
    model: str
    moment: str
    place: tuple[float, float, float] | None
    attitude: tuple[float, float, float] | None
    focal: float | None
    focal_millimetres: float | None
    centre: tuple[float, float]
    above_start: float | None
    band: str | None = None
    """Of a multispectral camera: green, red, reg (red edge) or nir; such a photo has that band only."""


def read_exif(path: Path | str) -> dict[str, str]:
    """EXIF as GDAL writes it, without ``EXIF_``; empty without any. Raises ``RuntimeError`` for what is no image."""
    return _exif(gdal.Open(str(path)))


def read_xmp(path: Path | str) -> dict[str, str]:
    """DJI's values in the XMP packet, by name; empty without any. Raises ``RuntimeError`` for what is no image."""
    return _xmp(gdal.Open(str(path)))


def read_facts(path: Path | str) -> PhotoFacts:
    """All that processing needs. Raises ``RuntimeError`` for what is no image."""
    dataset = gdal.Open(str(path))
    exif, xmp = _exif(dataset), _xmp(dataset)
    width, height = dataset.RasterXSize, dataset.RasterYSize
    return PhotoFacts(width=width, height=height, bands=dataset.RasterCount, make=exif.get("Make", "").strip(),
                      model=exif.get("Model", "").strip(), moment=exif.get("DateTimeOriginal", ""),
                      place=_place(exif, xmp), attitude=_attitude(xmp), focal=_focal(exif, xmp, width, height),
                      focal_millimetres=_first(exif, "FocalLength"), centre=_centre(xmp, width, height),
                      above_start=_number(xmp.get("RelativeAltitude")), band=_band(dataset))


def _exif(dataset: gdal.Dataset) -> dict[str, str]:
    return {name[5:]: _text(value) for name, value in dataset.GetMetadata().items() if name.startswith("EXIF_")}


def _band(dataset: gdal.Dataset) -> str | None:
    """The band's name as Sequoia, MicaSense and Phantom 4 Multispectral write it into XMP."""
    packet = _packet(dataset)
    found = (re.search(r"<Camera:BandName>\s*(?:<rdf:Seq>\s*<rdf:li>)?\s*([\w ]+?)\s*<", packet)
             or re.search(r'Camera:BandName="([\w ]+)"', packet))
    return BANDS.get(found[1].replace(" ", "").lower()) if found else None


def _packet(dataset: gdal.Dataset) -> str:
    return "".join(map(_text, dataset.GetMetadata("xml:XMP") or []))


def _text(value: str | bytes) -> str:
    """GDAL gives bytes where something is not UTF-8."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _xmp(dataset: gdal.Dataset) -> dict[str, str]:
    packet = _packet(dataset)
    found = re.search(r"<x:xmpmeta.*</x:xmpmeta>", packet, re.DOTALL)
    if found is None or "<!" in found[0]:
        return {}
    try:
        root: Any = ElementTree.fromstring(found[0])
    except ElementTree.ParseError:
        return {}
    values: dict[str, str] = {}
    for node in root.iter():
        values.update({name.removeprefix(DJI): value for name, value in node.attrib.items() if name.startswith(DJI)})
        if node.tag.startswith(DJI) and node.text:
            values[node.tag.removeprefix(DJI)] = node.text.strip()
    return values


def _numbers(exif: dict[str, str], name: str) -> list[float]:
    return [float(one) for one in re.findall(r"[-+]?\d[\d.]*(?:e[-+]?\d+)?", exif.get(name, ""))]


def _first(exif: dict[str, str], name: str) -> float | None:
    found = _numbers(exif, name)
    return found[0] if found else None


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _place(exif: dict[str, str], xmp: dict[str, str]) -> tuple[float, float, float] | None:
    latitude, longitude = _numbers(exif, "GPSLatitude"), _numbers(exif, "GPSLongitude")
    height = _first(exif, "GPSAltitude")
    if len(latitude) == 3 and len(longitude) == 3:
        north, east = (sum(value / 60**power for power, value in enumerate(one)) for one in (latitude, longitude))
        if exif.get("GPSLatitudeRef", "N").startswith("S"):
            north = -north
        if exif.get("GPSLongitudeRef", "E").startswith("W"):
            east = -east
        below = re.fullmatch(r"\s*(0x0*1|1)\s*", exif.get("GPSAltitudeRef", "0")) is not None
        return east, north, (-1 if below else 1) * (height or 0.0)
    values = [_number(xmp.get(name)) for name in ("GpsLongitude", "GpsLatitude", "AbsoluteAltitude")]
    if values[0] is None or values[1] is None:
        return None
    return values[0], values[1], values[2] or 0.0


def _attitude(xmp: dict[str, str]) -> tuple[float, float, float] | None:
    yaw, pitch, roll = (_number(xmp.get(f"Gimbal{name}Degree")) for name in ("Yaw", "Pitch", "Roll"))
    if yaw is None:
        yaw = _number(xmp.get("FlightYawDegree"))
    return None if yaw is None else (yaw, -90.0 if pitch is None else pitch, roll or 0.0)


def _focal(exif: dict[str, str], xmp: dict[str, str], width: int, height: int) -> float | None:
    """From the most exact source: DJI's calibration, the sensor's resolution, the equivalent of 35 mm film."""
    calibrated = _number(xmp.get("CalibratedFocalLength"))
    if calibrated:
        return calibrated
    length, resolution = _first(exif, "FocalLength"), _first(exif, "FocalPlaneXResolution")
    unit = PER_MILLIMETRE.get(int(_first(exif, "FocalPlaneResolutionUnit") or 2))
    if length and resolution and unit:
        return length * resolution / unit
    equivalent = _first(exif, "FocalLengthIn35mmFilm")
    return equivalent * float(np.hypot(width, height)) / FILM_DIAGONAL if equivalent else None


def _centre(xmp: dict[str, str], width: int, height: int) -> tuple[float, float]:
    across, down = (_number(xmp.get(f"CalibratedOpticalCenter{axis}")) for axis in "XY")
    return (width / 2 if across is None else across, height / 2 if down is None else down)
