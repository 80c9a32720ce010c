"""Scenes on the sandbox's Picterra, made by plain HTTP: a detector that knows red squares, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox_images import boxes, squares_image
from sandbox_picterra import PicterraCalls

RED = [(20, 20, 40, 40), (60, 30, 80, 50), (30, 80, 50, 100)]
FAR_RED = [(150, 150, 170, 170), (200, 60, 220, 80)]
BLUE = [(120, 40, 140, 60), (160, 100, 180, 120)]
WINDOW = (0, 0, 110, 120)
"""The training area holds all of RED."""


@dataclass(frozen=True)
class Scene:
    """Ids on the platform, and the image's file."""

    detector: str
    raster: str
    image: Path


def annotated(calls: PicterraCalls, folder: Path) -> Scene:
    """A detector whose training raster has its red squares outlined."""
    image = squares_image(folder / "squares.tif", [*RED, *FAR_RED], BLUE)
    detector, raster = calls.detector("squares"), calls.upload_raster(image)
    calls.post(f"detectors/{detector}/training_rasters/", {"raster_id": raster})
    for kind, areas in (("training_area", [WINDOW]), ("outline", RED)):
        assert calls.annotate(detector, raster, kind, boxes(areas))["status"] == "success"
    return Scene(detector, raster, image)


def trained(calls: PicterraCalls, folder: Path) -> Scene:
    """The same, trained."""
    scene = annotated(calls, folder)
    calls.succeed(calls.post(f"detectors/{scene.detector}/train/"))
    return scene


def detected(calls: PicterraCalls, scene: Scene) -> str:
    """The id of a finished detection."""
    started = calls.post(f"detectors/{scene.detector}/run/", {"raster_id": scene.raster})
    calls.succeed(started)
    return str(started["operation_id"])
