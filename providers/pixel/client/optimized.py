"""Optimised copies of rasters (notes, section 14); they need the plugin ``optimized_raster``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...http.answers import Page
from ...http.session import HttpSession
from ..paths import PATHS
from ..places import Identity, Place, numbers
from ..records import ListFilters
from ..service_records import CreationOptions, OptimizedRaster
from .answers import PAGE_SIZE, listed, pages, query_of
from .jobs import group_of


class OptimizedRasters:
    """Operations on optimised rasters."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, place: Place, filters: ListFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[OptimizedRaster]]:
        """``listOptimizedRasters``, from an offset on; ``ids`` are those of the copies."""
        operation = PATHS["listOptimizedRasters"]
        return pages(self._http, operation, OptimizedRaster, filters, offset, size, **place.values)

    def register(
        self,
        place: Place,
        options: CreationOptions,
        raster_ids: Sequence[Identity] | None = None,
        profile: str = "",
    ) -> Sequence[OptimizedRaster]:
        """``createOptimizedRasters``: copies of these rasters, or of all; nothing runs yet."""
        body: dict[str, object] = {"creation_options": options}
        if raster_ids is not None:
            body["raster_ids"] = numbers(raster_ids)
        if profile:
            body["profile"] = profile
        answer = self._http.json(PATHS["createOptimizedRasters"], body=body, **place.values)
        return listed(answer, OptimizedRaster)

    def run(self, place: Place, optimized_ids: Sequence[Identity] | None = None, retry_failed: bool = False) -> str:
        """``runOptimizedRasters``: gives the job group. None are all of the collection, an empty list must not be."""
        body: dict[str, object] = {"retry_failed": retry_failed}
        if optimized_ids is not None:
            body["optimized_raster_ids"] = numbers(optimized_ids)
        return group_of(self._http.json(PATHS["runOptimizedRasters"], body=body, **place.values))

    def delete(self, place: Place, raster_id: str, profile: str = "") -> Sequence[OptimizedRaster]:
        """``deleteOptimizedRasters``: the copies of a raster, of one profile or of all; gives what was deleted."""
        query = query_of({"profile": profile})
        answer = self._http.json(PATHS["deleteOptimizedRasters"], query=query, raster_id=raster_id, **place.values)
        return listed(answer, OptimizedRaster) if isinstance(answer, list) else []
