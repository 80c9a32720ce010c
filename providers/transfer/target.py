"""The file that is fetched: ``<name>.part`` beside its destination until it is whole."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputProblem, Kind, TransferFailed

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
BLOCK = 1 << 20
ALGORITHMS = ("md5", "sha1", "sha256", "sha512")


@dataclass
class _OpenFile:
    """The system's number of a file, and how many use it: the target itself, and each write that is under way."""

    number: int
    users: int = 1


class TargetFile:
    """Written to by several threads at their own places. Every refusal of the disk is ``TransferFailed`` (``DISK``)."""

    def __init__(self, destination: Path) -> None:
        self.destination = destination
        self.part = destination.with_name(destination.name + ".part")
        self._lock = threading.Lock()
        self._file: _OpenFile | None = None
        self._flushing = threading.Lock()
        self._flushes_wanted = 0
        self._flushed = 0

    def open(self, keep: bool) -> None:
        """Open the ``.part`` file, emptied unless its content is to be kept."""
        with self._disk():
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | (0 if keep else os.O_TRUNC)
            self.close()
            self._file = _OpenFile(os.open(self.part, flags, 0o666))

    def close(self) -> None:
        """Close the ``.part`` file; what is in it stays. A write that is under way ends first: the number of a closed
        file is given to the next one, into which it would go."""
        with self._lock:
            file, self._file = self._file, None
        if file is not None:
            self._give_back(file)

    @contextmanager
    def _number(self) -> Iterator[int]:
        with self._lock:
            file = self._file
            if file is None:
                raise OSError(errno.EBADF, "closed")
            file.users += 1
        try:
            yield file.number
        finally:
            self._give_back(file)

    def _give_back(self, file: _OpenFile) -> None:
        with self._lock:
            file.users -= 1
            last = file.users == 0
        if last:
            os.close(file.number)

    def size(self) -> int:
        """Bytes from the start to the end of the ``.part`` file, holes included; 0 when there is none."""
        return self.part.stat().st_size if self.part.is_file() else 0

    def make_room(self, size: int, have: int) -> None:
        """Raise when so big a file will not fit, before anything more is fetched."""
        with self._disk():
            free = shutil.disk_usage(self.part.parent).free
        if free < size - have:
            raise self._problem("full", needed=str(size - have), free=str(free))

    def write(self, offset: int, data: bytes) -> None:
        """Write a block at its place."""
        view = memoryview(data)
        with self._disk(), self._number() as number:
            while view:
                count = self._write_at(number, offset, view)
                offset, view = offset + count, view[count:]

    def _write_at(self, number: int, offset: int, view: memoryview) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(number, view, offset)
        with self._lock:
            os.lseek(number, offset, os.SEEK_SET)
            return os.write(number, view)

    def cut(self, size: int) -> None:
        """Let the file end there."""
        with self._disk(), self._number() as number:
            os.ftruncate(number, size)

    def sync(self) -> None:
        """Wait until what this thread has written would survive a power cut. Threads that wait share one flush."""
        with self._lock:
            self._flushes_wanted += 1
            wanted = self._flushes_wanted
        with self._flushing, self._disk():
            if self._flushed >= wanted:
                return
            covered = self._flushes_wanted
            flush = getattr(os, "fdatasync", os.fsync)
            with self._number() as number:
                flush(number)
            self._flushed = covered

    def digest(self, checksum: str, check: Callable[[], None], moved: Callable[[int], None]) -> str:
        """The file's own checksum of the same kind."""
        algorithm = checksum.partition(":")[0]
        if algorithm not in ALGORITHMS:
            raise InputProblem("unknown_checksum", algorithm=algorithm)
        digest = hashlib.new(algorithm, usedforsecurity=False)
        with self._disk(), self.part.open("rb", buffering=0) as file:
            while block := file.read(BLOCK):
                check()
                digest.update(block)
                moved(len(block))
        return f"{algorithm}:{digest.hexdigest()}"

    def take_final_name(self) -> None:
        """Become the destination, durably. An older file of that name is replaced."""
        with self._disk():
            self.sync()
            self.close()
            self.part.replace(self.destination)
            if os.name == "posix":
                folder = os.open(self.destination.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._problem("full" if error.errno in FULL else "failed", code=str(error.errno)) from None

    def _problem(self, reason: str, **facts: str) -> TransferFailed:
        return TransferFailed(Kind.DISK, facts={"reason": reason, "file": self.destination.name, **facts})
