"""A small account for tests of the docks: two folders, rasters, a detector with a training raster, a marker."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr
from placed_images import upload_unplaced
from sandbox_images import write_image
from sandbox_picterra import PicterraCalls

LISTS = ["Folders", "All rasters", "Detectors"]
RASTERS = ["Broken", "Wheat field", "Pear orchard", "Apple orchard"]


def rows_of_trees(path: Path, west: float, south: float, rows: int, side: int = 256) -> Path:
    """A square image, 0.002 degrees wide, of trees in rows on grass."""
    row, column = np.mgrid[0:side, 0:side]
    step = side / rows
    crowns = np.hypot(row % step - step / 2, column % step - step / 2) < step * 0.32
    shade = np.random.default_rng(5).integers(-14, 15, (3, side, side))
    grass, leaves = (np.array(colour)[:, None, None] for colour in ((150, 160, 95), (40, 90, 45)))
    pixels = np.where(crowns, leaves, grass) + shade
    write_image(path, pixels.astype(np.uint8), placed=False)
    image = gdal.Open(str(path), gdal.GA_Update)
    image.SetGeoTransform([west, 0.002 / side, 0, south + 0.002, 0, -0.002 / side])
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    image.SetProjection(reference.ExportToWkt())
    image.FlushCache()
    return path


def make_farm(calls: PicterraCalls, folder: Path) -> dict[str, str]:
    """Make it; the ids by name."""
    found = {name: calls.post("folders/", {"name": name})["id"] for name in ("Orchards", "Fields")}
    for month, name in enumerate(("Apple orchard", "Pear orchard", "Wheat field"), 1):
        home = found["Fields" if "field" in name else "Orchards"]
        image = rows_of_trees(folder / f"{name}.tif", 7.0 + month, 46.0, 12 if "orchard" in name else 4)
        found[name] = calls.upload_raster(image, name=name, folder_id=home, cloud_coverage=4 * month,
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
