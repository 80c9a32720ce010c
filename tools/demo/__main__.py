"""Run the demo: ``python -m tools.demo NEON_FOLDER OUTPUT_FOLDER``. ``QGIS_PROCESS`` names the program to run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # nosec B404: runs qgis_process, with fixed arguments
import sys
from pathlib import Path

from tools.demo.annotations import GROUND_TRUTH, OUTLINES, TRAINING_AREAS, Drawn, draw

MODEL = "imageryhub:picterra_detectobjects"
IOU = 0.4
BOXES = 1


def run_model(program: str, image: Path, drawn: Drawn, output: Path) -> None:
    """Run the shipped model as a user would, showing what it says. Raises CalledProcessError."""
    parameters = {
        "RASTER": str(image),
        "TRAINING_AREAS": drawn.layer(TRAINING_AREAS),
        "OUTLINES": drawn.layer(OUTLINES),
        "GROUND_TRUTH": drawn.layer(GROUND_TRUTH),
        "NAME": "Tree crowns",
        "IOU": str(IOU),
        "COMPARE": str(BOXES),
        "CONFIRM": "true",
        "result:Detections": str(output / "detections.gpkg"),
        "comparison:Compared": str(output / "compared.gpkg"),
        "summary:Summary": str(output / "summary.json"),
    }
    arguments = [f"{name}={value}" for name, value in parameters.items()]
    subprocess.run([program, "run", MODEL, "--", *arguments], check=True)  # nosec B603: no shell, nothing from outside


def main() -> int:
    """The exit code."""
    neon, output = (Path(argument).resolve() for argument in sys.argv[1:3])
    program = os.environ.get("QGIS_PROCESS", "qgis_process")
    output.mkdir(parents=True, exist_ok=True)
    image = output / "OSBS_029.tif"
    shutil.copyfile(neon / "OSBS_029.tif", image)
    drawn = draw(image, neon / "OSBS_029.csv", output / "annotations.gpkg")
    print(f"Drawn: {drawn.west} crowns outlined in the west; {drawn.east} in the east to compare with.", flush=True)
    try:
        run_model(program, image, drawn, output)
    except subprocess.CalledProcessError as error:
        print(f"The model failed (exit code {error.returncode}); what it said is above.", file=sys.stderr)
        return 1
    from tools.demo.project import make_project

    make_project(image, drawn, output)
    print(json.dumps(json.loads((output / "summary.json").read_text("utf-8")), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
