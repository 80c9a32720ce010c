"""Markers: comments pinned to points, several at once."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from ... import steps
from ...work import NOT_THERE, Work
from ..client import PicterraClient
from ..records import Marker

Place = tuple[float, float, str]
"""Longitude and latitude (WGS 84), text."""
STEP = "marker"
SAME_DEGREES = 1e-7


def create_markers(
    api: PicterraClient, raster_id: str, detector_id: str, places: Sequence[Place], work: Work
) -> list[str]:
    """Pin comments to a raster, or within a detector when one is given, and give their ids in order.

    After a crash the marker that was under way is recognised as the one that was not there before, at that place and
    with that text. Whether a raster's list shows a detector's markers is not documented: where such a one does not show
    up, the step stays a question. Steps are named by what is pinned, since a layer can change before a job goes on.
    """
    api = api.during(work)

    def listed() -> list[Marker]:
        return list(steps.entries(api.markers.list(raster_id)))

    if not any(step.startswith(f"{STEP} ") for step in work.steps()):
        work.forget("markers before")
    before = set(work.once("markers before", lambda: sorted(one["id"] for one in listed()), lambda: NOT_THERE))
    created: list[str] = []
    for index, (step, place) in enumerate(zip(_steps(places), places)):
        work.progress(index / len(places), "working")

        def pin(place: Place = place) -> str:
            longitude, latitude, text = place
            if detector_id:
                return api.markers.create_on_detector(detector_id, raster_id, longitude, latitude, text)["id"]
            return api.markers.create_on_raster(raster_id, longitude, latitude, text)["id"]

        def new(place: Place = place) -> set[str]:
            return {one["id"] for one in listed() if _may_be(one, place)} - before - set(created)

        doubt = steps.Doubt()

        def adopt(doubt: steps.Doubt = doubt, new: Any = new) -> Any:
            found = doubt.appeared(work, new)
            if len(found) == 1:
                return found.pop()
            return None if found or detector_id else NOT_THERE

        created.append(steps.settle(work, step, partial(doubt.known, pin), adopt))
    return created


def _steps(places: Sequence[Place]) -> Iterator[str]:
    """The names of the steps; equal markers are counted."""
    seen: Counter[str] = Counter()
    for longitude, latitude, text in places:
        what = json.dumps([f"{longitude:.9f}", f"{latitude:.9f}", text])
        name = hashlib.sha256(what.encode()).hexdigest()[:16]
        seen[name] += 1
        yield f"{STEP} {name} {seen[name]}"


def _may_be(one: Marker, place: Place) -> bool:
    """Whether nothing that is told of a marker (ASSUMED A25) says that it is another one."""
    longitude, latitude, text = place
    told: Any = (one.get("marker") or {}).get("coordinates") or (longitude, latitude)
    near = all(abs(here - there) < SAME_DEGREES for here, there in zip(told, (longitude, latitude)))
    return near and one.get("text") in (None, text)
