"""Optimised copies of rasters and point clouds: which are asked for, and the jobs that make them (section 14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Union

from ..errors import detail, not_found
from ..jobs import WorkFailed
from .records import Collection, Group, Optimized, OptimizedCloud, Raster, Task
from .state import Table
from .work.optimise import LOSSY_BANDS, RGB, TERRAIN, Options, Plan
from .world import World

PLUGIN = "optimized_raster"
PROFILES = {"RGB": RGB, "DTM": TERRAIN, "DSM": TERRAIN}
PENDING, SUBMITTED, COMPLETED, FAILED = "pending", "submitted", "completed", "failed"
NO_BYTES = "The file has no bytes"
WORKING, TROUBLE = "optimising", "optimise_fails"
"""Names of ``world.notes``: the jobs under way by the id of the copy, and sources that are to fail."""

Copy = Union[Optimized, OptimizedCloud]
Work = tuple[Callable[..., int], tuple[Any, ...], Path]
"""A module's function for a worker process, what it is given, and where it leaves the copy."""


def profile_of(collection: Collection, raster: Raster, asked: str | None) -> str:
    """The profile of a raster's copy; 400 for one that does not fit the collection's type (A21)."""
    usual = PROFILES.get(collection.type)
    if asked is None:
        return usual or (RGB if raster.num_bands >= LOSSY_BANDS else TERRAIN)
    if asked not in PROFILES.values() or (usual is not None and asked != usual):
        raise detail(400, f"Profile {asked} does not fit data collections of type {collection.type}")
    return asked


def check_nearblack(raster: Raster, profile: str, options: dict[str, Any]) -> None:
    """400 where nearblack is asked for and cannot be: the copy is not compressed with loss, or has an alpha band."""
    if not options.get("nearblack_options", {}).get("enabled", False):
        return
    if profile == TERRAIN:
        raise detail(400, "Nearblack needs a compressed format and cannot be used with profile terrain")
    if raster.num_bands != LOSSY_BANDS:
        raise detail(400, f"Nearblack cannot be used with alpha; raster {raster.id} has {raster.num_bands} bands")


def plan_of(source: Raster, copy: Optimized, target: Path) -> Plan:
    """What the work is told."""
    nearblack = copy.options.get("nearblack_options", {})
    options = Options(copy.profile or RGB, nearblack.get("enabled", False), nearblack.get("color", "black"),
                      nearblack.get("algorithm", "twopasses"), copy.options.get("overview_resampling", "average"))
    return Plan(source.file or target, target, options, source.srid)


def chosen(table: Table[Any], collection: int, ids: Sequence[int] | None, retry_failed: bool) -> list[Any]:
    """The copies that are to be made: those that are named, or all of a collection that wait, and failed ones too where
    that is asked for. 404 for an id of another collection."""
    if ids is None:
        states = (PENDING, FAILED) if retry_failed else (PENDING,)
        return [one for one in table.of(collection) if one.status in states]
    for number in ids:
        if number not in table or table[number].collection != collection:
            raise not_found(f"Optimised copy {number} was not found in data collection {collection}")
    return [table[number] for number in dict.fromkeys(ids)]


def run(world: World, table: Table[Any], copies: Sequence[Copy], retry_failed: bool,
        work_of: Callable[[Copy], Work | None]) -> Group:
    """A group of jobs, one for each copy. Those that are made already, or that failed and are not to be tried again,
    count as they ended; those under way are followed."""
    return world.group([_task(world, table, one, retry_failed, work_of) for one in copies])


def _task(world: World, table: Table[Any], copy: Copy, retry_failed: bool,
          work_of: Callable[[Copy], Work | None]) -> Task:
    running: dict[int, Task] = world.notes.setdefault(WORKING, {})
    if copy.status == COMPLETED:
        return world.done("optimise")
    if copy.id in running and not running[copy.id].completed:
        return running[copy.id]
    if copy.status == FAILED and not retry_failed:
        return world.done("optimise", copy.detail or "Failed")
    found = work_of(copy)
    if found is None:
        copy.status, copy.detail = FAILED, NO_BYTES
        return world.done("optimise", NO_BYTES)
    work, arguments, target = found
    source = copy.raster if isinstance(copy, Optimized) else copy.cloud
    fails = source in world.notes.get(TROUBLE, ())

    def still() -> None:
        if table.get(copy.id) is not copy:
            target.unlink(missing_ok=True)
            raise WorkFailed("The copy was deleted")
        if fails:
            target.unlink(missing_ok=True)
            raise WorkFailed("The optimisation ran out of memory")

    def finish(_size: int) -> None:
        copy.status, copy.detail, copy.file = COMPLETED, None, target

    def fail(words: str) -> None:
        copy.status, copy.detail = FAILED, words

    copy.status, copy.detail = SUBMITTED, None
    running[copy.id] = world.start("optimise", finish=finish, fail=fail, work=work, arguments=arguments, still=still)
    return running[copy.id]
