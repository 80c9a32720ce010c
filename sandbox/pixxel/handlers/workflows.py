"""Workflows, their jobs and tasks (section 17)."""

from __future__ import annotations

from typing import Any

from ...platform import Answer, Call
from .. import running
from ..following import bundle_status, on
from ..records import Json, Run, Workflow
from ..refusals import bad, missing, refusal
from ..registry import operation
from ..world import World


@operation("listWorkflows")
def list_workflows(world: World, call: Call) -> Answer:
    """Those of a project, or of all that the key may see; 50 on a page."""
    query = call.query
    if query.get("project_id"):
        world.admitted(call, query["project_id"])
    found = [one for one in world.state.workflows.values()
             if world.may(call, one.project) and query.get("project_id") in (None, one.project)
             and query.get("id") in (None, one.id) and query.get("name", "").lower() in one.name.lower()
             and query.get("created_by") in (None, one.user) and on(query.get("created_on"), one.created, "created_on")
             and on(query.get("updated_at"), one.updated, "updated_at")]
    rows, pages = world.page(query, found, usual=50)
    return Answer(200, {"workflows": [{**_row(world, one), "legacy_project_id": ""} for one in rows],
                        "pagination": pages})


@operation("getWorkflow")
def get_workflow(world: World, call: Call) -> Answer:
    """A workflow with its graph, and what is wrong with it."""
    one = _workflow(world, call)
    _check_project(world, call, one)
    return Answer(200, {**_row(world, one), "estimated_cost": running.price(one), "spec": one.spec,
                        "val_errors": one.errors})


@operation("estimateWorkflow")
def estimate_workflow(world: World, call: Call) -> Answer:
    """The price of one run."""
    return Answer(200, {"estimated_cost": running.price(_workflow(world, call))})


@operation("createJob")
def create_job(world: World, call: Call) -> Answer:
    """Begin a run."""
    flow = _workflow(world, call)
    _check_project(world, call, flow)
    cost = 0 if flow.errors else running.price(flow)
    if cost > world.state.tokens:
        raise refusal(403, f"{cost} tokens are needed, {world.state.tokens} are left", None, "insufficient_tokens")
    world.state.tokens -= cost
    return Answer(200, running.whole(world, running.begin(world, flow, world.key(call).user, cost)))


@operation("listJobs")
def list_jobs(world: World, call: Call) -> Answer:
    """The newest first."""
    flow, query = _workflow(world, call), call.query
    found = [one for one in reversed(world.state.runs.values())
             if one.workflow == flow.id and query.get("id") in (None, one.id)
             and query.get("status") in (None, one.status) and query.get("created_by") in (None, one.user)
             and on(query.get("created_on"), one.created, "created_on")]
    return Answer(200, {"jobs": [running.row(world, one) for one in found]})


@operation("getJob")
def get_job(world: World, call: Call) -> Answer:
    """A job with its tasks."""
    return Answer(200, running.whole(world, _run(world, call)))


@operation("downloadJob")
def download_job(world: World, call: Call) -> Answer:
    """What all tasks made; the call is repeated until it is there (P21)."""
    one = _run(world, call)
    if one.status != "completed":
        raise refusal(400, f"the job is {one.status}")
    status, address = bundle_status(world, f"job {one.id}", "job.zip", running.files_of(one.tasks), call.host)
    return Answer(200, {"id": one.id, "status": status, "signed_url": address, "workflowId": one.workflow})


@operation("downloadTask")
def download_task(world: World, call: Call) -> Answer:
    """What one task made."""
    one = _run(world, call)
    number = world.check_id(call.path["task_id"], "task_id")
    task = next((each for each in one.tasks if each.id == number), None)
    if task is None:
        raise missing("task")
    if task.status != "completed":
        raise refusal(400, f"the task is {task.status}")
    status, address = bundle_status(world, f"task {task.id}", f"{task.name}.zip", running.files_of([task]), call.host)
    shown: dict[str, Any] = {"id": task.id, "job_id": one.id, "workflow_id": one.workflow, "status": status,
                             "signed_url": address}
    return Answer(200, shown)


def _workflow(world: World, call: Call) -> Workflow:
    one = world.found(world.state.workflows, call.path["workflow_id"], "workflow")
    world.admitted(call, one.project)
    return one


def _check_project(world: World, call: Call, one: Workflow) -> None:
    if world.admitted(call, call.query["project_id"]) != one.project:
        raise bad("project_id", "is not the project of this workflow")


def _run(world: World, call: Call) -> Run:
    flow = _workflow(world, call)
    one = world.found(world.state.runs, call.path["job_id"], "job")
    if one.workflow != flow.id:
        raise missing("job")
    return one


def _row(world: World, one: Workflow) -> Json:
    moment = world.moment(one.created)
    return {"id": one.id, "project_id": one.project, "name": one.name, "description": one.description,
            "created_by": one.user, "created_at": moment,
            "updated_at": world.moment(one.updated)}
