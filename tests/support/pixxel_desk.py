"""A workspace of the sandbox's Pixxel for tests of the desk, made by plain HTTP; and what is read of it beside the
plugin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import Any

import numpy
from sandbox_pixxel import CROPS, ITEM, TD2, PixxelCalls
from sandbox_process import SandboxProcess

from sandbox.pixxel.work import ground

NAME, MASTER = "Crops", "master-of-the-test"
PROJECT = "Tungabhadra crops"
ROOTS = ["Projects", "Areas of interest", "Catalog", "Orders", "Archive", "Satellites", "Sets of bands", "Indices",
         "Blocks", "Stores", "Deliveries"]
LATER = "TD2_000812_20240105_L2A_20240402_01002031"
PLOT = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.65, 14.42], [75.65, 14.45], [75.61, 14.45],
                                            [75.61, 14.42]]]}
ZONE = 32643
KMEANS = {"name": "kmeans", "version": "1.1.0"}


def connections() -> Any:
    """The plugin's connections as they are loaded now."""
    return import_module("imagery_hub.core.connections")


def save_connection(sandbox: SandboxProcess, name: str = NAME) -> None:
    """Save a connection to the sandbox's Pixxel."""
    ready, module = sandbox.ready["pixxel"], connections()
    module.save(module.Connection(name, "pixxel", ready["root"]), {"key": ready["api_key"]})


def make_aoi(calls: PixxelCalls, name: str = "Davanagere north", scenes: Sequence[str] = (ITEM,)) -> str:
    """An area of interest whose scenes are in it; its id."""
    asked = {"name": name, "description": "Fields north of the town", "satellite_id": TD2, "provider": "pixxel",
             "project_id": CROPS, "geometry": PLOT, "item_ids": list(scenes)}
    made = str(calls.post("v0/aois", asked)["aoi_id"])
    calls.until(lambda: calls.get(f"v0/aoi/{made}")["status"], lambda one: one == "success")
    return made


def index_id(calls: PixxelCalls, name: str = "NDVI") -> str:
    """An index of the satellite by its name."""
    rows = calls.get("v0/indices", satellite_id=TD2, limit=100)["indices"]
    return str(next(one["id"] for one in rows if one["name"] == name))


def make_visualization(calls: PixxelCalls, aoi: str, name: str = "NDVI") -> str:
    """An index that is rendered; the visualization's id."""
    path = f"v0/aois/{aoi}/visualizations"
    made = str(calls.post(path, {"index_id": index_id(calls, name)})["id"])
    calls.until(lambda: calls.get(path, visualization_id=made)["visualization"][0]["status"],
                lambda one: one == "success")
    return made


def mosaic(calls: PixxelCalls, aoi: str) -> dict[str, Any]:
    """The first mosaic of an area."""
    assets = calls.get(f"v0/aois/{aoi}/assets", limit=100)["assets"]
    return next(one for one in assets if one["asset_type"] == "mosaic")


def make_insight(calls: PixxelCalls, aoi: str, name: str = "Three classes") -> str:
    """An insight that has come to its end; its id."""
    source = mosaic(calls, aoi)
    made = str(calls.post(f"v0/aoi/{aoi}/insights", {
        "name": name, "project_id": CROPS, "block": KMEANS, "input": [
            {"name": "input_image", "format": "raster", "type": "url", "stac_url": source["path"],
             "asset_source": {"id": source["id"], "type": "raw_mosaic"}},
            {"name": "classes", "format": "text", "type": "number", "value": "3"}]})["id"])
    calls.until(lambda: calls.get(f"v0/aoi/{aoi}/insights", id=made)["insights"][0]["status"],
                lambda one: one == "completed")
    return made


def sound_workflow(calls: PixxelCalls) -> dict[str, Any]:
    """A workflow that can be run."""
    listed = calls.get("v0/workflows", project_id=CROPS)["workflows"]
    details = [calls.get(f"v0/workflows/{one['id']}", project_id=CROPS) for one in listed]
    return next(one for one in details if not one["val_errors"])


def make_job(calls: PixxelCalls, workflow: str) -> dict[str, Any]:
    """A job that has come to its end."""
    made = calls.post(f"v0/workflows/{workflow}/jobs", project_id=CROPS)["id"]
    found: dict[str, Any] = calls.until(lambda: calls.get(f"v0/workflows/{workflow}/jobs/{made}"),
                                        lambda one: one["status"] == "completed")
    return found


def delivered(sandbox: SandboxProcess, count: int = 1, **more: Any) -> list[str]:
    """Entries of the catalog over the plot; their ids."""
    found: list[str] = sandbox.control("POST", "pixxel/catalogs", {"count": count, "area": PLOT, **more})["catalogs"]
    return found


def true_spectrum(x: float, y: float, day: date, wavelengths: Sequence[float], level: str = "L2A") -> list[float]:
    """Reflectance of the known ground at a place of the UTM zone, where no cloud hides it."""
    across, up = numpy.array([x]), numpy.array([y])
    material = ground.MATERIALS[int(ground.materials(ZONE, across, up, day.toordinal())[0])]
    factor = float(ground.brightness(ZONE, across, up)[0])
    return [ground.reflectance(material, one, level) * factor for one in wavelengths]
