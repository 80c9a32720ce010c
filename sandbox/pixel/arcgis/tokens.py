"""Tokens of an ArcGIS Server [K]: made for a user's name and password, bound to a client, refused after their end."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...clock import Clock
from ...exchange import Exchange

USUAL_MINUTES, MOST_MINUTES = 60, 14 * 24 * 60
REQUIRED, INVALID, DENIED = 499, 498, 403
HEADER = "x-esri-authorization"
"""What QGIS's authentication method EsriToken sends, since ArcGIS Server takes it besides ``token=``."""


class TokenRefused(Exception):
    """An answer without what was asked for, by ArcGIS's own number."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code

    def described(self) -> dict[str, Any]:
        """As an ArcGIS Server says it, with HTTP status 200."""
        return {"error": {"code": self.code, "message": str(self), "details": []}}


@dataclass(frozen=True)
class Token:
    """``client`` is how the holder is known: ``referer`` or ``ip``; ``mark`` is what has to agree."""

    user: str
    ends: float
    client: str
    mark: str


class Tokens:
    """All tokens of one server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[str, Token] = {}

    def clear(self) -> None:
        """Refuse all from now on."""
        self._tokens.clear()

    def make(self, form: Mapping[str, str], users: Mapping[str, str], address: str) -> dict[str, Any]:
        """The answer to generateToken, an error included, which comes with status 200 as well."""
        user = form.get("username", "")
        if not user or users.get(user) != form.get("password"):
            return {"error": {"code": 400, "message": "Unable to generate token.",
                              "details": ["Invalid username or password."]}}
        client = form.get("client", "referer")
        mark = {"referer": form.get("referer", ""), "requestip": address, "ip": form.get("ip", "")}.get(client, "")
        if not mark:
            return {"error": {"code": 400, "message": "Unable to generate token.",
                              "details": [f"'{client}' must be specified."]}}
        try:
            minutes = min(max(1, int(form.get("expiration") or USUAL_MINUTES)), MOST_MINUTES)
        except ValueError:
            return {"error": {"code": 400, "message": "Unable to generate token.",
                              "details": ["'expiration' is a number of minutes."]}}
        text, ends = secrets.token_urlsafe(48), self._clock.now() + minutes * 60
        self._tokens[text] = Token(user, ends, client, mark)
        return {"token": text, "expires": int(ends * 1000), "ssl": False}

    def require(self, exchange: Exchange, form: Mapping[str, str], allowed: list[str] | None) -> None:
        """Raises :class:`TokenRefused` unless the request carries a token of one of these users; None is everybody."""
        if allowed is None:
            return
        text = carried(exchange, form)
        if not text:
            raise TokenRefused(REQUIRED, "Token Required")
        token = self._tokens.get(text)
        if token is None or self._clock.now() >= token.ends or not _fits(token, exchange):
            raise TokenRefused(INVALID, "Invalid Token")
        if token.user not in allowed:
            raise TokenRefused(DENIED, "You do not have permissions to access this resource or perform this operation.")


def carried(exchange: Exchange, form: Mapping[str, str]) -> str:
    """What a request shows: a bearer token in a header, else ``token`` of its query or form; empty for none."""
    scheme, _, text = exchange.headers.get(HEADER, exchange.headers.get("authorization", "")).partition(" ")
    return text.strip() if scheme.lower() == "bearer" else form.get("token", "")


def _fits(token: Token, exchange: Exchange) -> bool:
    if token.client == "referer":
        return exchange.headers.get("referer", "").startswith(token.mark)
    return caller(exchange) == token.mark


def caller(exchange: Exchange) -> str:
    """The internet address of whoever asks."""
    return str((exchange.scope.get("client") or ("", 0))[0])
