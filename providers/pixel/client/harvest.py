"""Harvest services, which import images from an ArcGIS feature layer (notes, section 16.1)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import NEW_HARVEST_TASKS, PATHS
from ..places import Place
from ..records import ListFilters
from ..service_records import HarvestDetails, HarvestService, HarvestTask
from .answers import PAGE_SIZE, after, pages


class Harvest:
    """Operations on harvest services of a data collection of images."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, place: Place, filters: ListFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[HarvestService]]:
        """``listHarvestServices``, from an offset on."""
        return pages(self._http, PATHS["listHarvestServices"], HarvestService, filters, offset, size, **place.values)

    def get(self, place: Place, service_id: str) -> HarvestService:
        """``getHarvestService``."""
        answer = self._http.json(PATHS["getHarvestService"], service_id=service_id, **place.values)
        return record(answer, HarvestService, "id")

    def create(self, place: Place, details: HarvestDetails) -> HarvestService:
        """``createHarvestService``."""
        answer = self._http.json(PATHS["createHarvestService"], body=details, **place.values)
        return record(answer, HarvestService, "id")

    def update(self, place: Place, service_id: str, changes: HarvestDetails) -> HarvestService:
        """``updateHarvestService``: the mapping by operations."""
        answer = self._http.json(PATHS["updateHarvestService"], body=changes, service_id=service_id, **place.values)
        return after(answer, HarvestService)

    def delete(self, place: Place, service_id: str) -> None:
        """``deleteHarvestService``, for good."""
        self._http.json(PATHS["deleteHarvestService"], service_id=service_id, **place.values)

    def start(self, place: Place, service_id: str) -> HarvestService:
        """``startHarvestService``; one that runs is refused (ASSUMED A24)."""
        answer = self._http.json(PATHS["startHarvestService"], service_id=service_id, **place.values)
        return after(answer, HarvestService)

    def stop(self, place: Place, service_id: str) -> HarvestService:
        """``stopHarvestService``; one that does not run is refused (ASSUMED A24)."""
        answer = self._http.json(PATHS["stopHarvestService"], service_id=service_id, **place.values)
        return after(answer, HarvestService)

    def tasks(
        self,
        place: Place,
        service_id: str,
        status: str = "",
        get_new: bool = False,
        offset: int = 0,
        size: int = PAGE_SIZE,
    ) -> Iterator[Page[HarvestTask]]:
        """``listHarvestTasks`` (ASSUMED A23): of one status or of all; ``get_new``: those that no such call gave yet.

        What is new is new once: whoever asks for the next page of new ones asks from the beginning.
        """
        if not get_new:
            operation, filters = PATHS["listHarvestTasks"], {"status": status}
            yield from pages(
                self._http, operation, HarvestTask, filters, offset, size, service_id=service_id, **place.values
            )
            return
        more = True
        while more:
            filters = {"status": status, "get_new": "true"}
            page = next(pages(
                self._http, NEW_HARVEST_TASKS, HarvestTask, filters, 0, size, service_id=service_id, **place.values
            ))
            yield page
            more = not page.last
