"""Who may use an organization, folder, site or project: giving and taking access (section 22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ... import steps
from ...errors import InputProblem, Kind, PlatformError
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..records import Member
from .drive import Node

PLACES = (("PROJECT", "project"), ("SITE", "site"), ("FOLDER", "folder"), ("ORGANIZATION", "organization"))
"""What access can be given to, the nearest first."""

DIRECT = "DIRECT"
"""Access that was given at the very place, and can be taken away there."""


@dataclass(frozen=True)
class Person:
    """Who has access or was invited. ``access`` is how (section 22), empty for an invitation, which ``expires``."""

    email: str
    name: str
    role: str
    access: str = ""
    expires: str = ""


def people(api: Pix4dClient, node: Node, search: str = "", begin: str = "") -> tuple[list[Person], str]:
    """A page of those who have access, then of those who were invited; and what to begin the next page with."""
    which, _, number = (begin or "members:1").partition(":")
    following = f"{which}:{int(number) + 1}"
    if which == "members":
        page = next(api.access.members(node.type, node.uuid, search, page=int(number)))
        found = [_member(one) for one in page.records]
        return found, "invitations:1" if page.last else following
    invited = next(api.access.invitations(node.type, node.uuid, search, page=int(number)))
    return [Person(one.get("email", ""), "", one.get("role", ""), "", one.get("expires_on", ""))
            for one in invited.records], "" if invited.last else following


def _member(one: Member) -> Person:
    name = " ".join(filter(None, (one.get("first_name"), one.get("last_name"))))
    return Person(one.get("email", ""), name, one.get("role", ""), one.get("access_type") or DIRECT)


def assignable(api: Pix4dClient, node: Node, assignee_uuid: str = "") -> list[str]:
    """The roles that the caller can give there; none where the platform does not tell."""
    try:
        return api.access.assignable_roles(node.type, node.uuid, assignee_uuid)
    except PlatformError as error:
        if error.kind is not Kind.NOT_FOUND:  # the path is assumed (A64)
            raise
        return []


def invite(api: Pix4dClient, node: Node, emails: Sequence[str], role: str, name: str, work: Work) -> int:
    """Invite people, or give those who have access another role. After a doubtful end only those who are not there yet
    are invited: each invitation is an e-mail. Gives how many are there."""
    asked = api.during(work, to_the_end=True)
    api = api.during(work)
    roles = assignable(api, node)
    if roles and role not in roles:
        raise InputProblem("role_not_assignable", role=role, roles=", ".join(roles))
    left = list(emails)

    def adopt() -> Any:
        there = _roles(api, node)
        left[:] = [one for one in emails if there.get(one.casefold()) != role]
        return "invited" if not left else NOT_THERE

    def do() -> str:
        asked.access.invite(node.type, node.uuid, left, role, name)
        return "invited"

    steps.settle(work, "invite", do, adopt)
    return len(emails)


def _roles(api: Pix4dClient, node: Node) -> dict[str, str]:
    """Roles of members and of those who were invited, by e-mail."""
    invited = steps.entries(api.access.invitations(node.type, node.uuid))
    found = {one.get("email", "").casefold(): one.get("role", "") for one in invited}
    return found | {one.get("email", "").casefold(): one.get("role", "") for one in _members(api, node)}


def _members(api: Pix4dClient, node: Node) -> list[Member]:
    return list(steps.entries(api.access.members(node.type, node.uuid)))


def remove(api: Pix4dClient, node: Node, who: str, work: Work) -> str:
    """Take access away from somebody, by e-mail or by the uuid of the access; gives that uuid. From an organization
    all of that user's access goes, elsewhere only that at the node."""
    api = api.during(work)

    def find() -> Any:
        wanted = who.casefold()
        found = [one for one in _members(api, node)
                 if wanted in (one.get("email", "").casefold(), one.get("accessrole_uuid", "").casefold())
                 and (node.type == "organization" or one.get("access_type", DIRECT) == DIRECT)]
        if not found:
            raise InputProblem("member_not_found", member=who)
        return found[0].get("accessrole_uuid", "")

    uuid = str(work.once("member", find, lambda: NOT_THERE))

    def adopt() -> Any:
        there = any(one.get("accessrole_uuid") == uuid for one in _members(api, node))
        return NOT_THERE if there else "removed"

    def do() -> str:
        api.access.remove(node.type, node.uuid, uuid)
        return "removed"

    steps.settle(work, "remove", do, adopt)
    return uuid
