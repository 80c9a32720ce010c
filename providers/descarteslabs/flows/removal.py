"""Removing: at most once, and followed where the catalog goes on by itself (notes, sections 5.3, 5.4, 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ... import steps
from ...errors import JobFailed, Kind, PlatformError, ServerFault
from ...work import NOT_THERE, Work
from ..client import CatalogClient
from ..places import Inside
from ..records import DeletionStatus

INTERVAL, LONGEST = 1.0, 15.0
PATIENCE = 7200.0
"""Seconds after which a removal that goes on is left to the catalog."""


def remove_bands(api: CatalogClient, places: Sequence[Inside], work: Work) -> None:
    """Remove bands, one after the other."""
    asked = api.during(work)
    for number, one in enumerate(places):
        work.progress(number / len(places))
        steps.delete_once(
            work.part(f"band {one.whole}"),
            partial(asked.bands.remove, one.product, one.name),
            partial(asked.bands.get, one.product, one.name),
        )


def remove_images(api: CatalogClient, places: Sequence[Inside], work: Work) -> None:
    """Remove images and their stored files, one after the other."""
    asked = api.during(work)
    for number, one in enumerate(places):
        work.progress(number / len(places))
        steps.delete_once(
            work.part(f"image {one.whole}"),
            partial(asked.images.remove, one.product, one.name),
            partial(asked.images.get, one.product, one.name),
        )


def remove_product(api: CatalogClient, product_id: str, cascade: bool, work: Work) -> str:
    """Remove a product, with all in it when ``cascade``; gives the task that goes on over there, or an empty text.

    A removal whose answer was lost took effect when the product is gone; its task is then not known.
    """
    asked = api.during(work)

    def adopt() -> Any:
        return NOT_THERE if steps.exists(lambda: asked.products.get(product_id)) else ""

    return str(steps.settle(work, "remove", lambda: asked.products.remove(product_id, cascade), adopt))


def follow(api: CatalogClient, task: str, work: Work, given_now: bool = False) -> Mapping[str, Any]:
    """Wait until a removal has ended and give its counters; none when the catalog has forgotten it.

    ``given_now``: the catalog gave the task itself, so one that it does not know has ended. Else it has to have been
    seen, as what was typed may be wrong. Raises :class:`JobFailed` (``still_removing``) when it goes on for longer than
    anybody waits.
    """
    asked, known_there = api.during(work), given_now

    def read() -> DeletionStatus:
        nonlocal known_there
        state = asked.products.deletion(task)
        if state.get("completed") is None:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "completed"})
        known, known_there = counters(state), True
        total = int(known.get("total") or 0)
        done = int(known.get("deleted") or 0)
        work.progress(done / total if total else None, "descarteslabs_removing", done=str(done), total=str(total))
        return state

    try:
        state = work.follow(read, _completed, INTERVAL, longest=LONGEST, limit=PATIENCE)
    except PlatformError as error:
        if error.kind is Kind.NOT_FOUND and known_there:
            return {}
        raise
    if not _completed(state):
        raise JobFailed(Kind.JOB_FAILED, facts={"reason": "still_removing", "task": task})
    return counters(state)


def _completed(state: DeletionStatus) -> bool:
    return bool(state.get("completed"))


def counters(state: DeletionStatus) -> Mapping[str, Any]:
    """The counters, whichever half holds them (ASSUMED D04)."""
    return state.get("response") or state.get("task") or {}
