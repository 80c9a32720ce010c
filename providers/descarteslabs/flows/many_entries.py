"""Entries of many images added, some at a time.

An entry is named by its sender, so that one cannot be added twice: what is there when the catalog refuses it as taken
is ours when it is equal to what was sent. So only whole batches are noted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice

from ...errors import Cancelled, Kind, OpenQuestion, Refused
from ...work import NOT_THERE, Work
from ..client import CatalogClient
from ..records import ImageDetails
from .entries import add_image, image_there

AT_A_TIME = 4
BATCH = 200
THIS_ONE = (Kind.REFUSED, Kind.CONFLICT)
"""How the catalog refuses one entry and would take others."""

Outcome = tuple[str, str, str]
"""The id that was given, the whole id, which is empty for one that was refused, and the catalog's words on it."""


def add_images(
    api: CatalogClient, product_id: str, entries: Iterable[ImageDetails], total: int, work: Work
) -> Iterator[Outcome]:
    """Add entries of images, and give what became of each, in their order. ``total`` is for the progress alone."""
    asked, done, remaining = api.during(work), 0, iter(entries)
    while batch := list(islice(remaining, BATCH)):
        work.check_cancelled()
        step = "entries " + hashlib.sha256(json.dumps([product_id, batch]).encode()).hexdigest()[:32]
        outcomes = work.once(step, partial(_added, asked, product_id, batch, work), lambda: NOT_THERE)
        yield from ((given, whole, words) for given, whole, words in outcomes)
        done += len(batch)
        work.progress(done / max(done, total), "items", done=str(done), total=str(total))


def _added(api: CatalogClient, product_id: str, batch: Sequence[ImageDetails], work: Work) -> list[Outcome]:
    add: Callable[[ImageDetails], Outcome] = partial(_add, api, product_id, work=work)
    with ThreadPoolExecutor(AT_A_TIME, "entries") as pool:
        running = [pool.submit(add, one) for one in batch]
        wait(running, return_when=FIRST_EXCEPTION)
        for one in running:
            one.cancel()
    for one in running:
        if not one.cancelled():
            one.result()  # raises what went wrong
    return [one.result() for one in running]


def _add(api: CatalogClient, product_id: str, details: ImageDetails, work: Work) -> Outcome:
    if work.cancelled():
        raise Cancelled
    try:
        # Notes of its own, in memory: what was begun and is in doubt is settled here or found by its id later.
        return details["id"], add_image(api, product_id, details, Work(cancelled=work.cancelled)), ""
    except (Refused, OpenQuestion) as error:
        if isinstance(error, Refused) and error.kind not in THIS_ONE:
            raise
        there = image_there(api, product_id, details, True) if error.kind is not Kind.REFUSED else None
        if there is not None and there is not NOT_THERE:
            return details["id"], str(there), ""
        return details["id"], "", error.words
