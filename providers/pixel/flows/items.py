"""Images, rasters and point clouds of data collections: listed to any number, with their cameras; changed, moved,
deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar, Union, cast

from ... import steps
from ...errors import Cancelled, Kind, PlatformError
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..client.images import Images, Rasters
from ..client.point_clouds import PointClouds
from ..items import IMAGE, RASTER, Item, tells_camera
from ..places import Place
from ..records import ItemChanges, ListFilters

PAGE = 500
LEAST_FULL = 100
"""A page shorter than asked for ends a list, unless the platform gives no more than this or more at once."""
AT_A_TIME = 4
"""Requests for single items that are under way together."""

Resource = Union[Images, Rasters, PointClouds]
Thing = TypeVar("Thing")


def resource(api: PixelClient, kind: str) -> Resource:
    """The operations on items of a kind, ``image``, ``raster`` or ``point_cloud``."""
    return api.images if kind == IMAGE else api.rasters if kind == RASTER else api.point_clouds


def listed(api: PixelClient, kind: str, place: Place, filters: ListFilters, work: Work) -> Iterator[Item]:
    """All items of a collection that pass the filters, page by page as they are asked for: the next one comes while
    one is worked on. Large pages are asked for; where the platform gives fewer at once than that, the next ones are
    asked for all the same."""
    for page in steps.one_ahead(_pages(api.during(work), kind, place, filters, work)):
        yield from page


def _pages(api: PixelClient, kind: str, place: Place, filters: ListFilters, work: Work) -> Iterator[list[Item]]:
    offset = 0
    while True:
        work.check_cancelled()
        page = _page(api, kind, place, filters, offset)
        yield page.records
        if page.last and ("ids" in filters or len(page.records) < LEAST_FULL):
            return
        offset += len(page.records) if page.last else PAGE


def _page(api: PixelClient, kind: str, place: Place, filters: ListFilters, offset: int) -> Any:
    """One page; with ``ids`` in the filters, which the client asks for in blocks, all of them as one."""
    known: Any = resource(api, kind)
    pages: Iterator[Any] = known.list(place, filters, offset, PAGE)
    first = next(pages)
    if "ids" in filters:
        for page in pages:
            first.records.extend(page.records)
    return first


def with_cameras(api: PixelClient, place: Place, images: Iterator[Item], work: Work) -> Iterator[Item]:
    """The same images; of those whose list says nothing of the camera it is asked for, some at a time."""
    api = api.during(work)

    def completed(one: Item) -> Item:
        if tells_camera(one):
            return one
        if work.cancelled():
            raise Cancelled
        try:
            return {**one, "metadata": api.images.metadata(place, str(one["id"]))}
        except PlatformError as error:
            if error.kind is Kind.NOT_FOUND:  # deleted meanwhile, or not served
                return one
            raise

    with ThreadPoolExecutor(AT_A_TIME, "cameras") as pool:
        for block in blocks(images, PAGE):
            if all(map(tells_camera, block)):
                yield from block
            else:
                yield from pool.map(completed, block)


def blocks(items: Iterable[Thing], most: int) -> Iterator[list[Thing]]:
    """Pieces of at most so many."""
    block: list[Thing] = []
    for one in items:
        block.append(one)
        if len(block) >= most:
            yield block
            block = []
    if block:
        yield block


def update(api: PixelClient, kind: str, place: Place, ids: Sequence[str], changes: ItemChanges, work: Work) -> None:
    """The same change for several. Made twice it is the same, so nothing is noted of it."""
    api = api.during(work)
    if "fields" in changes:
        changes = cast(ItemChanges, {**changes, "fields": {**changes["fields"], "fields_type": kind}})
    _each(ids, lambda identity: resource(api, kind).update(place, identity, changes), work)


def move(api: PixelClient, kind: str, place: Place, ids: Sequence[str], to: Place, work: Work) -> None:
    """Move items to another collection. One in doubt is looked for in both."""
    asked = api.during(work)

    def one(identity: str) -> None:
        there = partial(resource(asked, kind).get, to, identity)
        steps.settle(
            work.part(f"{kind} {identity}"), "move", partial(_move, resource(asked, kind), place, identity, to),
            lambda: "moved" if steps.exists(there) else NOT_THERE,
        )

    _each(ids, one, work)


def _move(known: Resource, place: Place, identity: str, to: Place) -> str:
    if isinstance(known, PointClouds):
        known.move(place, identity, to.collection)
    else:
        known.move(place, identity, to)
    return "moved"


def delete(api: PixelClient, kind: str, place: Place, ids: Sequence[str], typed: str, work: Work) -> None:
    """Delete items for good. ``typed`` has to be the name of the one, of several that of their data collection."""
    asked = api.during(work)
    known = resource(asked, kind)

    def name() -> str:
        found: Any = known.get(place, ids[0]) if len(ids) == 1 else asked.collections.get(place)
        return str(found.get("name") or "")

    def one(identity: str) -> None:
        gone = partial(known.delete, place, identity)
        steps.delete_once(work.part(f"{kind} {identity}"), gone, partial(known.get, place, identity))

    steps.require_name(work, name, typed)
    _each(ids, one, work)


def _each(ids: Sequence[str], do: Callable[[str], object], work: Work) -> None:
    for number, identity in enumerate(ids):
        work.check_cancelled()
        do(identity)
        work.progress((number + 1) / len(ids), "items", done=str(number + 1), total=str(len(ids)))
