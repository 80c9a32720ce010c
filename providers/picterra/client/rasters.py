"""Rasters: upload, remote import, list, read, edit, delete, download (notes 9.1, 9.2, 9.10)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Raster, RasterDetails, RasterFilters, Slot, Started
from .answers import pages, started


class Rasters:
    """Operations on rasters."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, filters: RasterFilters | None = None) -> Iterator[Page[Raster]]:
        """``listRasters``: pages of rasters, newest first."""
        return pages(self._http, PATHS["listRasters"], Raster, filters)

    def get(self, raster_id: str) -> Raster:
        """``getRaster``."""
        return record(self._http.json(PATHS["getRaster"], raster_id=raster_id), Raster)

    def edit(self, raster_id: str, changes: RasterDetails) -> None:
        """``editRaster``: change only the members given."""
        self._http.json(PATHS["editRaster"], body=changes, raster_id=raster_id)

    def delete(self, raster_id: str) -> None:
        """``deleteRaster``."""
        self._http.json(PATHS["deleteRaster"], raster_id=raster_id)

    def start_upload(self, details: RasterDetails) -> Slot:
        """``startRasterUpload``: make the record; gives ``raster_id`` and the signed ``upload_url``."""
        answer = self._http.json(PATHS["startRasterUpload"], body=details)
        return record(answer, Slot, "raster_id", "upload_url")

    def commit(self, raster_id: str) -> Started:
        """``commitRaster``: the bytes are there, start processing."""
        return started(self._http.json(PATHS["commitRaster"], raster_id=raster_id))

    def download_url(self, raster_id: str) -> str:
        """``getRasterDownloadUrl``: a signed address, to be used at once."""
        answer = self._http.json(PATHS["getRasterDownloadUrl"], raster_id=raster_id)
        return str(record(answer, dict, "download_url")["download_url"])

    def start_import(self) -> Slot:
        """``startRasterImport``: a slot for the area of interest."""
        return record(self._http.json(PATHS["startRasterImport"]), Slot, "upload_id", "upload_url")

    def commit_import(self, upload_id: str, source_id: str, folder_id: str, name: str) -> Started:
        """``commitRasterImport``: start it; the finished operation's metadata names the raster."""
        body = {"method": "streaming", "source_id": source_id, "folder_id": folder_id, "name": name}
        answer = self._http.json(PATHS["commitRasterImport"], body=body, upload_id=upload_id)
        return started(answer)
