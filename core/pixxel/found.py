"""STAC items of Pixxel as rows of a footprint layer (notes, section 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsGeometry

from ..layers.footprints import shape_of
from ..layers.time import moment

#: Name and kind of each column that is made of a STAC item; the last one is a file of this computer.
COLUMNS = [
    ("item_id", "text"), ("collection", "text"), ("datetime", "moment"), ("platform", "text"),
    ("cloud_cover", "real"), ("product_level", "text"), ("gsd", "real"), ("off_nadir", "real"),
    ("sun_elevation", "real"), ("orbit_state", "text"), ("crs", "text"), ("quick_look", "text"),
]
QUICK_LOOK = "quick_look"
_MEMBERS = {
    "platform": "platform", "cloud_cover": "eo:cloud_cover", "product_level": "rd:product_level", "gsd": "gsd",
    "off_nadir": "view:off_nadir", "sun_elevation": "view:sun_elevation", "orbit_state": "sat:orbit_state",
}


def row(item: Mapping[str, Any], picture: str = "") -> dict[str, Any]:
    """The item's columns. ``proj:code`` became of ``proj:epsg`` (section 3.7), and both are read."""
    given = item.get("properties")
    properties: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    found: dict[str, Any] = {name: properties.get(member) for name, member in _MEMBERS.items()}
    epsg = properties.get("proj:epsg")
    return {
        **found,
        "item_id": item.get("id"),
        "collection": item.get("collection"),
        "datetime": moment(lenient(properties.get("datetime"))),
        "crs": properties.get("proj:code") or (f"EPSG:{epsg}" if isinstance(epsg, int) else None),
        QUICK_LOOK: picture or None,
    }


def lenient(text: Any) -> str:
    """A moment as ISO 8601 has it: the platform also writes a blank in the place of the T (section 3.4), and six
    decimals."""
    if not isinstance(text, str):
        return ""
    joined = text.strip().replace(" ", "T", 1)
    day, _, rest = joined.partition("T")
    time, dot, tail = rest.partition(".")
    if not dot:
        return joined
    decimals = "".join(letter for letter in tail if letter.isdigit()) if "+" not in tail else tail.split("+")[0]
    zone = tail[len(decimals):] if tail.startswith(decimals) else ""
    return f"{day}T{time}.{decimals[:3]}{zone}"


def outline(item: Mapping[str, Any]) -> QgsGeometry:
    """The footprint, or the box where there is none; both may be missing."""
    shape = shape_of(item.get("geometry"))
    if not shape.isNull():
        return shape
    box = item.get("bbox")
    try:
        west, south, east, north = (float(one) for one in box or ())
    except (TypeError, ValueError):
        return QgsGeometry()
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return shape_of({"type": "Polygon", "coordinates": [ring]})
