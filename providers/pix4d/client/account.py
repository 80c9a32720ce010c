"""Who is behind the credentials (notes, section 23; path ASSUMED A66)."""

from __future__ import annotations

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import UserAccount


class Account:
    """The account of the caller."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def user(self) -> UserAccount:
        """``getCurrentUser``; may answer 404 where the path is another one."""
        return record(self._http.json(PATHS["getCurrentUser"]), UserAccount)
