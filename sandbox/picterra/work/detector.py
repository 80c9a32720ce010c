"""The sandbox's detectors: they learn from outlined pixels and find what looks alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import pi
from pathlib import Path
from typing import Any

from . import annotated, scoring, shapes, training
from .annotated import Annotated
from .detection import map_objects
from .geojson import read_polygons
from .model import Model
from .placement import open_placed
from .records import ClassResult, TrainingRaster, TrainingResult

SAME_OBJECT = 0.5
"""Overlap (IoU) from which on a found and an outlined object count as the same in the score."""

SMALLEST_REGION = 4
"""Pixels; smaller regions of a segmentation are noise."""


def train(rasters: Sequence[TrainingRaster], settings: Mapping[str, Any], model_path: Path | str) -> TrainingResult:
    """Learns from the outlines in the training areas and writes the model.

    ``settings``: the detector's configuration (``detection_type``, ``training_steps``, ``backbone`` and
    ``background_sample_ratio`` count; ``tile_size`` does not, as windows follow the objects' size). The score is the F1
    in percent in the validation areas: of objects for ``count``, of pixels for ``segmentation``. The same input gives
    the same model. Raises ValueError with a sentence when there is nothing to learn from.
    """
    classes = list(dict.fromkeys(class_id for raster in rasters for class_id in raster.outlines))
    opened = list(annotated.load(list(rasters), classes))
    model = training.learn(opened, classes, settings)
    model.save(Path(model_path))
    return TrainingResult(_score(model, opened, str(settings.get("detection_type") or "count")), _stats(opened))


def detect(
    model_path: Path | str,
    raster_path: Path | str,
    detection_areas_path: Path | str | None,
    classes: Sequence[str],
    settings: Mapping[str, Any],
    out_folder: Path | str,
) -> list[ClassResult]:
    """Finds objects in the raster's detection areas (None: in all of it) and writes them to files in ``out_folder``.

    ``classes``: class ids in the order of the answer; one that the model never saw has an empty result. The last
    answer, whose ``class_id`` is None, holds all classes together. ``settings``: ``detection_type`` and ``output_type``
    count. The same input gives the same files.
    """
    folder = Path(out_folder)
    folder.mkdir(parents=True, exist_ok=True)
    model = Model.load(Path(model_path))
    dataset = open_placed(Path(raster_path))
    areas = None
    if detection_areas_path is not None:
        areas = list(read_polygons(detection_areas_path, dataset.GetSpatialRef()))
    kind = str(settings.get("detection_type") or "count")
    objects = map_objects(model, dataset, areas, kind, folder / "objects.tif")
    typical_area = pi * model.view.diameter**2 / 4
    smallest = model.rules.smallest * typical_area if kind == "count" else SMALLEST_REGION
    results = shapes.write_polygons(
        objects, model.classes, list(classes), folder, settings.get("output_type") == "bbox", smallest
    )
    objects.path.unlink()
    return results


def _score(model: Model, rasters: list[Annotated], kind: str) -> float | None:
    if not any(one.within(one.validation) for one in rasters):
        return None
    total = scoring.Agreement()
    for one in rasters:
        for window in one.windows(one.validation, model.view):
            membership, centrality = model.predict(one.look(window, model.view))
            truth = one.label(window, model.view, one.validation)
            total += training.agreement(
                membership, centrality, truth, model.view, kind, model.rules, least_iou=SAME_OBJECT
            )
    return round(100 * total.f1, 2)


def _stats(rasters: list[Annotated]) -> dict[str, int]:
    """The counts of notes section 7; testing areas are the assessment areas."""
    return {
        "rasters_count": len(rasters),
        "training_areas_count": sum(len(one.training) for one in rasters),
        "assessment_areas_count": sum(len(one.testing) for one in rasters),
        "validation_areas_count": sum(len(one.validation) for one in rasters),
        "total_annotations_count": sum(len(one.outlines) for one in rasters),
        "training_annotations_count": sum(len(one.within(one.training)) for one in rasters),
        "validation_annotations_count": sum(len(one.within(one.validation)) for one in rasters),
    }
