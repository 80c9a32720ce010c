"""Where files are to go: the data collection with its rules, and the area of its project (notes, sections 7 and 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import InputProblem
from ...work import Work
from ..client import PixelClient
from ..places import Place
from ..raster_rules import RASTER_TYPES

KINDS: Mapping[str, tuple[str, ...]] = {
    "image": ("image",), "raster": RASTER_TYPES, "point_cloud": ("point_cloud",),
}
"""The types of data collections that take a kind of file (section 9.1)."""


@dataclass(frozen=True)
class Target:
    """A data collection. ``rules`` and ``area`` (GeoJSON, WGS 84) are None where the platform does not tell them
    (ASSUMED A6)."""

    place: Place
    name: str
    type: str
    rules: Mapping[str, Any] | None
    area: Mapping[str, Any] | None


def find_target(api: PixelClient, place: Place, kind: str, work: Work) -> Target:
    """The data collection, which must take files of this kind: ``image``, ``raster`` or ``point_cloud``; empty for any.

    Raises :class:`InputProblem` (``pixel_collection_type``)."""
    api = api.during(work)
    collection = api.collections.get(place)
    sort, name = collection.get("data_collection_type") or "", collection.get("name") or str(place)
    if kind and sort not in KINDS[kind]:
        raise InputProblem("pixel_collection_type", name=name, type=sort, allowed=", ".join(KINDS[kind]))
    area = api.projects.get(place.project).get("area_of_interest")
    rules = collection.get("raster_info")
    return Target(
        place, name, sort, rules if isinstance(rules, Mapping) else None, area if isinstance(area, Mapping) else None
    )


def kind_of(collection_type: str) -> str:
    """The kind of files that a type of data collections takes; empty for an unknown type."""
    return next((kind for kind, types in KINDS.items() if collection_type in types), "")
