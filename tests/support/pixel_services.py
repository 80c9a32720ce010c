"""Data collections that can be published: rasters of known colours and slopes, optimised; photos; started services."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr
from pixel_sending import group_ended, send
from sandbox_pixel import PixelCalls, path_of

LEFT, TOP, CELL, SIDE = 262000.0, 6650000.0, 1.0, 256
"""A square in Oslo in EPSG:25833."""
BOX = (LEFT, TOP - SIDE * CELL, LEFT + SIDE * CELL, TOP)
COLOURS = ((200, 40, 40), (40, 180, 60), (60, 80, 210), (220, 200, 60))
"""North-west, north-east, south-west, south-east quarter of the orthophoto."""
GDO = ("fjordkart_les", "sandbox-gdo-password")
OTHER_GDO = ("fjordkart_felt", "sandbox-gdo-password")
PLAIN = {"nearblack_options": {"enabled": False, "color": "black", "algorithm": "twopasses"},
         "overview_resampling": "average"}
WMS = {"enable": True, "title": "Oslo WMS", "abstract": "Flown in May", "keywords": ["ortofoto"]}


def orthophoto(path: Path) -> Path:
    """Four quarters of one colour each."""
    pixels = np.zeros((3, SIDE, SIDE), np.uint8)
    half = SIDE // 2
    for number, colour in enumerate(COLOURS):
        row, column = divmod(number, 2)
        pixels[:, row * half:(row + 1) * half, column * half:(column + 1) * half] = np.array(colour)[:, None, None]
    return _write(path, pixels, gdal.GDT_Byte)


def slope(path: Path) -> Path:
    """A plane that rises by one metre a metre towards the east: its slope is 45 degrees and it faces west."""
    return _write(path, np.tile(np.arange(SIDE, dtype=np.float32), (1, SIDE, 1)), gdal.GDT_Float32)


def terrain(path: Path) -> Path:
    """Hills that can be looked at."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / SIDE * 2 * np.pi
    hills = 60 * np.sin(2 * columns) * np.cos(rows) + 25 * np.sin(5 * columns + 3 * rows)
    return _write(path, hills[np.newaxis].astype(np.float32), gdal.GDT_Float32)


def _write(path: Path, pixels: np.ndarray, kind: int) -> Path:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), SIDE, SIDE, len(pixels), kind)
    dataset.SetGeoTransform((LEFT, CELL, 0.0, TOP, 0.0, -CELL))
    system = osr.SpatialReference()
    system.ImportFromEPSG(25833)
    dataset.SetSpatialRef(system)
    for number, band in enumerate(pixels, 1):
        dataset.GetRasterBand(number).WriteArray(band)
    dataset.FlushCache()
    return path


def optimised(calls: PixelCalls, kind: str, file: Path, count: int = 1) -> str:
    """A data collection ``project/collection`` with rasters of this file, and their optimised copies."""
    place = calls.collection(calls.project(), kind)
    for _ in range(count):
        send(calls, place, [file])
    calls.post(path_of(place, "rasters/optimized/"), {"creation_options": PLAIN})
    started = calls.post(path_of(place, "rasters/optimized/run"), {"retry_failed": False})
    group_ended(calls, started["group_job"]["group_id"])
    copies = calls.read(place, "rasters/optimized/")
    assert [one["status"] for one in copies] == ["completed"] * count, copies
    return place


def number(place: str) -> int:
    """The id of a data collection."""
    return int(place.split("/")[1])


def image_options(gdo_users: list[str] | None = None, wms: dict[str, Any] | None = None, srid: int = 25833) -> Any:
    """Options of an image service; with WMS unless told otherwise."""
    options: dict[str, Any] = {"image_service_options": {"default_service_srid": srid, "wms_options": wms or WMS}}
    return {**options, **({"gdo_users": gdo_users} if gdo_users else {})}


def created(calls: PixelCalls, kind: str, place: str, options: Any, name: str = "Oslo orthophotos") -> Any:
    """A new service, stopped."""
    return calls.post(f"arcgis_services/{kind}/", {"name": name, "description": "Of May", "options": options,
                                                  "data_collection_ids": [number(place)]})


def acted(calls: PixelCalls, kind: str, service: int, action: str, **query: Any) -> Any:
    """The service after an action and the job behind it."""
    answer = calls.put(f"arcgis_services/{kind}/{service}/{action}", **query)
    if answer["job"] is not None:
        wait(lambda: calls.get(f"jobs/{answer['job']['job_id']}")["completed"])
    return calls.get(f"arcgis_services/{kind}/{service}")


def started(calls: PixelCalls, kind: str, place: str, options: Any, name: str = "Oslo orthophotos") -> Any:
    """A service that runs."""
    one = acted(calls, kind, created(calls, kind, place, options, name)["id"], "start")
    assert one["status"] == "started", one
    return one


def token(calls: PixelCalls, user: tuple[str, str] = GDO, **members: Any) -> Any:
    """The answer to generateToken."""
    form = {"username": user[0], "password": user[1], "client": "requestip", "f": "json", **members}
    return calls.session.post(calls.ready["services"] + "/arcgis/tokens/generateToken", data=form, timeout=60).json()


def wait(ended: Any) -> None:
    """Look again and again until it is so."""
    for _ in range(600):
        if ended():
            return
        time.sleep(0.05)
    raise AssertionError("It did not end.")


def pixels(content: bytes) -> np.ndarray:
    """Bands, rows and columns of a picture."""
    name = "/vsimem/picture"
    gdal.FileFromMemBuffer(name, content)
    try:
        return gdal.Open(name).ReadAsArray()
    finally:
        gdal.Unlink(name)
