"""The rows of a table as marks: which point is where in which photo. Each is looked at before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from qgis.core import QgsFeature, QgsFeatureSource

from ..problems import Problem
from ..translation import tr
from .rows import RowProblem, number_of, text_of

#: Names of columns that are found by themselves, in small letters; the first that is there counts.
USUAL = {
    "point": ("gcp", "point", "name", "mtp", "label", "field_1"),
    "photo": ("photo", "image", "s3_key", "file", "filename", "field_2"),
    "x": ("x", "px", "pixel_x", "column", "field_3"),
    "y": ("y", "py", "pixel_y", "row", "line", "field_4"),
}

Size = tuple["int | None", "int | None"]
"""Width and height of a photo in pixels, None where the platform does not tell."""


@dataclass(frozen=True)
class MarkColumns:
    """Which field holds what."""

    point: str = ""
    photo: str = ""
    x: str = ""
    y: str = ""


@dataclass
class FoundMarks:
    """Marks as the API wants them (``gcp``, ``photo``, ``x``, ``y``), the ids of their features, and what is wrong."""

    marks: list[dict[str, Any]] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def completed(columns: MarkColumns, source: QgsFeatureSource) -> MarkColumns:
    """The columns with those that were left empty found by their usual names."""
    by_name = {one.lower(): one for one in reversed(source.fields().names())}
    made = {what: getattr(columns, what) or next((by_name[one] for one in usual if one in by_name), "")
            for what, usual in USUAL.items()}
    return MarkColumns(**made)


def look_at_marks(source: QgsFeatureSource, columns: MarkColumns, photos: Mapping[str, Size]) -> FoundMarks:
    """All rows. ``photos``: storage keys with sizes. A photo may be named by its key, or by its file name or the end of
    its path where that is clear. Raises :class:`Problem` when there are no rows."""
    found, names = FoundMarks(), _Photos(photos)
    number = 0
    for number, feature in enumerate(source.getFeatures(), 1):
        try:
            found.marks.append(_mark(feature, columns, names, photos))
            found.features.append(feature.id())
        except ValueError as error:
            words = tr("Row {number}: {problem}").format(number=number, problem=error)
            found.problems.append(RowProblem(number, feature.id(), words))
    if not number:
        raise Problem(tr("There are no marks in the table. Give at least one."))
    return found


def _mark(
    feature: QgsFeature, columns: MarkColumns, names: _Photos, photos: Mapping[str, Size]
) -> dict[str, Any]:
    point = text_of(feature, columns.point)
    if not point:
        raise ValueError(tr("the name of the point is empty."))
    photo = names.key(text_of(feature, columns.photo))
    place = {}
    for axis, size in zip(("x", "y"), photos[photo]):
        value = number_of(feature, getattr(columns, axis))
        if value is None:
            raise ValueError(tr("a pixel coordinate is missing."))
        if value < 0 or (size is not None and value > size):
            raise ValueError(tr("{axis} = {value} is outside of the photo.").format(axis=axis, value=f"{value:g}"))
        place[axis] = value
    return {"gcp": point, "photo": photo, **place}


class _Photos:
    """Storage keys by how people name photos."""

    def __init__(self, keys: Mapping[str, Size]) -> None:
        self._keys = keys
        self._by_name: dict[str, list[str]] = {}
        for key in keys:
            self._by_name.setdefault(PurePosixPath(key).name.casefold(), []).append(key)

    def key(self, text: str) -> str:
        """The storage key. Raises ``ValueError`` for none or several."""
        if text in self._keys:
            return text
        path = text.replace("\\", "/")
        same = self._by_name.get(PurePosixPath(path).name.casefold(), [])
        found = [key for key in same if key.casefold().endswith("/" + path.casefold().lstrip("/"))] or same
        if not found:
            raise ValueError(tr("the project has no photo “{name}”.").format(name=text))
        if len(found) > 1:
            raise ValueError(tr("several photos are called “{name}”. Give the storage key.").format(name=text))
        return found[0]
