"""Operations, the platform's long jobs, and the withdrawn advanced tools (notes, sections 7 and 14)."""

from __future__ import annotations

from collections.abc import Mapping

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import OperationState, Started
from .answers import started


class Operations:
    """State and outcome of long jobs. There is no call to cancel one."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def get(self, operation_id: str) -> OperationState:
        """``getOperation``: ``success``, ``failed``, or anything else while it runs."""
        answer = self._http.json(PATHS["getOperation"], operation_id=operation_id)
        return record(answer, OperationState, "status")


class AdvancedTools:
    """Experimental, gone from the vendor's client since 4.0.0; served for the seed generation only (A40)."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def run(self, tool_id: str, inputs: Mapping[str, object], outputs: Mapping[str, object]) -> Started:
        """``runAdvancedTool``: the shape of inputs and outputs was never documented."""
        body = {"inputs": dict(inputs), "outputs": dict(outputs)}
        answer = self._http.json(PATHS["runAdvancedTool"], body=body, tool_id=tool_id)
        return started(answer)
