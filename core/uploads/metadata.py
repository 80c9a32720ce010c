"""What is said of files that are sent: members of the platform and further ones, joined from a table by file names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from qgis.PyQt.QtCore import QDate, QDateTime, QTime

from ...providers.pixel.records import JsonMetadata, MetadataValue
from ..problems import Problem
from ..translation import tr

TEXTS = ("name", "capture_date", "image_type", "cam_orientation", "radial")
NUMBERS = (
    "cam_heading", "cam_pitch", "cam_roll", "hfov", "vfov", "far_dist", "near_dist", "cam_height", "img_rotation",
    "focal_length",
)
#: Members of the platform that a column of the same name sets, by the kind of file (notes, section 8).
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "image": (*TEXTS, *NUMBERS),
    "raster": ("name", "capture_date"),
    "point_cloud": ("name", "capture_date"),
}
NAMED = 3
"""So many names stand in a sentence."""


@dataclass(frozen=True)
class Row:
    """A row of the table. ``file`` as it stands there: a path, a name, or a name without its ending. ``place``:
    longitude and latitude of its point."""

    file: str
    values: Mapping[str, Any] = field(default_factory=dict)
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class Said:
    """What is said of one file: members of the platform, further ones, its place as longitude and latitude."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    further: JsonMetadata = field(default_factory=dict)
    place: tuple[float, float] | None = None


def joined(paths: Sequence[Path], rows: Iterable[Row], kind: str) -> dict[Path, Said]:
    """What the rows say of the files; files without a row are left out.

    Raises :class:`Problem` when two rows are about the same file, or one row may be about several.
    """
    index = _Index(paths)
    found: dict[Path, Said] = {}
    for row in rows:
        for path in index.of(row.file):
            if path in found:
                words = tr("Two rows of the table are about {file}. Keep one of them.")
                raise Problem(words.format(file=path.name))
            found[path] = said(row, kind)
    return found


def said(row: Row, kind: str) -> Said:
    """The values of a row, sorted into the platform's own members and further ones. Empty cells say nothing."""
    fields: dict[str, Any] = {}
    further: dict[str, MetadataValue] = {}
    for name, value in row.values.items():
        plain = plain_value(value)
        if plain is None or plain == "":
            continue
        if name in MEMBERS[kind]:
            fields[name] = _member(name, plain, row.file)
        else:
            further[name] = plain
    return Said(fields, further, row.place)


def _member(name: str, value: Any, file: str) -> Any:
    if name not in NUMBERS:
        return str(value)
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    words = tr("“{column}” of {file} is “{value}” in the table, which is no number. Correct it.")
    raise Problem(words.format(column=name, file=file, value=value))


def plain_value(value: Any) -> MetadataValue:
    """A cell as the platform takes values: texts and numbers; dates as ISO text, truth as 1 and 0, others as text."""
    if value is None or (hasattr(value, "isNull") and callable(value.isNull) and value.isNull()):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, QDateTime):
        return iso_moment(value)
    if isinstance(value, QDate):
        return value.toString("yyyy-MM-dd") + "T00:00:00"
    if isinstance(value, QTime):
        return value.toString("HH:mm:ss")
    return str(value)


def iso_moment(value: QDateTime) -> str:
    """A moment as the platform reads it; without a zone where it has none (notes, section 3)."""
    return str(value.toString("yyyy-MM-ddTHH:mm:ss"))


class _Index:
    """Files by what a table may call them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._by_path = {_plain(str(path)): path for path in paths}
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._by_stem: dict[str, list[Path]] = defaultdict(list)
        for path in paths:
            self._by_name[path.name.casefold()].append(path)
            self._by_stem[path.stem.casefold()].append(path)

    def of(self, text: str) -> list[Path]:
        """The file that is meant, as a list of one or none. Raises :class:`Problem` when it may be several."""
        called = _plain(text)
        if not called:
            return []
        if called in self._by_path:
            return [self._by_path[called]]
        parts = PurePosixPath(called).parts
        same = self._by_name.get(parts[-1]) or self._by_stem.get(parts[-1]) or []
        if len(same) > 1 and len(parts) > 1:
            same = [path for path in same if _ends(path, parts)]
        if len(same) > 1:
            words = tr("A row of the table is about “{text}”, and {count} of the files are called so. Give their"
                       " folders in the table too.")
            raise Problem(words.format(text=text, count=len(same)))
        return same


def _plain(text: str) -> str:
    return text.strip().replace("\\", "/").casefold()


def _ends(path: Path, parts: tuple[str, ...]) -> bool:
    """Whether the path ends in these folders and this name, with or without its ending."""
    own = PurePosixPath(_plain(str(path))).parts
    return own[-len(parts):-1] == parts[:-1]


def merged(common: Said, own: Said | None) -> Said:
    """What is said of a file: what is said of all, overridden by what its row says."""
    if own is None:
        return common
    return Said({**common.fields, **own.fields}, {**common.further, **own.further}, own.place or common.place)


def unmatched(paths: Sequence[Path], found: Mapping[Path, Said]) -> str:
    """The files that the table says nothing of, as a sentence; empty when there are none."""
    missing = [path.name for path in paths if path not in found]
    if not missing:
        return ""
    words = tr("The table says nothing of {count} of {all} files, for example {names}.")
    return words.format(count=len(missing), all=len(paths), names=", ".join(missing[:NAMED]))
