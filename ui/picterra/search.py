"""How Picterra's rasters are looked for: its own filters, and the algorithm that lists what a search finds."""

from __future__ import annotations

from typing import Any

from ...core.layers.time import local_moment
from ...core.translation import tr
from ...providers.search import Query
from ..search.filters import PlatformFilter


def _folders() -> Any:
    from ...algorithms.picterra import listers

    return listers.folders


FILTERS = (
    PlatformFilter(
        "folder",
        lambda: tr("Folder"),
        lambda: tr("Only rasters of this folder. A folder belongs to one connection."),
        lister=_folders,
    ),
    PlatformFilter(
        "has_vector_layers",
        lambda: tr("Vector layers"),
        lambda: tr("Only rasters with, or only those without, vector layers."),
        values=(("", lambda: tr("any")), ("true", lambda: tr("with")), ("false", lambda: tr("without"))),
    ),
)

#: The algorithm that lists what a query finds, with footprints.
LISTS = "picterra_listrasters"


def listing(query: Query, area: str) -> dict[str, Any]:
    """Its parameters for a query, without the connection. ``area``: as WKT in EPSG:4326, empty for none."""
    parameters: dict[str, Any] = {
        "FOLDER": query.further.get("folder", ""),
        "SEARCH": query.text,
        "USER_TAG": query.tag,
        "CAPTURED_AFTER": local_moment(query.captured_after),
        "CAPTURED_BEFORE": local_moment(query.captured_before),
        "WITHOUT_PLACE": query.without_place,
        "HAS_VECTOR_LAYERS": {"": 0, "true": 1, "false": 2}[query.further.get("has_vector_layers", "")],
    }
    if query.max_cloud is not None:
        parameters["MAX_CLOUD_COVERAGE"] = query.max_cloud
    if area:
        parameters["AREA"] = f"CRS=EPSG:4326;{area}"
    return {name: value for name, value in parameters.items() if value not in ("", None)}
