"""A process that makes transfers and is killed in the middle of them.

It reads one JSON line per job from its standard input and makes each in a forked process of its own, whose id it prints
first and whose end (0, or minus the signal) afterwards. The libraries are loaded once, so that jobs start at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import SqliteJournal
from imagery_hub.providers.transfer import (
    PartTarget,
    PresignedParts,
    RemoteFile,
    S3Credentials,
    S3Folder,
    S3Multipart,
    SignedPut,
    TransferEngine,
    boto,
    download,
    remote,
    upload,
    upload_folder,
)
from imagery_hub.providers.work import Work

MIB = 1 << 20


class DeadlyJournal(SqliteJournal):
    """Ends the process at its ``at``-th note: before the note is kept, or after it."""

    def __init__(self, path: Path, job: str, at: int, after: bool) -> None:
        super().__init__(path, job)
        self._left = at
        self._after = after

    def _write(self, name: str, done: bool, value: Any) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        super()._write(name, done, value)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def credentials() -> S3Credentials:
    """Credentials that the pretended storage takes for an hour."""
    return S3Credentials("AK", "SK", "T", datetime.now(timezone.utc) + timedelta(hours=1))


def passed(origin: str, work: Work, engine: TransferEngine) -> RemoteFile:
    """What another storage has, which is sent from there."""
    found = remote("source.bin", lambda: origin, work, engine)
    assert found is not None
    return found


def run(job: dict[str, Any]) -> None:
    """One transfer, as any program would make it that was started again."""
    journal = DeadlyJournal(Path(job["journal"]), job["name"], job.get("at", 0), job.get("after", False))
    address, path, work = job["address"], Path(job["path"]), Work(journal)
    retry, flush = RetryPolicy(first=0.01), job.get("flush", 0.0)
    with TransferEngine(parallel=3, retry=retry, range_bytes=MIB, flush_seconds=flush) as engine:
        if job["kind"] == "download":
            download(lambda: address, path, work, engine, job["size"], job["checksum"])
        elif job["kind"] == "put":
            upload(path, SignedPut(lambda: address), work, engine)
        elif job["kind"] == "parts":
            upload(path, PresignedParts(lambda number: PartTarget(f"{address}-{number:03d}"), MIB, "1"), work, engine)
        elif job["kind"] in ("s3", "passed"):
            source = path if job["kind"] == "s3" else passed(job["origin"], work, engine)
            upload(source, S3Multipart("drop", job["name"], credentials, "us-east-1", address, 5 * MIB), work, engine)
        else:
            files = {f"{number:03d}.jpg": path for number in range(job["count"])}
            files["large.tif"] = Path(job["large"])
            place = S3Folder("drop", job["name"], credentials, "us-east-1", address, 5 * MIB)
            upload_folder(files, place, work, engine)
    journal.close()


def main() -> None:
    boto.library("botocore.session").Session().get_available_regions("s3")  # loads what every S3 job needs
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run(json.loads(line))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


class Jobs:
    """The process above, as the tests use it."""

    def __enter__(self) -> Jobs:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen([sys.executable, __file__], env=environment, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._line() == "ready"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _line(self) -> str:
        return self._process.stdout.readline().strip()

    def start(self, job: dict[str, Any]) -> int:
        """Begin a job; its process id."""
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Wait for the end of the job that was begun."""
        return int(self._line())

    def whole(self, job: dict[str, Any]) -> int:
        """Make a job and wait for its end."""
        self.start(job)
        return self.ended()


if __name__ == "__main__":
    main()
