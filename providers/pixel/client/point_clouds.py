"""Point clouds and their optimised copies, outside the vendor's guide (notes, sections 8 and 17)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..places import Identity, Place, number, numbers
from ..records import CloudFilters, ItemChanges, PointCloud
from ..service_records import OptimizedPointCloud
from .answers import PAGE_SIZE, after, listed, pages
from .jobs import group_of


class PointClouds:
    """Operations on point clouds."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, place: Place, filters: CloudFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[PointCloud]]:
        """``listPointClouds``, from an offset on."""
        return pages(self._http, PATHS["listPointClouds"], PointCloud, filters, offset, size, **place.values)

    def get(self, place: Place, cloud_id: str) -> PointCloud:
        """``getPointCloud``."""
        answer = self._http.json(PATHS["getPointCloud"], point_cloud_id=cloud_id, **place.values)
        return record(answer, PointCloud, "id")

    def update(self, place: Place, cloud_id: str, changes: ItemChanges) -> PointCloud:
        """``updatePointCloud``: at least one change."""
        answer = self._http.json(PATHS["updatePointCloud"], body=changes, point_cloud_id=cloud_id, **place.values)
        return after(answer, PointCloud)

    def delete(self, place: Place, cloud_id: str) -> None:
        """``deletePointCloud``, for good."""
        self._http.json(PATHS["deletePointCloud"], point_cloud_id=cloud_id, **place.values)

    def move(self, place: Place, cloud_id: str, collection_id: Identity) -> PointCloud:
        """``movePointCloud``: into another data collection; unlike the others by POST with a body."""
        body = {"new_data_collection_id": number(collection_id)}
        answer = self._http.json(PATHS["movePointCloud"], body=body, point_cloud_id=cloud_id, **place.values)
        return after(answer, PointCloud)

    def optimized(
        self, place: Place, filters: CloudFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[OptimizedPointCloud]]:
        """``listOptimizedPointClouds``, from an offset on."""
        operation = PATHS["listOptimizedPointClouds"]
        return pages(self._http, operation, OptimizedPointCloud, filters, offset, size, **place.values)

    def register(self, place: Place, cloud_ids: Sequence[Identity] | None = None) -> Sequence[OptimizedPointCloud]:
        """``createOptimizedPointClouds``: copies of these or of all; nothing runs yet."""
        body = {} if cloud_ids is None else {"point_cloud_ids": numbers(cloud_ids)}
        answer = self._http.json(PATHS["createOptimizedPointClouds"], body=body, **place.values)
        return listed(answer, OptimizedPointCloud)

    def run(self, place: Place, cloud_ids: Sequence[Identity] | None = None, retry_failed: bool = False) -> str:
        """``runOptimizedPointClouds``: gives the job group."""
        body: dict[str, object] = {"retry_failed": retry_failed}
        if cloud_ids is not None:
            body["point_cloud_ids"] = numbers(cloud_ids)
        return group_of(self._http.json(PATHS["runOptimizedPointClouds"], body=body, **place.values))

    def delete_optimized(self, place: Place, cloud_id: str) -> None:
        """``deleteOptimizedPointCloud``: the copy of this point cloud."""
        self._http.json(PATHS["deleteOptimizedPointCloud"], point_cloud_id=cloud_id, **place.values)
