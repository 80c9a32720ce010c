"""The training set of a detector and its training (section 9.5)."""

from __future__ import annotations

from typing import Any

from ...errors import invalid
from ...platform import Answer, Call
from .. import answers
from ..learning import TrainingPlan, train_detector
from ..records import Annotations
from ..world import World
from .registry import operation


@operation("listDetectorRasters")
def list_detector_rasters(world: World, call: Call) -> Answer:
    """A page of the rasters in the training set."""
    one = world.state.detector(call.account, call.path["detector_id"])
    rasters = [world.state.rasters[raster_id] for raster_id in reversed(one.training)]
    rasters.sort(key=lambda raster: raster.created, reverse=True)
    return world.pages.answer(call, world.services.settings.page_size, world.state.version, lambda: rasters,
                              lambda raster: answers.raster(world, raster, call.host))


@operation("addRasterToDetector")
def add_raster(world: World, call: Call) -> Answer:
    """Put a raster into the training set; adding it again is allowed (A38)."""
    one = world.state.detector(call.account, call.path["detector_id"], change=True)
    raster = world.state.rasters.get(call.body["raster_id"])
    if raster is None or world.state.role(call.account, raster) is None:
        raise invalid("raster_id", "There is no such raster.")
    one.training.setdefault(raster.id, Annotations())
    return Answer(201)


@operation("trainDetector")
def train(world: World, call: Call) -> Answer:
    """Learn from the training set; needs at least one training area and one outline (A20)."""
    one = world.state.detector(call.account, call.path["detector_id"], change=True)
    rasters = {raster_id: some for raster_id, some in one.training.items()
               if world.state.rasters[raster_id].path is not None}
    if not any(some.areas["training_area"].count for some in rasters.values() if "training_area" in some.areas):
        raise invalid("non_field_errors", "At least one training area is needed.")
    if not any(each.count for some in rasters.values() for each in some.outlines.values()):
        raise invalid("non_field_errors", "At least one outline is needed.")
    plan = TrainingPlan([_training_raster(world, raster_id, some) for raster_id, some in rasters.items()],
                        dict(one.configuration), world.state.place("models", world.state.new_id()))

    def finish(result: Any) -> dict[str, Any]:
        one.model = plan.model
        return {"score": result.score, "stats": dict(result.stats)}

    return world.started(world.start(call, "detector_training", {"detector_id": one.id}, finish, work=train_detector,
                                     arguments=(plan,), needs=(one, *(world.state.rasters[each] for each in rasters))))


def _training_raster(world: World, raster_id: str, some: Annotations) -> dict[str, Any]:
    """What is known about one raster of the training set, as the work wants it."""
    def area(kind: str) -> Any:
        return some.areas[kind].path if kind in some.areas else None

    return {"raster_path": world.state.rasters[raster_id].path,
            "training_areas": area("training_area"), "testing_areas": area("testing_area"),
            "validation_areas": area("validation_area"),
            "outlines": {class_id: each.path for class_id, each in some.outlines.items()}}


@operation("runDatasetRecommendation")
def recommend(world: World, call: Call) -> Answer:
    """Recommend where to annotate next: nothing to be seen through the API, needs a trained detector (A39)."""
    one = world.state.detector(call.account, call.path["detector_id"], change=True)
    if not one.runnable:
        raise invalid("non_field_errors", "This detector is not trained.")
    return world.started(world.start(call, "dataset_recommendation", {"detector_id": one.id}, lambda outcome: None))
