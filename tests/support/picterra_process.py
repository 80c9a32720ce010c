"""A process that runs a flow of the plugin for Picterra and dies where it is told to.

    python picterra_process.py ROOT upload|import|areas|layer|detect|download ADDRESS JOURNAL FILE [ID ...]

``DIE`` in the environment: ``before 3`` or ``after 3`` kills the process right before or right after the third note of
its journal. Without it the process runs until somebody else kills it. It prints what the flow gave as JSON. What is
looked for over a minute is looked for over a second.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

ROOT, TASK, ADDRESS, JOURNAL, FILE, *IDS = sys.argv[1:]
sys.path.insert(0, str(Path(ROOT) / "build" / "python"))

from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.journal import SqliteJournal  # noqa: E402
from imagery_hub.providers.picterra.client import connect_client  # noqa: E402
from imagery_hub.providers.picterra.flows import detectors, polygons, rasters  # noqa: E402
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


quick = RetryPolicy(first=0.02, longest=0.1)
api = connect_client("sandbox-picterra-key", ADDRESS, retry=quick)
engine = TransferEngine(retry=quick, range_bytes=1 << 18)
work = Work(DeadlyJournal(Path(JOURNAL), "job"), pause=lambda seconds: time.sleep(min(seconds, 0.2)))
if TASK == "upload":
    result = rasters.upload_raster(api, engine, Path(FILE), rasters.details_of(name="killed"), work)
elif TASK == "import":
    result = rasters.import_raster(api, engine, Path(FILE), IDS[0], IDS[1], "killed", work)
elif TASK == "areas":
    result = polygons.set_detection_areas(api, engine, IDS[0], Path(FILE), work)[0]
elif TASK == "layer":
    result = polygons.upload_vector_layer(api, engine, IDS[0], Path(FILE), {"name": "killed"}, work)
elif TASK == "detect":
    result = detectors.run(api, IDS[0], IDS[1], "", work)[0]
else:
    rasters.download_raster(api, engine, IDS[0], Path(FILE), work)
    result = IDS[0]
print(json.dumps({"result": result, "notes": DeadlyJournal.notes}))
sys.stdout.flush()
os._exit(0)
