"""One run of processing in a worker process: archives are opened, the work is done, its files go into the storage."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .archive_inputs import INVALID, Opened, open_archive
from .work.records import ControlPoint, Description, Mark, Photo, Processed, ProcessingFailed

LOGS = "results/log"
"""Where the work puts its log."""
SEEN_AFTER = 1.1
"""Seconds until the storage, which remembers its folders for one second, shows a file that it did not write itself."""


@dataclass(frozen=True)
class Plan:
    """``storage`` is the project's folder in the storage, ``base`` its prefix there. ``archives``: where those lie.
    ``own_system``: the project has a coordinate system, which excludes control points in archives (section 7.4).
    ``options_system``: the processing options have one, into which those are transformed. ``known``: the keys of all
    photos that the project has already, from an earlier opening, too."""

    description: Description
    storage: Path
    base: str
    archives: tuple[Path, ...] = ()
    own_system: bool = False
    options_system: bool = False
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """``photos``: keys that archives brought; ``points``: control points that they brought, marks by photo key, and
    ``definition`` and ``geoid_height`` of the system that they gave to the project, None when it has another."""

    processed: Processed
    photos: tuple[str, ...] = ()
    points: tuple[ControlPoint, ...] = field(default_factory=tuple)
    definition: str | None = None
    geoid_height: float | None = None


def run(plan: Plan) -> Outcome:
    """Raises :class:`ProcessingFailed`; of what failed the log is in the storage."""
    try:
        return _run(plan)
    except ProcessingFailed as error:
        _keep_log(plan, error)
        raise
    finally:
        shutil.rmtree(plan.description.folder, ignore_errors=True)


def log_of(storage: Path) -> Path | None:
    """The log of the last processing that a project's folder in the storage holds."""
    return max((storage / LOGS).glob("*.log"), key=lambda path: path.stat().st_mtime, default=None)


def _keep_log(plan: Plan, error: ProcessingFailed) -> None:
    folder = plan.storage / LOGS
    folder.mkdir(parents=True, exist_ok=True)
    made = log_of(plan.description.folder)
    if made is None:  # it failed before the work began
        (folder / "processing.log").write_text(f"Failed ({error.code}): {error.reason} {error.words}\n", "utf-8")
    else:
        shutil.move(made, folder / made.name)
    time.sleep(SEEN_AFTER)


def _run(plan: Plan) -> Outcome:
    # Here, in the worker process: it takes a second, which the server would spend at its start.
    from .work.process import process

    description, points, brought = plan.description, [], []
    systems: dict[str, float | None] = {}
    there = {one.name for one in description.control_points}
    for path in plan.archives:
        opened = open_archive(path, plan.storage)
        opened.points = [one for one in opened.points if one.name not in there]
        points += _points(plan, opened)
        brought += [f"{plan.base}/{name}" for name in opened.photos if f"{plan.base}/{name}" not in plan.known]
        if any(one.position is not None for one in opened.points):
            systems[str(opened.definition)] = opened.geoid_height
    if systems and (plan.own_system or len(systems) > 1):
        raise ProcessingFailed(INVALID, "Control points in an archive exclude a system of the project.")
    given: tuple[str | None, float | None] = (None, None)
    if systems and not plan.options_system:
        given = next(iter(systems.items()))
        description = replace(description, definition=given[0], geoid_height=given[1])
    photos = [Photo(-1 - number, key, plan.storage / key.removeprefix(plan.base + "/"))
              for number, key in enumerate(brought)]
    description = replace(description, photos=(*description.photos, *photos),
                          control_points=(*description.control_points, *points))
    processed = process(description)
    _into_storage(description.folder, plan.storage)
    return Outcome(processed, tuple(brought), tuple(points), *given)


def _points(plan: Plan, opened: Opened) -> list[ControlPoint]:
    """Those of an archive, with the keys of their photos, in the system of the results."""
    made = [replace(one, marks=tuple(Mark(f"{plan.base}/{mark.photo}", mark.x, mark.y) for mark in one.marks))
            for one in opened.points]
    target = plan.description.definition
    if not plan.options_system or target is None or opened.definition in (None, target):
        return made
    return _transformed(made, str(opened.definition), target)


def _transformed(points: Sequence[ControlPoint], source: str, target: str) -> list[ControlPoint]:
    from osgeo import osr

    systems = []
    for text in (source, target):
        system = osr.SpatialReference()
        system.SetFromUserInput(text)
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        systems.append(system)
    transform = osr.CoordinateTransformation(*systems)
    return [one if one.position is None else replace(one, position=tuple(transform.TransformPoint(*one.position)))
            for one in points]


def _into_storage(folder: Path, storage: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            target = storage / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
    time.sleep(SEEN_AFTER)
