"""Search (section 11)."""

from __future__ import annotations

from ...located import unprocessable
from ...platform import Answer, Call
from ..registry import operation
from ..search.database import SearchDatabase
from ..search.fields import SUBJECTS
from ..search.rows import rows
from ..world import World

NOTE = "search"
"""The database, kept between requests, and the versions of the state that its tables hold."""


@operation("searchInfo")
def search_info(world: World, call: Call) -> Answer:
    """What can be filtered by and returned; the keys of the free metadata are those that are there."""
    on = call.query["on"]
    subject = SUBJECTS[on]
    return Answer(200, {
        "filterable": _filled(world, on).filterable(on),
        "out_fields": [{"name": one.name, "type": one.kind} for one in subject.fields],
        "supports_text_search": True, "supports_spatial_query": bool(subject.spatial)})


@operation("search")
def search(world: World, call: Call) -> Answer:
    """A page of what is asked for."""
    on = call.body["on"]
    world.check_limit(call.body.get("limit", 0), "body")
    try:
        found = _filled(world, on).query(on, call.body)
    except OverflowError as error:
        raise unprocessable("A number is too large to compare with", "filter") from error
    return Answer(200, {"count": len(found.results), "total_count": found.total, "results": found.results})


def _filled(world: World, on: str) -> SearchDatabase:
    """The database with the table as the state is now."""
    base, versions = world.notes.setdefault(NOTE, (SearchDatabase(), {}))
    if versions.get(on) != world.state.version:
        base.fill(on, rows(world.state, on, world.clock.moment))
        versions[on] = world.state.version
    found: SearchDatabase = base
    return found
