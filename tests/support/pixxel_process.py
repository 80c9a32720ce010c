"""A process that fetches a bundle of Pixxel by the plugin's flow; see ``killed_at_notes``.

    python pixxel_process.py ROOT READY JOURNAL FILE WHAT GIVEN

``READY``: JSON of what the sandbox said of Pixxel; ``WHAT``: of what the bundle is; ``GIVEN``: JSON of what names it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT, READY, JOURNAL, FILE, WHAT, GIVEN = sys.argv[1:]
sys.path[:0] = [str(Path(ROOT) / "build" / "python"), str(Path(__file__).parent)]

from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.pixxel.client import connect_client  # noqa: E402
from imagery_hub.providers.pixxel.flows import bundles, following  # noqa: E402
from imagery_hub.providers.transfer import TransferEngine  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402
from killed_at_notes import DeadlyFile, leave  # noqa: E402

# Small, so that a run of some seconds has many ranges and notes.
following.PAUSE = following.LONGEST_PAUSE = 0.1
ready, quick = json.loads(READY), RetryPolicy(first=0.02, longest=0.1)
api = connect_client(ready["api_key"], ready["root"], retry=quick)
engine = TransferEngine(retry=quick, range_bytes=1 << 17, flush_seconds=0.1)
work = Work(DeadlyFile(Path(JOURNAL), "job"))
makers = {"catalog": bundles.of_catalog, "assets": bundles.of_assets, "insight": bundles.of_insight,
          "job": bundles.of_job}
resource = makers[WHAT](api, *json.loads(GIVEN), work)
leave(bundles.fetch(resource, Path(FILE), work, engine).name)
