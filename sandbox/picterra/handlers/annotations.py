"""Annotations of a detector on a raster of its training set (section 9.5)."""

from __future__ import annotations

from ...errors import invalid, not_found
from ...jobs import WorkFailed
from ...platform import Answer, Call
from ..records import Annotations, Detector, Polygons, Raster
from ..uploads import check_polygons
from ..world import World
from .registry import operation


def _target(world: World, call: Call) -> tuple[Detector, Raster]:
    """Detector and raster of the path; 404 for a raster outside the training set (A18)."""
    detector = world.state.detector(call.account, call.path["detector_id"], change=True)
    raster = world.state.raster(call.account, call.path["raster_id"])
    if raster.id not in detector.training:
        raise not_found()
    return detector, raster


@operation("startAnnotationsUpload")
def start_upload(world: World, call: Call) -> Answer:
    """Step 1: a slot."""
    detector, raster = _target(world, call)
    return world.open_upload(call, "annotations", detector.id, raster.id, call.path["annotation_type"])


@operation("commitAnnotationsUpload")
def commit(world: World, call: Call) -> Answer:
    """Step 3: replace the annotations of that type; with ``class_id`` only the outlines of that class (A17)."""
    detector, raster = _target(world, call)
    kind = call.path["annotation_type"]
    class_id = call.body.get("class_id")
    if class_id is not None and kind != "outline":
        raise invalid("class_id", "Only outlines belong to a class.")
    if class_id is not None and class_id not in [one.id for one in detector.classes]:
        raise invalid("class_id", "This detector has no such class.")
    upload, path = world.take(call.account, call.path["upload_id"], "annotations", detector.id, raster.id, kind)

    def finish(polygons: Polygons) -> None:
        world.release(upload)
        there = detector.training.get(raster.id) if detector.id in world.state.detectors else None
        if there is None:
            raise WorkFailed("The detector or its raster was deleted.")
        for old in _replace(there, kind, class_id, detector.classes[0].id, polygons):
            world.replaced(old.path)

    target = world.state.place("annotations", upload.id + ".geojson")
    metadata = {"raster_id": raster.id, "detector_id": detector.id, "folder_id": raster.folder_id}
    job = world.start(call, "annotations_upload", metadata, finish, fail=lambda words: world.release(upload),
                      work=check_polygons, arguments=(path, target, f"file of annotations ({kind})"))
    upload.operation_id = job.id
    return world.started(job)


def _replace(
    there: Annotations, kind: str, class_id: str | None, first: str, polygons: Polygons
) -> list[Polygons]:
    """Put them in their place, and give those that were there."""
    old: list[Polygons] = []
    if kind != "outline":
        old += [there.areas.pop(kind)] if kind in there.areas else []
        there.areas[kind] = polygons
    elif class_id is not None:
        old += [there.outlines.pop(class_id)] if class_id in there.outlines else []
        there.outlines[class_id] = polygons
    else:
        old += there.outlines.values()
        there.outlines = {first: polygons}
    return old
