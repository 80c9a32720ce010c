"""What the demo leaves, made small: outlines stand for detections."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sandbox_images import plain_image

from tools.demo.annotations import OUTLINES, draw
from tools.demo.project import write_project

CROWNS = "image_path,xmin,ymin,xmax,ymax,label\nx,4,4,20,20,Tree\nx,40,8,60,30,Tree\n"
SUMMARY = {"detections": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0}


def made(folder: Path) -> Path:
    """The project."""
    folder.mkdir()
    image = plain_image(folder / "tile.tif")
    (folder.parent / "crowns.csv").write_text(CROWNS)
    drawn = draw(image, folder.parent / "crowns.csv", folder / "annotations.gpkg")
    shutil.copyfile(drawn.path, folder / "detections.gpkg")
    (folder / "summary.json").write_text(json.dumps(SUMMARY))
    write_project(image, drawn, folder, OUTLINES)
    return folder / "detections.qgz"
