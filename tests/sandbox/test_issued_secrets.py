"""The sandbox tells which secrets it handed out, so that the hunt after the suite can look for each."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sandbox_images import boxes, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def picterra(sandbox: SandboxProcess) -> PicterraCalls:
    return PicterraCalls(sandbox)


def signature(address: str) -> str:
    return urlsplit(address).query.partition("X-Signature=")[2].partition("&")[0]


def test_signatures_and_tile_tokens_are_noted_and_outlive_a_reset(
    sandbox: SandboxProcess, picterra: PicterraCalls, tmp_path: Path
) -> None:
    slot = picterra.post("rasters/upload/file/", {"name": "a"})
    raster = picterra.upload_raster(plain_image(tmp_path / "a.tif"))
    download = picterra.get(f"rasters/{raster}/download/")["download_url"]
    operation = picterra.upload(f"vector_layers/{raster}/upload/", boxes([(2, 2, 9, 9)]))
    record = picterra.get(f"vector_layers/{operation['results']['vector_layer_id']}/")
    token = urlsplit(picterra.get(f"rasters/{raster}/")["tms_url"]).path.split("/")[2]
    wanted = {signature(slot["upload_url"]), signature(download), signature(record["geojson_urls"][0]), token}
    assert all(len(one) > 20 for one in wanted)
    sandbox.reset()
    assert wanted <= set(sandbox.control("GET", "issued")["secrets"])


def test_they_are_left_for_the_hunt_when_a_sandbox_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISSUED_SECRETS", str(tmp_path / "sandbox-notes"))
    with SandboxProcess(tmp_path / "sandbox") as process:
        slot = PicterraCalls(process).post("rasters/upload/file/", {"name": "a"})
    (notes,) = (tmp_path / "sandbox-notes").glob("*.txt")
    assert notes.read_text("utf-8") == signature(slot["upload_url"]) + "\n"
