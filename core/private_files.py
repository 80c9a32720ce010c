"""Files that only this user may read: for what a user asks for that others could misuse."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def private_file(target: Path) -> Iterator[IO[str]]:
    """The file, made anew and open for writing text. Line ends are written as they are given.

    On Windows the rights of its folder hold."""
    target.unlink(missing_ok=True)
    number = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(number, "w", encoding="utf-8", newline="") as sink:
        yield sink
