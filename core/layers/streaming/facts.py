"""What a reference may say of its source. Project files come from anyone, and QGIS ends when reading one raises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from osgeo import gdal

MOST_PIXELS = 10_000_000
MOST_BANDS = 1_000
DEEPEST = 30
_TYPES = frozenset(
    ("Byte", "UInt16", "Int16", "UInt32", "Int32", "Float32", "Float64", "CInt16", "CInt32", "CFloat32", "CFloat64")
)


def read(query: str) -> dict[str, str]:
    """The facts of a query; what cannot be true is left out, as if it had not been told."""
    try:
        return sound(dict(parse_qsl(query, max_num_fields=50)))
    except ValueError:
        return {}


def sound(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts that can be true; those that only others know are kept as they are."""
    return {name: value for name, value in facts.items() if name not in _CHECKS or _CHECKS[name](value)}


def of_raster(dataset: Any) -> dict[str, str]:
    """What a placeholder of an open GDAL dataset must look like."""
    facts = {
        "size": f"{dataset.RasterXSize},{dataset.RasterYSize}",
        "transform": ",".join(format(one, ".17g") for one in dataset.GetGeoTransform()),
        "bands": ",".join(
            gdal.GetDataTypeName(dataset.GetRasterBand(number + 1).DataType) for number in range(dataset.RasterCount)
        ),
    }
    system = dataset.GetSpatialRef()
    for part in ("PROJCS", "GEOGCS", None) if system is not None else ():
        if system.GetAuthorityName(part) and system.GetAuthorityCode(part):
            facts["crs"] = f"{system.GetAuthorityName(part)}:{system.GetAuthorityCode(part)}"
            break
    return sound(facts)


def _size(value: str) -> bool:
    return bool(re.fullmatch("[0-9]{1,8},[0-9]{1,8}", value)) and all(
        1 <= int(one) <= MOST_PIXELS for one in value.split(",")
    )


def _numbers(value: str) -> list[float]:
    """Finite numbers between commas; empty when one is none."""
    try:
        numbers = [float(one) for one in value.split(",")]
    except ValueError:
        return []
    return numbers if all(math.isfinite(one) for one in numbers) else []


def _transform(value: str) -> bool:
    numbers = _numbers(value)
    return len(numbers) == 6 and numbers[1] * numbers[5] != numbers[2] * numbers[4]


def _extent(value: str) -> bool:
    return len(_numbers(value)) == 4


def _crs(value: str) -> bool:
    """A code and nothing else: GDAL would fetch what looks like an address, and read what looks like a file."""
    return bool(re.fullmatch("(EPSG|ESRI):[0-9]{1,6}", value))


def _bands(value: str) -> bool:
    kinds = value.split(",", MOST_BANDS)
    return len(kinds) <= MOST_BANDS and _TYPES.issuperset(kinds)


def _zoom(value: str) -> bool:
    return bool(re.fullmatch("[0-9]{1,2}", value)) and int(value) <= DEEPEST


_CHECKS: dict[str, Callable[[str], bool]] = {
    "size": _size,
    "transform": _transform,
    "extent": _extent,
    "crs": _crs,
    "bands": _bands,
    "zmin": _zoom,
    "zmax": _zoom,
}
