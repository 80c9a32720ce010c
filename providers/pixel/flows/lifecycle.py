"""Projects and data collections come, move, go and come back (sections 6, 7, 12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from math import ceil
from typing import Any

from ... import steps
from ...errors import Kind, PlatformError
from ...moments import moment_of
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..places import Place
from ..records import DAYS_TO_RESTORE, ROOT, Collection, NewCollection, NewProject


# ---------------------------------------------------------------------- coming
def create_project(api: PixelClient, details: NewProject, work: Work) -> str:
    """Create a project and give its number; one that an interrupted run made is adopted by its name."""
    asked, api = api.during(work, to_the_end=True), api.during(work)
    name = details["name"]
    return steps.create(
        work,
        "create",
        lambda: str(asked.projects.create(details)["id"]),
        lambda: steps.ids_of(api.projects.list({"name": name}), name=name),
    )


def create_collection(api: PixelClient, project_id: str, details: NewCollection, work: Work) -> Place:
    """Create a data collection; one that an interrupted run made is adopted by its name and type."""
    asked, api = api.during(work, to_the_end=True), api.during(work)
    known = {"name": details["name"], "data_collection_type": details["data_collection_type"]}
    made = steps.create(
        work,
        "create",
        lambda: str(asked.collections.create(project_id, details)["id"]),
        lambda: steps.ids_of(api.collections.list(project_id, {"name": details["name"]}), **known),
    )
    return Place(project_id, made)


# ---------------------------------------------------------------------- moving
def move_projects(api: PixelClient, project_ids: Sequence[str], parent_id: str, work: Work) -> None:
    """Move projects into another one, or with ``ROOT`` out of all."""
    api = api.during(work)
    for one in project_ids:
        _moved(work.part(one), partial(api.projects.move, one, parent_id), partial(_parent, api, one), parent_id)


def _parent(api: PixelClient, project_id: str) -> str | None:
    """The parent as ``moveProject`` takes it; None where the platform does not tell (ASSUMED A6)."""
    found = api.projects.get(project_id)
    if "parent_project_id" not in found:
        return None
    parent = found["parent_project_id"]
    return ROOT if parent is None else str(parent)


def move_collections(api: PixelClient, places: Sequence[Place], project_id: str, work: Work) -> list[Place]:
    """Move data collections into another project; gives where they are now."""
    api = api.during(work)
    for one in places:
        if one.project == project_id:
            continue
        there = Place(project_id, one.collection)
        _moved(
            work.part(one.collection),
            partial(api.collections.move, one, project_id),
            partial(_project_of, api, there),
            project_id,
        )
    return [Place(project_id, one.collection) for one in places]


def _project_of(api: PixelClient, place: Place) -> str:
    """The project of a data collection, when it is there; empty when it is not."""
    return place.project if steps.exists(partial(api.collections.get, place)) else ""


def _moved(work: Work, move: Callable[[], object], where: Callable[[], str | None], target: str) -> None:
    """Move once. In doubt the platform is asked where it is; where it does not tell, moving twice does no harm."""

    def do() -> str:
        move()
        return "moved"

    steps.settle(work, "move", do, lambda: "moved" if where() == target else NOT_THERE)


# ---------------------------------------------------------------------- going and coming back
def delete_projects(api: PixelClient, project_ids: Sequence[str], work: Work) -> str:
    """Delete projects with what is in them; they can be restored for 60 days. Gives the name of a single one."""
    api = api.during(work)
    name = _name(work, partial(api.projects.get, project_ids[0])) if len(project_ids) == 1 else ""
    for one in project_ids:
        steps.delete_once(work.part(one), partial(api.projects.delete, one), partial(api.projects.get, one))
    return name


def delete_collections(api: PixelClient, places: Sequence[Place], work: Work) -> str:
    """Delete data collections with what is in them; they can be restored for 60 days. Gives the name of a single
    one."""
    api = api.during(work)
    name = _name(work, partial(api.collections.get, places[0])) if len(places) == 1 else ""
    for one in places:
        steps.delete_once(
            work.part(one.collection), partial(api.collections.delete, one), partial(api.collections.get, one)
        )
    return name


def _name(work: Work, read: Callable[[], Mapping[str, Any]]) -> str:
    """What it is called that is to be deleted; noted, since afterwards it cannot be read."""

    def do() -> Any:
        found = read()
        return found.get("name") or found.get("id") or ""

    return str(work.once("name", do, lambda: NOT_THERE))


def restore_projects(api: PixelClient, project_ids: Sequence[str], work: Work) -> None:
    """Bring deleted projects back with their data collections; one that is there is left alone."""
    api = api.during(work)
    for one in project_ids:
        _restored(work.part(one), partial(api.projects.restore, one), partial(api.projects.get, one))


def restore_collections(api: PixelClient, places: Sequence[Place], work: Work) -> None:
    """Bring deleted data collections back; one that is there is left alone."""
    api = api.during(work)
    for one in places:
        _restored(
            work.part(one.collection), partial(api.collections.restore, one), partial(api.collections.get, one)
        )


def _restored(work: Work, restore: Callable[[], object], read: Callable[[], object]) -> None:
    def do() -> str:
        try:
            restore()
        except PlatformError as error:
            if error.kind is not Kind.CONFLICT or not steps.exists(read):
                raise
        return "restored"

    steps.settle(work, "restore", do, lambda: "restored" if steps.exists(read) else NOT_THERE)


def days_left(deleted_at: str | None, now: datetime | None = None) -> int | None:
    """How many days something can still be restored, begun days counted; None when it is not told since when it is
    deleted (ASSUMED A6). A time without a zone is UTC (ASSUMED A18)."""
    deleted = moment_of(deleted_at)
    if deleted is None:
        return None
    left = deleted + timedelta(days=DAYS_TO_RESTORE) - (now or datetime.now(timezone.utc))
    return max(0, ceil(left / timedelta(days=1)))


def deleted(one: Mapping[str, Any]) -> dict[str, Any]:
    """What was deleted, with ``days_left`` where it is known."""
    left = days_left(one.get("deleted_at"))
    return {**one, **({} if left is None else {"days_left": left})}


def as_row(project_id: str, one: Collection) -> dict[str, Any]:
    """A data collection as a flat row: ``collection`` is its name in parameters, rules are members of their own."""
    rules: Mapping[str, Any] = one.get("raster_info") or {}
    sizes = rules.get("cell_size") or [None, None]
    return {
        **one,
        "collection": str(Place(project_id, str(one["id"]))),
        "project_id": int(project_id) if project_id.isdigit() else None,
        "format": rules.get("format"),
        "data_type": rules.get("data_type"),
        "num_bands": rules.get("num_bands"),
        "srid": rules.get("srid"),
        "cell_width": sizes[0],
        "cell_height": sizes[-1],
    }
