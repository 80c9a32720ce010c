"""A process that sends files into a product of the Descartes Labs catalog by the plugin's flow, or fetches a stored
object; see ``killed_at_notes``.

    python descarteslabs_process.py ROOT READY JOURNAL PRODUCT FOLDER [WAY]

``READY``: JSON of what the sandbox said of the catalog. ``WAY``: “files” (an image of each), “together” (one image of
all), “array” (of the only file), or “signed” and “direct”, which fetch the object PRODUCT into the file FOLDER. It
gives the states in which the uploads ended.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT, READY, JOURNAL, PRODUCT, FOLDER, WAY = (*sys.argv[1:], "files")[:6]
sys.path[:0] = [str(Path(ROOT) / "build" / "python"), str(Path(__file__).parent)]

from imagery_hub.providers.descarteslabs.client import connect_client  # noqa: E402
from imagery_hub.providers.descarteslabs.flows import stored, uploads  # noqa: E402
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
if WAY in ("signed", "direct"):
    kind, _, key = PRODUCT.partition("/")
    fetch = stored.download_object if WAY == "signed" else stored.read
    fetch(api, engine, kind, key, Path(FOLDER), work)
    leave("")
files = sorted(Path(FOLDER).iterdir())
if WAY == "together":
    sending = uploads.of_one_image(PRODUCT, files, {}, "summer")
elif WAY == "array":
    placed: Any = {"proj4": "+proj=utm +zone=17 +datum=WGS84 +units=m", "geotrans": [404000, 0.1, 0, 3285000, 0, -0.1]}
    sending = [uploads.of_array(PRODUCT, files[0], placed, "summer", [2], "average")]
else:
    sending = uploads.of_files(PRODUCT, files, {})
sender = work.part("files", (0.0, 0.8))
uploads.send(api, engine, PRODUCT, sending, sender)
found = uploads.follow(api, PRODUCT, sending, work.part("read", (0.8, 1.0)), sender)
leave([one["status"] for one in found])
