"""The rules of a data collection for its rasters (notes, section 7), as a table and as JSON text.

What a collection of a type may ask for, and what it has to::

    from .raster_rules import checked, parse
    raster_info = checked("RGB", parse('{"format": "GTiff", "num_bands": 3}'))     # as createDataCollection takes it

Both raise :class:`InputProblem`. Members that a type leaves no choice in (``uint8`` of RGB) need not be given.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InputProblem

COLLECTION_TYPES = ("RGB", "DTM", "DSM", "raster", "image", "point_cloud")
RASTER_TYPES = ("RGB", "DTM", "DSM", "raster")
FORMATS = ("GTiff", "JPEG", "PNG", "WEBP", "MRF", "PDF")
"""ASSUMED A7 for ``raster``: those that the list of rasters can be filtered by."""
DATA_TYPES = (
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "complex64",
    "complex128",
)
"""The names of numpy, of which the notes show some; that all of them are known there is not documented."""
MEMBERS = ("format", "data_type", "num_bands", "srid", "cell_size")
PROBLEMS = {"num_bands": "pixel_rules_bands", "srid": "pixel_rules_srid", "cell_size": "pixel_rules_cell_size"}
MOST_BANDS = 10_000
GREATEST_CODE = 2**31 - 1


@dataclass(frozen=True)
class TypeRules:
    """What a type leaves open. A member is ``required`` where its values are listed by the type itself."""

    format: tuple[str, ...]
    data_type: tuple[str, ...]
    num_bands: tuple[int, ...]
    required: bool

    def values(self, member: str) -> tuple[Any, ...]:
        """The values that a member may have; none where any is allowed."""
        return tuple(getattr(self, member, ()))


RULES: Mapping[str, TypeRules] = {
    "RGB": TypeRules(("GTiff", "JPEG"), ("uint8",), (3, 4), True),
    "DTM": TypeRules(("GTiff",), ("float32", "float64"), (1,), True),
    "DSM": TypeRules(("GTiff",), ("float32", "float64"), (1,), True),
    "raster": TypeRules(FORMATS, DATA_TYPES, (), False),
}
"""By type; the others take no rules (ASSUMED A7)."""


def parse(text: str) -> dict[str, Any]:
    """Rules from their JSON text, as they are sent; none for an empty text. ``EPSG:25833`` is taken for 25833, one
    number of a cell size for both. Raises :class:`InputProblem` for what can be no rules of any type."""
    if not text.strip():
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise InputProblem("pixel_rules_json") from None
    if not isinstance(given, dict):
        raise InputProblem("pixel_rules_json")
    unknown = [name for name in given if name not in MEMBERS]
    if unknown:
        raise InputProblem("pixel_rules_member", member=str(unknown[0]), allowed=", ".join(MEMBERS))
    return {name: _read(name, given[name]) for name in MEMBERS if given.get(name) is not None}


def dump(rules: Mapping[str, Any]) -> str:
    """The text of rules, the members in the order of the table; empty for none."""
    kept = {name: rules[name] for name in MEMBERS if name in rules}
    return json.dumps(kept) if kept else ""


def checked(collection_type: str, rules: Mapping[str, Any]) -> dict[str, Any] | None:
    """The rules with what the type leaves no choice in, ready to be sent; None for none. Raises the first of
    :func:`findings`."""
    for problem in findings(collection_type, rules):
        raise problem
    return complete(collection_type, rules) or None


def complete(collection_type: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules with those required members for which the type allows one value only."""
    known = RULES.get(collection_type)
    made = dict(rules)
    if known is not None and known.required:
        for member in ("format", "data_type", "num_bands"):
            values = known.values(member)
            if member not in made and len(values) == 1:
                made[member] = values[0]
    return {name: made[name] for name in MEMBERS if name in made}


def findings(collection_type: str, rules: Mapping[str, Any]) -> Iterator[InputProblem]:
    """What a collection of this type cannot have. ``rules`` come from :func:`parse`."""
    known = RULES.get(collection_type)
    if known is None:
        if rules:
            yield InputProblem("pixel_rules_none", type=collection_type)
        return
    made = complete(collection_type, rules)
    for member in ("format", "data_type", "num_bands"):
        values = known.values(member)
        allowed = ", ".join(str(one) for one in values)
        if known.required and member not in made:
            yield InputProblem("pixel_rules_missing", type=collection_type, member=member, allowed=allowed)
        elif member in made and values and made[member] not in values:
            yield InputProblem(
                "pixel_rules_value", type=collection_type, member=member, value=str(made[member]), allowed=allowed
            )


def _read(name: str, value: Any) -> Any:
    if name in ("format", "data_type") and isinstance(value, str) and value.strip():
        return value.strip()
    if name == "num_bands" and _is_whole(value) and 1 <= value <= MOST_BANDS:
        return int(value)
    if name == "srid":
        if isinstance(value, str):
            code = value.strip().upper().removeprefix("EPSG:")
            value = int(code) if code.isascii() and code.isdigit() else value
        if _is_whole(value) and 1 <= value <= GREATEST_CODE:
            return int(value)
    if name == "cell_size":
        sizes = value if isinstance(value, list) else [value, value]
        if len(sizes) == 2 and all(_is_size(one) for one in sizes):
            return [float(one) for one in sizes]
    raise InputProblem(PROBLEMS.get(name, "pixel_rules_word"), member=name, value=json.dumps(value))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_size(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value) and value > 0
