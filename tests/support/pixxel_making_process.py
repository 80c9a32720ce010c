"""A process that makes something on Pixxel by the plugin's flow; see ``killed_at_notes``.

    python pixxel_making_process.py ROOT READY JOURNAL WHAT GIVEN

``READY``: JSON of what the sandbox said of Pixxel; ``GIVEN``: JSON of what the flow takes. It gives the id of what was
made, or ``asked`` where only the user can say whether it is there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT, READY, JOURNAL, WHAT, GIVEN = sys.argv[1:]
sys.path[:0] = [str(Path(ROOT) / "build" / "python"), str(Path(__file__).parent)]

from imagery_hub.providers import steps  # noqa: E402
from imagery_hub.providers.errors import OpenQuestion  # noqa: E402
from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.pixxel.client import connect_client  # noqa: E402
from imagery_hub.providers.pixxel.flows import areas, orders  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402
from killed_at_notes import DeadlyFile, leave  # noqa: E402

MAKERS = {
    "order": lambda *given: orders.place(api, given[0], work),
    "delivery": lambda *given: ",".join(orders.deliver(api, given[0], work)),
    "insight": lambda *given: areas.start_insight(api, *given, work),
    "job": lambda *given: areas.start_job(api, *given, work),
    "aoi": lambda *given: areas.create_aoi(api, *given, work),
}
# Small, as what was asked of the sandbox is there at once or never.
steps.LOOKS = (0.05, 0.05)
ready = json.loads(READY)
api = connect_client(ready["api_key"], ready["root"], retry=RetryPolicy(first=0.02, longest=0.1))
work = Work(DeadlyFile(Path(JOURNAL), "job"))
try:
    made = MAKERS[WHAT](*json.loads(GIVEN))
except OpenQuestion:
    made = "asked"
leave(made)
