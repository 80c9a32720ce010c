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
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from ..errors import Cancelled, PlatformError
from ..work import Work
from .addresses import Addresses
from .control import Control, Gate, Meter, NotRepeated
from .engine import TransferEngine
from .fetch import Changed, Coded, Fetcher, Found, Whole, describe
from .ranges import Span
from .source import Send, changed
from .wire import Wire

AHEAD = 4
"""Blocks that are fetched before storage has taken the ones before them."""
TICK_SECONDS = 0.1


SIDE = "side"
"""In the facts of a failure: ``source`` for one of the storage that gives the file."""
WHOLE_ANSWERS = 3
"""How often in a row storage may give the whole file instead of a range of it."""


class SourceFailed(NotRepeated):
    """The other storage gave no more, in spite of all patience with it. Sending the part again would not help."""

    def __init__(self, error: Exception) -> None:
        if isinstance(error, PlatformError):
            error.facts[SIDE] = "source"
        super().__init__(error)


@dataclass(frozen=True)
class RemoteFile:
    """A file as another storage had it when the transfer began; made by :func:`remote` or :func:`known_remote`."""

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
        """What tells this content from another one: its strong ETag."""
        return self.found.validator

    @property
    def known(self) -> dict[str, Any]:
        """What a journal keeps of it, for :func:`known_remote`."""
        return asdict(self.found)

    def check_unchanged(self) -> None:
        """Nothing to do: each answer is looked at."""

    @contextmanager
    def sender(
        self, connection: socket.socket, span: Span, control: Control, stall_seconds: float
    ) -> Iterator[Send]:
        """What was fetched meanwhile, as it comes."""
        reader, block = _Reader(self, span, control.gate), memoryview(b"")

        def send(count: int) -> int:
            nonlocal block
            if not block:
                block = memoryview(reader.next_block(control))
            now = block[:count]
            connection.sendall(now)
            block = block[len(now):]
            return len(now)

        try:
            yield send
        finally:
            reader.close()


def remote(name: str, address: Callable[[], str], work: Work, engine: TransferEngine) -> RemoteFile | None:
    """Look at what ``address`` points to (see :func:`~.download.download`); None for what cannot be sent in passing:
    storage serves no ranges of it (also not on the condition that it is the same), does not tell its size, or has no
    strong ETag, the only mark by which the same content is surely known again.

    ``engine`` is that of the connection that has the file. It must stay open until the file was sent.
    """
    addresses = Addresses(address)

    def ask(wire: Wire, condition: dict[str, str], given: str) -> Found:
        headers = {"Range": "bytes=0-0", **condition}
        with wire.exchange("GET", given, headers, accepted=(200, 206, 416)) as response:
            return describe(response, 0)

    def look(wire: Wire, condition: dict[str, str]) -> Found | None:
        try:
            found = wire.control.patiently(lambda: addresses.use(partial(ask, wire, condition)), engine.retry)
        except (Coded, Changed):
            return None
        usable = found.ranged and found.size > 0 and bool(found.etag) and found.validator == found.etag
        return found if usable else None

    def look_twice(wire: Wire) -> Found | None:
        first = look(wire, {})
        return first if first is not None and look(wire, {"If-Range": first.etag}) == first else None

    found = engine.run_one(look_twice, work, Meter(0), "waiting")
    return None if found is None else RemoteFile(name, found, addresses, engine)


def known_remote(
    name: str, found: dict[str, Any], address: Callable[[], str], engine: TransferEngine
) -> RemoteFile:
    """The file of an earlier run, of which ``RemoteFile.known`` was kept. ``address`` is asked when bytes are wanted,
    so that nothing is when all were sent."""
    return RemoteFile(name, Found(**found), Addresses(address), engine)


class _Reader:
    """Fetches a span in a thread of its own, which has its own connection, while another sends what came before."""

    def __init__(self, file: RemoteFile, span: Span, gate: Gate) -> None:
        self._file = file
        self._position, self._end = span
        self._control = Control(gate)
        self._blocks: queue.Queue[bytes | SourceFailed] = queue.Queue(AHEAD)
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
            if isinstance(block, bytes):
                return block
            try:
                raise block
            finally:
                del block  # or the failure would hold its own frames

    def close(self) -> None:
        """End the fetching, wherever it is."""
        self._control.stop()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._fetch()
        except Changed:
            self._put(SourceFailed(changed(self._file.name)))
        except NotRepeated as problem:
            self._put(SourceFailed(problem.error))
        except Exception as problem:
            self._put(SourceFailed(problem))

    def _fetch(self) -> None:
        """Storage of several servers may have one that gives the whole instead of a range: another one is met then."""
        file, wholes = self._file, 0
        fetcher = Fetcher(file.addresses, self, Meter(0), file.found)
        while self._position < self._end:
            try:
                fetcher.fetch((self._position, self._end), file.engine.wire(self._control))
            except Whole:
                wholes += 1
                if wholes == WHOLE_ANSWERS:
                    raise
                self._control.sleep(TICK_SECONDS)

    def _put(self, block: bytes | SourceFailed) -> None:
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
        self._position = offset + len(data)

    def cut(self, size: int) -> None:
        """Only for what comes without ranges, which is refused as another object before."""

    def make_room(self, size: int, have: int) -> None:
        """None is needed."""

    def settled(self, span: Span | None, seconds: float) -> list[Span]:
        """Nothing lies here."""
        return []
