"""The three token flows of the platforms."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ..errors import Refused
from .routing import RoutedSession
from .tokens import BearerTokens, Token, ask, claims_of, expiry_of, token_of

LEGACY_CLIENT = "ZOBAi4UROl5gKZIpxxlwOEfx8KpqXf2c"
"""A public constant of Descartes Labs' client (notes, section 2.3), no secret."""


class ClientCredentials(BearerTokens):
    """OAuth 2 client credentials (PIX4D notes, section 2): a new token when the old one ends, no refresh token.

    ``extra`` are further members of the form (PIX4D: ``token_format=jwt``).
    """

    def __init__(
        self, address: str, client_id: str, client_secret: str, extra: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._address = address
        self._secret = client_secret
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret,
                      **(extra or {})}

    def fetch(self, session: RoutedSession, earlier: Token | None) -> Token:
        return token_of(ask(session, self._address, self._form, [self._secret]), self._address)


class KeycloakPassword(BearerTokens):
    """Keycloak's password grant (Pixel notes, section 2), renewed by refresh token, else by logging in anew.

    ``address`` is ``{login server}/realms/{realm}/protocol/openid-connect/token``.
    """

    def __init__(
        self,
        address: str,
        username: str,
        password: str,
        client_id: str = "frontend",
        scope: str = "openid email profile",
    ) -> None:
        super().__init__()
        self._address = address
        self._password = password
        self._client = {"client_id": client_id}
        self._login = {**self._client, "username": username, "password": password, "scope": scope,
                       "grant_type": "password"}

    def fetch(self, session: RoutedSession, earlier: Token | None) -> Token:
        if earlier is not None and earlier.refresh and time.time() < earlier.refresh_until:
            form = {**self._client, "grant_type": "refresh_token", "refresh_token": earlier.refresh}
            try:
                return self._bought(session, form, earlier.refresh)
            except Refused:
                return self._bought(session, self._login, self._password)
        return self._bought(session, self._login, self._password)

    def _bought(self, session: RoutedSession, form: Mapping[str, str], secret: str) -> Token:
        return token_of(ask(session, self._address, form, [secret]), self._address)


class RefreshToken(BearerTokens):
    """A lasting refresh token buys short tokens, as Descartes Labs' client does (notes, section 2.3).

    Renewal starts 500 seconds before the end, or when half of a shorter life is over: the client, which waits for no
    such half, buys one for each request then. ``token`` may be one from an earlier time; it is used while it is good
    and was made for this client.
    """

    LEEWAY_SECONDS = 500.0

    def __init__(self, address: str, client_id: str, refresh_token: str, scope: str = "",
                 token: str | None = None) -> None:
        super().__init__()
        self._address = address
        self._secret = refresh_token
        self._body = {"client_id": client_id, "grant_type": "refresh_token", "refresh_token": refresh_token}
        if scope:
            self._body["scope"] = scope
        if client_id == LEGACY_CLIENT:
            self._body.update(
                grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", target=client_id, api_type="app",
                scope="openid name groups org email")
        if token and claims_of(token).get("aud") == client_id:
            until = expiry_of(token)
            self._token = Token(token, until, until - self.LEEWAY_SECONDS)

    def fetch(self, session: RoutedSession, earlier: Token | None) -> Token:
        answer = ask(session, self._address, self._body, [self._secret], as_json=True)
        return token_of(answer, self._address, self.LEEWAY_SECONDS, share=0.5)
