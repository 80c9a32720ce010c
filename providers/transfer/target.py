"""The file that is fetched: ``<name>.<tag>.part`` beside its destination until it is whole.

The tag is new for each download that begins, and kept in its journal: what one download has brought is never taken
for what another one did. While a download is at work its file is locked, and a second one to the same place is refused.
What an earlier one left there is removed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import FULL, InputProblem, Kind, TransferFailed
from .locks import lock
from .ranges import Span

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
        self.tag = ""
        self._earlier: set[Path] = set()
        self._lock = threading.Lock()
        self._file: _OpenFile | None = None
        # One at a time, as systems write a file: threads that wait for that in the system itself spin on a processor.
        self._writing = threading.Lock()
        self._written: list[Span] = []
        self._flushing = False
        self._flushed = 0.0

    @property
    def part(self) -> Path:
        """Where the bytes are."""
        return self._part(self.tag)

    def _part(self, tag: str) -> Path:
        return self.destination.with_name(f"{self.destination.name}.{tag}.part")

    def open(self, tag: str = "") -> None:
        """Open the ``.part`` file of that tag with what is in it, or an empty one of a new tag.

        Raises (``DISK``, ``in_use``) while another download to this destination is at work.
        """
        with self._disk():
            self.close()
            if self.tag:
                self._earlier.add(self.part)  # one of our own threads may still write into it
            self.tag = tag or secrets.token_hex(4)
            self._written, self._flushed = [], time.monotonic()
            self._file = _OpenFile(self._locked(self.part, os.O_CREAT | (0 if tag else os.O_EXCL)))
            try:
                self._remove_others()
            except TransferFailed:
                self.close()
                if not tag:
                    self.part.unlink()
                raise

    def _locked(self, path: Path, flags: int = 0) -> int:
        number = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0) | flags, 0o666)
        if lock(number):
            return number
        os.close(number)
        raise self._problem("in_use")

    def _remove_others(self) -> None:
        """What downloads that do not go on have left. Done with our own file locked: of two that begin at once at
        least one sees the other."""
        ours = re.compile(re.escape(self.destination.name) + r"\.[0-9a-f]{8}\.part")
        for path in self.destination.parent.iterdir():
            if ours.fullmatch(path.name) and path != self.part:
                with contextlib.suppress(FileNotFoundError, PermissionError):  # just finished, or somebody else's
                    if path not in self._earlier:
                        os.close(self._locked(path))
                    path.unlink()

    def close(self) -> None:
        """Close the ``.part`` file; what is in it stays. A write that is under way ends first: the number of a closed
        file is given to the next one, into which it would go."""
        with self._lock:
            file, self._file = self._file, None
        if file is not None:
            self._give_back(file)

    def leave(self) -> None:
        """Close it; where nothing has arrived there is nothing to go on with, and the empty file goes too."""
        self.close()
        with contextlib.suppress(OSError):  # also where it has its final name
            if self.part.stat().st_size == 0:
                self.part.unlink()

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

    def size(self, tag: str = "") -> int:
        """Bytes from the start to the end of the ``.part`` file, or that of another tag, holes included; 0 when there
        is none."""
        part = self._part(tag or self.tag)
        return part.stat().st_size if part.is_file() else 0

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
                with self._writing:
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
        """Wait until what was written would survive a power cut."""
        flush = getattr(os, "fdatasync", os.fsync)
        with self._disk(), self._number() as number:
            flush(number)

    def settled(self, span: Span | None, seconds: float) -> list[Span]:
        """What is surely on the disk now and was not told before. ``span`` is what this thread has just written.

        A flush is slow where others use the disk, so that there is one every ``seconds`` only, by one thread, while
        the others go on.
        """
        with self._lock:
            if span is not None:
                self._written.append(span)
            if self._flushing or not self._written or time.monotonic() - self._flushed < seconds:
                return []
            self._flushing = True
            spans, self._written = self._written, []
        try:
            self.sync()
        finally:
            with self._lock:
                self._flushing, self._flushed = False, time.monotonic()
        return spans

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
            if os.name != "posix":
                self.close()  # an open file cannot get another name there
            self.part.replace(self.destination)
            self.close()
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
