"""The shipped model “Photos to orthomosaic and volumes”, over land whose image and heights are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from headless import qgis_process
from osgeo import gdal
from pix4d_flight import test_flight
from qgis.core import QgsVectorLayer
from sandbox_pix4d import PROJECTS, Pix4dCalls, environment
from sandbox_process import SandboxProcess

MODEL = "imageryhub:pix4d_photostovolumes"


def photos(folder: Path) -> Path:
    folder.mkdir()
    for path in test_flight(objects=True).photos:
        (folder / path.name).symlink_to(path)
    return folder


def heights() -> tuple[np.ndarray, tuple[float, ...]]:
    """The true heights, and where their cells lie."""
    truth = gdal.Open(str(test_flight(objects=True).terrain))
    return truth.GetRasterBand(1).ReadAsArray().astype(float), truth.GetGeoTransform()


def middle(side: float) -> tuple[float, float, float, float]:
    """A square in the middle of the land, in EPSG:32632."""
    grid, (left, cell, _, top, _, down) = heights()
    x, y = left + cell * grid.shape[1] / 2, top + down * grid.shape[0] / 2
    return x - side / 2, y - side / 2, x + side / 2, y + side / 2


def square(box: tuple[float, float, float, float], path: Path) -> str:
    """A layer of one polygon."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    path.write_text(json.dumps({
        "type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}},
        "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}],
    }))
    return str(path)


def true_volume(box: tuple[float, float, float, float]) -> float:
    """Above the lowest corner, out of the true heights, in cubic metres."""
    grid, (left, cell, _, top, _, down) = heights()
    west, south, east, north = box
    columns = slice(round((west - left) / cell), round((east - left) / cell))
    rows = slice(round((north - top) / down), round((south - top) / down))
    part = grid[rows, columns]
    lowest = min(part[0, 0], part[0, -1], part[-1, 0], part[-1, -1])
    return float((part - lowest).sum() * cell * -down)


def test_photos_become_an_orthomosaic_a_surface_model_and_volumes(
    sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path
) -> None:
    """By ``qgis_process``, as at night."""
    box = middle(20.0)
    targets = {name: str(tmp_path / file) for name, file in (
        ("orthomosaic:Orthomosaic", "ortho.tif"), ("surface:Surface model", "dsm.tif"), ("volumes:Volumes", "v.gpkg"))}
    given = {"PHOTO_FOLDER": photos(tmp_path / "photos"), "NAME": "Pit in May", "CRS": "EPSG:32632",
             "POLYGONS": square(box, tmp_path / "heap.geojson"), "BASE": 5, "CONFIRM": True, **targets}
    done = qgis_process(tmp_path, environment(sandbox), "run", MODEL, "--",
                        *(f"{name}={value}" for name, value in given.items()), seconds=280)
    assert done.returncode == 0, done.stdout + done.stderr
    (project,) = pix4d.get(PROJECTS)["results"]
    assert (project["display_name"], project["public_status"]) == ("Pit in May", "DONE")

    ortho, surface = gdal.Open(targets["orthomosaic:Orthomosaic"]), gdal.Open(targets["surface:Surface model"])
    assert ortho.RasterCount == 4 and surface.RasterCount == 1
    truth = gdal.Open(str(test_flight(objects=True).orthoimage))
    west, south, east, north = middle(30.0)
    window = {"outputBounds": (west, south, east, north), "width": 150, "height": 150, "format": "MEM", "dstSRS":
              "EPSG:32632", "resampleAlg": "average"}
    made, real = (gdal.Warp("", one, **window).ReadAsArray()[:3].astype(float) for one in (ortho, truth))
    assert np.corrcoef(made.ravel(), real.ravel())[0, 1] > 0.9

    (measured,) = list(QgsVectorLayer(targets["volumes:Volumes"]).getFeatures())
    expected = true_volume(box)
    assert expected > 50
    assert measured["cut"] == pytest.approx(expected, rel=0.15)


def test_it_costs_nothing_until_that_is_agreed_to(run_pix4d: Any, pix4d: Pix4dCalls, tmp_path: Path) -> None:
    words = run_pix4d.refused(MODEL, PHOTO_FOLDER=str(photos(tmp_path / "photos")), NAME="Pit",
                              POLYGONS=square(middle(20.0), tmp_path / "heap.geojson"))
    assert "Tick “Confirm" in words and "credits" in words
    assert pix4d.get(PROJECTS)["results"] == []
