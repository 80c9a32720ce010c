"""When what a bundle holds was captured, as far as the platform tells: of entries of the catalog their ``datetime``, of
assets their ``date``, of what blocks make the imagery that went into them (notes, sections 7.4, 9, 15 to 17)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import InputProblem, Kind, PlatformError
from ...steps import entries
from ...work import Work
from ..client import PixxelClient
from ..order_records import CatalogSearch, Selection
from ..results import RASTER, rasters_of
from . import areas

Captures = Mapping[str, str]
"""Moments by the names that files of the bundle have; below no name that of all others, where it is one day."""
_SCENE = re.compile(r"[A-Z0-9]+_\d{6}_(\d{4})(\d\d)(\d\d)_")
"""A scene's name with the day of its acquisition (notes, section 7.5)."""


def of_catalog(api: PixxelClient, selection: Selection, work: Work) -> Captures:
    """Entries of the catalog, or order items."""

    def read() -> Iterator[tuple[str, str]]:
        ids = selection.get("catalog_ids")
        search: CatalogSearch = {"ids": ids} if ids else {"order_item_ids": selection.get("order_item_ids") or ()}
        for one in entries(api.during(work).catalogs.search(search)):
            scene = one.get("details") or {}
            yield str(scene.get("id") or ""), str((scene.get("properties") or {}).get("datetime") or "")

    return _known(read)


def of_assets(api: PixxelClient, aoi_id: str, asset_ids: Sequence[str], work: Work) -> Captures:
    """Assets of an area."""

    def read() -> Iterator[tuple[str, str]]:
        for one in areas.assets_of(api, aoi_id, work):
            if one["id"] in asset_ids:
                yield str(one.get("name") or ""), day_of_asset(one)

    return _known(read)


def of_insight(api: PixxelClient, aoi_id: str, insight_id: str, work: Work) -> Captures:
    """The rasters that went into an insight, by the names of its inputs; what it made is of their day. That of a raster
    which another insight made is of those that went into that one."""

    def read() -> Iterator[tuple[str, str]]:
        made = {one["id"]: one for one in api.during(work).insights.list(aoi_id)}
        makers = {value: key for key, one in made.items() for value in rasters_of(one.get("output")).values()}
        days = {one["id"]: day_of_asset(one) for one in areas.assets_of(api, aoi_id, work)}

        def given(identity: str, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
            for one in _inputs((made.get(identity) or {}).get("input")):
                source, value = (one.get("asset_source") or {}).get("id"), str(one.get("value") or "")
                maker = makers.get(value, "")
                if maker and maker not in above:
                    found = {day for _, day in given(maker, (*above, maker))}
                    yield str(one.get("name") or ""), found.pop() if len(found) == 1 else ""
                elif one.get("format") == RASTER or source or one.get("stac_url"):
                    yield str(one.get("name") or ""), days.get(str(source), "") or _day_in_scene(one.get("stac_url"))

        yield from given(insight_id, (insight_id,))

    return _known(read)


def of_job(api: PixxelClient, workflow_id: str, job_id: str, work: Work) -> Captures:
    """A job, or its tasks: the scenes that went into any of them. Its files are called by what blocks give, so that
    scenes of several days tell nothing."""

    def read() -> Iterator[tuple[str, str]]:
        for task in api.during(work).jobs.get(workflow_id, job_id).get("tasks") or ():
            for one in _inputs(task.get("inputs")):
                day = _day_in_scene(one.get("value")) or _day_in_scene(one.get("stac_url"))
                if day:
                    yield "", day

    return _known(read)


def day_of_asset(one: Mapping[str, Any]) -> str:
    """The day of an asset, ISO 8601: legends write it as ``2024_01_17``."""
    return areas.day_of(str(one.get("date") or "")).replace("_", "-")


def _inputs(given: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in given if isinstance(one, Mapping)) if isinstance(given, (list, tuple)) else ()


def _day_in_scene(text: Any) -> str:
    found = _SCENE.search(text) if isinstance(text, str) else None
    return "-".join(found.groups()) if found else ""


def _known(read: Callable[[], Iterable[tuple[str, str]]]) -> Captures:
    """A name without a date makes the day of all others unknown. What the key may not read, or is gone, dates nothing:
    the bundle is there all the same."""
    try:
        told = list(read())
    except InputProblem:
        return {}
    except PlatformError as error:
        if error.kind not in (Kind.NOT_FOUND, Kind.FORBIDDEN, Kind.REFUSED):
            raise
        return {}
    found = {name: moment for name, moment in told if name and moment}
    days = {moment[:10] for _, moment in told}
    return {**found, "": told[0][1]} if len(days) == 1 and told[0][1] else found
