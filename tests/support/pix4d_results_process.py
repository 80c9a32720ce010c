"""A process that fetches, registers or deletes outputs by the plugin's flows, and dies where it is told to.

    python pix4d_results_process.py ROOT fetch|register|delete READY JOURNAL PROJECT FOLDER

``FOLDER`` is fetched into, or holds the files that are registered, by the types that are their names. ``READY`` is what
the sandbox said of PIX4D when it started, as JSON. ``DIE`` as in ``picterra_process.py``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT, TASK, READY, JOURNAL, PROJECT, FOLDER = sys.argv[1:]
sys.path.insert(0, str(Path(ROOT) / "build" / "python"))

from imagery_hub.providers import steps  # noqa: E402
from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.journal import SqliteJournal  # noqa: E402
from imagery_hub.providers.pix4d.client import Hosts, connect_client  # noqa: E402
from imagery_hub.providers.pix4d.flows import outputs, retrieval  # noqa: E402
from imagery_hub.providers.transfer import TransferEngine  # noqa: E402
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


ready = json.loads(READY)
hosts = Hosts(ready["root"], ready["root"], ready["root"], ready["storage"])
api = connect_client(ready["client_id"], ready["client_secret"], hosts, retry=RetryPolicy(first=0.02, longest=0.1))
engine = TransferEngine()
work = Work(DeadlyJournal(Path(JOURNAL), "job"))
steps.LOOKS = (0.05, 0.05)
folder = Path(FOLDER)
if TASK == "fetch":
    wanted = [one for one in outputs.results(api, PROJECT) if one.ready]
    fetched = retrieval.download_all(api, engine, wanted, folder, work)
    result = sorted(path.relative_to(folder).as_posix() for path in fetched.files.values())
elif TASK == "register":
    files = {path: path.stem for path in sorted(folder.iterdir())}
    result = sorted(one.type.name for one in outputs.register(api, engine, PROJECT, files, work))
else:
    result = [one.type.name for one in outputs.delete(api, PROJECT, ["dtm", "quality_report"], work)]
print(json.dumps({"result": result, "notes": DeadlyJournal.notes}))
sys.stdout.flush()
os._exit(0)
