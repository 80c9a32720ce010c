"""The layer that a harvest service reads, asked from here: its fields, and whether it understands a condition (notes,
section 16.1; the requests are those of ArcGIS [K]).

The login goes to the layer's own server only, or to the address of tokens that the user gave. Whether the platform can
reach the layer is another question, which only its tasks answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from ...errors import ConnectionFailed, InputProblem, Kind, PlatformError
from ...http.answers import query_of
from ...http.authentication import Anonymous, KeyHeader
from ...http.network import Network
from ...http.operation import Operation, Repeat
from ...http.routing import origin
from ...http.session import HttpSession
from ...work import Work
from ..client.esri import HEADER, token_from
from ..source_address import problem_of

REFUSALS = (401, 403, 498, 499)
ALL = "1=1"
"""The where clause of everything, which is the platform's default."""


class Login(Protocol):
    """A name and a password, or a key alone (``core.foreign_logins``)."""

    @property
    def username(self) -> str: ...

    @property
    def password(self) -> str: ...

    @property
    def key(self) -> str: ...


@dataclass(frozen=True)
class SourceField:
    """``type`` without ArcGIS's prefix: String, Double, Date ..."""

    name: str
    type: str
    alias: str = ""


@dataclass(frozen=True)
class SourceLayer:
    """``geometry`` is ArcGIS's name of the kind, empty for a table."""

    name: str
    fields: tuple[SourceField, ...]
    geometry: str = ""

    @property
    def has_geometry(self) -> bool:
        """Whether locations can come from it."""
        return bool(self.geometry)

    @property
    def names(self) -> list[str]:
        """The names of the fields."""
        return [one.name for one in self.fields]


class Source:
    """A layer at an address. ``login`` None: it needs none. ``token_url`` is where its tokens are made, empty for where
    its server says, on the same host."""

    def __init__(self, network: Network, address: str, login: Login | None, token_url: str, work: Work) -> None:
        wrong = problem_of(address)
        if wrong is not None:
            raise wrong
        self._network, self._login, self._work = network, login, work
        parts = urlsplit(address.strip())
        self._root = f"{parts.scheme}://{parts.netloc}/"
        self._path = parts.path.strip("/")
        self._token_url = token_url
        self._session: HttpSession | None = None
        self._made_token: str | None = None

    def layer(self) -> SourceLayer:
        """Its fields and the kind of its geometry. Raises :class:`InputProblem` for what cannot be reached or read."""
        told = self._ask(self._path, {})
        self._look_for_error(told, "pixel_source_error")
        rows = told.get("fields")
        if not isinstance(rows, list):
            raise InputProblem("pixel_source_no_layer", host=self._host)
        fields = tuple(
            SourceField(str(one["name"]), str(one.get("type") or "").removeprefix("esriFieldType"),
                        str(one.get("alias") or ""))
            for one in rows if isinstance(one, dict) and one.get("name")
        )
        return SourceLayer(str(told.get("name") or ""), fields, str(told.get("geometryType") or ""))

    def count(self, where: str) -> int | None:
        """How many features a where clause chooses; None when the server does not count. Raises :class:`InputProblem`
        with the server's words when it does not understand the clause."""
        query = {"where": where or ALL, "returnCountOnly": "true"}
        told = self._ask(f"{self._path}/query", query)
        self._look_for_error(told, "pixel_source_where", where=where)
        found = told.get("count")
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    # ------------------------------------------------------------------ asking
    @property
    def _host(self) -> str:
        return urlsplit(self._root).hostname or ""

    def _ask(self, path: str, query: Mapping[str, str], proven: bool = True) -> dict[str, Any]:
        session = self._proven() if proven else self._plain(Anonymous())
        operation = Operation("GET", path.replace("{", "{{").replace("}", "}}"), Repeat.SAFE)
        try:
            answer = session.json(operation, query=query_of({**query, "f": "json"}))
        except ConnectionFailed:
            raise InputProblem("pixel_source_unreachable", host=self._host) from None
        except PlatformError as error:
            if error.kind is Kind.CANCELLED:
                raise
            if error.kind in (Kind.NOT_LOGGED_IN, Kind.FORBIDDEN):
                raise refused(self._host, error.words) from None
            if not error.words:
                raise InputProblem("pixel_source_silent", host=self._host) from None
            raise InputProblem("pixel_source_error", host=self._host, words=error.words) from None
        return answer if isinstance(answer, dict) else {}

    def _plain(self, proof: Anonymous | KeyHeader) -> HttpSession:
        return HttpSession(self._root, proof, self._network).pausing_with(self._work.wait, self._work.cancelled)

    def _proven(self) -> HttpSession:
        if self._session is None:
            token = self._token()
            self._session = self._plain(KeyHeader(HEADER, f"Bearer {token}") if token else Anonymous())
        return self._session

    def _token(self) -> str:
        """The key, or a token for name and password; empty without a login."""
        login = self._login
        if login is None or login.key:
            return "" if login is None else login.key
        address = self._token_url or self._told_address()
        try:
            self._made_token = token_from(self._network, address, login.username, login.password)["token"]
            return str(self._made_token)
        except ConnectionFailed:
            raise InputProblem("pixel_source_unreachable", host=urlsplit(address).hostname or "") from None
        except PlatformError as error:
            if error.kind is not Kind.NOT_LOGGED_IN:
                raise
            raise refused(urlsplit(address).hostname or "", error.words) from None

    def _told_address(self) -> str:
        """Where the layer's server says that its tokens are made; only on the same host, since it gets a password."""
        before, found, _ = self._path.partition("rest/services/")
        if not found:
            raise InputProblem("pixel_source_no_tokens", host=self._host)
        told = self._ask(f"{before}rest/info", {}, proven=False).get("authInfo")
        address = str(told.get("tokenServicesUrl") or "") if isinstance(told, dict) else ""
        address = urljoin(self._root, address) if address else f"{self._root}{before}tokens/generateToken"
        try:
            own = origin(address) == origin(self._root)
        except ValueError:
            own = False
        if not own:
            raise InputProblem("pixel_source_no_tokens", host=self._host)
        return address

    def _look_for_error(self, told: Mapping[str, Any], problem: str, **facts: str) -> None:
        """Refusals come with HTTP status 200 and an ``error`` object [K]."""
        error = told.get("error")
        if not isinstance(error, dict):
            return
        details = error.get("details")
        parts = [error.get("message"), *(details if isinstance(details, list) else ())]
        words = "; ".join(str(one) for one in parts if one) or str(error.get("code") or "")
        if self._login is not None:
            for secret in filter(None, (self._login.password, self._login.key, self._made_token)):
                words = words.replace(secret, "…")
        if error.get("code") in REFUSALS:
            raise refused(self._host, words)
        if not words:
            raise InputProblem("pixel_source_silent", host=self._host)
        raise InputProblem(problem, host=self._host, words=words, **facts)


def refused(host: str, words: str) -> InputProblem:
    """The login of the source was not taken, with the server's words if it said any."""
    if not words:
        return InputProblem("pixel_source_refused_silently", host=host)
    return InputProblem("pixel_source_refused", host=host, words=words)
