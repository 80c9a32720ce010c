"""Control points: GCPs by name, manual tie points and marks by number (notes, section 13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from ...errors import Kind, ServerFault
from ...http.answers import is_identity, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..project_records import Gcp, Mark, Mtp

Record = TypeVar("Record")
Members = Mapping[str, object]
GcpList = list[Gcp]
MtpList = list[Mtp]
MarkList = list[Mark]


class Gcps:
    """Operations on ground control points."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, project_id: str) -> GcpList:
        """``listGcps``: all of them."""
        return records_in(self._http.json(PATHS["listGcps"], project_id=project_id), "gcps", Gcp, "name")

    def register(self, project_id: str, gcps: Sequence[Members]) -> GcpList:
        """``registerGcps``: all or none of them."""
        body = {"gcps": [dict(one) for one in gcps]}
        return records_in(self._http.json(PATHS["registerGcps"], project_id=project_id, body=body), "gcps", Gcp, "name")

    def update(self, project_id: str, name: str, changes: Members) -> Gcp:
        """``updateGcp``: any members."""
        answer = self._http.json(PATHS["updateGcp"], project_id=project_id, gcp_name=name, body=dict(changes))
        return record(answer, Gcp, "name")

    def delete(self, project_id: str, name: str) -> None:
        """``deleteGcp``: its marks go too (ASSUMED A38)."""
        self._http.json(PATHS["deleteGcp"], project_id=project_id, gcp_name=name)


class Mtps:
    """Operations on manual tie points."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, project_id: str) -> MtpList:
        """``listMtps``: all of them."""
        return records_in(self._http.json(PATHS["listMtps"], project_id=project_id), "mtps", Mtp, "id")

    def register(self, project_id: str, mtps: Sequence[Members]) -> MtpList:
        """``registerMtps``."""
        body = {"mtps": [dict(one) for one in mtps]}
        return records_in(self._http.json(PATHS["registerMtps"], project_id=project_id, body=body), "mtps", Mtp, "id")

    def update(self, project_id: str, mtp_id: str, changes: Members) -> Mtp:
        """``updateMtp``: any members."""
        answer = self._http.json(PATHS["updateMtp"], project_id=project_id, mtp_id=mtp_id, body=dict(changes))
        return record(answer, Mtp, "id")

    def delete(self, project_id: str, mtp_id: str) -> None:
        """``deleteMtp``: its marks go too (ASSUMED A38)."""
        self._http.json(PATHS["deleteMtp"], project_id=project_id, mtp_id=mtp_id)


class Marks:
    """Operations on marks: where a point is seen in a photo."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, project_id: str) -> MarkList:
        """``listMarks``: all of them."""
        return records_in(self._http.json(PATHS["listMarks"], project_id=project_id), "marks", Mark, "id")

    def register(self, project_id: str, marks: Sequence[Members]) -> MarkList:
        """``registerMarks``: all or none of them."""
        body = {"marks": [dict(one) for one in marks]}
        answer = self._http.json(PATHS["registerMarks"], project_id=project_id, body=body)
        return records_in(answer, "marks", Mark, "id")

    def move(self, project_id: str, mark_id: str, x: float, y: float) -> Mark:
        """``updateMark``: pixels from the top left corner."""
        answer = self._http.json(PATHS["updateMark"], project_id=project_id, mark_id=mark_id, body={"x": x, "y": y})
        return record(answer, Mark, "id")

    def delete(self, project_id: str, mark_id: str) -> None:
        """``deleteMark``."""
        self._http.json(PATHS["deleteMark"], project_id=project_id, mark_id=mark_id)


def records_in(answer: Any, member: str, kind: type[Record], identity: str) -> list[Record]:
    """The records of a list that has no pages: under ``member``, under ``results``, bare, or a single one (section 4).

    Entries without ``identity`` are passed over.
    """
    found = answer
    if isinstance(answer, dict):
        found = next((answer[name] for name in (member, "results") if name in answer), [answer])
        if answer and found == [answer] and not is_identity(answer.get(identity)):
            found = None
    if not isinstance(found, list):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": member})
    return [cast(Record, one) for one in found if isinstance(one, dict) and is_identity(one.get(identity))]
