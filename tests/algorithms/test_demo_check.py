"""The look at what the demo left finds each thing that can be missing or wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from demo_output import made
from osgeo import ogr
from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QColor, QImage

from tools.demo.check import problems

SUMMARY = {"platform": "picterra", "raster_id": "r", "detector_id": "d", "detections": 1, "precision": 0.6667,
           "recall": 0.5, "f1": 0.5714, "seconds": 2.5}


def write_outcomes(path: Path, *outcomes: str) -> None:
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = source.CreateLayer("compared")
    layer.CreateField(ogr.FieldDefn("outcome"))
    for one in outcomes:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["outcome"] = one
        layer.CreateFeature(feature)


def write_style(path: Path, default: bool = True) -> None:
    """As QGIS keeps one in a GeoPackage."""
    source = ogr.Open(str(path), 1)
    styles = source.CreateLayer("layer_styles", geom_type=ogr.wkbNone, options=["OVERWRITE=YES"])
    for name, kind in (("styleQML", ogr.OFTString), ("useAsDefault", ogr.OFTInteger)):
        styles.CreateField(ogr.FieldDefn(name, kind))
    row = ogr.Feature(styles.GetLayerDefn())
    row["styleQML"], row["useAsDefault"] = '<qgis><renderer-v2 type="singleSymbol"/></qgis>', int(default)
    styles.CreateFeature(row)


@pytest.fixture
def output(qgis_app: QgsApplication, tmp_path: Path) -> Path:
    """Two of three detections are right, two of four crowns were found."""
    folder = tmp_path / "output"
    made(folder)
    (folder / "detections.gpkg").unlink()
    write_outcomes(folder / "detections.gpkg", "one")
    write_style(folder / "detections.gpkg")
    write_outcomes(folder / "compared.gpkg", *["found"] * 2, "false alarm", *["missed"] * 2)
    shutil.copyfile(folder / "map.png", folder / "five_platforms.png")
    (folder / "summary.json").write_text(json.dumps(SUMMARY))
    return folder


def told(output: Path) -> list[str]:
    """Without the layer of detections, which holds no outlines here."""
    return [one for one in problems(output) if "Detections" not in one and "detections.qgz holds" not in one]


def change(**members: object) -> Callable[[Path], None]:
    def damage(output: Path) -> None:
        (output / "summary.json").write_text(json.dumps({**SUMMARY, **members}))

    return damage


def grey(output: Path) -> None:
    picture = QImage(1000, 1000, QImage.Format.Format_RGB32)
    picture.fill(QColor("grey"))
    picture.save(str(output / "map.png"))


def test_nothing_is_said_of_what_is_whole(output: Path) -> None:
    assert told(output) == []


@pytest.mark.parametrize(("damage", "words"), [
    (lambda output: (output / "compared.gpkg").unlink(), "Not made: compared.gpkg."),
    (change(detector_id=""), "The summary has no detector_id."),
    (change(f1=None), "The summary's f1 is None."),
    (change(recall=0), "The summary's recall is 0."),
    (change(precision=1.2), "above 1."),
    (change(detections=2), "holds 1 features, the summary says 2."),
    (change(f1=0.58), "counted anew it is 0.5714."),
    (lambda output: write_style(output / "detections.gpkg", default=False), "detections.gpkg has no style of its own."),
    (grey, "map.png is empty."),
    (lambda output: (output / "five_platforms.png").write_bytes(b"x"), "five_platforms.png is no picture of a page."),
    (lambda output: (output / "detections.qgz").write_bytes(b"x"), "detections.qgz does not open."),
    (lambda output: (output / "tile.tif").unlink(), "the layer “NEON tile OSBS_029” does not open."),
])
def test_what_is_wrong_is_said(output: Path, damage: Callable[[Path], None], words: str) -> None:
    damage(output)
    found = told(output)
    assert any(words in one for one in found), found
