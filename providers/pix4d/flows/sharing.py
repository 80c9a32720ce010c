"""Share links of projects and sites (section 21).

A share link is a token, and who has it sees the project. It is therefore never an input or an output of a job: a link
goes by a *handle*, the beginning of its digest, which tells nobody anything, and is found again in the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ... import steps
from ...errors import InputProblem
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..records import PermissionToken, TokenFilters
from ..web import public_page, site_page

HANDLE_LENGTH = 12


@dataclass(frozen=True)
class Target:
    """What is shared: ``type`` Project or ProjectGroup, and its number."""

    type: str
    id: str


def target_of(project_id: str, site_id: str) -> Target:
    """The project, else the site."""
    return Target("Project", project_id) if project_id else Target("ProjectGroup", site_id)


def handle_of(token: PermissionToken) -> str:
    """What a link is called where its token must not stand."""
    return hashlib.sha256(token["token"].encode()).hexdigest()[:HANDLE_LENGTH]


def links_of(api: Pix4dClient, target: Target) -> dict[str, PermissionToken]:
    """The links of a project or site, by their handles."""
    filters: TokenFilters = {"type": target.type, "type_id": target.id}
    return {handle_of(one): one for one in steps.entries(api.tokens.list(filters))}


def link_of(api: Pix4dClient, target: Target, handle: str) -> PermissionToken:
    """The link with this handle, as the platform has it now. Raises :class:`InputProblem` when there is none."""
    found = links_of(api, target).get(handle)
    if found is None:
        raise InputProblem("no_share", share=handle)
    return {**found, **api.tokens.get(found["token"])}


def create_link(api: Pix4dClient, target: Target, write: bool, work: Work) -> str:
    """Create a link and give its handle; one that an interrupted run made is adopted."""
    asked = api.during(work, to_the_end=True)
    api = api.during(work)

    def ids() -> set[str]:
        return {handle for handle, one in links_of(api, target).items() if bool(one.get("write")) == write}

    return steps.create(work, "create", lambda: handle_of(asked.tokens.create(target.type, target.id, write)), ids)


def change_link(api: Pix4dClient, target: Target, handle: str, changes: Mapping[str, bool], work: Work) -> None:
    """Switch a link on or off, or say whether it lets people change things."""
    api = api.during(work)
    api.tokens.update(link_of(api, target, handle)["token"], cast(PermissionToken, dict(changes)))


def change_all(api: Pix4dClient, target: Target, enabled: bool, work: Work) -> None:
    """Switch all links of a project or site on or off, as the vendor's guide to the framed editor does."""
    api.during(work).tokens.update_by_target(target.type, target.id, {"enabled": enabled})


def delete_link(api: Pix4dClient, target: Target, handle: str, work: Work) -> None:
    """Delete a link for good."""
    api = api.during(work)

    def do() -> Any:
        api.tokens.delete(link_of(api, target, handle)["token"])

    steps.settle(work, "delete", do, lambda: NOT_THERE if handle in links_of(api, target) else "gone")


@dataclass(frozen=True)
class Look:
    """How the framed editor shows a project; empty members are the platform's own choice."""

    view: str = ""
    language: str = ""
    theme: str = ""


def public_address(api: Pix4dClient, target: Target, token: str, view: str = "") -> str:
    """The page that everybody with the link can open in a browser."""
    root = api.hosts.main
    if target.type == "Project":
        return public_page(root, target.id, token, view or "map")
    return site_page(root, target.id, token=token)


def embed_address(api: Pix4dClient, project_id: str, site_id: str, token: str, look: Look) -> str:
    """What a web page frames."""
    return api.embed.address(project_id, token, site_id, look.view, look.language, look.theme)
