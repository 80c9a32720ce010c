"""What the platform holds as a tree, a page at a time (sections 9.2, 9.4, 9.7, 9.9, 9.11).

Folders hold their detectors as one branch and their rasters; rasters hold their markers as one branch and their vector
layers; detectors hold their training rasters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ...capabilities import Branch, Entries, Entry
from ...http.answers import Page
from ...work import Work
from ..client import PicterraClient
from ..records import Detector, Folder, Marker, Raster, VectorLayer

#: Branches that the platform narrows by name.
SEARCHED = frozenset({"folders", "rasters", "detectors", "folder", "raster"})
ROOTS = (Entry("folders", "", ""), Entry("rasters", "", ""), Entry("detectors", "", ""))
#: What stands before the first page of a branch.
GROUPS = {"folder": "folder_detectors", "raster": "raster_markers"}


def page(api: PicterraClient, branch: Branch, begin: str, work: Work) -> Entries:
    """The page with the number ``begin`` (empty: the first) of what is below the entry."""
    entry = branch.entry
    if entry.kind not in LISTERS:
        return Entries(())
    pages, entry_of = LISTERS[entry.kind]
    number = int(begin or "1")
    found = next(pages(api.during(work), entry.id, branch.search, number))
    listed = [entry_of(one) for one in found.records]
    if number == 1 and entry.kind in GROUPS and not branch.search:
        listed.insert(0, Entry(GROUPS[entry.kind], entry.id, ""))
    return Entries(listed, found.count, "" if found.last else str(number + 1))


def folder_entry(one: Folder) -> Entry:
    """A folder as an entry."""
    return Entry("folder", one["id"], one.get("name", ""), "", details(one, "created_at"))


def raster_entry(one: Raster) -> Entry:
    """A raster as an entry, without its footprint: a tree of many rasters has no use for it."""
    members = ("captured_at", "identity_key", "cloud_coverage", "user_tag", "type", "folder_id")
    return Entry("raster", one["id"], one.get("name", ""), one.get("status", ""), details(one, *members))


def detector_entry(one: Detector) -> Entry:
    """A detector as an entry."""
    return Entry("detector", one["id"], one.get("name", ""), trained(one), details(one, "user_tag"))


def vector_layer_entry(one: VectorLayer) -> Entry:
    """A vector layer as an entry."""
    shown = details(one, "count", "color", "created_at", "detector_id")
    return Entry("vector_layer", one["id"], one.get("name", ""), "", shown)


def marker_entry(one: Marker) -> Entry:
    """A marker as an entry; its text is its name (ASSUMED A25)."""
    shown = details(one, "created_at", "detector_id")
    point = one.get("marker")
    coordinates: Sequence[object] = (point.get("coordinates") or []) if isinstance(point, dict) else []
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        shown |= {"longitude": str(coordinates[0]), "latitude": str(coordinates[1])}
    return Entry("marker", one["id"], one.get("text", ""), "", shown)


def trained(detector: Detector) -> str:
    """``trained``, ``untrained``, or empty when the platform does not say."""
    runnable = detector.get("is_runnable")
    return "" if runnable is None else "trained" if runnable else "untrained"


def details(one: Mapping[str, object], *members: str) -> dict[str, str]:
    """The members that an answer holds, as text."""
    return {name: str(one[name]) for name in members if one.get(name) not in (None, "")}


#: How each branch is listed (client, id, search, number of the page), and what an answer becomes.
LISTERS: Mapping[str, tuple[Callable[[PicterraClient, str, str, int], Iterator[Page[Any]]], Callable[[Any], Entry]]] = {
    "folders": (lambda api, _, search, number: api.folders.list(search, number), folder_entry),
    "rasters": (
        lambda api, _, search, number: api.rasters.list({"search": search, "page_number": number}), raster_entry
    ),
    "detectors": (lambda api, _, search, number: api.detectors.list(search, page=number), detector_entry),
    "folder": (
        lambda api, one, search, number: api.rasters.list({"folder": one, "search": search, "page_number": number}),
        raster_entry,
    ),
    "folder_detectors": (lambda api, one, _, number: api.folders.detectors(one, number), detector_entry),
    "raster": (lambda api, one, search, number: api.vector_layers.list(one, search, page=number), vector_layer_entry),
    "raster_markers": (lambda api, one, _, number: api.markers.list(one, number), marker_entry),
    "detector": (lambda api, one, _, number: api.detectors.rasters(one, number), raster_entry),
}
