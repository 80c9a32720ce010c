"""Many annotations of PIX4D to a layer and back: the plugin's algorithms beside plain requests of the same batches."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from .local_platform import LocalPlatform
from .measure import Run, python, rounds, table

WAYS = "benchmarks.annotation_ways"
BASE = "plain requests"


def measured(folder: Path, annotations: int, count: int) -> dict[str, dict[str, Any]]:
    """The measurements ``annotations pulled`` and ``annotations pushed``. The plugin writes and reads a GeoPackage and
    compares member by member; plain requests only send and parse. Each run pushes into a project of its own."""
    from sandbox_pix4d import Pix4dCalls, environment

    with LocalPlatform(folder / "sandbox") as platform:
        calls = Pix4dCalls(platform.sandbox)
        variables = {**environment(platform.sandbox), "NO_PROXY": "*", "no_proxy": "*"}

        def project() -> str:
            return str(calls.project("Benchmark", coordinate_system="EPSG:32632")["id"])

        def run(way: str, number: str) -> Run:
            return python(WAYS, way, annotations, number, folder, environment=variables)

        filled = project()
        python(WAYS, "requests-push", annotations, filled, folder, environment=variables)
        found = {}
        for job, target in (("pull", lambda: filled), ("push", project)):
            ways = {BASE: partial(_fresh, run, f"requests-{job}", target), "plugin": partial(_fresh, run, job, target)}
            missed: dict[str, str] = {}
            runs = rounds(ways, count, missed=missed)
            found[f"annotations {job}ed"] = {
                "annotations": annotations, "base": BASE, "ways": table(runs, 0, BASE, missed)
            }
    return found


def _fresh(run: Any, way: str, target: Any) -> Run:
    found: Run = run(way, target())
    return found
