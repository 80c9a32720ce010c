"""Who am I, and sharing (section 9.11)."""

from __future__ import annotations

from ...platform import Answer, Call
from .. import answers
from ..records import Detector, Folder, Grant
from ..world import World
from .registry import operation


@operation("getUserInfo")
def user_info(world: World, call: Call) -> Answer:
    """The account behind the key."""
    account = call.account
    return Answer(200, {"user_id": account.user_id, "organization_id": account.organization_id,
                        "organization_name": account.organization_name})


def _shared(world: World, call: Call, change: bool) -> Folder | Detector:
    if call.path["kind"] == "folder":
        return world.state.find(world.state.folders, call.account, call.path["resource_id"], change)
    return world.state.detector(call.account, call.path["resource_id"], change)


@operation("getGrants")
def get_grants(world: World, call: Call) -> Answer:
    """Who may use a folder or detector."""
    return Answer(200, answers.grants(_shared(world, call, change=False).grants))


@operation("setGrants")
def set_grants(world: World, call: Call) -> Answer:
    """Replace the grants; the answer repeats the new ones."""
    thing = _shared(world, call, change=True)
    thing.grants = [Grant(one["grantee"]["type"], one["grantee"]["id"], one["role"]) for one in call.body["grants"]]
    return Answer(201, answers.grants(thing.grants))
