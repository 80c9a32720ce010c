"""Many files out of storage as one transfer: small ones side by side, large ones by ranges.

A small file comes whole or not at all. Which ones have come is noted for many at once; after a kill at most those of
the last two seconds are fetched again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from ..errors import InputProblem, Kind, PlatformError, TransferFailed
from ..http.routing import Response, chunks
from ..work import Work
from .addresses import Addresses
from .control import Meter
from .download import download
from .engine import TransferEngine
from .fetch import BLOCK, describe
from .pieces import NOTE_SECONDS
from .target import TargetFile
from .wire import Wire

FETCHED = "fetched/"

Address = Callable[[], str]


class _Large(Exception):
    """The file is better fetched by ranges."""


def download_folder(files: Mapping[Path, Address], work: Work, engine: TransferEngine) -> None:
    """Fetch files to these places, whose folders must exist. Each address is asked as that of a single download.

    Run again with the same journal it fetches only what has not come, or is not there any more. Progress counts bytes,
    and files as the facts ``files_done`` and ``files_total``. Failures as of :func:`~.download.download`.
    """
    _FolderRun(files, work, engine).fetch_all()


class _FileMeter(Meter):
    """How big files are is known when they come: how far it is, is said by their number."""

    def __init__(self, files: int) -> None:
        super().__init__(0)
        self.files = files
        self.arrived = 0

    @property
    def fraction(self) -> float | None:
        return self.arrived / self.files if self.files else 1.0

    def tell(self, arrived: int) -> None:
        """So many files are there."""
        self.arrived = arrived
        self.facts = {"files_done": str(arrived), "files_total": str(self.files)}


class _FolderRun:
    """One run of such a download."""

    def __init__(self, files: Mapping[Path, Address], work: Work, engine: TransferEngine) -> None:
        self._files = files
        self._work = work
        self._engine = engine
        self._meter = _FileMeter(len(files))
        self._unnoted: dict[str, int] = {}
        self._noted_at = time.monotonic()
        self._large: list[Path] = []

    def fetch_all(self) -> None:
        there = self._earlier()
        waiting = [path for path in self._files if not _is_there(path, there.get(str(path)))]
        self._meter.tell(len(self._files) - len(waiting))
        try:
            self._engine.run(self._tasks(waiting), self._work, self._meter, "downloading", self._finished)
        finally:
            self._note()
        for path in self._large:
            share = self._meter.arrived / len(self._files), (self._meter.arrived + 1) / len(self._files)
            download(self._files[path], path, self._work.part(f"large/{path}", share), self._engine)
            self._finished((path, path.stat().st_size))
            self._note()
        done = self._meter.done
        self._work.progress(1.0, "downloading", bytes_done=done, bytes_total=done, **self._meter.facts)

    def _earlier(self) -> dict[str, int]:
        """Sizes of the files that an earlier run brought."""
        found: dict[str, int] = {}
        for step in self._work.steps():
            entry = self._work.noted(step) if step.startswith(FETCHED) else None
            if entry is not None and entry.done:
                found.update(entry.value)
        return found

    def _tasks(self, waiting: list[Path]) -> Iterator[Callable[[Wire], tuple[Path, int]]]:
        for path in waiting:
            yield partial(self._fetch, path)

    def _fetch(self, path: Path, wire: Wire) -> tuple[Path, int]:
        """One file; its size, -1 for one that is fetched later."""
        addresses = Addresses(self._files[path])

        def get(address: str) -> int:
            with wire.exchange("GET", address, accepted=(200,)) as response:
                addresses.worked()
                return self._receive(path, response, address, wire)

        try:
            return path, wire.control.patiently(lambda: addresses.use(get), self._engine.retry)
        except _Large:
            return path, -1

    def _receive(self, path: Path, response: Response, address: str, wire: Wire) -> int:
        size = describe(response, 0).size
        if size > self._engine.range_bytes:
            raise _Large
        if not path.parent.is_dir():
            raise InputProblem("folder_missing", file=path.parent.name)
        target = TargetFile(path)
        target.open()
        position = 0
        try:
            for piece in chunks(response, address, BLOCK):
                wire.control.check()
                target.write(position, piece)
                position += len(piece)
                self._meter.add(len(piece))
            if size not in (-1, position):
                facts = {"reason": "size", "file": path.name, "found": str(position), "expected": str(size)}
                raise TransferFailed(Kind.DAMAGED, facts=facts)
            target.take_final_name()
        except PlatformError:
            self._meter.add(-position)
            target.close()
            with suppress(OSError):
                target.part.unlink()
            raise
        return position

    def _finished(self, fetched: tuple[Path, int]) -> None:
        path, size = fetched
        if size < 0:
            self._large.append(path)
            return
        self._unnoted[str(path)] = size
        self._meter.tell(self._meter.arrived + 1)
        if time.monotonic() - self._noted_at >= NOTE_SECONDS:
            self._note()

    def _note(self) -> None:
        self._noted_at = time.monotonic()
        if self._unnoted:
            number = sum(step.startswith(FETCHED) for step in self._work.steps())
            self._work.note(f"{FETCHED}{number:05d}", self._unnoted)
            self._unnoted = {}


def _is_there(path: Path, size: int | None) -> bool:
    return size is not None and path.is_file() and path.stat().st_size == size
