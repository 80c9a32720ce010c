"""What is known of an item on its way from one platform to another, in terms of none of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...providers.work import Work

if TYPE_CHECKING:
    from ...providers.transfer import RemoteFile

FETCHED = "fetched"
SUFFIXES = (".tif", ".tiff", ".jp2", ".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Item:
    """A raster file and what its platform says of it. ``captured`` is ISO 8601, empty where it is not known; ``cloud``
    is in per cent; ``further`` are names and values of the user's own; ``bands`` is how many it has, where that is
    known. ``through`` is a file that is not here but passes through. Of what is not here ``path`` is the name only."""

    path: Path
    name: str
    captured: str = ""
    cloud: float | None = None
    tags: tuple[str, ...] = ()
    further: Mapping[str, str | int | float] = field(default_factory=dict)
    bands: int | None = None
    through: RemoteFile | None = None

    @property
    def source(self) -> Path | RemoteFile:
        """What is sent."""
        return self.path if self.through is None else self.through


def file_name(name: str, suffix: str = ".tif") -> str:
    """A name for the file: the item's own, with an ending by which rasters are known."""
    from ...providers.transfer import safe_name

    safe = safe_name(name, "item")
    return safe if Path(safe).suffix.lower() in SUFFIXES else f"{safe}{suffix}"


def plain_stem(path: Path) -> str:
    """The name of the file without its ending, in the signs that ids of the Descartes Labs catalog may have."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", path.stem)


def apart(item: Item, taken: set[str]) -> Item:
    """The item, before it is fetched, as a file whose name no other of the same run has: places that go by it would
    replace the other."""
    number, path = 1, item.path
    while plain_stem(path).casefold() in taken:
        number += 1
        path = item.path.with_name(f"{item.path.stem}_{number}{item.path.suffix}")
    return replace(item, path=path)


def names_of(works: Sequence[Work]) -> set[str]:
    """The plain names of the files that these have fetched, also those that are gone by now."""
    found = (work.noted(FETCHED) for work in works)
    return {plain_stem(Path(one.value["path"])).casefold() for one in found if one is not None and one.done}


def renamed(item: Item, name: str) -> Item:
    """The item under another name; empty: its own."""
    return replace(item, name=name) if name else item


def completed(item: Item, captured: str, cloud: float | None, tags: Sequence[str]) -> Item:
    """The item with these where nothing is known of them."""
    return replace(item, captured=item.captured or captured, cloud=cloud if item.cloud is None else item.cloud,
                   tags=item.tags or tuple(tags))


def note(work: Work, item: Item) -> None:
    """The file is here whole: a later run does not ask its platform again. Or it passes through, by this name."""
    known = None if item.through is None else item.through.known
    work.note(FETCHED, {**asdict(replace(item, through=None)), "path": str(item.path), "through": known})


def noted(work: Work) -> tuple[Item, dict[str, Any] | None] | None:
    """What an earlier run fetched or let pass, with what it knew of a file that passes; None when it did neither, or
    the file is gone."""
    found = work.noted(FETCHED)
    if found is None or not found.done:
        return None
    value: dict[str, Any] = found.value
    path, known = Path(value["path"]), value.get("through")
    item = Item(**{**value, "path": path, "tags": tuple(value["tags"]), "through": None})
    return (item, known) if known is not None or path.is_file() else None


def forget(work: Work) -> None:
    """What an earlier run let pass is another file by now: the next one looks anew."""
    work.forget(FETCHED)
