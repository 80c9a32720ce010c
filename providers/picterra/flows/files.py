"""Sending a file: a slot with a signed address, the bytes, and what becomes of slots that were left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...errors import InputProblem, Kind, PlatformError
from ...work import NOT_THERE, Work

SLOTS = 3
"""Addresses that are tried when the platform's storage no longer takes one."""


class Storage(Protocol):
    """Signed addresses, used byte for byte and never with the key (section 8)."""

    def send(self, source: Path, address: str, work: Work) -> None:
        """PUT a file. Raises TransferFailed, ADDRESS_EXPIRED or STORAGE_REFUSED when the address is used up."""

    def fetch(self, address: Callable[[], str], target: Path, work: Work) -> None:
        """GET into a file, which appears when it is whole. ``address`` gives a fresh one each time it is asked."""


@dataclass(frozen=True)
class Taken:
    """A slot: the id that is kept and the address that is not."""

    slot_id: str
    address: str


def send_file(
    storage: Storage,
    source: Path,
    take_slot: Callable[[], Taken],
    work: Work,
    discard: Callable[[str], None] = lambda slot_id: None,
) -> str:
    """Bring a file into a slot and give the slot's id. Storage knows no resuming, so each attempt has a slot of its own.

    ``discard`` removes what a slot without its bytes left on the platform; it must not mind when it is gone already.
    """
    check_file(source)
    sent = work.noted("sent")
    if sent is not None:
        return str(sent.value)
    for attempt in range(1, SLOTS + 1):
        _discard_stale(work, discard)
        address = ""

        def take() -> str:
            nonlocal address
            taken = take_slot()
            address = taken.address
            return taken.slot_id

        slot_id = work.once("slot", take, lambda: NOT_THERE)
        try:
            storage.send(source, address, work)
        except PlatformError as error:
            if error.kind not in (Kind.ADDRESS_EXPIRED, Kind.STORAGE_REFUSED) or attempt == SLOTS:
                _discard_quietly(work, discard)
                raise
            continue
        work.note("sent", slot_id)
        return slot_id
    raise PlatformError(Kind.STORAGE_REFUSED)


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


def check_file(source: Path) -> None:
    """Raise :class:`InputProblem` when there is nothing to send."""
    if not source.is_file():
        raise InputProblem("missing_file", file=source.name)
    if source.stat().st_size == 0:
        raise InputProblem("empty_file", file=source.name)
