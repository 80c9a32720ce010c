"""Requests to storage: without the connection's key, addresses byte for byte, answers as failures of transfers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ..errors import Cancelled, Kind, PlatformError, ServerFault, TransferFailed
from ..http.connections import Body
from ..http.failures import beginning, request_id_of, scrub
from ..http.routing import Response, RoutedSession, host
from .control import Control

if TYPE_CHECKING:
    from .engine import TransferEngine

REDIRECTS = 5
EXPIRED_CODES = ("AccessDenied", "ExpiredToken", "ExpiredRequest", "RequestExpired", "AuthenticationFailed")
PASSING_CODES = ("RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable")


class Wire:
    """What a task of a transfer sends with. One per transfer; used by several threads."""

    def __init__(self, session: RoutedSession, control: Control, engine: TransferEngine) -> None:
        self.session = session
        self.control = control
        self.engine = engine

    @contextmanager
    def exchange(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        accepted: Container[int] = (200, 201, 202, 204),
        data: bytes | None = None,
    ) -> Iterator[Response]:
        """Send and give the answer with its body unread. Statuses that are not ``accepted`` raise.

        Redirects of reading requests are followed to any host: nothing secret goes along. ``headers`` are exactly what
        is sent besides the ones of HTTP itself; storage may have signed them.
        """
        seconds = self.engine.answer_seconds if method != "GET" else self.engine.stall_seconds
        sent = {"Accept-Encoding": "identity", "Accept": "*/*", **(headers or {})}
        try:
            response = self._follow(method, address, sent, body, data, seconds)
            try:
                if response.status_code not in accepted:
                    raise storage_failure(response, host(address))
                yield response
            finally:
                response.close()
        except PlatformError:
            if self.control.stopped:
                raise Cancelled from None
            raise
        finally:
            self.control.unwatch()

    def _follow(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: Body | None,
        data: bytes | None,
        seconds: float,
    ) -> Response:
        for _ in range(REDIRECTS + 1):
            self.control.check()
            response = self.session.send(
                method, address, headers=headers, body=body, data=data, as_given=True, read_seconds=seconds,
                watcher=self.control,
            )
            if method not in ("GET", "HEAD") or not response.is_redirect:
                return response
            response.close()
            target = _joined(address, response.headers["location"])
            if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
                raise TransferFailed(Kind.STORAGE_REFUSED, facts={"host": host(address), "reason": "insecure_redirect"})
            address = target
        raise TransferFailed(Kind.STORAGE_REFUSED, facts={"host": host(address), "reason": "too_many_redirects"})


def _joined(address: str, location: str) -> str:
    try:
        joined = urljoin(address, location)
        urlsplit(joined)
    except ValueError:
        raise ServerFault(Kind.BAD_ANSWER, facts={"host": host(address), "reason": "unusable_address"}) from None
    return joined


def storage_failure(response: Response, storage: str) -> TransferFailed:
    """What storage said no with. Only ``Code`` and ``Message`` of its XML are kept: the rest can show signatures."""
    status = response.status_code
    text = beginning(response).decode("utf-8", "replace")
    code, message = _member(text, "Code"), _member(text, "Message")
    facts = {"host": storage}
    if code:
        facts["code"] = code
    if "retry-after" in response.headers:
        facts["retry_after"] = scrub(response.headers["retry-after"])
    if code in PASSING_CODES:
        status = max(status, 500)
    kind = _kind(status, code)
    return TransferFailed(kind, facts=facts, status=status, request_id=request_id_of(response), words=message)


def _kind(status: int, code: str) -> Kind:
    if status in (401, 403, 410) or code in EXPIRED_CODES:
        return Kind.ADDRESS_EXPIRED if code != "SignatureDoesNotMatch" else Kind.STORAGE_REFUSED
    if status == 404:
        return Kind.NOT_FOUND
    if status == 429:
        return Kind.THROTTLED
    return Kind.SERVER_FAULT if status >= 500 else Kind.STORAGE_REFUSED


def _member(text: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", text)
    return scrub(found.group(1)) if found else ""
