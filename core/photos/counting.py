"""How many photos a choice holds, told while the choice is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..translation import tr
from .files import MOST_PHOTOS, Count, count_findings, photos_below
from .reading import read

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Found:
    """The photos of a choice and their bytes."""

    paths: tuple[Path, ...] = ()
    size: int = 0


def look(folder: Path | None, with_subfolders: bool, files: Sequence[Path]) -> Found:
    """The photos of a folder and single ones, each once; those that are not there are left out."""
    paths = list(photos_below(folder, with_subfolders)) if folder is not None and folder.is_dir() else []
    paths = [one for one in dict.fromkeys([*paths, *files]) if one.is_file()]
    return Found(tuple(paths), sum(one.stat().st_size for one in paths))


def located(paths: Sequence[Path], cancelled: Callable[[], bool]) -> int:
    """How many of them say where they were taken; reads each of them, until nobody wants to know."""
    number = 0
    for path in paths:
        if cancelled():
            break
        photo = read(path)
        number += photo is not None and photo.located
    return number


def told(found: Found, with_position: int | None = None) -> str:
    """The count as a sentence; ``with_position`` None while it is not known."""
    count = len(found.paths)
    if not count:
        return tr("No photos.")
    size = tr("{count} photos, {megabytes} MB.").format(count=count, megabytes=max(1, round(found.size / MEGABYTE)))
    if with_position is None:
        findings = list(count_findings(Count(count, count)))
    else:
        findings = list(count_findings(Count(count, with_position)))
        if with_position == count:
            size += " " + tr("All have a position.")
    return " ".join([size, *findings])


def too_many(found: Found) -> bool:
    """Whether there are more than PIX4D processes."""
    return len(found.paths) > MOST_PHOTOS
