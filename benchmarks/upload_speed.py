"""Uploading one raster through the sandbox: the plugin beside the vendor's client and ``curl``.

All ways do the whole of it: slot, bytes, commit, and looking until the platform has processed the image. The server's
log tells how long the bytes alone took (``put``), the same measure for all.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import transfer_speed
from .local_platform import CURL, LocalPlatform, geotiff
from .measure import Run, processor_seconds, program, python, random_file, rounds, table, watched
from .vendor import GENERATIONS

WAYS = "benchmarks.upload_ways"
BASE = "curl"


def measured(folder: Path, size: int, count: int) -> dict[str, Any]:
    """The measurement ``upload``."""
    source = geotiff(folder / "upload.tif", size)
    size = source.stat().st_size
    half = random_file(folder / "half.bin", size // 2)
    with LocalPlatform(folder / "sandbox") as platform:

        def clean(way: Callable[[], Run]) -> Callable[[], Run]:
            def run() -> Run:
                os.sync()  # what earlier runs left to be written
                before = platform.sandbox.last_entry()
                try:
                    found = way()
                    return replace(found, facts={**found.facts, "put": put_seconds(platform, before, size)})
                finally:
                    platform.empty()

            return run

        ways = {
            BASE: lambda: by_curl(platform, source),
            "plugin": lambda: python(WAYS, "plugin", source, environment=platform.environment()),
        }
        for one in GENERATIONS:
            ways[f"vendor's client {one}"] = (
                lambda one=one: python(WAYS, f"vendor-{one}", source, environment=platform.environment(one))
            )
        ways["ceiling (2 x curl, bytes only)"] = lambda: ceiling(platform, half)
        missed: dict[str, str] = {}
        runs = rounds({name: clean(way) for name, way in ways.items()}, count, missed=missed)
    source.unlink()
    half.unlink()
    rows = table(runs, size, BASE, missed)
    add_put(rows, runs, size)
    return {"bytes": size, "base": BASE, "ways": rows}


def bare(folder: Path, size: int, count: int) -> dict[str, Any]:
    """The measurement ``upload, bare server``: the engine alone, against a server that is faster than all clients."""
    source = random_file(folder / "upload.bin", size)
    with transfer_speed.server(source) as address:
        send = ("curl", "--silent", "--noproxy", "'*'", "-H", "Expect:", "-o", "/dev/null", "-T", source, address)
        runs = rounds({
            BASE: lambda: program(*transfer_speed.QUIET, "-H", "Expect:", "-o", "/dev/null", "-T", source, address),
            "plugin": lambda: python(transfer_speed.WAYS, "plugin_put", address, source),
            "requests, as the vendor": lambda: python(transfer_speed.WAYS, "requests_put", address, source),
            "ceiling (2 x curl)": lambda: transfer_speed.ceiling(*send),
        }, count)
    source.unlink()
    return {"bytes": size, "base": BASE, "ways": table(runs, size, BASE)}


def by_curl(platform: LocalPlatform, source: Path) -> Run:
    """Slot, bytes, commit and looking, each by ``curl``. Memory is that of the ``curl`` that sends the bytes."""
    began, worked = time.perf_counter(), processor_seconds()
    slot = platform.take_slot()
    _, peak = watched([*CURL, "-o", "/dev/null", "-T", str(source), slot["upload_url"]])
    platform.commit(slot["raster_id"])
    return Run(time.perf_counter() - began, peak, processor_seconds() - worked)


def ceiling(platform: LocalPlatform, half: Path) -> Run:
    """Two halves at once: what server and machine can do at all with as many bytes, which the disk's cache takes or not
    as it does for one. Slots are taken before."""
    slots = [platform.take_slot()["upload_url"] for _ in range(2)]
    sends = [subprocess.list2cmdline([*CURL, "-o", "/dev/null", "-T", str(half)]) + f" '{one}'" for one in slots]
    return program("sh", "-c", f"set -f; {sends[0]} & {sends[1]} & wait")


def put_seconds(platform: LocalPlatform, before: int, size: int) -> float:
    """How long the server saw the bytes of the file come, of the longest request if there were several."""
    entries = platform.sandbox.log(after=before)
    return max((one["seconds"] for one in entries if one["method"] == "PUT" and one["bytes_in"] >= size), default=0.0)


def add_put(rows: dict[str, dict[str, Any]], runs: Mapping[str, Sequence[Run]], size: int) -> None:
    """The medians of the bytes alone, and their ratio to the base's."""
    medians = {name: statistics.median(run.facts["put"] for run in found) for name, found in runs.items() if found}
    for name, seconds in medians.items():
        if seconds and medians.get(BASE) and "ceiling" not in name:
            rows[name] |= {"put": round(seconds, 3), "put_ratio": round(seconds / medians[BASE], 3)}
