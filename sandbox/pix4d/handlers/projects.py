"""Projects: listed, made, shown, changed, deleted (sections 7.1, 8 and 9)."""

from __future__ import annotations

from ...errors import detail, invalid
from ...platform import Answer, Call
from .. import answers, members
from ..records import Crs, Group, Project
from ..registry import operation
from ..removal import remove_project
from ..world import World

FILTERED = {"public_status": "status", "id": "id", "name": "name", "display_name": "display_name"}


@operation("listProjects")
def list_projects(world: World, call: Call) -> Answer:
    """A page of what the caller may see, newest first."""
    def search() -> list[Project]:
        return [one for one in reversed(world.state.projects.values())
                if _fits(world, one, call) and world.may(call.account, one.place)]

    shown = answers.detailed if call.query.get("serializer") == "detailed" else answers.simple
    return world.pages.answer(call, world.page_size(call), world.state.version, search,
                              lambda one: shown(world, one, call.host))


def _fits(world: World, one: Project, call: Call) -> bool:
    for name, member in FILTERED.items():
        value = getattr(one, member)
        if name in call.query and value not in call.query[name]:
            return False
        if value in call.query.get(f"{name}_exclude", ()):
            return False
    group = call.query.get("project_group_id")
    if group is not None and (group not in world.state.groups or one.parent != world.state.groups[group].place):
        return False
    return bool(call.query.get("is_demo", one.demo) == one.demo)


@operation("createProject")
def create_project(world: World, call: Call) -> Answer:
    """An empty project. In a site it takes over the site's system unless it names its own."""
    given, account = call.body, call.account
    model = given.get("billing_model", account.billing_models[0] if account.billing_models else "")
    if model not in account.billing_models:
        raise invalid("billing_model", "Invalid billing model for this user.")
    system = members.crs(given, Crs())
    place = members.parent(world, account, given)
    if given.get("project_group_id") is not None:
        place = _group(world, call, given["project_group_id"]).place
    site = world.state.find(place)
    if isinstance(site, Group) and not system.definition:
        system = Crs(site.crs.definition, system.geoid_height or site.crs.geoid_height,
                     system.extensions or site.crs.extensions)
    one = world.state.add_project(given["name"], given.get("project_type", "pro"), place, account, world.stored)
    one.crs, one.billing_model = system, model
    one.acquired = given.get("acquisition_date", one.acquired)
    one.email = given.get("processing_email_notification", True)
    return Answer(201, {
        "id": one.id, "name": one.name, "project_type": one.type, "acquisition_date": one.acquired,
        "project_group_id": site.id if isinstance(site, Group) else None, "billing_model": model,
        "parent_id": given.get("parent_id"), "owner_uuid": one.owner,
        "owner_type": "ORG_GRP" if one.owner in world.state.organizations else None, "proj_pipeline": "",
        "processing_email_notification": one.email, "parent_uuid": place.uuid, "parent_type": place.kind,
        "coordinate_system": system.definition, "crs": system.as_json(), "uuid": one.uuid, "bucket_name": one.bucket,
        "s3_base_path": one.base, "public_status": one.status,
        "detail_url": f"{call.host}{answers.ROOT}projects/{one.id}/"})


def _group(world: World, call: Call, number: int) -> Group:
    group = world.state.groups.get(number)
    if group is None or not world.may(call.account, group.place):
        raise invalid("project_group_id", "There is no such project group.")
    world.require(call.account, group.place, change=True)
    return group


@operation("getProject")
def get_project(world: World, call: Call) -> Answer:
    """One project, in detail unless asked otherwise."""
    one = world.project(call)
    shown = answers.simple if call.query.get("serializer") == "simple" else answers.detailed
    return Answer(200, shown(world, one, call.host))


@operation("updateProject")
def update_project(world: World, call: Call) -> Answer:
    """Change some members; unknown ones, and those that cannot be changed, are passed over."""
    one, given = world.project(call, change=True), call.body
    system = members.crs(given, one.crs)
    place = one.parent
    if given.get("owner_uuid", one.owner) != one.owner:
        raise detail(403, "The project cannot be given to somebody else.")
    if given.get("public_share_token") is not None and given["public_share_token"] not in world.state.shares:
        raise invalid("public_share_token", "There is no such token.")
    if given.get("s3_base_path", one.base) != one.base:
        if one.inputs.photos() or one.inputs.extras or one.outputs:
            raise invalid("s3_base_path", "The project has files.")
        world.state.rebase(one, given["s3_base_path"].strip("/"), world.stored)
    if "project_group_id" in given:
        number = given["project_group_id"]
        if number is not None:
            place = _group(world, call, number).place
        elif one.parent.kind == "project_group":
            place = world.state.parent(one.parent) or one.parent
    one.crs, one.parent = system, place
    one.display_name = given.get("display_name", one.display_name)
    one.geolocalized = given.get("is_geolocalized", one.geolocalized)
    one.acquired = given.get("acquisition_date", one.acquired)
    one.never_delete = given.get("never_delete", one.never_delete)
    one.public_share_token = given.get("public_share_token", one.public_share_token)
    one.zoom = (given.get("min_zoom", one.zoom[0]), given.get("max_zoom", one.zoom[1]))
    return Answer(200, answers.detailed(world, one, call.host))


@operation("deleteProject")
def delete_project(world: World, call: Call) -> Answer:
    """For good, with its files; processing that is under way ends unheard."""
    remove_project(world, world.project(call, change=True))
    return Answer(204)
