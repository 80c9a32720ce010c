"""A process that sends files into a product of the Descartes Labs catalog by the plugin's flow; see
``killed_at_notes``.

    python descarteslabs_process.py ROOT READY JOURNAL PRODUCT FOLDER

``READY``: JSON of what the sandbox said of the catalog. It gives the states in which the uploads ended.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT, READY, JOURNAL, PRODUCT, FOLDER = sys.argv[1:]
sys.path[:0] = [str(Path(ROOT) / "build" / "python"), str(Path(__file__).parent)]

from imagery_hub.providers.descarteslabs.client import connect_client  # noqa: E402
from imagery_hub.providers.descarteslabs.flows import uploads  # noqa: E402
from imagery_hub.providers.descarteslabs.provider import hosts_of, info_of  # noqa: E402
from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.transfer import TransferEngine  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402
from killed_at_notes import DeadlyFile, leave  # noqa: E402

# Small, so that a run of some seconds has many looks.
uploads.INTERVAL = uploads.LONGEST = 0.1
ready, quick = json.loads(READY), RetryPolicy(first=0.02, longest=0.1)
who = info_of({name: ready[name] for name in ("client_id", "refresh_token")}, {})
api = connect_client(who, hosts_of(ready["root"], {}), retry=quick)
engine = TransferEngine(retry=quick)
work = Work(DeadlyFile(Path(JOURNAL), "job"))
sending = uploads.of_files(PRODUCT, sorted(Path(FOLDER).iterdir()), {})
sender = work.part("files", (0.0, 0.8))
uploads.send(api, engine, PRODUCT, sending, sender)
found = uploads.follow(api, PRODUCT, sending, work.part("read", (0.8, 1.0)), sender)
leave([one["status"] for one in found])
