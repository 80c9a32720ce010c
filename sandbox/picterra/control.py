"""Control calls for Picterra: what cannot be seen or done through its API, for tests and benchmarks."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import not_found
from . import answers
from .many import many_rasters
from .records import Account, Detector, DetectorClass, Polygons
from .state import SOURCE_ID, TOOL_ID
from .world import World

Query = dict[str, str]
Body = dict[str, Any]


class PicterraControl:
    """Below ``/_sandbox/picterra/``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def calls(self) -> dict[str, Callable[[Query, Body], Any]]:
        """Handlers by method and path."""
        return {
            "GET ": self._overview,
            "GET rasters": self._rasters,
            "GET rasters/{id}": self._raster,
            "POST rasters": self._many_rasters,
            "POST rasters/{id}/tiles": self._move_tiles,
            "GET detectors/{id}": self._detector,
            "POST detectors/{id}/classes": self._add_class,
            "POST detectors/{id}/tag": self._tag,
            "POST folders/{id}/detectors": self._assign,
            "GET layers/{id}": self._layer,
            "GET markers": self._markers,
            "POST accounts": self._account,
            "POST keys": self._key,
            "POST prepared": self._prepare,
            "GET jobs": self._jobs,
        }

    # ------------------------------------------------------------------ looking
    def _overview(self, query: Query, body: Body) -> dict[str, Any]:
        state = self._world.state
        return {"tool_id": TOOL_ID, "source_id": SOURCE_ID,
                "accounts": [{"name": one.name, "user_id": one.user_id, "organization_id": one.organization_id,
                              "revoked": one.revoked} for one in state.accounts.values()],
                "folders": list(state.folders), "rasters": len(state.rasters), "detectors": list(state.detectors),
                "layers": list(state.layers), "markers": list(state.markers),
                "jobs_running": self._world.jobs.running}

    def _rasters(self, query: Query, body: Body) -> list[dict[str, Any]]:
        """All rasters, committed or not, oldest first: what tests count to see that nothing was made twice."""
        return [{"id": one.id, "name": one.name, "status": one.status, "committed": one.listed, "owner": one.owner,
                 "identity_key": one.identity_key} for one in self._world.state.rasters.values()]

    def _raster(self, query: Query, body: Body) -> dict[str, Any]:
        one = self._find(self._world.state.rasters, query["id"])
        file = {"size": one.path.stat().st_size, "sha256": _sha256(one.path)} if one.path is not None else None
        return {"id": one.id, "name": one.name, "owner": one.owner, "status": one.status, "committed": one.listed,
                "folder_id": one.folder_id, "captured_at": one.captured_at, "identity_key": one.identity_key,
                "multispectral": one.multispectral, "cloud_coverage": one.cloud_coverage, "user_tag": one.user_tag,
                "band_specification": one.band_specification, "file": file,
                "report": asdict(one.report) if one.report is not None else None,
                "detection_areas": _polygons(one.detection_areas)}

    def _detector(self, query: Query, body: Body) -> dict[str, Any]:
        one: Detector = self._find(self._world.state.detectors, query["id"])
        training = {}
        for raster_id, some in one.training.items():
            training[raster_id] = {
                **{kind: _polygons(area) for kind, area in some.areas.items()},
                "outline": {class_id: _polygons(each) for class_id, each in some.outlines.items()}}
        return {**answers.detector(one), "owner": one.owner, "training": training,
                "grants": answers.grants(one.grants)["grants"]}

    def _layer(self, query: Query, body: Body) -> dict[str, Any]:
        one = self._find(self._world.state.layers, query["id"])
        return {"id": one.id, "name": one.name, "color": one.color, "raster_id": one.raster_id,
                "detector_id": one.detector_id, "count": one.count, "parts": len(one.parts),
                "geojson": json.loads(one.path.read_bytes()) if one.path.stat().st_size < 20_000_000 else None}

    def _markers(self, query: Query, body: Body) -> list[dict[str, Any]]:
        return [answers.marker(self._world, one) for one in self._world.state.markers.values()]

    def _jobs(self, query: Query, body: Body) -> dict[str, Any]:
        return {"running": self._world.jobs.running, "defects": self._world.jobs.defects()}

    # ------------------------------------------------------------------ doing
    def _many_rasters(self, query: Query, body: Body) -> dict[str, Any]:
        """``{"count": 20000, "name": "raster", "folder_id"?}``: records of ready rasters without a file."""
        ids = many_rasters(self._world, int(body["count"]), body.get("name", "raster"), body.get("folder_id"))
        self._world.state.changed()
        return {"count": len(ids), "first": ids[0] if ids else None, "last": ids[-1] if ids else None}

    def _move_tiles(self, query: Query, body: Body) -> None:
        """Serve a raster's tiles at another address from now on; the earlier one knows them no more."""
        self._find(self._world.state.rasters, query["id"]).tile_token = secrets.token_urlsafe(18)
        self._world.state.changed()

    def _add_class(self, query: Query, body: Body) -> dict[str, Any]:
        """A further class, as made in the web application: ``{"name", "color"?}``."""
        state = self._world.state
        one = self._find(state.detectors, query["id"])
        new = DetectorClass(state.new_id(), body["name"], body.get("color", state.color(len(one.classes))))
        one.classes.append(new)
        state.changed()
        return asdict(new)

    def _tag(self, query: Query, body: Body) -> dict[str, Any]:
        """Tag a detector, as the web application does: ``{"user_tag"}``."""
        one: Detector = self._find(self._world.state.detectors, query["id"])
        one.user_tag = str(body["user_tag"])
        self._world.state.changed()
        return {"user_tag": one.user_tag}

    def _assign(self, query: Query, body: Body) -> dict[str, Any]:
        """Assign a detector to a folder, as the web application does: ``{"detector_id"}``."""
        state = self._world.state
        folder = self._find(state.folders, query["id"])
        detector = self._find(state.detectors, body["detector_id"])
        if detector.id not in folder.detectors:
            folder.detectors.append(detector.id)
        state.changed()
        return {"detectors": folder.detectors}

    def _account(self, query: Query, body: Body) -> dict[str, Any]:
        """A further account: ``{"name", "key", "organization"?, "forbidden"?: [settings]}``."""
        organization = body.get("organization") or body["name"]
        one: Account = self._world.state.add_account(body["name"], body["key"], organization,
                                                     frozenset(body.get("forbidden", ())))
        return {"name": one.name, "user_id": one.user_id, "organization_id": one.organization_id}

    def _key(self, query: Query, body: Body) -> dict[str, Any]:
        """Revoke a key or let it in again: ``{"key", "revoked": true}``."""
        account = self._world.state.accounts.get(body["key"])
        if account is None:
            raise not_found()
        account.revoked = bool(body["revoked"])
        return {"revoked": account.revoked}

    def _prepare(self, query: Query, body: Body) -> dict[str, Any]:
        """A prepared result for the next detection, see prepared.py. It needs no trained detector."""
        if ("polygons" in body) == ("classes" in body):
            raise ValueError("Give polygons (a number) or classes (files by class name).")
        for files in body.get("classes", {}).values():
            for name, path in files.items():
                if name not in ("multipolygon", "featurecollection") or not Path(path).is_file():
                    raise ValueError(f"{name}: {path} is not a file that can be used.")
        self._world.state.prepared.append(body)
        return {"waiting": len(self._world.state.prepared)}

    @staticmethod
    def _find(things: dict[str, Any], thing_id: str) -> Any:
        if thing_id not in things:
            raise not_found()
        return things[thing_id]


def _polygons(some: Polygons | None) -> dict[str, Any] | None:
    """A GeoJSON file's count and content."""
    if some is None:
        return None
    content = json.loads(some.path.read_bytes()) if some.path.stat().st_size < 20_000_000 else None
    return {"count": some.count, "geojson": content}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(4 * 1024 * 1024):
            digest.update(block)
    return digest.hexdigest()
