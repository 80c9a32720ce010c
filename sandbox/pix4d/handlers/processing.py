"""The start of processing and its life cycle: PROCESSING, then DONE or ERROR (sections 7.7, 8 and 11)."""

from __future__ import annotations

import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from ...errors import Refusal, detail
from ...platform import Answer, Call
from .. import options
from ..records import Crs, Output, Project
from ..reference_systems import output_definition, system_of
from ..registry import operation
from ..run import LOGS, Outcome, Plan, log_of, run
from ..work.records import REASONS, ControlPoint, Description, Mark, Photo, ProcessingFailed
from ..world import World

TERRAIN = "terrain.tif"
"""An extra file of this name tells the heights of the ground."""
SECONDS_A_PHOTO = 2.0
"""Of the estimate, when the duration is not set: about what the work takes."""


@operation("startProcessing")
def start(world: World, call: Call) -> Answer:
    """Options in the body overwrite the stored ones (A20). Answered with an estimate, or 202 with credits."""
    project = world.project(call, change=True)
    wanted = options.overwritten(call.body) if call.body else project.options
    problems = options.wrong(wanted)
    if problems:
        raise Refusal(400, problems)
    _refuse(call, project, wanted)
    project.options = wanted
    seconds = world.settings.job_seconds
    work: Any = None
    arguments: tuple[Any, ...] = ()
    failure = project.failure or _fault_of_options(wanted)
    project.notes.pop("run", None)
    if failure is None:
        plan = _plan(world, project)
        work, arguments = run, (plan,)
        project.notes["run"] = str(plan.description.folder)

    def still() -> None:
        if world.state.projects.get(project.id) is not project:
            raise ProcessingFailed(10001, "The project was deleted.")
        if failure is not None:
            raise ProcessingFailed(failure)

    project.job = world.jobs.start(
        "processing", call.account.name, {"project": project.id}, seconds, work=work, arguments=arguments, still=still,
        finish=lambda outcome: _done(world, project, outcome), fail=lambda words: _failed(world, project, words))
    project.status, project.detailed_status, project.triggered = "PROCESSING", "Waiting for processing", True
    project.started, project.ended, project.error_code, project.error_reason = world.clock.now(), None, None, ""
    project.notes.setdefault("starts", []).append({"send_email": call.query.get("send_email", True)})
    if call.account.credits:
        return Answer(202)
    photos = len(project.inputs.photos())
    return Answer(200, {"estimated_time": seconds or max(1, photos) * SECONDS_A_PHOTO})


def _refuse(call: Call, project: Project, wanted: options.Options) -> None:
    """What is known at once (section 5.2)."""
    photos = project.inputs.photos()
    if project.status == "PROCESSING":
        raise detail(400, "The project is already being processed.")
    if not photos and not project.inputs.archives():
        raise detail(400, "The project has no registered image.")
    if call.account.photos and len(photos) > call.account.photos:
        raise detail(400, f"The licence allows {call.account.photos} images at most.")
    if project.control.gcps() and not system_of(project) and wanted["output_cs_horizontal"] is None:
        raise detail(400, "GCPs require a coordinate system.")


def _fault_of_options(wanted: options.Options) -> int | None:
    """An output system without a horizontal part is known to fail; what else is wrong with one, the work finds."""
    others = ("output_cs_vertical", "output_cs_geoid", "output_cs_geoid_height")
    return 10613 if wanted["output_cs_horizontal"] is None and any(wanted[one] is not None for one in others) else None


# ---------------------------------------------------------------------- the work
def _plan(world: World, project: Project) -> Plan:
    wanted = project.options
    own = system_of(project) or None
    in_options = wanted["output_cs_horizontal"] is not None
    photos = tuple(Photo(one.id, one.key, world.path(project.bucket, one.key))
                   for one in project.inputs.photos() if not one.excluded)
    description = Description(
        name=project.display_name, folder=world.services.folder / "pix4d" / str(uuid.uuid4()), photos=photos,
        definition=output_definition(own, wanted["output_cs_horizontal"], wanted["output_cs_vertical"]),
        geoid_height=wanted["output_cs_geoid_height"] if in_options else project.crs.geoid_height,
        geoid=wanted["output_cs_geoid"] if in_options else None, tags=tuple(wanted["tags"] or ()),
        outputs=tuple(wanted["outputs"]) if wanted["outputs"] is not None else None, formats=wanted["formats"] or {},
        area=wanted["area"], control_points=_control_points(project), terrain=_terrain(world, project),
        project_type=project.type, project_uuid=project.uuid, least_photos=world.settings.pix4d_fewest_photos,
        most_photos=world.settings.pix4d_most_photos)
    archives = tuple(world.path(project.bucket, key) for key in project.inputs.archives())
    known = frozenset(one.key for one in project.inputs.photos())
    return Plan(description, world.path(project.bucket, project.base), project.base, archives,
                bool(project.crs.definition), in_options, known)


