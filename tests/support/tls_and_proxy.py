"""A TLS server that only a private authority vouches for, and a proxy that wants a user and a password."""

from __future__ import annotations

import base64
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import trustme


class Answering(BaseHTTPRequestHandler):
    """Answers each GET with JSON and notes who asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        self.server.seen.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        body = b'{"hello": "there"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def web_server(
    authority: trustme.CA | None = None, name: str = "localhost", handler: type[BaseHTTPRequestHandler] = Answering
) -> Iterator[ThreadingHTTPServer]:
    """A server on a free port; with an authority it speaks TLS. ``seen`` lists path and headers of each request."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.seen = []  # type: ignore[attr-defined]
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.certificate = authority.issue_cert(name)  # type: ignore[attr-defined]
        server.certificate.configure_cert(context)  # type: ignore[attr-defined]
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Proxying(BaseHTTPRequestHandler):
    """CONNECT tunnels and plain requests, for who gives the right user and password."""

    protocol_version = "HTTP/1.1"

    def _may_pass(self) -> bool:
        self.server.asked.append((self.command, self.path))  # type: ignore[attr-defined]
        expected = base64.b64encode(self.server.login.encode()).decode()  # type: ignore[attr-defined]
        if self.headers.get("Proxy-Authorization") == f"Basic {expected}":
            return True
        self.send_response(407)
        self.send_header("Proxy-Authenticate", 'Basic realm="here"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_CONNECT(self) -> None:  # noqa: N802 - the library's name
        if not self._may_pass():
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), 10) as far:
            self.send_response(200)
            self.end_headers()
            ends = [self.connection, far]
            while True:
                ready, _, _ = select.select(ends, [], [], 10)
                if not ready:
                    break
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    (far if end is self.connection else self.connection).sendall(data)

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        if not self._may_pass():
            return
        parts = urlsplit(self.path)
        with socket.create_connection((str(parts.hostname), int(parts.port or 80)), 10) as far:
            far.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
            while data := far.recv(65536):
                self.connection.sendall(data)
        self.close_connection = True

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def proxy_server(login: str) -> Iterator[ThreadingHTTPServer]:
    """A proxy on a free port; ``asked`` lists method and target of each request that reached it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxying)
    server.daemon_threads = True
    server.login = login  # type: ignore[attr-defined]
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
