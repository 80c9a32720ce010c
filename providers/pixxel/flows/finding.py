"""What lies deep in the tree, by name, with the way to it: scenes of the catalog by their whole names, order items,
workflows, and what areas of interest hold. The platform searches only scenes and workflows by names (notes, sections
13.1 and 17), so that of the others the first ones are looked through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ...capabilities import Branch, Entry, Way
from ...work import Work
from ..client import PixxelClient
from .browse import PAGED, WHOLE
from .tree_entries import aoi_entry, catalog_entry, order_item_entry, plain, project_entry, text

PAGES, PROJECTS, AREAS = 3, 5, 5
"""So many pages of order items are looked through, and what the first so many projects and areas hold."""
SCENE_PARTS = 3
"""A scene's name has more underscores than this, as in TD2_000812_20240117_L2A_20240402_01002031."""


def find(api: PixxelClient, wanted: str, most: int, work: Work) -> Iterator[Way]:
    """Up to ``most`` of each sort with the text in its name."""
    asked = api.during(work)
    yield from _first(_scenes(asked, wanted), wanted, most)
    projects = next(asked.projects.list())
    entries = [project_entry(one) for one in projects.records]
    yield from _first(_order_items(asked, entries), wanted, most)
    yield from _first(_workflows(asked, entries, wanted, not projects.last), wanted, most)
    listed = next(asked.aois.list({}))
    areas = [aoi_entry(one) for one in listed.records]
    for heading in ("assets", "insights"):
        yield from _first(_held(asked, heading, areas, not listed.last), wanted, most)


def _first(ways: Iterable[Way], wanted: str, most: int) -> Iterator[Way]:
    """The first that fit. Where there may be more of the sort, one way without an entry says so at the end."""
    left = most
    for way in ways:
        if way.entry is None:
            yield way
            return
        if wanted.casefold() not in way.entry.name.casefold():
            continue
        if not left:
            yield _more(way.above[-1].kind)
            return
        left -= 1
        yield way


def _more(heading: str) -> Way:
    return Way(None, (Entry(heading, "", ""),))


def _scenes(api: PixxelClient, wanted: str) -> Iterator[Way]:
    if wanted.count("_") > SCENE_PARTS:
        for one in next(api.catalogs.search({"item_ids": [wanted.upper()]})).records:
            yield Way(catalog_entry(one), (Entry("catalogs", "", ""),))


def _order_items(api: PixxelClient, projects: Sequence[Entry]) -> Iterator[Way]:
    by_id, more = {one.id: one for one in projects}, False
    for page in islice(api.order_items.list({}), PAGES):
        more = not page.last
        for one in page.records:
            project = by_id.get(text(one.get("project_id")))
            if project is not None:
                yield Way(order_item_entry(one), _below(project, "order_items"))
    if more:
        yield _more("order_items")


def _workflows(api: PixxelClient, projects: Sequence[Entry], wanted: str, more: bool) -> Iterator[Way]:
    for project in projects[:PROJECTS]:
        page = next(api.workflows.list({"project_id": project.id, "name": wanted}))
        more = more or not page.last
        for one in page.records:
            yield Way(plain("workflow", one, text(one.get("name")), "description"), _below(project, "workflows"))
    if more or len(projects) > PROJECTS:
        yield _more("workflows")


def _below(project: Entry, heading: str) -> tuple[Entry, ...]:
    return Entry("projects", "", ""), project, Entry(heading, project.id, "")


def _held(api: PixxelClient, heading: str, areas: Sequence[Entry], more: bool) -> Iterator[Way]:
    """Assets or insights of the first areas."""
    for area in areas[:AREAS]:
        branch = Branch(Entry(heading, area.id, ""), (area,))
        above = (Entry("aois", "", ""), area, branch.entry)
        if heading in WHOLE:
            found = WHOLE[heading](api, branch)
        else:
            pages, entry_of = PAGED[heading]
            page = next(pages(api, branch, 0))
            found, more = [entry_of(one) for one in page.records], more or not page.last
        yield from (Way(one, above) for one in found)
    if more or len(areas) > AREAS:
        yield _more(heading)
