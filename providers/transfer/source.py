"""What is sent: looked at once, sent in blocks, and noticed when it changes meanwhile."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..errors import InputProblem, Kind, TransferFailed
from .control import Control
from .ranges import Span

BLOCK = 1 << 20
COPIED_BLOCK = 1 << 18

Send = Callable[[int], int]
"""Sends at most so many bytes, and tells how many."""


class Source(Protocol):
    """What is sent: a file of this computer, or one that another storage has (:mod:`.remote`)."""

    @property
    def name(self) -> str:
        """Its name, for messages."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def stamp(self) -> int | str:
        """What tells this content from another one of the same size."""

    def check_unchanged(self) -> None:
        """Raise when it is not what it was: its bytes would not fit together."""

    def sender(
        self, connection: socket.socket, span: Span, control: Control, stall_seconds: float
    ) -> AbstractContextManager[Send]:
        """What sends the next of its bytes from ``span``, as often as it is called."""


def look(given: Path | Source) -> Source:
    """A file as it is now; what is a source already is given back. Raises :class:`InputProblem` (``file_missing``,
    ``not_a_file``, ``file_unreadable``)."""
    return SourceFile.look(given) if isinstance(given, Path) else given


def check_sendable(given: Path | Source) -> None:
    """Raise :class:`InputProblem` (``missing_file``, ``empty_file``) when there is nothing to send."""
    if isinstance(given, Path) and not given.is_file():
        raise InputProblem("missing_file", file=given.name)
    if (given.stat().st_size if isinstance(given, Path) else given.size) == 0:
        raise InputProblem("empty_file", file=given.name)


@dataclass(frozen=True)
class SourceFile:
    """A file as it was when the transfer began. ``stamp`` is the modification time in nanoseconds."""

    path: Path
    size: int
    stamp: int

    @classmethod
    def look(cls, path: Path) -> SourceFile:
        """Raises :class:`InputProblem` (``file_missing``, ``not_a_file``, ``file_unreadable``)."""
        try:
            if not path.is_file():
                raise InputProblem("not_a_file" if path.exists() else "file_missing", file=path.name)
            with path.open("rb"):
                found = path.stat()
        except OSError:
            raise InputProblem("file_unreadable", file=path.name) from None
        return cls(path, found.st_size, found.st_mtime_ns)

    @property
    def name(self) -> str:
        """Its name, for messages."""
        return self.path.name

    def check_unchanged(self) -> None:
        """Raise when the file is not what it was: its bytes would not fit together."""
        try:
            found = self.path.stat()
        except OSError:
            raise changed(self.name) from None
        if (found.st_size, found.st_mtime_ns) != (self.size, self.stamp):
            raise changed(self.name)

    @contextmanager
    def sender(
        self, connection: socket.socket, span: Span, control: Control, stall_seconds: float
    ) -> Iterator[Send]:
        """By ``sendfile`` where the system and the connection allow."""
        position, buffer = span[0], memoryview(b"")

        def by_system(count: int) -> int:
            while True:
                try:
                    return os.sendfile(connection.fileno(), file.fileno(), position, count)
                except BlockingIOError:
                    if not ready(connection, "write", stall_seconds):
                        raise TimeoutError from None

        def copied(count: int) -> int:
            file.seek(position)
            read = file.readinto(buffer[: min(count, COPIED_BLOCK)])
            connection.sendall(buffer[:read])
            return int(read)

        def send(count: int) -> int:
            nonlocal position
            sent = send_some(count)
            if sent == 0:
                raise changed(self.name)
            position += sent
            return sent

        send_some = by_system if is_plain(connection) and hasattr(os, "sendfile") else copied
        if send_some is copied:
            buffer = memoryview(bytearray(COPIED_BLOCK))
        with self._opened() as file:
            yield send

    def _opened(self) -> Any:
        try:
            return self.path.open("rb", buffering=0)
        except OSError:
            raise changed(self.name) from None


def changed(name: str) -> TransferFailed:
    """The file became another one while it was sent."""
    return TransferFailed(Kind.DAMAGED, facts={"reason": "file_changed", "file": name})


class SourceBody:
    """A piece of a source that sends itself.

    ``moved`` is told of every block. The last block is held back until the source is known to be unchanged, so that
    storage never gets a whole object of mixed bytes. ``sent`` is what this attempt has sent.
    """

    def __init__(
        self,
        source: Source,
        offset: int,
        length: int,
        control: Control,
        moved: Callable[[int], None],
        stall_seconds: float,
    ) -> None:
        self.length = length
        self.sent = 0
        self.answered_early = False
        self._source = source
        self._offset = offset
        self._control = control
        self._moved = moved
        self._stall_seconds = stall_seconds

    def send_through(self, connection: socket.socket) -> None:
        """Send the piece. Ends early when storage has answered already: it will take no more."""
        connection.settimeout(self._stall_seconds)
        span = (self._offset + self.sent, self._offset + self.length)
        with self._source.sender(connection, span, self._control, self._stall_seconds) as send:
            while self.sent < self.length:
                self._control.check()
                if is_plain(connection) and has_answer(connection):
                    self.answered_early = True
                    return
                if self.length - self.sent <= BLOCK:
                    self._source.check_unchanged()
                self._count(send(min(BLOCK, self.length - self.sent)))

    def _count(self, sent: int) -> None:
        self.sent += sent
        self._moved(sent)

    def take_back(self) -> None:
        """The attempt failed: its bytes do not count."""
        self._moved(-self.sent)
        self.sent = 0
        self.answered_early = False


def is_plain(connection: socket.socket) -> bool:
    """Whether what is sent is what the system sees. Under TLS a socket is readable for reasons of its own, and the
    system cannot encrypt."""
    return type(connection) is socket.socket


def has_answer(connection: socket.socket) -> bool:
    """Whether the other side has something to say, or has hung up."""
    return ready(connection, "read", 0.0)


def ready(connection: Any, direction: str, seconds: float) -> bool:
    """Whether a socket can be read or written within so many seconds. Works beyond 1024 open files."""
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(connection, select.POLLIN if direction == "read" else select.POLLOUT)
        return bool(poller.poll(seconds * 1000))
    one = [connection]
    found = select.select(one if direction == "read" else [], one if direction == "write" else [], [], seconds)
    return bool(found[0] or found[1])
