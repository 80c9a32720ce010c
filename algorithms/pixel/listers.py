"""What the dialogs' choice widgets ask the platform for; run in the background. Each takes the platform's object, what
is searched for, and the values of other parameters, and gives choices lazily.

Listers of attachments, services, harvests ... belong in modules of their own beside the algorithms that need them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.moments import shown
from ...core.translation import tr

_HOLDS = {"image": ("image",), "raster": ("raster", "RGB", "DTM", "DSM"), "point_cloud": ("point_cloud",)}


def type_title(collection_type: str) -> str:
    """The type of a data collection in our words."""
    titles: dict[str, Callable[[], str]] = {
        "image": lambda: tr("images"),
        "raster": lambda: tr("rasters"),
        "RGB": lambda: tr("orthophotos (RGB)"),
        "DTM": lambda: tr("terrain models (DTM)"),
        "DSM": lambda: tr("surface models (DSM)"),
        "point_cloud": lambda: tr("point clouds"),
    }
    return titles[collection_type]() if collection_type in titles else collection_type


def projects(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Projects, also those in others, by name."""
    for page in platform.api.projects.list({"name": search}):
        for one in page.records:
            if search.casefold() in str(one.get("name")).casefold():
                yield Choice(str(one["id"]), one.get("name") or str(one["id"]), ", ".join(one.get("tags") or []))


def collections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Data collections of the project chosen beside it, else of all, by name."""
    return _collections(platform, search, values, ())


def image_collections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The same of images."""
    return _collections(platform, search, values, _HOLDS["image"])


def raster_collections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The same of rasters of every type."""
    return _collections(platform, search, values, _HOLDS["raster"])


def point_cloud_collections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The same of point clouds."""
    return _collections(platform, search, values, _HOLDS["point_cloud"])


def _collections(
    platform: Any, search: str, values: Mapping[str, str], types: tuple[str, ...]
) -> Iterator[Choice]:
    for project_id, project_name in _projects(platform, values.get("PROJECT", "")):
        for page in platform.api.collections.list(project_id, {"name": search}):
            for one in page.records:
                kind = one.get("data_collection_type") or ""
                if (not types or kind in types) and search.casefold() in str(one.get("name")).casefold():
                    about = ", ".join(filter(None, (type_title(kind), project_name)))
                    yield Choice(f"{project_id}/{one['id']}", one.get("name") or str(one["id"]), about)


def _projects(platform: Any, chosen: str) -> Iterator[tuple[str, str]]:
    if chosen:
        yield chosen, ""
        return
    for page in platform.api.projects.list():
        for one in page.records:
            yield str(one["id"]), str(one.get("name") or "")


def deleted_projects(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Deleted projects that can be restored."""
    from ...providers.pixel.flows.lifecycle import days_left

    for page in platform.api.projects.deleted({"name": search}):
        for one in page.records:
            if search.casefold() in str(one.get("name")).casefold():
                yield Choice(str(one["id"]), one.get("name") or str(one["id"]), left(days_left(one.get("deleted_at"))))


def deleted_collections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Deleted data collections that can be restored, of all projects that are there."""
    from ...providers.pixel.flows.lifecycle import days_left

    for project_id, project_name in _projects(platform, values.get("PROJECT", "")):
        for page in platform.api.collections.deleted(project_id, {"name": search}):
            for one in page.records:
                if search.casefold() in str(one.get("name")).casefold():
                    about = ", ".join(filter(None, (project_name, left(days_left(one.get("deleted_at"))))))
                    yield Choice(f"{project_id}/{one['id']}", one.get("name") or str(one["id"]), about)


def left(days: int | None) -> str:
    """How long something can still be restored."""
    if days is None:
        return ""
    return tr("1 day left") if days == 1 else tr("{count} days left").format(count=days)


def images(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Images of the data collection chosen beside it; none while none is."""
    return _items(platform.api.images, search, values)


def rasters(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Rasters of the data collection chosen beside it; none while none is."""
    return _items(platform.api.rasters, search, values)


def point_clouds(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Point clouds of the data collection chosen beside it; none while none is."""
    return _items(platform.api.point_clouds, search, values)


def _items(resource: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    from ...providers.pixel.places import place_of

    if values.get("COLLECTION"):
        pages: Iterable[Any] = resource.list(place_of(values["COLLECTION"]), {"name": search})
        for page in pages:
            for one in page.records:
                if search.casefold() in str(one.get("name")).casefold():
                    name = one.get("name") or str(one["id"])
                    yield Choice(str(one["id"]), name, shown(one.get("capture_date")))
