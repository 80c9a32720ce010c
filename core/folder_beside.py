"""A folder beside a file that is being made, for what is not whole yet."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..providers.transfer.locks import lock

LOCK = "lock"
ATTEMPTS = 20


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """On the disk of the target, so that what is whole takes its place at once; gone afterwards. What killed runs for
    the same target have left is removed: nobody holds its lock any more."""
    _remove_abandoned(target)
    folder, number = _locked(target)
    try:
        yield folder
    finally:
        os.close(number)
        shutil.rmtree(folder, ignore_errors=True)


def _locked(target: Path) -> tuple[Path, int]:
    """A new folder and its lock. Another run that begins in between may take it for abandoned: then a further one.
    Where the disk gives nobody a lock, such as some of a network, a folder without one has to do."""
    for attempt in range(ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
        number = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        if (lock(number) or attempt == ATTEMPTS - 1) and (folder / LOCK).is_file():
            return folder, number
        os.close(number)
        shutil.rmtree(folder, ignore_errors=True)
    raise FileNotFoundError(target.parent)


def _remove_abandoned(target: Path) -> None:
    ours = re.compile(re.escape(f".{target.name}.") + r"\w+\.part")
    for folder in target.parent.iterdir():
        if not ours.fullmatch(folder.name) or not (folder / LOCK).is_file():
            continue
        with suppress(FileNotFoundError, PermissionError):  # just finished, or somebody else's
            number = os.open(folder / LOCK, os.O_RDWR)
            try:
                if not lock(number):
                    continue
                with suppress(PermissionError):  # on Windows what is open stays
                    (folder / LOCK).unlink()  # while it is held: who opened it in between sees that it is gone
            finally:
                os.close(number)
            shutil.rmtree(folder, ignore_errors=True)
