"""Share tokens (notes, section 21). A token is its own id."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import PermissionToken, TokenFilters
from .answers import after, pages


class Tokens:
    """Operations on share tokens. Sending a change of one to the whole collection, as the embed guide does, is left
    to :meth:`update_by_target`."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, filters: TokenFilters | None = None, page: int = 1) -> Iterator[Page[PermissionToken]]:
        """``listPermissionTokens``, from a page on."""
        return pages(self._http, PATHS["listPermissionTokens"], PermissionToken, filters, page, "token")

    def create(self, kind: str, type_id: str, write: bool = False, enabled: bool = True) -> PermissionToken:
        """``createPermissionToken``; ``kind`` Project or ProjectGroup. ``write`` is always said: left out, the token
        would be read-write."""
        body = {"type": kind, "type_id": number(type_id), "enabled": enabled, "write": write}
        return record(self._http.json(PATHS["createPermissionToken"], body=body), PermissionToken, "token")

    def get(self, token: str) -> PermissionToken:
        """``getPermissionToken``: with ``created_by``."""
        return record(self._http.json(PATHS["getPermissionToken"], token=token), PermissionToken)

    def update(self, token: str, changes: PermissionToken) -> PermissionToken:
        """``updatePermissionToken``: ``enabled``, ``write``."""
        answer = self._http.json(PATHS["updatePermissionToken"], body=changes, token=token)
        return after(answer, PermissionToken)

    def update_by_target(self, kind: str, type_id: str, changes: PermissionToken) -> PermissionToken:
        """``updatePermissionTokenByTarget``: the tokens of a project or site, as the embed guide disables them."""
        body = {"type": kind, "type_id": number(type_id), **changes}
        answer = self._http.json(PATHS["updatePermissionTokenByTarget"], body=body)
        return after(answer, PermissionToken)

    def delete(self, token: str) -> None:
        """``deletePermissionToken``."""
        self._http.json(PATHS["deletePermissionToken"], token=token)


def number(identity: str) -> object:
    """An id as the platform counts it; what is no number goes as it is, and is refused there."""
    return int(identity) if identity.isdecimal() else identity
