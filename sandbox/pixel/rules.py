"""The rules table of data collections (section 7, A7)."""

from __future__ import annotations

from typing import Any

from ..located import unprocessable

FORMATS = ("GTiff", "JPEG", "PNG", "WEBP", "MRF", "PDF")
DATA_TYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
REQUIRED: dict[str, dict[str, tuple[Any, ...]]] = {
    "RGB": {"format": ("GTiff", "JPEG"), "data_type": ("uint8",), "num_bands": (3, 4)},
    "DTM": {"format": ("GTiff",), "data_type": ("float32", "float64"), "num_bands": (1,)},
    "DSM": {"format": ("GTiff",), "data_type": ("float32", "float64"), "num_bands": (1,)},
}
"""What must be set for each type, and to what."""


def check_rules(kind: str, rules: dict[str, Any] | None) -> None:
    """422 when the raster rules do not fit the type of a data collection."""
    place = ("raster_info",)
    if kind in ("image", "point_cloud"):
        if rules is not None:
            raise unprocessable(f"A data collection of type {kind} has no raster rules", *place, given=rules)
        return
    given = rules or {}
    for name, allowed in REQUIRED.get(kind, {}).items():
        if name not in given:
            raise unprocessable(f"A data collection of type {kind} needs {name}", *place, name, given=given)
        if given[name] not in allowed:
            words = " or ".join(str(one) for one in allowed)
            raise unprocessable(f"Expected {name} {words} for {kind}, found {given[name]}", *place, name,
                                given=given[name])
    if given.get("format", "GTiff") not in FORMATS:
        raise unprocessable(f"Input should be one of: {', '.join(FORMATS)}", *place, "format", given=given["format"])
    if given.get("data_type", "uint8") not in DATA_TYPES:
        raise unprocessable(f"Input should be one of: {', '.join(DATA_TYPES)}", *place, "data_type",
                            given=given["data_type"])
    if any(one <= 0 for one in given.get("cell_size", ())):
        raise unprocessable("Cell sizes must be above zero", *place, "cell_size", given=given["cell_size"])
    if given.get("srid", 1) < 1:
        raise unprocessable("Not an EPSG code", *place, "srid", given=given["srid"])
