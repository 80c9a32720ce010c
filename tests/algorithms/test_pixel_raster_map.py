"""Rasters that are read from the platform's storage; the pixels are compared with the file by GDAL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.core import live_sources
from imagery_hub.providers.pixel.flows.streaming import expiry_of
from osgeo import gdal, osr
from qgis.core import QgsRasterLayer
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess


@pytest.fixture(autouse=True)
def projects_keep_references() -> Iterator[None]:
    """What the plugin puts between QGIS and its project files."""
    live_sources.close()
    live_sources.install()
    yield
    live_sources.close()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A cloud-optimised raster of 600 x 500 pixels near Oslo."""
    plain = gdal.GetDriverByName("MEM").Create("", 600, 500, 1, gdal.GDT_Float32)
    plain.SetGeoTransform((262000, 1, 0, 6650000, 0, -1))
    system = osr.SpatialReference()
    system.ImportFromEPSG(25833)
    plain.SetProjection(system.ExportToWkt())
    plain.GetRasterBand(1).WriteArray(np.add.outer(np.arange(500), np.arange(600)).astype("float32"))
    target = tmp_path / "sheet.tif"
    gdal.GetDriverByName("COG").CreateCopy(str(target), plain)
    return target


@pytest.fixture
def placed(pixel: PixelCalls, sheet: Path) -> tuple[str, int]:
    """A collection of terrain models, and the raster with that file in it."""
    place = pixel.collection(pixel.project(), "DTM")
    body = {"collection": place.split("/")[1], "file": str(sheet)}
    return place, pixel.sandbox.control("POST", "pixel/rasters", body)["first"]


@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_a_raster_is_read_where_it_is(
    run_pixel: Any, sandbox: SandboxProcess, placed: tuple[str, int], sheet: Path, tmp_path: Path
) -> None:
    place, number = placed
    definition = tmp_path / "sheet.qlr"
    found = run_pixel("addraster", COLLECTION=place, RASTER=str(number), DEFINITION=str(definition))
    layer = found["OUTPUT"]
    assert isinstance(layer, QgsRasterLayer)
    assert found["REFERENCE"].startswith(f"imageryhub:pixel//raster/{place.replace('/', '%2F')}%2F{number}/cog")
    assert layer.crs().authid() == "EPSG:25833"
    block = layer.dataProvider().block(1, layer.extent(), 600, 500)
    truth = gdal.Open(str(sheet)).ReadAsArray()
    assert [block.value(row, column) for row, column in ((0, 0), (250, 300), (499, 599))] == [
        truth[0, 0], truth[250, 300], truth[499, 599]]
    address = PixelCalls(sandbox).read(place, f"rasters/{number}")["download_url"]
    secret = address.partition("?")[2]
    text = definition.read_text("utf-8")
    assert "imageryhub:" in text
    assert secret not in text
    assert "/vsicurl" not in text
    assert "/vsicurl" not in layer.source()


@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_it_is_renewed_by_its_reference(run_pixel: Any, placed: tuple[str, int]) -> None:
    place, number = placed
    found = run_pixel("addraster", COLLECTION=place, RASTER=str(number))
    from imagery_hub.core.layers.streaming.reference import parse

    reference = parse(found["REFERENCE"])
    assert reference is not None
    live = live_sources.renew(reference)
    assert live.source.startswith("/vsicurl/http")
    assert live.expires is not None
    assert 0 < live.expires - time.time() <= 901
    assert gdal.Open(live.source).RasterXSize == 600


def test_without_an_address_it_is_told(run_pixel: Any, pixel: PixelCalls) -> None:
    place = pixel.collection(pixel.project(), "DTM")
    number = pixel.sandbox.control("POST", "pixel/rasters", {"collection": place.split("/")[1]})["first"]
    words = run_pixel.fails("addraster", COLLECTION=place, RASTER=str(number))
    assert "published ArcGIS service" in words


@pytest.mark.parametrize(("query", "life"), [
    ("X-Amz-Date=20200101T000000Z&X-Amz-Expires=600", None), ("X-Amz-Expires=600", 600), ("", 900), ("Expires=x", 900),
    ("Expires=99999999999", 900),
])
def test_when_an_address_ends(query: str, life: int | None) -> None:
    found = expiry_of(f"https://storage.example.net/a.tif?{query}")
    if life is None:
        assert found == 1577837400.0
    else:
        assert found == pytest.approx(time.time() + life, abs=5)
