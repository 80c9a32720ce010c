"""Blocks, and insights: blocks that run on an AOI (section 16)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from ...platform import Answer, Call
from .. import blocks
from ..aois import path_of
from ..following import bundle_status, on
from ..records import Aoi, Insight, Json
from ..refusals import bad, missing, refusal
from ..registry import operation
from ..work.blocks import run
from ..world import World
from .aois import aoi_of


@operation("listBlocks")
def list_blocks(world: World, call: Call) -> Answer:
    """All, or those of a mode."""
    mode = call.query.get("mode")
    if mode not in (None, *blocks.BOTH):
        raise bad("mode", "must be insight or workflow")
    return _blocks(world, call, [mode] if mode else list(blocks.BOTH))


@operation("listInsightBlocks")
def list_insight_blocks(world: World, call: Call) -> Answer:
    """P19."""
    return _blocks(world, call, ["insight"])


@operation("listWorkflowBlocks")
def list_workflow_blocks(world: World, call: Call) -> Answer:
    """P19."""
    return _blocks(world, call, ["workflow"])


def _blocks(world: World, call: Call, modes: list[str]) -> Answer:
    found = [(one, next(mode for mode in modes if mode in one.modes)) for one in blocks.BLOCKS
             if set(modes) & set(one.modes) and call.query.get("name") in (None, one.name)
             and call.query.get("version") in (None, one.version)]
    return Answer(200, {"blocks": [blocks.answer(world, one, mode) for one, mode in found]})


@operation("listBlockVersions")
def list_block_versions(world: World, call: Call) -> Answer:
    """All versions of a block."""
    found = [one for one in blocks.BLOCKS if one.name == call.path["name"]]
    if not found:
        raise missing("block")
    return Answer(200, {"blocks": [blocks.answer(world, one, one.modes[0]) for one in found]})


@operation("getBlockVersion")
def get_block_version(world: World, call: Call) -> Answer:
    """One version of a block."""
    one = blocks.block(call.path["name"], call.path["version"])
    return Answer(200, blocks.answer(world, one, one.modes[0]))


# ---------------------------------------------------------------------- insights
@operation("createInsight")
def create_insight(world: World, call: Call) -> Answer:
    """The price of a block on an AOI, or its beginning."""
    aoi, given = aoi_of(world, call), call.body
    if given.get("project_id") and world.admitted(call, given["project_id"]) != aoi.project:
        raise bad("project_id", "is not the project of this AOI")
    wanted = given["block"]
    block = blocks.block(wanted.get("name") or wanted.get("id") or wanted.get("string") or "", wanted["version"],
                         "insight")
    inputs = blocks.check_inputs(block, given["input"])
    values = {name: _file(world, aoi, one, call.host) if _is_raster(block, name) else one["value"]
              for name, one in inputs.items()}
    cost = block.price * max(1, math.ceil(aoi.square_m / 1e7))
    if given.get("estimate"):
        return Answer(200, {"estimate": cost})
    if cost > world.state.tokens:
        raise refusal(403, f"{cost} tokens are needed, {world.state.tokens} are left", None, "insufficient_tokens")
    world.state.tokens -= cost
    one = Insight(world.new_id(), aoi.id, given.get("name") or block.title, aoi.project, block.name, block.version,
                  given["input"], given.get("metadata", {}), cost, world.key(call).user, world.now())
    world.state.insights[one.id] = one
    _begin(world, one, block, values, call.host)
    return Answer(201, {"id": one.id, "message": "insight created"})


def _is_raster(block: blocks.Block, name: str) -> bool:
    return any(one["name"] == name and one["format"] == "raster" for one in block.inputs)


def _file(world: World, aoi: Aoi, given: Json, host: str) -> Path:
    """The raster that an input means: an asset of the AOI, or what another insight of it made."""
    source = (given.get("asset_source") or {}).get("id")
    for asset in aoi.assets:
        if asset.kind == "mosaic" and (source == asset.id or not source and given.get("stac_url") == path_of(
                world, asset, host)):
            if asset.status != "success" or asset.file is None:
                raise refusal(409, f"asset {asset.name} is not ready")
            return asset.file
    for one in world.state.insights.values():
        for output in one.output:
            if one.aoi == aoi.id and not source and given.get("value") == output.get("value") and \
                    output["name"] in one.files:
                return one.files[output["name"]]
    raise bad("input", f"{given.get('name')} is neither an asset of this AOI nor made by an insight of it")


def _begin(world: World, one: Insight, block: blocks.Block, values: dict[str, Any], host: str) -> None:
    rasters = {each["name"]: world.new_path(".tif") for each in block.outputs if each["format"] == "raster"}
    one.status = "running"

    def finish(texts: dict[str, str]) -> None:
        one.files = dict(rasters)
        for each in block.outputs:
            value = texts.get(each["name"], "")
            if each["name"] in rasters:
                value = f"{world.services.blobs.host(host)}/_stac/pixxel/insights/{one.id}/{each['name']}.tif"
            one.output.append({**each, "value": value})
        one.status, one.progress = "completed", 100.0

    def fail(words: str) -> None:
        one.status, one.words = "failed", words
        world.state.tokens += one.cost

    world.start("insight", world.settings.pixxel_run_seconds, finish=finish, fail=fail, work=run,
                arguments=(block.name, values, rasters))


@operation("listInsights")
def list_insights(world: World, call: Call) -> Answer:
    """Those of an AOI, the newest first; deleted ones are left out (P29)."""
    aoi, query = aoi_of(world, call), call.query
    found = [one for one in reversed(world.state.insights.values())
             if one.aoi == aoi.id and one.deleted is None and query.get("id") in (None, one.id)
             and query.get("status") in (None, one.status) and query.get("created_by") in (None, one.user)
             and on(query.get("created_on"), one.created, "created_on")]
    return Answer(200, {"insights": [_answer(world, one) for one in found]})


@operation("downloadInsight")
def download_insight(world: World, call: Call) -> Answer:
    """A bundle of inputs and outputs; the call is repeated until it is there (P21). An empty body means everything."""
    one, given = _insight(world, call), call.body
    if one.status != "completed":
        raise refusal(400, f"the insight is {one.status}")
    inputs = {each.get("name", ""): each for each in one.input}
    aoi = world.state.aois[one.aoi]
    files: list[tuple[str, Path]] = []
    names_in, names_out = given.get("inputs"), given.get("outputs")
    everything = not names_in and not names_out
    block = blocks.block(one.block, one.version)
    for name in [name for name in inputs if _is_raster(block, name)] if everything else names_in or []:
        if name not in inputs or not _is_raster(block, name):
            raise bad("inputs", f"there is no raster {name}")
        files.append((f"{name}.tif", _file(world, aoi, inputs[name], call.host)))
    for name in list(one.files) if everything else names_out or []:
        if name not in one.files:
            raise bad("outputs", f"there is no raster {name}")
        files.append((f"{name}.tif", one.files[name]))
    status, address = bundle_status(world, f"insight {one.id}", "insight.zip", files, call.host)
    return Answer(200, {"id": one.id, "status": status, "signed_url": address})


@operation("deleteInsight")
def delete_insight(world: World, call: Call) -> Answer:
    """Take an insight out of the lists."""
    one = _insight(world, call)
    if world.admitted(call, call.query["project_id"]) != one.project:
        raise bad("project_id", "is not the project of this insight")
    one.deleted = world.now()
    return Answer(200)


def _insight(world: World, call: Call) -> Insight:
    aoi = aoi_of(world, call)
    one = world.found(world.state.insights, call.path["insight_id"], "insight")
    if one.aoi != aoi.id or one.deleted is not None:
        raise missing("insight")
    return one


def _answer(world: World, one: Insight) -> Json:
    if one.status == "running":
        one.progress = max(one.progress, float(world.progress(one.created, world.settings.pixxel_run_seconds)))
    return {"id": one.id, "aoi_id": one.aoi, "name": one.name, "status": one.status, "progress": one.progress,
            "cost": one.cost, "input": one.input, "output": one.output, "metadata": one.metadata,
            "estimated_time_in_min": 1, "err_msg": one.words, "created_by": one.user,
            "created_at": world.moment(one.created), "deleted_at": None}
