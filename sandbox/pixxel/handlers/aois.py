"""Areas of interest, their assets and bundles of these (sections 8 and 9)."""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry import shape

from ...platform import Answer, Call
from .. import aois
from ..bundles import begin, look
from ..records import Aoi, Asset, Bundle, Json
from ..refusals import bad, missing, refusal, taken
from ..registry import operation
from ..satellites import SATELLITES
from ..scenes import Scene, by_id, last_day
from ..searching import geometry, interval
from ..work.cube import square_metres
from ..work.product import bundle
from ..world import World

PROVIDERS = ("pixxel", "planetary")


@operation("createAoi")
def create_aoi(world: World, call: Call) -> Answer:
    """A new AOI; its scenes come in the background."""
    given = call.body
    project = world.admitted(call, given["project_id"])
    if not given["name"].strip():
        raise bad("name", "must not be empty")
    satellite = SATELLITES.get(given["satellite_id"])
    if satellite is None:
        raise bad("satellite_id", "there is no such satellite")
    if given["provider"] not in PROVIDERS or given["provider"] != satellite.provider:
        raise bad("provider", f"{satellite.name} is of the provider {satellite.provider}")
    geometry(given["geometry"], "geometry")
    if any(one.name == given["name"] for one in world.state.aois.values()):
        raise taken("aoi", given["name"])
    scenes = _scenes(world, given)
    square_m, centre = square_metres(given["geometry"])
    now = world.now()
    one = Aoi(world.new_id(), given["name"], given["description"], satellite.id, satellite.provider, project,
              given["geometry"], [each.id for each in scenes], world.key(call).user, now, square_m, centre, updated=now)
    world.state.aois[one.id] = one
    shown = aois.answer(world, one)
    aois.bring_in(world, one, scenes)
    one.status = "running"
    return Answer(201, shown)


def _scenes(world: World, given: Json) -> list[Scene]:
    area = shape(given["geometry"])
    found = []
    for name in dict.fromkeys(given["item_ids"]):
        scene = by_id(name, last_day(world.now()))
        if scene is None:
            raise bad("item_ids", f"there is no scene {name}")
        if scene.satellite != given["satellite_id"]:
            raise bad("item_ids", f"{name} is of another satellite")
        if not shapely.Polygon(scene.ring).intersects(area):
            raise bad("item_ids", f"{name} does not show this area")
        found.append(scene)
    if not found:
        raise bad("item_ids", "name at least one scene")
    return found


@operation("listAois")
def list_aois(world: World, call: Call) -> Answer:
    """The newest first, by name, project, satellite, dates."""
    query = call.query
    projects = world.ids(query.get("project_ids") or query.get("project_id"))
    name, satellite = query.get("aoi_name", "").lower(), query.get("satellite_name", "").lower()
    found = []
    for one in reversed(world.state.aois.values()):
        good = world.may(call, one.project) and query.get("aoi_id") in (None, one.id)
        good = good and name in one.name.lower() and satellite in SATELLITES[one.satellite].name.lower()
        good = good and (projects is None or one.project in projects)
        for member, moment in (("created_at", one.created), ("updated_at", one.updated)):
            if query.get(member):
                first, last = interval(query[member], member)
                good = good and first.timestamp() <= moment <= last.timestamp()
        if good:
            found.append(aois.look(world, one))
    rows, pages = world.page(query, found)
    return Answer(200, {"aois": [aois.answer(world, one) for one in rows], "pagination": pages})


@operation("getAoi")
def get_aoi(world: World, call: Call) -> Answer:
    """One AOI."""
    return Answer(200, aois.answer(world, aois.look(world, aoi_of(world, call))))


def aoi_of(world: World, call: Call) -> Aoi:
    """The AOI of a path."""
    one = world.found(world.state.aois, call.path["aoi_id"], "aoi")
    world.admitted(call, one.project)
    return one


@operation("listAssets")
def list_assets(world: World, call: Call) -> Answer:
    """The assets of an AOI: mosaics, then visualizations."""
    rows, pages = world.page(call.query, aoi_of(world, call).assets)
    return Answer(200, {"assets": [aois.asset_answer(world, one, call.host) for one in rows], "pagination": pages})


@operation("createAoiDownload")
def create_aoi_download(world: World, call: Call) -> Answer:
    """Begin a bundle of assets."""
    aoi = aoi_of(world, call)
    files = []
    for number in dict.fromkeys(call.body["asset_ids"]):
        one = asset_of(aoi, world.check_id(number, "asset_ids"))
        if one.status != "success" or one.file is None:
            raise refusal(409, f"asset {one.name} is not ready")
        files.append((f"{one.name}.tif" if one.kind == "mosaic" else f"{one.name}_{one.id[:8]}.tif", one.file))
    if not files:
        raise bad("asset_ids", "name at least one asset")
    made = begin(world, "aoi", aoi.id, "assets.zip", bundle, (files,))
    return Answer(201, {"download_id": made.id, "signed_url": "", "status": "CREATED"})


@operation("getAoiDownload")
def get_aoi_download(world: World, call: Call) -> Answer:
    """How far a bundle is; its status is written in capitals (P10)."""
    aoi = aoi_of(world, call)
    one: Bundle = world.found(world.state.bundles, call.path["download_id"], "download")
    if one.kind != "aoi" or one.of != aoi.id:
        raise missing("download")
    shown: dict[str, Any] = {"download_id": one.id, "status": look(one).upper(),
                             "signed_url": world.address(one.path, call.host)}
    return Answer(200, shown)


def asset_of(aoi: Aoi, number: str) -> Asset:
    """An asset of an AOI by its id."""
    found = next((one for one in aoi.assets if one.id == number), None)
    if found is None:
        raise missing("asset")
    return found
