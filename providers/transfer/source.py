"""The file that is sent: looked at once, sent in blocks from disk, and noticed when it changes meanwhile."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputProblem, Kind, TransferFailed
from .control import Control

BLOCK = 1 << 20
COPIED_BLOCK = 1 << 18


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

    def check_unchanged(self) -> None:
        """Raise when the file is not what it was: its bytes would not fit together."""
        try:
            found = self.path.stat()
        except OSError:
            raise changed(self.path) from None
        if (found.st_size, found.st_mtime_ns) != (self.size, self.stamp):
            raise changed(self.path)


def changed(path: Path) -> TransferFailed:
    """The file was written to while it was sent."""
    return TransferFailed(Kind.DAMAGED, facts={"reason": "file_changed", "file": path.name})


class FileBody:
    """A piece of the source that sends itself, by ``sendfile`` where the system and the connection allow.

    ``moved`` is told of every block. The last block is held back until the file is known to be unchanged, so that
    storage never gets a whole object of mixed bytes. ``sent`` is what this attempt has sent.
    """

    def __init__(
        self,
        source: SourceFile,
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
        self._buffer: memoryview | None = None
        self._moved = moved
        self._stall_seconds = stall_seconds

    def send_through(self, connection: socket.socket) -> None:
        """Send the piece. Ends early when storage has answered already: it will take no more."""
        connection.settimeout(self._stall_seconds)
        # Under TLS a socket is readable for reasons of its own, and the system cannot encrypt.
        plain = type(connection) is socket.socket
        with self._opened() as file:
            while self.sent < self.length:
                self._control.check()
                if plain and has_answer(connection):
                    self.answered_early = True
                    return
                if self.length - self.sent <= BLOCK:
                    self._source.check_unchanged()
                count = min(BLOCK, self.length - self.sent)
                send = self._by_system if plain and hasattr(os, "sendfile") else self._copied
                self._count(send(connection, file, count))

    def _opened(self) -> BinaryIO:
        try:
            return self._source.path.open("rb", buffering=0)
        except OSError:
            raise changed(self._source.path) from None

    def _by_system(self, connection: socket.socket, file: BinaryIO, count: int) -> int:
        while True:
            try:
                sent = os.sendfile(connection.fileno(), file.fileno(), self._offset + self.sent, count)
            except BlockingIOError:
                self._wait_until_writable(connection)
                continue
            if sent == 0:
                raise changed(self._source.path)
            return sent

    def _copied(self, connection: socket.socket, file: Any, count: int) -> int:
        if self._buffer is None:
            self._buffer = memoryview(bytearray(COPIED_BLOCK))
        file.seek(self._offset + self.sent)
        read = file.readinto(self._buffer[: min(count, COPIED_BLOCK)])
        if not read:
            raise changed(self._source.path)
        connection.sendall(self._buffer[:read])
        return int(read)

    def _wait_until_writable(self, connection: socket.socket) -> None:
        if not ready(connection, "write", self._stall_seconds):
            raise TimeoutError

    def _count(self, sent: int) -> None:
        self.sent += sent
        self._moved(sent)

    def take_back(self) -> None:
        """The attempt failed: its bytes do not count."""
        self._moved(-self.sent)
        self.sent = 0
        self.answered_early = False


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
