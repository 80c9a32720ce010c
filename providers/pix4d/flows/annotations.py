"""Annotations overwritten and removed on the platform (notes, section 20); :mod:`.annotation_creation` creates them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ...errors import Cancelled, Kind, Refused
from ...steps import settle
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..project_records import BATCH_OF_ANNOTATIONS, Annotation
from .annotation_creation import TOO_MUCH, Done, Told
from .annotation_list import fetch
from .annotation_plan import Change

#: Overwriting is one request for each: so many at a time.
AT_A_TIME = 4

Item = TypeVar("Item")


def overwrite(api: Pix4dClient, changes: Sequence[Change], work: Work, told: Told = lambda done: None) -> list[Done]:
    """Overwrite annotations. Doing it twice is doing it once, so nothing is noted of it."""
    api = api.during(work)
    done: list[Done] = []
    for batch in split(changes, BATCH_OF_ANNOTATIONS):
        work.check_cancelled()
        work.progress(len(done) / len(changes), "annotations", count=str(len(done)), total=str(len(changes)))
        with ThreadPoolExecutor(AT_A_TIME, "annotations") as pool:
            running = [pool.submit(_overwrite_one, api, one, work) for one in batch]
            wait(running, return_when=FIRST_EXCEPTION)
            for one in running:
                one.cancel()
        ended = [one for one in running if not one.cancelled()]
        found = [one.result() for one in ended if one.exception() is None]
        done += found
        told(found)
        for one in ended:
            one.result()  # raises what went wrong
    return done


def _overwrite_one(api: Pix4dClient, change: Change, work: Work) -> Done:
    identity = change.local.identity
    if work.cancelled():
        raise Cancelled
    try:
        record = api.annotations.overwrite(identity, change.whole)
    except Refused as error:
        if error.kind not in (Kind.REFUSED, Kind.CONFLICT, Kind.NOT_FOUND):
            raise
        return Done(change.local.key, "", None, error.words or error.kind.value)
    whole: Annotation = record if record.get("id") else {**change.whole, "id": identity}
    return Done(change.local.key, identity, whole)


def remove(api: Pix4dClient, ids: Sequence[str], work: Work, told: Told = lambda done: None) -> list[Done]:
    """Delete annotations by id. What is gone already counts as deleted; ids are never used again, so that a batch in
    doubt is simply deleted once more."""
    api = api.during(work)
    done: list[Done] = []
    wanted = list(dict.fromkeys(ids))
    for batch in split(wanted, BATCH_OF_ANNOTATIONS):
        work.progress(len(done) / len(wanted), "annotations", count=str(len(done)), total=str(len(wanted)))
        name = hashlib.sha256("".join(batch).encode()).hexdigest()[:32]
        found = [
            Done(identity, identity if fine else "", None, words)
            for identity, fine, words in settle(
                work, f"delete {name}", partial(_remove, api, batch), lambda: NOT_THERE
            )
        ]
        done += found
        told(found)
    return done


def _remove(api: Pix4dClient, ids: Sequence[str]) -> list[list[Any]]:
    """One request for several. Some HTTP stacks drop the body of a DELETE: then one by one."""
    if len(ids) > 1:
        try:
            answer = api.annotations.delete_some(ids)
        except Refused as error:
            if error.status not in (*TOO_MUCH, 405, 411, 415):
                raise
        else:
            said = {str(one.get("annotation_id") or ""): one for one in answer}
            return [
                [one, True, ""] if said.get(one, {}).get("success") else _remove_one(api, one) for one in ids
            ]
    return [_remove_one(api, one) for one in ids]


def _remove_one(api: Pix4dClient, identity: str) -> list[Any]:
    try:
        api.annotations.delete(identity)
    except Refused as error:
        if error.kind is Kind.NOT_FOUND:
            return [identity, True, ""]
        if error.kind not in (Kind.REFUSED, Kind.CONFLICT):
            raise
        return [identity, False, error.words or error.kind.value]
    return [identity, True, ""]


def remove_all(api: Pix4dClient, project_id: str, folder: Path, work: Work) -> int:
    """Delete every annotation of a project, and give how many there were.

    The path of the request for all is ASSUMED (A61): where the platform does not know it, they are listed and deleted
    by their ids.
    """
    during = api.during(work)
    there = fetch(during, project_id, folder / "annotations-now.jsonl", work)
    if not len(there):
        return 0
    try:
        settle(work, "delete all", lambda: during.annotations.delete_all(project_id), lambda: NOT_THERE)
    except Refused as error:
        if error.status not in (400, 404, 405, 501):
            raise
        left = [one for one in remove(api, there.ids, work) if not one.identity]
        if left:
            raise Refused(Kind.REFUSED, facts=error.facts, words=left[0].words) from None
    return len(there)


def split(items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    """Pieces of at most so many."""
    for start in range(0, len(items), most):
        yield items[start:start + most]
