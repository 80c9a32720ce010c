"""Sending a file: a slot with a signed address, the bytes, and what becomes of slots that were left behind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...errors import Cancelled, Kind, PlatformError, ServerFault
from ...steps import settle
from ...transfer import SignedPut, Source, TransferEngine, check_sendable, upload
from ...work import NOT_THERE, Work

CONTENT = "content"
"""The step that notes what a small file holds."""


@dataclass(frozen=True)
class Taken:
    """A slot: the id that is kept and the address that is not."""

    slot_id: str
    address: str


def keep(slot_id: str) -> None:
    """What becomes of a slot that makes no record: nothing has to be done."""


def send_file(
    engine: TransferEngine,
    source: Path | Source,
    take_slot: Callable[[], Taken],
    work: Work,
    discard: Callable[[str], None] = keep,
) -> str:
    """Bring a file into a slot and give the slot's id. Storage cannot resume, so each attempt has a slot of its own.

    ``discard`` removes what a slot without its bytes left on the platform; it must not mind when it is gone already.
    """
    sent = work.noted("sent")
    if sent is not None:
        return str(sent.value)
    check_sendable(source)

    def fresh_address() -> str:
        _discard_stale(work, discard)
        address = ""

        def take() -> str:
            nonlocal address
            taken = take_slot()
            try:
                work.check_cancelled()  # nobody may be waiting any more, neither to use the slot nor to note it
            except Cancelled:
                discard(taken.slot_id)
                raise
            address = taken.address
            return taken.slot_id

        settle(work, "slot", take, lambda: NOT_THERE)
        return address

    try:
        upload(source, SignedPut(fresh_address), work.part("bytes"), engine)
    except PlatformError:
        _discard_quietly(work, discard)
        raise
    slot = work.noted("slot")
    if slot is None or not slot.done:
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "no_slot"})
    work.note("sent", slot.value)
    return str(slot.value)


def send_anew_if_changed(path: Path, work: Work) -> bool:
    """Forget an earlier sending of a file that holds something else by now, such as a layer that was corrected before a
    job went on. True where it was forgotten. ``work`` is the part of the sending."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    noted = work.noted(CONTENT)
    changed = noted is not None and noted.value != content
    if changed:
        send_again(work)
    work.note(CONTENT, content)
    return changed


def send_again(work: Work) -> None:
    """Forget all of an earlier sending, but what the file held: the next one takes a slot of its own."""
    for step in work.steps():
        if step != CONTENT:
            work.forget(step)


def _discard_stale(work: Work, discard: Callable[[str], None]) -> None:
    """The address of a slot is not kept, so a slot that an earlier attempt left is of no use any more."""
    stale = work.noted("slot")
    if stale is not None and stale.done:
        discard(str(stale.value))
    work.forget("slot")


def _discard_quietly(work: Work, discard: Callable[[str], None]) -> None:
    """Tidy up after a failed transfer. What cannot be removed now stays noted, and the next run removes it."""
    try:
        _discard_stale(work, discard)
    except PlatformError:
        return
