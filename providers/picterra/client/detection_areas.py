"""Detection areas: polygons that restrict where a detector runs on a raster (notes 9.3)."""

from __future__ import annotations

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Slot, Started, UploadStatus
from .answers import started


class DetectionAreas:
    """Operations on the detection areas of a raster."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def start_upload(self, raster_id: str) -> Slot:
        """``startDetectionAreasUpload``."""
        answer = self._http.json(PATHS["startDetectionAreasUpload"], raster_id=raster_id)
        return record(answer, Slot, "upload_id", "upload_url")

    def commit(self, raster_id: str, upload_id: str) -> Started:
        """``commitDetectionAreasUpload``: replace whatever areas the raster had."""
        answer = self._http.json(PATHS["commitDetectionAreasUpload"], raster_id=raster_id, upload_id=upload_id)
        return started(answer)

    def upload_status(self, raster_id: str, upload_id: str) -> UploadStatus:
        """``getDetectionAreasUpload``: legacy status of an upload."""
        answer = self._http.json(PATHS["getDetectionAreasUpload"], raster_id=raster_id, upload_id=upload_id)
        return record(answer, UploadStatus)

    def delete(self, raster_id: str) -> None:
        """``deleteDetectionAreas``: the whole footprint is used again."""
        self._http.json(PATHS["deleteDetectionAreas"], raster_id=raster_id)
