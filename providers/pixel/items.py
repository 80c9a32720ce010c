"""Images and rasters as rows: their members one by one, as a table shows them and as a change names them (section 8).

A member is a pair: ``("fields", "cam_heading")``, ``("json_metadata", "severity")`` or ``("tags", "")``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

CAMERA_NUMBERS = (
    "cam_heading", "cam_pitch", "cam_roll", "hfov", "vfov", "far_dist", "near_dist", "cam_height", "img_rotation",
    "focal_length",
)
CAMERA_TEXTS = ("cam_orientation", "radial")
CAMERA = (*CAMERA_NUMBERS, *CAMERA_TEXTS)
IMAGE, RASTER, POINT_CLOUD = "image", "raster", "point_cloud"
FIELDS = {
    IMAGE: ("name", "location", "capture_date", "image_type", *CAMERA),
    RASTER: ("name", "capture_date"),
    POINT_CLOUD: ("name", "capture_date"),
}
"""What can be changed, by ``fields_type``."""
METADATA = "json_metadata"
MEMBER = METADATA + "."
"""How a key of the free metadata is named as a column, as the search names it."""
KEPT = "kept by the plugin"
_KEPT_NAMES = {
    kind: ("id", *(one for one in names if one not in CAMERA), METADATA, "tags") for kind, names in FIELDS.items()
}
_encode = json.JSONEncoder(ensure_ascii=False).encode
TAGS = ("tags", "")
SAME_PLACE = 1e-9
"""Degrees, a tenth of a millimetre: coordinates that were written and read again."""

Member = tuple[str, str]
Item = Mapping[str, Any]
Members = dict[Member, Any]


def camera_of(item: Item) -> dict[str, Any]:
    """The camera members that an answer holds, beside the others or, in its longer form, under ``metadata``."""
    inner = _inner(item)
    return {name: item[name] if name in item else inner[name] for name in CAMERA if name in item or name in inner}


def tells_camera(item: Item) -> bool:
    """Whether an answer says anything of the camera, be it that nothing is known."""
    inner = _inner(item)
    return any(name in inner or name in item for name in CAMERA)


def _inner(item: Item) -> Item:
    found = item.get("metadata")
    return found if isinstance(found, dict) else {}


def members_of(item: Item, kind: str) -> Members:
    """All that could be changed, by member; what is absent or null is left out."""
    camera = camera_of(item) if kind == IMAGE else {}
    found: Members = {
        ("fields", name): value
        for name in FIELDS[kind]
        if (value := camera.get(name, item.get(name))) is not None
    }
    metadata = item.get(METADATA)
    if isinstance(metadata, Mapping):
        found.update({(METADATA, str(key)): value for key, value in metadata.items() if value is not None})
    found[TAGS] = tags_in(item.get("tags"))
    return found


def tells(item: Item, member: Member) -> bool:
    """Whether an answer says anything about a member, be it that there is none."""
    group, name = member
    if member == TAGS:
        return "tags" in item
    return METADATA in item if group == METADATA else name in item or name in camera_of(item)


def kept(item: Item, kind: str) -> str:
    """What a layer keeps of an item to know later what was touched: a text of JSON."""
    found = {name: item[name] for name in _KEPT_NAMES[kind] if name in item}  # null says something, silence nothing
    if kind == IMAGE:
        found.update(camera_of(item))
    return _encode(found)


def with_kept(records: Iterable[Item], kind: str) -> Iterator[dict[str, Any]]:
    """Records with that text as :data:`KEPT`: while they are listed there is time for it."""
    for one in records:
        yield {**one, KEPT: kept(one, kind)}


def kept_item(text: object) -> dict[str, Any] | None:
    """What :func:`kept` wrote; None for anything else."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def rebased(base: Item, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a layer keeps of an item after changes of its own were sent. What others changed meanwhile is not taken in:
    the row's cells have it no more than before, and would seem to take it back."""
    found = {**base, METADATA: dict(base.get(METADATA) or {})}
    found.update({name: one for name, one in changes.get("fields", {}).items() if name != "fields_type"})
    for key, value in changes.get(METADATA, {}).items():
        if value is None:
            found[METADATA].pop(key, None)
        else:
            found[METADATA][key] = value
    kept_tags = [one for one in tags_in(base.get("tags")) if one not in changes.get("remove_tags", ())]
    found["tags"] = list(dict.fromkeys([*kept_tags, *changes.get("add_tags", ())]))
    return found


def same(first: Any, second: Any) -> bool:
    """Whether two values of a member are the same; nothing and an empty text are, tags in any order, numbers by their
    value and positions but for a tenth of a millimetre."""
    first, second = (None if one in ("", [], ()) else one for one in (first, second))
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return same_place(first.get("coordinates"), second.get("coordinates"))
    if isinstance(first, list) and isinstance(second, list):
        return set(map(str, first)) == set(map(str, second))
    if _is_number(first) and _is_number(second):
        return math.isclose(first, second, rel_tol=1e-12, abs_tol=1e-12)
    return bool(first == second)


def same_place(first: Any, second: Any) -> bool:
    """Whether two positions are the same on the ground; heights count where both have one."""
    if not isinstance(first, (list, tuple)) or not isinstance(second, (list, tuple)):
        return bool(first == second)
    return all(
        _is_number(one) and _is_number(other) and abs(one - other) <= SAME_PLACE for one, other in zip(first, second)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def tags_text(tags: Iterable[str]) -> str:
    """Tags in one cell, separated by commas; as a list of JSON where one of them has a comma itself."""
    known = [str(one) for one in tags]
    if any("," in one or one.strip() != one or not one for one in known) or (known and known[0].startswith("[")):
        return json.dumps(known, ensure_ascii=False)
    return ", ".join(known)


def tags_in(cell: Any) -> list[str]:
    """The tags of a cell, or of an answer."""
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            cell = json.loads(cell)
        except ValueError:
            cell = str(cell)
    parts = cell.split(",") if isinstance(cell, str) else cell if isinstance(cell, (list, tuple)) else []
    found = [str(one).strip() if isinstance(cell, str) else str(one) for one in parts]
    return list(dict.fromkeys(one for one in found if one))


def metadata_value(cell: Any, before: Any) -> Any:
    """A cell as a value of the free metadata: a number where it is one and was one before, or where there was none
    before and the column is one of numbers.

    Other clients may have put lists, objects, true and false there, which no cell of a column can hold as they are:
    where the cell says what it said when it came, it is what it was ``before``."""
    if isinstance(before, (list, Mapping)) and cell in (None, ""):
        return before
    if isinstance(before, bool) and cell == str(before):
        return before
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, str):
        if not _is_number(before):
            return cell or None
        try:
            cell = float(cell.replace(",", "."))
        except ValueError:
            return cell or None
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer() and not isinstance(before, float):
        return int(cell)
    return cell
