"""What bodies must keep to beyond their schemas: ids, access lists, dates, bands, images (sections 3 to 7)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from osgeo import ogr

from ..errors import invalid
from .answers import moment

ogr.UseExceptions()

ID = re.compile(r"[A-Za-z0-9_.:-]{1,2048}")
"""D07."""
PREFIXES = ("org:", "group:", "email:", "user:")
ACCESS = ("owners", "read", "writers")
NUMBER_BITS = {"Byte": 8, "UInt16": 16, "Int16": 16, "UInt32": 32, "Int32": 32, "Float32": 32, "Float64": 64,
               "CInt16": 32, "CInt32": 64, "CFloat32": 64, "CFloat64": 128}
"""Bits per pixel of GDAL's data types."""
RANGES = {"Byte": (0, 255), "UInt16": (0, 65535), "Int16": (-32768, 32767), "UInt32": (0, 2 ** 32 - 1),
          "Int32": (-2 ** 31, 2 ** 31 - 1)}
UNITS = ("meters", "degrees")
WAVELENGTHS = ("wavelength_center", "wavelength_fwhm", "wavelength_min", "wavelength_max")
STORED_MEMBERS = ("bucket", "directory", "files", "file_md5s", "file_sizes")
"""What an image that is stored elsewhere may not have."""
MOMENTS = ("acquired", "archived", "processed", "published")
SHARES = ("cloud_fraction", "cloud_fraction_0", "fill_fraction", "bright_fraction", "cirrus_fraction",
          "degraded_fraction_0")
MOST_EXTRA = 50


def check_id(name: str, value: str) -> str:
    """An id of allowed characters."""
    if not ID.fullmatch(value):
        raise invalid(name, "Only letters, digits and _ - . : are allowed, at most 2048 of them.")
    return value


def check_access(given: dict[str, Any]) -> None:
    """Every entry of an access list says what it is."""
    for name in ACCESS:
        for entry in given.get(name) or ():
            if not entry.startswith(PREFIXES) or entry.endswith(":"):
                raise invalid(name, f"{entry!r} must begin with org:, group:, email: or user:.")


def read_moment(name: str, value: str) -> float:
    """A date or a time in seconds since 1970; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, "Must be a date or a time in ISO 8601.") from None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def clean_moments(given: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The body with its times as answers have them."""
    return {name: moment(read_moment(name, value)) if name in names else value for name, value in given.items()}


# ---------------------------------------------------------------------- bands
def check_band(band: dict[str, Any]) -> None:
    """A whole band, after what is new was laid into it."""
    kind = band["dtype"]
    if kind not in NUMBER_BITS:
        raise invalid("dtype", f"Must be one of: {', '.join(NUMBER_BITS)}.")
    for name in ("data_range", "default_range", "physical_range"):
        if name in band and band[name][0] > band[name][1]:
            raise invalid(name, "The first number must not be above the second.")
    lowest, highest = RANGES.get(kind, (None, None))
    for name in ("data_range", "default_range"):
        if name in band and lowest is not None and highest is not None and \
                not lowest <= band[name][0] <= band[name][1] <= highest:
            raise invalid(name, f"Must lie in {lowest} to {highest} for {kind}.")
    for name in ("srcfile", "jpx_layer"):
        if band.get(name, 0) < 0:
            raise invalid(name, "Must not be below 0.")
    _check_color(band)
    if "resolution" in band and band.get("resolution_unit") not in UNITS:
        raise invalid("resolution_unit", "Must be meters or degrees when there is a resolution.")
    if band.get("resolution", 1) <= 0:
        raise invalid("resolution", "Must be above 0.")
    if any(name in band for name in WAVELENGTHS) and band.get("wavelength_unit") != "nm":
        raise invalid("wavelength_unit", "Must be nm when there is a wavelength.")


def _check_color(band: dict[str, Any]) -> None:
    if band["type"] == "mask" and band.get("color") != "Alpha":
        raise invalid("color", "Must be Alpha for a mask.")
    mapped = bool(band.get("colormap")) or "colormap_name" in band
    if mapped and band.get("color") != "Palette":
        raise invalid("color", "Must be Palette for a band with a colour map.")
    rows = band.get("colormap", ())
    if len(rows) > 2 ** min(NUMBER_BITS[band["dtype"]], 32):
        raise invalid("colormap", "There are more rows than values of a pixel.")
    for row in rows:
        if any(not (str(one).isdigit() and 0 <= int(one) <= 255) for one in row):
            raise invalid("colormap", "Rows are four numbers from 0 to 255.")


# ---------------------------------------------------------------------- images
def check_image(image: dict[str, Any]) -> None:
    """A whole image record, after what is new was laid into it."""
    if image.get("storage_state") == "remote":
        for name in STORED_MEMBERS:
            if image.get(name):
                raise invalid(name, "Not allowed for an image with the storage state remote.")
    for name in ("bucket", "directory"):
        if isinstance(image.get(name), list) and image.get("files") and len(image[name]) != len(image["files"]):
            raise invalid(name, "Must be one text, or a list as long as files.")
    if len(image.get("extra_properties", ())) > MOST_EXTRA:
        raise invalid("extra_properties", f"At most {MOST_EXTRA} keys are allowed.")
    for name in SHARES:
        if not 0 <= image.get(name, 0) <= 1:
            raise invalid(name, "Must lie in 0 to 1.")
    size = image.get("raster_size")
    if size is not None and (len(size) != 2 or min(size) < 1):
        raise invalid("raster_size", "Must be width and height.")


def clean_image(given: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a body as answers have them: times, the geometry as an object, bucket and directory as lists
    as long as the files."""
    found = clean_moments(given, MOMENTS)
    if "geometry" in found:
        found["geometry"] = read_geometry("geometry", found["geometry"])
    for name in ("bucket", "directory"):
        value = found.get(name)
        if isinstance(value, str):
            found[name] = [value] * max(1, len(found.get("files", ())))
    return found


def read_geometry(name: str, value: Any) -> dict[str, Any]:
    """A GeoJSON geometry that was given as an object or as text."""
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        geometry = ogr.CreateGeometryFromJson(text)
        read: dict[str, Any] = json.loads(text)
    except (RuntimeError, ValueError, TypeError) as error:
        raise invalid(name, "Must be a GeoJSON geometry.") from error
    if geometry is None or geometry.IsEmpty() or not isinstance(read, dict) or "coordinates" not in read:
        raise invalid(name, "Must be a GeoJSON geometry.")
    return read
