"""One file to S3 by parts and back, by the plugin's engine: ``python -m benchmarks.gate_ways FILE``.

The place is in ``BENCHMARK_S3``: JSON with ``address``, ``key``, ``secret`` and ``token``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from imagery_hub.providers.transfer import S3Credentials, S3Multipart, TransferEngine, upload
from imagery_hub.providers.work import Work

from .measure import report, timed
from .transfer_ways import Direct


def job() -> None:
    """Upload in parts of 16 MiB, four at a time."""
    place = json.loads(os.environ["BENCHMARK_S3"])
    credentials = S3Credentials(place["key"], place["secret"], place.get("token", ""))
    target = S3Multipart("drop", f"bench/{time.time_ns()}.bin", lambda: credentials, "us-east-1", place["address"])
    with TransferEngine(Direct()) as engine:
        upload(Path(sys.argv[1]), target, Work(), engine)


if __name__ == "__main__":
    report(timed(job))
