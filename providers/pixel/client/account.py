"""Who is asking, other users, and the tenant's plugins (notes, sections 2, 13, 17)."""

from __future__ import annotations

from typing import cast

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import NewUser, Plugin, User, UserChanges
from .answers import after, array, query_of


class Account:
    """Operations on the account that is logged in."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def me(self, extended: bool = False) -> User:
        """``getMe``; ``extended``: with the projects."""
        return record(self._http.json(PATHS["getMe"], query=query_of({"extended": extended})), User)


class Users:
    """Operations on other users, for superusers (ASSUMED A1)."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def create(self, details: NewUser) -> User:
        """``createOidcUser``."""
        return after(self._http.json(PATHS["createOidcUser"], body=details), User)

    def update(self, user_id: str, changes: UserChanges) -> User:
        """``updateOidcUser``: what is left out stays, ``enabled`` too (the vendor's client always sends it)."""
        return after(self._http.json(PATHS["updateOidcUser"], body=changes, user_id=user_id), User)


class Plugins:
    """Operations on the features of the tenant."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self) -> list[Plugin]:
        """``listPlugins``; those that are switched off have ``enabled`` false (ASSUMED A20). Entries may be plain
        names."""
        found = [{"name": one} if isinstance(one, str) else one for one in array(self._http.json(PATHS["listPlugins"]))]
        return [cast(Plugin, one) for one in found if isinstance(one, dict) and one.get("name")]
