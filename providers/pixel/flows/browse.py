"""What the tenant holds as a tree, a page at a time.

Projects are in each other; a project holds projects, data collections, attachments and deleted data collections. A data
collection holds images with attachments and harvest services, or rasters, or point clouds with their optimised copies;
and its upload jobs. Beside them stand ArcGIS services, analysis, deleted projects, and the tenant with the user's role.

Kinds: ``project``, ``collection.image``, ``collection.raster`` (``collection.raster.RGB`` ...),
``collection.point_cloud``, ``image``, ``raster``, ``point_cloud``, ``optimized``, ``optimized_cloud``, ``upload_job``,
``attachment``, ``harvest``, ``harvest_task``, ``service.image``, ``service.feature``, ``analysis_service``,
``analysis_task``, ``deleted_project``, ``deleted_collection``, ``user``, ``plugin``. Ids are those that algorithms take
(``algorithms/pixel/common.py``). The headings between them carry what they stand below: ``images`` the data collection
``10/6``, ``attachments`` their owner ``project/10``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...capabilities import Branch, Entries, Entry
from ...http.answers import Page
from ...work import Work
from ..client import PixelClient
from ..client.answers import PAGE_SIZE
from ..client.attachments import Owner
from ..places import Place, place_of
from ..raster_rules import RASTER_TYPES, dump
from ..records import RESOURCE_TYPES
from ..service_records import SERVICE_TYPES
from .lifecycle import deleted

ROOTS = tuple(Entry(one, "", "") for one in ("projects", "services", "analyses", "deleted_projects", "tenant"))
#: Branches that the platform narrows by name.
SEARCHED = frozenset({
    "projects", "project", "images", "rasters", "point_clouds", "upload_jobs", "harvests", "services", "analyses",
    "deleted_projects", "deleted_collections",
})
#: The headings below a data collection, by what it holds.
HEADINGS = {
    "image": ("images", "harvests", "upload_jobs"),
    "raster": ("rasters", "optimized_rasters", "upload_jobs"),
    "point_cloud": ("point_clouds", "optimized_clouds", "upload_jobs"),
}


def page(api: PixelClient, branch: Branch, begin: str, work: Work) -> Entries:
    """The page that begins with ``begin`` (empty: the first) of what is below the entry."""
    entry, asked = branch.entry, api.during(work)
    if entry.kind == "project":
        return _project(asked, entry, branch.search, int(begin or "0"))
    if entry.kind.startswith("collection."):
        headings = HEADINGS.get(entry.kind.split(".")[1], ())
        owner = Entry("attachments", f"data_collection/{place_of(entry.id).collection}", "")
        return Entries([*(Entry(one, entry.id, "") for one in headings), owner])
    if entry.kind == "image":
        return Entries([Entry("attachments", f"image/{entry.id}", "")])
    if entry.kind == "services":
        return _services(asked, branch.search, begin)
    if entry.kind in WHOLE:
        found = WHOLE[entry.kind](asked, branch)
        return Entries(found, len(found))
    if entry.kind not in PAGED:
        return Entries(())
    pages, entry_of = PAGED[entry.kind]
    return _listed(pages(asked, branch, int(begin or "0")), lambda one: entry_of(branch, one), int(begin or "0"))


def _listed(pages: Iterator[Page[Any]], entry_of: Callable[[Any], Entry], offset: int) -> Entries:
    one_page = next(pages)
    return Entries([entry_of(one) for one in one_page.records], None, "" if one_page.last else str(offset + PAGE_SIZE))


def _project(api: PixelClient, entry: Entry, search: str, offset: int) -> Entries:
    """The projects in a project, which come with it and in one piece, then its data collections page by page, then the
    headings. Searched: its data collections of that name."""
    found: list[Entry] = []
    if not offset and not search:
        inner = api.projects.get(entry.id, extended=True).get("child_projects") or []
        found = [project_entry(one) for one in inner if one.get("id")]
    pages = api.collections.list(entry.id, {"name": search}, offset)
    listed = _listed(pages, lambda one: collection_entry(entry.id, one), offset)
    found += listed.entries
    if not listed.following and not search:
        found += [Entry("attachments", f"project/{entry.id}", ""), Entry("deleted_collections", entry.id, "")]
    return Entries(found, None, listed.following)


def _services(api: PixelClient, search: str, begin: str) -> Entries:
    """Services of one type after the other; ``begin``: which, its offset."""
    which, _, start = (begin or "0:0").partition(":")
    at, offset = int(which), int(start)
    kind = SERVICE_TYPES[at]
    listed = _listed(api.arcgis.list(kind, {"name": search}, offset), lambda one: service_entry(kind, one), offset)
    following = f"{at}:{listed.following}" if listed.following else ""
    if not following and at + 1 < len(SERVICE_TYPES):
        following = f"{at + 1}:0"
    return Entries(listed.entries, None, following)


def _projects(api: PixelClient, branch: Branch, offset: int) -> Iterator[Page[Any]]:
    """Those at the top; searched, those of that name at any depth. Where the parent is not told (ASSUMED A6), all."""
    for one_page in api.projects.list({"name": branch.search}, offset):
        kept = [one for one in one_page.records if branch.search or one.get("parent_project_id") is None]
        yield Page(kept, None, one_page.last)


def _tenant(api: PixelClient, branch: Branch) -> list[Entry]:
    """Who is logged in, and the plugins."""
    user = api.account.me()
    name = " ".join(filter(None, (user.get("first_name"), user.get("last_name")))) or user.get("username") or ""
    me = Entry("user", str(user.get("id") or ""), name, text(user.get("user_type")), details(user, "username", "email"))
    return [me, *(plugin_entry(one) for one in api.plugins.list())]


def _attachments(api: PixelClient, branch: Branch) -> list[Entry]:
    kind, _, identity = branch.entry.id.partition("/")
    if kind not in RESOURCE_TYPES:
        return []
    return [attachment_entry(one) for one in api.attachments.list(Owner(kind, identity))]


def place_above(branch: Branch) -> Place:
    """The data collection that a branch is in."""
    ways = [one.id for one in (*branch.above, branch.entry) if one.kind.startswith("collection.")]
    return place_of(ways[-1] if ways else branch.entry.id)


# ---------------------------------------------------------------------- entries
def project_entry(one: Mapping[str, Any]) -> Entry:
    """A project with its area."""
    return Entry("project", str(one["id"]), text(one.get("name")), "", _described(one), _shape(one, "area_of_interest"))


def collection_kind(collection_type: str) -> str:
    """The kind of entries that data collections of a type are."""
    if collection_type in RASTER_TYPES:
        return "collection.raster" if collection_type == "raster" else f"collection.raster.{collection_type}"
    return f"collection.{collection_type or 'other'}"


def collection_entry(project_id: str, one: Mapping[str, Any]) -> Entry:
    """A data collection with its rules."""
    more = {**_described(one), **details(one, "data_collection_type"), "rules": dump(one.get("raster_info") or {})}
    identity = str(Place(project_id, str(one["id"])))
    kind = collection_kind(text(one.get("data_collection_type")))
    return Entry(kind, identity, text(one.get("name")), "", {name: value for name, value in more.items() if value})


def deleted_entry(kind: str, identity: str, one: Mapping[str, Any]) -> Entry:
    """Something that can be restored; its state is how many days are left."""
    known = deleted(one)
    left = known.get("days_left")
    return Entry(
        kind, identity, text(one.get("name")), "" if left is None else str(left),
        {**_described(one), **details(known, "deleted_at", "data_collection_type")},
    )


def item_entry(kind: str, one: Mapping[str, Any]) -> Entry:
    """An image, a raster or a point cloud."""
    members = ("capture_date", "file_name", "file_size", "image_type", "format", "data_type", "num_bands", "srid",
               "width", "height", "point_record_format", "created_at", "updated_at")
    more = {**details(one, *members), **details({"tags": ", ".join(map(text, one.get("tags") or []))}, "tags")}
    return Entry(kind, str(one["id"]), text(one.get("name") or one.get("file_name")), "", more,
                 _shape(one, "location" if kind == "image" else "footprint"))


def optimized_entry(kind: str, one: Mapping[str, Any]) -> Entry:
    """An optimised copy, which has no name: by its source and profile."""
    source = text(one.get("raster_id") or one.get("point_cloud_id"))
    return Entry(kind, str(one["id"]), " ".join(filter(None, (source, text(one.get("profile"))))),
                 text(one.get("status")), details(one, "raster_id", "point_cloud_id", "profile", "detail"))


def upload_entry(one: Mapping[str, Any]) -> Entry:
    """An upload job, by the name of its file."""
    return Entry("upload_job", str(one["id"]), text(one.get("name")), text(one.get("status")),
                 details(one, "detail", "created_at"))


def attachment_entry(one: Mapping[str, Any]) -> Entry:
    """An attachment."""
    return Entry("attachment", str(one["id"]), text(one.get("name")), text(one.get("status")),
                 details(one, "description", "created_at"))


def harvest_entry(one: Mapping[str, Any]) -> Entry:
    """A harvest service."""
    state = "" if "running" not in one else "running" if one["running"] else "stopped"
    return Entry("harvest", str(one["id"]), text(one.get("name")), state,
                 details(one, "description", "url", "where_clause", "auth_type", "last_run_at"))


def task_entry(kind: str, one: Mapping[str, Any]) -> Entry:
    """A task of a harvest service or of an analysis."""
    return Entry(kind, str(one["id"]), text(one.get("name") or one.get("external_id")), text(one.get("status")),
                 details(one, "detail", "external_id", "created_at"))


def service_entry(service_type: str, one: Mapping[str, Any]) -> Entry:
    """An ArcGIS service, ``Image/4``."""
    users = (one.get("options") or {}).get("gdo_users")
    more = {**details(one, "description", "url", "created_at"), "gdo_users": ", ".join(users or [])}
    return Entry(f"service.{service_type.lower()}", f"{service_type}/{one['id']}", text(one.get("name")),
                 text(one.get("status")), {name: value for name, value in more.items() if value})


def analysis_entry(one: Mapping[str, Any]) -> Entry:
    """An analysis service."""
    state = "" if "enabled" not in one else "on" if one["enabled"] else "off"
    return Entry("analysis_service", str(one["id"]), text(one.get("name")), state, details(one, "module_name"))


def plugin_entry(one: Mapping[str, Any]) -> Entry:
    """A plugin of the tenant."""
    state = "off" if one.get("enabled") is False else "on"
    return Entry("plugin", text(one["name"]), text(one["name"]), state, details(one, "description"))


def details(one: Mapping[str, Any], *members: str) -> dict[str, str]:
    """The members that an answer holds, as text."""
    return {name: text(one[name]) for name in members if one.get(name) not in (None, "")}


def text(value: Any) -> str:
    """A member as text; empty when it is missing."""
    return "" if value is None else str(value)


def _described(one: Mapping[str, Any]) -> dict[str, str]:
    tags = {"tags": ", ".join(text(tag) for tag in one.get("tags") or [])}
    return {**details(one, "description"), **details(tags, "tags"), **details(one, "created_at", "updated_at")}


def _shape(one: Mapping[str, Any], member: str) -> Mapping[str, object] | None:
    found = one.get(member)
    return found if isinstance(found, dict) else None


#: Branches that come in one piece.
WHOLE: Mapping[str, Callable[[PixelClient, Branch], list[Entry]]] = {"tenant": _tenant, "attachments": _attachments}
#: How each other branch is listed (client, branch, offset), and what an answer becomes.
PAGED: Mapping[
    str, tuple[Callable[[PixelClient, Branch, int], Iterator[Page[Any]]], Callable[[Branch, Any], Entry]]
] = {
    "projects": (_projects, lambda _, one: project_entry(one)),
    "deleted_projects": (
        lambda api, branch, offset: api.projects.deleted({"name": branch.search}, offset),
        lambda _, one: deleted_entry("deleted_project", str(one["id"]), one),
    ),
    "deleted_collections": (
        lambda api, branch, offset: api.collections.deleted(branch.entry.id, {"name": branch.search}, offset),
        lambda branch, one: deleted_entry("deleted_collection", f"{branch.entry.id}/{one['id']}", one),
    ),
    "images": (
        lambda api, branch, offset: api.images.list(place_of(branch.entry.id), {"name": branch.search}, offset),
        lambda _, one: item_entry("image", one),
    ),
    "rasters": (
        lambda api, branch, offset: api.rasters.list(place_of(branch.entry.id), {"name": branch.search}, offset),
        lambda _, one: item_entry("raster", one),
    ),
    "point_clouds": (
        lambda api, branch, offset: api.point_clouds.list(place_of(branch.entry.id), {"name": branch.search}, offset),
        lambda _, one: item_entry("point_cloud", one),
    ),
    "optimized_rasters": (
        lambda api, branch, offset: api.optimized.list(place_of(branch.entry.id), None, offset),
        lambda _, one: optimized_entry("optimized", one),
    ),
    "optimized_clouds": (
        lambda api, branch, offset: api.point_clouds.optimized(place_of(branch.entry.id), None, offset),
        lambda _, one: optimized_entry("optimized_cloud", one),
    ),
    "upload_jobs": (
        lambda api, branch, offset: api.upload_jobs.list(place_of(branch.entry.id), {"name": branch.search}, offset),
        lambda _, one: upload_entry(one),
    ),
    "harvests": (
        lambda api, branch, offset: api.harvest.list(place_of(branch.entry.id), {"name": branch.search}, offset),
        lambda _, one: harvest_entry(one),
    ),
    "harvest": (
        lambda api, branch, offset: api.harvest.tasks(place_above(branch), branch.entry.id, offset=offset),
        lambda _, one: task_entry("harvest_task", one),
    ),
    "analyses": (
        lambda api, branch, offset: api.analysis.services({"name": branch.search}, offset),
        lambda _, one: analysis_entry(one),
    ),
    "analysis_service": (
        lambda api, branch, offset: api.analysis.tasks(branch.entry.id, None, offset),
        lambda _, one: task_entry("analysis_task", one),
    ),
}
