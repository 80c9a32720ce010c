"""Ways out of Pixxel: ``python -m benchmarks.pixxel_ways WAY PLACE PATH``.

``PLACE`` is the id of a bundle of the catalog or, for what is cut and resumed, the signed address of storage; ``PATH``
the file to write. The connection is in the variables that the plugin reads. What a way is made of is imported before
the clock starts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import qgis_process
from .job_journals import job_journals
from .measure import report, timed, watched

Job = Callable[[], object]
PAGE = 100
"""What the platform gives at most in a page (ASSUMED P03)."""
ASKED = {"sort_by": [{"field": "properties->>'datetime'", "direction": "desc"}]}
OWN = ("area", "delivery_status", "task_id", "created_at")
OF_ITEM = {
    "datetime": "datetime", "platform": "platform", "cloud_cover": "eo:cloud_cover",
    "product_level": "rd:product_level", "gsd": "gsd", "off_nadir": "view:off_nadir",
    "sun_elevation": "view:sun_elevation", "orbit_state": "sat:orbit_state",
}


# ---------------------------------------------------------------------- the catalog as footprints
def plugin_catalog(place: str, path: Path) -> Job:
    """The plugin's algorithm, into a GeoPackage."""
    qgis_process.start()
    return lambda: {"features": qgis_process.run("pixxel_searchcatalog", OUTPUT=str(path))["COUNT"]}


def plain_catalog(place: str, path: Path) -> Job:
    """``requests`` for the pages, GeoJSON with the same columns but that of quick looks, ``ogr2ogr``. What
    ``ogr2ogr`` held counts as well."""
    ask = _asking()

    def job() -> dict[str, int]:
        between, count = path.with_suffix(".geojsonl"), 0
        with between.open("w", encoding="utf-8") as lines:
            for one in _entries(ask):
                lines.write(json.dumps(_feature(one)) + "\n")
                count += 1
        _, peak = watched(
            ["ogr2ogr", "-f", "GPKG", "-nlt", "MULTIPOLYGON", "-nln", "catalog", str(path), f"GeoJSONSeq:{between}"],
            None, own_group=False,
        )
        between.unlink()
        return {"features": count, "peak": peak}

    return job


def pages_catalog(place: str, path: Path) -> Job:
    """The pages alone, parsed and thrown away: what the server allows."""
    ask = _asking()
    return lambda: {"features": sum(1 for _ in _entries(ask))}


def _asking() -> Callable[[int], Any]:
    import requests

    session = requests.Session()
    session.headers["Authorization"] = os.environ["PIXXEL_API_KEY"]
    address = os.environ["PIXXEL_BASE_URL"] + "v0/catalogs/search"

    def ask(offset: int) -> Any:
        answer = session.post(address, json={**ASKED, "limit": PAGE, "offset": offset}, timeout=60)
        answer.raise_for_status()
        return answer.json()

    return ask


def _entries(ask: Callable[[int], Any]) -> Iterator[dict[str, Any]]:
    offset, total = 0, 1
    while offset < total:
        answer = ask(offset)
        total = answer["pagination"]["total"]
        offset += len(answer["catalogs"])
        yield from answer["catalogs"]


def _feature(entry: Mapping[str, Any]) -> dict[str, Any]:
    item = entry["details"]
    known = item["properties"]
    return {
        "type": "Feature", "geometry": item["geometry"],
        "properties": {
            "catalog_id": entry["id"], **{name: entry[name] for name in OWN}, "item_id": item["id"],
            "collection": item["collection"], **{name: known.get(member) for name, member in OF_ITEM.items()},
            "crs": f"EPSG:{known['proj:epsg']}",
        },
    }


# ---------------------------------------------------------------------- a bundle
def plugin_bundle(place: str, path: Path) -> Job:
    """The plugin's flow: the bundle is looked at until it has an address, and fetched; with a journal on disk."""
    from imagery_hub.providers.http.network import EnvironmentNetwork
    from imagery_hub.providers.pixxel.flows.bundles import Resource
    from imagery_hub.providers.pixxel.provider import connect

    platform = connect(
        os.environ["PIXXEL_BASE_URL"], {"key": os.environ["PIXXEL_API_KEY"]}, {}, EnvironmentNetwork())
    return _fetching(lambda work: Resource(platform.api.during(work).catalogs.download, lambda: place),
                     platform.engine, path)


def plugin_cut(place: str, path: Path) -> Job:
    """The same flow, for an address that is known. Says when it begins, as it may be ended before its end."""
    from imagery_hub.providers.http.network import EnvironmentNetwork
    from imagery_hub.providers.pixxel.flows.bundles import Resource
    from imagery_hub.providers.transfer import TransferEngine

    state = {"status": "success", "signed_url": place}
    fetch = _fetching(lambda work: Resource(lambda bundle: state, lambda: "bundle"),
                      TransferEngine(EnvironmentNetwork()), path)

    def job() -> object:
        path.with_suffix(".began").write_text(str(time.monotonic()), "ascii")
        return fetch()

    return job


def _fetching(resource: Callable[[Any], Any], engine: Any, path: Path) -> Job:
    from imagery_hub.providers.pixxel.flows.bundles import fetch
    from imagery_hub.providers.work import Work

    open_journal = job_journals(path.parent)

    def job() -> dict[str, int]:
        journal = open_journal()
        try:
            work = Work(journal)
            fetch(resource(work), path, work, engine)
        finally:
            engine.close()
            journal.close()
        return {"bytes": path.stat().st_size}

    return job


WAYS: dict[str, Callable[[str, Path], Job]] = {
    way.__name__: way for way in (plugin_catalog, plain_catalog, pages_catalog, plugin_bundle, plugin_cut)}

if __name__ == "__main__":
    run = timed(WAYS[sys.argv[1]](sys.argv[2], Path(sys.argv[3])))
    report(replace(run, memory=max(run.memory, run.facts.get("peak", 0))))
    qgis_process.leave()
