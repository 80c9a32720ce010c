"""What the dialogs' choice widgets ask the platform for; run in the background. Each takes the platform's object, what
is searched for, and the values of other parameters, and gives choices lazily.

Listers of photos, outputs, control points ... belong in modules of their own beside the algorithms that need them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.moments import shown
from ...core.translation import tr

STATES = {
    "CREATED": lambda: tr("empty"),
    "UPLOADED": lambda: tr("not processed"),
    "PROCESSING": lambda: tr("processing"),
    "DONE": lambda: tr("processed"),
    "ERROR": lambda: tr("failed"),
}
"""The states of a project in our words."""


def projects(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Projects of a site if one is chosen beside it, else all that can be seen; with a text searched for, those of the
    organization whose name holds it."""
    from ...providers.pix4d.flows import browse

    if values.get("SITE"):
        pages = browse.projects_of_site(platform.api, values["SITE"])
    elif search:
        yield from _found(platform, search, "project")
        return
    else:
        pages = platform.api.projects.list()
    for page in pages:
        for one in page.records:
            entry = browse.project_entry(one)
            if search.casefold() in entry.name.casefold():
                yield Choice(entry.id, entry.name or entry.id, _about(entry))


def sites(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Sites by name."""
    for page in platform.api.groups.list(search, "name"):
        for one in page.records:
            yield Choice(str(one["id"]), one.get("name") or str(one["id"]), shown(one.get("latest_project_date")))


def folders(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Folders of the organization chosen beside it, else of the connection's: level by level, with the way to each."""
    if search:
        yield from _found(platform, search, "folder", values.get("ORGANIZATION", ""))
        return
    waiting = deque([(*_drive(platform, values.get("ORGANIZATION", "")), "")])
    while waiting:
        kind, uuid, way = waiting.popleft()
        for page in platform.api.drive.list(kind, uuid, "name", projects=False, sites=False):
            for one in page.records:
                name = one.get("name") or one["uuid"]
                yield Choice(one["uuid"], name, way)
                waiting.append(("folder", one["uuid"], f"{way} / {name}" if way else name))


def organizations(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The organizations that can be known of."""
    from ...providers.pix4d.flows import browse

    for one in browse.organizations(platform.api, platform.organization):
        if one.kind == "organization" and search.casefold() in one.name.casefold():
            yield Choice(one.id, one.name or one.id, one.id if one.name else "")


def annotations(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The annotations of the project chosen beside it; none while none is."""
    from ...providers.pix4d.flows import browse

    if not values.get("PROJECT"):
        return
    for page in platform.api.annotations.pages(values["PROJECT"]):
        for one in page.records:
            entry = browse.annotation_entry(one)
            if search.casefold() in entry.name.casefold():
                yield Choice(entry.id, entry.name or entry.id, shown(entry.details.get("modified")))


def share_links(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The share links of the project or site chosen beside it, by their codes; none while none is."""
    from ...providers.pix4d.flows import sharing

    if not values.get("PROJECT") and not values.get("SITE"):
        return
    target = sharing.target_of(values.get("PROJECT", ""), values.get("SITE", ""))
    for handle, one in sharing.links_of(platform.api, target).items():
        words = [tr("may change things") if one.get("write") else tr("read only")]
        words += [] if one.get("enabled", True) else [tr("switched off")]
        label = shown(one.get("creation_date")) or handle
        if search.casefold() in f"{label} {handle}".casefold():
            yield Choice(handle, label, " · ".join([*words, handle]))


def members(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Who has access to what is chosen beside it, by e-mail."""
    from ...providers.pix4d.flows import access, drive

    place = next(((kind, values[name]) for name, kind in access.PLACES if values.get(name)), None)
    node = drive.Node(*_drive(platform, "")) if place is None else drive.node_of(platform.api, *place)
    for page in platform.api.access.members(node.type, node.uuid, search):
        for one in page.records:
            name = " ".join(filter(None, (one.get("first_name"), one.get("last_name"))))
            yield Choice(one["email"], name or one["email"], " · ".join(filter(None, (one.get("role"), one["email"]))))


def _drive(platform: Any, organization: str) -> tuple[str, str]:
    from ...providers.pix4d.flows import drive

    return ("organization", organization) if organization else drive.home(platform.api, platform.organization)


def _found(platform: Any, search: str, kind: str, organization: str = "") -> Iterator[Choice]:
    """What the drive finds at any depth."""
    from ...providers.pix4d.flows import browse

    parent = _drive(platform, organization)
    for page in platform.api.drive.search(*parent, search, "name", projects=kind == "project", sites=False):
        for one in page.records:
            entry = browse.node_entry(one)
            if entry.kind == kind:
                yield Choice(entry.id, entry.name or entry.id, _about(entry))


def _about(entry: Any) -> str:
    words = STATES.get(entry.state)
    date = shown(entry.details.get("acquisition_date") or entry.details.get("drive_date"))
    return " · ".join(filter(None, (words() if words else entry.state, date)))
