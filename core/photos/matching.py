"""Which file on this computer is which photo of a platform, by the names alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from .files import photos_below, storage_names


def match_folder(keys: Iterable[str], folder: Path) -> dict[str, Path]:
    """The photos in a folder and below by the platform's keys (paths in its storage), whether they were sent with their
    folders or by their names alone. ``OSError`` when the folder cannot be read."""
    files = photos_below(folder, with_subfolders=True)
    wanted = list(keys)
    return {**match(wanted, storage_names(files)), **match(wanted, storage_names(files, folder))}


def match(keys: Iterable[str], named: Mapping[str, Path]) -> dict[str, Path]:
    """The files, by their names in storage, that belong to the keys. Large and small letters are the same.

    Of several of one name that counts whose folders are called like those of the key; where this does not tell them
    apart, none: a mark in the wrong photo is worse than none.
    """
    by_name: dict[str, list[tuple[tuple[str, ...], Path]]] = defaultdict(list)
    for name, path in named.items():
        parts = PurePosixPath(name.casefold()).parts
        by_name[parts[-1]].append((parts, path))
    found = {}
    for key in keys:
        parts = PurePosixPath(key.casefold()).parts
        scored = sorted(((_alike(parts, other), path) for other, path in by_name.get(parts[-1], [])), reverse=True)
        if len(scored) == 1 or (len(scored) > 1 and scored[0][0] > scored[1][0]):
            found[key] = scored[0][1]
    return found


def _alike(parts: tuple[str, ...], others: tuple[str, ...]) -> tuple[bool, int]:
    """Whether the whole of ``others`` is the end of ``parts``, and how many names are the same from the end on."""
    same = 0
    for ours, theirs in zip(reversed(parts), reversed(others)):
        if ours != theirs:
            break
        same += 1
    return same == len(others), same
