"""How long QGIS's window would stand still: the longest gap of a heartbeat while the plugin works beside it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .local_platform import LocalPlatform, geotiff
from .measure import ROOT, watched
from .result_speed import RASTER_BYTES, VERTICES
from .result_ways import COLLECTION, MULTIPOLYGON

WAYS = "benchmarks.stall_ways"


def measured(folder: Path, size: int, polygons: int, rasters: int, idle_seconds: float) -> dict[str, Any]:
    """The measurement ``stalls``; each case once, idle first and last."""
    place = folder / "result"
    place.mkdir(parents=True, exist_ok=True)
    own = {"TMPDIR": str(place)}
    rows = {"idle, before": case(own, "idle", idle_seconds)}
    try:
        with LocalPlatform(folder / "sandbox") as platform:
            environment = {**own, **platform.environment()}
            rows["upload"] = case(environment, "upload", geotiff(folder / "upload.tif", size))
            platform.empty()
            operation = platform.detection(geotiff(folder / "upload.tif", RASTER_BYTES), polygons, VERTICES)
            for form in (COLLECTION, MULTIPOLYGON):
                rows[f"result, {form}"] = case(environment, "result", form, operation, place)
            platform.empty()
            platform.sandbox.control("POST", "picterra/rasters", {"count": rasters})
            rows["list"] = case(environment, "list", rasters)
        rows["idle, after"] = case(own, "idle", idle_seconds)
    finally:
        shutil.rmtree(place)
        (folder / "upload.tif").unlink(missing_ok=True)
    return {"bytes": size, "polygons": polygons, "rasters": rasters, "ways": rows}


def case(environment: Mapping[str, str], *arguments: object) -> dict[str, Any]:
    """One case in a process of its own."""
    path = os.pathsep.join((str(ROOT / "build" / "python"), str(ROOT)))
    command = [sys.executable, "-m", WAYS, *map(str, arguments)]
    said, _ = watched(command, {**os.environ, **environment, "PYTHONPATH": path})
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
