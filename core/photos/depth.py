"""Which depth map and which confidence map belong to which photo, by the names of the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from ..problems import Problem
from ..translation import tr

DEPTH_SUFFIXES = (".tif", ".tiff", ".png")
_KINDS = re.compile(r"image|img|photo|rgb|depth|confidence|conf|map|[\W_]+")
"""Words that tell what a file is and not which one: IMG_01.jpg, depth_01.tiff and conf_01.tiff belong together."""


def number_of(name: str) -> str:
    """What is left of a file's name without its folder, its ending and the words for its kind."""
    return _KINDS.sub("", PurePosixPath(name).stem.casefold())


def matched(photos: Iterable[str], depth: Iterable[Path], confidence: Iterable[Path]) -> dict[str, tuple[Path, Path]]:
    """Depth map and confidence map by the name of the photo; photos without both are left out.

    Raises :class:`Problem` when names do not tell files apart, or when a map belongs to no photo.
    """
    named = _by_number(photos)
    maps, sure = _by_number(depth), _by_number(confidence)
    for found in (maps, sure):
        lost = next((path for number, path in found.items() if number not in named), None)
        if lost is not None:
            words = tr("{file} belongs to none of the photos: name it like its photo, as depth_01.tiff for IMG_01.jpg.")
            raise Problem(words.format(file=Path(lost).name))
    return {name: (Path(maps[one]), Path(sure[one])) for one, name in named.items() if one in maps and one in sure}


def _by_number(files: Iterable[object]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in files:
        number = number_of(str(one).replace("\\", "/"))
        if number in found:
            words = tr("{one} and {other} cannot be told apart by their names. Rename one of them.")
            raise Problem(words.format(one=Path(found[number]).name, other=Path(str(one)).name))
        found[number] = str(one)
    return found


def maps_below(folder: Path) -> list[Path]:
    """The maps in a folder, by name; hidden files are left out."""
    return [path for path in sorted(folder.iterdir())
            if path.suffix.lower() in DEPTH_SUFFIXES and not path.name.startswith(".") and path.is_file()]
