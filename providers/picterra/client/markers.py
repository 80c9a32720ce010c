"""Markers: comments pinned to a point (notes 9.9). There is no call to edit or delete them."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Marker
from .answers import pages


class Markers:
    """Operations on markers."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, raster_id: str, page: int = 1) -> Iterator[Page[Marker]]:
        """``listRasterMarkers``, from a page on."""
        return pages(self._http, PATHS["listRasterMarkers"], Marker, {"page_number": page}, raster_id=raster_id)

    def create_on_raster(self, raster_id: str, longitude: float, latitude: float, text: str) -> Marker:
        """``createRasterMarker``."""
        body = marker_body(longitude, latitude, text)
        return record(self._http.json(PATHS["createRasterMarker"], body=body, raster_id=raster_id), Marker, "id")

    def create_on_detector(
        self, detector_id: str, raster_id: str, longitude: float, latitude: float, text: str
    ) -> Marker:
        """``createDetectorMarker``: on a training raster, within a detector."""
        answer = self._http.json(
            PATHS["createDetectorMarker"],
            body=marker_body(longitude, latitude, text),
            detector_id=detector_id,
            raster_id=raster_id,
        )
        return record(answer, Marker, "id")


def marker_body(longitude: float, latitude: float, text: str) -> dict[str, object]:
    """The body of both create calls; WGS 84."""
    return {"marker": {"type": "Point", "coordinates": [longitude, latitude]}, "text": text}
