"""Fetching one file: by ranges where storage serves them, in one stream otherwise."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TypeVar

from ..errors import InputProblem, Kind, PlatformError, TransferFailed
from ..work import Work
from .addresses import Addresses
from .control import Meter
from .engine import TransferEngine
from .fetch import Changed, Fetcher, Found
from .ranges import Span, joined, missing, total
from .target import TargetFile
from .wire import Wire

Result = TypeVar("Result")

DONE = "transfer"
STATE = "transfer/state"
CHANGES = 3


def download(
    address: Callable[[], str],
    destination: Path,
    work: Work,
    engine: TransferEngine,
    expected_size: int | None = None,
    checksum: str | None = None,
) -> Path:
    """Fetch what ``address`` points to into ``destination`` and give that path.

    ``address`` gives a fresh signed address each time it is asked. The bytes go to a ``.part`` file beside it, which
    takes its final name only after size and ``checksum`` (``md5:<hex>``, ``sha256:<hex>``) were found right. Run again
    with the same journal it goes on behind what it has, when storage still has the same object (by its strong ETag or
    its date), else it starts again. The folder of ``destination`` must exist; a file of that name is replaced.
    Raises ``TransferFailed`` of kind ``DISK`` when it does not fit, and while another download is writing there; what
    has arrived stays and, but for the last seconds, is not fetched again.
    """
    noted = work.noted(DONE)
    if noted is not None and noted.done and destination.is_file() and destination.stat().st_size == noted.value["size"]:
        return destination
    if not destination.parent.is_dir():
        raise InputProblem("folder_missing", file=destination.parent.name)
    run = _Run(Addresses(address), TargetFile(destination), work, engine, expected_size)
    try:
        run.fetch_unchanged()
        size = run.finish(checksum)
    finally:
        run.target.leave()
    work.note(DONE, {"size": size})
    work.forget(STATE)
    return destination


class _Run:
    """One run of a download."""

    def __init__(
        self, addresses: Addresses, target: TargetFile, work: Work, engine: TransferEngine, expected: int | None
    ) -> None:
        self.addresses = addresses
        self.target = target
        self.work = work
        self.engine = engine
        self.expected = expected
        self.meter = Meter(expected or 0)

    def fetch_unchanged(self) -> None:
        """Everything, of one and the same object."""
        for _ in range(CHANGES):
            try:
                self.fetch()
                return
            except Changed:
                self.start_again()
        raise TransferFailed(Kind.DAMAGED, facts={"reason": "keeps_changing", "file": self.target.destination.name})

    def start_again(self) -> None:
        """Forget what has arrived: it cannot be used."""
        self.work.forget(STATE)
        self.engine.report(self.work, self.meter, "starts_again")

    def fetch(self) -> None:
        """What is not yet in the ``.part`` file. Raises ``Changed`` when storage has another object now."""
        found, have, tag = self._earlier()
        self.target.open(tag)
        self.meter.start_at(total(have), found.size if found is not None else self.expected or 0)
        fetcher = Fetcher(self.addresses, self.target, self.meter, found)
        step = self.engine.range_bytes
        fetched: list[Span] = []
        if found is None:
            fetched = [(0, step)]
            have += self._one(partial(fetcher.fetch, fetched[0]))
            found = fetcher.found
            if found is None or not found.ranged:
                return
            self._note(found, have)
        else:
            self.target.make_room(found.size, total(have))

        def arrived(settled: list[Span]) -> None:
            if settled:
                have.extend(settled)
                self._note(found, have)

        tasks = [partial(fetcher.fetch, span) for span in missing(have + fetched, found.size, step)]
        try:
            self.engine.run(tasks, self.work, self.meter, "downloading", arrived)
        except TransferFailed:
            with suppress(PlatformError):  # the first failure is the one to tell
                arrived(self.target.settled(None, 0.0))
            raise
        self.target.cut(found.size)

    def _earlier(self) -> tuple[Found | None, list[Span], str]:
        """What an earlier run found and brought to disk, and the tag of its file, when it can be gone on with."""
        noted = self.work.noted(STATE)
        if noted is None or not noted.done:
            return None, [], ""
        found, tag = Found(**noted.value["found"]), noted.value.get("part", "")
        size = self.target.size(tag) if tag else 0
        have = [(start, end) for start, end in noted.value["have"] if end <= size]
        return (found, have, tag) if found.validator and have else (None, [], "")

    def _note(self, found: Found, have: list[Span]) -> None:
        have[:] = joined(have)
        self.work.note(STATE, {"found": asdict(found), "have": have, "part": self.target.tag})

    def _one(self, task: Callable[[Wire], Result], message: str = "downloading") -> Result:
        return self.engine.run_one(task, self.work, self.meter, message)

    def finish(self, checksum: str | None) -> int:
        """Verify size and checksum, and let the file take its name. Gives the size."""
        size = self.target.size()
        if self.expected is not None and size != self.expected:
            self._damaged("size", str(self.expected), str(size))
        if checksum is not None:
            self.meter.start_at(0, size)
            wanted = checksum.lower()
            actual = self._one(lambda wire: self.target.digest(wanted, wire.control.check, self.meter.add), "verifying")
            if actual != wanted:
                self._damaged("checksum", wanted, actual)
        self._one(lambda wire: self.target.take_final_name(), "verifying")
        self.work.progress(1.0, "downloading", bytes_done=size, bytes_total=size)
        return size

    def _damaged(self, reason: str, expected: str, found: str) -> None:
        """What arrived is not what was promised. It cannot be gone on with, so the next run starts again."""
        self.work.forget(STATE)
        facts = {"reason": reason, "expected": expected, "found": found, "file": self.target.destination.name}
        raise TransferFailed(Kind.DAMAGED, facts=facts)
