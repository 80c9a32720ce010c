"""The sandbox's S3 storage: what the gate costs before ``rclone serve s3``. It concerns tests, not the plugin."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .local_platform import LocalPlatform
from .measure import ROOT, Run, python, random_file, rounds, table

WAYS = "benchmarks.gate_ways"
BASE = "rclone alone"


def measured(folder: Path, size: int, count: int) -> dict[str, Any]:
    """The measurement ``S3 gate``: one file by parts, by the plugin's engine, to rclone and to the gate before it."""
    source = random_file(folder / "gate.bin", size)
    with bare(folder / "bare") as alone, LocalPlatform(folder / "sandbox", "--storage") as platform:
        issued = platform.sandbox.control("POST", "storage/credentials", {"prefix": "drop/bench/"})
        gated = {"address": issued["endpoint"], "key": issued["AccessKeyId"], "secret": issued["SecretAccessKey"],
                 "token": issued["SessionToken"]}

        def way(place: dict[str, str], objects: Path) -> Callable[[], Run]:
            def run() -> Run:
                found = python(WAYS, source, environment={"BENCHMARK_S3": json.dumps(place), "NO_PROXY": "*"})
                kept = sum(one.stat().st_size for one in objects.rglob("*") if one.is_file())
                shutil.rmtree(objects / "drop" / "bench", ignore_errors=True)
                return replace(found, facts={"stored": kept})

            return run

        objects = next(one for one in (folder / "sandbox").rglob("storage") if one.is_dir())
        runs = rounds({BASE: way(alone, folder / "bare"), "gate": way(gated, objects)}, count)
    source.unlink()
    shutil.rmtree(folder / "bare", ignore_errors=True)
    shutil.rmtree(folder / "bare.hashes", ignore_errors=True)
    if any(run.facts["stored"] < size for found in runs.values() for run in found):
        raise RuntimeError("Not everything arrived.")
    return {"bytes": size, "base": BASE, "ways": table(runs, size, BASE)}


@contextmanager
def bare(folder: Path) -> Iterator[dict[str, str]]:
    """rclone serving a folder; its place."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.gate_storage", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline() if process.stdout else "")
    finally:
        process.communicate()
