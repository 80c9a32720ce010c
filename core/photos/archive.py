"""Photos packed into one ZIP for PIX4D, with the manifest that describes them (notes, section 7.4)."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..problems import Problem
from ..translation import tr

MANIFEST = "manifest.json"
CONTROL_POINTS = "input_control_points.json"
LOGS = "logs"
BLOCK = 1 << 20
LARGEST_JSON = 64 << 20
#: The format and the version of control points in an archive; OPF itself is at 1.0 (notes, section 26).
CONTROL_FORMAT, CONTROL_VERSION = "application/opf-input-control-points+json", "0.2"


def write_archive(
    target: Path,
    photos: Mapping[str, Path],
    control_points: Mapping[str, Any] | None = None,
    logs: Mapping[str, Path] | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write the archive. ``photos`` and ``logs``: name in the archive and file. ``control_points``: the object of
    ``input_control_points.json``, version 0.2; each photo that its marks name has to be among ``photos``.

    Photos are compressed already, so they are stored as they are. ``report`` is told the bytes done and all bytes
    after every megabyte, and may raise to stop: nothing is left then. Raises :class:`Problem`.
    """
    _check_names(photos)
    if control_points is not None:
        check_control_points(control_points, photos)
    logs = {f"{LOGS}/{name}": path for name, path in (logs or {}).items()}
    manifest: dict[str, Any] = {"inputs": list(photos)}
    if logs:
        manifest["log_files"] = list(logs)
    if control_points is not None:
        manifest["input_control_points"] = CONTROL_POINTS
    part = target.with_name(f"{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            _write_json(archive, MANIFEST, manifest)
            if control_points is not None:
                _write_json(archive, CONTROL_POINTS, control_points)
            _write_files(archive, {**photos, **logs}, report)
        part.replace(target)
    except OSError as error:
        words = tr("The archive {file} cannot be written: {reason}")
        raise Problem(words.format(file=target.name, reason=error.strerror or type(error).__name__)) from None
    finally:
        part.unlink(missing_ok=True)


def _check_names(photos: Mapping[str, Path]) -> None:
    if not photos:
        raise Problem(tr("There are no photos for the archive."))
    taken = [name for name in photos if name in (MANIFEST, CONTROL_POINTS) or name.startswith(("/", f"{LOGS}/"))]
    if taken or any(".." in name.split("/") for name in photos):
        raise Problem(tr("A photo cannot be called {name} in the archive.").format(name=taken[0] if taken else ".."))


def _write_json(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    archive.writestr(name, json.dumps(value, ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED)


def _write_files(archive: zipfile.ZipFile, files: Mapping[str, Path], report: Callable[[int, int], None]) -> None:
    total, done = sum(path.stat().st_size for path in files.values()), 0
    for name, path in files.items():
        about = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        with path.open("rb") as source, archive.open(about, "w", force_zip64=True) as written:
            while block := source.read(BLOCK):
                written.write(block)
                done += len(block)
                report(done, total)


def check_control_points(value: Mapping[str, Any], photos: Mapping[str, Path]) -> None:
    """Raise a :class:`Problem` when PIX4D would refuse the control points of an archive: another version, ids that
    occur twice, several reference systems, a geoid by name, or marks on photos that are not in it; and for what is not
    written as control points are."""
    try:
        _check_points(value, photos)
    except (KeyError, TypeError, AttributeError):
        raise Problem(
            tr("The control points are not written as the format wants them. Give the file that was made for it.")
        ) from None


def _check_points(value: Mapping[str, Any], photos: Mapping[str, Path]) -> None:
    if value.get("format") != CONTROL_FORMAT or value.get("version") != CONTROL_VERSION:
        raise Problem(tr("Control points of an archive are of version {version}.").format(version=CONTROL_VERSION))
    points = [*value.get("gcps", []), *value.get("mtps", [])]
    ids = [str(point.get("id", "")) for point in points]
    twice = next((one for one, times in Counter(ids).items() if times > 1), None)
    if twice is not None:
        raise Problem(tr("There are several control points with the id {id}.").format(id=twice))
    systems = [point["geolocation"]["crs"] for point in value.get("gcps", [])]
    if any(one != systems[0] for one in systems):
        raise Problem(tr("All control points of an archive must have the same coordinate reference system."))
    if any(not _by_number(str(one.get("definition", ""))) or "geoid" in one for one in systems):
        raise Problem(
            tr("The coordinate reference system of control points in an archive is given by EPSG numbers only, as in"
               " EPSG:2056+EPSG:5728, and without the name of a geoid.")
        )
    for point in points:
        for mark in point.get("marks", []):
            if mark.get("photo") not in photos:
                words = tr("The control point {point} is marked in {photo}, which is not among the photos.")
                raise Problem(words.format(point=point.get("id"), photo=mark.get("photo")))


def _by_number(definition: str) -> bool:
    """``EPSG:a``, ``EPSG:a+b`` or ``EPSG:a+EPSG:b``."""
    authority, _, rest = definition.partition(":")
    numbers = rest.replace("+EPSG:", "+").split("+")
    return authority == "EPSG" and len(numbers) <= 2 and all(one.isdigit() for one in numbers)


def archive_problems(path: Path) -> Iterator[str]:
    """What PIX4D would not take of an archive, as sentences; it would say so only when processing opens it."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _content_problems(archive)
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, AttributeError):
        yield tr("{file} is not a ZIP with a manifest that can be read. Make it with “Pack photos”.").format(
            file=path.name
        )
    except Problem as problem:
        yield str(problem)


def _content_problems(archive: zipfile.ZipFile) -> Iterator[str]:
    names = {one.filename for one in archive.infolist() if not one.is_dir()}
    if MANIFEST not in names:
        yield tr("The archive has no {manifest} at its root. Make it with “Pack photos”.").format(manifest=MANIFEST)
        return
    manifest = json.loads(_small(archive, MANIFEST))
    inputs, points = list(manifest["inputs"]), manifest.get("input_control_points")
    named = [*inputs, *manifest.get("log_files", []), *([points] if points else [])]
    missing = [name for name in named if name not in names]
    if not inputs:
        yield tr("The manifest of the archive names no photos.")
    if missing:
        words = tr("The manifest names {file}, which is not in the archive.")
        yield words.format(file=missing[0])
    elif points:
        check_control_points(json.loads(_small(archive, points)), dict.fromkeys(inputs, Path()))
    extra = names - set(named) - {MANIFEST}
    if extra:
        words = tr("The archive holds {file}, which the manifest does not name.")
        yield words.format(file=min(extra))


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """The content of a file of the archive that is to be read at once."""
    if archive.getinfo(name).file_size > LARGEST_JSON:
        raise ValueError(name)
    return archive.read(name)
