"""Stored files of images and rasters, as far as the platform's answers lead to them.

No call of the platform gives a file; a single item's answer may hold a short-lived address (ASSUMED A10). Where it does
not, the item is left out, and a published service shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from ...errors import Cancelled, InputProblem, Kind, PlatformError
from ...transfer import TransferEngine, download_folder, safe_name
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..items import IMAGE, POINT_CLOUD, RASTER, Item
from ..places import Place
from .items import AT_A_TIME, blocks, listed, resource

BATCH = 100
"""Files whose addresses are asked for before they are used: they live for a quarter of an hour."""


@dataclass
class Brought:
    """``files``: where each item's file is, by id; ``captured``: when it was captured, where the platform tells it.
    ``without``: the items to whose files no address leads; ``missing``: those that are not there."""

    files: dict[str, Path] = field(default_factory=dict)
    captured: dict[str, str] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def download_items(
    api: PixelClient, engine: TransferEngine, kind: str, place: Place, ids: Sequence[str], folder: Path, work: Work
) -> Brought:
    """The files of items into a folder, under their own names; with their ids where a name is taken, be it by a file
    that is there already. Run again with the same journal, what came is not fetched again."""
    brought = Brought()
    holders: dict[str, str] = {}
    for number, found in enumerate(_found(api, kind, place, ids, work, brought)):
        # Once: what an earlier run of the job has brought takes up a name.
        names = dict(work.once(f"names {number}", partial(_names, found, kind, holders, folder), lambda: NOT_THERE))
        holders.update({name.lower(): identity for identity, name in names.items()})
        names.update(_names([one for one in found if str(one["id"]) not in names], kind, holders, folder))
        wanted = {folder / names[str(one["id"])]: address_of(api, kind, place, one) for one in found}
        begin, end = (min(1.0, (number + step) * BATCH / len(ids)) for step in (0, 1))
        download_folder(wanted, work.part(f"files {number}", (begin, end)), engine)
        brought.files.update({str(one["id"]): folder / names[str(one["id"])] for one in found})
        brought.captured.update({str(one["id"]): str(one.get("capture_date") or "") for one in found})
    work.progress(1.0, "downloading")
    return brought


def files_of(
    api: PixelClient, engine: TransferEngine, kind: str, place: Place, ids: Sequence[str], folder: Path, work: Work,
    take: Callable[[str, Path], None],
) -> Brought:
    """The files of items one batch after the other: ``take`` gets each with its id, then it is deleted."""
    brought = Brought()
    for found in _found(api, kind, place, ids, work, brought):
        wanted = {folder / f"{one['id']}": address_of(api, kind, place, one) for one in found}
        download_folder(wanted, Work(cancelled=work.cancelled, pause=None), engine)
        for path in wanted:
            take(path.name, path)
            path.unlink(missing_ok=True)
            brought.files[path.name] = path
        work.progress(None, "small_pictures", done=str(len(brought.files)), total=str(len(ids)))
    return brought


def _found(
    api: PixelClient, kind: str, place: Place, ids: Sequence[str], work: Work, brought: Brought
) -> Iterator[list[Item]]:
    """The items that have an address, in batches."""
    asked = api.during(work)

    def read(identity: str) -> Item | None:
        if work.cancelled():
            raise Cancelled
        try:
            return resource(asked, kind).get(place, identity)
        except PlatformError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            return None

    with ThreadPoolExecutor(AT_A_TIME, "addresses") as pool:
        for batch in blocks(ids, BATCH):
            work.check_cancelled()
            items = list(zip(batch, pool.map(read, batch)))
            brought.missing += [identity for identity, one in items if one is None]
            brought.without += [identity for identity, one in items if one is not None and not one.get("download_url")]
            yield [one for _, one in items if one is not None and one.get("download_url")]


def _names(found: Sequence[Item], kind: str, holders: dict[str, str], folder: Path) -> dict[str, str]:
    """File names by id, none of which is in the folder. Of several of one name (A16) the first keeps it: ``holders``
    has its id."""
    names: dict[str, str] = {}
    for one in found:
        identity = str(one["id"])
        own = safe_name(str(one.get("file_name") or one.get("name") or ""), f"{kind}-{identity}")
        path = PurePosixPath(own)
        while (folder / own).exists() or holders.setdefault(own.lower(), identity) != identity:
            own = f"{PurePosixPath(own).stem}-{identity}{path.suffix}"
        names[identity] = own
    return names


def address_of(api: PixelClient, kind: str, place: Place, item: Item) -> Callable[[], str]:
    """The address that is known at first, then a fresh one."""
    waiting = [str(item["download_url"])]

    def ask() -> str:
        if waiting:
            return waiting.pop()
        fresh = resource(api, kind).get(place, str(item["id"])).get("download_url")
        if not fresh:
            raise InputProblem("no_download", name=str(item.get("name") or item["id"]))
        return fresh

    return ask


def kind_in(api: PixelClient, place: Place, work: Work) -> str:
    """What a data collection holds: image, raster or point_cloud."""
    found = str(api.during(work).collections.get(place).get("data_collection_type") or "")
    return found if found in (IMAGE, POINT_CLOUD) else RASTER


def all_ids(api: PixelClient, kind: str, place: Place, work: Work) -> list[str]:
    """All of a data collection; listed once, so that a later run goes on with the same."""
    return work.once("ids", lambda: [str(one["id"]) for one in listed(api, kind, place, {}, work)], lambda: NOT_THERE)
