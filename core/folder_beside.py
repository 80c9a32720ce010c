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
    """A new folder and its lock. Another run that begins in between may take it for abandoned: then a further one."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
        number = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        if lock(number) and (folder / LOCK).is_file():
            return folder, number
        os.close(number)


def _remove_abandoned(target: Path) -> None:
    ours = re.compile(re.escape(f".{target.name}.") + r"\w+\.part")
    for folder in target.parent.iterdir():
        if not ours.fullmatch(folder.name) or not (folder / LOCK).is_file():
            continue
        with suppress(FileNotFoundError, PermissionError):  # just finished, or somebody else's
            number = os.open(folder / LOCK, os.O_RDWR)
            abandoned = lock(number)
            os.close(number)
            if abandoned:
                shutil.rmtree(folder, ignore_errors=True)
