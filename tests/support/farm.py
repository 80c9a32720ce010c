"""A small account for tests of the docks: two folders, rasters, a detector with a training raster, a marker."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from placed_images import upload_placed, upload_unplaced
from sandbox_picterra import PicterraCalls

LISTS = ["Folders", "All rasters", "Detectors"]
RASTERS = ["Broken", "Wheat field", "Pear orchard", "Apple orchard"]


def make_farm(calls: PicterraCalls, folder: Path) -> dict[str, str]:
    """Make it; the ids by name."""
    found = {name: calls.post("folders/", {"name": name})["id"] for name in ("Orchards", "Fields")}
    for month, name in enumerate(("Apple orchard", "Pear orchard", "Wheat field"), 1):
        home = found["Fields" if "field" in name else "Orchards"]
        found[name] = upload_placed(calls, folder, name, 7 + month, 46, folder_id=home, cloud_coverage=4 * month,
                                    captured_at=f"2024-0{month}-15T10:00:00Z", user_tag="spring")
    found["Broken"] = upload_unplaced(calls, folder, "Broken", folder_id=found["Fields"])
    found["Trees"] = calls.detector("Trees")
    calls.post(f"detectors/{found['Trees']}/training_rasters/", {"raster_id": found["Apple orchard"]})
    calls.post(f"rasters/{found['Apple orchard']}/markers/",
               {"marker": {"type": "Point", "coordinates": [8.4, 46.4]}, "text": "A gap in the row"})
    return found


def connections() -> Any:
    """The plugin's connections as they are loaded now: a plugin that was reloaded has new modules."""
    return import_module("imagery_hub.core.connections")


def save_connection(name: str, address: str, key: str) -> None:
    """Save a connection to a Picterra."""
    module = connections()
    module.save(module.Connection(name, "picterra", address), {"key": key})
