"""A process that registers control points, deletes them or starts processing by the plugin's flows, and dies where it
is told to.

    python pix4d_control_process.py ROOT register|marks|delete|process READY JOURNAL PROJECT [PHOTO ...]

``READY`` is what the sandbox said of PIX4D when it started, as JSON. ``DIE`` as in ``picterra_process.py``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT, TASK, READY, JOURNAL, PROJECT, *PHOTOS = sys.argv[1:]
sys.path.insert(0, str(Path(ROOT) / "build" / "python"))

from imagery_hub.providers import steps  # noqa: E402
from imagery_hub.providers.errors import JobFailed  # noqa: E402
from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.journal import SqliteJournal  # noqa: E402
from imagery_hub.providers.pix4d.client import Hosts, connect_client  # noqa: E402
from imagery_hub.providers.pix4d.flows import control_points, processing  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402

NAMES = ("A", "B", "C")


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


ready = json.loads(READY)
hosts = Hosts(ready["root"], ready["root"], ready["root"], ready["storage"])
retry = RetryPolicy(first=0.02, longest=0.1)
api = connect_client(ready["client_id"], ready["client_secret"], hosts, retry=retry)
work = Work(DeadlyJournal(Path(JOURNAL), "job"))
steps.LOOKS = (0.05, 0.05)
processing.FIRST_PAUSE = 0.5
result: Any
if TASK == "register":
    points = [{"name": name, "x": 5.5, "y": 6.5, "z": 7.5} for name in NAMES]
    result = control_points.register_gcps(api, PROJECT, points, work)
elif TASK == "marks":
    marks = [{"gcp": "A", "photo": photo, "x": 1.5, "y": 2.5} for photo in PHOTOS]
    result = control_points.register_marks(api, PROJECT, marks, work)
elif TASK == "delete":
    result = control_points.delete_gcps(api, PROJECT, NAMES, work)
else:
    begun = processing.start(api, PROJECT, {"tags": ["oblique"]}, False, work)
    try:
        result = processing.follow(api, PROJECT, begun, work).get("public_status")
    except JobFailed as error:
        result = error.facts["code"]
print(json.dumps({"result": result, "notes": DeadlyJournal.notes}))
sys.stdout.flush()
os._exit(0)
