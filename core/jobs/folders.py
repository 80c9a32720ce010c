"""Folders of a job: what has arrived, but is not needed any more once the job is done, lies there between its runs.

They are among the temporary files, as profiles can be small and lie on a network. The journal knows their places: a run
that takes the job up finds the files again, and they go with the job when it is forgotten.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...providers.errors import InputProblem
from ...providers.journal import Journal, Step
from ...providers.work import NOT_THERE, Work
from ..problems import Problem

FOLDER = "folder of the job"
PREFIX = "imagery-hub-job-"


@contextmanager
def kept_folder(work: Work) -> Iterator[Path]:
    """The folder of this part of the job, removed when the part is done. It stays when the part is stopped or fails,
    but not when what lies there turns out to be useless: that is to be fetched anew."""
    folder = folder_of(work)
    try:
        yield folder
    except (InputProblem, Problem):
        remove_folder(work)
        raise
    remove_folder(work)


def folder_of(work: Work) -> Path:
    """The folder of this part of the job, the same in all its runs, unless it cannot be used any more. Only this user
    may look into it."""
    noted = work.noted(FOLDER)
    if noted is not None and noted.done and not _is_mine(Path(noted.value)):
        work.forget(FOLDER)
    return Path(work.once(FOLDER, lambda: tempfile.mkdtemp(prefix=PREFIX), lambda: NOT_THERE))


def _is_mine(folder: Path) -> bool:
    """Whether it is there, or could be made again, and is no other user's."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    except OSError:
        return False


def remove_folder(work: Work) -> None:
    """This part of the job is done: its files are needed no more."""
    remove(_named(work.noted(FOLDER)))


def folders(journal: Journal) -> list[Path]:
    """Those of all parts of a job."""
    return [path for name in journal.names() if name.rpartition("/")[2] == FOLDER
            for path in _named(journal.read(name))]


def remove(some: Iterable[Path]) -> None:
    """Remove folders with what is in them."""
    for folder in some:
        shutil.rmtree(folder, ignore_errors=True)


def _named(noted: Step | None) -> list[Path]:
    found = Path(noted.value) if noted is not None and noted.done else Path()
    return [found] if found.name.startswith(PREFIX) else []
