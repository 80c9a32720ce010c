"""What the platform holds as a tree, a page at a time (sections 9, 16, 17, 18, 19, 20).

Organizations hold their drive: folders, sites and projects. A site holds its projects; a project holds photos, outputs,
annotations and control points, each below a heading of its own. Ids are those that algorithms take: numbers of projects
and sites, uuids of organizations and folders, names of ground control points. Uuids of projects and sites, by which the
drive knows them, are among the details.

Searched, the drive and the list of projects give what is found at any depth.

Outputs are of the kinds ``output.streamed``, ``output.raster``, ``output.report`` ..., by where they belong
(:class:`..output_types.Home`): a parameter of the kind ``output`` takes all of them. Their state is the availability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from ...capabilities import Branch, Entries, Entry
from ...errors import Kind, PlatformError
from ...http.answers import Page
from ...work import Work
from ..client import Pix4dClient
from ..output_types import type_of
from ..project_records import Annotation, Gcp, Mtp, Output, Photo
from ..records import DriveNode, Project

#: Branches that the platform narrows by name.
SEARCHED = frozenset({"organizations", "organization", "user", "sites", "projects"})
ROOTS = (Entry("organizations", "", ""), Entry("sites", "", ""), Entry("projects", "", ""))
#: The headings below a project.
HEADINGS = ("photos", "outputs", "annotations", "gcps", "mtps")
NODES = {"folder": "folder", "project": "project", "project_group": "site"}
"""The drive's words, and ours."""
ORDERING = "name"
OWNERS_LOOKED_AT = 20
"""So many projects are looked at for organizations besides the caller's own: no operation lists them."""


def page(api: Pix4dClient, organization: str, branch: Branch, begin: str, work: Work) -> Entries:
    """The page that begins with ``begin`` (empty: the first) of what is below the entry."""
    entry, asked = branch.entry, api.during(work)
    if entry.kind in ("organizations", "projects") and branch.search:
        return _found(asked, organization, branch.search, entry.kind == "projects", begin)
    if entry.kind == "organizations":
        return Entries(organizations(asked, organization))
    if entry.kind == "project":
        return Entries([Entry(one, entry.id, "") for one in HEADINGS])
    if entry.kind in WHOLE:
        found = WHOLE[entry.kind](asked, entry.id)
        return Entries(found, len(found))
    if entry.kind == "annotations":
        listed = asked.annotations.page(entry.id, begin)
        return Entries([annotation_entry(one) for one in listed.records], None, listed.following)
    if entry.kind not in PAGED:
        return Entries(())
    pages, entry_of = PAGED[entry.kind]
    number = int(begin or "1")
    one_page = next(pages(asked, entry.id, branch.search, number))
    return Entries(
        [entry_of(one) for one in one_page.records], one_page.count, "" if one_page.last else str(number + 1)
    )


def _found(api: Pix4dClient, organization: str, search: str, projects: bool, begin: str) -> Entries:
    """What the drives of all organizations find at any depth, one drive after the other; ``begin``: which, its page."""
    drives = organizations(api, organization)
    which, _, number = (begin or "0:1").partition(":")
    at, page_number = int(which), int(number)
    if at >= len(drives):
        return Entries(())
    found = next(api.drive.search(drives[at].kind, drives[at].id, search, ORDERING, sites=not projects,
                                  full_metadata=True, page=page_number))
    entries = [node_entry(one) for one in found.records]
    following = f"{at}:{page_number + 1}" if not found.last else f"{at + 1}:1" if at + 1 < len(drives) else ""
    kept = [one for one in entries if not projects or one.kind == "project"]
    return Entries(kept, found.count if len(drives) == 1 and len(kept) == len(entries) else None, following)


def organizations(api: Pix4dClient, named: str = "") -> list[Entry]:
    """The organizations that can be known of: the one that the connection names, the caller's own, and those that own
    projects which he sees. Without any, the drive of the user himself."""
    found: dict[str, str] = {named: ""} if named else {}
    user = ""
    try:
        account = api.account.user()
        user = account.get("uuid") or ""
        found.setdefault(account.get("default_organization") or "", "")
    except PlatformError as error:  # where the path is another one (A66), projects still tell who owns them
        if error.kind is not Kind.NOT_FOUND:
            raise
    for one in next(api.projects.list({"serializer": "detailed", "page_size": OWNERS_LOOKED_AT})).records:
        found.setdefault(one.get("owner_uuid") or "", "")
    found.pop("", None)
    found.pop(user, None)
    entries = [entry for uuid in found for entry in [_organization(api, uuid, uuid == named)] if entry is not None]
    return entries or ([Entry("user", user, "")] if user else [])


def _organization(api: Pix4dClient, uuid: str, is_named: bool) -> Entry | None:
    """An organization with the name that the drive has for it; None for an owner that is none, or is out of reach."""
    try:
        owner = api.drive.path("organization", uuid, 1)
    except PlatformError as error:
        if error.kind not in (Kind.NOT_FOUND, Kind.FORBIDDEN, Kind.REFUSED) or is_named:
            raise
        return None
    names = [str(one.get("name") or "") for one in (owner.get("owner") or {}, *(owner.get("path") or []))]
    return Entry("organization", uuid, next(filter(None, names), ""))


