"""Work of trainings and detections, run in worker processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..jobs import WorkFailed
from . import layer_files
from .layer_files import LayerFile


@dataclass
class TrainingPlan:
    """A training: fields of :class:`~sandbox.picterra.work.records.TrainingRaster`, settings, where the model goes."""

    rasters: list[dict[str, Any]]
    settings: dict[str, Any]
    model: Path


@dataclass
class DetectionPlan:
    """A detection: what runs on what, and where the results go. ``classes`` are ids in class order. ``second``: an
    image to compare with; what is in it too is no change and left out."""

    model: Path
    raster: Path
    areas: Path | None
    classes: list[str]
    settings: dict[str, Any]
    folder: Path
    per_part: int
    second: Path | None = None


@dataclass
class Found:
    """The objects of one class, as a bare MultiPolygon and as a layer's file."""

    class_id: str
    multipolygon: Path
    layer: LayerFile


@dataclass
class Detected:
    """All that a detection leaves: the merged MultiPolygon and one entry per class, in class order, also when empty."""

    merged: Path
    classes: list[Found]


def train_detector(plan: TrainingPlan) -> Any:
    """Train, and answer score and counts."""
    from .work import detector
    from .work.records import TrainingRaster

    try:
        return detector.train([TrainingRaster(**one) for one in plan.rasters], plan.settings, plan.model)
    except ValueError as error:
        raise WorkFailed(str(error)) from error


def run_detector(plan: DetectionPlan) -> Detected:
    """Detect, and prepare the layers."""
    from .work import changes, detector

    plan.folder.mkdir(parents=True, exist_ok=True)
    results = detector.detect(plan.model, plan.raster, plan.areas, plan.classes, plan.settings, plan.folder)
    if plan.second is not None:
        before = plan.folder / "second"
        others = detector.detect(plan.model, plan.second, plan.areas, plan.classes, plan.settings, before)
        results = changes.only_in_first(results, others, plan.folder / "changes")
    by_class = {one.class_id: one for one in results}
    found = [Found(class_id, by_class[class_id].multipolygon_path,
                   layer_files.index(by_class[class_id].featurecollection_path, plan.per_part))
             for class_id in plan.classes]
    return Detected(by_class[None].multipolygon_path, found)
