"""Volumes between the surface model and a base, on the host of the geospatial services (notes, section 15)."""

from __future__ import annotations

from typing import Any

from ...errors import Kind, PlatformError
from ...http.answers import record
from ...http.operation import Operation
from ...http.session import HttpSession
from ..paths import VOLUMES_FALLBACK, WEBGIS
from ..project_records import Volume, VolumeRequest


class Volumes:
    """The operation on volumes."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def compute(self, project_id: str, request: VolumeRequest) -> Volume:
        """``computeVolume``: the documented path, and where that gives 404 the one of the vendor's notebook. A project
        that is not known gives 404 on both; what words tell a path that is not known is not documented."""
        try:
            answer = self._ask(WEBGIS["computeVolume"], project_id, request)
        except PlatformError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            answer = self._ask(VOLUMES_FALLBACK, project_id, request)
        found = record(answer, Volume)
        for name in ("cut", "fill"):
            if not isinstance(answer.get(name), (int, float)) or isinstance(answer.get(name), bool):
                return record({}, Volume, name)
        return found

    def _ask(self, path: Operation, project_id: str, request: VolumeRequest) -> Any:
        return self._http.json(path, project_id=project_id, body=request)
