"""What can be said of products, bands and images, and the rules for it (notes, sections 5 to 7 and 15).

Texts as people type them become what requests hold; what cannot be is known before anything is sent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InputProblem

TYPES = ("spectral", "mask", "class", "other")
COLORS = ("Alpha", "Black", "Blue", "Cyan", "Gray", "Green", "Hue", "Ligntness", "Magenta", "Palette", "Red",
          "Saturation", "Undefined", "YCbCr_Cb", "YCbCr_Cr", "YCbCr_Y", "Yellow")
COLORMAPS = ("plasma", "magma", "viridis", "msw", "inferno")
UNITS = ("meters", "degrees")
STATES = ("available", "remote")
PREFIXES = ("org:", "group:", "email:", "user:")
STORED = ("bucket", "directory", "files", "file_md5s", "file_sizes")
DTYPES: dict[str, tuple[float, float]] = {
    "Byte": (0, 255), "UInt16": (0, 65535), "Int16": (-32768, 32767),
    "UInt32": (0, 4294967295), "Int32": (-2147483648, 2147483647),
    "Float32": (-3.4028235e38, 3.4028235e38), "Float64": (-1.7976931348623157e308, 1.7976931348623157e308),
}
"""The data types of bands in GDAL's names, with what they can hold. Signed bytes are documented for arrays alone."""
DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How deep in lists the positions of a shape are."""
AS_ASKED = {"start_date": "start_datetime", "end_date": "end_datetime"}
"""What answers call another way than requests."""
AS_FILES = ("bucket", "directory", "file_md5s", "file_sizes")
"""Lists that have a member for each file; of the first two one text for all is enough."""
EXTRA_KEYS = 50
ID_LENGTH = 2048


@dataclass(frozen=True)
class Rule:
    """One property. ``kind``: text, integer, number, moment, choice, texts, places, access, integers, numbers, range,
    colors, object, shape. ``low``, ``high``: bounds of each number; ``above``: the lower one is not among them.
    ``count``: how many a list has; 0 any number."""

    kind: str
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    count: int = 0
    above: bool = False


_TEXT, _MOMENT, _NUMBER, _RANGE = Rule("text"), Rule("moment"), Rule("number"), Rule("range", count=2)
_POSITIVE, _SHARE = Rule("number", low=0.0), Rule("number", low=0.0, high=1.0)
_COUNT, _TEXTS, _NUMBERS = Rule("integer", low=0), Rule("texts"), Rule("numbers")

PRODUCT: dict[str, Rule] = {
    "title": _TEXT, "description": _TEXT, "read": Rule("access"), "writers": Rule("access"), "owners": Rule("access"),
    "start_datetime": _MOMENT, "end_datetime": _MOMENT, "resolution": _TEXT, "sensor": _TEXT, "revisit": _TEXT,
    "swath": _TEXT, "orbit": _TEXT, "processing_level": _TEXT, "notes": _TEXT, "spectral_bands": _COUNT,
    "native_bands": _TEXTS,
}
BAND: dict[str, Rule] = {
    "srcband": Rule("integer", low=1), "dtype": Rule("choice", tuple(DTYPES)), "data_range": _RANGE,
    "type": Rule("choice", TYPES), "nodata": _NUMBER, "default_range": _RANGE, "physical_range": _RANGE,
    "color": Rule("choice", COLORS), "colormap_name": Rule("choice", COLORMAPS), "colormap": Rule("colors"),
    "resolution": Rule("number", low=0.0, above=True), "resolution_unit": Rule("choice", UNITS),
    "wavelength_center": _POSITIVE, "wavelength_fwhm": _POSITIVE, "wavelength_min": _POSITIVE,
    "wavelength_max": _POSITIVE,
    "wavelength_unit": Rule("choice", ("nm",)), "description": _TEXT, "data_description": _TEXT, "data_unit": _TEXT,
    "data_unit_description": _TEXT, "name_common": _TEXT, "name_vendor": _TEXT, "vendor_order": _COUNT,
    "processing_level": _TEXT, "res_factor": _POSITIVE, "srcfile": _COUNT, "jpx_layer": _COUNT,
}
IMAGE: dict[str, Rule] = {
    "acquired": _MOMENT, "sat_id": _TEXT, "cloud_fraction": _SHARE, "cloud_fraction_0": _SHARE,
    "fill_fraction": _SHARE, "geometry": Rule("shape"), "extra_properties": Rule("object"), "absolute_orbit": _COUNT,
    "archived": _MOMENT, "area": _POSITIVE, "azimuth_angle": Rule("number", low=-360.0, high=360.0),
    "bits_per_pixel": _NUMBERS, "bright_fraction": _SHARE, "bucket": Rule("places"), "cirrus_fraction": _SHARE,
    "cs_code": _TEXT, "datastrip_id": _TEXT, "degraded_fraction_0": _SHARE, "descartes_version": _TEXT,
    "directory": Rule("places"), "duration": _POSITIVE, "earth_sun_distance": _POSITIVE, "files": _TEXTS,
    "file_md5s": _TEXTS,
    "file_sizes": Rule("integers", low=0), "geotrans": Rule("numbers", count=6), "identifier": _TEXT,
    "incidence_angle": Rule("number", low=-90.0, high=90.0), "pass": _TEXT, "processed": _MOMENT, "proj4": _TEXT,
    "projcs": _TEXT, "published": _MOMENT, "raster_size": Rule("integers", low=1, count=2),
    "reflectance_scale": _NUMBERS, "relative_orbit": _COUNT, "roll_angle": Rule("number", low=-180.0, high=180.0),
    "safe_id": _TEXT, "scan_gap_interpolation": _NUMBER,
}
RULES = {"product": PRODUCT, "band": BAND, "image": IMAGE}


def value_of(rule: Rule, name: str, given: Any) -> Any:
    """What a request holds for what was given. Raises :class:`InputProblem` (``wrong_property``, with what would be
    right) for what breaks the rule."""
    readers = {
        "integers": _numbers, "numbers": _numbers, "range": _numbers, "integer": _number, "number": _number,
        "texts": _texts, "places": _places, "access": _access, "choice": _choice, "colors": _colors,
        "object": _object, "shape": _shape,
    }
    reader = readers.get(rule.kind)
    return str(given).strip() if reader is None else reader(rule, name, given)


def check(
    kind: str, values: Mapping[str, Any], earlier: Mapping[str, Any] | None = None, partial: bool = False
) -> None:
    """The rules between properties, with what is known of the rest from ``earlier``, as answers have it. ``partial``:
    what is missing may be there already. Raises :class:`InputProblem`."""
    known = {AS_ASKED.get(name, name): value for name, value in (earlier or {}).items()}
    whole = {name: value for name, value in {**known, **values}.items() if value not in (None, "", [])}
    if kind == "band":
        _check_band(whole, partial)
    if kind == "image":
        _check_image(whole)
    begin, end = whole.get("start_datetime"), whole.get("end_datetime")
    if kind == "product" and begin and end and str(begin)[:10] > str(end)[:10]:
        raise InputProblem("ends_before_begin", begin=str(begin), end=str(end))


def is_id(text: str) -> bool:
    """Letters, digits and ``_ - . :`` only (ASSUMED D07)."""
    return re.fullmatch(r"[A-Za-z0-9_.:-]+", text) is not None and len(text) <= ID_LENGTH


def check_id(text: str) -> None:
    """Raise :class:`InputProblem` (``unusable_catalog_id``) for what cannot be an id."""
    if not is_id(text):
        raise InputProblem("unusable_catalog_id", text=text)


def _check_band(band: Mapping[str, Any], partial: bool) -> None:
    dtype = str(band.get("dtype") or "")
    low, high = DTYPES.get(dtype, (-math.inf, math.inf))
    for name in ("data_range", "default_range", "nodata"):
        given = band.get(name, [])
        if not all(low <= one <= high for one in (given if isinstance(given, list) else [given])):
            raise InputProblem("out_of_data_type", property=name, dtype=dtype, low=f"{low:g}", high=f"{high:g}")
    if "resolution" in band and not band.get("resolution_unit") and not partial:
        raise InputProblem("unit_missing", property="resolution_unit", allowed=", ".join(UNITS))
    waves = [one for one in band if one.startswith("wavelength_") and one != "wavelength_unit"]
    if waves and not band.get("wavelength_unit") and not partial:
        raise InputProblem("unit_missing", property="wavelength_unit", allowed="nm")
    least, greatest = band.get("wavelength_min"), band.get("wavelength_max")
    if least is not None and greatest is not None and least > greatest:
        raise InputProblem("wrong_property", property="wavelength_min", given=f"{least:g}", allowed=f"<= {greatest:g}")
    _check_color(band, partial)
    rows, most = len(band.get("colormap", ())), high - low + 1
    if not dtype.startswith("Float") and rows > most:
        raise InputProblem("wrong_property", property="colormap", given=str(rows), allowed=f"{most:.0f}")


def _check_color(band: Mapping[str, Any], partial: bool) -> None:
    """A mask is Alpha, what has a colour map is Palette; the catalog takes neither without its colour."""
    color = str(band.get("color", ""))
    wanted = ["Alpha"] if band.get("type") == "mask" else []
    if band.get("colormap") or band.get("colormap_name"):
        wanted.append("Palette")
    for one in wanted:
        if color and color != one:
            raise InputProblem("wrong_color", property="color", color=color, wanted=one)
        if not color and not partial:
            raise InputProblem("color_missing", property="color", wanted=one)


def _check_image(image: Mapping[str, Any]) -> None:
    if image.get("storage_state") == "remote":
        stored = [name for name in STORED if image.get(name)]
        if stored:
            raise InputProblem("remote_has_no_files", property=", ".join(stored))
    extra = image.get("extra_properties")
    if isinstance(extra, Mapping):
        if len(extra) > EXTRA_KEYS:
            raise InputProblem("wrong_property", property="extra_properties", given=str(len(extra)),
                               allowed=str(EXTRA_KEYS))
        for name, value in extra.items():
            if isinstance(value, bool) or not isinstance(value, (str, int, float)):
                raise InputProblem("wrong_property", property=f"extra_properties.{name}", given=json.dumps(value),
                                   allowed='"text", 1.5')
    files = image.get("files")
    for name in AS_FILES if files else ():
        listed = image.get(name)
        if isinstance(listed, list) and len(listed) != len(files or ()):
            raise InputProblem("not_as_many", property=name, given=str(len(listed)), allowed=str(len(files or ())))


# ---------------------------------------------------------------------- single values
def _wrong(name: str, given: Any, allowed: str) -> InputProblem:
    return InputProblem("wrong_property", property=name, given=str(given), allowed=allowed)


def _finite(rule: Rule, name: str, given: Any, whole: bool) -> Any:
    allowed = f"{rule.low:g} … {rule.high:g}" if rule.low > -math.inf or rule.high < math.inf else "1.5"
    allowed = f"> {rule.low:g}" if rule.above else allowed
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise _wrong(name, given, allowed) from None
    outside = not rule.low <= number <= rule.high or (rule.above and number == rule.low)
    if not math.isfinite(number) or outside or whole and number != int(number):
        raise _wrong(name, given, allowed)
    return int(number) if whole or number == int(number) and abs(number) < 2**53 else number


def _number(rule: Rule, name: str, given: Any) -> Any:
    return _finite(rule, name, given, rule.kind == "integer")


def _numbers(rule: Rule, name: str, given: Any) -> list[Any]:
    pieces = given if isinstance(given, (list, tuple)) else [
        one for one in re.split(r"[,;\s]+", str(given).strip("[]() \t\n")) if one
    ]
    found = [_finite(rule, name, one, rule.kind == "integers") for one in pieces]
    if rule.count and len(found) != rule.count or not found:
        raise _wrong(name, given, ", ".join("12345678"[:rule.count]) or "1, 2")
    if rule.kind == "range" and found[0] > found[1]:
        raise _wrong(name, given, f"{found[1]:g}, {found[0]:g}")
    return found


def _texts(rule: Rule, name: str, given: Any) -> list[str]:
    pieces = given if isinstance(given, (list, tuple)) else str(given).split(",")
    return [str(one).strip() for one in pieces if str(one).strip()]


def _places(rule: Rule, name: str, given: Any) -> Any:
    """A list with a text for each file, or one text for all of them."""
    found = _texts(rule, name, given)
    return found[0] if len(found) == 1 else found


def _access(rule: Rule, name: str, given: Any) -> list[str]:
    found = _texts(rule, name, given)
    for one in found:
        if not one.startswith(PREFIXES) or one in PREFIXES:
            raise _wrong(name, one, ", ".join(f"{prefix}…" for prefix in PREFIXES))
    return found


def _choice(rule: Rule, name: str, given: Any) -> str:
    if given not in rule.choices:
        raise _wrong(name, given, ", ".join(rule.choices))
    return str(given)


def _colors(rule: Rule, name: str, given: Any) -> list[list[int]]:
    """Rows of red, green, blue and opacity: JSON, or ``0 0 0 255; 255 0 0 255``."""
    rows: Any = given
    if isinstance(given, str):
        try:
            rows = json.loads(given)
        except ValueError:
            rows = [[int(one) if one.isdecimal() else one for one in row.replace(",", " ").split()]
                    for row in given.split(";") if row.strip()]
    shade = Rule("integer", low=0, high=255)
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == 4 for row in rows) or not rows:
        raise _wrong(name, str(given)[:200], "0 0 0 255; 255 0 0 255")
    if all(type(one) is int and 0 <= one <= 255 for row in rows for one in row):  # tens of thousands may come derived
        return [list(row) for row in rows]
    return [[_finite(shade, name, one, True) for one in row] for row in rows]


def _object(rule: Rule, name: str, given: Any) -> dict[str, Any]:
    found = given
    if isinstance(given, str):
        try:
            found = json.loads(given)
        except (ValueError, RecursionError):
            found = None
    if not isinstance(found, dict):
        raise _wrong(name, given, '{"crop": "maize"}')
    return found


def _shape(rule: Rule, name: str, given: Any) -> Any:
    """GeoJSON."""
    found = given
    if isinstance(given, str):
        try:
            found = json.loads(given)
        except (ValueError, RecursionError):
            found = None
    if not isinstance(found, dict) or not _is_shape(found):
        raise _wrong(name, given, "POLYGON ((0 0, 1 0, 1 1, 0 0))")
    return found


def _is_shape(found: Mapping[str, Any]) -> bool:
    """Whether this is a shape of GeoJSON: positions on the earth, rings closed."""
    depth, level = DEPTHS.get(str(found.get("type")), -1), [found.get("coordinates")]
    for left in range(depth, 0, -1):
        if not all(isinstance(one, list) and one for one in level):
            return False
        if left == 1 and "Polygon" in found["type"]:
            rings = [one for one in level if isinstance(one, list)]
            if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
                return False
        level = [inner for one in level if isinstance(one, list) for inner in one]
    return depth >= 0 and all(map(_is_position, level))


def _is_position(one: Any) -> bool:
    """Longitude and latitude, and what may follow them. Shapes across the line of 180 degrees go on beyond it."""
    if not isinstance(one, (list, tuple)) or len(one) < 2:
        return False
    if any(isinstance(part, bool) or not isinstance(part, (int, float)) for part in one[:2]):
        return False
    return bool(-360 <= one[0] <= 360 and -90 <= one[1] <= 90)
