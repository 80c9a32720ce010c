"""Which photos there are, how they are called in storage, and how many PIX4D takes."""

from __future__ import annotations

import os
import stat
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...providers.pix4d.project_records import FEWEST_PHOTOS, MOST_PHOTOS
from ..translation import tr

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".tif", ".tiff")
#: Characters of a key in storage (notes, section 7.3).
LONGEST_KEY = 1024
MOMENT_SECONDS = 0.05
_UNUSABLE = str.maketrans({**dict.fromkeys(range(32), "_"), **dict.fromkeys('\\:*?"<>|', "_")})


def is_photo(path: Path) -> bool:
    """Whether the file's ending is that of a photo."""
    return path.suffix.lower() in PHOTO_SUFFIXES


def photos_below(
    folder: Path, with_subfolders: bool, suffixes: Sequence[str] = PHOTO_SUFFIXES
) -> list[Path]:
    """The photos in a folder, by name, or the files with other endings. Hidden files and folders are left out, and
    links are not followed."""
    return sorted(found_below(folder, with_subfolders, suffixes), key=lambda path: path.parts)


def found_below(folder: Path, with_subfolders: bool, suffixes: Sequence[str] = PHOTO_SUFFIXES) -> Iterator[Path]:
    """The same one by one, in no order, for who does not wait for all of them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if os.path.splitext(entry.name)[1].lower() in suffixes and not entry.is_dir():
                yield folder / entry.name
            elif with_subfolders and entry.is_dir(follow_symlinks=False):
                yield from found_below(folder / entry.name, True, suffixes)


def within_a_moment(paths: Iterable[Path], seconds: float = MOMENT_SECONDS) -> Iterator[Path]:
    """As many of them as the time allows, and one at least: what may be looked at while a dialog waits."""
    end = time.monotonic() + seconds
    for path in paths:
        yield path
        if time.monotonic() > end:
            return


def storage_names(paths: Sequence[Path], folder: Path | None = None) -> dict[str, Path]:
    """The name in storage of each file: its path below ``folder``, or its own name.

    Cameras begin anew with DJI_0001 on each card, so a name that occurs again is put into a numbered folder
    (``2/DJI_0001.JPG``). The same files always get the same names.
    """
    named: dict[str, Path] = {}
    taken: set[str] = set()
    times: Counter[str] = Counter()
    for path in paths:
        plain = _plain(_relative(path, folder))
        name = plain
        while name.lower() in taken:
            times[plain.lower()] += 1
            name = f"{times[plain.lower()] + 1}/{plain}"
        taken.add(name.lower())
        named[name] = path
    return named


def _relative(path: Path, folder: Path | None) -> str:
    text, above = str(path), "" if folder is None else f"{folder}{os.sep}"
    return text[len(above):].replace(os.sep, "/") if above and text.startswith(above) else path.name


def _plain(name: str) -> str:
    """Composed letters, as most systems write them, and no character that addresses and archives cannot hold."""
    return unicodedata.normalize("NFC", name).translate(_UNUSABLE)


@dataclass(frozen=True)
class Count:
    """How many photos there are, and how many of them say where they were taken."""

    photos: int
    located: int


def count_findings(count: Count) -> Iterator[str]:
    """What will keep PIX4D from processing so many photos, as sentences."""
    if count.photos > MOST_PHOTOS:
        words = tr("There are {count} photos. PIX4D processes at most {most} in one project; make several of them.")
        yield words.format(count=count.photos, most=MOST_PHOTOS)
    elif count.photos < FEWEST_PHOTOS:
        words = tr("There are {count} photos. PIX4D needs at least {fewest} to process a project.")
        yield words.format(count=count.photos, fewest=FEWEST_PHOTOS)
    missing = count.photos - count.located
    if count.photos and missing == count.photos:
        yield tr("No photo says where it was taken. The results will have no place on the map.")
    elif missing:
        words = tr("{missing} of {count} photos do not say where they were taken.")
        yield words.format(missing=missing, count=count.photos)


def file_problems(paths: Iterable[Path], suffixes: Sequence[str] = PHOTO_SUFFIXES) -> Iterator[str]:
    """Why files cannot be sent as photos, as sentences: of each problem the first file, and how many more."""
    wrong: dict[str, list[str]] = {}
    for path in paths:
        try:
            about = os.stat(path)
        except (OSError, ValueError):
            about = None
        if about is None or not stat.S_ISREG(about.st_mode):
            wrong.setdefault(tr("{file} is not there."), []).append(path.name)
        elif path.suffix.lower() not in suffixes:
            sentence = tr("{file} is none of the kinds of files that can be sent: {kinds}.")
            wrong.setdefault(sentence.replace("{kinds}", ", ".join(suffixes)), []).append(path.name)
        elif about.st_size == 0:
            wrong.setdefault(tr("{file} is empty."), []).append(path.name)
    for sentence, names in wrong.items():
        more = tr(" The same holds for {count} more.").format(count=len(names) - 1) if len(names) > 1 else ""
        yield sentence.format(file=names[0]) + more
