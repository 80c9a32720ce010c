"""Connections below requests: what they were given is sent as it is, and what has left is known.

urllib3 rewrites an address before it sends it (``%2f`` becomes ``%2F``, ``|`` becomes ``%7C``), which breaks signed
ones; it cannot let a file send itself; and it does not tell whether a request that failed had left.
The two small mixtures here are put over urllib3's own classes, so that proxies, SOCKS and TLS stay urllib3's.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import urllib3.poolmanager

from ..errors import Cancelled

TARGET = "X-Imagery-Hub-Target"
"""A header that never leaves: it carries the exact target from ``RoutedSession.exact`` down to the connection."""

TICK_SECONDS = 0.1

IDLE_SECONDS = 1.5
"""Servers close idle connections after two seconds and more. A request that meets the closing on its way is lost, and
for one that must not be repeated the outcome would be open, so connections that idled longer are not used again."""


class Body(Protocol):
    """A body that sends itself. The length goes into ``Content-Length``."""

    length: int

    def send_through(self, connection: socket.socket) -> None:
        """Send exactly ``length`` bytes."""


class Watcher(Protocol):
    """Who may end a request that is under way."""

    @property
    def stopped(self) -> bool:
        """Whether nobody waits for it any more."""

    def watch(self, connection: socket.socket) -> None:
        """Take note of the socket that it uses from now on, to shut it when it is stopped."""


class _Exchange(threading.local):
    """What this thread's request under way has come to."""

    left = False
    watcher: Watcher | None = None


exchange = _Exchange()


class _Connection:
    """Over an urllib3 connection."""

    used_at = 0.0
    half_sent = False
    """The answer came before the whole body had left. The other side still waits for the rest, so that the connection
    cannot carry another request."""
    sock: Any

    def connect(self) -> None:
        connect = super().connect  # type: ignore[misc]
        if exchange.watcher is None:
            connect()
        else:
            leave_when_stopped(connect, exchange.watcher, self.close)  # type: ignore[attr-defined]

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        kept = {str(name): value for name, value in (headers or {}).items()}
        target = kept.pop(TARGET, None)
        if target is not None:
            # A proxy for plain HTTP is given the whole address, everyone else the part behind the host.
            url = target if url.startswith("/") else _authority(url) + target
        if self.sock is None:
            self.connect()
        if exchange.watcher is not None:
            exchange.watcher.watch(self.sock)
        exchange.left = True
        sends_itself = hasattr(body, "send_through")
        super().request(method, url, None if sends_itself else body, kept, **options)  # type: ignore[misc]
        if sends_itself:
            body.send_through(self.sock)
        self.half_sent = getattr(body, "answered_early", False)
        self.used_at = time.monotonic()


def leave_when_stopped(connect: Callable[[], None], watcher: Watcher, close: Callable[[], None]) -> None:
    """Connect in a thread of its own. What looks up a name, waits for an answer or shakes hands cannot be interrupted,
    but it can be left to itself; it then closes what it has opened."""
    failures: list[BaseException] = []
    ended, left = threading.Event(), threading.Event()

    def run() -> None:
        try:
            connect()
        except BaseException as error:
            failures.append(error)
        ended.set()
        if left.is_set():
            close()

    threading.Thread(target=run, name="Imagery Hub connecting", daemon=True).start()
    while not ended.wait(TICK_SECONDS):
        if watcher.stopped:
            left.set()
            if ended.is_set():
                close()
            raise Cancelled
    if failures:
        raise failures[0]


class _Pool:
    """Over an urllib3 connection pool."""

    def _get_conn(self, timeout: Any = None) -> Any:
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        if connection.used_at and time.monotonic() - connection.used_at > IDLE_SECONDS:
            connection.close()
            return self._new_conn()  # type: ignore[attr-defined]
        return connection

    def _put_conn(self, connection: Any) -> None:
        if connection is not None:
            connection.used_at = time.monotonic()
            if connection.half_sent:
                connection.close()
        super()._put_conn(connection)  # type: ignore[misc]


def shut(connection: Any) -> None:
    """Wake up the thread that waits at this socket, which then fails as if the other side had cut the connection."""
    # The plain socket's method: the TLS one would take the layer away under a thread that is using it.
    with contextlib.suppress(OSError, TypeError):
        socket.socket.shutdown(getattr(connection, "socket", connection), socket.SHUT_RDWR)


_mixed: dict[type, type] = {}


def exact(manager: urllib3.poolmanager.PoolManager) -> None:
    """Let a pool manager of any kind (direct, proxy, SOCKS) make its connections with the mixtures above."""
    classes = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _mixture(pool) for scheme, pool in classes.items()}


def _mixture(pool: Any) -> Any:
    if pool not in _mixed:
        connection = type("Exact" + pool.ConnectionCls.__name__, (_Connection, pool.ConnectionCls), {})
        _mixed[pool] = type("Exact" + pool.__name__, (_Pool, pool), {"ConnectionCls": connection})
    return _mixed[pool]


def _authority(url: str) -> str:
    scheme, _, rest = url.partition("://")
    end = min((position for position in map(rest.find, "/?#") if position >= 0), default=len(rest))
    return f"{scheme}://{rest[:end]}"
