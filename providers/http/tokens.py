"""Bearer tokens: asked for once for all threads, renewed ahead of their end, kept in memory only."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlencode

from ..errors import Kind, PlatformError, Refused, ServerFault
from .failures import from_response, request_id_of
from .routing import RoutedSession, host, read_whole

LEEWAY_SECONDS = 300.0
LEEWAY_SHARE = 0.1
TOLERANCE_SECONDS = 20.0
REFUSAL_SECONDS = 60.0
ANSWER_LIMIT = 1 << 20


@dataclass(frozen=True)
class Token:
    """``until`` and ``refresh_until`` are moments of ``time.time()``; infinity where the server did not say."""

    value: str = field(repr=False)
    until: float = float("inf")
    renew_from: float = float("inf")
    refresh: str = field(default="", repr=False)
    refresh_until: float = float("inf")


class BearerTokens:
    """The part that all token flows share; a flow says in :meth:`fetch` how a token is got.

    While a token is still good, one thread renews it and the others go on with the old one; a renewal that fails then
    is tried again later. Without a good token all threads wait for the one that fetches. A refusal of the secrets is
    remembered for a minute, so that a poller with an old password does not lock the account.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._tolerated_until = 0.0
        self._refusal: tuple[float, PlatformError] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def fetch(self, session: RoutedSession, earlier: Token | None) -> Token:
        """Get a token; ``earlier`` may hold a refresh token. Raises ``Refused`` when the secrets are not accepted."""
        raise NotImplementedError

    def headers(self, session: RoutedSession) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._good(session).value}"}

    def renew(self, session: RoutedSession, refused: dict[str, str]) -> bool:
        """The server took a token back before its time, or never liked it: fetch one, unless a thread just has."""
        with self._lock:
            if self._token is not None and refused.get("Authorization") == f"Bearer {self._token.value}":
                self._token = self._fetched(session, self._token)
        return True

    def _good(self, session: RoutedSession) -> Token:
        token, now = self._token, time.time()
        if token is not None and now < min(token.renew_from, token.until):
            return token
        if token is not None and now < token.until:
            return self._renewed_ahead(session, token)
        with self._lock:
            if self._token is None or time.time() >= self._token.until:
                self._token = self._fetched(session, self._token)
            return self._token

    def _renewed_ahead(self, session: RoutedSession, token: Token) -> Token:
        if time.time() < self._tolerated_until or not self._lock.acquire(blocking=False):
            return token
        try:
            if self._token is not token and self._token is not None:
                return self._token
            self._token = self._fetched(session, token)
            return self._token
        except PlatformError:
            self._tolerated_until = time.time() + TOLERANCE_SECONDS
            return token
        finally:
            self._lock.release()

    def _fetched(self, session: RoutedSession, earlier: Token | None) -> Token:
        if self._refusal is not None and time.time() < self._refusal[0]:
            raise self._refusal[1].with_traceback(None)
        try:
            token = self.fetch(session, earlier)
        except Refused as error:
            if error.kind is Kind.NOT_LOGGED_IN:
                self._refusal = (time.time() + REFUSAL_SECONDS, error)
            raise
        self._refusal = None
        return token


def ask(
    session: RoutedSession, address: str, members: Mapping[str, str], secrets: Iterable[str], as_json: bool = False
) -> dict[str, Any]:
    """One request to a token server, secrets in its body only.

    Raises ``Refused`` of kind ``NOT_LOGGED_IN`` when it does not accept them.
    """
    kind = "application/json" if as_json else "application/x-www-form-urlencoded"
    data = (json.dumps(dict(members)) if as_json else urlencode(members)).encode()
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "Content-Type": kind}
    response = session.send("POST", address, headers=headers, data=data)
    if response.status_code in (400, 401, 403):
        error = from_response(response, host(address), secrets)
        raise Refused(Kind.NOT_LOGGED_IN, facts=error.facts, status=error.status, request_id=error.request_id,
                      words=error.words)
    if response.status_code == 404:  # no token server here: not to be taken for a thing that is not on the platform
        error = from_response(response, host(address), secrets)
        raise ServerFault(Kind.BAD_ANSWER, facts={**error.facts, "reason": "no_token_server"}, status=error.status,
                          request_id=error.request_id, words=error.words)
    if response.status_code != 200:
        raise from_response(response, host(address), secrets)
    try:
        answer = json.loads(read_whole(response, address, ANSWER_LIMIT))
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        bad_answer(address, request_id_of(response))
    return answer


def bad_answer(address: str, request_id: str = "") -> NoReturn:
    """The token server said yes and gave nothing that can be used."""
    facts = {"host": host(address), "reason": "no_token"}
    raise ServerFault(Kind.BAD_ANSWER, facts=facts, request_id=request_id) from None


def token_of(
    answer: Mapping[str, Any], address: str, leeway: float = LEEWAY_SECONDS, share: float = LEEWAY_SHARE
) -> Token:
    """The token in an answer: ``access_token``, else ``id_token``. Its life is ``expires_in``, else its own ``exp``.

    It is renewed ``leeway`` seconds ahead of its end, but not before the last ``share`` of its life.
    """
    value = answer.get("access_token") or answer.get("id_token")
    if not isinstance(value, str) or not all("!" <= letter <= "~" for letter in value):
        bad_answer(address)
    now = time.time()
    until = now + seconds_of(answer.get("expires_in")) if "expires_in" in answer else expiry_of(value)
    refresh = answer.get("refresh_token")
    return Token(
        value,
        until,
        until - min(leeway, max(0.0, until - now) * share),
        refresh if isinstance(refresh, str) else "",
        now + (seconds_of(answer.get("refresh_expires_in")) or float("inf")),
    )


def seconds_of(value: Any) -> float:
    """A duration as servers give it: a number or its text; 0 when it is neither."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return 0.0
    return seconds if 0 <= seconds < float("inf") else 0.0


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JSON Web Token, unverified (the server verifies); empty for anything else."""
    pieces = token.split(".")
    if len(pieces) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def expiry_of(token: str) -> float:
    """The moment a JSON Web Token ends by its own ``exp``; infinity where it does not say."""
    exp = claims_of(token).get("exp")
    return float(exp) if isinstance(exp, (int, float)) and not isinstance(exp, bool) else float("inf")
