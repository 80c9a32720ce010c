"""Who is behind the key, and who may use a folder or detector (notes 9.11; alpha and beta in client 4.0.0)."""

from __future__ import annotations

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Grant, Grants, UserInfo


class Account:
    """Operations on the account."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def user(self) -> UserInfo:
        """``getUserInfo``: the best test of a connection, where it is served."""
        return record(self._http.json(PATHS["getUserInfo"]), UserInfo)

    def grants(self, kind: str, resource_id: str) -> list[Grant]:
        """``getGrants``; ``kind`` is folder or detector."""
        answer = self._http.json(PATHS["getGrants"], kind=kind, resource_id=resource_id)
        return record(answer, Grants).get("grants", [])

    def set_grants(self, kind: str, resource_id: str, grants: list[Grant]) -> list[Grant]:
        """``setGrants``: replace all of them; gives those after the change."""
        answer = self._http.json(
            PATHS["setGrants"], body={"grants": grants}, kind=kind, resource_id=resource_id
        )
        return record(answer, Grants).get("grants", [])
