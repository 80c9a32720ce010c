"""The shipped model “Rasters to a published service”: from files on the disk to pixels of the WMS."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from headless import qgis_process
from osgeo import gdal, osr
from pixel_files import raster
from qgis.core import QgsApplication, QgsVectorLayer
from sandbox_pixel import PixelCalls, environment
from sandbox_process import SandboxProcess

MODEL = "imageryhub:pixel_uploadoptimisepublish"
EAST, NORTH, CELL, SIDE = 262000.0, 6649000.0, 0.5, 400


def orthophoto(path: Path, colours: tuple[int, int, int]) -> Path:
    """A picture of one colour with a brighter square in its middle."""
    made = gdal.GetDriverByName("GTiff").Create(str(path), SIDE, SIDE, 3, gdal.GDT_Byte)
    made.SetGeoTransform((EAST, CELL, 0, NORTH, 0, -CELL))
    system = osr.SpatialReference()
    system.ImportFromEPSG(25833)
    made.SetSpatialRef(system)
    for number, value in enumerate(colours, 1):
        band = np.full((SIDE, SIDE), value, dtype=np.uint8)
        band[150:250, 150:250] += 50
        made.GetRasterBand(number).WriteArray(band)
    return path


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "rasters"
    folder.mkdir()
    orthophoto(folder / "ortho.tif", (40, 120, 60))
    return folder


def shown(address: str) -> np.ndarray:
    """The middle 100 m of the picture, as the WMS draws them without any login."""
    west, north = EAST + 50, NORTH - 50
    told = requests.get(address, params={"SERVICE": "WMS", "REQUEST": "GetCapabilities"}, timeout=60).text
    layer = re.findall(r"<Layer[^>]*>\s*<Name>([^<]+)</Name>", told)[0]
    query = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": layer, "STYLES": "",
             "CRS": "EPSG:25833", "BBOX": f"{west},{north - 100},{west + 100},{north}", "WIDTH": "200",
             "HEIGHT": "200", "FORMAT": "image/png"}
    answer = requests.get(address, params=query, timeout=60)
    assert answer.headers["content-type"] == "image/png", answer.text[:300]
    name = "/vsimem/shown.png"
    gdal.FileFromMemBuffer(name, answer.content)
    try:
        dataset = gdal.Open(name)
        return np.asarray(dataset.ReadAsArray())[:3].astype(int)
    finally:
        dataset = None
        gdal.Unlink(name)


def test_rasters_become_a_running_service(sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path) -> None:
    """By ``qgis_process``, as at night."""
    place = pixel.collection(pixel.project(), "RGB")
    checked = tmp_path / "checked.gpkg"
    given = {"COLLECTION": place, "FOLDER": folder_of(tmp_path), "NAME": "Oslo in May", "CRS": "EPSG:25833",
             "PUBLIC": True, "check:Checked rasters": checked, "upload:Files that failed": tmp_path / "failed.gpkg"}
    done = qgis_process(tmp_path, environment(sandbox), "run", MODEL, "--",
                        *(f"{name}={value}" for name, value in given.items()), seconds=200)
    assert done.returncode == 0, done.stdout + done.stderr
    (sent,) = pixel.read(place, "rasters/")
    assert sent["name"] == "ortho"
    (copy,) = pixel.read(place, "rasters/optimized/")
    assert (copy["raster_id"], copy["status"], copy["profile"]) == (sent["id"], "completed", "rgb")
    (service,) = pixel.get("arcgis_services/Image/")
    assert (service["name"], service["status"]) == ("Oslo in May", "started")
    assert service["data_collection_ids"] == [int(place.split("/")[1])]
    (row,) = QgsVectorLayer(str(checked)).getFeatures()
    assert (row["name"], row["fits"]) == ("ortho.tif", True)

    wms = service["url"].replace("/arcgis/rest/services/", "/arcgis/services/") + "/WMSServer"
    picture = shown(wms)
    colours = np.array([40, 120, 60])
    assert np.abs(picture[:, 20, 20] - colours).max() < 8
    assert np.abs(picture[:, 100, 100] - colours - 50).max() < 8


def test_what_does_not_fit_is_not_sent(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "RGB")
    folder = folder_of(tmp_path)
    raster(folder / "heights.tif", data_type="float32", bands=1)
    given = {"COLLECTION": place, "FOLDER": str(folder), "NAME": "Oslo", "CRS": "EPSG:25833", "GDO_USERS":
             "fjordkart_les", "check:Checked rasters": "TEMPORARY_OUTPUT", "upload:Files that failed":
             "TEMPORARY_OUTPUT"}
    words = run_pixel.fails(MODEL, **given)
    assert "Upload the rasters" in words
    # The step's own sentence is told beside it on QGIS 3.22, and within it on newer ones.
    assert any("1 of 2 files would be refused" in one for one in (words, *run_pixel.messages))
    assert pixel.read(place, "rasters/") == []
    run_pixel(MODEL, **given, PARTLY=True)
    assert [one["name"] for one in pixel.read(place, "rasters/")] == ["ortho"]
    (service,) = pixel.get("arcgis_services/Image/")
    assert service["options"]["gdo_users"] == ["fjordkart_les"]


@pytest.mark.parametrize(("given", "words"), [
    ({}, "everybody on the internet can see the service"),
    ({"PUBLIC": True, "GDO_USERS": "fjordkart_les"}, "cannot be public and limited"),
    ({"PUBLIC": True, "COLLECTION": "six"}, "not a data collection"),
    ({"PUBLIC": True, "CRS": "PROJ4:+proj=laea +lat_0=60 +lon_0=10"}, "no EPSG code"),
])
def test_nothing_is_sent_before_all_is_right(
        run_pixel: Any, tmp_path: Path, given: dict[str, Any], words: str) -> None:
    usual = {"COLLECTION": "10/6", "FOLDER": str(folder_of(tmp_path)), "NAME": "Oslo", "CRS": "EPSG:25833"}
    assert words in run_pixel.refused(MODEL, **{**usual, **given})


def test_its_dialog_lists_what_the_platform_has(run_pixel: Any) -> None:
    from imagery_hub.algorithms.parameters import lister_of

    model = QgsApplication.processingRegistry().createAlgorithmById(MODEL)
    listers = {name: lister_of(model.parameterDefinition(name)).__name__ for name in ("COLLECTION", "GDO_USERS")}
    assert listers == {"COLLECTION": "raster_collections", "GDO_USERS": "gdo_users"}
