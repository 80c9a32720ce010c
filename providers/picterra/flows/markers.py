"""Markers: comments pinned to points, several at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ... import steps
from ...work import NOT_THERE, Work
from ..client import PicterraClient

Place = tuple[float, float, str]
"""Longitude and latitude (WGS 84), text."""


def create_markers(
    api: PicterraClient, raster_id: str, detector_id: str, places: Sequence[Place], work: Work
) -> list[str]:
    """Pin comments to a raster, or within a detector when one is given, and give their ids in order.

    After a crash the marker that was under way is recognised as the one that was not there before. Whether a raster's
    list shows a detector's markers is not documented: where such a one does not show up, the step stays a question.
    """
    api = api.during(work)

    def ids() -> set[str]:
        return steps.ids_of(api.markers.list(raster_id))

    before = set(work.once("markers before", lambda: sorted(ids()), lambda: NOT_THERE))
    created: list[str] = []
    for index, place in enumerate(places):
        work.progress(index / len(places), "working")

        def pin(place: Place = place) -> str:
            longitude, latitude, text = place
            if detector_id:
                return api.markers.create_on_detector(detector_id, raster_id, longitude, latitude, text)["id"]
            return api.markers.create_on_raster(raster_id, longitude, latitude, text)["id"]

        doubt = steps.Doubt()

        def adopt(doubt: steps.Doubt = doubt) -> Any:
            new = doubt.appeared(work, lambda: ids() - before - set(created))
            if len(new) == 1:
                return new.pop()
            return None if new or detector_id else NOT_THERE

        created.append(steps.settle(work, f"marker {index}", partial(doubt.known, pin), adopt))
    return created
