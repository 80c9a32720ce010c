"""Outputs of a project: listed, registered, deleted, fetched and packed (section 17)."""

from __future__ import annotations

import math
from pathlib import PurePosixPath
from typing import Any

from ...errors import detail, invalid, not_found
from ...jobs import WorkFailed
from ...platform import Answer, Call
from ..archives import archive
from ..records import Output, Project
from ..registry import operation
from ..state import REGION
from ..work.cloud_optimised import make
from ..world import World, empty

BY_SUFFIX = {".las": "point_cloud", ".laz": "point_cloud", ".obj": "3d_mesh_obj", ".pdf": "quality_report"}
RASTERS = ("dsm", "dtm", "ortho")
COGS = {"dsm": ("dsm_cloud_optimized", "dsm_cloud_optimized"), "ortho": ("ortho_cloud_optimized", "ortho")}
"""What is made of a registered output, and the result type under which it stands."""
MADE = "post_processing/{name}/cloud_optimized_{name}.tif"


@operation("listOutputs")
def list_outputs(world: World, call: Call) -> Answer:
    """All outputs, in the order in which they came."""
    project = world.project(call)
    return Answer(200, {"outputs": [shown(project, one) for one in project.outputs]})


def shown(project: Project, one: Output) -> dict[str, Any]:
    """With the members that its availability has (section 17.1)."""
    found: dict[str, Any] = {"result_type": one.result_type, "output_type": one.output_type,
                             "availability": one.availability}
    if one.availability == "in_progress":
        found["output_id"] = one.id
    if one.availability == "done" and one.key is not None:
        found |= {"s3_key": one.key, "s3_bucket": project.bucket, "s3_region": REGION, "output_id": one.id}
    return found


@operation("registerOutput")
def register(world: World, call: Call) -> Answer:
    """Register one file that lies in the storage; it takes the place of the output of its type."""
    project = _changeable(world, call)
    kind = _checked(world, project, call.body)
    _put(world, call, project, call.body["output"], kind)
    return Answer(200, {"output": call.body["output"], "output_type": kind})


@operation("bulkRegisterOutputs")
def register_together(world: World, call: Call) -> Answer:
    """Register several: all of them, or none."""
    project = _changeable(world, call)
    items = call.body.get("outputs") or []
    if not items:
        raise invalid("outputs", "This list may not be empty.")
    kinds = [_checked(world, project, one, alone=False) for one in items]
    mesh = {"3d_mesh_obj", "3d_mesh_mat", "3d_mesh_texture"}
    if mesh & set(kinds) and not mesh <= set(kinds):
        raise invalid("outputs", "A mesh, its material and its texture have to be registered together.")
    for one, kind in zip(items, kinds):
        _put(world, call, project, one["output"], kind)
    return Answer(200, {"outputs": [{"output": one["output"], "output_type": kind}
                                    for one, kind in zip(items, kinds)]})


def _changeable(world: World, call: Call) -> Project:
    project = world.project(call, change=True)
    if not call.account.cloud_content:
        raise detail(403, "You do not have permission to perform this action.")
    return project


def _checked(world: World, project: Project, item: dict[str, Any], alone: bool = True) -> str:
    """The type of a file that is to be registered."""
    key = item["output"]
    if not key.startswith(project.base + "/") or not world.stored(project.bucket, key):
        raise invalid("output", "There is no such file in the folder of the project.")
    kind = item.get("output_type") or derived(key)
    if not kind:
        raise invalid("output_type", "The type cannot be derived from the path.")
    if alone and kind in ("3d_mesh_obj", "3d_mesh_mat", "3d_mesh_texture"):
        raise invalid("output_type", "A mesh, its material and its texture have to be registered together.")
    return str(kind)


def derived(key: str) -> str:
    """The type by the name of the file (A51); empty when it tells none."""
    path = PurePosixPath(key.lower())
    if path.suffix in (".tif", ".tiff"):
        return next((kind for kind in RASTERS if kind in path.name), "")
    return BY_SUFFIX.get(path.suffix, "")


def _put(world: World, call: Call, project: Project, key: str, kind: str) -> None:
    """In the place of the one of that type; a project with nothing but outputs is done (A25)."""
    _replace(project, Output(next(world.state.numbers), kind, kind, key, registered=True))
    if project.status in ("CREATED", "UPLOADED"):
        project.status, project.detailed_status = "DONE", "Processed"
    if kind in COGS:
        _begin_cog(world, call, project, key, kind)


def _replace(project: Project, output: Output) -> None:
    project.outputs = [one for one in project.outputs if one.output_type != output.output_type] + [output]


def _begin_cog(world: World, call: Call, project: Project, key: str, kind: str) -> None:
    """The cloud-optimised form follows (section 17.4); until then the one of the earlier raster is gone."""
    name, result = COGS[kind]
    waiting = Output(next(world.state.numbers), result, name, None, "in_progress", registered=True)
    _replace(project, waiting)
    target = f"{project.base}/{MADE.format(name=kind)}"

    def still() -> None:
        if waiting not in project.outputs or project.id not in world.state.projects:
            raise WorkFailed("The output was replaced.")

    def ready(size: Any) -> dict[str, Any]:
        waiting.key, waiting.availability = target, "done"
        return {"size": size}

    def failed(words: str) -> None:
        waiting.availability = "not available"

    world.jobs.start("cloud-optimised", call.account.name, {"project": project.id}, world.settings.pix4d_cog_seconds,
                     finish=ready, fail=failed, work=make, still=still,
                     arguments=(world.path(project.bucket, key), world.path(project.bucket, target)))


def _output(world: World, call: Call, change: bool = False) -> tuple[Project, Output]:
    project = world.project(call, change=change)
    number = int(call.path["output_id"])
    found = next((one for one in project.outputs if one.id == number), None)
    if found is None:
        raise not_found("Not found.")
    return project, found


@operation("getOutput")
def get_output(world: World, call: Call) -> Answer:
    """A redirect to the file."""
    project, one = _output(world, call)
    if one.key is None or one.availability != "done" or not world.stored(project.bucket, one.key):
        raise not_found("Not found.")
    return Answer(302, None, {"Location": world.address(project.bucket, one.key)})


@operation("deleteOutput")
def delete_output(world: World, call: Call) -> Answer:
    """Gone, with its file."""
    project, found = _output(world, call, change=True)
    project.outputs = [one for one in project.outputs if one.id != found.id]
    if found.key is not None:
        world.remove(project.bucket, found.key)
    return empty()


@operation("getOutputsArchive")
def outputs_archive(world: World, call: Call) -> Answer:
    """All outputs as a ZIP, up to the size that is set."""
    project = world.project(call)
    keys = {one.key.removeprefix(project.base + "/"): one.key for one in project.outputs
            if one.key is not None and one.availability == "done"}
    sizes = [world.path(project.bucket, key).stat().st_size for key in keys.values()
             if world.stored(project.bucket, key)]
    if sum(sizes) > (world.settings.pix4d_largest_archive or math.inf):
        raise detail(400, "The project outputs are too large to be archived.")
    return archive(world, call, project, "outputs", keys)
