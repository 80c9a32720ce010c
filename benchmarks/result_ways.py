"""Ways from a finished detection to a layer on the map, each in a PyQGIS process of its own.

``python -m benchmarks.result_ways WAY FORM OPERATION POLYGONS FOLDER``. ``FORM``: ``collection`` (a feature for each
object, by the vector layer of the class) or ``multipolygon`` (one for each class, by the address of the class).
All ways end alike: a valid layer of which a part is drawn, and the picture is not empty.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from . import qgis_process
from .local_platform import CURL, POLL_SECONDS
from .measure import DidNotFinish, Run, report, timed, watched
from .vendor import GENERATIONS, vendor_client

COLLECTION, MULTIPOLYGON = "collection", "multipolygon"
#: The part of the layer's width and height that is drawn.
SHOWN = 0.02


def plugin(form: str, operation: str, folder: Path) -> str:
    """The algorithm of the toolbox, to a GeoPackage, with class, area, style and origin."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("imageryhub:picterra_downloadresult")
    target, feedback = folder / "plugin.gpkg", QgsProcessingFeedback(False)
    way = {MULTIPOLYGON: 1, COLLECTION: 2}[form]
    values = {"OPERATION": operation, "WAY": way, "OUTPUT": str(target)}
    _, fine = algorithm.run(values, QgsProcessingContext(), feedback)
    if not fine:
        raise DidNotFinish(feedback.textLog())
    return str(target)


class ByOgr2ogr:
    """``curl`` and ``ogr2ogr``. What these programs held counts as memory, since this process only waits for them."""

    def __init__(self, driver: str, suffix: str, *options: str) -> None:
        self._command = ["ogr2ogr", "-f", driver, "-nln", "detections", *options]
        self._suffix = suffix
        self.peak = 0

    def __call__(self, form: str, operation: str, folder: Path) -> str:
        source, target = folder / "result.geojson", folder / f"ogr2ogr{self._suffix}"
        self._run([*CURL, "-o", str(source), address_of(form, operation)])
        self._run([*self._command, str(target), str(source)])
        return str(target)

    def _run(self, command: list[str]) -> None:
        _, peak = watched(command, own_group=False)
        self.peak = max(self.peak, peak)


def address_of(form: str, operation: str) -> str:
    """The signed address of the result's only class, asked for by ``curl``."""
    result = call("GET", f"operations/{operation}/")["results"]["by_class"][0]["result"]
    if form == MULTIPOLYGON:
        return str(result["url"])
    state = call("POST", f"vector_layers/{result['vector_layer_id']}/download/")
    started = state["operation_id"]
    while state.get("status") != "success":
        state = call("GET", f"operations/{started}/")
        time.sleep(POLL_SECONDS)
    return str(state["results"]["download_url"])


def call(method: str, path: str) -> Any:
    """One request by ``curl``."""
    address = os.environ["PICTERRA_BASE_URL"] + "public/api/v2/" + path
    command = [*CURL, "-X", method, "-H", f"X-Api-Key: {os.environ['PICTERRA_API_KEY']}", address]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def vendor(generation: str, form: str, operation: str, folder: Path) -> str:
    """The client's own file, opened as it is. 4.0.0 makes its MultiPolygons from vector layers, 2.0.0 fetches them; a
    vector layer comes as one file there and in parts here."""
    client, target = vendor_client(generation), folder / "vendor.geojson"
    if form == MULTIPOLYGON:
        client.download_result_to_feature_collection(operation, str(target))
    else:
        result = client.get_operation_results(operation)["by_class"][0]["result"]
        client.download_vector_layer_to_file(result["vector_layer_id"], str(target))
    return str(target)


WAYS: dict[str, Any] = {
    "plugin": plugin,
    "gpkg": ByOgr2ogr("GPKG", ".gpkg", "-nlt", "POLYGON"),
    "fgb": ByOgr2ogr("FlatGeobuf", ".fgb", "-nlt", "POLYGON"),
    "exploded": ByOgr2ogr("GPKG", ".gpkg", "-nlt", "POLYGON", "-explodecollections"),
    **{f"vendor-{generation}": partial(vendor, generation) for generation in GENERATIONS},
}


def draw(source: str, polygons: int) -> None:
    """Open a layer and draw the middle of it. Raises when it is not valid, incomplete, or the picture is empty."""
    from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle, QgsVectorLayer
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor

    layer = QgsVectorLayer(source, "result", "ogr")
    if not layer.isValid():
        raise DidNotFinish("QGIS cannot open the file")
    if layer.featureCount() not in (polygons, 1):
        raise DidNotFinish(f"the layer holds {layer.featureCount()} features, not {polygons}")
    whole = layer.extent()
    middle = whole.center()
    width, height = whole.width() * SHOWN / 2, whole.height() * SHOWN / 2
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(800, 600))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(QgsRectangle(middle.x() - width, middle.y() - height, middle.x() + width, middle.y() + height))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    colours = {picture.pixel(x, y) for x in range(0, 800, 7) for y in range(0, 600, 7)}
    if len(colours) < 2:
        raise DidNotFinish("QGIS drew nothing")


def main(way: str, form: str, operation: str, polygons: int, folder: Path) -> Run:
    """Run one way and measure it."""
    chosen = WAYS[way]
    times: dict[str, float] = {}

    def job() -> dict[str, float]:
        began = time.perf_counter()
        source = chosen(form, operation, folder)
        times["made"] = round(time.perf_counter() - began, 3)
        draw(source, polygons)
        times["drawn"] = round(time.perf_counter() - began - times["made"], 3)
        return times

    run = timed(job)
    peak = getattr(chosen, "peak", 0)
    return Run(run.seconds, max(run.memory, peak), run.cpu, run.facts)


if __name__ == "__main__":
    qgis_process.start()
    try:
        report(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5])))
    except DidNotFinish as reason:
        sys.stderr.write(str(reason))
        sys.stderr.flush()
        os._exit(1)
    qgis_process.leave()
