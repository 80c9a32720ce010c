"""Forms of the tiles' address, and its change."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import requests
from sandbox_images import lonlat, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


def tile(record: dict[str, Any], template: str) -> requests.Response:
    """The tile that shows the middle of the image, by the usual formula; rows counted from the south."""
    zoom = record["tiles_max_zoom"]
    longitude, latitude = lonlat(32, 24)
    column = int((longitude + 180) / 360 * 2**zoom)
    row = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**zoom)
    return requests.get(template.format(z=zoom, x=column, y=2**zoom - 1 - row), timeout=30)


@pytest.fixture
def picterra(sandbox: SandboxProcess) -> PicterraCalls:
    return PicterraCalls(sandbox)


def test_both_forms_of_the_address_give_the_same_tile(
    sandbox: SandboxProcess, picterra: PicterraCalls, tmp_path: Path
) -> None:
    raster = picterra.upload_raster(plain_image(tmp_path / "a.tif"))
    record = picterra.get(f"rasters/{raster}/")
    sandbox.settings(tile_addresses="plain")
    plain = picterra.get(f"rasters/{raster}/")["tms_url"]
    assert plain == record["tms_url"].replace("/tms/", "/")
    one, other = (tile(record, form) for form in (record["tms_url"], plain))
    assert (one.status_code, other.status_code) == (200, 200)
    assert one.content == other.content


def test_a_raster_can_have_no_tiles(sandbox: SandboxProcess, picterra: PicterraCalls, tmp_path: Path) -> None:
    raster = picterra.upload_raster(plain_image(tmp_path / "a.tif"))
    sandbox.settings(tile_addresses="none")
    record = picterra.get(f"rasters/{raster}/")
    assert record["status"] == "ready" and "tms_url" not in record


def test_moved_tiles_are_found_at_the_new_address_only(
    sandbox: SandboxProcess, picterra: PicterraCalls, tmp_path: Path
) -> None:
    raster = picterra.upload_raster(plain_image(tmp_path / "a.tif"))
    record = picterra.get(f"rasters/{raster}/")
    assert tile(record, record["tms_url"]).status_code == 200
    sandbox.control("POST", f"picterra/rasters/{raster}/tiles")
    assert tile(record, record["tms_url"]).status_code == 404
    assert tile(record, picterra.get(f"rasters/{raster}/")["tms_url"]).status_code == 200
