"""A process that pushes made-up annotations by the plugin's flows and dies where it is told to.

    python pix4d_annotation_process.py ROOT ADDRESS CLIENT_ID CLIENT_SECRET PROJECT COUNT FOLDER

``DIE`` in the environment: ``before 3`` or ``after 3`` kills the process right before or right after the third note of
its journal. Without it the process runs until somebody else kills it. It prints what the push gave as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT, ADDRESS, CLIENT_ID, CLIENT_SECRET, PROJECT, COUNT, FOLDER = sys.argv[1:]
sys.path.insert(0, str(Path(ROOT) / "build" / "python"))

from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.journal import SqliteJournal  # noqa: E402
from imagery_hub.providers.pix4d.client import Hosts, connect_client  # noqa: E402
from imagery_hub.providers.pix4d.flows.annotation_list import fetch  # noqa: E402
from imagery_hub.providers.pix4d.flows.annotation_plan import Local, plan  # noqa: E402
from imagery_hub.providers.pix4d.flows.annotation_push import push  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402


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


hosts = Hosts(ADDRESS + "/", ADDRESS + "/", ADDRESS + "/")
api = connect_client(CLIENT_ID, CLIENT_SECRET, hosts, retry=RetryPolicy(first=0.02, longest=0.1))
folder = Path(FOLDER)
work = Work(DeadlyJournal(folder / "journal.sqlite", "job"), pause=lambda seconds: None)
rows = [
    Local(f"point/{number}", {
        "entity_type": "Project", "entity_id": int(PROJECT), "properties": {"name": f"point {number % 50}"},
        "geometry": {"type": "Point", "coordinates": [float(number % 50), 2.0]},
    })
    for number in range(int(COUNT))
]
now = fetch(api, PROJECT, folder / "before.jsonl", work)
pushed = push(api, PROJECT, plan(rows, {}, now), folder, work)
print(json.dumps({"ids": [one.identity for one in pushed.created], "notes": DeadlyJournal.notes}))
sys.stdout.flush()
os._exit(0)
