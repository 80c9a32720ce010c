"""Storage for measuring downloads that are cut: serves one file with ranges, only behind the address that it signed.

``python signed_server.py FILE`` prints its signed address and ends with its standard input. ``limit BYTES`` there lets
it send that many bytes in all and then stand still, which it says as ``reached MOMENT`` (``time.monotonic``) once the
clients have taken them; ``open`` lets it go on without a limit and ``sent`` asks how many bytes went out since the last
``limit``.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import secrets
import socket
import struct
import sys
import termios
import threading
import time
from pathlib import Path

PIECE = 1 << 22
FOREVER = 1 << 62
POLL_SECONDS = 0.002


class Allowance:
    """How many bytes may still go out, of all connections together."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._limit = FOREVER
        self._turn = 0
        self.sent = 0
        self.sockets: set[socket.socket] = set()

    def start(self, limit: int) -> None:
        """Count anew, up to a limit."""
        with self._changed:
            self._turn += 1
            self._limit, self.sent = limit, 0
            self._changed.notify_all()
        if limit < FOREVER:
            threading.Thread(target=self._tell, args=(self._turn,), daemon=True).start()

    def open(self) -> None:
        """No limit any more."""
        with self._changed:
            self._turn += 1
            self._limit = FOREVER
            self._changed.notify_all()

    def take(self, wanted: int) -> int:
        """Wait until something may go out, and say how much. Bytes count as sent from here on."""
        with self._changed:
            turn = self._turn
            while self.sent >= self._limit:
                self._changed.wait()
                if self._turn != turn:  # whoever waited has been ended
                    raise ConnectionResetError
            granted = min(wanted, self._limit - self.sent)
            self.sent += granted
            return granted

    def _tell(self, turn: int) -> None:
        while self._turn == turn and (self.sent < self._limit or any(map(waiting, list(self.sockets)))):
            time.sleep(POLL_SECONDS)
        if self._turn == turn:
            print(f"reached {time.monotonic()}", flush=True)


def waiting(connection: socket.socket) -> int:
    """Bytes that the other side has not taken yet; a connection that is gone has none."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])
    except OSError:
        return 0


class Storage:
    """One file behind one signed address."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._secret = secrets.token_bytes(32)
        self.allowance = Allowance()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Good for an hour."""
        expires = int(time.time()) + 3600
        port = self._listener.getsockname()[1]
        return f"http://127.0.0.1:{port}/bundle.zip?X-Expires={expires}&X-Signature={self._signature(expires)}"

    def _signature(self, expires: int) -> str:
        return hmac.new(self._secret, str(expires).encode(), hashlib.sha256).hexdigest()

    def _good(self, target: str) -> bool:
        found = re.search(r"X-Expires=(\d+)&X-Signature=(\w+)$", target)
        return bool(found) and hmac.compare_digest(self._signature(int(found[1])), found[2]) \
            and time.time() < int(found[1])

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            self.allowance.sockets.add(connection)
            try:
                while request := stream.readline():
                    headers = {}
                    while line := stream.readline().strip():
                        name, _, value = line.decode("latin-1").partition(":")
                        headers[name.lower()] = value.strip()
                    self._give(connection, request.decode("latin-1").split(" ")[1], headers.get("range", ""))
            except OSError:
                return
            finally:
                self.allowance.sockets.discard(connection)

    def _give(self, connection: socket.socket, target: str, wanted: str) -> None:
        if not self._good(target):
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        size = self._path.stat().st_size
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
        start = int(found[1]) if found else 0
        end = min(size, int(found[2] or size) + 1) if found else size
        lines = ["HTTP/1.1 206 Partial Content" if found else "HTTP/1.1 200 OK", 'ETag: "bundle"',
                 "Accept-Ranges: bytes", f"Content-Length: {end - start}"]
        if found:
            lines.append(f"Content-Range: bytes {start}-{end - 1}/{size}")
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        with self._path.open("rb") as file:
            while start < end:
                granted = self.allowance.take(min(PIECE, end - start))
                while granted:
                    count = os.sendfile(connection.fileno(), file.fileno(), start, granted)
                    start, granted = start + count, granted - count


def main() -> None:
    storage = Storage(Path(sys.argv[1]))
    print(storage.address, flush=True)
    for line in sys.stdin:
        word, _, number = line.strip().partition(" ")
        if word == "limit":
            storage.allowance.start(int(number or FOREVER))
        elif word == "open":
            storage.allowance.open()
        elif word == "sent":
            print(storage.allowance.sent, flush=True)


if __name__ == "__main__":
    main()
