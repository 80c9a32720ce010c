"""A server of the tests below HTTP libraries: it keeps every request byte for byte and answers what it is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType


@dataclass
class RawRequest:
    """One request as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes
    connection: int
    data: dict[str, object] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.line.split(" ", 1)[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


Answer = Callable[[RawRequest], "bytes | None"]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """An answer with its length; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} Whatever"]
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if "Content-Length" not in names:
        names["Content-Length"] = str(len(body))
    lines += [f"{name}: {value}" for name, value in names.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class RawServer:
    """Calls ``respond(request)`` for every request; its bytes are sent as they are, None cuts the connection.

    ``close_after`` closes each connection after that many answers, without announcing it.
    """

    def __init__(self, respond: Answer, close_after: int = 0, read_bodies: bool = True,
                 tls: ssl.SSLContext | None = None) -> None:
        self.respond = respond
        self.close_after = close_after
        self.read_bodies = read_bodies
        self.tls = tls
        self.requests: list[RawRequest] = []
        self.connections = 0
        self.unread = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}" if self.tls is None else f"https://localhost:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                number = self.connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        answered = 0
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                while True:
                    line = stream.readline().decode("latin-1").strip()
                    if not line:
                        return
                    headers: dict[str, str] = {}
                    while (text := stream.readline().decode("latin-1").strip()):
                        name, _, value = text.partition(":")
                        headers[name.strip().lower()] = value.strip()
                    length = int(headers.get("content-length", 0)) if self.read_bodies else 0
                    request = RawRequest(line, headers, stream.read(length), number)
                    with self._lock:
                        self.requests.append(request)
                    given = self.respond(request)
                    if given is None:
                        return
                    connection.sendall(given)
                    answered += 1
                    if not self.read_bodies:
                        self._linger(connection)
                        return
                    if answered == self.close_after:
                        return
        except OSError:
            return
        finally:
            self._open.discard(connection)

    def _linger(self, connection: socket.socket) -> None:
        """Say no more, but let the other side finish: closing at once would take the answer back from it."""
        connection.shutdown(socket.SHUT_WR)
        while block := connection.recv(1 << 16):
            self.unread += len(block)

    def stop_listening(self) -> None:
        """Refuse connections from now on."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop_listening()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
