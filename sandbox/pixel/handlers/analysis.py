"""Analysis: modules, services made of them, and their tasks, which really measure (section 17, outside the guide)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import detail, not_found
from ...jobs import WorkFailed
from ...located import unprocessable
from ...platform import Answer, Call
from .. import answers
from ..records import AnalysisService, AnalysisTask, Collection
from ..registry import operation
from ..work.analysis import MODULES, Found, analyse
from ..world import World

UNDER_WAY = ("SCHEDULED", "RUNNING")


@operation("listAnalysisModules")
def list_analysis_modules(world: World, call: Call) -> Answer:
    """What can be set up."""
    return Answer(200, [{"name": name, "description": one["description"]} for name, one in MODULES.items()])


# ---------------------------------------------------------------- services
@operation("listAnalysisServices")
def list_analysis_services(world: World, call: Call) -> Answer:
    """A page of the services; ``enabled`` filters."""
    wanted = call.query.get("enabled")
    found = world.rows(call, list(world.state.analysis_services.values()), lambda one: wanted in (None, one.enabled))
    return Answer(200, [_service(one) for one in found])


@operation("createAnalysisService")
def create_analysis_service(world: World, call: Call) -> Answer:
    """Set up a module; 422 for one that is not there and for settings that it does not know."""
    given = call.body
    if given["module_name"] not in MODULES:
        raise unprocessable(f"Input should be one of: {', '.join(MODULES)}", "module_name", given=given["module_name"])
    _check_config(given["module_name"], given["config"])
    one = AnalysisService(world.new_id(), given["name"], given["module_name"], given["config"],
                          given.get("enabled", True))
    world.state.analysis_services[one.id] = one
    return Answer(200, _service(one))


def _check_config(module: str, config: Mapping[str, Any]) -> None:
    known = MODULES[module]["config"]
    for name, value in config.items():
        if name not in known:
            raise unprocessable(f"{module} knows {', '.join(known)}", "config", name, given=value)
        if isinstance(known[name], str) != isinstance(value, str) or isinstance(value, (bool, dict, list)):
            kind = "string" if isinstance(known[name], str) else "number"
            raise unprocessable(f"Input should be a valid {kind}", "config", name, given=value)


@operation("patchAnalysisService")
def patch_analysis_service(world: World, call: Call) -> Answer:
    """Change what is given; ``config`` is merged deeply into what was there."""
    one, given = _found(world, call), call.body
    config = _merged(one.config, given.get("config") or {})
    _check_config(one.module, config)
    one.config = config
    one.name = one.name if given.get("name") is None else given["name"]
    one.enabled = one.enabled if given.get("enabled") is None else given["enabled"]
    return Answer(200, _service(one))


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, value in new.items():
        both = isinstance(value, Mapping) and isinstance(old.get(name), Mapping)
        merged[name] = _merged(old[name], value) if both else value
    return merged


@operation("deleteAnalysisService")
def delete_analysis_service(world: World, call: Call) -> Answer:
    """With its tasks; those under way are revoked."""
    one = _found(world, call)
    for task in [each for each in world.state.analysis_tasks.values() if each.service == one.id]:
        _revoke(task)
        del world.state.analysis_tasks[task.id]
    del world.state.analysis_services[one.id]
    return Answer(200, answers.deleted(one.id))


def _found(world: World, call: Call) -> AnalysisService:
    one = world.state.analysis_services.get(int(call.path["service_id"]))
    if one is None:
        raise not_found(f"Analysis service {call.path['service_id']} was not found")
    return one


def _service(one: AnalysisService) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "module_name": one.module, "enabled": one.enabled, "config": one.config}


# ---------------------------------------------------------------- tasks
@operation("listAnalysisTasks")
def list_analysis_tasks(world: World, call: Call) -> Answer:
    """A page of a service's tasks; ``status`` filters."""
    service, status = _found(world, call), call.query.get("status")
    tasks = [one for one in world.state.analysis_tasks.values() if one.service == service.id]
    found = world.rows(call, tasks, lambda one: status in (None, _status(one)))
    return Answer(200, [_task(one) for one in found])


