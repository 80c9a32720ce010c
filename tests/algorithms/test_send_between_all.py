"""Each platform's raster sent to each platform that takes it; pixels, date and name are read back beside the plugin."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pixel_files
import pytest
import requests
from osgeo import gdal
from pix4d_stored_results import Results
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

SEND = "imageryhub:senditem"
DAY = "2025-05-01"
CAPTURED = f"{DAY}T10:00:00Z"
PICTERRA, PIX4D, PIXEL, PIXXEL, CATALOG = (
    "Picterra raster", "PIX4D output", "Pixel raster", "Pixxel catalog entry", "Descartes Labs image")


@pytest.fixture(autouse=True)
def between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders in which something lay between two platforms, named as they were made."""
    (tmp_path / "between").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "between"))
    made: list[str] = []
    make = tempfile.mkdtemp

    def noting(*given: Any, **named: Any) -> str:
        made.append(make(*given, **named))
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", noting)
    return made


def lay_here(between: list[str]) -> bool:
    return any(Path(one).name.startswith("imageryhub-send-") for one in between)


def pixels(content: bytes) -> np.ndarray:
    gdal.FileFromMemBuffer("/vsimem/sent.tif", content)
    try:
        found: np.ndarray = gdal.Open("/vsimem/sent.tif").ReadAsArray()
        return found
    finally:
        gdal.Unlink("/vsimem/sent.tif")


@dataclass
class World:
    """All five platforms by plain HTTP, and a folder."""

    sandbox: SandboxProcess
    picterra: PicterraCalls
    pixel: PixelCalls
    pixxel: PixxelCalls
    catalog: CatalogCalls
    folder: Path

    def product(self, data_type: str, bands: int) -> str:
        name = self.catalog.product(f"fields{time.time_ns()}")
        for number in range(1, bands + 1):
            self.catalog.band(name, f"b{number}", number, dtype=data_type, data_range=[0, 255])
        return name

    # ------------------------------------------------------------------ sources: the item and its pixels
    def of_picterra(self, file: Path) -> str:
        return self.picterra.upload_raster(file, name="Field 7", captured_at=CAPTURED, cloud_coverage=12)

    def of_pix4d(self, file: Path) -> str:
        made = Results(self.sandbox)
        made.calls.sent("PATCH", made.path, json={"display_name": "Field 7", "acquisition_date": CAPTURED})
        made.give(file, "ortho")
        return f"{made.id}:ortho"

    def of_pixel(self, file: Path) -> str:
        place = self.collection()
        body = {"collection": place.split("/")[1], "file": str(file), "name": "Field 7", "capture_date": CAPTURED}
        return f"{place}/{self.sandbox.control('POST', 'pixel/rasters', body)['first']}"

    def of_catalog(self, file: Path, run: Any) -> str:
        product = self.product("Byte", 3)
        found = run("imageryhub:descarteslabs_uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"]
        name = str(found).removeprefix(f"{product}:")
        self.catalog.sent("PATCH", f"metadata/v1/catalog/products/{product}/images/{name}", json={"acquired": CAPTURED})
        return str(found)

    # ------------------------------------------------------------------ targets: the place, and what arrived
    def collection(self) -> str:
        return self.pixel.collection(self.pixel.project(), "RGB", raster_info={"srid": 25833, "cell_size": [0.5, 0.5]})

    def into_picterra(self, kind: str) -> tuple[str, str, Callable[[str], tuple[np.ndarray, str]]]:
        def read(new: str) -> tuple[np.ndarray, str]:
            address = self.picterra.get(f"rasters/{new}/download/")["download_url"]
            day = str(self.picterra.get(f"rasters/{new}/").get("captured_at") or "")
            return pixels(requests.get(address, timeout=60).content), day

        return "Picterra folder", self.picterra.post("folders/", {"name": "Arrived"})["id"], read

    def into_pixel(self, kind: str) -> tuple[str, str, Callable[[str], tuple[np.ndarray, str]]]:
        place = self.collection()

        def read(new: str) -> tuple[np.ndarray, str]:
            told = self.pixel.read(place, f"rasters/{new}")
            return pixels(requests.get(told["download_url"], timeout=60).content), str(told["capture_date"])

        return "Pixel data collection", place, read

    def into_pix4d(self, kind: str) -> tuple[str, str, Callable[[str], tuple[np.ndarray, str]]]:
        made = Results(self.sandbox)

        def read(new: str) -> tuple[np.ndarray, str]:
            name = str(made.outputs()["ortho"]["s3_key"]).removeprefix(f"{made.base}/")
            return pixels(made.stored()[name]), ""

        return "PIX4D project", str(made.id), read

    def into_catalog(self, kind: str) -> tuple[str, str, Callable[[str], tuple[np.ndarray, str]]]:
        product = self.product("Byte", 3)

        def read(new: str) -> tuple[np.ndarray, str]:
            told = self.catalog.catalog(f"products/{product}/images/{new.removeprefix(f'{product}:')}")
            (kept,) = told["files"]
            content = self.catalog.request("GET", f"storage/v1/products/get/{product}/{Path(kept).name}").content
            return pixels(content), str(told.get("acquired") or "")

        return "Descartes Labs product", product, read


