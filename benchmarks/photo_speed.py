"""Photos and one large file to S3: the plugin beside ``aws s3 cp`` and boto3's ``upload_file``, to the same server.

The server is ``rclone serve s3`` without the sandbox's gate; what it stores is counted after each run.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from .gate_speed import bare
from .measure import ROOT, Run, python, random_file, rounds, table

MODULE = "benchmarks.photo_ways"
BASE = "aws s3 cp"
WAYS = {BASE: "aws", "boto3 upload_file": "boto3_loop", "boto3 upload_file, ten threads": "boto3_threads",
        "plugin": "plugin"}


def measured(folder: Path, photos: int, photo_bytes: int, large: int, count: int) -> dict[str, dict[str, Any]]:
    """The measurements ``photos to S3`` and ``large file to S3``."""
    if not (ROOT / "build" / "aws_cli").is_dir():
        raise RuntimeError("Install the AWS command line interface first: tools/aws_cli.sh.")
    flight = folder / "photos"
    for number in range(photos):
        random_file(flight / f"DJI_{number:04d}.JPG", photo_bytes)
    archive = random_file(folder / "large.zip", large)
    with bare(folder / "storage") as place:
        found = {"photos to S3": _compared(folder, place, flight, photos * photo_bytes, count),
                 "large file to S3": _compared(folder, place, archive, large, count)}
    shutil.rmtree(flight)
    archive.unlink()
    for name in ("storage", "storage.hashes"):
        shutil.rmtree(folder / name, ignore_errors=True)
    found["photos to S3"]["photos"] = photos
    return found


def _compared(folder: Path, place: dict[str, str], source: Path, size: int, count: int) -> dict[str, Any]:
    def way(name: str) -> Callable[[], Run]:
        def run() -> Run:
            os.sync()  # what earlier runs left to be written
            prefix = f"bench-{time.time_ns()}"  # the server remembers for a second what was in a folder
            objects = folder / "storage" / "drop" / prefix
            environment = {"BENCHMARK_S3": json.dumps({**place, "prefix": prefix}), "NO_PROXY": "*"}
            found = python(MODULE, name, source, environment=environment)
            kept = sum(one.stat().st_size for one in objects.rglob("*") if one.is_file())
            shutil.rmtree(objects, ignore_errors=True)
            if kept != size:
                raise RuntimeError(f"{name}: {kept} of {size} bytes arrived.")
            return replace(found, facts={"stored": kept})

        return run

    missed: dict[str, str] = {}
    runs = rounds({title: way(name) for title, name in WAYS.items()}, count, missed=missed)
    return {"bytes": size, "base": BASE, "ways": table(runs, size, BASE, missed)}
