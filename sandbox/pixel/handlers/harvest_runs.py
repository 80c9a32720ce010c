"""Harvest services at work: a look at the source, then a job for each new feature; and their tasks (section 16.1).

A run ends by itself when all features were taken or refused (ASSUMED, as the member ``last_run_at`` suggests). What a
look at the source fails of is told as a failed task without a feature.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ...errors import detail
from ...jobs import WorkFailed
from ...platform import Answer, Call
from ..records import Harvest, HarvestTask, Image
from ..registry import operation
from ..work.harvest import Listed, Row, Source, list_rows, take
from ..work.records import Accepted, Area, ImageFacts, Sent, Task
from ..world import World
from .harvest_services import GEOMETRY, named, shown

DATE = "esriFieldTypeDate"
UNDER_WAY = "in_progress"


@operation("startHarvestService")
def start_harvest_service(world: World, call: Call) -> Answer:
    """409 for one that runs (A24)."""
    one = named(world, call)
    if one.running:
        raise detail(409, f"Harvest service {one.id} is running")
    one.running, one.runs = True, one.runs + 1
    run, source = one.runs, Source(one.url, one.auth)
    wanted = tuple(dict.fromkeys([*(row["external_field"] for row in one.maps), *one.extra_fields]))
    world.start("harvest", work=list_rows, arguments=(source, one.where, wanted), still=_still(world, one, run),
                finish=lambda listed: _take_all(world, one, run, source, listed),
                fail=lambda words: _unread(world, one, run, words))
    return Answer(200, shown(world, one))


@operation("stopHarvestService")
def stop_harvest_service(world: World, call: Call) -> Answer:
    """What was not taken yet is not taken; 409 for one that does not run (A24)."""
    one = named(world, call)
    if not one.running:
        raise detail(409, f"Harvest service {one.id} is not running")
    _end(world, one)
    for task in world.state.harvest_tasks.values():
        if task.service == one.id and task.status == UNDER_WAY:
            task.status, task.detail = "failed", "The service was stopped"
    return Answer(200, shown(world, one))


@operation("listHarvestTasks")
def list_harvest_tasks(world: World, call: Call) -> Answer:
    """A page of tasks; with ``get_new`` of those that no such call gave out before (A23)."""
    one, query = named(world, call), call.query
    new = bool(query.get("get_new", False))
    found = world.rows(call, [task for task in world.state.harvest_tasks.values() if task.service == one.id],
                       lambda task: query.get("status") in (None, task.status) and not (new and task.handed))
    for task in found if new else ():
        task.handed = True
    return Answer(200, [_task(world, task) for task in found])


def _task(world: World, one: HarvestTask) -> dict[str, Any]:
    return {"id": one.id, "status": one.status, "name": one.name, "harvest_service_id": one.service,
            "external_id": one.external_id or None, "detail": one.detail, "result": one.result,
            "created_at": world.clock.moment(one.created)}


# ---------------------------------------------------------------------- a run
def _still(world: World, one: Harvest, run: int) -> Any:
    def look() -> None:
        if world.state.harvest.get(one.id) is not one or not one.running or one.runs != run:
            raise WorkFailed("The service was stopped")
    return look


def _end(world: World, one: Harvest) -> None:
    one.running, one.last_run = False, world.clock.now()


def _new_task(world: World, one: Harvest, external_id: str, name: str | None) -> HarvestTask:
    task = HarvestTask(world.new_id(), one.id, external_id, world.clock.now(), name)
    world.state.harvest_tasks[task.id] = task
    return task


def _unread(world: World, one: Harvest, run: int, words: str) -> None:
    if one.runs == run and one.running:
        task = _new_task(world, one, "", None)
        task.status, task.detail = "failed", words
        _end(world, one)


def _take_all(world: World, one: Harvest, run: int, source: Source, listed: Listed) -> None:
    """A job for each feature that was not taken before."""
    taken = {task.external_id for task in world.state.harvest_tasks.values()
             if task.service == one.id and task.status == "completed"}
    rows = [row for row in listed.rows if row.external_id not in taken]
    project = world.state.projects[world.state.collections[one.collection].project]
    area = Area(project.area["coordinates"])
    left = {row.external_id for row in rows}
    for row in rows:
        _take(world, one, run, source, row, listed.kinds, area, left)
    if not rows:
        _end(world, one)


def _take(world: World, one: Harvest, run: int, source: Source, row: Row, kinds: dict[str, str], area: Area,
          left: set[str]) -> None:
    """``left``: what the run still waits for; the last one ends it."""
    task = _new_task(world, one, row.external_id, f"OBJECTID {row.external_id}")
    task.status = UNDER_WAY
    mapped = any(each["external_field"] == GEOMETRY for each in one.maps)
    wanted = Task("image", world.new_path(), Sent("", None), area, location=row.place if mapped else None)

    def finish(outcome: tuple[Accepted, str]) -> None:
        image = _image(world, one, row, kinds, *outcome)
        task.status, task.result = "completed", {"resource_name": "image", "resource_id": image.id}
        settle()

    def fail(words: str) -> None:
        if task.status == UNDER_WAY:
            task.status, task.detail = "failed", words
        settle()

    def settle() -> None:
        left.discard(row.external_id)
        if not left and one.running and one.runs == run:
            _end(world, one)

    world.start("harvest_feature", work=take, arguments=(source, row.external_id, wanted),
                still=_still(world, one, run), finish=finish, fail=fail)


def _image(world: World, one: Harvest, row: Row, kinds: dict[str, str], accepted: Accepted, file_name: str) -> Image:
    """The image of a feature: what is mapped comes before what the file says."""
    facts = accepted.facts
    if not isinstance(facts, ImageFacts):
        raise WorkFailed("The attachment is no image")

    def value(field: str) -> Any:
        given = row.attributes.get(field)
        return _time(given) if kinds.get(field) == DATE else given

    told = {(each["model"], each["field_name"]): value(each["external_field"]) for each in one.maps
            if each["external_field"] != GEOMETRY and row.attributes.get(each["external_field"]) is not None}
    camera = {name: given for (model, name), given in told.items() if model == "ImageMetadata" and name != "image_type"}
    image = Image(
        world.new_id(), one.collection, str(told.get(("Image", "name"), file_name)), world.clock.now(),
        file_name=file_name, file_size=accepted.size, file=accepted.path, location=facts.location,
        capture_date=told.get(("Image", "capture_date"), facts.capture_date),
        image_type=told.get(("ImageMetadata", "image_type")), camera={**facts.camera, **camera}, exif=facts.exif,
        json_metadata={name: value(name) for name in one.extra_fields if row.attributes.get(name) is not None})
    return world.state.images.add(image)


def _time(milliseconds: Any) -> str | None:
    """ISO text without a zone, in UTC."""
    if not isinstance(milliseconds, (int, float)):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).replace(tzinfo=None).isoformat()
