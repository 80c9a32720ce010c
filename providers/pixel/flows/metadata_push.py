"""Edited rows pushed back: what is on the platform now is fetched, compared, and the changes are sent (section 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from ...errors import Cancelled, Kind, Refused
from ...work import Work
from ..client import PixelClient
from ..items import CAMERA, IMAGE, Item
from ..places import Place
from .items import AT_A_TIME, blocks, listed, resource, with_cameras
from .metadata_plan import Change, Plan, Row, compare, touched

BATCH = 200


@dataclass(frozen=True)
class Done:
    """What became of a change: ``item`` is the platform's answer; ``words`` why it was refused, else empty."""

    change: Change
    item: Item
    words: str = ""


Told = Callable[[Sequence[Done]], None]


def plan(api: PixelClient, kind: str, rows: Iterable[Row], work: Work) -> Plan:
    """Compare rows with the platform. Only those that were touched are kept and asked for."""
    made = Plan()
    waiting: dict[Place, list[Row]] = defaultdict(list)
    for row in rows:
        work.check_cancelled()
        if touched(row, kind):
            waiting[row.place].append(row)
        else:
            made.unchanged += 1
    total = sum(map(len, waiting.values()))
    done = 0
    for place, own in waiting.items():
        for batch in (own[start:start + BATCH] for start in range(0, len(own), BATCH)):
            now = _now(api, kind, place, batch, work)
            for row in batch:
                compare(row, now.get(row.identity), kind, made)
            done += len(batch)
            work.progress(0.3 * done / total, "comparing", done=str(done), total=str(total))
    return made


def _now(api: PixelClient, kind: str, place: Place, rows: Sequence[Row], work: Work) -> dict[str, Item]:
    """The items of some rows by id, with their cameras where a row has touched that."""
    ids = list(dict.fromkeys(one.identity for one in rows))
    found = {str(one["id"]): one for one in listed(api, kind, place, {"ids": ids, "extended": True}, work)}
    camera = {("fields", name) for name in CAMERA}
    wanted = [row.identity for row in rows if row.identity in found and camera & set(touched(row, kind))]
    if kind == IMAGE and wanted:
        several = (found[one] for one in dict.fromkeys(wanted))
        found.update({str(one["id"]): one for one in with_cameras(api, place, several, work)})
    return found


def push(api: PixelClient, kind: str, changes: Sequence[Change], work: Work, told: Told = lambda done: None
         ) -> list[Done]:
    """Send the changes. Sent twice they are the same, so nothing is noted of them; ``told`` gets them batch by batch,
    so that a stop loses nothing that is on the platform."""
    api = api.during(work)
    done: list[Done] = []
    for batch in blocks(changes, BATCH):
        work.check_cancelled()
        with ThreadPoolExecutor(AT_A_TIME, "metadata") as pool:
            running = [pool.submit(_send, api, kind, one, work) for one in batch]
            wait(running, return_when=FIRST_EXCEPTION)
            for one in running:
                one.cancel()
        ended = [one for one in running if not one.cancelled()]
        found = [one.result() for one in ended if one.exception() is None]
        done += found
        told(found)
        for one in ended:
            one.result()  # raises what went wrong
        work.progress(0.3 + 0.7 * len(done) / len(changes), "items", done=str(len(done)), total=str(len(changes)))
    return done


def _send(api: PixelClient, kind: str, change: Change, work: Work) -> Done:
    if work.cancelled():
        raise Cancelled
    try:
        answer: Any = resource(api, kind).update(change.row.place, change.row.identity, change.changes)
    except Refused as error:
        if error.kind not in (Kind.REFUSED, Kind.CONFLICT, Kind.NOT_FOUND):
            raise
        return Done(change, {}, error.words or str(error.status or error.kind.value))
    return Done(change, answer)
