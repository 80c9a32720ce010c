"""The same image of four colours on each platform, and what a quick look of it has to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from descarteslabs_calls import DescartesCalls
from imagery_hub.providers.search import Query
from osgeo import gdal, osr
from pix4d_project import StoredProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QImage
from sandbox_descarteslabs import environment as catalog_environment
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import environment as pix4d_environment
from sandbox_pixel import PixelCalls
from sandbox_pixel import environment as pixel_environment
from sandbox_pixxel import FIELDS, TD2, PixxelCalls
from sandbox_pixxel import environment as pixxel_environment
from sandbox_process import PICTERRA_KEY, SandboxProcess

#: From the north-west in reading order.
COLOURS = ["#ff0000", "#00ff00", "#0000ff", "#ffffff"]
#: When Pixxel's scenes are looked for.
DAYS = ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z")
GDAL_COLOURS = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)


@dataclass(frozen=True)
class Pictured:
    """An image that a search finds by its name. ``looks``: whether a picture is the right one."""

    platform: str
    text: str
    looks: Callable[[bytes], bool]
    query: Query = field(default_factory=Query)


def quarters(path: Path, driver: str = "GTiff", side: int = 64, factor: int = 1) -> Path:
    """An image whose quarters have :data:`COLOURS`, in degrees; ``factor`` above 1: of 16 bits, so many times as
    bright. The COG of more than 512 pixels has overviews."""
    half = side // 2
    pixels = np.zeros((3, side, side), np.uint16 if factor > 1 else np.uint8)
    pixels[0, :half, :half] = pixels[1, :half, half:] = pixels[2, half:, :half] = 255 * factor
    pixels[:, half:, half:] = 255 * factor
    kind = gdal.GDT_UInt16 if factor > 1 else gdal.GDT_Byte
    plain = gdal.GetDriverByName("MEM").Create("", side, side, 3, kind)
    plain.SetGeoTransform([8.0, 0.02 / side, 0, 46.02, 0, -0.02 / side])
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    plain.SetProjection(system.ExportToWkt())
    for number, band in enumerate(pixels, 1):
        plain.GetRasterBand(number).WriteArray(band)
        plain.GetRasterBand(number).SetColorInterpretation(GDAL_COLOURS[number - 1])
    gdal.GetDriverByName(driver).CreateCopy(str(path), plain).FlushCache()
    return path


def colours(image: QImage) -> list[str]:
    """Those in the middle of the quarters."""
    wide, high = image.width(), image.height()
    return [QColor(image.pixel(round(wide * x), round(high * y))).name() for y in (0.25, 0.75) for x in (0.25, 0.75)]


def _shows_quarters(picture: bytes) -> bool:
    image = QImage.fromData(picture)
    return not image.isNull() and max(image.width(), image.height()) <= 256 and colours(image) == COLOURS


def _picterra(sandbox: SandboxProcess, folder: Path) -> Pictured:
    PicterraCalls(sandbox).upload_raster(quarters(folder / "quarters.tif"), name="quarters")
    return Pictured("picterra", "quarters", _shows_quarters)


def _pix4d(sandbox: SandboxProcess, folder: Path) -> Pictured:
    """Without a picture of the project itself, that of its orthomosaic is taken."""
    project = StoredProject(sandbox)
    (key,) = project.store([quarters(folder / "ortho_thumb.png", "PNG")], "post_processing")
    project.calls.post(f"{project.path}outputs/", {"output": key, "output_type": "ortho_thumb"})
    sandbox.control("POST", f"pix4d/projects/{project.id}", {"status": "DONE", "bounds": [8.0, 46.0, 8.02, 46.02]})
    return Pictured("pix4d", project.calls.get(project.path)["name"], _shows_quarters)


def _pixel(sandbox: SandboxProcess, folder: Path) -> Pictured:
    """A cloud-optimised file of 16 bits: stretched."""
    calls = PixelCalls(sandbox)
    place = calls.collection(calls.project(), "raster")
    file = quarters(folder / "quarters.tif", "COG", 2048, 40)
    sandbox.control("POST", "pixel/rasters", {"collection": place.split("/")[1], "file": str(file), "name": "quarters"})
    return Pictured("pixel", "quarters", _shows_quarters)


def _descarteslabs(sandbox: SandboxProcess, folder: Path) -> Pictured:
    """Of 16 bits, with a range for showing, and with a band before those that are seen."""
    calls = DescartesCalls(sandbox)
    product = calls.product("pictures")
    calls.band(product, name="infrared", srcband=1, color="Gray", default_range=[0, 100])
    for number, name in enumerate(("blue", "green", "red"), 2):
        calls.band(product, name=name, srcband=number, color=name.title(), default_range=[0, 40 * 255], nodata=None,
                   data_range=[0, 65535])
    source = gdal.Open(str(quarters(folder / "plain.tif", factor=40)))
    gdal.Translate(str(folder / "quarters.tif"), source, bandList=[1, 3, 2, 1])
    calls.upload(product, "quarters.tif", folder / "quarters.tif")
    assert calls.result(product, "quarters.tif")["status"] == "SUCCESS"
    return Pictured("descarteslabs", "quarters", _shows_quarters)


def _archive(sandbox: SandboxProcess, folder: Path) -> Pictured:
    calls = PixxelCalls(sandbox)
    (item,) = calls.post("v0/archives/search", {"intersects": FIELDS, "datetime": "/".join(DAYS), "limit": 1})[
        "features"]
    return _scene(calls, item, "archive")


def _all_satellites(sandbox: SandboxProcess, folder: Path) -> Pictured:
    calls = PixxelCalls(sandbox)
    body = {"start_date": DAYS[0], "end_date": DAYS[1], "geometry": FIELDS, "limit": 1,
            "satellites": [{"collection_id": "pixxel-td-l2a", "satellite_id": TD2}]}
    (item,) = calls.post("v0/search", body)["items"].values()
    return _scene(calls, item, "scenes")


def _scene(calls: PixxelCalls, item: dict[str, Any], on: str) -> Pictured:
    """The picture is the item's own, which a dock shows in its own size."""
    whole = calls.fetched(item["assets"]["thumbnail"]["href"]).content
    small = QImage.fromData(whole).scaled(
        220, 220, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    plain = QImage.Format.Format_RGB32

    def looks(picture: bytes) -> bool:
        return picture == whole or QImage.fromData(picture).convertToFormat(plain) == small.convertToFormat(plain)

    query = Query(FIELDS, *DAYS, further={"on": on})
    return Pictured("pixxel", item["id"], looks, query)


#: By what is searched: what puts it there.
PLATFORMS: dict[str, Callable[[SandboxProcess, Path], Pictured]] = {
    "picterra": _picterra, "pix4d": _pix4d, "pixel": _pixel, "descarteslabs": _descarteslabs, "archive": _archive,
    "all satellites": _all_satellites,
}


def environment(sandbox: SandboxProcess) -> dict[str, str]:
    """The variables with which the plugin finds all platforms without a connection."""
    found = {"PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": sandbox.address}
    for variables in (pixel_environment, pixxel_environment, pix4d_environment, catalog_environment):
        found.update(variables(sandbox))
    return found
