"""A layer that is no file becomes a GeoTIFF: its values, or the picture that QGIS draws of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from imagery_hub.core.problems import Problem
from imagery_hub.ui.push.geotiff import GeoTiffExport
from osgeo import gdal
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRasterLayer
from qgis.gui import QgsRasterLayerSaveAsDialog
from sandbox_images import squares_image

MODES = QgsRasterLayerSaveAsDialog.Mode


def answers(layer: QgsRasterLayer, target: Path, mode: Any, crs: str = "", **more: Any) -> Any:
    """What a user would have given in QGIS's dialog."""
    chosen = {
        "mode": mode, "outputCrs": QgsCoordinateReferenceSystem(crs) if crs else layer.crs(), "nRows": layer.height(),
        "nColumns": layer.width(), "outputFileName": str(target), "outputFormat": "GTiff",
        "createOptions": [], "creationOptions": [],
        "outputRectangle": layer.extent(), "tileMode": False, **more,
    }
    return SimpleNamespace(**{name: lambda value=value: value for name, value in chosen.items()})


@pytest.fixture
def layer(qgis_app: Any, tmp_path: Path) -> QgsRasterLayer:
    return QgsRasterLayer(str(squares_image(tmp_path / "squares.tif", [(20, 20, 60, 60)], [])), "squares")


def written(layer: QgsRasterLayer, dialog: Any, qtbot: Any) -> list[Any]:
    """What was told: the file or the failure."""
    told: list[Any] = []
    export = GeoTiffExport(layer, told.append, told.append)
    export._write(dialog)
    qtbot.waitUntil(lambda: bool(told), timeout=20000)
    export.stop()  # afterwards there is nothing to stop
    return told


def test_the_values_stay_as_they_are(layer: QgsRasterLayer, qtbot: Any, tmp_path: Path) -> None:
    target = tmp_path / "raw.tif"
    assert written(layer, answers(layer, target, MODES.RawDataMode), qtbot) == [target]
    before, after = gdal.Open(layer.source()), gdal.Open(str(target))
    assert np.array_equal(before.ReadAsArray(), after.ReadAsArray())
    assert after.GetGeoTransform() == pytest.approx(before.GetGeoTransform())


def test_the_picture_is_drawn_as_on_the_map(layer: QgsRasterLayer, qtbot: Any, tmp_path: Path) -> None:
    target = tmp_path / "drawn.tif"
    assert written(layer, answers(layer, target, MODES.RenderedImageMode), qtbot) == [target]
    after = gdal.Open(str(target))
    assert after.RasterCount == 4
    red, green, blue, opacity = after.ReadAsArray()[:, 40, 40]
    assert red > 150 > max(green, blue)
    assert opacity == 255
    assert after.GetSpatialRef().GetAuthorityCode(None) == "32632"


def test_another_reference_system(layer: QgsRasterLayer, qtbot: Any, tmp_path: Path) -> None:
    from qgis.core import QgsCoordinateTransform

    crs = QgsCoordinateReferenceSystem("EPSG:3857")
    box = QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance()).transformBoundingBox(layer.extent())
    target = tmp_path / "mercator.tif"
    dialog = answers(layer, target, MODES.RawDataMode, "EPSG:3857", outputRectangle=box)
    assert written(layer, dialog, qtbot) == [target]
    after = gdal.Open(str(target))
    assert after.GetSpatialRef().GetAuthorityCode(None) == "3857"
    assert after.GetGeoTransform()[0] == pytest.approx(box.xMinimum())
    assert after.ReadAsArray()[1].max() > 100


def test_what_cannot_be_written_is_told(layer: QgsRasterLayer, qtbot: Any, tmp_path: Path) -> None:
    (told,) = written(layer, answers(layer, tmp_path / "nowhere" / "a.tif", MODES.RawDataMode), qtbot)
    assert "“squares” could not be written" in str(told)
    export = GeoTiffExport(layer, print, print)
    with pytest.raises(Problem, match="Create VRT"):
        export._write(answers(layer, tmp_path / "tiles", MODES.RawDataMode, tileMode=True))
    with pytest.raises(Problem, match="could not be written"):
        export._write(answers(layer, tmp_path / "none.tif", MODES.RawDataMode, nRows=0))
