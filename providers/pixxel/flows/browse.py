"""What the workspace holds as a tree, a page at a time.

A project holds areas of interest, its part of the catalog, order items and workflows with their jobs and tasks; an area
holds assets, visualizations and insights. Beside the projects stand the whole of these lists, the archive's
collections with their scenes, satellites, sets of bands, indices, blocks, stores and deliveries.

Kinds: ``project``, ``aoi``, ``asset``, ``visualization``, ``insight``, ``catalog``, ``order``, ``order_item``,
``order_task``, ``workflow``, ``job``, ``job_task``, ``archive``, ``scene``, ``satellite``, ``bandset``, ``index``,
``block``, ``store``, ``delivery``. Ids are those of the platform; of a scene ``collection/item``. The headings between
them carry the id of what they stand below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...capabilities import Branch, Entries, Entry
from ...http.answers import Page
from ...work import Work
from ..client import PixxelClient
from ..client.answers import PAGE_SIZE
from . import names
from .tree_entries import (
    aoi_entry,
    asset_entry,
    bandset_entry,
    block_entry,
    catalog_entry,
    delivery_entry,
    insight_entry,
    job_task_entry,
    order_entry,
    order_item_entry,
    order_task_entry,
    plain,
    project_entry,
    satellite_entry,
    scene_entry,
    store_entry,
    text,
)

ROOTS = tuple(
    Entry(one, "", "")
    for one in ("projects", "aois", "catalogs", "orders", "archives", "satellites", "bandsets", "indices", "blocks",
                "stores", "deliveries")
)
#: Branches that the platform narrows by name.
SEARCHED = frozenset({"aois", "workflows"})
#: Members that are ids, what their names are called, and how they are found.
NAMED: dict[str, tuple[str, Callable[[PixxelClient], names.Names]]] = {
    "index_id": ("index", names.of_indices),
    "satellite_id": ("satellite", names.of_satellites),
    "project_id": ("project", names.of_projects),
}
#: The headings below an entry.
HEADINGS = {
    "project": ("aois", "catalogs", "order_items", "workflows"),
    "aoi": ("assets", "visualizations", "insights"),
}


def page(api: PixxelClient, branch: Branch, begin: str, work: Work) -> Entries:
    """The page that begins with ``begin`` (empty: the first) of what is below the entry."""
    entry, asked = branch.entry, api.during(work)
    if entry.kind in HEADINGS:
        return Entries([Entry(one, entry.id, "") for one in HEADINGS[entry.kind]])
    if entry.kind in WHOLE:
        found = WHOLE[entry.kind](asked, branch)
        return Entries(found, len(found))
    if entry.kind == "projects":
        return _projects(asked, int(begin or "1"))
    if entry.kind not in PAGED:
        return Entries(())
    pages, entry_of = PAGED[entry.kind]
    offset = int(begin or "0")
    one_page = next(pages(asked, branch, offset))
    following = "" if one_page.last else str(offset + PAGE_SIZE)
    found = [entry_of(one) for one in one_page.records]
    return Entries(_with_names(asked, found), one_page.count, following)


def _with_names(api: PixxelClient, found: list[Entry]) -> list[Entry]:
    """What the entries of a page name by ids, by its names too."""
    known = {member: of(api) for member, (_, of) in NAMED.items() if any(member in one.details for one in found)}
    made = []
    for one in found:
        more = {NAMED[member][0]: names_.get(one.details[member], one.details[member])
                for member, names_ in known.items() if member in one.details}
        named = more.get("index", one.name) if one.kind == "visualization" else one.name
        made.append(Entry(one.kind, one.id, named, one.state, {**one.details, **more}, one.footprint))
    return made


def _projects(api: PixxelClient, number: int) -> Entries:
    one_page = next(api.projects.list(number))
    following = "" if one_page.last else str(number + 1)
    return Entries([project_entry(one) for one in one_page.records], one_page.count, following)


def _above(branch: Branch, kind: str) -> str:
    """The id of the nearest entry of a kind that a branch is in; empty where it is in none."""
    return next((one.id for one in reversed((*branch.above, branch.entry)) if one.kind == kind), "")


def _order_items(api: PixxelClient, branch: Branch) -> list[Entry]:
    return [order_item_entry(one) for one in api.orders.get(branch.entry.id).get("order_items") or [] if one.get("id")]


def _order_tasks(api: PixxelClient, branch: Branch) -> list[Entry]:
    found = api.order_items.get(branch.entry.id).get("tasks") or []
    return [order_task_entry(one) for one in found if one.get("id")]


def _job_tasks(api: PixxelClient, branch: Branch) -> list[Entry]:
    workflow = _above(branch, "workflow")
    found = api.jobs.get(workflow, branch.entry.id).get("tasks") or [] if workflow else []
    return [job_task_entry(one) for one in found if one.get("id")]


def _aois(api: PixxelClient, branch: Branch, offset: int) -> Iterator[Page[Any]]:
    return api.aois.list({"project_ids": branch.entry.id, "aoi_name": branch.search}, offset)


def _catalogs(api: PixxelClient, branch: Branch, offset: int) -> Iterator[Page[Any]]:
    project = branch.entry.id
    return api.catalogs.search({"query": {"project_id": {"eq": project}}} if project else {}, offset)


def _workflows(api: PixxelClient, branch: Branch, offset: int) -> Iterator[Page[Any]]:
    return api.workflows.list({"project_id": branch.entry.id, "name": branch.search}, offset)


def _deliveries(api: PixxelClient, branch: Branch) -> list[Entry]:
    found = api.deliveries.list()
    scenes = names.of_scenes(api, sorted({text(one.get("catalog_id")) for one in found} - {""}))
    return [delivery_entry(one, scenes) for one in found]


PAGED: dict[str, tuple[Callable[[PixxelClient, Branch, int], Iterator[Page[Any]]], Callable[[Any], Entry]]] = {
    "aois": (_aois, aoi_entry),
    "catalogs": (_catalogs, catalog_entry),
    "orders": (lambda api, branch, offset: api.orders.list("", offset), order_entry),
    "order_items": (
        lambda api, branch, offset: api.order_items.list({"project_ids": branch.entry.id}, offset), order_item_entry
    ),
    "workflows": (
        _workflows, lambda one: plain("workflow", one, text(one.get("name")), "description")
    ),
    "assets": (lambda api, branch, offset: api.assets.list(branch.entry.id, offset), asset_entry),
    "visualizations": (
        lambda api, branch, offset: api.visualizations.list(branch.entry.id, {}, offset),
        lambda one: plain("visualization", one, "", "index_id", "progress"),
    ),
    "archive": (lambda api, branch, offset: api.archives.items(branch.entry.id, offset), scene_entry),
    "indices": (
        lambda api, branch, offset: api.indices.list({}, offset),
        lambda one: plain("index", one, text(one.get("name")), "description", "expression", "expression_type", "type",
                          "satellite_id"),
    ),
}
WHOLE: dict[str, Callable[[PixxelClient, Branch], list[Entry]]] = {
    "order": _order_items,
    "order_item": _order_tasks,
    "job": _job_tasks,
    "insights": lambda api, branch: [insight_entry(one) for one in api.insights.list(branch.entry.id)],
    "workflow": lambda api, branch: [
        plain("job", one, text(one.get("created_at")), "progress", "cost", "time_taken")
        for one in api.jobs.list(branch.entry.id)
    ],
    "archives": lambda api, branch: [
        plain("archive", one, text(one.get("title")), "description", "license") for one in api.archives.collections()
    ],
    "satellites": lambda api, branch: [satellite_entry(one) for one in api.satellites.list()],
    "bandsets": lambda api, branch: [bandset_entry(one) for one in api.bandsets.list()],
    "blocks": lambda api, branch: [block_entry(one) for one in api.blocks.list()],
    "stores": lambda api, branch: [store_entry(one) for one in api.stores.list()],
    "deliveries": _deliveries,
}
