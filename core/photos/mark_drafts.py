"""Marks that were not sent yet, kept in the profile: they outlive QGIS, and the change to another project."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from qgis.core import QgsApplication

from .. import log
from .marks import Changes, Key, Mark

Draft = tuple[Mapping[Key, Mark], frozenset[Key]]
"""Marks as they were placed, and those that were taken away."""


def keep(connection: str, project: str, changes: Changes) -> None:
    """Keep what is not sent of a project's marks instead of what was kept of them before. Where the profile cannot be
    written the marks are kept by the open dock alone."""
    path = _path(connection, project)
    try:
        if not changes.count:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        placed = {**changes.added, **changes.moved}
        written = {
            "placed": [[key.point, key.photo, mark.x, mark.y] for key, mark in placed.items()],
            "removed": [[key.point, key.photo] for key in changes.removed],
        }
        part = path.with_suffix(".part")
        part.write_text(json.dumps(written), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        log.unexpected(error)


def kept(connection: str, project: str) -> Draft:
    """What was not sent of a project's marks; nothing where nothing was kept or the file is damaged."""
    try:
        written = json.loads(_path(connection, project).read_text(encoding="utf-8"))
        placed = {Key(str(point), str(photo)): Mark(float(x), float(y)) for point, photo, x, y in written["placed"]}
        removed = frozenset(Key(str(point), str(photo)) for point, photo in written["removed"])
    except FileNotFoundError:
        return {}, frozenset()
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.unexpected(error)
        return {}, frozenset()
    return placed, removed


def sent(connection: str, project: str, changes: Changes) -> None:
    """These changes are with the platform now; what was changed after them stays kept."""
    placed, removed = kept(connection, project)
    told = {**changes.added, **changes.moved}
    left = {key: mark for key, mark in placed.items() if key not in told or not _same(mark, told[key])}
    keep(connection, project, Changes(left, {}, {key: Mark(0, 0) for key in removed - set(changes.removed)}))


def _same(one: Mark, other: Mark) -> bool:
    return (one.x, one.y) == (other.x, other.y)


def _path(connection: str, project: str) -> Path:
    name = hashlib.sha256(json.dumps([connection, project]).encode()).hexdigest()[:32]
    return Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / "marks" / f"{name}.json"
