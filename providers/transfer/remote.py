"""A file that another storage has, as the source of an upload: it passes through and never lies on this computer.

It is fetched by ranges, a few blocks ahead of what is sent. Each range is of the object that was there at the look, or
the upload ends; so a part that is sent again, now or by a later run, fits to the others.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from ..errors import Cancelled, PlatformError
from ..work import Work
from .addresses import Addresses
from .control import Control, Gate, Meter, NotRepeated
from .engine import TransferEngine
from .fetch import Changed, Coded, Fetcher, Found, describe
from .ranges import Span
from .source import COPIED_BLOCK, SourceBody, changed
from .wire import Wire

AHEAD = 4
"""Blocks that are fetched before storage has taken the ones before them."""
TICK_SECONDS = 0.1


class SourceFailed(NotRepeated):
    """The other storage gave no more, in spite of all patience with it. Sending the part again would not help."""


@dataclass(frozen=True)
class RemoteFile:
    """A file as another storage had it when the transfer began; made by :func:`remote`."""

    name: str
    found: Found
    addresses: Addresses = field(repr=False)
    engine: TransferEngine = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.found.size

    @property
    def stamp(self) -> str:
        """What tells this content from another one: what its storage calls it, or its date there."""
        return self.found.validator

    def check_unchanged(self) -> None:
        """Nothing to do: each answer is looked at."""

    def body(
        self, offset: int, length: int, control: Control, moved: Callable[[int], None], stall_seconds: float
    ) -> SourceBody:
        """A piece of it that sends itself; ``moved`` is told of every block that was sent."""
        return RemoteBody(self, offset, length, control, moved, stall_seconds)


def remote(name: str, address: Callable[[], str], work: Work, engine: TransferEngine) -> RemoteFile | None:
    """Look at what ``address`` points to (see :func:`~.download.download`); None for what cannot be sent in passing:
    storage serves no ranges of it, does not tell its size, or nothing by which the same content is known again.

    ``engine`` is that of the connection that has the file. It must stay open until the file was sent.
    """
    addresses = Addresses(address)

    def ask(wire: Wire, given: str) -> Found:
        with wire.exchange("GET", given, {"Range": "bytes=0-0"}, accepted=(200, 206, 416)) as response:
            return describe(response, 0)

    def look(wire: Wire) -> Found | None:
        try:
            return wire.control.patiently(lambda: addresses.use(partial(ask, wire)), engine.retry)
        except Coded:
            return None

    found = engine.run_one(look, work, Meter(0), "waiting")
    usable = found is not None and found.ranged and found.size > 0 and bool(found.validator)
    return RemoteFile(name, found, addresses, engine) if found is not None and usable else None


class RemoteBody(SourceBody):
    """A piece of such a file."""

    def __init__(
        self,
        source: RemoteFile,
        offset: int,
        length: int,
        control: Control,
        moved: Callable[[int], None],
        stall_seconds: float,
    ) -> None:
        super().__init__(source, offset, length, control, moved, stall_seconds)
        self._file = source

    @contextmanager
    def _sender(self, connection: socket.socket) -> Iterator[Callable[[int], int]]:
        first = self._offset + self.sent
        reader = _Reader(self._file, (first, self._offset + self.length), self._control.gate)
        block = memoryview(b"")

        def send(count: int) -> int:
            nonlocal block
            if not block:
                block = memoryview(reader.next_block(self._control))
            now = block[: min(count, COPIED_BLOCK)]
            connection.sendall(now)
            block = block[len(now):]
            return len(now)

        try:
            yield send
        finally:
            reader.close()


class _Reader:
    """Fetches a span in a thread of its own, which has its own connection, while another sends what came before."""

    def __init__(self, file: RemoteFile, span: Span, gate: Gate) -> None:
        self._file = file
        self._span = span
        self._control = Control(gate)
        self._blocks: queue.Queue[bytes | BaseException] = queue.Queue(AHEAD)
        self._thread = threading.Thread(target=self._run, name="imagery-hub-source", daemon=True)
        self._thread.start()

    def next_block(self, control: Control) -> bytes:
        """Wait for it, as long as ``control`` goes on."""
        while True:
            try:
                block = self._blocks.get(timeout=TICK_SECONDS)
            except queue.Empty:
                control.check()
                continue
            if isinstance(block, BaseException):
                raise block
            return block

    def close(self) -> None:
        """End the fetching, wherever it is."""
        self._control.stop()
        self._thread.join()

    def _run(self) -> None:
        file = self._file
        fetcher = Fetcher(file.addresses, self, Meter(0), file.found)
        try:
            fetcher.fetch(self._span, file.engine.wire(self._control))
        except BaseException as problem:
            self._put(self._as_failure(problem))

    def _as_failure(self, problem: BaseException) -> BaseException:
        if isinstance(problem, Changed):
            return SourceFailed(changed(self._file.name))
        if isinstance(problem, NotRepeated):
            return SourceFailed(problem.error)
        return SourceFailed(problem) if isinstance(problem, PlatformError) else problem

    def _put(self, block: bytes | BaseException) -> None:
        while not self._control.stopped:
            try:
                self._blocks.put(block, timeout=TICK_SECONDS)
            except queue.Full:
                continue
            return

    # ------------------------------------------------------------------ where the fetcher writes
    def write(self, offset: int, data: bytes) -> None:
        """The next block; the fetcher brings them in their order."""
        self._put(data)
        if self._control.stopped:
            raise Cancelled

    def cut(self, size: int) -> None:
        """Only for what comes without ranges, which is refused as another object before."""

    def make_room(self, size: int, have: int) -> None:
        """None is needed."""

    def settled(self, span: Span | None, seconds: float) -> list[Span]:
        """Nothing lies here."""
        return []
