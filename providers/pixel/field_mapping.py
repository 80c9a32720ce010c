"""Which fields of a source become which members of an image (notes, section 16.1), as JSON text.

Of a new harvest service::

    {"maps": [{"model": "Image", "field_name": "name", "external_field": "photo_title"}], "extra_fields": ["road"]}

Changes of one that is there are operations; ``external_field`` is needed for ``add`` and ``update``::

    {"maps": [{"operation": "remove", "model": "Image", "field_name": "capture_date"}],
     "add_extra_fields": ["weather"], "remove_extra_fields": ["camera"]}
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..errors import InputProblem

IMAGE = ("name", "location", "capture_date")
METADATA = (
    "image_type", "cam_heading", "cam_pitch", "cam_roll", "hfov", "vfov", "far_dist", "near_dist", "cam_height",
    "img_rotation", "cam_orientation", "focal_length", "radial",
)
MODELS: Mapping[str, tuple[str, ...]] = {"Image": IMAGE, "ImageMetadata": METADATA}
TARGETS = tuple((model, name) for model, names in MODELS.items() for name in names)
"""Model and member, in the order of the notes."""
GEOMETRY = "geometry"
"""The ``external_field`` that is the feature's geometry."""
OPERATIONS = ("add", "update", "remove")
EXTRA, ADDED, REMOVED = "extra_fields", "add_extra_fields", "remove_extra_fields"
FieldMapping = dict[str, Any]


def parse(text: str) -> FieldMapping:
    """The mapping of a new service; empty for an empty text. Raises :class:`InputProblem`."""
    given = _object(text, ("maps", EXTRA))
    made: FieldMapping = {}
    maps = [_map(one) for one in _list(given, "maps")]
    _each_once(maps)
    if maps:
        made["maps"] = maps
    if given.get(EXTRA):
        made[EXTRA] = _names(given, EXTRA)
    return made


def parse_changes(text: str) -> FieldMapping:
    """The operations on a mapping that is there; empty for an empty text. Raises :class:`InputProblem`."""
    given = _object(text, ("maps", ADDED, REMOVED))
    made: FieldMapping = {}
    maps = [_change(one) for one in _list(given, "maps")]
    _each_once(maps)
    if maps:
        made["maps"] = maps
    for name in (ADDED, REMOVED):
        if given.get(name):
            made[name] = _names(given, name)
    both = set(made.get(ADDED, ())) & set(made.get(REMOVED, ()))
    if both:
        raise InputProblem("pixel_mapping_both", field=min(both))
    return made


def dump(mapping: FieldMapping) -> str:
    """The text of a mapping or of changes; empty for none."""
    kept = {name: value for name, value in mapping.items() if value}
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def fields_of(mapping: FieldMapping) -> Iterator[str]:
    """The fields of the source that a mapping or changes read; not its geometry, nor what is taken away."""
    for one in mapping.get("maps", ()):
        if one.get("external_field", GEOMETRY) != GEOMETRY:
            yield one["external_field"]
    yield from mapping.get(EXTRA, ())
    yield from mapping.get(ADDED, ())


def check_fields(mapping: FieldMapping, fields: Collection[str], has_geometry: bool) -> None:
    """Raise :class:`InputProblem` when the source lacks what is read of it."""
    unknown = list(dict.fromkeys(one for one in fields_of(mapping) if one not in fields))
    if unknown:
        raise InputProblem("pixel_mapping_fields", fields=", ".join(unknown), allowed=", ".join(fields))
    if not has_geometry and any(one.get("external_field") == GEOMETRY for one in mapping.get("maps", ())):
        raise InputProblem("pixel_mapping_no_geometry")


def check_changes(changes: FieldMapping, present: FieldMapping) -> None:
    """Raise :class:`InputProblem` when operations do not fit the mapping that the service has."""
    mapped = {(one.get("model"), one.get("field_name")) for one in present.get("maps") or ()}
    for one in changes.get("maps", ()):
        there = (one["model"], one["field_name"]) in mapped
        if there == (one["operation"] == "add"):
            problem = "pixel_mapping_there" if there else "pixel_mapping_not_there"
            raise InputProblem(problem, field=f"{one['model']}.{one['field_name']}", operation=one["operation"])
    missing = [one for one in changes.get(REMOVED, ()) if one not in (present.get(EXTRA) or ())]
    if missing:
        raise InputProblem("pixel_mapping_no_extra", fields=", ".join(missing))


def _object(text: str, members: tuple[str, ...]) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise InputProblem("pixel_mapping_json") from None
    if not isinstance(given, dict):
        raise InputProblem("pixel_mapping_json")
    for name in given:
        if name not in members:
            raise InputProblem("pixel_mapping_member", member=str(name), allowed=", ".join(members))
    return given


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    found = given.get(name) or []
    if not isinstance(found, list):
        raise InputProblem("pixel_mapping_list", member=name)
    return found


def _names(given: Mapping[str, Any], name: str) -> list[str]:
    found = _list(given, name)
    if not all(isinstance(one, str) and one.strip() for one in found):
        raise InputProblem("pixel_mapping_list", member=name)
    return list(dict.fromkeys(one.strip() for one in found))


def _target(one: Any, members: tuple[str, ...]) -> dict[str, str]:
    wanted = ", ".join(members)
    if not isinstance(one, dict) or any(name not in members or not isinstance(one[name], str) for name in one):
        raise InputProblem("pixel_mapping_map", members=wanted, found=json.dumps(one, ensure_ascii=False)[:100])
    model, name = one.get("model", ""), one.get("field_name", "")
    if model not in MODELS:
        raise InputProblem("pixel_mapping_model", model=model, allowed=", ".join(MODELS))
    if name not in MODELS[model]:
        raise InputProblem("pixel_mapping_field", model=model, field=name, allowed=", ".join(MODELS[model]))
    return {"model": model, "field_name": name}


def _map(one: Any) -> dict[str, str]:
    return {**_target(one, ("model", "field_name", "external_field")), **_external(one)}


def _change(one: Any) -> dict[str, str]:
    target = _target(one, ("operation", "model", "field_name", "external_field"))
    operation = one.get("operation", "")
    if operation not in OPERATIONS:
        raise InputProblem("pixel_mapping_operation", operation=operation, allowed=", ".join(OPERATIONS))
    return {"operation": operation, **target, **({} if operation == "remove" else _external(one))}


def _external(one: Mapping[str, str]) -> dict[str, str]:
    external = one.get("external_field", "").strip()
    if not external:
        raise InputProblem("pixel_mapping_external", field=f"{one['model']}.{one['field_name']}")
    return {"external_field": external}


def _each_once(maps: list[dict[str, str]]) -> None:
    seen: set[tuple[str, str]] = set()
    for one in maps:
        target = (one["model"], one["field_name"])
        if target in seen:
            raise InputProblem("pixel_mapping_twice", field=".".join(target))
        seen.add(target)
