"""What lies deep in the tree, by name, with the way to it: scenes of the catalog by their whole names, order items,
workflows, and what areas of interest hold. The platform searches only scenes and workflows by names (notes, sections
13.1 and 17), so that of the others the first ones are looked through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ...capabilities import Branch, Entry, Way
from ...errors import Kind, PlatformError, Refused
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
    sorts: dict[str, Iterable[Way]] = {
        "catalogs": _scenes(asked, wanted), "order_items": _order_items(asked),
        "workflows": _workflows(asked, wanted), "assets": _held(asked, "assets"), "insights": _held(asked, "insights"),
    }
    for heading, ways in sorts.items():
        yield from _first(heading, ways, wanted, most)


def _first(heading: str, ways: Iterable[Way], wanted: str, most: int) -> Iterator[Way]:
    """The first that fit. Where there may be more of the sort, as where it could not be read, one way without an entry
    says so at the end."""
    left = most
    try:
        for way in ways:
            if way.entry is None:
                yield way
                return
            if wanted.casefold() not in way.entry.name.casefold():
                continue
            if not left:
                yield _more(heading)
                return
            left -= 1
            yield way
    except PlatformError as error:
        if error.kind is Kind.CANCELLED:
            raise
        yield _more(heading)


def _more(heading: str) -> Way:
    return Way(None, (Entry(heading, "", ""),))


def _scenes(api: PixxelClient, wanted: str) -> Iterator[Way]:
    """A text that the platform refuses is no scene's name."""
    if wanted.count("_") > SCENE_PARTS:
        try:
            found = next(api.catalogs.search({"item_ids": [wanted.upper()]})).records
        except Refused as error:
            if error.kind is not Kind.REFUSED:
                raise
            return
        for one in found:
            yield Way(catalog_entry(one), (Entry("catalogs", "", ""),))


def _projects(api: PixxelClient) -> tuple[list[Entry], bool]:
    """The first of them, and whether there are more."""
    page = next(api.projects.list())
    return [project_entry(one) for one in page.records], not page.last


def _order_items(api: PixxelClient) -> Iterator[Way]:
    projects, more = _projects(api)
    by_id, rest = {one.id: one for one in projects}, False
    for page in islice(api.order_items.list({}), PAGES):
        rest = not page.last
        for one in page.records:
            project = by_id.get(text(one.get("project_id")))
            if project is not None:
                yield Way(order_item_entry(one), _below(project, "order_items"))
    if more or rest:
        yield _more("order_items")


def _workflows(api: PixxelClient, wanted: str) -> Iterator[Way]:
    projects, more = _projects(api)
    for project in projects[:PROJECTS]:
        page = next(api.workflows.list({"project_id": project.id, "name": wanted}))
        more = more or not page.last
        for one in page.records:
            yield Way(plain("workflow", one, text(one.get("name")), "description"), _below(project, "workflows"))
    if more or len(projects) > PROJECTS:
        yield _more("workflows")


def _below(project: Entry, heading: str) -> tuple[Entry, ...]:
    return Entry("projects", "", ""), project, Entry(heading, project.id, "")


def _held(api: PixxelClient, heading: str) -> Iterator[Way]:
    """Assets or insights of the first areas."""
    listed = next(api.aois.list({}))
    areas, more = [aoi_entry(one) for one in listed.records], not listed.last
    for area in areas[:AREAS]:
        branch = Branch(Entry(heading, area.id, ""), (area,))
        try:
            found, rest = _of_area(api, branch)
        except PlatformError as error:
            if error.kind is Kind.CANCELLED:
                raise
            found, rest = [], True
        more = more or rest
        yield from (Way(one, (Entry("aois", "", ""), area, branch.entry)) for one in found)
    if more or len(areas) > AREAS:
        yield _more(heading)


def _of_area(api: PixxelClient, branch: Branch) -> tuple[list[Entry], bool]:
    """What is listed there first, and whether there is more."""
    heading = branch.entry.kind
    if heading in WHOLE:
        return list(WHOLE[heading](api, branch)), False
    pages, entry_of = PAGED[heading]
    page = next(pages(api, branch, 0))
    return [entry_of(one) for one in page.records], not page.last
