"""Rasters: upload, remote import, download, delete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from ... import steps
from ...errors import Kind, PlatformError, Refused, ServerFault
from ...transfer import Source, TransferEngine, download
from ...work import Work
from ..client import PicterraClient
from ..records import OperationState, Raster, RasterDetails, Started
from . import operations
from .files import Taken, send_anew_if_changed, send_file

COMMITTED: Started = {}
"""What is noted of a commit whose operation is not known: the raster's own status is followed instead."""


def upload_raster(
    api: PicterraClient, engine: TransferEngine, source: Path | Source, details: RasterDetails, work: Work
) -> str:
    """Upload a file as one raster, wait until it is processed and give its id (notes 9.1).

    A slot without its bytes is a record that nobody sees (A14); it is deleted before another one is taken, so that
    exactly one raster with a file remains whatever happened in between. One whose answer was lost cannot be deleted: no
    request tells its id, and one that a list showed could be somebody else's. It stays without bytes.
    """
    slots = api.during(work, to_the_end=True)
    api = api.during(work)

    def take_slot() -> Taken:
        slot = slots.rasters.start_upload(details)
        return Taken(slot["raster_id"], slot["upload_url"])

    raster_id = send_file(engine, source, take_slot, work.part("file", (0.0, 0.7)), lambda it: _discard(slots, it))
    work.progress(0.7, "processing", name=details.get("name", ""))
    started = steps.settle(work, "commit", lambda: api.rasters.commit(raster_id), lambda: _committed(api, raster_id))
    _follow_raster(api, started, raster_id, work)
    work.progress(1.0, "done", name=details.get("name", ""))
    return raster_id


def _discard(api: PicterraClient, raster_id: str) -> None:
    try:
        api.rasters.delete(raster_id)
    except PlatformError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise


def _committed(api: PicterraClient, raster_id: str) -> Any:
    """What became of a commit in doubt. While it is processing, its state does not tell (A14): it is sent again, and a
    refusal (A16) means that the first one was taken. There is one raster either way."""
    if api.rasters.get(raster_id).get("status") in ("ready", "failed"):
        return COMMITTED
    try:
        return api.rasters.commit(raster_id)
    except Refused as error:
        if error.kind in (Kind.REFUSED, Kind.CONFLICT):
            return COMMITTED
        raise


def _follow_raster(api: PicterraClient, started: Started, raster_id: str, work: Work) -> None:
    """Until the raster is processed, by its operation or, when that is not known (any more), by its own status."""
    if started.get("operation_id"):
        try:
            operations.follow(api, started, work)
            return
        except Refused as error:
            if error.kind is not Kind.NOT_FOUND:
                raise

    def read() -> Raster:
        raster = api.rasters.get(raster_id)
        if not raster.get("status"):  # it would be followed for ever
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "status"})
        return raster

    raster = work.follow(
        read,
        lambda raster: raster.get("status") in ("ready", "failed"),
        operations.interval_of(started),
    )
    state: OperationState = {"type": "raster_upload", "status": raster.get("status", "")}
    operations.raise_if_failed(state)


def import_raster(
    api: PicterraClient,
    engine: TransferEngine,
    area: Path,
    source_id: str,
    folder_id: str,
    name: str,
    work: Work,
) -> str:
    """Import a raster from an imagery server for an area of interest (notes 9.10), and give its id.

    ``area``: GeoJSON FeatureCollection of Polygon or MultiPolygon. The server may charge for it, and that a slot can be
    committed once only is no more than assumed (A16): what a commit in doubt made is looked for by its name in the
    folder for a minute, and where it does not show up (A12: an import is listed when it has ended), it is asked.
    """
    api = api.during(work)

    def ids() -> set[str]:
        return steps.ids_of(api.rasters.list({"folder": folder_id, "search": name}), name=name)

    def take_slot() -> Taken:
        slot = api.rasters.start_import()
        return Taken(slot["upload_id"], slot["upload_url"])

    before = steps.known_before(work, "commit", ids)
    if work.noted("commit") is None:
        send_anew_if_changed(area, work.part("file"))
    upload_id = send_file(engine, area, take_slot, work.part("file", (0.0, 0.2)))

    def commit() -> Started:
        return api.rasters.commit_import(upload_id, source_id, folder_id, name)

    def adopt() -> Any:
        found = steps.appeared(work, lambda: ids() - before)
        return {"raster_id": found.pop()} if len(found) == 1 else None

    work.progress(0.2, "processing", name=name)
    started: Any = steps.at_most_once(work, "commit", commit, adopt)
    if started.get("raster_id"):
        raster_id = str(started["raster_id"])
        _follow_raster(api, COMMITTED, raster_id, work)
        return raster_id
    metadata = operations.follow(api, started, work).get("metadata") or {}
    if not metadata.get("raster_id"):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "raster_id"})
    return str(metadata["raster_id"])


def download_raster(api: PicterraClient, engine: TransferEngine, raster_id: str, target: Path, work: Work) -> None:
    """Download the raster's file; each attempt asks for a fresh address."""
    download(address_of(api, raster_id, work), target, work, engine)


def address_of(api: PicterraClient, raster_id: str, work: Work) -> Callable[[], str]:
    """Gives addresses of the raster's file, a fresh one each time."""
    api = api.during(work)
    return lambda: api.rasters.download_url(raster_id)


def delete_raster(api: PicterraClient, raster_id: str, work: Work) -> None:
    """Delete a raster and, so it is assumed (A32), what hangs on it."""
    api = api.during(work)
    steps.delete_once(work, lambda: api.rasters.delete(raster_id), lambda: api.rasters.get(raster_id))


def details_of(**members: object) -> RasterDetails:
    """The details to send: members that are None or empty are left out, all bands are kept unless it is said
    otherwise (the newer client's default; an absent member would leave it to the server)."""
    details = {name: value for name, value in members.items() if value is not None and value != ""}
    details.setdefault("multispectral", True)
    return cast(RasterDetails, details)
