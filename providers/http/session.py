"""One session per connection: every request of a platform's API goes through here."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from ..errors import InputProblem, Kind, PlatformError, ServerFault
from ..work import Work
from .authentication import Authenticator
from .connections import Watcher
from .failures import from_response, request_id_of
from .interruption import Interruption
from .network import EnvironmentNetwork, Network
from .operation import Operation, Repeat
from .retry import RetryPolicy
from .routing import Query, RoutedSession, chunks, host, origin, read_whole

Answer = TypeVar("Answer")

REDIRECTS = 5
JSON_LIMIT = 1 << 29


class HttpSession:
    """Requests below one root address, with the connection's proof on the connection's own host only.

    ``root`` ends with a slash. Redirects are followed for reading requests and only within the same origin: a token
    never leaves the host that it was issued for. One session serves any number of threads. ``origin_of_proof`` are
    facts that are told with a refusal of the proof, or of what it may do: where it came from.
    """

    def __init__(
        self,
        root: str,
        authenticator: Authenticator,
        network: Network | None = None,
        retry: RetryPolicy | None = None,
        origin_of_proof: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root if root.endswith("/") else root + "/"
        self.network: Network = network if network is not None else EnvironmentNetwork()
        self._cancelled: Callable[[], bool] | None = getattr(self.network, "cancelled", None)
        waiting = Work(cancelled=self._cancelled).wait
        self.pause: Callable[[float], None] = time.sleep if self._cancelled is None else waiting
        self._authenticator = authenticator
        self._retry = retry or RetryPolicy()
        self._origin_of_proof = dict(origin_of_proof or {})
        self._session = RoutedSession(self.network)

    def pausing_with(
        self, pause: Callable[[float], None], cancelled: Callable[[], bool] | None = None
    ) -> HttpSession:
        """The same session, waiting between repeats by ``pause`` (``work.wait`` can be cancelled).

        When ``cancelled`` answers True, the request under way is ended too, within half a second.
        The body that :meth:`stream` gives is the caller's to leave.
        """
        view = copy.copy(self)
        view.pause = pause
        view._cancelled = cancelled
        return view

    def trying_once(self) -> HttpSession:
        """The same session without repeats, for somebody who waits to hear whether the platform can be reached."""
        view = copy.copy(self)
        view._retry = RetryPolicy(attempts=1)
        return view

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def json(
        self,
        operation: Operation,
        *,
        query: Query | None = None,
        body: Any = None,
        **values: str,
    ) -> Any:
        """Send an operation and give its JSON answer, None when the answer is empty.

        ``values`` fill the path. ``body`` None sends no body at all (the platforms tell an empty one from none).
        """
        url = self.root + operation.fill(**values)
        return self._json(operation.method, url, operation.repeat, query, body)

    def pages(
        self,
        operation: Operation,
        *,
        query: Query | None = None,
        rebuilt: bool = False,
        **values: str,
    ) -> Iterator[Any]:
        """The answers of a list whose pages name the ``next`` one by its address, fetched as they are asked for.

        A ``next`` on another host, or one that was given before, is a fault of the platform. ``rebuilt``: of ``next``
        only the query is taken, for platforms that write the address of their production there.
        """
        url = first = self.root + operation.fill(**values)
        seen = {url}
        page = self._json(operation.method, url, operation.repeat, query, None)
        while True:
            following = page.get("next") if isinstance(page, dict) else None
            yield page
            if not following:
                return
            url = f"{first}?{_query(str(following))}" if rebuilt else self._own(urljoin(url, str(following)))
            if url in seen:
                self._bad_answer(url, "page_repeated")
            seen.add(url)
            page = self._json("GET", url, Repeat.SAFE, None, None)

    def text(self, operation: Operation, *, query: Query | None = None, body: Any = None,
             **values: str) -> str:
        """Send an operation whose answer is bare text (Descartes Labs gives signed addresses so)."""
        try:
            return self.content(operation, query=query, body=body, **values).decode("utf-8").strip()
        except UnicodeDecodeError:
            self._bad_answer(self.root, "not_text")

    def answered(
        self, operation: Operation, *, query: Query | None = None, body: Any = None,
        headers: Mapping[str, str] | None = None, **values: str,
    ) -> tuple[Any, Mapping[str, str]]:
        """As :meth:`json`, and the answer's headers, where some platforms say how a list goes on."""
        url = self.root + operation.fill(**values)
        content, response = self._read(operation.method, url, operation.repeat, query, body, headers)
        return self._parsed(content, response, url), response.headers

    def proof(self) -> dict[str, str]:
        """What goes with each request to show who is asking; buys a token where there is none. Never to be shown."""
        return dict(self._proof())

    def content(self, operation: Operation, *, query: Query | None = None, body: Any = None, **values: str) -> bytes:
        """Send an operation whose answer is a small file: a picture or a table."""
        url = self.root + operation.fill(**values)
        return self._read(operation.method, url, operation.repeat, query, body)[0]

    @contextmanager
    def stream(
        self, operation: Operation, *, query: Query | None = None, body: Any = None,
        headers: Mapping[str, str] | None = None, **values: str,
    ) -> Iterator[Iterator[bytes]]:
        """The body of an answer piece by piece, for what is too big to be held in memory.

        A cut raises and is not repeated: what was read is already with the caller.
        """
        url = self.root + operation.fill(**values)
        response = self._send_patiently(operation.method, url, operation.repeat, query, body, headers)
        try:
            yield chunks(response, url)
        finally:
            response.close()

    def location(self, operation: Operation, *, query: Query | None = None, **values: str) -> str:
        """Where an operation that answers with a redirect points to: a signed address on any host, not followed."""
        url = self.root + operation.fill(**values)
        response = self._patiently(
            operation.repeat,
            lambda watcher: self._send(operation.method, url, query, None, watcher, redirects=0, accept_redirect=True),
        )
        response.close()
        if not response.is_redirect:
            self._bad_answer(url, "not_redirected", response.status_code)
        return str(urljoin(url, response.headers["location"]))

    def _own(self, url: str) -> str:
        """The address, when it is on the connection's host; a page elsewhere would carry the key away."""
        try:
            own = origin(url) == origin(self.root)
        except ValueError:
            own = False
        if not own:
            self._bad_answer(self.root, "foreign_address")
        return url

    def _bad_answer(self, url: str, reason: str, status: int | None = None, request_id: str = "") -> NoReturn:
        facts = {"host": host(url), "reason": reason}
        raise ServerFault(Kind.BAD_ANSWER, facts=facts, status=status, request_id=request_id) from None

    def _json(self, method: str, url: str, repeat: Repeat, query: Query | None, body: Any) -> Any:
        return self._parsed(*self._read(method, url, repeat, query, body), url)

    def _parsed(self, content: bytes, response: requests.Response, url: str) -> Any:
        if not content:
            return None
        try:
            return json.loads(content, parse_constant=_not_json)
        except (ValueError, RecursionError):
            self._bad_answer(url, "not_json", response.status_code, request_id_of(response))

    def _read(
        self, method: str, url: str, repeat: Repeat, query: Query | None, body: Any,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[bytes, requests.Response]:
        """The whole body; a cut one counts as a failed request and is repeated where that is safe."""

        def send_and_read(watcher: Watcher | None) -> tuple[bytes, requests.Response]:
            response = self._send(method, url, query, body, watcher, headers=headers)
            return read_whole(response, url, JSON_LIMIT), response

        return self._patiently(repeat, send_and_read)

    def _send_patiently(
        self, method: str, url: str, repeat: Repeat, query: Query | None, body: Any,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        return self._patiently(repeat, lambda watcher: self._send(method, url, query, body, watcher, headers=headers))

    def _once(self, send: Callable[[Watcher | None], Answer]) -> Answer:
        if self._cancelled is None:
            return send(None)
        with Interruption(self._cancelled) as interruption:
            return send(interruption)

    def _patiently(self, repeat: Repeat, send: Callable[[Watcher | None], Answer]) -> Answer:
        attempt = 0
        while True:
            try:
                return self._once(send)
            except PlatformError as error:
                seconds = self._retry.pause_after(error, repeat, attempt)
                if seconds is None:
                    raise
            self.pause(seconds)
            attempt += 1

    def _send(
        self,
        method: str,
        url: str,
        query: Query | None,
        body: Any,
        watcher: Watcher | None,
        redirects: int = REDIRECTS,
        accept_redirect: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        further = headers or {}
        proof = self._proof()
        response = self._exchange(method, url, query, body, {**further, **proof}, watcher)
        if response.status_code == 401 and self._renewed(proof):
            response.close()
            proof = self._proof()
            response = self._exchange(method, url, query, body, {**further, **proof}, watcher)
        for _ in range(redirects):
            if not (method == "GET" and response.is_redirect):
                break
            response.close()
            url = self._own(urljoin(url, response.headers["location"]))
            response = self._exchange(method, url, None, None, {**further, **proof}, watcher)
        if accept_redirect and response.is_redirect:
            return response
        if response.status_code >= 300:
            # Named in no variable: the failure holds this frame, which would hold it, and so all that called it.
            raise self._failure(response, url, proof)
        return response

    def _failure(self, response: requests.Response, url: str, proof: Mapping[str, str]) -> PlatformError:
        failure = from_response(response, host(url), secrets=_secrets_of(proof))
        if failure.kind in (Kind.NOT_LOGGED_IN, Kind.FORBIDDEN):
            failure.facts.update(self._origin_of_proof)
        return failure

    def _renewed(self, refused: dict[str, str]) -> bool:
        """Whether there is a new proof. Where it cannot be had, the 401 stays what became of the request."""
        try:
            return self._authenticator.renew(self._session, refused)
        except PlatformError as error:
            self._note_unproven(error)
            raise

    def _note_unproven(self, error: PlatformError) -> None:
        """A proof that cannot be had: the request was not sent, and what it was to be made of came from somewhere."""
        error.unsent = True
        if error.kind is Kind.NOT_LOGGED_IN:
            error.facts.update(self._origin_of_proof)

    def _proof(self) -> dict[str, str]:
        """The headers of the authenticator. Where they cannot be had, the request itself has not been sent."""
        try:
            return self._authenticator.headers(self._session)
        except PlatformError as error:
            self._note_unproven(error)
            raise

    def _exchange(
        self,
        method: str,
        url: str,
        query: Query | None,
        body: Any,
        proof: Mapping[str, str],
        watcher: Watcher | None,
    ) -> requests.Response:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", **proof}
        data = None if body is None else encoded(body)
        if data is not None:
            headers["Content-Type"] = "application/json"
        return self._session.send(method, url, headers=headers, query=query, data=data, watcher=watcher)


def encoded(body: Any) -> bytes:
    """A JSON body. Raises ``InputProblem`` for what JSON does not have: NaN, infinity, other objects."""
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise InputProblem("not_json") from None


def _secrets_of(proof: Mapping[str, str]) -> list[str]:
    """The values of the headers, and a token without the word before it."""
    return [piece for value in proof.values() for piece in (value, value.rpartition(" ")[2])]


def _query(address: str) -> str:
    """The query of an address, empty for what is none."""
    try:
        return urlsplit(address).query
    except ValueError:
        return ""


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)
