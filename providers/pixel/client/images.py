"""Images and rasters (notes, section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..places import Place
from ..records import Image, ImageMetadata, ItemChanges, ListFilters, Raster, RasterFilters
from .answers import PAGE_SIZE, after, pages, query_of


class Images:
    """Operations on images."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, place: Place, filters: ListFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Image]]:
        """``listImages``, from an offset on."""
        return pages(self._http, PATHS["listImages"], Image, filters, offset, size, **place.values)

    def get(self, place: Place, image_id: str) -> Image:
        """``getImage``; ``download_url`` is optional (ASSUMED A10)."""
        return record(self._http.json(PATHS["getImage"], image_id=image_id, **place.values), Image, "id")

    def metadata(self, place: Place, image_id: str) -> ImageMetadata:
        """``getImageMetadata`` (ASSUMED A9); empty where the answer is none of that kind."""
        answer = self._http.json(PATHS["getImageMetadata"], image_id=image_id, **place.values)
        return cast(ImageMetadata, answer) if isinstance(answer, dict) else {}

    def update(self, place: Place, image_id: str, changes: ItemChanges) -> Image:
        """``updateImage``: at least one change."""
        return after(self._http.json(PATHS["updateImage"], body=changes, image_id=image_id, **place.values), Image)

    def delete(self, place: Place, image_id: str) -> None:
        """``deleteImage``, for good."""
        self._http.json(PATHS["deleteImage"], image_id=image_id, **place.values)

    def move(self, place: Place, image_id: str, to: Place) -> Image:
        """``moveImage``: into another data collection."""
        query = query_of({"new_project_id": to.project, "new_data_collection_id": to.collection})
        return after(self._http.json(PATHS["moveImage"], query=query, image_id=image_id, **place.values), Image)


class Rasters:
    """Operations on rasters."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, place: Place, filters: RasterFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Raster]]:
        """``listRasters``, from an offset on."""
        return pages(self._http, PATHS["listRasters"], Raster, filters, offset, size, **place.values)

    def get(self, place: Place, raster_id: str) -> Raster:
        """``getRaster``; ``download_url`` is optional (ASSUMED A10)."""
        return record(self._http.json(PATHS["getRaster"], raster_id=raster_id, **place.values), Raster, "id")

    def update(self, place: Place, raster_id: str, changes: ItemChanges) -> Raster:
        """``updateRaster``: at least one change."""
        return after(self._http.json(PATHS["updateRaster"], body=changes, raster_id=raster_id, **place.values), Raster)

    def delete(self, place: Place, raster_id: str) -> None:
        """``deleteRaster``, for good."""
        self._http.json(PATHS["deleteRaster"], raster_id=raster_id, **place.values)

    def move(self, place: Place, raster_id: str, to: Place) -> Raster:
        """``moveRaster``: into another data collection."""
        query = query_of({"new_project_id": to.project, "new_data_collection_id": to.collection})
        return after(self._http.json(PATHS["moveRaster"], query=query, raster_id=raster_id, **place.values), Raster)
