"""Archives of what a project has: made when they are asked for, then given as a signed address (section 17.5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..jobs import WorkFailed
from ..platform import Answer, Call
from .records import Project
from .work.packing import pack
from .world import World


def archive(world: World, call: Call, project: Project, kind: str, keys: Mapping[str, str]) -> Answer:
    """The answer for an archive ``kind`` (``inputs``, ``outputs``) of objects: their keys by their names in it. 202
    while it is made; one whose objects have changed is made anew."""
    key = f"{project.base}/archives/{kind}.zip"
    content = _content(world, project, keys)
    if project.notes.get(f"archive {kind}") != content:
        project.notes[f"archive {kind}"] = content
        _begin(world, call, project, kind, key, keys)
    if project.archives.get(kind, math.inf) > world.clock.now():
        return Answer(202)
    return Answer(200, {"url": world.address(project.bucket, key)})


def _content(world: World, project: Project, keys: Mapping[str, str]) -> list[list[object]]:
    """By what a change is seen."""
    found: list[list[object]] = []
    for name, key in keys.items():
        path = world.path(project.bucket, key)
        if path.is_file():
            found.append([name, path.stat().st_size, path.stat().st_mtime_ns])
    return found


def _begin(world: World, call: Call, project: Project, kind: str, key: str, keys: Mapping[str, str]) -> None:
    project.archives[kind] = math.inf
    members = [(name, world.path(project.bucket, one)) for name, one in keys.items()]

    def ready(size: Any) -> dict[str, Any]:
        project.archives[kind] = world.clock.now()
        return {"size": size}

    def failed(words: str) -> None:
        project.notes.pop(f"archive {kind}", None)

    def still() -> None:
        if project.id not in world.state.projects:
            raise WorkFailed("The project was deleted.")

    world.jobs.start(f"archive {kind}", call.account.name, {"project": project.id},
                     world.settings.pix4d_archive_seconds, finish=ready, fail=failed, work=pack,
                     arguments=(world.path(project.bucket, key), members), still=still)
