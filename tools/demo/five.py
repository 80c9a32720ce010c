"""The last part of the demo: ``python -m tools.demo.five OUTPUT_FOLDER WORK_FOLDER``, after the main job.

``SANDBOX_READY`` holds what the sandbox said when it had started. Everything is asked of it anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsPrintLayout, QgsProcessingContext, QgsProcessingFeedback, QgsProject

from tools.demo.logins import variables

PAGE = "five_platforms.png"


class Told(QgsProcessingFeedback):
    """Says on the terminal what goes wrong, and nothing else."""

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N802, N803 - QGIS's names
        print(error, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    output, work = (Path(argument).resolve() for argument in arguments)
    os.environ.update(variables(json.loads(os.environ["SANDBOX_READY"])))
    application = QgsApplication([], True)
    application.initQgis()
    sys.path.insert(0, str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from imagery_hub.algorithms.provider import ImageryHubProvider
    from processing.core.Processing import Processing

    Processing.initialize()
    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    shutil.rmtree(work, ignore_errors=True)
    make(output, work)
    QgsProject.instance().clear()
    return 0


def make(output: Path, work: Path) -> QgsPrintLayout:
    """All platforms, and the page of them, which is given as a layout too. Needs a running application with Processing
    and the plugin's provider; its layers are put into the project."""
    from tools.demo import platforms, sheet

    work.mkdir(parents=True)
    summary = json.loads((output / "summary.json").read_text("utf-8"))
    tile = platforms.Tile(output / "OSBS_029.tif", f"{output / 'detections.gpkg'}|layername=detections",
                          str(summary["raster_id"]))
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())

    def run(name: str, **parameters: Any) -> dict[str, Any]:
        import processing

        found: dict[str, Any] = processing.run(
            name if ":" in name else f"imageryhub:{name}", parameters, feedback=Told(), context=context)
        return found

    panels = []
    for one in platforms.ALL:
        begun = time.monotonic()
        panels.append(one(run, tile, work))
        print(f"{panels[-1].platform}: {panels[-1].words} ({time.monotonic() - begun:.0f} s).", flush=True)
    return sheet.make_sheet(panels, tile, work, output / PAGE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
