"""Outputs of a project: what was made and what was registered (notes, section 17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ...errors import Kind, ServerFault
from ...http.session import HttpSession
from ..paths import PATHS
from ..project_records import NewOutput, Output


class Outputs:
    """Operations on outputs."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, project_id: str) -> list[Output]:
        """``listOutputs``: everything, in the platform's order. One type may be there under several result types."""
        answer = self._http.json(PATHS["listOutputs"], project_id=project_id)
        found = answer.get("outputs") if isinstance(answer, dict) else answer
        if not isinstance(found, list):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "outputs"})
        return [cast(Output, one) for one in found if isinstance(one, dict) and isinstance(one.get("output_type"), str)]

    def register(self, project_id: str, output: NewOutput) -> None:
        """``registerOutput``: takes the place of the output of that type, if there is one."""
        self._http.json(PATHS["registerOutput"], project_id=project_id, body=output)

    def register_together(self, project_id: str, outputs: Sequence[NewOutput]) -> None:
        """``bulkRegisterOutputs``: those that belong together, as a mesh, its material and its texture."""
        body = {"outputs": [dict(one) for one in outputs]}
        self._http.json(PATHS["bulkRegisterOutputs"], project_id=project_id, body=body)

    def address(self, project_id: str, output_id: str) -> str:
        """``getOutput``: a fresh signed address of the file, a secret. The token is not sent there."""
        return self._http.location(PATHS["getOutput"], project_id=project_id, output_id=output_id)

    def delete(self, project_id: str, output_id: str) -> None:
        """``deleteOutput``."""
        self._http.json(PATHS["deleteOutput"], project_id=project_id, output_id=output_id)

    def archive(self, project_id: str) -> str:
        """``getOutputsArchive``: a signed address, a secret; empty while the archive is being made."""
        return address_in(self._http.json(PATHS["getOutputsArchive"], project_id=project_id))


def address_in(answer: Any) -> str:
    """The address of an archive; empty for an answer without one (202). One that holds no address at all, but other
    members, as the generated samples have it, says the same."""
    found = answer.get("url") if isinstance(answer, dict) else None
    return found if isinstance(found, str) and found.startswith(("https://", "http://")) else ""
