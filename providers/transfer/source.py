"""What is sent: looked at once, sent in blocks, and noticed when it changes meanwhile."""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ..errors import InputProblem, Kind, TransferFailed
from .control import Control
from .ranges import Span

HELD_BACK = 1 << 20
"""What is sent only when the source is known to be unchanged."""

BLOCK = 1 << 18
"""What is sent between two looks for a stop and for an early answer."""

PIECE = 1 << 15
"""What a connection that blocks is given at a time. Measured with storage on the same machine: ``sendfile``, smaller
and larger pieces take longer, 64 KiB twice as long where the bytes are only counted (see docs/performance.md)."""

CALL_SECONDS = 0.1
"""After so long on a slow line a sender returns with less than it was asked for, so that progress and stops go on."""

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
        """Raises :class:`TransferFailed` (``file_changed``) when the file ends before the span does."""
        def send(count: int) -> int:
            sent, began = 0, time.monotonic()
            while sent < count and time.monotonic() - began < CALL_SECONDS:
                read = file.readinto(piece[: count - sent])
                if read == 0:
                    raise changed(self.name)
                send_piece(piece[:read])
                sent += read
            return sent

        with self._opened() as file, blocking(connection, stall_seconds) as blocks:
            piece = memoryview(bytearray(PIECE if blocks else BLOCK))
            send_piece = partial(send_blocking, connection, stall_seconds) if blocks else connection.sendall
            file.seek(span[0])
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

    ``moved`` is told of what has left, a block at a time at most. The end is held back until the source is known to be
    unchanged, so that storage never gets a whole object of mixed bytes. ``sent`` is what this attempt has sent.
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
        """Send the piece. Ends early when storage has answered already, and when it cuts the connection, as it may do
        after an answer: who waits for that finds out."""
        connection.settimeout(self._stall_seconds)
        try:
            self._send_through(connection)
        except (BrokenPipeError, ConnectionResetError):
            self.answered_early = True

    def _send_through(self, connection: socket.socket) -> None:
        span = (self._offset + self.sent, self._offset + self.length)
        with self._source.sender(connection, span, self._control, self._stall_seconds) as send:
            while self.sent < self.length:
                self._control.check()
                if is_plain(connection) and has_answer(connection):
                    self.answered_early = True
                    return
                if self.length - self.sent <= HELD_BACK:
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
    """Whether what is sent is what the system sees. Under TLS a socket is readable for reasons of its own."""
    return type(connection) is socket.socket


def can_block(connection: socket.socket) -> bool:
    """Whether the system can limit how long a send may block: not on Windows, which is told of limits in another form,
    and not under TLS, which would take a send that came to its limit for one to be repeated."""
    return os.name == "posix" and is_plain(connection)


@contextmanager
def blocking(connection: socket.socket, seconds: float) -> Iterator[bool]:
    """Let the system wait until there is room, for so many seconds, and tell whether it does: Python's own limit, which
    stays elsewhere, asks for room before every piece. Raises :class:`TimeoutError`."""
    usual = connection.gettimeout()
    whole, part = divmod(seconds, 1)
    limit = struct.pack("@ll", int(whole), int(part * 1_000_000))
    try:
        if can_block(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
            connection.settimeout(None)
    except OSError:
        # A system that counts time in other words, or a connection that was shut meanwhile.
        connection.settimeout(usual)
    try:
        yield connection.gettimeout() is None
    except BlockingIOError:
        raise TimeoutError from None
    finally:
        connection.settimeout(usual)


def send_blocking(connection: socket.socket, seconds: float, piece: memoryview) -> None:
    """Send all of it. Raises :class:`TimeoutError`, or lets the system's :class:`BlockingIOError` through, when it has
    not left within about so many seconds."""
    while piece:
        began = time.monotonic()
        sent = connection.send(piece)
        if sent < len(piece) and time.monotonic() - began >= seconds:
            # The system tells what had left before its limit was reached, and would wait as long again.
            raise TimeoutError
        piece = piece[sent:]


def has_answer(connection: socket.socket) -> bool:
    """Whether the other side has something to say, or has hung up. Works beyond 1024 open files."""
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(connection, select.POLLIN)
        return bool(poller.poll(0))
    return bool(select.select([connection], [], [], 0)[0])
