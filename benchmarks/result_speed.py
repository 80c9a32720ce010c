"""A finished detection to a layer on the map: the plugin beside ``curl`` with ``ogr2ogr``, and the vendor's client with
QGIS, which opens the file that the client wrote."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from .local_platform import CURL, LocalPlatform, geotiff
from .measure import Bounds, Run, program, python, rounds, table
from .result_ways import COLLECTION, MULTIPOLYGON
from .transfer_speed import ceiling
from .vendor import GENERATIONS

WAYS = "benchmarks.result_ways"
BASE = "curl + ogr2ogr, GPKG"
CEILING = "ceiling (2 x curl, bytes only)"
VERTICES = 9
RASTER_BYTES = 3_000_000
#: What a patient user might allow another way.
OTHERS = Bounds(seconds=300.0, memory=6 << 30)

Ways = dict[str, Callable[[], Run]]


def measured(folder: Path, polygons: int, count: int) -> dict[str, dict[str, Any]]:
    """The measurements ``result, feature collection`` and ``result, one MultiPolygon``.

    GDAL reads the MultiPolygon at once, in gigabytes, where it is a bare geometry as the platform gives it, and refuses
    it where it is a feature, as the vendor's client writes it. So both are compared with ``ogr2ogr`` on the collection,
    which has the same polygons in it.
    """
    with LocalPlatform(folder / "sandbox") as platform:
        operation = platform.detection(geotiff(folder / "small.tif", RASTER_BYTES), polygons, VERTICES)

        def one(way: str, form: str, bounds: Bounds | None = None, generation: str = "4.0.0") -> Run:
            place = folder / "result"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            variables = {**platform.environment(generation), "TMPDIR": str(place)}
            try:
                return python(WAYS, way, form, operation, polygons, place, environment=variables, bounds=bounds)
            finally:
                shutil.rmtree(place, ignore_errors=True)

        def by_vendor(form: str) -> Ways:
            return {f"vendor's client {each} + QGIS": partial(one, f"vendor-{each}", form, OTHERS, each)
                    for each in GENERATIONS}

        size = result_bytes(platform, operation)
        separate: Ways = {
            BASE: partial(one, "gpkg", COLLECTION),
            "plugin": partial(one, "plugin", COLLECTION),
            "curl + ogr2ogr, FGB": partial(one, "fgb", COLLECTION),
            **by_vendor(COLLECTION),
            CEILING: partial(fetched_twice, platform, operation, COLLECTION),
        }
        together: Ways = {
            "plugin": partial(one, "plugin", MULTIPOLYGON),
            "curl + ogr2ogr, GPKG": partial(one, "exploded", MULTIPOLYGON, OTHERS),
            **by_vendor(MULTIPOLYGON),
            CEILING: partial(fetched_twice, platform, operation, MULTIPOLYGON),
        }
        ways = {f"{form}: {name}": way for form, some in ((COLLECTION, separate), (MULTIPOLYGON, together))
                for name, way in some.items()}
        often = (f"{COLLECTION}: {BASE}", f"{COLLECTION}: plugin", f"{MULTIPOLYGON}: plugin")
        others = [name for name in ways if name not in often]
        missed: dict[str, str] = {}
        runs = rounds(ways, count, warm_up=False, once=others, missed=missed)
    rows = table(runs, 0, f"{COLLECTION}: {BASE}", missed)
    for name, found in runs.items():
        if found:
            rows[name]["drawn"] = found[-1].facts.get("drawn")
    common = {"polygons": polygons, "vertices": VERTICES, "bytes": size}
    return {
        title: {**common, "base": f"{base}{BASE}",
                "ways": {name.removeprefix(f"{form}: "): row for name, row in rows.items() if name.startswith(form)}}
        for title, form, base in (
            ("result, feature collection", COLLECTION, ""),
            ("result, one MultiPolygon", MULTIPOLYGON, "collection: "),
        )
    }


def result_bytes(platform: LocalPlatform, operation: str) -> int:
    """The size of the class's file as one MultiPolygon."""
    address = result_address(platform, operation, MULTIPOLYGON)
    return int(program(*CURL, "-o", "/dev/null", "-w", "%{size_download}", address).facts["said"])


def result_address(platform: LocalPlatform, operation: str, form: str) -> str:
    """The signed address of that file, or of the feature collection that is prepared of it."""
    result = platform.call("GET", f"operations/{operation}/")["results"]["by_class"][0]["result"]
    if form == MULTIPOLYGON:
        return str(result["url"])
    prepared = platform.follow(platform.call("POST", f"vector_layers/{result['vector_layer_id']}/download/"))
    return str(prepared["results"]["download_url"])


def fetched_twice(platform: LocalPlatform, operation: str, form: str) -> Run:
    """What server and machine can do at all, for the bytes of the file alone."""
    return ceiling(*map(shlex.quote, (*CURL, "-o", "/dev/null", result_address(platform, operation, form))))
