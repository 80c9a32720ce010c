"""ArcGIS services: made, listed, shown, changed, started, stopped, refreshed, deleted (section 16.2)."""

from __future__ import annotations

from typing import Any

from ...errors import detail, not_found
from ...jobs import WorkFailed
from ...located import unprocessable
from ...platform import Answer, Call
from .. import answers
from ..arcgis import published
from ..arcgis.image_layers import wrong_fields
from ..arcgis.pictures import NoPicture, system
from ..records import Service
from ..registry import operation
from ..state import GDO_USERS
from ..world import World

BLOCKS = {"Image": "image_service_options", "Feature": "feature_service_options"}
PROFILES = {"RGB": "rgb", "DTM": "terrain", "DSM": "terrain"}
UNMOVED = ("stopped", "failed")


@operation("listGdoUsers")
def list_gdo_users(world: World, call: Call) -> Answer:
    """Names that a service can be limited to."""
    return Answer(200, list(GDO_USERS))


@operation("listArcgisServices")
def list_services(world: World, call: Call) -> Answer:
    """A page of those of one type."""
    found = [one for one in world.state.services.values() if one.type == call.path["service_type"]]
    return Answer(200, [_shown(world, one) for one in world.rows(call, found)])


@operation("createArcgisService")
def create_service(world: World, call: Call) -> Answer:
    """A new one, stopped; what it is to serve must be there (A25)."""
    kind, given = call.path["service_type"], call.body
    if kind == "Image":
        world.require_plugin("image_service")
    one = Service(world.new_id(), kind, given["name"], given["description"],
                  list(dict.fromkeys(given["data_collection_ids"])), given["options"], world.clock.now())
    _check(world, one)
    world.state.services[one.id] = one
    return Answer(200, _shown(world, one))


@operation("getArcgisService")
def get_service(world: World, call: Call) -> Answer:
    """One service."""
    return Answer(200, _shown(world, _named(world, call)))


@operation("updateArcgisService")
def update_service(world: World, call: Call) -> Answer:
    """Change what is given; ``options`` replaces the old ones as a whole."""
    one, given = _named(world, call), call.body
    changed = Service(one.id, one.type, given.get("name", one.name), given.get("description", one.description),
                      list(dict.fromkeys(given.get("data_collection_ids", one.collections))),
                      given.get("options", one.options), one.created)
    _check(world, changed)
    one.name, one.description = changed.name, changed.description
    one.collections, one.options = changed.collections, changed.options
    one.updated = world.clock.now()
    return Answer(200, _shown(world, one))


@operation("deleteArcgisService")
def delete_service(world: World, call: Call) -> Answer:
    """For good; 409 while it runs (A25)."""
    one = _named(world, call)
    if one.status not in UNMOVED:
        raise detail(409, f"Service {one.id} is {one.status}; stop it first")
    del world.state.services[one.id]
    return Answer(200, answers.deleted(one.id))


# ---------------------------------------------------------------------- actions
@operation("startArcgisService")
def start_service(world: World, call: Call) -> Answer:
    """Publish it; nothing to do for one that runs."""
    one = _named(world, call)
    if one.status not in UNMOVED:
        return _idle(world, one, ("started", "starting", "refreshing"))
    host = call.host

    def finish(outcome: Any) -> None:
        _publish(world, one)
        one.url = published.address(one, host)

    return _moving(world, one, "start_arcgis_service", "starting", "started", finish)


@operation("stopArcgisService")
def stop_service(world: World, call: Call) -> Answer:
    """Take it away; nothing to do for one that does not run."""
    one = _named(world, call)
    if one.status in (*UNMOVED, "stopping"):
        return _idle(world, one, (*UNMOVED, "stopping"))
    if one.status != "started":
        raise detail(409, f"Service {one.id} is {one.status}")

    def finish(outcome: Any) -> None:
        one.data = None

    return _moving(world, one, "stop_arcgis_service", "stopping", "stopped", finish)