# ---------------------------------------------------------------------- entries
def node_entry(one: DriveNode) -> Entry:
    """A node of the drive: folder, site or project. What its ``date`` means is not documented (section 19), so that it
    is no capture date: it becomes ``drive_date``."""
    kind = NODES.get(one.get("type", ""), "folder")
    more: dict[str, Any] = dict(one.get("metadata") or {})
    if kind == "project":
        return project_entry({**more, "id": one.get("legacy_id"), "uuid": one["uuid"], "name": one.get("name", ""),
                              "display_name": one.get("name", ""), "drive_date": one.get("date")})
    if kind == "site":
        return site_entry({**more, "id": one.get("legacy_id"), "uuid": one["uuid"], "name": one.get("name", "")})
    return Entry("folder", one["uuid"], one.get("name", ""), "", details({"drive_date": one.get("date")}, "drive_date"))


def project_entry(one: Mapping[str, Any]) -> Entry:
    """A project, by its display name."""
    members = ("uuid", "acquisition_date", "create_date", "drive_date", "image_count", "project_type",
               "display_detailed_status", "project_group_id", "error_reason")
    name = str(one.get("display_name") or one.get("name") or "")
    return Entry("project", str(one.get("id") or ""), name, str(one.get("public_status") or ""),
                 details(one, *members))


def site_entry(one: Mapping[str, Any]) -> Entry:
    """A site."""
    members = ("uuid", "project_group_type", "project_count", "latest_project_date", "latitude", "longitude")
    return Entry("site", str(one.get("id") or ""), str(one.get("name") or ""), "", details(one, *members))


def photo_entry(one: Photo) -> Entry:
    """A photo, by the name of its file; ``excluded`` when it is left out of processing."""
    key = one.get("s3_key") or ""
    state = "excluded" if one.get("excluded_from_mapper") else "used"
    return Entry("photo", str(one["id"]), PurePosixPath(key).name, state, details(one, "width", "height", "s3_key"))


def output_entry(one: Output) -> Entry:
    """An output by its type, which is its name until somebody translates it. Its id is the type while it has none."""
    name = one.get("output_type", "")
    identity = one.get("output_id")
    return Entry(f"output.{type_of(name).home.value}", str(name if identity is None else identity), name,
                 one.get("availability") or "", details(one, "output_type", "result_type", "s3_key", "s3_bucket"))


def annotation_entry(one: Annotation) -> Entry:
    """An annotation; its state is the type of its geometry."""
    properties = one.get("properties") or {}
    name = str(properties.get("name") or "")
    geometry = str((one.get("geometry") or {}).get("type") or "")
    return Entry("annotation", one["id"], name, geometry,
                 {**details(one, "created", "modified"), **details(properties, "description", "color")})


def gcp_entry(one: Gcp) -> Entry:
    """A control point or checkpoint, which goes by its name."""
    members = ("x", "y", "z", "xy_accuracy", "z_accuracy")
    name = one.get("name") or ""
    return Entry("gcp", name, name, one.get("point_type") or "", details(one, *members))


def mtp_entry(one: Mtp) -> Entry:
    """A manual tie point."""
    state = "CHECKPOINT" if one.get("is_checkpoint") else ""
    return Entry("mtp", str(one.get("id", "")), one.get("name") or "", state, details(one, "x", "y", "z"))


def details(one: Mapping[str, Any], *members: str) -> dict[str, str]:
    """The members that an answer holds, as text."""
    return {name: str(one[name]) for name in members if one.get(name) not in (None, "")}


def _outputs(api: Pix4dClient, project_id: str) -> list[Entry]:
    """Each output once: one may be listed under several result types."""
    listed = [output_entry(one) for one in api.outputs.list(project_id)]
    return list({(one.kind, one.id): one for one in reversed(listed)}.values())[::-1]


def _drive(api: Pix4dClient, parent: str, uuid: str, search: str, number: int) -> Iterator[Page[DriveNode]]:
    if search:
        return api.drive.search(parent, uuid, search, ORDERING, full_metadata=True, page=number)
    return api.drive.list(parent, uuid, ORDERING, full_metadata=True, page=number)


def projects_of_site(api: Pix4dClient, site_id: str, number: int = 1) -> Iterator[Page[Project]]:
    """The projects of a site, by the only documented way to them."""
    address = api.groups.get(site_id).get("project_list_url")
    if address:
        return api.projects.of_list(address, number)
    return api.projects.list({"project_group_id": site_id}, number)


#: Branches that come in one piece (client, id).
WHOLE: Mapping[str, Callable[[Pix4dClient, str], list[Entry]]] = {
    "outputs": _outputs,
    "gcps": lambda api, project: [gcp_entry(one) for one in api.gcps.list(project)],
    "mtps": lambda api, project: [mtp_entry(one) for one in api.mtps.list(project)],
}
#: How each other branch is listed (client, id, search, number of the page), and what an answer becomes.
PAGED: Mapping[str, tuple[Callable[[Pix4dClient, str, str, int], Iterator[Page[Any]]], Callable[[Any], Entry]]] = {
    "organization": (
        lambda api, one, search, number: _drive(api, "organization", one, search, number), node_entry
    ),
    "user": (lambda api, one, search, number: _drive(api, "user", one, search, number), node_entry),
    "folder": (lambda api, one, _, number: _drive(api, "folder", one, "", number), node_entry),
    "sites": (lambda api, _, search, number: api.groups.list(search, ORDERING, number), site_entry),
    "site": (lambda api, one, _, number: projects_of_site(api, one, number), project_entry),
    "projects": (lambda api, _, search, number: api.projects.list(page=number), project_entry),
    "photos": (lambda api, one, _, number: api.photos.list(one, page=number), photo_entry),
}
