"""What the demo has to have left, looked at by GDAL and in a project that is opened:
``python -m tools.demo.check OUTPUT_FOLDER``. Prints what is missing; the exit code is 0 when nothing is."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr

TEXTS = ("platform", "raster_id", "detector_id")
SCORES = ("precision", "recall", "f1")
PICTURES = ("map.png", "five_platforms.png")
DETECTIONS, COMPARED, PROJECT = "detections.gpkg", "compared.gpkg", "detections.qgz"
CROWNS_OF_THE_TILE = 61
CLOSE = 0.0001
"""The summary rounds to four places."""


def problems(output: Path) -> Iterator[str]:
    """What is not as it has to be, as sentences."""
    missing = [name for name in ("summary.json", DETECTIONS, COMPARED, PROJECT, *PICTURES)
               if not (output / name).is_file()]
    if missing:
        yield f"Not made: {', '.join(missing)}."
        return
    summary = json.loads((output / "summary.json").read_text("utf-8"))
    yield from summary_problems(summary)
    yield from agreement(summary, output)
    yield from style_problems(output / DETECTIONS)
    yield from picture_problems(output)
    yield from project_problems(output / PROJECT)


def summary_problems(summary: dict[str, Any]) -> Iterator[str]:
    """Members that are missing, empty or no score."""
    for name in TEXTS:
        if not summary.get(name):
            yield f"The summary has no {name}."
    for name in (*SCORES, "detections", "seconds"):
        value = summary.get(name)
        if not isinstance(value, (int, float)) or not math.isfinite(value) or value <= 0:
            yield f"The summary's {name} is {value!r}."
        elif name in SCORES and value > 1:
            yield f"The summary's {name} is {value!r}, above 1."


def agreement(summary: dict[str, Any], output: Path) -> Iterator[str]:
    """Whether the files say the same as the summary; the scores are counted anew from what was compared."""
    count = sum(1 for _ in _rows(output / DETECTIONS))
    if count != summary.get("detections"):
        yield f"{DETECTIONS} holds {count} features, the summary says {summary.get('detections')}."
    outcomes = Counter(row["outcome"] for row in _rows(output / COMPARED))
    found, false, missed = outcomes["found"], outcomes["false alarm"], outcomes["missed"]
    if not found or found + missed >= CROWNS_OF_THE_TILE:
        yield f"{COMPARED} holds {dict(outcomes)}, where a part of the tile's crowns was to be compared."
        return
    precision, recall = found / (found + false), found / (found + missed)
    counted = (precision, recall, 2 * precision * recall / (precision + recall))
    for name, value in zip(SCORES, counted):
        if not math.isclose(value, summary.get(name) or 0, abs_tol=CLOSE):
            yield f"The summary's {name} is {summary.get(name)}, counted anew it is {value:.4f}."


def style_problems(detections: Path) -> Iterator[str]:
    """A file that QGIS would draw in a colour by chance."""
    opened = gdal.OpenEx(str(detections), gdal.OF_VECTOR)
    styles = opened.GetLayerByName("layer_styles")
    whole = [] if styles is None else [row["styleQML"] or "" for row in styles if row["useAsDefault"]]
    if not any("<renderer-v2" in one for one in whole):
        yield f"{detections.name} has no style of its own."


def picture_problems(output: Path) -> Iterator[str]:
    """Pictures that cannot be read, are small, or of one colour."""
    from qgis.PyQt.QtGui import QImage

    for name in PICTURES:
        picture = QImage(str(output / name))
        if min(picture.width(), picture.height()) < 600:
            yield f"{name} is no picture of a page."
            continue
        small = picture.scaled(60, 60)
        if len({small.pixel(column, row) for column in range(60) for row in range(60)}) < 20:
            yield f"{name} is empty."


def project_problems(project: Path) -> Iterator[str]:
    """A project that does not open, or whose layers do not."""
    from qgis.core import QgsApplication, QgsProject

    application = QgsApplication.instance() or _started()
    opened = QgsProject()
    if not opened.read(str(project)):
        yield f"{project.name} does not open."
        return
    layers = opened.mapLayers().values()
    names = {layer.name().partition(" (")[0] for layer in layers}
    if "Detections" not in names or not any(name.startswith("NEON") for name in names):
        yield f"{project.name} holds {sorted(names)}."
    for layer in layers:
        if not layer.isValid():
            yield f"In {project.name} the layer “{layer.name()}” does not open."
    if not opened.layoutManager().layouts():
        yield f"{project.name} has no layout."
    opened.clear()
    del application


def _started() -> Any:
    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    return application


def _rows(path: Path) -> Iterator[ogr.Feature]:
    opened = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    yield from opened.GetLayer(0)


def main() -> int:
    """The exit code."""
    found = list(problems(Path(sys.argv[1]).resolve()))
    for one in found:
        print(f"make demo: {one}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
