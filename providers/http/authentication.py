"""How a request shows who is asking. Secrets live in these objects only, and their ``repr`` does not show them.

The ones that fetch tokens are in :mod:`.tokens` and :mod:`.grants`.
"""

from __future__ import annotations

from typing import Protocol

from .routing import RoutedSession


class Authenticator(Protocol):
    """Adds the proof to a request for the connection's own host; never called for any other. Used by many threads."""

    def headers(self, session: RoutedSession) -> dict[str, str]:
        """The headers to add. May ask for a token first."""

    def renew(self, session: RoutedSession, refused: dict[str, str]) -> bool:
        """Called after a 401 with the headers that were refused. True when it is worth trying once more."""


class KeyHeader:
    """A key in a header of its own (Picterra ``X-Api-Key``, Pixxel)."""

    def __init__(self, header: str, key: str) -> None:
        self._header = header
        self._key = key.strip()

    def __repr__(self) -> str:
        return f"KeyHeader({self._header!r}, ...)"

    def headers(self, session: RoutedSession) -> dict[str, str]:
        return {self._header: self._key}

    def renew(self, session: RoutedSession, refused: dict[str, str]) -> bool:
        return False


class Anonymous:
    """No proof: signed addresses carry their own."""

    def headers(self, session: RoutedSession) -> dict[str, str]:
        return {}

    def renew(self, session: RoutedSession, refused: dict[str, str]) -> bool:
        return False
