"""A small PIX4D account for tests of the docks: a folder with a site of two projects, and one project beside it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

ROOTS = ["Drive", "All sites", "All projects"]
ORGANIZATION = "Alpine Survey Co-op"
HEADINGS = ["Photos", "Outputs", "Annotations", "Control points", "Tie points"]


def make_quarry(sandbox: SandboxProcess, calls: Pix4dCalls) -> dict[str, Any]:
    """Make it; ids by name."""
    folder = calls.folder("Quarries")
    site = calls.site("Gravel pit", parent_type="folder", parent_uuid=folder)
    found: dict[str, Any] = {"Quarries": folder, "Gravel pit": str(site["id"])}
    for month, name in ((3, "Pit in March"), (6, "Pit in June")):
        one = calls.project(name, parent_type="project_group", parent_uuid=site["uuid"], coordinate_system="EPSG:32632",
                            acquisition_date=f"2026-0{month}-15T10:00:00Z")
        found[name] = str(one["id"])
    found["Harbour"] = str(calls.project("Harbour")["id"])
    root = f"project/api/v3/projects/{found['Pit in March']}/"
    points = [{"name": f"GCP_{number}", "point_type": "GCP" if number < 3 else "CHECKPOINT", "x": 412600.0 + number,
               "y": 5231870.0, "z": 510.0, "xy_accuracy": 0.02, "z_accuracy": 0.03} for number in (1, 2, 3)]
    calls.post(f"{root}gcp/register/", {"gcps": points})
    calls.post("v1/annotations/", {"annotations": [
        {"entity_type": "Project", "entity_id": int(found["Pit in March"]),
         "properties": {"name": "Stockpile A", "color": "#FF8800FF", "description": "Toe line"},
         "geometry": {"type": "Point", "coordinates": [412633.4, 5231871.0, 512.3]}}]})
    sandbox.control("POST", f"pix4d/projects/{found['Harbour']}", {"status": "ERROR"})
    return found


def connections() -> Any:
    """The plugin's connections as they are loaded now."""
    return import_module("imagery_hub.core.connections")


def save_connection(sandbox: SandboxProcess, name: str = "Surveys") -> None:
    """Save a connection to the sandbox's PIX4D."""
    ready, module = sandbox.ready["pix4d"], connections()
    secrets = {field: ready[field] for field in ("client_id", "client_secret")}
    options = {"s3_endpoint": ready["storage"]}
    module.save(module.Connection(name, "pix4d", ready["root"], options), secrets)
