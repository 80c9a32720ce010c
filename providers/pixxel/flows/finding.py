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
    yield from _scenes(asked, wanted, most)
    work.check_cancelled()
    projects = [project_entry(one) for one in next(asked.projects.list()).records]
    yield from _order_items(asked, projects, wanted, most, work)
    yield from _workflows(asked, projects, wanted, most, work)
    yield from _held_by_areas(asked, wanted, most, work)


def _scenes(api: PixxelClient, wanted: str, most: int) -> Iterator[Way]:
    if wanted.count("_") <= SCENE_PARTS:
        return
    page = next(api.catalogs.search({"item_ids": [wanted.upper()]}))
    yield from _fitting(map(catalog_entry, page.records), wanted, most, (Entry("catalogs", "", ""),), not page.last)


def _order_items(
    api: PixxelClient, projects: Sequence[Entry], wanted: str, most: int, work: Work
) -> Iterator[Way]:
    by_id = {one.id: one for one in projects}
    more, left = False, most
    for page in islice(api.order_items.list({}), PAGES):
        work.check_cancelled()
        more = not page.last
        for one in page.records:
            project = by_id.get(text(one.get("project_id")))
            if project is None or wanted.casefold() not in text(one.get("name")).casefold():
                continue
            if not left:
                yield Way(None, (Entry("order_items", "", ""),))
                return
            left -= 1
            yield Way(order_item_entry(one), (Entry("projects", "", ""), project, Entry("order_items", project.id, "")))
    if more:
        yield Way(None, (Entry("order_items", "", ""),))


def _workflows(
    api: PixxelClient, projects: Sequence[Entry], wanted: str, most: int, work: Work
) -> Iterator[Way]:
    for project in projects[:PROJECTS]:
        work.check_cancelled()
        page = next(api.workflows.list({"project_id": project.id, "name": wanted}))
        found = (plain("workflow", one, text(one.get("name")), "description") for one in page.records)
        above = (Entry("projects", "", ""), project, Entry("workflows", project.id, ""))
        yield from _fitting(found, wanted, most, above, not page.last)


def _held_by_areas(api: PixxelClient, wanted: str, most: int, work: Work) -> Iterator[Way]:
    page = next(api.aois.list({}))
    for area in map(aoi_entry, page.records[:AREAS]):
        for heading, held in (("assets", _assets), ("insights", WHOLE["insights"])):
            work.check_cancelled()
            branch = Branch(Entry(heading, area.id, ""), (area,), "")
            above = (Entry("aois", "", ""), area, branch.entry)
            yield from _fitting(held(api, branch), wanted, most, above, False)
    if len(page.records) > AREAS or not page.last:
        yield Way(None, (Entry("aois", "", ""),))


def _assets(api: PixxelClient, branch: Branch) -> list[Entry]:
    pages, entry_of = PAGED["assets"]
    return [entry_of(one) for one in next(pages(api, branch, 0)).records]


def _fitting(
    entries: Iterable[Entry], wanted: str, most: int, above: tuple[Entry, ...], more: bool
) -> Iterator[Way]:
    found = [one for one in entries if wanted.casefold() in one.name.casefold()]
    yield from (Way(one, above) for one in found[:most])
    if more or len(found) > most:
        yield Way(None, (above[-1],))
