"""What blocks are given in an area: assets, rasters that its insights made, and texts (notes, sections 15 and 16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import InputProblem
from ...work import Work
from ..client import PixxelClient
from ..results import RASTER, rasters_of
from ..work_records import DataType, Insight
from . import areas


def raster_id(insight_id: str, name: str) -> str:
    """What a raster of an insight is called where an input asks for one: the platform knows it by an address only."""
    return f"{insight_id}/{name}"


def raster_ids(insight: Insight) -> list[str]:
    """Those of an insight; empty before it has ended."""
    return [raster_id(str(insight.get("id") or ""), name) for name in rasters_of(insight.get("output"))]


def filled(
    api: PixxelClient, aoi_id: str, known: Mapping[str, DataType], values: Mapping[str, str], work: Work
) -> list[dict[str, Any]]:
    """The inputs ``known`` with their ``values``, as an insight is given them.

    A raster is named by the id of an asset, or as :func:`raster_id` does; it is sent by its address. What is neither,
    and all that is no raster, is sent as it is. Raises :class:`InputProblem` (``no_raster_of_insight``).
    """
    wanted = {values[name] for name, one in known.items() if one.get("format") == RASTER}
    paths: dict[str, str] = {}
    if wanted:
        paths = {one["id"]: str(one.get("path") or "") for one in areas.assets_of(api, aoi_id, work)}
    made: dict[str, dict[str, str]] = {}
    if any("/" in one for one in wanted - set(paths)):
        made = {one["id"]: rasters_of(one.get("output")) for one in api.during(work).insights.list(aoi_id)}
    return [_filled(one, values[name], paths, made) for name, one in known.items()]


def _filled(
    one: DataType, value: str, paths: Mapping[str, str], made: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    if one.get("format") == RASTER:
        if value in paths:
            return {**one, "stac_url": paths[value], "asset_source": {"id": value, "type": "raw_mosaic"}}
        insight_id, _, name = value.partition("/")
        if insight_id in made:
            if name not in made[insight_id]:
                raise InputProblem("no_raster_of_insight", id=value, names=", ".join(made[insight_id]) or "-")
            return {**one, "value": made[insight_id][name]}
    return {**one, "value": value}
