"""The ``.part`` file: one download at a time writes it, and what is noted of it would survive a power cut."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import Cancelled, Kind, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import download, locks
from imagery_hub.providers.transfer.ranges import joined
from imagery_hub.providers.transfer.target import TargetFile
from imagery_hub.providers.work import Work
from range_server import RangeServer
from transfer_helpers import MIB, made_file, part_of, quick_engine

SIZE = 7 * MIB + 13
HOLDER = """
import sys
from pathlib import Path
from imagery_hub.providers.transfer.target import TargetFile
target = TargetFile(Path(sys.argv[1]))
target.open()
target.write(0, b"half")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[RangeServer]:
    with RangeServer(tmp_path / "storage") as running:
        yield running


@pytest.fixture
def content(storage: RangeServer) -> bytes:
    return made_file(storage.folder / "x", SIZE)


def fetch(storage: RangeServer, target: Path, work: Work | None = None, **options: Any) -> bytes:
    with quick_engine(**options) as engine:
        return download(lambda: storage.address + "/x", target, work or Work(), engine).read_bytes()


@pytest.fixture
def other_process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """One that is writing to ``b``."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "b")], env=environment, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == "open\n"
    yield process
    process.stdin.close()
    process.wait()
    process.stdout.close()


def refused(storage: RangeServer, target: Path) -> bool:
    """Whether a download is refused as another one is at work, before it asks for anything."""
    storage.seen.clear()
    with pytest.raises(TransferFailed) as caught:
        fetch(storage, target)
    assert (caught.value.kind, caught.value.facts) == (Kind.DISK, {"reason": "in_use", "file": target.name})
    return not storage.seen


def test_a_place_that_another_process_writes_is_refused_and_left_alone(
    tmp_path: Path, storage: RangeServer, content: bytes, other_process: subprocess.Popen[str]
) -> None:
    assert refused(storage, tmp_path / "b")
    assert [path.read_bytes() for path in part_of(tmp_path / "b")] == [b"half"]
    assert fetch(storage, tmp_path / "b.b") == content


def test_a_killed_process_holds_no_place(
    tmp_path: Path, storage: RangeServer, content: bytes, other_process: subprocess.Popen[str]
) -> None:
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()
    assert fetch(storage, tmp_path / "b") == content
    assert not list(tmp_path.glob("*.part"))


def test_a_place_that_another_thread_writes_is_refused(tmp_path: Path, storage: RangeServer, content: bytes) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def hold(start: int) -> None:
        under_way.set()
        assert go_on.wait(30)

    storage.delay = hold
    got: list[bytes] = []
    first = threading.Thread(target=lambda: got.append(fetch(storage, tmp_path / "b")))
    first.start()
    assert under_way.wait(30)
    assert refused(storage, tmp_path / "b")
    go_on.set()
    first.join()
    assert got == [content]
    assert fetch(storage, tmp_path / "b") == content


def stopped(storage: RangeServer, target: Path, journal: MemoryJournal) -> None:
    """A download that is stopped once something of it is noted."""
    def enough() -> bool:
        noted = journal.read("transfer/state")
        return noted is not None and bool(noted.value["have"])

    with pytest.raises(Cancelled):
        fetch(storage, target, Work(journal, cancelled=enough), parallel=1)


def test_what_another_job_brought_is_not_taken_for_ones_own(
    tmp_path: Path, storage: RangeServer, content: bytes
) -> None:
    """Both are stopped in the middle; the second one had found nothing it could go on with."""
    first, second = MemoryJournal(), MemoryJournal()
    storage.delay = lambda start: threading.Event().wait(0.01)
    stopped(storage, tmp_path / "b", first)
    stopped(storage, tmp_path / "b", second)
    assert len(part_of(tmp_path / "b")) == 1
    part_of(tmp_path / "b")[0].write_bytes(b"\0" * SIZE)
    assert fetch(storage, tmp_path / "b", Work(first)) == content
    assert not part_of(tmp_path / "b")


def test_only_parts_of_the_same_place_are_removed(tmp_path: Path, storage: RangeServer, content: bytes) -> None:
    kept = [tmp_path / name for name in ("b.part", "b.12345678.part.tif", "ab.12345678.part", "b.1234567x.part")]
    for path in [*kept, tmp_path / "b.12345678.part"]:
        path.write_bytes(b"")
    fetch(storage, tmp_path / "b")
    assert sorted(tmp_path.glob("*part*")) == sorted(kept)


def test_where_the_system_knows_no_locks_it_goes_on(
    tmp_path: Path, storage: RangeServer, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(number: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(locks, "_lock", unknown)
    assert fetch(storage, tmp_path / "b") == content


class Disk:
    """What of the ``.part`` file was written, and what of that was flushed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._write, self._flush, self._lock = os.pwrite, os.fdatasync, threading.Lock()
        self.written: list[tuple[int, int]] = []
        self.safe: list[tuple[int, int]] = []
        self.flushes = 0
        patch.setattr(os, "pwrite", self.write)
        patch.setattr(os, "fdatasync", self.flush)

    def write(self, number: int, data: bytes, offset: int) -> int:
        count = self._write(number, data, offset)
        with self._lock:
            self.written.append((offset, offset + count))
        return count

    def flush(self, number: int) -> None:
        with self._lock:
            before = list(self.written)
        self._flush(number)
        with self._lock:
            self.safe = joined([*self.safe, *before])
            self.flushes += 1


class Checking(MemoryJournal):
    """Looks at each note whether what it claims is safe."""

    def __init__(self, disk: Disk) -> None:
        super().__init__()
        self.disk, self.claimed = disk, 0

    def _write(self, name: str, done: bool, value: Any) -> None:
        if name == "transfer/state":
            claims = [tuple(one) for one in value["have"]]
            assert joined([*self.disk.safe, *claims]) == self.disk.safe, "noted before it was on the disk"
            self.claimed += bool(claims)
        super()._write(name, done, value)


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_only_what_was_flushed_is_noted(
    tmp_path: Path, storage: RangeServer, content: bytes, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    storage.delay = lambda start: threading.Event().wait(0.002)
    disk = Disk(monkeypatch)
    journal = Checking(disk)
    assert fetch(storage, tmp_path / "b", Work(journal), flush_seconds=seconds) == content
    assert journal.claimed > 1


def test_the_disk_is_not_flushed_for_every_range(
    tmp_path: Path, storage: RangeServer, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    assert fetch(storage, tmp_path / "b", flush_seconds=3600.0) == content
    assert disk.flushes == 1  # the last one, before the file gets its name
    assert disk.safe == [(0, SIZE)]


def test_what_arrived_before_a_failure_is_noted(tmp_path: Path, storage: RangeServer, content: bytes) -> None:
    journal = MemoryJournal()
    storage.trouble = lambda handler: len(storage.seen) > 4 and handler.refuse(404)
    with pytest.raises(TransferFailed):
        fetch(storage, tmp_path / "b", Work(journal), flush_seconds=3600.0, parallel=1)
    noted = journal.read("transfer/state")
    assert noted is not None
    assert noted.value["have"] == [[0, 4 * MIB]]


def test_a_target_that_was_refused_leaves_nothing(tmp_path: Path) -> None:
    first, second = TargetFile(tmp_path / "b"), TargetFile(tmp_path / "b")
    first.open()
    with pytest.raises(TransferFailed):
        second.open()
    assert part_of(tmp_path / "b") == [first.part]
    first.close()
