"""The sandbox for measuring: started like the tests' one, but without the check of its own answers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from .measure import ROOT, DidNotFinish

SUPPORT = str(ROOT / "tests" / "support")
if SUPPORT not in sys.path:
    sys.path.append(SUPPORT)

from sandbox_process import PICTERRA_KEY, SandboxProcess  # noqa: E402 - its folder is on the path from here on

CURL = ("curl", "--silent", "--show-error", "--fail", "--noproxy", "*")
POLL_SECONDS = 0.05
PATIENCE_SECONDS = 600.0


class LocalPlatform:
    """A sandbox of its own; what ``curl`` alone does with it, and what the other ways need to know of it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._folder = folder
        self.sandbox = SandboxProcess(folder, "--poll-interval", str(POLL_SECONDS), *arguments)
        self.sandbox.settings(check_answers=False)
        self.root = self.sandbox.picterra_root

    def __enter__(self) -> LocalPlatform:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sandbox.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def empty(self) -> None:
        """No rasters, no results, no files."""
        self.sandbox.reset()
        self.sandbox.settings(check_answers=False)

    def environment(self, generation: str = "4.0.0") -> dict[str, str]:
        """What the plugin and the vendor's client of that generation find their connection by."""
        address = self.root if generation.startswith("2.") else self.sandbox.address + "/"
        return {"PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": address, "NO_PROXY": "*", "no_proxy": "*"}

    # ------------------------------------------------------------------ by curl
    def call(self, method: str, path: str, body: object = None) -> Any:
        """One request by ``curl``; ``path`` is below the root of the API."""
        command = [*CURL, "-X", method, "-H", f"X-Api-Key: {PICTERRA_KEY}", self.root + path]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "--data-binary", json.dumps(body)]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return json.loads(text) if text else None

    def follow(self, started: dict[str, Any]) -> dict[str, Any]:
        """The operation when it has succeeded."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            state = self.call("GET", f"operations/{started['operation_id']}/")
            if state["status"] == "success":
                return dict(state)
            if state["status"] == "failed":
                raise DidNotFinish(f"the platform refused: {state.get('errors')}")
            time.sleep(float(started.get("poll_interval", POLL_SECONDS)))
        raise DidNotFinish(f"the platform did not finish within {PATIENCE_SECONDS:.0f} s")

    def take_slot(self, name: str = "benchmark") -> dict[str, Any]:
        """A slot for a raster: ``raster_id`` and ``upload_url``."""
        return dict(self.call("POST", "rasters/upload/file/", {"name": name, "multispectral": True}))

    def commit(self, raster_id: str) -> None:
        """Let the platform process a raster, until it is ready."""
        self.follow(self.call("POST", f"rasters/{raster_id}/commit/"))

    def detection(self, raster: Path, polygons: int, vertices: int) -> str:
        """A finished detection with that many objects of one class; the id of its operation."""
        slot = self.take_slot()
        subprocess.run([*CURL, "-o", "/dev/null", "-T", str(raster), slot["upload_url"]], check=True)
        self.commit(slot["raster_id"])
        detector = self.call("POST", "detectors/", {"name": "benchmark", "configuration": {}})["id"]
        self.sandbox.control("POST", "picterra/prepared", {"polygons": polygons, "vertices": vertices})
        started = self.call("POST", f"detectors/{detector}/run/", {"raster_id": slot["raster_id"]})
        self.follow(started)
        return str(started["operation_id"])


def geotiff(path: Path, size: int) -> Path:
    """A valid GeoTIFF of about ``size`` bytes, three bands of 8 bit, uncompressed, in UTM 32N at 0.1 m; by GDAL."""
    side = max(16, int((size / 3) ** 0.5))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    west, north = 500_000.0, 5_200_000.0
    corners = [str(value) for value in (west, north, west + side / 10, north - side / 10)]
    subprocess.run(
        ["gdal_create", "-q", "-of", "GTiff", "-ot", "Byte", "-bands", "3", "-outsize", str(side), str(side),
         "-burn", "60", "-burn", "120", "-burn", "30", "-a_srs", "EPSG:32632", "-a_ullr", *corners,
         "-co", "INTERLEAVE=PIXEL", "-co", "PHOTOMETRIC=RGB", str(path)],
        check=True,
    )
    return path
