"""What can be sent into a data collection, which algorithms check and send it, and how their answers are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....core.translation import tr
from ...nodes.description import Place, is_of

OUTPUT, WITHOUT, COLLECTION = "OUTPUT", "WITHOUT_POSITION", "COLLECTION"


@dataclass(frozen=True)
class Verdict:
    """What is said of a file before it is sent. ``words``: why it would be refused; ``steps``: the GDAL commands that
    make it fit; ``changes``: what they change of its values; ``remarks``: what to know of a file that fits."""

    fits: bool
    words: str = ""
    steps: str = ""
    changes: str = ""
    remarks: str = ""


@dataclass(frozen=True)
class Sort:
    """``kind`` is the sort of data collection. ``check`` is the algorithm that looks at files, ``outputs`` those of its
    layers that ``read`` takes the verdicts from; ``fit`` makes them fit, empty where nothing does; ``send`` sends."""

    kind: str
    check: str
    outputs: tuple[str, ...]
    fit: str
    send: str
    title: Callable[[], str]
    suffixes: Callable[[], tuple[str, ...]]
    read: Callable[[Mapping[str, str]], dict[str, Verdict]]


def _raster_suffixes() -> tuple[str, ...]:
    from ....algorithms.files_input import RASTER_SUFFIXES

    return RASTER_SUFFIXES


def _image_suffixes() -> tuple[str, ...]:
    from ....core.uploads.images import SUFFIXES

    return tuple(SUFFIXES)


def _of_rasters(layers: Mapping[str, str]) -> dict[str, Verdict]:
    """The rows of ``pixel_checkrasters``."""
    found = {}
    for row in _rows(layers[OUTPUT]):
        unsolved = _text(row, "unsolved")
        steps = "" if unsolved else _text(row, "steps")
        words = _text(row, "problems")
        fits = bool(row.get("fits"))
        found[_text(row, "file")] = Verdict(fits, words, steps, _text(row, "changes"), _text(row, "remarks"))
    return found


def _of_images(layers: Mapping[str, str]) -> dict[str, Verdict]:
    """The rows of ``pixel_checkimages``: those with a position, and those without."""
    found = {}
    outside = tr("It was taken outside the area of interest of the project.")
    for row in _rows(layers[OUTPUT]):
        inside = _text(row, "state") != "outside"
        found[_text(row, "file")] = Verdict(inside, "" if inside else outside)
    for row in _rows(layers[WITHOUT]):
        found[_text(row, "file")] = Verdict(False, _text(row, "reason"))
    return found


def _rows(path: str) -> Iterator[dict[str, Any]]:
    """The rows of a table that an algorithm wrote. Not for the main thread: there may be thousands."""
    from osgeo import gdal

    opened = gdal.OpenEx(path, gdal.OF_VECTOR) if Path(path).exists() else None
    if opened is None:
        return
    for feature in opened.GetLayer(0):
        yield dict(feature.items())


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


SORTS = (
    Sort("collection.raster", "pixel_checkrasters", (OUTPUT,), "pixel_fitrasters", "pixel_uploadrasters",
         lambda: tr("Upload Rasters"), _raster_suffixes, _of_rasters),
    Sort("collection.image", "pixel_checkimages", (OUTPUT, WITHOUT), "", "pixel_uploadimages",
         lambda: tr("Upload Images"), _image_suffixes, _of_images),
)


def sort_of(place: Place) -> Sort | None:
    """How files get into a data collection, or into that above a heading; None where this is no window for it."""
    return next((one for one in SORTS if collection_of(place, one) is not None), None)


def collection_of(place: Place, sort: Sort) -> Any:
    """The entry of the data collection at or above a place, when it is of this sort and the place about its files."""
    if is_of(place.entry, sort.kind):
        return place.entry
    if place.entry.kind in ("images", "rasters", "upload_jobs"):
        return next((one for one in reversed(place.above) if is_of(one, sort.kind)), None)
    return None
