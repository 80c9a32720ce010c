"""A process that adds a product and its bands to the Descartes Labs catalog by the plugin's flows; see
``killed_at_notes``.

    python descarteslabs_making_process.py ROOT READY JOURNAL GIVEN

``READY``: JSON of what the sandbox said of the catalog; ``GIVEN``: JSON of the product's properties and of a list of
those of bands. It gives the whole ids of the product and of the bands.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT, READY, JOURNAL, GIVEN = sys.argv[1:]
sys.path[:0] = [str(Path(ROOT) / "build" / "python"), str(Path(__file__).parent)]

from imagery_hub.providers.descarteslabs.client import connect_client  # noqa: E402
from imagery_hub.providers.descarteslabs.flows import entries  # noqa: E402
from imagery_hub.providers.descarteslabs.provider import hosts_of, info_of  # noqa: E402
from imagery_hub.providers.http.retry import RetryPolicy  # noqa: E402
from imagery_hub.providers.work import Work  # noqa: E402
from killed_at_notes import DeadlyFile, leave  # noqa: E402

ready = json.loads(READY)
who = info_of({name: ready[name] for name in ("client_id", "refresh_token")}, {})
api = connect_client(who, hosts_of(ready["root"], {}), retry=RetryPolicy(first=0.02, longest=0.1))
work = Work(DeadlyFile(Path(JOURNAL), "job"))
details, bands = json.loads(GIVEN)
product = entries.add_product(api, details, work)
leave([product, *(entries.add_band(api, product, one, work, part=f"band {one['name']}") for one in bands)])
