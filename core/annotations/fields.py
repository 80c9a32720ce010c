"""What an annotation says as the columns of a layer, and back.

The column ``platform_record`` keeps the annotation as it came, whole. A cell that still says what the annotation said
leaves that member as it came, whatever it holds beyond what a cell can show; so does everything without a column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QVariant

from ...providers.pix4d.project_records import Annotation
from ..translation import tr

RECORD = "platform_record"
ID = "annotation_id"
_SHORT_COLOR = re.compile(r"#?([0-9A-Fa-f]{6})")
_LONG_COLOR = re.compile(r"#?([0-9A-Fa-f]{8})")

Member = tuple[str, ...]


class WrongCell(ValueError):
    """A cell that cannot be sent; the text is a whole sentence."""


@dataclass(frozen=True)
class Column:
    """``write`` makes the cell of a value, ``read`` the value of what a user put into the cell. ``yes_or_no``: the
    column's type."""

    name: str
    member: Member
    title: Callable[[], str]
    write: Callable[[Any], Any]
    read: Callable[[str], Any]
    yes_or_no: bool = False


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _color(text: str) -> str:
    """``#RRGGBBAA``; without its last two digits a colour is opaque."""
    short, long = _SHORT_COLOR.fullmatch(text), _LONG_COLOR.fullmatch(text)
    if short is not None:
        return f"#{short.group(1).upper()}FF"
    if long is not None:
        return f"#{long.group(1).upper()}"
    raise WrongCell(
        tr("“{text}” is no colour. Give red, green, blue and opacity in two hexadecimal digits each, as #FF880080.")
        .format(text=text)
    )


def _tags(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else _json(value)


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _kind(kind: type, words: Callable[[], str]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, kind):
            raise WrongCell(words().format(text=text))
        return value

    return read


def _boolean(text: str) -> bool:
    return text.strip().casefold() in ("true", "1", "yes", "t")


_LIST = _kind(list, lambda: tr("“{text}” is no list. Write it as JSON, such as [1.5, 2, 3]."))
_OBJECT = _kind(dict, lambda: tr("“{text}” is no object. Write it as JSON, such as {{\"source\": \"survey\"}}."))

COLUMNS = (
    Column("name", ("properties", "name"), lambda: tr("Name"), _text, str),
    Column("description", ("properties", "description"), lambda: tr("Description"), _text, str),
    Column("color", ("properties", "color"), lambda: tr("Colour (#RRGGBBAA)"), _text, _color),
    Column("color_fill", ("properties", "color_fill"), lambda: tr("Fill colour (#RRGGBBAA)"), _text, _color),
    Column("visible", ("properties", "visible"), lambda: tr("Visible"), bool, _boolean, yes_or_no=True),
    Column("tags", ("tags",), lambda: tr("Tags, separated by commas"), _tags, _split),
    Column("camera_position", ("properties", "camera_position"), lambda: tr("Camera position"), _json, _LIST),
    Column("volume", ("properties", "volume"), lambda: tr("Volume"), _json, _OBJECT),
    Column("attachments", ("attachments",), lambda: tr("Attachments"), _json, _LIST),
    Column("extension", ("extension",), lambda: tr("Extension"), _json, _OBJECT),
)
SHOWN = {"version": lambda: tr("Version"), "created": lambda: tr("Created"), "modified": lambda: tr("Modified")}
"""Columns that only show what the platform says."""
NAMES = [ID, *(one.name for one in COLUMNS), *SHOWN, RECORD]


def cells_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of an annotation as the platform has it, by column; None for what it does not say."""
    found: dict[str, Any] = {ID: str(record.get("id") or "") or None}
    for one in COLUMNS:
        found[one.name] = _cell(one, record)
    for name in SHOWN:
        found[name] = str(record[name]) if record.get(name) else None
    found[RECORD] = json.dumps(record, ensure_ascii=False)
    return found


def _cell(column: Column, record: Mapping[str, Any]) -> Any:
    value = _member(record, column.member)
    if value is None or (isinstance(value, (str, list, dict)) and not value):
        return None
    return column.write(value)


def _member(record: Mapping[str, Any], member: Member) -> Any:
    value: Any = record
    for name in member:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def record_of(cells: Mapping[str, Any]) -> Annotation | None:
    """The annotation as it came, from a row; None for one that was drawn here, and for what is none."""
    text = cells.get(RECORD)
    if not isinstance(text, str) or not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    known = isinstance(found, dict) and isinstance(found.get("id"), str) and isinstance(found.get("geometry"), dict)
    return found if known else None  # type: ignore[no-any-return]


def body_of(cells: Mapping[str, Any], record: Annotation | None) -> Annotation:
    """What a row says now, without its shape. Columns that the layer does not have leave their member as it came.

    Raises :class:`WrongCell`.
    """
    body: dict[str, Any] = json.loads(json.dumps(record or {}))  # a copy of all of it, faster than copy.deepcopy
    for one in COLUMNS:
        if one.name not in cells:
            continue
        cell = plain(cells[one.name])
        before = None if record is None else plain(_cell(one, record))
        if cell == before or (one.yes_or_no and cell is not None and before is not None and bool(cell) is before):
            continue
        _put(body, one.member, None if cell is None else _value(one, cell))
    return body  # type: ignore[return-value]


def _value(column: Column, cell: Any) -> Any:
    if column.yes_or_no and isinstance(cell, (bool, int, float)):
        return bool(cell)
    return column.read(cell if isinstance(cell, str) else str(cell))


def _put(body: dict[str, Any], member: Member, value: Any) -> None:
    place = body
    for name in member[:-1]:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    if value is None:
        place.pop(member[-1], None)
    else:
        place[member[-1]] = value


def plain(value: Any) -> Any:
    """A cell as QGIS gives it, with None for nothing: a null variant, or a text without a letter."""
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    if isinstance(value, str) and not value.strip():
        return None
    return value
