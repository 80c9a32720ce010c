"""Running a detector (section 9.6)."""

from __future__ import annotations

from typing import Any

from ...errors import invalid
from ...platform import Answer, Call
from ...segments import Content
from .. import layers
from ..learning import Detected, DetectionPlan, run_detector
from ..prepared import PreparedPlan, make_prepared
from ..records import Detector, Raster
from ..world import World
from .operations import SIGNED
from .registry import operation


@operation("runDetector")
def run(world: World, call: Call) -> Answer:
    """Detect on a raster: inside its detection areas, or its footprint. Refused with 400 for an untrained detector or a
    raster that is not ready (A22). With a second raster every detector is one of changes here: what it finds on
    that too is left out."""
    one = world.state.detector(call.account, call.path["detector_id"])
    raster = _ready(world, call, "raster_id")
    second = _ready(world, call, "secondary_raster_id").path if "secondary_raster_id" in call.body else None
    prepared = world.state.prepared[0] if world.state.prepared else None
    if not one.runnable and prepared is None:
        raise invalid("non_field_errors", "This detector is not trained.")
    folder = world.state.place("results", world.state.new_id())
    classes = [each.id for each in one.classes]
    per_part = world.services.settings.features_per_part
    work: Any
    if prepared is not None:
        world.state.prepared.pop(0)
        work = make_prepared
        plan: Any = PreparedPlan(prepared, {each.name: each.id for each in one.classes}, raster.report.footprint,
                                 folder, per_part)
    else:
        work = run_detector
        plan = DetectionPlan(one.model, raster.path, raster.detection_areas.path if raster.detection_areas else None,  # type: ignore[arg-type]
                             classes, dict(one.configuration), folder, per_part, second)

    def finish(detected: Detected) -> dict[str, Any]:
        return _results(world, call.account.name, one, raster, folder.name, detected)

    metadata = {"raster_id": raster.id, "detector_id": one.id, "folder_id": raster.folder_id}
    return world.started(world.start(call, "detection", metadata, finish, work=work, arguments=(plan,),
                                     needs=(raster, one)))


def _ready(world: World, call: Call, field: str) -> Raster:
    raster = world.state.rasters.get(call.body[field])
    if raster is None or world.state.role(call.account, raster) is None:
        raise invalid(field, "There is no such raster.")
    if raster.status != "ready" or raster.path is None:
        raise invalid(field, "This raster is not ready.")
    return raster


def _results(world: World, owner: str, detector: Detector, raster: Raster, run_id: str,
             detected: Detected) -> dict[str, Any]:
    """Results of both generations: an address and a new vector layer per class (A23, A24)."""
    style = world.services.settings.result_style
    by_class = []
    for each, found in zip(detector.classes, detected.classes):
        key = world.blobs.offer(f"results/{run_id}/{each.id}.geojson",
                                Content.of_file(found.multipolygon, layers.MEDIA_TYPE))
        layer = layers.add(world, found.layer, owner=owner, name=each.name, color=each.color, raster_id=raster.id,
                           detector_id=detector.id)
        result = {"url": SIGNED + key, "vector_layer_id": layer.id}
        if style != "both":
            result = {style: result[style]}
        by_class.append({"class": {"id": each.id, "name": each.name, "color": each.color}, "result": result})
    merged = world.blobs.offer(f"results/{run_id}/all.geojson", Content.of_file(detected.merged, layers.MEDIA_TYPE))
    return {"url": SIGNED + merged, "by_class": by_class}
