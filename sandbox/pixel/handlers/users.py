"""Who am I, users made and changed, plugins (sections 2 and 13)."""

from __future__ import annotations

from ...errors import detail, not_found
from ...platform import Answer, Call
from .. import answers
from ..registry import operation
from ..world import World


@operation("getMe")
def get_me(world: World, call: Call) -> Answer:
    """The user behind the token; extended with the projects."""
    shown = answers.user(world.user(call))
    if call.query.get("extended"):
        shown["projects"] = [answers.project(world, one) for one in world.state.live_projects()]
    return Answer(200, shown)


@operation("createOidcUser")
def create_oidc_user(world: World, call: Call) -> Answer:
    """Somebody new; the e-mail address is the user name."""
    given = call.body
    if world.state.user_named(given["email"]) is not None:
        raise detail(409, f"A user {given['email']} exists already")
    one = world.state.add_user(given["email"], given["password"], (given["first_name"], given["last_name"]),
                               given["user_type"])
    one.enabled = given.get("enabled", True)
    return Answer(200, answers.user(one))


@operation("updateOidcUser")
def update_oidc_user(world: World, call: Call) -> Answer:
    """Change somebody; what is absent stays."""
    one, given = world.state.users.get(int(call.path["user_id"])), call.body
    if one is None:
        raise not_found(f"User {call.path['user_id']} was not found")
    one.first_name = given.get("first_name", one.first_name)
    one.last_name = given.get("last_name", one.last_name)
    one.password = given.get("password", one.password)
    one.enabled = given.get("enabled", one.enabled)
    one.role = given.get("user_type", one.role)
    return Answer(200, answers.user(one))


@operation("listPlugins")
def list_plugins(world: World, call: Call) -> Answer:
    """All, also those that are switched off (A20)."""
    return Answer(200, [answers.plugin(one) for one in world.state.plugins.values()])
