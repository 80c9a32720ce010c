"""The columns of layers of images and rasters, and what a row of such a layer says.

Keys of the free metadata have columns of their own, named as the search names them (``json_metadata.<key>``). The
column ``pixel_record`` keeps what came, so that a push knows what was touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from qgis.core import QgsFields
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

from ...providers.pixel.flows.spool import NUMBER
from ...providers.pixel.items import (
    CAMERA_NUMBERS,
    CAMERA_TEXTS,
    FIELDS,
    IMAGE,
    KEPT,
    MEMBER,
    METADATA,
    TAGS,
    Item,
    Member,
    camera_of,
    kept,
    tags_text,
)
from ...providers.pixel.places import Place
from ..problems import Problem
from ..translation import tr

RECORD, PROJECT, COLLECTION, IDENTITY = "pixel_record", "project", "collection", "id"
THUMBNAIL = "thumbnail"
MOST_KEYS = 400
"""Keys of the free metadata that get a column; SQLite takes 2000 columns."""
_IMAGE = (("image_type", "text"), *((name, "real") for name in CAMERA_NUMBERS),
          *((name, "text") for name in CAMERA_TEXTS))
_RASTER = (("format", "text"), ("data_type", "text"), ("num_bands", "integer"), ("srid", "integer"),
           ("cell_width", "real"), ("cell_height", "real"), ("width", "integer"), ("height", "integer"))
_FILE = (("file_name", "text"), ("file_size", "long"), (PROJECT, "text"), (COLLECTION, "text"),
         ("created_at", "text"), ("updated_at", "text"))


class Column(NamedTuple):
    """``key``: of the free metadata, empty for any other column; ``kind`` as ``core.compat.make_field`` takes it."""

    name: str
    kind: str
    key: str = ""


def columns(kind: str, keys: Mapping[str, str], thumbnails: bool = False) -> tuple[list[Column], list[str]]:
    """The columns of a layer of ``image`` or ``raster``, and the keys that get none: files do not tell apart names that
    differ in case only."""
    own = _IMAGE if kind == IMAGE else _RASTER
    before = [Column(*pair) for pair in ((IDENTITY, "long"), ("name", "text"), ("capture_date", "text"), *own,
                                         (TAGS[0], "text"))]
    taken: set[str] = set()
    free: list[Column] = []
    left: list[str] = []
    for key, sort in keys.items():
        name = MEMBER + key
        if name.lower() in taken or len(free) >= MOST_KEYS:
            left.append(key)
            continue
        taken.add(name.lower())
        free.append(Column(name, "real" if sort == NUMBER else "text", key))
    after = [Column(*pair) for pair in _FILE]
    after += [Column(THUMBNAIL, "text")] if thumbnails else []
    return [*before, *free, *after, Column(RECORD, "text")], left


def values(item: Item, kind: str, place: Place, shown: Iterable[Column], thumbnail: str = "") -> list[Any]:
    """The cells of an item; None where it does not say."""
    metadata = item.get(METADATA)
    free = metadata if isinstance(metadata, Mapping) else {}
    known: dict[str, Any] = {
        **item, **(camera_of(item) if kind == IMAGE else {}), PROJECT: place.project, COLLECTION: place.collection,
        TAGS[0]: tags_text(item.get("tags") or ()), THUMBNAIL: thumbnail or None,
        IDENTITY: int(item["id"]), RECORD: item.get(KEPT) or kept(item, kind),
    }
    size = item.get("cell_size")
    if isinstance(size, list) and len(size) == 2:
        known["cell_width"], known["cell_height"] = size
    cells = []
    for name, sort, key in shown:
        cell = free.get(key) if key else known.get(name)
        # Nearly all are one of these.
        plain = cell is None or (type(cell) is str and sort == "text") or (type(cell) is float and sort == "real")
        cells.append(cell if plain else _cell(cell, sort))
    return cells


def _cell(value: Any, kind: str) -> Any:
    if isinstance(value, (list, dict)):
        return None
    if kind in ("integer", "long", "real"):
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    return str(value)


# ------------------------------------------------------------------ back
def members_in(fields: QgsFields, kind: str) -> dict[Member, int]:
    """The members that a layer has columns for, with their positions. Names are read whatever their case, since
    some formats change it; those of keys as they are."""
    found: dict[Member, int] = {}
    known = {name: ("fields", name) for name in FIELDS[kind] if name != "location"} | {TAGS[0]: TAGS}
    for index, name in enumerate(fields.names()):
        if name.startswith(MEMBER) and len(name) > len(MEMBER):
            found[METADATA, name[len(MEMBER):]] = index
        elif name.lower() in known:
            found[known[name.lower()]] = index
    return found


def cell_value(member: Member, value: Any) -> Any:
    """A cell of a layer as the platform takes it; None for an empty one. :class:`Problem` for a text where a number
    belongs."""
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return None
    if isinstance(value, (QDate, QDateTime)):
        return value.toString(Qt.DateFormat.ISODate)
    if member[0] == "fields" and member[1] in CAMERA_NUMBERS:
        try:
            return float(value)
        except (TypeError, ValueError) as error:
            raise Problem(
                tr("“{value}” is not a number, and {column} is one.").format(value=value, column=member[1])
            ) from error
    if member[0] == "fields":
        return str(value) or None
    return value
