"""The state as rows of the search: what can be seen, with the names of what it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..records import Image, PointCloud, Project, Raster
from ..state import State

Row = dict[str, Any]
Moment = Callable[[float], str]


def rows(state: State, on: str, moment: Moment) -> Iterator[Row]:
    """The rows of a subject by ascending id; ``moment`` writes seconds as the API does. What was deleted softly, or
    lies in something that was, is not among them (A19)."""
    if on == "projects":
        return (_project(one, moment) for one in state.live_projects())
    if on == "data_collections":
        return _collections(state, moment)
    return _elements(state, on, moment)


def _project(one: Project, moment: Moment) -> Row:
    return {"id": one.id, "name": one.name, "description": one.description, "area_of_interest": one.area,
            "tags": one.tags, "parent_project_id": one.parent, **_times(one, moment)}


def _collections(state: State, moment: Moment) -> Iterator[Row]:
    for one in state.live_collections():
        project = state.projects[one.project]
        yield {"id": one.id, "name": one.name, "description": one.description, "data_collection_type": one.type,
               "tags": one.tags, "project_id": project.id, "project_name": project.name, **_times(one, moment)}


def _elements(state: State, on: str, moment: Moment) -> Iterator[Row]:
    table = {"images": state.images, "rasters": state.rasters, "point_clouds": state.clouds}[on]
    own: Callable[[Any], Row] = {"images": _image, "rasters": _raster, "point_clouds": _cloud}[on]
    found: list[tuple[int, Row]] = []
    for collection in state.live_collections():
        project = state.projects[collection.project]
        place = {"project_id": project.id, "project_name": project.name, "data_collection_id": collection.id,
                 "data_collection_name": collection.name}
        for one in table.of(collection.id):
            common = {"id": one.id, "name": one.name, "capture_date": one.capture_date, "tags": one.tags,
                      "json_metadata": one.json_metadata, "file_name": one.file_name, "file_size": one.file_size}
            found.append((one.id, {**common, **place, **own(one), **_times(one, moment)}))
    yield from (row for _, row in sorted(found, key=lambda pair: pair[0]))


def _image(one: Image) -> Row:
    place = {"type": "Point", "coordinates": list(one.location)} if one.location is not None else None
    return {"location": place, "image_type": one.image_type, **one.camera}


def _raster(one: Raster) -> Row:
    return {"footprint": one.footprint or None, "format": one.format, "data_type": one.data_type,
            "num_bands": one.num_bands, "srid": one.srid, "width": one.width, "height": one.height}


def _cloud(one: PointCloud) -> Row:
    return {"footprint": one.footprint or None, "format": one.format,
            "point_record_format": one.point_record_format, "version_major": one.version_major,
            "version_minor": one.version_minor}


def _times(one: Any, moment: Moment) -> Row:
    return {"created_at": moment(one.created), "updated_at": moment(one.updated) if one.updated is not None else None}
