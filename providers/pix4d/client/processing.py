"""Processing: its options, its start, and the check of a coordinate system's text (notes, sections 7.7, 10, 12)."""

from __future__ import annotations

from typing import Any, cast

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..project_records import Estimate, ProcessingOptions


class Options:
    """Operations on the processing options of a project."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def get(self, project_id: str) -> ProcessingOptions:
        """``getProcessingOptions``."""
        return record(self._http.json(PATHS["getProcessingOptions"], project_id=project_id), ProcessingOptions)

    def set(self, project_id: str, options: ProcessingOptions) -> ProcessingOptions:
        """``setProcessingOptions``: what is left out returns to its default."""
        return self._sent("setProcessingOptions", project_id, options)

    def replace(self, project_id: str, options: ProcessingOptions) -> ProcessingOptions:
        """``replaceProcessingOptions``: the same by PUT."""
        return self._sent("replaceProcessingOptions", project_id, options)

    def change(self, project_id: str, options: ProcessingOptions) -> ProcessingOptions:
        """``patchProcessingOptions``: what is left out stays."""
        return self._sent("patchProcessingOptions", project_id, options)

    def _sent(self, operation: str, project_id: str, options: ProcessingOptions) -> ProcessingOptions:
        answer = self._http.json(PATHS[operation], project_id=project_id, body=dict(options))
        return record(answer if answer is not None else {}, ProcessingOptions)


class Processing:
    """Operations that start processing, and the check before it."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def start(self, project_id: str, options: ProcessingOptions | None = None, send_email: bool = True) -> Estimate:
        """``startProcessing``. Nobody takes it back, and it is paid for. Without options the stored ones count (A20).

        The estimate is empty for a project that is paid with credits.
        """
        query = {"send_email": "true" if send_email else "false"}
        body: dict[str, Any] = dict(options or {})
        answer = self._http.json(PATHS["startProcessing"], project_id=project_id, query=query, body=body)
        return cast(Estimate, answer) if isinstance(answer, dict) else {}

    def validate_wkt(self, text: str) -> None:
        """``validateWkt``: as the retired engine reads it, without vertical parts (ASSUMED A68). A text that it does
        not take is a refusal (A35)."""
        self._http.json(PATHS["validateWkt"], body={"wkt_string": text})
