"""The process killed in the middle of an upload of an array, of several files as one image, and of the download of a
stored object of the Descartes Labs catalog, and the same job run again: what is there is whole, and there once."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import write_image
from descarteslabs_calls import DescartesCalls
from killing import Job, killed_at_20_moments
from osgeo import gdal
from sandbox_process import SandboxProcess

STORAGE = "putSignedFile"
PIXELS = [np.frombuffer(random.Random(number).randbytes(300 * 300 * 2), "uint16").reshape(300, 300)
          for number in range(2)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What is sent, by the way."""
    together, array = tmp_path_factory.mktemp("together"), tmp_path_factory.mktemp("array")
    for name, pixels in zip(("nir.tif", "red.tif"), PIXELS):
        write_image(together / name, pixels[:, :, np.newaxis])
    np.save(array / "summer.npy", np.stack(PIXELS, axis=-1))
    return {"together": together, "array": array}


def opened(content: bytes) -> Any:
    """Rows, columns and bands of a GeoTIFF."""
    gdal.FileFromMemBuffer("/vsimem/kept.tif", content)
    try:
        found = gdal.Open("/vsimem/kept.tif").ReadAsArray()
        return found if found.ndim == 2 else np.moveaxis(found, 0, 2)
    finally:
        gdal.Unlink("/vsimem/kept.tif")


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("way", ["together", "array"])
def test_an_image_of_several_files_or_of_an_array(
    sandbox: SandboxProcess, folders: dict[str, Path], tmp_path: Path, way: str
) -> None:
    sandbox.settings(descarteslabs_upload_seconds=0.3)
    calls = DescartesCalls(sandbox)

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        begun = sandbox.last_entry()
        product = calls.product(f"killed-{way}-{number}")
        for place, name in enumerate(("nir", "red")):
            where = {"srcfile": place} if way == "together" else {"srcband": place + 1}
            calls.band(product, name=name, **where)
        ready = json.dumps(sandbox.ready["descarteslabs"])
        job = Job("descarteslabs_process.py", ready, tmp_path / f"journal-{number}", product, folders[way], way)
        sandbox.fault(kind="slow_upload", operation=STORAGE, bytes_per_second=500_000, count=0)
        ended = job.end_after(seconds)
        sandbox.clear_faults()
        files = 2 if way == "together" else 1
        assert job.finish()["result"] == ["SUCCESS"] * files
        image, = calls.sent("POST", "metadata/v1/search", {"products": [product], "limit": 100})
        assert image["id"] == f"{product}:summer"
        kept = {name: calls.request("GET", f"storage/v1/products/get/{product}/{name}").content
                for name in image["properties"]["files"]}
        if way == "together":
            assert list(kept) == ["nir.tif", "red.tif"]
            assert all(kept[name] == (folders[way] / name).read_bytes() for name in kept)
        else:
            assert np.array_equal(opened(kept["summer.tif"]), np.stack(PIXELS, axis=-1))
        taken = [one for one in sandbox.log(operation=STORAGE, after=begun) if one["status"] == 200]
        assert files <= len(taken) <= files + 1, "at most the one whose arrival was not yet noted is sent again"
        return ended

    killed_at_20_moments(20283, run)


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("way", ["signed", "direct"])
def test_a_stored_object_is_fetched(sandbox: SandboxProcess, tmp_path: Path, way: str) -> None:
    calls = DescartesCalls(sandbox)
    content = random.Random(7).randbytes(400_000)
    put = calls.request("GET", "storage/v1/data/new_resumable_url/june.bin").text
    assert calls.session.put(put, data=content, headers={"Authorization": None}, timeout=60).ok

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        folder = tmp_path / f"{way}-{number}"
        folder.mkdir()
        target, ready = folder / "june.bin", json.dumps(sandbox.ready["descarteslabs"])
        job = Job("descarteslabs_process.py", ready, tmp_path / f"journal-{way}-{number}", "data/june.bin", target, way)
        where = {"operation": "getObject"} if way == "direct" else {"operation": "getBlob"}
        sandbox.fault(kind="slow_answer", bytes_per_second=400_000, count=0, **where)
        ended = job.end_after(seconds)
        sandbox.clear_faults()
        assert not target.exists() or target.read_bytes() == content, "it is there whole or not at all"
        job.finish()
        assert target.read_bytes() == content and [one.name for one in folder.iterdir()] == ["june.bin"]
        return ended

    killed_at_20_moments(20284, run)
