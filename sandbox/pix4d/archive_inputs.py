"""Archives of photos, opened when processing begins (section 7.4). What is wrong with one makes the processing fail
with 10601 (A19), since registering an archive only says that it is there.

Runs in a worker process: paths in, paths and small records out.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from .work.records import ControlPoint, Mark, ProcessingFailed

MANIFEST = "manifest.json"
FORMAT, VERSION = "application/opf-input-control-points+json", "0.2"
DEFINITION = re.compile(r"EPSG:\d+(\+(EPSG:)?\d+)?")
INVALID = 10601


@dataclass
class Opened:
    """``photos``: paths below the folder, in the order of the manifest. ``definition``: the system of ``points``, whose
    coordinates are east-like first here, as everywhere else; None without control points that have a place."""

    photos: list[str] = field(default_factory=list)
    definition: str | None = None
    geoid_height: float | None = None
    points: list[ControlPoint] = field(default_factory=list)


def open_archive(path: Path, folder: Path) -> Opened:
    """Unpack the photos that the manifest names below ``folder``. Raises :class:`ProcessingFailed`."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _json(archive, MANIFEST)
            photos = _paths(archive, manifest.get("inputs"), "inputs")
            if not photos:
                raise ProcessingFailed(INVALID, "The manifest names no photo.")
            _paths(archive, manifest.get("log_files") or [], "log_files")
            found = Opened(photos)
            if manifest.get("input_control_points") is not None:
                name = _paths(archive, [manifest["input_control_points"]], "input_control_points")[0]
                _read_points(_json(archive, name), found)
            for name in photos:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ProcessingFailed(INVALID, f"The archive cannot be read: {error}") from error
    return found


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    try:
        found = json.loads(archive.read(name))
    except KeyError:
        raise ProcessingFailed(INVALID, f"The archive has no {name}.") from None
    except ValueError as error:
        raise ProcessingFailed(INVALID, f"{name} is no JSON.") from error
    if not isinstance(found, dict):
        raise ProcessingFailed(INVALID, f"{name} is no object.")
    return found


def _paths(archive: zipfile.ZipFile, names: Any, member: str) -> list[str]:
    """Relative paths of files that are in the archive."""
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise ProcessingFailed(INVALID, f"{member} is no list of paths.")
    there = set(archive.namelist())
    for one in names:
        path = PurePosixPath(one)
        if path.is_absolute() or ".." in path.parts or "\\" in one or one not in there:
            raise ProcessingFailed(INVALID, f"{member}: {one} is not in the archive.")
    if len(set(names)) < len(names):
        raise ProcessingFailed(INVALID, f"{member}: a path stands twice.")
    return names


def _read_points(content: Mapping[str, Any], found: Opened) -> None:
    if content.get("format") != FORMAT or content.get("version") != VERSION:
        raise ProcessingFailed(INVALID, "The control points are not of the right format and version.")
    gcps, mtps = content.get("gcps") or [], content.get("mtps") or []
    ids = [one.get("id") for one in (*gcps, *mtps)]
    if len(set(ids)) < len(ids) or not all(isinstance(one, str) and one for one in ids):
        raise ProcessingFailed(INVALID, "The ids of the control points are not unique.")
    systems = {json.dumps(one.get("geolocation", {}).get("crs"), sort_keys=True) for one in gcps}
    if len(systems) > 1:
        raise ProcessingFailed(INVALID, "The control points have several coordinate systems.")
    for system in map(json.loads, systems):
        found.definition, found.geoid_height = _system(system)
    swapped = found.definition is not None and _north_first(found.definition)
    for one in gcps:
        found.points.append(_gcp(one, found.photos, swapped))
    for one in mtps:
        marks = _marks(one, found.photos)
        found.points.append(ControlPoint(one["id"], None, bool(one.get("is_checkpoint")), marks=marks))


def _system(system: Any) -> tuple[str, float | None]:
    definition = system.get("definition") if isinstance(system, dict) else None
    if not isinstance(definition, str) or not DEFINITION.fullmatch(definition):
        raise ProcessingFailed(INVALID, "The control points need one coordinate system of the EPSG authority.")
    if "geoid" in system:
        raise ProcessingFailed(INVALID, "A geoid model cannot be named in an archive.")
    return definition, system.get("geoid_height")


def _north_first(definition: str) -> bool:
    from osgeo import osr

    system = osr.SpatialReference()
    try:
        system.SetFromUserInput(definition.partition("+")[0])
    except RuntimeError as error:
        raise ProcessingFailed(INVALID, "The coordinate system of the control points is not known.") from error
    return bool(system.EPSGTreatsAsNorthingEasting())


def _gcp(one: Mapping[str, Any], photos: Iterable[str], swapped: bool) -> ControlPoint:
    try:
        first, second, z = (float(value) for value in one["geolocation"]["coordinates"])
        sigmas = [float(value) for value in one["geolocation"]["sigmas"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ProcessingFailed(INVALID, f"The place of {one['id']} cannot be read.") from error
    place = (second, first, z) if swapped else (first, second, z)
    return ControlPoint(one["id"], place, bool(one.get("is_checkpoint")), (sigmas[0], sigmas[-1]), _marks(one, photos))


def _marks(one: Mapping[str, Any], photos: Iterable[str]) -> tuple[Mark, ...]:
    known, made = set(photos), []
    for mark in one.get("marks") or []:
        if mark.get("photo") not in known:
            raise ProcessingFailed(INVALID, f"A mark of {one['id']} is on a photo that is not in the archive.")
        x, y = mark["position_px"]
        made.append(Mark(mark["photo"], float(x), float(y)))
    return tuple(made)
