"""A process that puts photos into a project by the plugin's flows and dies where it is told to.

    python pix4d_photo_process.py ROOT READY PROJECT FOLDER JOURNAL

``READY``: JSON of what the sandbox said. ``DIE`` in the environment: ``before 3`` or ``after 3`` kills the process
right before or right after the third note of its journal. Without it the process runs until somebody else kills it. It
prints what the flow gave as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT, READY, PROJECT, FOLDER, JOURNAL = sys.argv[1:]
sys.path[:0] = [str(Path(ROOT) / "build" / "python"), str(Path(__file__).parent)]

from imagery_hub.providers.journal import SqliteJournal  # noqa: E402
from imagery_hub.providers.pix4d import project_records  # noqa: E402
from imagery_hub.providers.pix4d.flows import photo_upload, registration  # noqa: E402
from imagery_hub.providers.transfer import pieces  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402
from pix4d_desk import desk  # noqa: E402


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


# Small, so that a run of some seconds has many batches and notes.
registration.BATCH_OF_INPUTS = 10
pieces.NOTE_SECONDS = 0.2
assert project_records.BATCH_OF_INPUTS == 500
files = {path.name: path for path in sorted(Path(FOLDER).iterdir())}
work = Work(DeadlyJournal(Path(JOURNAL), "job"), pause=lambda seconds: None)
with desk(json.loads(READY)) as at:
    sent = photo_upload.upload_photos(at.api, at.engine, PROJECT, files, work)
print(json.dumps({"photos": sent.photos, "left_out": sent.left_out, "notes": DeadlyJournal.notes}))
sys.stdout.flush()
os._exit(0)
