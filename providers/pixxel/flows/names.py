"""What ids of other things are called, for those who read them: a name says more than a UUID."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...errors import Refused
from ...steps import entries
from ..client import PixxelClient

Names = Mapping[str, str]


def of_indices(api: PixxelClient) -> Names:
    """Indices by their ids."""
    return _named(entries(api.indices.list()), "name")


def of_satellites(api: PixxelClient) -> Names:
    """Satellites by their ids."""
    return _named(iter(api.satellites.list()), "name")


def of_projects(api: PixxelClient) -> Names:
    """Projects by their ids: the titles, as far as the key can see the projects."""
    return _named(entries(api.projects.list()), "title", "name")


def of_scenes(api: PixxelClient, catalogs: Sequence[str]) -> Names:
    """The scenes of these entries of the catalog, by the entries' ids."""
    found = (((one.get("details") or {}).get("id"), one["id"]) for one in entries(
        api.catalogs.search({"ids": list(catalogs)}))) if catalogs else ()
    return _named(({"id": identity, "name": scene} for scene, identity in found), "name")


def _named(records: Iterable[Any], *members: str) -> Names:
    """None where the key may not read them: what they name is to be seen all the same, by its id."""
    try:
        return {str(one["id"]): next((str(one[name]) for name in members if one.get(name)), str(one["id"]))
                for one in records if one.get("id")}
    except Refused:
        return {}
