"""The same area in all five platforms of the sandbox, and a saved connection to each."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

from placed_images import upload_placed
from qgis.core import QgsApplication
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import Pix4dCalls
from sandbox_pixel import PixelCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "master-of-the-test"
#: Connections by platform.
NAMES = {"picterra": "Farm", "pix4d": "Surveys", "pixel": "Mapping tenant", "pixxel": "Crops",
         "descarteslabs": "Mosaics"}


def ring(west: float, south: float, size: float) -> list[list[float]]:
    """A square in degrees."""
    return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]


def connections() -> Any:
    """The plugin's connections as they are loaded now."""
    return import_module("imagery_hub.core.connections")


def save_connections(sandbox: SandboxProcess, **secrets: str) -> None:
    """Save a connection to each platform; ``pixxel="..."`` gives another key there."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    module, ready = connections(), sandbox.ready
    pix4d, pixel, pixxel, catalog = (ready[one] for one in ("pix4d", "pixel", "pixxel", "descarteslabs"))
    rows: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
        "picterra": (sandbox.address, {"key": PICTERRA_KEY}, {}),
        "pix4d": (pix4d["root"], {one: pix4d[one] for one in ("client_id", "client_secret")},
                  {"s3_endpoint": pix4d["storage"]}),
        "pixel": (pixel["root"], {"username": pixel["username"], "password": pixel["password"]},
                  {"tenant": pixel["tenant"], "login": pixel["login"]}),
        "pixxel": (pixxel["root"], {"key": secrets.get("pixxel", pixxel["api_key"])}, {}),
        "descarteslabs": (catalog["root"], {one: catalog[one] for one in ("client_id", "refresh_token")}, {}),
    }
    for key, (address, given, options) in rows.items():
        module.save(module.Connection(NAMES[key], key, address, options), given)


def remove_connections() -> None:
    """All that there are."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    for name in connections().names():
        connections().remove(name)


def fill(sandbox: SandboxProcess, folder: Path) -> dict[str, str]:
    """An image on each of four platforms in the area of Pixxel's notes, where its archive has scenes by itself; their
    names by platform."""
    upload_placed(PicterraCalls(sandbox), folder, "Field drone", 75.65, 14.45, 0.04,
                  captured_at="2024-02-10T08:00:00Z", cloud_coverage=5)
    surveys = Pix4dCalls(sandbox)
    project = surveys.project("Field survey", acquisition_date="2024-02-20T09:00:00Z")
    sandbox.control("POST", f"pix4d/projects/{project['id']}",
                    {"status": "DONE", "bounds": [75.66, 14.46, 75.70, 14.50]})
    tenant = PixelCalls(sandbox)
    area = {"type": "Polygon", "coordinates": [ring(75.62, 14.43, 0.1)]}
    collection = tenant.collection(tenant.project(area_of_interest=area), "RGB", name="Sheets")
    sandbox.control("POST", "pixel/rasters", {"collection": collection.split("/")[1], "count": 1, "name": "Sheet"})
    catalog = CatalogCalls(sandbox)
    product = catalog.product(f"mosaics{time.time_ns()}")
    catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images", json={
        "id": "Mosaic", "storage_state": "remote", "acquired": "2024-01-15T10:00:00Z", "cloud_fraction": 0.1,
        "geometry": {"type": "Polygon", "coordinates": [ring(75.6, 14.4, 0.3)]}})
    sheet = tenant.read(collection, "rasters/")[0]
    return {"picterra": "Field drone", "pix4d": "Field survey", "pixel": str(sheet["name"]),
            "descarteslabs": "Mosaic", "collection": collection, "sheet": str(sheet["id"]), "product": product}
