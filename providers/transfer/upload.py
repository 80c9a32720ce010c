"""Sending one file by any of the protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ..errors import PlatformError
from ..work import NOT_THERE, Work
from .control import Meter
from .engine import TransferEngine
from .source import Source, SourceBody, look
from .wire import Wire

DONE = "transfer"
OPENED = "transfer/opened"
PART = "transfer/part-"


@dataclass(frozen=True)
class Part:
    """A piece of the file, numbered from 1. ``offset`` and ``length`` in bytes."""

    number: int
    offset: int
    length: int


def split(size: int, part_size: int) -> list[Part]:
    """A file of ``size`` bytes in parts of ``part_size``, the last one shorter; an empty file is one empty part."""
    starts = range(0, max(size, 1), part_size)
    return [Part(number, start, min(part_size, size - start)) for number, start in enumerate(starts, 1)]


@dataclass(frozen=True)
class Uploaded:
    """What was sent: bytes, and storage's mark (ETag) of each part by its number, where it gave one."""

    size: int
    marks: dict[str, str]


class Vanished(Exception):
    """Storage does not know the upload any more (too old, or removed): it starts again."""


class UploadProtocol(Protocol):
    """How one kind of storage takes a file. Methods are called in threads of the engine, one at a time but ``send``.

    ``state`` is what ``open`` gave: JSON for the journal, so neither secrets nor signed addresses.
    """

    resumes: bool
    """Whether parts that arrived stay when the program ends; otherwise a later run starts again."""

    identity: str
    """What tells one place in storage from another: parts noted for another one do not count."""

    def open(self, source: Source, wire: Wire) -> Any:
        """Prepare storage for the file and give the ``state``."""

    def find(self, source: Source, wire: Wire) -> Any:
        """The state of an upload that an earlier run opened without learning so, or ``NOT_THERE``."""

    def parts(self, source: Source, state: Any) -> Sequence[Part]:
        """The pieces in which the file is sent; always the same for the same file and state."""

    def arrived(self, state: Any, wire: Wire) -> Mapping[int, str] | None:
        """The marks of the parts that storage has; None when storage cannot tell and the journal is believed.

        Raises :class:`Vanished` when storage does not know the upload any more.
        """

    def send(self, part: Part, body: SourceBody, state: Any, wire: Wire) -> str:
        """Send one part, one attempt, and give its mark."""

    def close(self, source: Source, state: Any, marks: Mapping[int, str], wire: Wire) -> None:
        """Make the object of its parts; must also succeed when an earlier run did so without learning it."""

    def abandon(self, state: Any, wire: Wire) -> None:
        """Remove what arrived."""


def upload(source: Path | Source, protocol: UploadProtocol, work: Work, engine: TransferEngine) -> Uploaded:
    """Send a file and give what storage has of it. Streams; memory does not grow with the file.

    Run again with the same journal it goes on where it stopped (where the protocol ``resumes``), starts again (else,
    or when the file has changed since), or gives the earlier result at once.
    """
    noted = work.noted(DONE)
    if noted is not None and noted.done:
        return Uploaded(**noted.value)
    file = look(source)
    run = _Run(file, protocol, work, engine)
    try:
        marks = run.send_file()
    except Vanished:
        _forget(work)
        marks = run.send_file()
    result = Uploaded(file.size, {str(number): mark for number, mark in sorted(marks.items())})
    work.note(DONE, asdict(result))
    work.progress(1.0, "uploading", bytes_done=file.size, bytes_total=file.size)
    return result


def abandon(protocol: UploadProtocol, work: Work, engine: TransferEngine) -> None:
    """Remove from storage what an upload that will not be taken up again has left there, and forget it."""
    noted = work.noted(OPENED)
    if noted is not None and noted.done:
        state = noted.value["state"]
        engine.run_one(lambda wire: protocol.abandon(state, wire), work, Meter(0), "abandoning")
    _forget(work)


def _forget(work: Work) -> None:
    for step in work.steps():
        if step == OPENED or step.startswith(PART):
            work.forget(step)


class _Run:
    """One run of an upload."""

    def __init__(self, file: Source, protocol: UploadProtocol, work: Work, engine: TransferEngine) -> None:
        self.file = file
        self.protocol = protocol
        self.work = work
        self.engine = engine
        self.meter = Meter(file.size)

    def control_call(self, call: Callable[[Wire], Any]) -> Any:
        """A request about the upload, repeated when it fails in passing; a stop ends the waiting."""

        def patiently(wire: Wire) -> Any:
            return wire.control.patiently(lambda: call(wire), self.engine.retry)

        return self.engine.run_one(patiently, self.work, self.meter, "uploading")

    def opened(self) -> Any:
        """The state of the upload: of an earlier run when its file is the same, else a new one."""
        seen = [self.file.size, self.file.stamp, self.protocol.identity]
        noted = self.work.noted(OPENED)
        if noted is not None:
            same = noted.value["seen"] == seen
            if noted.done and same and self.protocol.resumes:
                return noted.value["state"]
            self.engine.report(self.work, self.meter, "starts_again")
            if noted.done:
                abandon(self.protocol, self.work, self.engine)
            elif not same:
                _forget(self.work)
        value = self.work.once(
            OPENED,
            lambda: {"seen": seen, "state": self.control_call(lambda wire: self.protocol.open(self.file, wire))},
            adopt=lambda: self._found(seen),
            facts={"seen": seen},
        )
        return value["state"]

    def _found(self, seen: list[Any]) -> Any:
        state = self.control_call(lambda wire: self.protocol.find(self.file, wire))
        return NOT_THERE if state is NOT_THERE else {"seen": seen, "state": state}

    def send_file(self) -> dict[int, str]:
        """Everything from opening to closing; the marks of all parts."""
        state = self.opened()
        marks = self.send_all(state)
        self.file.check_unchanged()
        self.control_call(lambda wire: self.protocol.close(self.file, state, marks, wire))
        return marks

    def send_all(self, state: Any) -> dict[int, str]:
        """Send what has not arrived yet; the marks of all parts."""
        marks = dict(self._arrived(state))
        parts = self.protocol.parts(self.file, state)
        missing = [part for part in parts if part.number not in marks]
        self.meter.start_at(sum(part.length for part in parts if part.number in marks))

        def finished(result: tuple[int, str]) -> None:
            number, mark = result
            marks[number] = mark
            if self.protocol.resumes:
                self.work.note(f"{PART}{number:05d}", mark)

        self.engine.run(self._tasks(missing, state), self.work, self.meter, "uploading", finished)
        return marks

    def _arrived(self, state: Any) -> Mapping[int, str]:
        if not self.protocol.resumes:
            return {}
        told = self.control_call(lambda wire: self.protocol.arrived(state, wire))
        if told is not None:
            known: Mapping[int, str] = told
            return known
        noted = {}
        for step in self.work.steps():
            if step.startswith(PART):
                entry = self.work.noted(step)
                if entry is not None and entry.done:
                    noted[int(step[len(PART):])] = str(entry.value)
        return noted

    def _tasks(self, missing: list[Part], state: Any) -> Iterator[Callable[[Wire], tuple[int, str]]]:
        for part in missing:
            yield partial(self._send, part, state)

    def _send(self, part: Part, state: Any, wire: Wire) -> tuple[int, str]:
        def attempt() -> str:
            body = SourceBody(
                self.file, part.offset, part.length, wire.control, self.meter.add, self.engine.stall_seconds
            )
            try:
                return self.protocol.send(part, body, state, wire)
            except PlatformError:
                body.take_back()
                raise

        return part.number, wire.control.patiently(attempt, self.engine.retry)