def _control_points(project: Project) -> tuple[ControlPoint, ...]:
    """GCPs and tie points with their marks. GCPs without any mark in the whole project are looked for (A43)."""
    marks: dict[str, list[Mark]] = {}
    for one in project.control.marks():
        marks.setdefault(one["gcp"], []).append(Mark(one["photo"], one["x"], one["y"]))
    gcps = [ControlPoint(one["name"], (one["x"], one["y"], one["z"]), one["point_type"] == "CHECKPOINT",
                         (one["xy_accuracy"], one["z_accuracy"]), tuple(marks.get(one["name"], ())))
            for one in project.control.gcps()]
    mtps = [ControlPoint(one["name"], None, one["is_checkpoint"], marks=tuple(marks.get(one["name"], ())))
            for one in project.control.mtps()]
    return (*gcps, *mtps)


def _terrain(world: World, project: Project) -> Path | None:
    if project.terrain is not None:
        return Path(project.terrain)
    key = next((key for key in project.inputs.extras if PurePosixPath(key).name == TERRAIN), None)
    return world.path(project.bucket, key) if key is not None else None


# ---------------------------------------------------------------------- the end
def _done(world: World, project: Project, outcome: Outcome) -> None:
    """New outputs take the place of those of an earlier run; what the user registered stays."""
    processed = outcome.processed
    numbers: dict[str, int] = {}
    made = []
    for one in processed.products:
        number = numbers.setdefault(one.output_type, next(world.state.numbers))
        key = f"{project.base}/{one.path}" if one.path is not None else None
        made.append(Output(number, one.result_type, one.output_type, key, one.availability))
    project.outputs = [one for one in project.outputs if one.registered and one.output_type not in numbers] + made
    _take_over(project, outcome)
    project.bounds, project.geolocalized = processed.bounds, True
    project.notes["processing"] = {
        "crs": processed.crs, "used": processed.used, "left_out": list(processed.left_out),
        "found_marks": {name: [[mark.photo, mark.x, mark.y] for mark in marks]
                        for name, marks in processed.marks.items()}}
    project.status, project.detailed_status, project.ended = "DONE", "Processed", world.clock.now()


def _take_over(project: Project, outcome: Outcome) -> None:
    """Photos and control points that were in archives show from now on."""
    if outcome.definition is not None:
        project.crs = Crs(outcome.definition, outcome.geoid_height)
    project.inputs.register(outcome.photos)
    known = {one["name"] for one in (*project.control.gcps(), *project.control.mtps())}
    new = [one for one in outcome.points if one.name not in known]
    project.control.register_gcps([
        {"name": one.name, "point_type": "CHECKPOINT" if one.checkpoint else "GCP",
         **dict(zip("xyz", one.position)), "xy_accuracy": one.accuracy[0], "z_accuracy": one.accuracy[1]}
        for one in new if one.position is not None])
    project.control.register_mtps([{"name": one.name, "is_checkpoint": one.checkpoint}
                                   for one in new if one.position is None])
    marks = [{"gcp": one.name, "photo": mark.photo, "x": mark.x, "y": mark.y} for one in new for mark in one.marks]
    project.control.register_marks(marks, {one.key for one in project.inputs.photos()})


def _failed(world: World, project: Project, words: str) -> None:
    """The code goes with its reason; a defect of the sandbox is an unexpected error. The log says more."""
    log = log_of(world.path(project.bucket, project.base)) if project.notes.get("run") else None
    if log is not None and world.state.projects.get(project.id) is project:
        project.outputs = [one for one in project.outputs if one.output_type != "mapper_log"]
        project.outputs.append(Output(next(world.state.numbers), "mapper_log", "mapper_log",
                                      f"{project.base}/{LOGS}/{log.name}"))
    code = next((code for code, reason in REASONS.items() if reason == words), 10001)
    project.status, project.detailed_status, project.ended = "ERROR", "Failed", world.clock.now()
    project.error_code, project.error_reason = code, REASONS[code]
