"""Polygons to the platform: annotations, detection areas, vector layers; each a GeoJSON file in a slot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ... import steps
from ...errors import Kind, ServerFault
from ...transfer import TransferEngine
from ...work import NOT_THERE, Work
from ..client import PicterraClient
from ..records import AnnotationType, OperationState, Slot, Started, VectorLayer
from . import operations
from .files import Taken, send_again, send_anew_if_changed, send_file


def set_annotations(
    api: PicterraClient,
    engine: TransferEngine,
    detector_id: str,
    raster_id: str,
    annotation_type: AnnotationType,
    polygons: Path,
    class_id: str,
    work: Work,
) -> OperationState:
    """Replace all annotations of a type (outlines: of a class) on a training raster by those of the file (9.5)."""
    api = api.during(work)
    detectors = api.detectors
    return _replace(
        api,
        engine,
        polygons,
        lambda: detectors.start_annotations(detector_id, raster_id, annotation_type),
        lambda upload_id: detectors.commit_annotations(detector_id, raster_id, annotation_type, upload_id, class_id),
        work,
    )


def set_detection_areas(
    api: PicterraClient, engine: TransferEngine, raster_id: str, polygons: Path, work: Work
) -> tuple[str, OperationState]:
    """Replace the raster's detection areas by those of the file (9.3); gives the id of the upload too, by which its
    legacy status can be asked."""
    api = api.during(work)
    areas = api.detection_areas
    state = _replace(
        api,
        engine,
        polygons,
        lambda: areas.start_upload(raster_id),
        lambda upload_id: areas.commit(raster_id, upload_id),
        work,
    )
    sent = work.part("file").noted("sent")
    return str(sent.value) if sent is not None else "", state


def _replace(
    api: PicterraClient,
    engine: TransferEngine,
    polygons: Path,
    start: Callable[[], Slot],
    commit: Callable[[str], Started],
    work: Work,
) -> OperationState:
    """Slot, send, commit, follow, for uploads that replace what was there: a commit in doubt is simply taken again with
    a slot of its own, and the outcome is the same. So is one of polygons that are others by now."""
    file = work.part("file", (0.0, 0.4))
    if send_anew_if_changed(polygons, file):
        work.forget("commit")

    def take_slot() -> Taken:
        slot = start()
        return Taken(slot["upload_id"], slot["upload_url"])

    def send_and_commit() -> Started:
        return commit(send_file(engine, polygons, take_slot, file))

    def start_again() -> object:
        send_again(file)
        return NOT_THERE

    started = steps.settle(work, "commit", send_and_commit, start_again)
    work.progress(0.4, "processing")
    return operations.follow(api, started, work)


def upload_vector_layer(
    api: PicterraClient, engine: TransferEngine, raster_id: str, polygons: Path, details: VectorLayer, work: Work
) -> str:
    """Hang a layer of polygons on a raster and give the layer's id (9.7).

    What a commit in doubt made is looked for among the raster's layers of that name; then it is sent again: it is bound
    to its slot, so it cannot make a second layer (A16).
    """
    api = api.during(work)
    name = details.get("name", "")

    def ids() -> set[str]:
        exactly = {"name": name} if name else {}
        return steps.ids_of(api.vector_layers.list(raster_id, search=name), **exactly)

    def take_slot() -> Taken:
        slot = api.vector_layers.start_upload(raster_id)
        return Taken(slot["upload_id"], slot["upload_url"])

    before = steps.known_before(work, "commit", ids)
    if work.noted("commit") is None:
        send_anew_if_changed(polygons, work.part("file"))
    upload_id = send_file(engine, polygons, take_slot, work.part("file", (0.0, 0.4)))

    def commit() -> Started:
        return api.vector_layers.commit_upload(raster_id, upload_id, details)

    doubt = steps.Doubt()

    def adopt() -> Any:
        return operations.commit_again(work, lambda: ids() - before, commit, "vector_layer_id", doubt)

    work.progress(0.4, "processing", name=name)
    started: Any = steps.settle(work, "commit", lambda: doubt.known(commit), adopt)
    if started.get("vector_layer_id"):
        return str(started["vector_layer_id"])
    results = operations.follow(api, started, work).get("results") or {}
    if not results.get("vector_layer_id"):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "vector_layer_id"})
    return str(results["vector_layer_id"])


def delete_vector_layer(api: PicterraClient, vector_layer_id: str, work: Work) -> None:
    """Delete a layer."""
    api = api.during(work)
    layers = api.vector_layers
    steps.delete_once(work, lambda: layers.delete(vector_layer_id), lambda: layers.get(vector_layer_id))


def remove_detection_areas(api: PicterraClient, raster_id: str, work: Work) -> None:
    """Remove every detection area of a raster. Doing it twice does nothing more."""
    api = api.during(work)
    steps.settle(work, "delete", lambda: api.detection_areas.delete(raster_id), lambda: NOT_THERE)