@operation("refreshArcgisService")
def refresh_service(world: World, call: Call) -> Answer:
    """Publish it anew, its data only if that is asked for; nothing to do for one that does not run."""
    one = _named(world, call)
    if one.status != "started":
        return _idle(world, one, UNMOVED)
    with_data = bool(call.query.get("refresh_data", False))

    def finish(outcome: Any) -> None:
        if with_data:
            _publish(world, one)

    return _moving(world, one, "refresh_arcgis_service", "refreshing", "started", finish)


def _idle(world: World, one: Service, fine: tuple[str, ...]) -> Answer:
    """No job: there is nothing to do. 409 in the midst of something else."""
    if one.status not in fine:
        raise detail(409, f"Service {one.id} is {one.status}")
    return Answer(200, {"job": None, "arcgis_service": _shown(world, one)})


def _moving(world: World, one: Service, name: str, on_the_way: str, then: str, change: Any) -> Answer:
    one.status = on_the_way

    def finish(outcome: Any) -> None:
        change(outcome)
        one.status, one.updated = then, world.clock.now()

    def fail(words: str) -> None:
        one.status, one.data, one.updated = "failed", None, world.clock.now()

    task = world.start(name, finish=finish, fail=fail)
    return Answer(200, {"job": answers.job_ref(task), "arcgis_service": _shown(world, one)})


def _publish(world: World, one: Service) -> None:
    if any(number not in world.state.collections or not world.state.live(world.state.collections[number])
           for number in one.collections):
        raise WorkFailed("A data collection of this service was deleted")
    published.take_data(world, one)
    if one.type == "Image" and not one.data.paths:
        raise WorkFailed("The data collections of this service have no optimised rasters")


# ---------------------------------------------------------------------- checks
def _named(world: World, call: Call) -> Service:
    number, kind = int(call.path["service_id"]), call.path["service_type"]
    one = world.state.services.get(number)
    if one is None or one.type != kind:
        raise not_found(f"{kind} service {number} was not found")
    return one


def _check(world: World, one: Service) -> None:
    """The rules of section 16.2: 422 for a missing block, 400 for what does not go together."""
    if one.options.get(BLOCKS[one.type]) is None:
        raise unprocessable("Field required", "options", BLOCKS[one.type])
    unknown = [name for name in one.options.get("gdo_users") or () if name not in GDO_USERS]
    if unknown:
        raise detail(400, f"There is no GDO user {', '.join(unknown)}")
    types = {world.live_collection(number).type for number in one.collections}
    if one.type == "Feature":
        if types != {"image"}:
            raise detail(400, f"A feature service needs data collections of type image, found {_list(types)}")
        wrong = wrong_fields(one.options)
        if wrong:
            raise detail(400, f"There is no field {', '.join(wrong)}")
        return
    if len(types) != 1 or not types <= set(PROFILES):
        raise detail(400, "An image service needs data collections of one type, RGB, DTM or DSM, "
                          f"found {_list(types)}")
    _check_systems(one)
    _check_optimised(world, one, PROFILES[types.pop()])


def _list(types: set[str]) -> str:
    return ", ".join(sorted(types))


def _check_systems(one: Service) -> None:
    given = one.options[BLOCKS["Image"]]
    wms = given.get("wms_options") or {}
    try:
        for srid in (given["default_service_srid"], *(wms.get("supported_srids") or ())):
            system(srid)
    except NoPicture as error:
        raise detail(400, str(error)) from None


def _check_optimised(world: World, one: Service, profile: str) -> None:
    for number in one.collections:
        done = {copy.raster for copy in world.state.optimized.of(number)
                if copy.status == "completed" and copy.profile in (profile, None)}
        missing = [raster.id for raster in world.state.rasters.of(number) if raster.id not in done]
        if missing or not done:
            count = f"{len(missing)} of them are" if missing else "it has none that is"
            raise detail(400, f"The rasters of data collection {number} must be optimised with the profile {profile}; "
                              f"{count} not")


def _shown(world: World, one: Service) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "description": one.description, "service_type": one.type,
            "data_collection_ids": list(one.collections), "options": one.options, "url": one.url,
            "status": one.status, "created_at": world.clock.moment(one.created),
            "updated_at": answers.moment(world, one.updated)}
