"""Annotations (section 20), on the host of the geospatial services. What is kept and refused: :mod:`..annotations`."""

from __future__ import annotations

from typing import Any

from ...errors import Refusal, detail, invalid, not_found
from ...platform import Answer, Call
from .. import annotations as service
from ..records import Project
from ..registry import operation
from ..world import LARGEST_PAGE, World, empty

MISSING = "Missing data for required field."


@operation("listAnnotations")
def list_annotations(world: World, call: Call) -> Answer:
    """Some annotations of an entity, and the key with which the list goes on (A08)."""
    project = _entity(world, call, change=False)
    size = min(call.query.get("page_size", world.settings.page_size), LARGEST_PAGE)
    try:
        found, key = world.state.annotations.page(project.id, size, call.query.get("last_key", ""))
    except KeyError:
        raise invalid("last_key", "Not a valid key.") from None
    body: dict[str, Any] = {"results": found}
    if key:
        body["next"] = f"{call.address}?last_key={key}" if world.settings.pix4d_annotation_next == "address" else key
    return Answer(200, body)


@operation("createAnnotations")
def create_annotations(world: World, call: Call) -> Answer:
    """One outcome for each (A56)."""
    items = call.body["annotations"]
    most = world.settings.pix4d_annotation_batch
    if most and len(items) > most:
        raise invalid("annotations", f"Longer than maximum length {most}.")
    wrong = [_wrong(world, call, item) for item in items]
    status = world.settings.pix4d_partial_status
    if any(wrong) and status >= 400:
        raise Refusal(status, {"title": "Validation Error", "errors": {
            "annotations": {str(number): [words] for number, words in enumerate(wrong) if words}}})
    moment = world.clock.moment()
    outcomes = [
        {"annotation_id": None, "success": False, "error": words} if words else
        {"annotation_id": world.state.annotations.add(item, moment)["id"], "success": True}
        for item, words in zip(items, wrong)]
    return Answer(status if any(wrong) else 201, {"annotations": outcomes})


def _wrong(world: World, call: Call, item: dict[str, Any]) -> str:
    project = world.state.projects.get(item["entity_id"])
    if project is None:
        return "No such entity"
    try:
        _require(world, call, project, change=True)
    except Refusal:
        return "Forbidden"
    return service.wrong_item(item, world.settings.pix4d_annotation_degrees)


@operation("overwriteAnnotation")
def overwrite_annotation(world: World, call: Call) -> Answer:
    """Another in its place; what is left out is lost."""
    identity = _writable(world, call, call.path["annotation_id"])
    there = world.state.annotations.find(identity)
    if there is None:
        raise not_found()
    if call.body["entity_id"] != there["entity_id"]:
        raise invalid("entity_id", "It cannot be changed.")
    words = service.wrong_item(call.body, world.settings.pix4d_annotation_degrees)
    if words:
        raise invalid("annotation", words)
    return Answer(200, world.state.annotations.overwrite(identity, call.body, world.clock.moment()))


@operation("deleteAnnotation")
def delete_annotation(world: World, call: Call) -> Answer:
    """One of them (A60)."""
    if not world.state.annotations.remove(_writable(world, call, call.path["annotation_id"])):
        raise not_found()
    return empty()


@operation("deleteAnnotations")
def delete_annotations(world: World, call: Call) -> Answer:
    """Several, each with its outcome."""
    outcomes: list[dict[str, Any]] = []
    for identity in call.body["annotations"]:
        try:
            gone = world.state.annotations.remove(_writable(world, call, identity))
            words = "" if gone else "404 Not Found"
        except Refusal as error:
            words = str((error.body or {}).get("title") or "Forbidden")
        outcomes.append({"annotation_id": identity, "success": not words, **({"error": words} if words else {})})
    return Answer(200, {"annotations": outcomes})


@operation("deleteAllAnnotations")
def delete_all_annotations(world: World, call: Call) -> Answer:
    """All of an entity (A61)."""
    world.state.annotations.clear(_entity(world, call, change=True).id)
    return empty()


def _entity(world: World, call: Call, change: bool) -> Project:
    """The project that the query names."""
    for name in ("entity_type", "entity_id"):
        if name not in call.query:
            raise invalid(name, MISSING)
    project = world.state.projects.get(int(call.query["entity_id"]))
    if project is None:
        raise invalid("entity_id", "No such entity.")
    _require(world, call, project, change)
    return project


def _writable(world: World, call: Call, identity: str) -> str:
    """An id whose annotation, if there is one, the caller may change."""
    words = service.wrong_id(identity)
    if words:
        raise Refusal(400, {"title": words})
    project = world.state.projects.get(service.project_of(identity))
    if project is None:
        raise not_found()
    _require(world, call, project, change=True)
    return identity


def _require(world: World, call: Call, project: Project, change: bool) -> None:
    """401 for whom the project is not open: the service knows no other refusal here."""
    try:
        world.require_project(call, project, change)
    except Refusal:
        raise detail(401, "Unauthorized") from None
