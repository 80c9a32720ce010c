"""Projects that live on: saved in one session of QGIS, opened a week later in another one, in the same profile.

Both sessions are programs of their own (tests/support/saved_project_session.py, reopened_project_session.py); what the
second one saw is compared here with what the platform has, and with what became of the addresses of the first.
"""

from __future__ import annotations

import json
import math
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import tile_witness
from annotation_hands import RED, WINDOW, Scene, close_to
from osgeo import gdal
from picterra_scenes import boxes
from project_facts import LANDMARKS, ORCHARD, RESULT
from qgis_sessions import QgisSessions
from sandbox_images import EAST, NORTH, PIXEL, lonlat
from sandbox_process import PICTERRA_KEY, SandboxProcess

WEEK = 8 * 24 * 3600
EVERYTHING = {LANDMARKS, ORCHARD, RESULT, "Training areas", "Outlines", "Validation areas", "Testing areas"}

pytestmark = pytest.mark.timeout(800)


class Farm(Scene):
    """The scene of the annotations with a trained detector, and a raster to look at, two kilometres to the east."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        super().__init__(sandbox, folder, ORCHARD)
        calls = self.calls
        for kind, areas in (("training_area", [WINDOW]), ("outline", RED)):
            assert calls.annotate(self.detector, self.raster, kind, boxes(areas))["status"] == "success"
        calls.succeed(calls.post(f"detectors/{self.detector}/train/"))
        image = tile_witness.landmark_image(folder / "landmarks.tif")
        dataset = gdal.Open(str(image), gdal.GA_Update)
        dataset.SetGeoTransform([EAST + 2000, PIXEL, 0, NORTH, 0, -PIXEL])
        dataset.FlushCache()
        self.landmarks = calls.upload_raster(image, name=LANDMARKS)

    def tile(self, raster: str) -> str:
        """Where the tile in the middle of a raster is now."""
        record = self.calls.get(f"rasters/{raster}/")
        longitude, latitude = lonlat(4300, 220) if raster == self.landmarks else lonlat(120, 100)
        tiles = 2 ** record["tiles_max_zoom"]
        column = int((longitude + 180) / 360 * tiles)
        row = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * tiles)
        row = tiles - 1 - row  # rows are counted from the south
        return str(record["tms_url"].format(z=record["tiles_max_zoom"], x=column, y=row))

    def status(self, address: str) -> int:
        return self.calls.session.get(address, timeout=60).status_code


def ended_well(process: subprocess.Popen[str], seconds: int = 320) -> None:
    output, _ = process.communicate(timeout=seconds)
    assert process.returncode == 0, output


def test_a_project_is_opened_a_week_later(sandbox: SandboxProcess, tmp_path: Path) -> None:
    farm = Farm(sandbox, tmp_path)
    sandbox.actor("docks")
    zoom = farm.calls.get(f"rasters/{farm.landmarks}/")["tiles_max_zoom"]
    sessions = QgisSessions(tmp_path, ADDRESS=sandbox.address, KEY=PICTERRA_KEY, ZOOM=str(zoom))
    ended_well(sessions.start("saved_project_session.py", SEEN="false"))
    assert close_to(farm.stored("outline"), RED[:2], 0.9)
    project = tmp_path / "farm.qgz"
    earlier = [farm.tile(one) for one in (farm.landmarks, farm.raster)]
    file = farm.calls.get(f"rasters/{farm.landmarks}/download/")["download_url"]
    assert [farm.status(one) for one in [*earlier, file]] == [200, 200, 200]
    with zipfile.ZipFile(project) as archive:
        stored = b"".join(archive.read(name) for name in archive.namelist())
    assert b"imageryhub" in stored
    assert sandbox.address.encode() not in stored and PICTERRA_KEY.encode() not in stored
    assert all(one.split("/")[4].encode() not in stored for one in earlier)

    sandbox.advance(WEEK)
    for one in (farm.landmarks, farm.raster):
        sandbox.control("POST", f"picterra/rasters/{one}/tiles")
    assert [farm.status(one) for one in [*earlier, file]] == [404, 404, 403]
    before = sandbox.last_entry()
    ended_well(sessions.start("reopened_project_session.py"))
    facts: dict[str, Any] = json.loads((tmp_path / "facts.json").read_text("utf-8"))

    assert facts["dialogs_at_opening"] == [] and facts["dialogs_later"] == []
    assert facts["invalid"] == []
    assert facts["docks"] == ["imageryHubAnnotationsDock", "imageryHubHubDock", "imageryHubJobsDock"], "left open"
    assert not facts["unlocked_by_itself"] and "master password" in facts["message"]
    assert not facts["changed_by_opening"]
    assert set(facts["live"]) == {LANDMARKS, ORCHARD}
    assert facts["objects"] == len(RED)
    origins = facts["origins"]
    assert set(origins) == EVERYTHING
    both = {"detector": farm.detector, "raster": farm.raster}
    assert origins[LANDMARKS][:2] == ["picterra", "Farm"] and origins[LANDMARKS][3] == {"raster": farm.landmarks}
    assert {role: origins[RESULT][3][role] for role in both} == both and origins[RESULT][3]["operation"]
    assert origins["Outlines"] == ["picterra", "Farm", "outline", both]
    assert "Added: 1. Changed: 0. Removed: 0. Unchanged: 2." in facts["plan"]
    assert "No change since the last push" in facts["plan_of_areas"]
    assert close_to(farm.stored("outline"), RED, 0.9)
    assert close_to(farm.stored("training_area"), [WINDOW], 0.9)
    asked = [one["status"] for one in sandbox.log(after=before) if one["operation"] == "getRaster"]
    assert asked and set(asked) == {200}
