"""Folders of a job: what has arrived, but is not needed any more once the job is done, lies there between its runs.

They are among the temporary files, as profiles can be small and lie on a network. The journal knows their places: a run
that takes the job up finds the files again, and they go with the job when it is forgotten.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ...providers.journal import Journal, Step
from ...providers.work import NOT_THERE, Work

FOLDER = "folder of the job"
PREFIX = "imagery-hub-job-"


def folder_of(work: Work) -> Path:
    """The folder of this part of the job, the same in all its runs. Only this user may look into it."""
    folder = Path(work.once(FOLDER, lambda: tempfile.mkdtemp(prefix=PREFIX), lambda: NOT_THERE))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def remove_folder(work: Work) -> None:
    """This part of the job is done: its files are needed no more."""
    _remove(work.noted(FOLDER))


def remove_folders(journal: Journal) -> None:
    """The job is forgotten, however far it has come."""
    for name in journal.names():
        if name.rpartition("/")[2] == FOLDER:
            _remove(journal.read(name))


def _remove(noted: Step | None) -> None:
    if noted is not None and noted.done and Path(noted.value).name.startswith(PREFIX):
        shutil.rmtree(noted.value, ignore_errors=True)
