"""What the tenant's search finds by name, with the way to it in the tree: data collections and what they hold, of which
no list at the top tells (notes, section 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...capabilities import Entry, Way
from ...errors import Kind, PlatformError
from ...work import Work
from ..client import PixelClient
from ..places import Place
from . import browse

SORTS = {"data_collections": "", "rasters": "raster", "images": "image", "point_clouds": "point_cloud"}
"""What is searched, and what its entries are called; their heading is called as what is searched."""
DEEPEST = 20
"""Projects in each other that are followed at most."""


def find(api: PixelClient, text: str, most: int, work: Work) -> Iterator[Way]:
    """Up to ``most`` of each sort with the text in its name. The platform looks into descriptions, tags and metadata,
    too (ASSUMED A18), so that its first page may hold others."""
    tree = _Tree(api.during(work))
    for on, kind in SORTS.items():
        work.check_cancelled()
        answer = tree.api.search.page({"on": on, "search": text})
        rows = [one for one in answer["results"] if isinstance(one, Mapping) and one.get("id") is not None]
        fitting = [one for one in rows if text.casefold() in str(one.get("name") or "").casefold()]
        for one in fitting[:most]:
            work.check_cancelled()
            yield from tree.ways(on, kind, one)
        total = answer.get("total_count")
        if len(fitting) > most or (isinstance(total, int) and total > len(rows)):
            yield Way(None, (Entry(on if kind else "collection.raster", "", ""),))


class _Tree:
    """Where found ones are. Each project and data collection is asked for once."""

    def __init__(self, api: PixelClient) -> None:
        self.api = api
        self._projects: dict[str, tuple[Entry, ...]] = {}
        self._collections: dict[Place, Entry | None] = {}

    def ways(self, on: str, kind: str, one: Mapping[str, Any]) -> Iterator[Way]:
        """The way to one, if it leads there for this user."""
        project, identity = str(one.get("project_id") or ""), str(one["id"])
        place = Place(project, identity if not kind else str(one.get("data_collection_id") or ""))
        if not place.project or not place.collection:
            return
        collection = self._collection(place)
        if collection is None:
            return
        above = (browse.ROOTS[0], *self._to_project(project))
        if not kind:
            yield Way(collection, above)
        else:
            yield Way(browse.item_entry(kind, one), (*above, collection, Entry(on, collection.id, "")))

    def _collection(self, place: Place) -> Entry | None:
        if place not in self._collections:
            try:
                found = browse.collection_entry(place.project, self.api.collections.get(place))
            except PlatformError as error:
                if error.kind not in (Kind.NOT_FOUND, Kind.FORBIDDEN):
                    raise
                self._collections[place] = None
            else:
                self._collections[place] = found
        return self._collections[place]

    def _to_project(self, identity: str) -> tuple[Entry, ...]:
        """The projects from the top to this one; where the parent is not told (ASSUMED A6), it stands at the top."""
        if identity not in self._projects:
            found: list[Entry] = []
            following = identity
            while following and len(found) < DEEPEST:
                one = self.api.projects.get(following)
                found.insert(0, browse.project_entry(one))
                following = str(one.get("parent_project_id") or "")
            self._projects[identity] = tuple(found)
        return self._projects[identity]
