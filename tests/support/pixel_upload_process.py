"""A process that puts files into a data collection by the plugin's flow and dies where it is told to.

    python pixel_upload_process.py ROOT READY PLACE FOLDER JOURNAL

``READY``: JSON of what the sandbox said. ``DIE`` in the environment: ``before 3`` or ``after 3`` kills the process
right before or right after the third note of its journal. Without it the process runs until somebody else kills it. It
prints the ids of what was made by the names of the files, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT, READY, PLACE, FOLDER, JOURNAL = sys.argv[1:]
sys.path[:0] = [str(Path(ROOT) / "build" / "python"), str(Path(__file__).parent)]

from imagery_hub.providers.journal import SqliteJournal  # noqa: E402
from imagery_hub.providers.pixel.flows import upload_plan, uploads  # noqa: E402
from imagery_hub.providers.pixel.places import place_of  # noqa: E402
from imagery_hub.providers.transfer import pieces  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402
from pixel_desk import desk  # noqa: E402


class DeadlyJournal(SqliteJournal):
    """Kills the process at the wanted note."""

    when, number = (os.environ.get("DIE") or "never 0").split()
    notes = 0

    def _write(self, *entry: Any) -> None:
        type(self).notes += 1
        here = type(self).notes == int(self.number)
        if here and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super()._write(*entry)
        if here and self.when == "after":
            os.kill(os.getpid(), signal.SIGKILL)


# Small, so that a run of some seconds has many blocks, parts and notes.
upload_plan.FILES_AT_ONCE = 8
upload_plan.LEAST_PART = 1
pieces.NOTE_SECONDS = 0.05
files = [upload_plan.UploadFile(path, "image") for path in sorted(Path(FOLDER).iterdir())]
work = Work(DeadlyJournal(Path(JOURNAL), "job"), pause=lambda seconds: None)
with desk(json.loads(READY)) as at:
    found = uploads.upload_files(
        at.api, at.engine, place_of(PLACE), files, work, upload_plan.Parts(above=100_000, size=60_000)
    )
made = {one.file.path.name: one.made for one in found if not one.failed}
print(json.dumps({"made": made, "notes": DeadlyJournal.notes}))
sys.stdout.flush()
os._exit(0)
