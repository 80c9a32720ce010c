"""Looking for rasters (section 9.2). The platform does not narrow by area; who asks compares footprints."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page
from ...search import CAPTURED, CLOUD, FURTHER, TAG, TEXT, Query
from ...work import Work
from ..client import PicterraClient
from ..records import Raster, RasterFilters

NARROWS = frozenset({CAPTURED, CLOUD, TEXT, TAG, FURTHER})
#: Names in ``Query.further``. ``has_vector_layers`` is "true" or "false".
FOLDER, HAS_VECTOR_LAYERS = "folder", "has_vector_layers"


def filters_of(query: Query) -> RasterFilters:
    """The query as the platform's filters."""
    filters: RasterFilters = {
        "search": query.text,
        "user_tag": query.tag,
        "captured_after": query.captured_after,
        "captured_before": query.captured_before,
        "folder": query.further.get(FOLDER, ""),
    }
    if query.max_cloud is not None:
        filters["max_cloud_coverage"] = query.max_cloud
    if query.further.get(HAS_VECTOR_LAYERS):
        filters["has_vector_layers"] = query.further[HAS_VECTOR_LAYERS] == "true"
    return filters


def rasters(api: PicterraClient, query: Query, work: Work) -> Iterator[Page[Raster]]:
    """All pages, newest rasters first, fetched as they are asked for."""
    return api.during(work).rasters.list(filters_of(query))


def page(api: PicterraClient, query: Query, begin: str, work: Work) -> tuple[Page[Raster], str]:
    """The page with the number ``begin`` (empty: the first), and the number of the next one, empty after the last."""
    filters = filters_of(query)
    number = int(begin or "1")
    filters["page_number"] = number
    found = next(api.during(work).rasters.list(filters))
    return found, "" if found.last else str(number + 1)