@operation("createAnalysisTask")
def create_analysis_task(world: World, call: Call) -> Answer:
    """A task that waits to be run: ``params`` name a data collection, and perhaps ``ids`` in it."""
    service, given = _found(world, call), call.body
    _collection(world, service, given["params"])
    one = AnalysisTask(world.new_id(), service.id, given.get("name"), given["params"])
    world.state.analysis_tasks[one.id] = one
    return Answer(200, _task(one))


def _collection(world: World, service: AnalysisService, params: Mapping[str, Any]) -> Collection:
    number, ids = params.get("data_collection_id"), params.get("ids", [])
    if not isinstance(number, int) or isinstance(number, bool):
        raise unprocessable("Input should be a valid integer", "params", "data_collection_id", given=number)
    if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
        raise unprocessable("Input should be a valid list of integers", "params", "ids", given=ids)
    collection, types = world.live_collection(number), MODULES[service.module]["types"]
    if collection.type not in types:
        raise unprocessable(f"Expected a data collection of type {' or '.join(types)}, found {collection.type}",
                            "params", "data_collection_id", given=number)
    return collection


@operation("runAnalysisTask")
def run_analysis_task(world: World, call: Call) -> Answer:
    """Start measuring; 409 while it is under way or its service is switched off."""
    service, one = _found(world, call), _task_of(world, call)
    if not service.enabled:
        raise detail(409, f"Analysis service {service.id} is not enabled")
    if _status(one) in UNDER_WAY:
        raise detail(409, f"Analysis task {one.id} is under way")
    collection, ids = _collection(world, service, one.params), set(one.params.get("ids", ()))
    table: Any = world.state.images if collection.type == "image" else world.state.rasters
    files = [(each.id, str(each.file)) for each in table.of(collection.id)
             if each.file is not None and (not ids or each.id in ids)]
    one.status, one.detail, one.result = "SCHEDULED", None, None

    def still() -> None:
        if one.status == "REVOKED" or one.job is not started.job:
            raise WorkFailed("Revoked")

    def finish(found: Found) -> dict[str, Any]:
        for number, (metadata, tags) in found.items():
            if number in table:
                table[number].json_metadata.update(metadata)
                world.retag(table[number].tags, {"add_tags": tags})
        one.status = "SUCCESS"
        one.result = {"analysed": len(found), "tagged": sum(bool(tags) for _, tags in found.values())}
        return one.result

    def fail(words: str) -> None:
        if one.status != "REVOKED" and one.job is started.job:
            one.status, one.detail = "FAILED", words

    started = world.start("analysis", work=analyse, arguments=(service.module, service.config, files), finish=finish,
                          fail=fail, still=still)
    one.job = started.job
    return Answer(200, _task(one))


@operation("revokeAnalysisTask")
def revoke_analysis_task(world: World, call: Call) -> Answer:
    """Stop a task that has not ended; 409 for one that has."""
    one = _task_of(world, call)
    if one.status in ("SUCCESS", "FAILED", "REVOKED"):
        raise detail(409, f"Analysis task {one.id} has ended")
    _revoke(one)
    return Answer(200, _task(one))


def _revoke(one: AnalysisTask) -> None:
    one.status = "REVOKED"
    if one.job is not None and one.job.future is not None:
        one.job.future.cancel()


@operation("deleteAnalysisTask")
def delete_analysis_task(world: World, call: Call) -> Answer:
    """A task under way is revoked."""
    one = _task_of(world, call)
    _revoke(one)
    del world.state.analysis_tasks[one.id]
    return Answer(200, answers.deleted(one.id))


def _task_of(world: World, call: Call) -> AnalysisTask:
    service, one = _found(world, call), world.state.analysis_tasks.get(int(call.path["task_id"]))
    if one is None or one.service != service.id:
        raise not_found(f"Analysis task {call.path['task_id']} was not found in service {service.id}")
    return one


def _status(one: AnalysisTask) -> str:
    """What is scheduled runs once a worker has taken it up."""
    future = one.job.future if one.job is not None else None
    return "RUNNING" if one.status == "SCHEDULED" and future is not None and not _waits(future) else one.status


def _waits(future: Any) -> bool:
    return not (future.running() or future.done())


def _task(one: AnalysisTask) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "status": _status(one), "params": one.params, "detail": one.detail,
            "result": one.result}
