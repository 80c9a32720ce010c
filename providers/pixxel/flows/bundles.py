"""Bundles: the platform packs what is asked for, and gives a signed address of the archive when it is made.

Of the catalog and of areas a resource is made and looked at (notes, sections 9 and 13.3); of insights, jobs and tasks
the same request is sent again until the address is filled (ASSUMED P21). An address that the storage refuses is asked
for anew: the same resource once more, then a new one (P17).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import Kind, PlatformError
from ...steps import settle
from ...transfer import TransferEngine, download
from ...work import NOT_THERE, Work
from ..client import PixxelClient
from ..order_records import Selection
from .following import MINUTES, failed, until, word_of

STEP = "bundle"
State = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """How a bundle is made, under which id, and how it is looked at. ``start`` None: looking makes it."""

    read: Callable[[str], State]
    start: Callable[[], str] | None = None


def fetch(resource: Resource, target: Path, work: Work, engine: TransferEngine, minutes: float = MINUTES) -> Path:
    """Have a bundle made, wait for it, and fetch it into a file; taken up again, it goes on where it stopped."""
    last = [""]

    def identity() -> str:
        if resource.start is None:
            return ""
        return str(settle(work, STEP, resource.start, lambda: NOT_THERE))

    def wait_for(bundle: str) -> str:
        def read() -> State:
            state = resource.read(bundle)
            work.progress(None, "pixxel_packing", status=str(state.get("status") or ""))
            return state

        # At once: one of an earlier run is there already, and an insight's is only begun by being looked at.
        state = until(work, read, _ended, minutes, at_once=True)
        if not state.get("signed_url"):
            work.forget(STEP)
            raise failed("bundle", state.get("status"))
        return str(state["signed_url"])

    def made() -> str:
        """The address of the bundle; where the platform has forgotten the one of an earlier run, of a new one."""
        earlier = work.noted(STEP)
        try:
            return wait_for(identity())
        except PlatformError as error:
            if error.kind is not Kind.NOT_FOUND or earlier is None or resource.start is None:
                raise
        work.forget(STEP)
        return wait_for(identity())

    def address() -> str:
        found = made()
        if found == last[0] and resource.start is not None:
            work.forget(STEP)
            found = wait_for(identity())
        last[0] = found
        return found

    return download(address, target, work.part("file"), engine)


def _ended(state: State) -> bool:
    """Filled, or failed: words are in upper or lower case (section 9)."""
    if state.get("signed_url"):
        return True
    return (word_of(state) if "signed_url" not in state else str(state.get("status")).lower()) in ("failed", "error")


def of_catalog(api: PixxelClient, selection: Selection, work: Work) -> Resource:
    """Entries of the catalog, or order items."""
    asked, starting = api.during(work), api.during(work, to_the_end=True)
    return Resource(asked.catalogs.download, lambda: str(starting.catalogs.start_download(selection)["id"]))


def of_assets(api: PixxelClient, aoi_id: str, asset_ids: Sequence[str], work: Work) -> Resource:
    """Assets of an area."""
    asked, starting = api.during(work), api.during(work, to_the_end=True)
    return Resource(
        lambda bundle: asked.assets.download(aoi_id, bundle),
        lambda: str(starting.assets.start_download(aoi_id, asset_ids)["download_id"]),
    )


def of_insight(
    api: PixxelClient, aoi_id: str, insight_id: str, inputs: Sequence[str], outputs: Sequence[str], work: Work
) -> Resource:
    """An insight, or the named ones of its inputs and outputs."""
    asked = api.during(work)
    return Resource(lambda _: asked.insights.bundle(aoi_id, insight_id, inputs, outputs))


def of_job(api: PixxelClient, workflow_id: str, job_id: str, task_id: str, work: Work) -> Resource:
    """A job, or one of its tasks."""
    asked = api.during(work)
    if task_id:
        return Resource(lambda _: asked.jobs.task_bundle(workflow_id, job_id, task_id))
    return Resource(lambda _: asked.jobs.bundle(workflow_id, job_id))
