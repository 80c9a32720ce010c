"""Members that several requests share: coordinate systems, parents, owners; read and refused in one way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import detail, invalid
from .records import Account, Crs, Place
from .reference_systems import refusal
from .world import World

UUID = re.compile(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


def crs(given: Mapping[str, Any], stored: Crs) -> Crs:
    """The system that a body names; what it leaves out stays as ``stored``. 400 for one that is refused."""
    definition = stored.definition
    if "coordinate_system" in given:
        definition = (given["coordinate_system"] or "").strip()
        words = refusal(definition) if definition else ""
        if words:
            raise invalid("coordinate_system", words)
    return Crs(definition, given.get("coordinate_system_geoid_height", stored.geoid_height),
               given.get("coordinate_system_extensions", stored.extensions))


def parent(world: World, account: Account, given: Mapping[str, Any]) -> Place:
    """Where something new goes: ``parent_type`` with ``parent_uuid``, else the owner, else the organization.

    400 for one that is not there, 403 for one that may not be changed.
    """
    kind, uuid, owner = given.get("parent_type"), given.get("parent_uuid"), given.get("owner_uuid")
    if (kind is None) != (uuid is None):
        raise invalid("parent_uuid" if uuid is None else "parent_type", "Give parent_type and parent_uuid together.")
    place = Place("organization", owner or account.organization) if kind is None or uuid is None else Place(kind, uuid)
    found = checked(world, account, place, "parent_uuid" if kind else "owner_uuid")
    if owner is not None and world.state.owner(found) != owner:
        raise invalid("owner_uuid", "The parent belongs to somebody else.")
    return found


def checked(world: World, account: Account, place: Place, member: str) -> Place:
    """A place that was named in a body: 400 when it is not there, 403 when it may not be changed."""
    if not UUID.fullmatch(place.uuid):
        raise invalid(member, f"\u201c{place.uuid[:60]}\u201d is not a valid UUID.")
    if world.state.find(place) is None:
        raise invalid(member, "There is no such parent.")
    if not world.may(account, place, change=True):
        raise detail(403, "You do not have permission to perform this action.")
    return place
