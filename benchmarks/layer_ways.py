"""Ways from a result file to a layer, each in a process of its own: ``python -m benchmarks.layer_ways WAY SOURCE``."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from imagery_hub.core.layers.convert import ResultFile, convert
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QSize

from .measure import MEBIBYTE, report, timed


def plugin(source: Path, target: Path) -> None:
    """The plugin's conversion to a GeoPackage, with class and area."""
    convert([ResultFile(source)], target)


def plugin_beside_main(source: Path, target: Path) -> None:
    """The same in a thread, while the main thread notes how long it is kept waiting."""
    worker = threading.Thread(target=plugin, args=(source, target))
    worker.start()
    worst, before = 0.0, time.perf_counter()
    while worker.is_alive():
        time.sleep(0.002)
        now = time.perf_counter()
        worst, before = max(worst, now - before), now
    sys.stderr.write(f"longest stall of the main thread: {worst * 1000:.0f} ms\n")


def qgis_opens(source: Path, target: Path) -> None:
    """The GeoJSON itself as a layer, drawn once: what is done without a conversion."""
    layer = QgsVectorLayer(str(source), "result", "ogr")
    if not layer.isValid():
        raise RuntimeError("QGIS cannot open the file.")
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(800, 600))
    settings.setExtent(layer.extent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()


WAYS = {way.__name__: way for way in (plugin, plugin_beside_main, qgis_opens)}

if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QgsApplication([], False)
    application.initQgis()
    given = Path(sys.argv[2])
    made = given.with_name(f"{given.stem}-{sys.argv[1]}.gpkg")
    run = timed(lambda: WAYS[sys.argv[1]](given, made))
    sys.stderr.write(f"{sys.argv[1]}: {run.memory / MEBIBYTE:.0f} MiB above idle\n")
    made.unlink(missing_ok=True)
    report(run)
    sys.stdout.flush()
    os._exit(0)  # QGIS's own taking down is no part of this
