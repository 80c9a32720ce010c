"""Detectors: settings, training set, annotations, training, detection (notes 9.4 to 9.6)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import AnnotationType, Configuration, Detector, Raster, Slot, Started
from .answers import pages, started


class Detectors:
    """Operations on detectors."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self,
        search: str = "",
        user_tag: str = "",
        is_shared: bool | None = None,
        is_runnable: bool | None = None,
        page: int = 1,
    ) -> Iterator[Page[Detector]]:
        """``listDetectors``, from a page on; None means no filter."""
        filters: dict[str, object] = {"search": search, "user_tag": user_tag, "page_number": page}
        filters |= {"is_shared": is_shared, "is_runnable": is_runnable}
        return pages(self._http, PATHS["listDetectors"], Detector, filters)

    def get(self, detector_id: str) -> Detector:
        """``getDetector``: with its classes."""
        return record(self._http.json(PATHS["getDetector"], detector_id=detector_id), Detector)

    def create(self, name: str, configuration: Configuration) -> str:
        """``createDetector``: gives the new id."""
        body = {"name": name, "configuration": configuration}
        return record(self._http.json(PATHS["createDetector"], body=body), Detector, "id")["id"]

    def edit(self, detector_id: str, name: str, changes: Configuration) -> None:
        """``editDetector``: an empty name is left as it is; ``configuration`` is always sent, possibly empty."""
        body: dict[str, object] = {"configuration": changes}
        if name:
            body["name"] = name
        self._http.json(PATHS["editDetector"], body=body, detector_id=detector_id)

    def delete(self, detector_id: str) -> None:
        """``deleteDetector``."""
        self._http.json(PATHS["deleteDetector"], detector_id=detector_id)

    def rasters(self, detector_id: str, page: int = 1) -> Iterator[Page[Raster]]:
        """``listDetectorRasters``, from a page on: the training set."""
        return pages(self._http, PATHS["listDetectorRasters"], Raster, {"page_number": page}, detector_id=detector_id)

    def add_raster(self, detector_id: str, raster_id: str) -> None:
        """``addRasterToDetector``; its answer has no known content."""
        self._http.json(PATHS["addRasterToDetector"], body={"raster_id": raster_id}, detector_id=detector_id)

    def start_annotations(self, detector_id: str, raster_id: str, annotation_type: AnnotationType) -> Slot:
        """``startAnnotationsUpload``."""
        answer = self._http.json(
            PATHS["startAnnotationsUpload"],
            detector_id=detector_id,
            raster_id=raster_id,
            annotation_type=annotation_type,
        )
        return record(answer, Slot, "upload_id", "upload_url")

    def commit_annotations(
        self, detector_id: str, raster_id: str, annotation_type: AnnotationType, upload_id: str, class_id: str = ""
    ) -> Started:
        """``commitAnnotationsUpload``: replace the annotations of that type. A null class makes the server fail
        (quirk 6), so an empty one is left out."""
        answer = self._http.json(
            PATHS["commitAnnotationsUpload"],
            body={"class_id": class_id} if class_id else {},
            detector_id=detector_id,
            raster_id=raster_id,
            annotation_type=annotation_type,
            upload_id=upload_id,
        )
        return started(answer)

    def train(self, detector_id: str) -> Started:
        """``trainDetector``."""
        return started(self._http.json(PATHS["trainDetector"], detector_id=detector_id))

    def run(self, detector_id: str, raster_id: str, secondary_raster_id: str = "") -> Started:
        """``runDetector``: costs credit, at least 10 megapixels. The second raster is for change detectors only and a
        null makes the server fail (quirk 6)."""
        body = {"raster_id": raster_id}
        if secondary_raster_id:
            body["secondary_raster_id"] = secondary_raster_id
        answer = self._http.json(PATHS["runDetector"], body=body, detector_id=detector_id)
        return started(answer)

    def recommend(self, detector_id: str) -> Started:
        """``runDatasetRecommendation``: the outcome shows in the web application only."""
        answer = self._http.json(PATHS["runDatasetRecommendation"], detector_id=detector_id)
        return started(answer)
