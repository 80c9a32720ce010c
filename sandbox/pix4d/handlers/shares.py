"""Permission tokens, which are their own id (section 21)."""

from __future__ import annotations

import uuid
from typing import Any

from ...errors import invalid, not_found
from ...platform import Answer, Call
from ..records import Group, Project, Share
from ..registry import operation
from ..world import World


def _target(world: World, kind: str, number: int) -> Project | Group | None:
    return world.state.projects.get(number) if kind == "Project" else world.state.groups.get(number)


def _record(world: World, one: Share, alone: bool = False) -> dict[str, Any]:
    record = {"token": one.token, "enabled": one.enabled, "write": one.write, "type": one.type,
              "type_id": one.type_id, "creation_date": world.clock.moment(one.created)}
    return {**record, "created_by": one.created_by} if alone else record


def _share(world: World, call: Call) -> Share:
    """404 when it is not there, 403 when the caller may not change what it is for."""
    share = world.state.shares.get(call.path["id"])
    target = _target(world, share.type, share.type_id) if share is not None else None
    if share is None or target is None or not world.may(call.account, target.place):
        raise not_found("Not found.")
    world.require(call.account, target.place, change=True)
    return share


def _change(share: Share, given: dict[str, Any]) -> None:
    share.enabled = given.get("enabled", share.enabled)
    share.write = given.get("write", share.write)


@operation("listPermissionTokens")
def list_tokens(world: World, call: Call) -> Answer:
    """A page of the tokens of one target, or of all that an organization owns."""
    query, state = call.query, world.state
    if "owner_uuid" not in query and not {"type", "type_id"} <= set(query):
        raise invalid("non_field_errors", "Give owner_uuid, or type and type_id.")

    def search() -> list[Share]:
        found = []
        for one in state.shares.values():
            target = _target(world, one.type, one.type_id)
            if (target is not None and world.may(call.account, target.place, change=True)
                    and all(getattr(one, name) == query[name] for name in ("enabled", "write", "type", "type_id")
                            if name in query) and query.get("owner_uuid", target.owner) == target.owner):
                found.append(one)
        return found

    return world.pages.answer(call, world.page_size(call), state.version, search, lambda one: _record(world, one))


@operation("createPermissionToken")
def create_token(world: World, call: Call) -> Answer:
    """Read-write when ``write`` is left out (documented), enabled (A62), one more than there were (A63)."""
    given = call.body
    target = _target(world, given["type"], given["type_id"])
    if target is None or not world.may(call.account, target.place):
        raise invalid("type_id", "There is no such target.")
    world.require(call.account, target.place, change=True)
    token = given.get("token", str(uuid.uuid4()))
    if token in world.state.shares:
        raise invalid("token", "This token exists already.")
    share = Share(token, given["type"], given["type_id"], given.get("enabled", True), given.get("write", True),
                  world.clock.now(), call.account.user.uuid)
    world.state.shares[token] = share
    return Answer(201, _record(world, share))


@operation("updatePermissionTokenByTarget")
def update_by_target(world: World, call: Call) -> Answer:
    """As the embed guide does it: all tokens of a target; the newest is answered."""
    given = call.body
    found = [one for one in world.state.shares.values() if (one.type, one.type_id) == (given["type"], given["type_id"])]
    target = _target(world, given["type"], given["type_id"])
    if not found or target is None or not world.may(call.account, target.place):
        raise not_found("Not found.")
    world.require(call.account, target.place, change=True)
    for one in found:
        _change(one, given)
    return Answer(200, _record(world, found[-1]))


@operation("getPermissionToken")
def get_token(world: World, call: Call) -> Answer:
    """One token, with who made it."""
    return Answer(200, _record(world, _share(world, call), alone=True))


@operation("updatePermissionToken")
def update_token(world: World, call: Call) -> Answer:
    """Switch it on or off, or let it write."""
    share, given = _share(world, call), call.body
    if given.get("token", share.token) != share.token:
        if given["token"] in world.state.shares:
            raise invalid("token", "This token exists already.")
        del world.state.shares[share.token]
        share.token = given["token"]
        world.state.shares[share.token] = share
    _change(share, given)
    return Answer(200, _record(world, share, alone=True))


@operation("deletePermissionToken")
def delete_token(world: World, call: Call) -> Answer:
    """It opens nothing any more."""
    del world.state.shares[_share(world, call).token]
    return Answer(204)
