"""Jobs of workflows: the blocks of a graph, one after another (section 17)."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

from .blocks import Block, block
from .following import taken
from .recipes import recipe_of
from .records import Json, Run, RunTask, Workflow
from .scenes import by_id
from .work.blocks import run
from .work.cube import square_metres
from .world import World


def price(one: Workflow) -> int:
    """Tokens of one run: the price of every block for the areas of its scenes."""
    components = one.spec["components"]
    tens = 1
    for each in components:
        for given in each["inputs"]:
            if given["name"] == "geometry":
                tens = max(tens, math.ceil(square_metres(json.loads(given["value"]))[0] / 1e7))
    return tens * sum(_block(each).price for each in components)


def _block(component: Json) -> Block:
    return block(component["block"]["name"], component["block"]["version"], "workflow")


def begin(world: World, flow: Workflow, user: str, cost: int) -> Run:
    """A new job; a graph that is not runnable fails at once and tells why."""
    now = world.now()
    one = Run(world.new_id(), flow.id, user, cost, flow.spec, now, updated=now)
    world.state.runs[one.id] = one
    if flow.errors:
        one.status, one.errors, one.finished, one.cost = "failed", flow.errors, now, 0
        return one
    for each in flow.spec["components"]:
        before = [link["from"].split(".")[0] for link in flow.spec["connections"]
                  if link["to"].split(".")[0] == each["name"]]
        one.tasks.append(RunTask(world.new_id(), each["name"], each["block"]["name"], before, each["inputs"], now))
    _next(world, one)
    return one


def _next(world: World, one: Run) -> None:
    """Begin the first task whose predecessors are done; the job is done after the last."""
    done = {each.name for each in one.tasks if each.status == "completed"}
    one.updated = world.now()
    waiting = [each for each in one.tasks if each.status == "pending" and set(each.depends_on) <= done]
    if not waiting:
        one.status, one.finished = "completed", world.now()
        return
    task = waiting[0]
    component = next(each for each in one.spec["components"] if each["name"] == task.name)
    inner = _block(component)
    rasters = {each["name"]: world.new_path(".tif") for each in inner.outputs if each["format"] == "raster"}
    task.status, task.started = "running", world.now()
    task.logs.append({"time": world.moment(world.now()), "message": f"{inner.title} begins"})

    def finish(texts: dict[str, str]) -> None:
        task.files, task.progress, task.finished = dict(rasters), 100.0, world.now()
        task.result = [{**each, "value": texts.get(each["name"], f"{each['name']}.tif")} for each in inner.outputs]
        task.status = "completed"
        task.logs.append({"time": world.moment(world.now()), "message": f"{inner.title} is done"})
        _next(world, one)

    def fail(words: str) -> None:
        task.status, task.words, task.finished = "failed", words, world.now()
        one.status, one.finished, one.updated = "failed", world.now(), world.now()
        world.state.tokens += one.cost

    world.start("job", world.settings.pixxel_run_seconds, finish=finish, fail=fail, work=run,
                arguments=(inner.name, _values(world, one, task), rasters))


def _values(world: World, one: Run, task: RunTask) -> dict[str, Any]:
    """What a block is given: texts of the graph, and files of the tasks before it."""
    values: dict[str, Any] = {each["name"]: each["value"] for each in task.inputs}
    for link in one.spec["connections"]:
        (source, output), (target, name) = link["from"].split("."), link["to"].split(".")
        if target == task.name:
            values[name] = next(each for each in one.tasks if each.name == source).files[output]
    if task.block == "scene":
        scene = by_id(values["item_id"], date.max)
        if scene is None:
            raise LookupError(f"There is no scene {values['item_id']}.")
        ring = {"type": "Polygon", "coordinates": [scene.ring]}
        values = {"recipe": recipe_of(world, scene, [json.loads(values["geometry"]), ring])}
    return values


def files_of(tasks: list[RunTask]) -> list[tuple[str, Path]]:
    """The rasters of tasks, each in a folder of its task where there are several."""
    several = len(tasks) > 1
    return [(f"{one.name}/{name}.tif" if several else f"{name}.tif", path)
            for one in tasks for name, path in one.files.items()]


# ---------------------------------------------------------------------- answers
def row(world: World, one: Run) -> Json:
    """A job as it is listed; its progress is a text."""
    done = sum(each.progress for each in one.tasks) / len(one.tasks) if one.tasks else 0.0
    return {"id": one.id, "workflow_id": one.workflow, "status": one.status, "progress": f"{done:.0f}",
            "cost": one.cost, "estimated_duration": 60 * max(1, len(one.tasks)),
            "time_taken": taken((one.finished or world.now()) - one.created), "created_by": one.user,
            "created_at": world.moment(one.created), "updated_at": world.moment(one.updated),
            "finished_at": world.moment(one.finished)}


def whole(world: World, one: Run) -> Json:
    """A job with its tasks."""
    return {**row(world, one), "tasks": [_task(world, each) for each in one.tasks], "val_errors": one.errors,
            "spec": one.spec, "exec_created_at": world.moment(one.created),
            "exec_updated_at": world.moment(one.updated)}


def _task(world: World, one: RunTask) -> Json:
    inner = block(one.block, "1.0.0")
    started, ended = world.moment(one.started), world.moment(one.finished)
    return {"id": one.id, "name": one.name, "status": one.status, "state_msg": one.status, "progress": one.progress,
            "inputs": one.inputs, "result": one.result, "info_logs": one.logs, "depends_on": one.depends_on,
            "block_info": {"id": inner.id, "name": inner.name, "version": inner.version},
            "disclaimer": list(inner.disclaimer) if one.status == "completed" else [],
            "err_msg": one.words, "failure_type": "block" if one.words else "", "estimated_time_duration": 60,
            "time_taken": taken((one.finished or world.now()) - one.started) if one.started else "",
            "recv_time": ended, "send_time": started, "block_inf_start_time": started, "block_inf_end_time": ended,
            "created_at": world.moment(one.created), "updated_at": world.moment(one.finished or one.created),
            "finished_at": ended}