@pytest.fixture
def world(run: Any, run_pix4d: Any, run_pixel: Any, run_pixxel: Any, run_descarteslabs: Any, sandbox: SandboxProcess,
          calls: PicterraCalls, pixel: PixelCalls, pixxel: PixxelCalls, catalog: CatalogCalls, tmp_path: Path) -> World:
    return World(sandbox, calls, pixel, pixxel, catalog, tmp_path)


SOURCES = {PICTERRA: "picterra", PIX4D: "pix4d", PIXEL: "pixel", CATALOG: "catalog"}


@pytest.mark.needs_assumed("pixel Raster.download_url")
@pytest.mark.parametrize("target", ["picterra", "pixel", "pix4d", "catalog"])
@pytest.mark.parametrize("kind", list(SOURCES))
def test_a_raster_arrives_as_it_was(
    run: Any, world: World, tmp_path: Path, between: list[str], kind: str, target: str
) -> None:
    """What is a file of its platform passes through; Pixel looks at it first, and the catalog's image is made."""
    file = pixel_files.raster(tmp_path / "field.tif")
    make = getattr(world, f"of_{SOURCES[kind]}")
    item = make(file, run) if kind == CATALOG else make(file)
    title, place, read = getattr(world, f"into_{target}")(kind)
    sent = run(SEND, KIND=kind, ITEM=item, TARGET=title, PLACE=place)
    found, day = read(sent["NEW_ID"])
    assert np.array_equal(found, gdal.Open(str(file)).ReadAsArray())
    assert sent["CAPTURED_AT"][:10] == DAY
    assert target == "pix4d" or day[:10] == DAY  # an output has no date: that of the project stays
    assert lay_here(between) == (kind == CATALOG or target == "pixel")


@pytest.mark.needs_assumed("pixel Raster.download_url")
@pytest.mark.parametrize("target", ["picterra", "pix4d", "catalog"])
@pytest.mark.parametrize("kind", [PICTERRA, PIX4D, PIXEL])
def test_passing_through_can_be_switched_off(
    run: Any, world: World, tmp_path: Path, between: list[str], kind: str, target: str
) -> None:
    file = pixel_files.raster(tmp_path / "field.tif")
    item = getattr(world, f"of_{SOURCES[kind]}")(file)
    title, place, read = getattr(world, f"into_{target}")(kind)
    sent = run(SEND, KIND=kind, ITEM=item, TARGET=title, PLACE=place, PASS_THROUGH=False)
    found, _ = read(sent["NEW_ID"])
    assert np.array_equal(found, gdal.Open(str(file)).ReadAsArray())
    assert lay_here(between)


@pytest.mark.parametrize("target", ["picterra", "pix4d"])
def test_a_hyperspectral_scene_arrives_with_all_its_bands(run: Any, world: World, target: str) -> None:
    """Collections of Pixel have rules that such a scene does not fit; a product takes it (test_send_item)."""
    entry = world.sandbox.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"][0]
    scene = world.pixxel.get(f"v0/catalogs/{entry}")["details"]
    title, place, read = getattr(world, f"into_{target}")(PIXXEL)
    sent = run(SEND, KIND=PIXXEL, ITEM=entry, TARGET=title, PLACE=place)
    found, day = read(sent["NEW_ID"])
    assert found.ndim == 3 and found.shape[0] > 20 and found.any()
    assert sent["NEW_NAME"] == scene["id"] and sent["CAPTURED_AT"][:10] == scene["properties"]["datetime"][:10]
    assert target == "pix4d" or day[:10] == scene["properties"]["datetime"][:10]
