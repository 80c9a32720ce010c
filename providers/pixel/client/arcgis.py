"""ArcGIS services that the platform publishes, for superusers (notes, section 16.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...http.answers import Page, is_identity, record
from ...http.session import HttpSession
from ..paths import PATHS, SERVICES
from ..records import ListFilters
from ..service_records import ArcgisService, ArcgisToken, ServiceAction, ServiceDetails
from .answers import PAGE_SIZE, after, array, pages, query_of
from .esri import token_from


class ArcgisServices:
    """Operations on services; ``service_type`` is one of ``SERVICE_TYPES``. ``services`` is the root of the ArcGIS
    server with its last slash."""

    def __init__(self, http: HttpSession, services: str) -> None:
        self._http = http
        self._services = services

    def gdo_users(self) -> list[str]:
        """``listGdoUsers``: the names that services can be limited to."""
        rows = array(self._http.json(PATHS["listGdoUsers"]))
        names = [one.get("name") if isinstance(one, dict) else one for one in rows]
        return [name for name in names if isinstance(name, str) and name]

    def list(
        self, service_type: str, filters: ListFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[ArcgisService]]:
        """``listArcgisServices``, from an offset on."""
        operation = PATHS["listArcgisServices"]
        return pages(self._http, operation, ArcgisService, filters, offset, size, service_type=service_type)

    def get(self, service_type: str, service_id: str) -> ArcgisService:
        """``getArcgisService``."""
        answer = self._http.json(PATHS["getArcgisService"], service_type=service_type, service_id=service_id)
        return record(answer, ArcgisService, "id")

    def create(self, service_type: str, details: ServiceDetails) -> ArcgisService:
        """``createArcgisService``."""
        answer = self._http.json(PATHS["createArcgisService"], body=details, service_type=service_type)
        return record(answer, ArcgisService, "id")

    def update(self, service_type: str, service_id: str, changes: ServiceDetails) -> ArcgisService:
        """``updateArcgisService``: ``options`` are replaced as a whole."""
        answer = self._http.json(
            PATHS["updateArcgisService"], body=changes, service_type=service_type, service_id=service_id
        )
        return after(answer, ArcgisService)

    def delete(self, service_type: str, service_id: str) -> None:
        """``deleteArcgisService``, for good; one that runs is refused (ASSUMED A25)."""
        self._http.json(PATHS["deleteArcgisService"], service_type=service_type, service_id=service_id)

    def start(self, service_type: str, service_id: str) -> ServiceAction:
        """``startArcgisService``."""
        return self._acted("startArcgisService", service_type, service_id, {})

    def stop(self, service_type: str, service_id: str) -> ServiceAction:
        """``stopArcgisService``."""
        return self._acted("stopArcgisService", service_type, service_id, {})

    def refresh(self, service_type: str, service_id: str, refresh_data: bool | None = None) -> ServiceAction:
        """``refreshArcgisService``; ``refresh_data``: with the data, None leaves it to the platform."""
        return self._acted("refreshArcgisService", service_type, service_id, {"refresh_data": refresh_data})

    def _acted(
        self, operation: str, service_type: str, service_id: str, query: dict[str, bool | None]
    ) -> ServiceAction:
        given = self._http.json(
            PATHS[operation], query=query_of(query), service_type=service_type, service_id=service_id
        )
        answer: dict[str, Any] = record(given, dict)
        job, service = answer.get("job"), answer.get("arcgis_service")
        identity = job.get("job_id") if isinstance(job, dict) else None
        return {"job": str(identity) if is_identity(identity) else "", "service": after(service, ArcgisService)}

    def token(self, username: str, password: str, referer: str = "", minutes: int = 60) -> ArcgisToken:
        """``generateArcgisToken`` for a GDO user, from the ArcGIS server itself; ours goes nowhere near it.

        Refusals come as HTTP 200 (section 16.2) and are raised as ``Refused`` of kind ``NOT_LOGGED_IN``.
        """
        return token_from(self._http.network, token_address(self._services), username, password, referer, minutes)


def token_address(services: str) -> str:
    """Where the ArcGIS server with this root makes tokens."""
    return services + SERVICES["generateArcgisToken"].fill()
