"""What the platform asks for before it does something: a role of the user, a plugin of the tenant (sections 2, 13)."""

from __future__ import annotations

from ...errors import InputProblem
from ...work import Work
from ..client import PixelClient
from ..records import ROLES


def check(api: PixelClient, work: Work, role: str = "", plugin: str = "") -> None:
    """Look whether they are there. A role that the platform does not tell, or that is not known, counts as
    enough: it has the last word itself.

    Raises :class:`InputProblem`: ``needs_role`` or ``needs_plugin``.
    """
    api = api.during(work)
    if role:
        found = role_of(api)
        if found in ROLES and ROLES.index(found) < ROLES.index(role):
            raise InputProblem("needs_role", role=role, found=found)
    if plugin and not plugins_of(api).get(plugin, False):
        raise InputProblem("needs_plugin", plugin=plugin)


def role_of(api: PixelClient) -> str:
    """The role of who is logged in; empty when the platform does not tell (its member is ASSUMED)."""
    return str(api.account.me().get("user_type") or "")


def plugins_of(api: PixelClient) -> dict[str, bool]:
    """The tenant's plugins by name, and whether they are on; one that does not say so is (ASSUMED A20)."""
    return {one["name"]: one.get("enabled") is not False for one in api.plugins.list()}
