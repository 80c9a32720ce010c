"""Well-known text to GeoJSON geometry and back, in two dimensions, for what platforms want in queries."""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import InputProblem

#: Brackets around the positions of each kind; a point's only position stands in none.
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_NAMES = {kind.upper(): kind for kind in _DEPTHS}
_FORM = re.compile(r"^\s*(?:SRID=4326;)?\s*([A-Z]+)\s*(?:Z|M|ZM)?\s*(EMPTY|\(.*\))\s*$", re.IGNORECASE | re.DOTALL)
_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"


def to_wkt(geometry: dict[str, Any]) -> str:
    """A GeoJSON geometry as text; heights are left out."""
    kind = geometry.get("type", "")
    if kind == "GeometryCollection":
        return "GEOMETRYCOLLECTION(" + ",".join(to_wkt(one) for one in geometry["geometries"]) + ")"
    if kind not in _DEPTHS:
        raise InputProblem("geojson_kind", kind=str(kind))
    coordinates = geometry.get("coordinates")
    if not coordinates:
        return f"{kind.upper()} EMPTY"
    body = _text(coordinates, _DEPTHS[kind])
    return f"{kind.upper()}{body}" if _DEPTHS[kind] else f"POINT({body})"


def from_wkt(text: str) -> dict[str, Any]:
    """A text as GeoJSON geometry. Raises :class:`InputProblem` (``wkt``) for what is none. No collections."""
    form = _FORM.match(text)
    kind = _NAMES.get(form.group(1).upper().removesuffix("ZM").removesuffix("Z")) if form else None
    if form is None or kind is None:
        raise InputProblem("wkt", text=text[:60])
    if form.group(2).upper() == "EMPTY":
        return {"type": kind, "coordinates": []}
    body = form.group(2)
    if kind == "MultiPoint":
        body = re.sub(rf"\(\s*({_NUMBER}(?:\s+{_NUMBER})+)\s*\)", r"\1", body)
    body = re.sub(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER}){{0,2}}", r"[\1,\2]", body)
    try:
        coordinates = json.loads(body.replace("(", "[").replace(")", "]"))
    except ValueError as error:
        raise InputProblem("wkt", text=text[:60]) from error
    coordinates = coordinates[0] if kind == "Point" else coordinates
    if _depth(coordinates) != _DEPTHS[kind]:
        raise InputProblem("wkt", text=text[:60])
    return {"type": kind, "coordinates": coordinates}


def _text(coordinates: Any, depth: int) -> str:
    if depth == 0:
        return f"{coordinates[0]!r} {coordinates[1]!r}"
    return "(" + ",".join(_text(one, depth - 1) for one in coordinates) + ")"


def _depth(coordinates: Any) -> int:
    depth = -1
    while isinstance(coordinates, list) and coordinates:
        depth += 1
        coordinates = coordinates[0]
    return depth
