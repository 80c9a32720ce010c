"""The drive: whose it is, what lies where, and moving (section 19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ... import steps
from ...errors import InputProblem, Kind, PlatformError
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..records import DrivePath, SiteDetails

TYPES = {"organization": "organization", "user": "user", "folder": "folder", "site": "project_group",
         "project": "project"}
"""Our words, and the drive's."""


@dataclass(frozen=True)
class Node:
    """Something of the drive by the drive's own type and uuid."""

    type: str
    uuid: str


def home(api: Pix4dClient, named: str = "") -> tuple[str, str]:
    """Type and uuid of the drive to begin with: of the organization that the connection names, else of the caller's,
    else his own. Raises :class:`InputProblem` when the platform does not tell (A66)."""
    if named:
        return "organization", named
    try:
        account = api.account.user()
    except PlatformError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        account = {}
    organization, user = account.get("default_organization"), account.get("uuid")
    if organization:
        return "organization", organization
    if user:
        return "user", user
    raise InputProblem("no_organization")


def node_of(api: Pix4dClient, kind: str, identity: str) -> Node:
    """What the drive knows something by. Projects and sites are asked for their uuid."""
    if kind == "project":
        identity = _uuid(api.projects.get(identity).get("uuid"))
    elif kind == "site":
        identity = _uuid(api.groups.get(identity).get("uuid"))
    return Node(TYPES[kind], identity)


def _uuid(given: str | None) -> str:
    if not given:
        raise InputProblem("no_uuid")
    plain = given.replace("-", "").lower()
    if len(plain) != 32:  # no uuid as we know them: the platform's own word
        return given
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def parent_of(path: DrivePath) -> Node:
    """Where a node lies: the next of its path, or its owner's drive."""
    above = path.get("path") or []
    found: Any = above[1] if len(above) > 1 else path.get("owner") or {}
    kind = str(found.get("type") or "organization").lower()
    return Node({"org": "organization", "org_grp": "organization"}.get(kind, kind), str(found.get("uuid") or ""))


def same(one: str, other: str) -> bool:
    """Whether two uuids are the same, written with or without hyphens."""
    return one.replace("-", "").lower() == other.replace("-", "").lower()


def move(api: Pix4dClient, nodes: Sequence[Node], target: Node, work: Work) -> int:
    """Move nodes; gives how many were not there already. Those of one parent go together, as the platform wants it."""
    api = api.during(work)
    paths = {node: api.drive.path(node.type, node.uuid) for node in nodes}
    batches: dict[tuple[str, str], list[Node]] = {}
    for node, path in paths.items():
        parent = parent_of(path)
        if not same(parent.uuid, target.uuid):
            owner = str((path.get("owner") or {}).get("uuid") or "")
            batches.setdefault((parent.uuid, owner), []).append(node)
    for (parent_uuid, owner), batch in sorted(batches.items()):
        _move_batch(api, owner, batch, target, work.part(parent_uuid))
    return sum(len(batch) for batch in batches.values())


def _move_batch(api: Pix4dClient, owner: str, batch: Sequence[Node], target: Node, work: Work) -> None:
    def adopt() -> Any:
        there = [same(parent_of(api.drive.path(one.type, one.uuid)).uuid, target.uuid) for one in batch]
        return "moved" if all(there) else None if any(there) else NOT_THERE

    def do() -> str:
        api.drive.move(owner, [(one.type, one.uuid) for one in batch], target.type, target.uuid)
        return "moved"

    steps.settle(work, "move", do, adopt)


def create_folder(api: Pix4dClient, name: str, parent: Node, work: Work) -> str:
    """Create a folder and give its uuid; one that an interrupted run made is adopted by its name and place."""
    api = api.during(work)

    def ids() -> set[str]:
        listed = steps.entries(api.drive.list(parent.type, parent.uuid, projects=False, sites=False))
        return {one["uuid"] for one in listed if one.get("name") == name and one.get("type") == "folder"}

    return steps.create(work, "create", lambda: api.folders.create(name, parent.type, parent.uuid)["uuid"], ids)


def create_site(api: Pix4dClient, details: SiteDetails, work: Work) -> str:
    """Create a site and give its number; one that an interrupted run made is adopted by its name."""
    asked = api.during(work, to_the_end=True)
    api = api.during(work)
    name = details["name"]
    return steps.create(
        work,
        "create",
        lambda: str(asked.groups.create(details)["id"]),
        lambda: steps.ids_of(api.groups.list(search=name), name=name),
    )


def name_of_folder(api: Pix4dClient, folder_uuid: str) -> str:
    """What a folder is called."""
    above = api.drive.path("folder", folder_uuid, 1).get("path") or []
    return str(above[0].get("name") or "") if above else ""
