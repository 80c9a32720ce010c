"""What can be searched on, and the members of each (section 11; those beyond the examples are ASSUMED A6 and A18)."""

from __future__ import annotations

from typing import NamedTuple

METADATA = "json_metadata"
MEMBER = METADATA + "."
"""How a key of the free metadata is written as a field."""

CAMERA = ("cam_heading", "cam_pitch", "cam_roll", "hfov", "vfov", "far_dist", "near_dist", "cam_height", "img_rotation",
          "focal_length")
CAMERA_TEXTS = ("cam_orientation", "radial")


class Field(NamedTuple):
    """A member: ``kind`` is INTEGER, FLOAT, VARCHAR, DATETIME, ARRAY (of texts), JSON (flat) or GEOMETRY (GeoJSON)."""

    name: str
    kind: str


class Subject(NamedTuple):
    """One kind of thing. ``spatial`` is its geometry, empty where it has none."""

    on: str
    fields: tuple[Field, ...]
    spatial: str = ""

    def field(self, name: str) -> Field | None:
        """A member by its name; any key of the free metadata is one."""
        if name.startswith(MEMBER) and len(name) > len(MEMBER) and any(one.kind == "JSON" for one in self.fields):
            return Field(name, "MEMBER")
        return next((one for one in self.fields if one.name == name), None)


def _fields(words: str) -> tuple[Field, ...]:
    """``id:INTEGER name ...``: those without a kind are texts."""
    pairs = (one.partition(":") for one in words.split())
    return tuple(Field(name, kind or "VARCHAR") for name, _, kind in pairs)


_START = "id:INTEGER name "
_TIMES = " created_at:DATETIME updated_at:DATETIME"
_ELEMENT = (" capture_date:DATETIME tags:ARRAY json_metadata:JSON project_id:INTEGER project_name"
            " data_collection_id:INTEGER data_collection_name file_name file_size:INTEGER" + _TIMES)

SUBJECTS = {one.on: one for one in (
    Subject("images", _fields(
        _START + "location:GEOMETRY image_type " + " ".join(f"{name}:FLOAT" for name in CAMERA) + " "
        + " ".join(CAMERA_TEXTS) + _ELEMENT), "location"),
    Subject("rasters", _fields(
        _START + "footprint:GEOMETRY format data_type num_bands:INTEGER srid:INTEGER width:INTEGER height:INTEGER"
        + _ELEMENT), "footprint"),
    Subject("point_clouds", _fields(
        _START + "footprint:GEOMETRY format point_record_format:INTEGER version_major:INTEGER version_minor:INTEGER"
        + _ELEMENT), "footprint"),
    Subject("projects", _fields(
        _START + "description area_of_interest:GEOMETRY tags:ARRAY parent_project_id:INTEGER" + _TIMES),
        "area_of_interest"),
    Subject("data_collections", _fields(
        _START + "description data_collection_type tags:ARRAY project_id:INTEGER project_name" + _TIMES)),
)}
"""By what ``on`` says."""
