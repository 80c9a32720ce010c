"""What the server needs from a platform, and what a platform's handlers are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .blobs import BlobStore
from .clock import Clock
from .contract import Contract, Operation, Operations
from .errors import Refusal
from .exchange import Exchange
from .faults import Faults
from .issued import Issued
from .jobs import Pool
from .log import RequestLog
from .object_storage import ObjectStorage
from .presigned import Presigned
from .settings import Settings


@dataclass
class Services:
    """Shared by all platforms. ``settings`` is replaced as a whole when something is changed."""

    folder: Path
    settings: Settings
    clock: Clock
    log: RequestLog
    faults: Faults
    blobs: BlobStore
    pool: Pool
    storage: ObjectStorage
    issued: Issued = field(default_factory=Issued)
    presigned: Presigned = field(init=False)

    def __post_init__(self) -> None:
        self.presigned = Presigned(self.blobs, self.clock, self.issued)

    def use(self, settings: Settings) -> None:
        """Let new settings take effect everywhere."""
        self.settings = settings
        self.blobs.settings = settings


@dataclass
class Call:
    """One request to an operation, checked against the contract. ``account`` is who the key belongs to, ``host`` the
    server as the client called it, ``address`` the full address without the query."""

    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]
    account: Any
    host: str
    address: str
    raw_query: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Answer:
    """A status and what goes with it; ``body`` None is an empty body. Where ``media_type`` is not JSON it is a text,
    bytes, or a :class:`~sandbox.segments.Content`."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


WHOLE = "x-sandbox-whole"
"""The header of a request that is shown all of an answer, whatever ``drop_assumed`` says."""

ControlHandler = Callable[[dict[str, str], dict[str, Any]], Any]


class Platform(Protocol):
    """One imitated platform. ``prefix`` comes before the paths of the contract, ``roots`` are the beginnings of paths
    that are answered here; ``redirects`` tells whether a GET without the final slash is sent to the path with it,
    ``echoed`` names the headers of requests that every answer repeats."""

    name: str
    prefix: str
    roots: tuple[str, ...]
    redirects: bool
    echoed: tuple[str, ...]
    contract: Contract
    operations: Operations

    def route(self, method: str, path: str, has_body: bool) -> tuple[Operation, dict[str, str]]:
        """The operation behind a path; raises what :meth:`~sandbox.contract.Contract.route` raises."""

    def authenticate(self, operation: Operation, headers: Mapping[str, str], query: Mapping[str, str]) -> Any:
        """The account behind a request, or a :class:`~sandbox.errors.Refusal`."""

    def refused(self, path: str, error: Refusal) -> Answer:
        """A refusal in the shape that the platform gives it on that path (below the prefix)."""

    def revoke(self, headers: Mapping[str, str]) -> None:
        """Refuse the credential of this request from now on."""

    def settle(self) -> None:
        """End the jobs that are due."""

    def handle(self, call: Call) -> Answer:
        """Carry out one operation."""

    async def other(self, exchange: Exchange) -> bool:
        """Answer addresses that are no operations (tiles); False when the address is not this platform's."""

    def control(self) -> dict[str, Callable[..., Awaitable[Any] | Any]]:
        """Control calls by ``"POST accounts"``, below ``/_sandbox/<name>/``."""

    def ready(self, address: str) -> dict[str, Any]:
        """What a user must know to connect."""

    def reset(self) -> None:
        """Forget everything."""
