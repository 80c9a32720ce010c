"""Vector layers: polygon layers attached to a raster (notes 9.7, 9.8)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Slot, Started, VectorLayer
from .answers import pages, started


class VectorLayers:
    """Operations on vector layers."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, raster_id: str, search: str = "", detector: str = "", page: int = 1
    ) -> Iterator[Page[VectorLayer]]:
        """``listRasterVectorLayers``, from a page on; ``detector`` keeps only the layers that this detector made."""
        filters = {"search": search, "detector": detector, "page_number": page}
        return pages(self._http, PATHS["listRasterVectorLayers"], VectorLayer, filters, raster_id=raster_id)

    def get(self, vector_layer_id: str) -> VectorLayer:
        """``getVectorLayer``: the record, with signed ``geojson_urls`` (how client 2.0.0 downloads)."""
        return record(self._http.json(PATHS["getVectorLayer"], vector_layer_id=vector_layer_id), VectorLayer)

    def edit(self, vector_layer_id: str, changes: VectorLayer) -> None:
        """``editVectorLayer``: ``name``, ``color`` (``#rrggbb``)."""
        self._http.json(PATHS["editVectorLayer"], body=changes, vector_layer_id=vector_layer_id)

    def delete(self, vector_layer_id: str) -> None:
        """``deleteVectorLayer``."""
        self._http.json(PATHS["deleteVectorLayer"], vector_layer_id=vector_layer_id)

    def start_download(self, vector_layer_id: str) -> Started:
        """``startVectorLayerDownload``: prepare a file (how clients from 2.0.1 on download)."""
        answer = self._http.json(PATHS["startVectorLayerDownload"], vector_layer_id=vector_layer_id)
        return started(answer)

    def start_upload(self, raster_id: str) -> Slot:
        """``startVectorLayerUpload``: the id is the raster's that the layer will hang on (quirk 2)."""
        answer = self._http.json(PATHS["startVectorLayerUpload"], raster_id=raster_id)
        return record(answer, Slot, "upload_id", "upload_url")

    def commit_upload(self, raster_id: str, upload_id: str, details: VectorLayer) -> Started:
        """``commitVectorLayerUpload``: ``name`` and ``color`` may be left out."""
        answer = self._http.json(
            PATHS["commitVectorLayerUpload"], body=details, raster_id=raster_id, upload_id=upload_id
        )
        return started(answer)
