"""Ways to add entries of images to a product of the Descartes Labs catalog:
``python -m benchmarks.descarteslabs_ways WAY PRODUCT COUNT FOLDER``.

The connection is in the variables that both clients read. All send the same properties. What a way is made of is
imported before the clock starts; logging in counts.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import qgis_process
from .measure import ROOT, report, timed

VENDOR = "descarteslabs-1.12.1"
Job = Callable[[], object]


def entry(number: int) -> dict[str, Any]:
    """The properties of an image without its file."""
    west, south = 10 + number % 100 / 50, 45 + number // 100 / 50
    ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.02], [west, south + 0.02], [west, south]]
    return {
        "storage_state": "remote", "acquired": f"2021-06-{1 + number % 28:02d}T10:00:00Z", "sat_id": "RX-4",
        "cloud_fraction": number % 20 / 20, "geometry": {"type": "Polygon", "coordinates": [ring]},
        "extra_properties": {"flight": number // 10},
    }


def plugin(product: str, count: int, folder: Path) -> Job:
    """The algorithm for a layer of footprints."""
    qgis_process.start()
    return lambda: {
        "added": qgis_process.run("descarteslabs_addimages", INPUT=str(layer(count, folder)), PRODUCT=product)["COUNT"]}


def plugin_runs(product: str, count: int, folder: Path) -> Job:
    """The algorithm for one entry, as often: what a batch of Processing does."""
    qgis_process.start()
    names = {"storage_state": "STORAGE_STATE", "geometry": "GEOMETRY", "extra_properties": "EXTRA_PROPERTIES"}

    def job() -> dict[str, int]:
        for number in range(count):
            values = {names.get(name, name.upper()): value for name, value in entry(number).items()}
            qgis_process.run("descarteslabs_addimage", PRODUCT=product, ID=f"image-{number}", **values)
        return {"added": count}

    return job


def layer(count: int, folder: Path) -> Path:
    """The entries as a GeoJSON file, the form in which tools give footprints; writing it is part of no way."""
    return folder / f"entries-{count}.geojson"


def vendor(product: str, count: int, folder: Path) -> Job:
    """``add_image``, one after the other."""
    os.environ["HOME"] = str(folder)  # for its token files
    sys.path.insert(0, str(ROOT / "build" / "vendor_clients" / VENDOR))
    warnings.simplefilter("ignore")
    from descarteslabs.client.services.catalog import Catalog

    def job() -> dict[str, int]:
        client = Catalog()
        for number in range(count):
            client.add_image(product, f"image-{number}", **entry(number))
        return {"added": count}

    return job


WAYS: dict[str, Callable[[str, int, Path], Job]] = {way.__name__: way for way in (plugin, plugin_runs, vendor)}

if __name__ == "__main__":
    report(timed(WAYS[sys.argv[1]](sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))))
    qgis_process.leave()
