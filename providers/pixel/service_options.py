"""Options of ArcGIS services (notes, section 16.2): made anew, and changed so that nothing else is lost.

The platform replaces the options as a whole, and an old release knew more of them: what we do not know stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BLOCKS = {"Image": "image_service_options", "Feature": "feature_service_options"}
"""The member that holds the options of a type."""
GDO_USERS = "gdo_users"
FUNCTIONS = ("Hillshade", "Slope", "Aspect", "MultidirectionalHillshade", "MultiShadeRelief", "ShadeRelief")
"""Terrain functions of services on terrain and surface models, which are layers of their WMS, too."""
PROCESSED_TYPES = ("blurred", "original")
IMAGE_TYPES = ("RGB", "DTM", "DSM")
"""Types of data collections that an image service shows; a feature service shows those of images."""
TERRAIN_TYPES = ("DTM", "DSM")
UNCHANGED = object()
"""In place of a value: leave what is stored."""
REMOVED = object()
"""In place of a value: take the member away, so that the platform's own default holds."""


@dataclass(frozen=True)
class ServiceChange:
    """What is to be changed of a service; None leaves it. ``gdo_users``: names, ``REMOVED`` to open it to everybody.
    ``block`` is laid over the options of its type, member by member; ``UNCHANGED`` values are passed over."""

    name: str | None = None
    description: str | None = None
    collection_ids: Sequence[str] | None = None
    gdo_users: Any = UNCHANGED
    block: Mapping[str, Any] | None = None

    @property
    def of_options(self) -> bool:
        """Whether any option changes."""
        return self.gdo_users is not UNCHANGED or bool(_meant(self.block or {}))

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        plain = (self.name, self.description, self.collection_ids)
        return not self.of_options and all(one is None for one in plain)


def options(kind: str, gdo_users: Sequence[str], block: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a new service; without users it is public."""
    made: dict[str, Any] = {BLOCKS[kind]: overlaid({}, block)}
    return {GDO_USERS: [*gdo_users], **made} if gdo_users else made


def changed(kind: str, stored: Mapping[str, Any], change: ServiceChange) -> dict[str, Any]:
    """The stored options with the change laid over them."""
    own: dict[str, Any] = {}
    if change.gdo_users is not UNCHANGED:
        own[GDO_USERS] = change.gdo_users
    if change.block:
        own[BLOCKS[kind]] = change.block
    return overlaid(stored, own)


def overlaid(stored: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Objects member by member, everything else as it is given."""
    found: dict[str, Any] = dict(stored) if isinstance(stored, Mapping) else {}
    for name, value in given.items():
        if value is REMOVED:
            found.pop(name, None)
        elif isinstance(value, Mapping):
            if _meant(value) or not value:
                found[name] = overlaid(found.get(name), value)
        elif value is not UNCHANGED:
            found[name] = value
    return found


def _meant(block: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something; an empty object says that there is to be one."""
    return {name: value for name, value in block.items() if value is not UNCHANGED
            and not (isinstance(value, Mapping) and value and not _meant(value))}


def users_of(stored: Mapping[str, Any]) -> list[str] | None:
    """The GDO users that a service is limited to; None for a public one."""
    users = stored.get(GDO_USERS)
    return [str(one) for one in users] if isinstance(users, list) else None


def wms_address(url: str) -> str:
    """The WMS of a running image service [K]."""
    return url.rstrip("/").replace("/rest/services/", "/services/", 1) + "/WMSServer"


def wms_of(stored: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The WMS options of an image service; None where it has no WMS."""
    block = stored.get(BLOCKS["Image"])
    wms = block.get("wms_options") if isinstance(block, Mapping) else None
    return wms if isinstance(wms, Mapping) and wms.get("enable", True) is not False else None


def srid_of(stored: Mapping[str, Any]) -> int | None:
    """The default coordinate system of an image service."""
    block = stored.get(BLOCKS["Image"])
    srid = block.get("default_service_srid") if isinstance(block, Mapping) else None
    return srid if isinstance(srid, int) and not isinstance(srid, bool) else None
