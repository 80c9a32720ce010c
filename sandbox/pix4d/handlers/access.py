"""Members, roles and invitations of a resource (section 22). What is not there is answered with 403, not 404."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

from ...errors import detail, invalid
from ...platform import Answer, Call
from ..records import ADMINISTRATING, ROLES, AccessRole, Invitation, Place
from ..registry import operation
from ..world import World

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
INVITED_SECONDS = 30 * 24 * 3600


def _resource(world: World, call: Call, administrate: bool = False) -> Place:
    place = Place(call.path["resource_type"], call.path["resource_uuid"].lower())
    if world.state.find(place) is None:
        raise detail(403, "You do not have permission to perform this action.")
    world.require(call.account, place, administrate=administrate)
    return place


def _access(role: AccessRole, place: Place) -> str:
    if role.place == place:
        return "DIRECT"
    return "ORGANIZATION" if role.place.kind == "organization" else "INHERITED"


def _best(world: World, place: Place) -> dict[str, AccessRole]:
    """The strongest role of every user on a place, there or above; of equals the nearest."""
    above = list(world.state.above(place))
    found: dict[str, AccessRole] = {}
    for one in world.state.roles.values():
        if one.place in above:
            known = found.get(one.user)
            rank = (ROLES.index(one.role), above.index(one.place))
            if known is None or rank < (ROLES.index(known.role), above.index(known.place)):
                found[one.user] = one
    return found


def _member(world: World, role: AccessRole, place: Place) -> dict[str, Any]:
    user = world.state.users[role.user]
    return {"email": user.email, "access_type": _access(role, place), "first_name": user.first_name,
            "last_name": user.last_name, "role": role.role, "accessrole_uuid": role.uuid, "accessor_uuid": user.uuid}


def _invitation(world: World, one: Invitation) -> dict[str, Any]:
    return {"email": one.email, "uuid": one.uuid, "expires_on": world.clock.moment(one.expires),
            "invitation_status": "pending", "role": one.role}


@operation("listMembers")
def list_members(world: World, call: Call) -> Answer:
    """A page of those who have access, by name."""
    place, text, roles = _resource(world, call), call.query.get("name", "").casefold(), call.query.get("role", ROLES)

    def search() -> list[dict[str, Any]]:
        members = [_member(world, one, place) for one in _best(world, place).values() if one.role in roles]
        return sorted((one for one in members if any(
            text in one[name].casefold() for name in ("email", "first_name", "last_name"))),
            key=lambda one: str(one["email"]))

    return world.pages.answer(call, world.page_size(call), world.state.version, search, lambda one: one)


def _assignable(world: World, call: Call, place: Place) -> list[str]:
    mine = world.state.role(call.account.user, place)
    if mine not in ADMINISTRATING:
        return []
    return [one for one in ROLES if ROLES.index(one) >= ROLES.index(mine)
            and (one != "OWNER" or place.kind == "organization")]


@operation("listAssignableRoles")
def list_roles(world: World, call: Call) -> Answer:
    """What the caller may give; to somebody in particular (A65) not less than what comes from above anyway."""
    place = _resource(world, call)
    roles = _assignable(world, call, place)
    user = world.state.users.get(call.query.get("assignee_uuid", ""))
    above = world.state.parent(place)
    inherited = world.state.role(user, above) if user is not None and above is not None else None
    if inherited is not None:
        roles = [one for one in roles if ROLES.index(one) <= ROLES.index(inherited)]
    return Answer(200, {"roles": roles})


@operation("getAccessDetail")
def get_detail(world: World, call: Call) -> Answer:
    """How the caller has access."""
    place = _resource(world, call)
    role = _best(world, place).get(call.account.user.uuid)
    if role is None:
        return Answer(200, {"access_type": "DIRECT", "role": "OWNER", "resource_uuid": place.uuid,
                            "resource_type": place.kind})
    return Answer(200, {"access_type": _access(role, place), "role": role.role, "uuid": role.uuid,
                        "resource_uuid": place.uuid, "resource_type": place.kind})


@operation("listInvitations")
def list_invitations(world: World, call: Call) -> Answer:
    """A page of those who were asked in and have not come."""
    place, text = _resource(world, call), call.query.get("name", "").casefold()
    roles, now = call.query.get("role", ROLES), world.clock.now()

    def search() -> list[Invitation]:
        return [one for one in world.state.invitations.values() if one.place == place and one.role in roles
                and text in one.email.casefold() and one.expires > now]

    return world.pages.answer(call, world.page_size(call), world.state.version, search,
                              lambda one: _invitation(world, one))


@operation("invite")
def invite(world: World, call: Call) -> Answer:
    """Give a role to users, ask others in. Asked again, the role changes."""
    place, given = _resource(world, call, administrate=True), call.body
    wrong = [one for one in given["invitees"] if not EMAIL.fullmatch(one)]
    if wrong:
        raise invalid("invitees", "Enter a valid email address: " + ", ".join(wrong[:5]))
    if given["role"] not in _assignable(world, call, place):
        raise invalid("role", "This role cannot be assigned here.")
    _check_redirect(given.get("redirect_url", "https://cloud.pix4d.com/"))
    users = {one.email: one for one in world.state.users.values()}
    emails = list(dict.fromkeys(one.lower() for one in given["invitees"]))
    if call.account.user.email in emails:
        raise detail(403, "Your own role cannot be changed.")
    made = []
    for email in emails:
        if email in users:
            made.append(_member(world, world.state.grant(users[email].uuid, place, given["role"]), place))
        else:
            made.append(_invitation(world, _invited(world, email, place, given["role"])))
    return Answer(201, made)


def _invited(world: World, email: str, place: Place, role: str) -> Invitation:
    known = next((one for one in world.state.invitations.values() if (one.email, one.place) == (email, place)), None)
    one = known or Invitation(str(uuid.uuid4()), email, place, role, 0.0)
    one.role, one.expires = role, world.clock.now() + INVITED_SECONDS
    world.state.invitations[one.uuid] = one
    return one


def _check_redirect(address: str) -> None:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or not (host == "pix4d.com" or host.endswith(".pix4d.com")):
        raise invalid("redirect_url", "Only addresses of pix4d.com can be used.")


@operation("removeMembership")
def remove_membership(world: World, call: Call) -> Answer:
    """At an organization the user loses all access in it, elsewhere only that of the place."""
    place = _resource(world, call, administrate=True)
    role = world.state.roles.get(call.path["accessrole_uuid"])
    if role is None or role.user == call.account.user.uuid or role.place not in world.state.above(place):
        raise detail(403, "You do not have permission to perform this action.")
    if role.place != place:
        raise detail(400, "This access comes from above and can be removed there only.")
    gone = [name for name, one in world.state.roles.items() if one.user == role.user and (
        one.place == place or (place.kind == "organization" and place in world.state.above(one.place)))]
    for name in gone:
        del world.state.roles[name]
    return Answer(204)
