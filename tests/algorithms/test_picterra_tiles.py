"""A raster as tiles: the layer shows the image in its place, and neither project nor output holds the address."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core import live_sources
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize
from sandbox_images import EAST, NORTH, PIXEL, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def sources(run: Any) -> Iterator[None]:
    live_sources.install()
    yield
    live_sources.close()


def picture(layer: QgsRasterLayer, columns: int, rows: int) -> Any:
    """The layer rendered in the image's own pixels."""
    crs = QgsCoordinateReferenceSystem("EPSG:32632")
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(crs)
    settings.setExtent(QgsRectangle(EAST, NORTH - rows * PIXEL, EAST + columns * PIXEL, NORTH))
    settings.setOutputSize(QSize(columns, rows))
    settings.setTransformContext(QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance()).context())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def test_tiles_show_the_image_in_its_place(
    run: Any, sources: None, calls: PicterraCalls, tmp_path: Path
) -> None:
    image = squares_image(tmp_path / "a.tif", [(40, 40, 80, 80)], [(140, 100, 180, 140)])
    raster = calls.upload_raster(image, name="squares", captured_at="2024-06-02T09:41:00Z")
    layer = run("streamraster", RASTER=raster)["OUTPUT"]
    assert (layer.name(), layer.isValid()) == ("squares", True)
    shown = picture(layer, 240, 200)
    red, blue, green = (shown.pixelColor(*place) for place in ((60, 60), (160, 120), (20, 180)))
    assert red.red() > 150 and red.blue() < 100
    assert blue.blue() > 150 and blue.red() < 100
    assert green.green() > 100 and green.red() < 110
    assert layer.temporalProperties().fixedTemporalRange().begin().toUTC().date().toString("yyyy-MM-dd") == "2024-06-02"


def test_the_project_holds_no_address(
    run: Any, sources: None, calls: PicterraCalls, tmp_path: Path, qgis_new_project: None
) -> None:
    raster = calls.upload_raster(squares_image(tmp_path / "a.tif", [], []), name="squares")
    address = calls.get(f"rasters/{raster}/")["tms_url"].partition("/tms/")[0]
    layer = run("streamraster", RASTER=raster)["OUTPUT"]
    assert not any(address in message for message in run.messages)
    project = QgsProject()
    project.addMapLayer(layer)
    file = tmp_path / "project.qgz"
    assert project.write(str(file))
    with zipfile.ZipFile(file) as archive:
        text = archive.read("project.qgs").decode()
    token = address.rpartition("/")[2]
    assert token not in text
    assert raster in text


def test_a_raster_without_tiles_is_named(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    raster = calls.upload_raster(squares_image(tmp_path / "a.tif", [], []), name="squares")
    sandbox.fault(operation="getRaster", kind="malformed", body=f'{{"id": "{raster}", "name": "squares"}}')
    assert "offers no tiles of squares" in run.fails("streamraster", RASTER=raster)
