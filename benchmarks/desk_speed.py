"""The longest time for which QGIS's window stands still, with all docks of the desk open and the work going on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .local_platform import LocalPlatform, geotiff
from .measure import ROOT, watched
from .result_speed import RASTER_BYTES, VERTICES

SCRIPT = str(Path(__file__).with_name("start") / "desk.py")
LIMIT_SECONDS = "900"


def measured(folder: Path, size: int, polygons: int, rasters: int, idle_seconds: float) -> dict[str, Any]:
    """The measurement ``stalls, docks open``; each case once, in a QGIS of its own."""
    place = folder / "desk"
    place.mkdir(parents=True, exist_ok=True)
    rows: dict[str, Any] = {}
    try:
        with LocalPlatform(folder / "sandbox") as platform:
            own = {"TMPDIR": str(place), **platform.environment()}
            rows["idle"] = case(place, own, "idle", idle_seconds)
            rows["upload"] = case(place, own, "upload", str(geotiff(folder / "upload.tif", size)))
            platform.empty()
            operation = platform.detection(geotiff(folder / "upload.tif", RASTER_BYTES), polygons, VERTICES)
            rows["result"] = case(place, own, "result", operation, str(place / "found.gpkg"))
            platform.empty()
            platform.sandbox.control("POST", "picterra/rasters", {"count": rasters})
            rows["list"] = case(place, own, "list", rasters)
            rows["search"] = case(place, own, "search", rasters)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        (folder / "upload.tif").unlink(missing_ok=True)
    return {"bytes": size, "polygons": polygons, "rasters": rasters, "ways": rows}


def case(folder: Path, environment: Mapping[str, str], name: str, *values: object) -> dict[str, Any]:
    """One case in a QGIS of its own."""
    found = folder / f"{name}.json"
    described = {"DESK_CASE": name, "DESK_VALUES": json.dumps(values), "DESK_FOUND": str(found)}
    more = {"BENCHMARKS_ROOT": str(ROOT), "QGIS_LIMIT": LIMIT_SECONDS}
    watched(["tools/real_qgis/run.sh", SCRIPT], {**os.environ, **environment, **described, **more})
    summary: dict[str, Any] = json.loads(found.read_text("utf-8"))
    return summary
