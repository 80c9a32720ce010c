"""Storage for measuring: takes PUT and serves GET with ranges as fast as Python can, so that the client is what counts.

``python transfer_server.py FILE`` serves FILE at any path, throws away what is PUT, prints its port and ends with its
standard input.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=accept, args=(listener, Path(sys.argv[1])), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()


def accept(listener: socket.socket, path: Path) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, path), daemon=True).start()


def serve(connection: socket.socket, path: Path) -> None:
    """Answer the requests of one connection."""
    sink = memoryview(bytearray(1 << 20))
    with suppress(OSError), connection, connection.makefile("rb", buffering=1 << 16) as stream:  # clients may hang up
        while request := stream.readline():
            headers = {}
            while (line := stream.readline().strip()):
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            if request.startswith(b"PUT"):
                take(connection, stream, int(headers.get("content-length", "0")), sink, headers)
            else:
                give(connection, path, headers.get("range", ""))


def take(connection: socket.socket, stream: object, left: int, sink: memoryview, headers: dict[str, str]) -> None:
    """Read a body and throw it away."""
    if "100-continue" in headers.get("expect", "").lower():
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    while left:
        count = stream.readinto1(sink[: min(left, len(sink))])  # type: ignore[attr-defined]
        if not count:
            raise ConnectionResetError
        left -= count
    connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 0\r\n\r\n')


def give(connection: socket.socket, path: Path, wanted: str) -> None:
    """Send the file or a range of it."""
    size = path.stat().st_size
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    start = int(found.group(1)) if found else 0
    end = min(size, int(found.group(2) or size) + 1) if found else size
    lines = ["HTTP/1.1 206 Partial" if found else "HTTP/1.1 200 OK", 'ETag: "e"', f"Content-Length: {end - start}"]
    if found:
        lines.append(f"Content-Range: bytes {start}-{end - 1}/{size}")
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    with path.open("rb") as file:
        while start < end:
            start += os.sendfile(connection.fileno(), file.fileno(), start, min(1 << 22, end - start))


if __name__ == "__main__":
    main()
