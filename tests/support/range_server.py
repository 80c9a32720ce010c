"""Storage of the tests: objects by name, PUT, GET with ranges, and trouble on demand. Runs as a process too.

``python range_server.py FOLDER`` prints its port and serves until its standard input ends; objects are files in FOLDER.
"""

from __future__ import annotations

import hashlib
import http.server
import os
import re
import socketserver
import sys
import tempfile
import threading
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

Trouble = Callable[["Handler"], bool]


class Handler(http.server.BaseHTTPRequestHandler):
    """``server.trouble(handler)`` may answer in another way; True means that it did."""

    protocol_version = "HTTP/1.1"
    server: RangeServer
    wbufsize = 1 << 16

    def log_message(self, *details: object) -> None:
        """Say nothing."""

    @property
    def object(self) -> Path:
        return self.server.folder / unquote(urlsplit(self.path).path).strip("/").replace("/", "_")

    def refuse(self, status: int, body: bytes = b"", **headers: str) -> bool:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return True

    def do_PUT(self) -> None:
        self.server.note(self)
        if self.server.trouble(self):
            return
        left = int(self.headers.get("Content-Length", 0))
        digest = hashlib.md5(usedforsecurity=False)
        descriptor, name = tempfile.mkstemp(dir=self.server.folder, prefix=".incoming-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                while left:
                    block = self.rfile.read(min(left, self.server.block))
                    if not block:
                        self.close_connection = True
                        return
                    file.write(block)
                    digest.update(block)
                    left -= len(block)
                    self.server.delay(left)
            Path(name).replace(self.object)
        finally:
            Path(name).unlink(missing_ok=True)
        self.server.written.append(self.object.name)
        self.refuse(200, ETag=f'"{digest.hexdigest()}"')

    def do_GET(self) -> None:
        self.server.note(self)
        if self.server.trouble(self):
            return
        if not self.object.is_file():
            self.refuse(404, b"<Error><Code>NoSuchKey</Code><Message>No such key.</Message></Error>")
            return
        with self.object.open("rb") as file:
            found = os.fstat(file.fileno())
            etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
            given = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if not self.server.ranges or self.headers.get("If-Range", etag) != etag:
                given = None
            start, end = 0, found.st_size
            if given is not None:
                start = int(given.group(1))
                end = min(end, int(given.group(2) or end) + 1)
                if start >= found.st_size:
                    self.refuse(416, Content_Range=f"bytes */{found.st_size}")
                    return
            self.send_response(200 if given is None else 206)
            if given is not None:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{found.st_size}")
            self.send_header("Content-Length", str(end - start))
            if self.server.validators:
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", formatdate(found.st_mtime, usegmt=True))
            self.end_headers()
            self._send(file, start, end)

    def _send(self, file: object, start: int, end: int) -> None:
        file.seek(start)
        cut = self.server.cut_after.pop() if self.server.cut_after else None
        while start < end:
            block = file.read(min(self.server.block, end - start))
            if cut is not None and cut < len(block):
                self.wfile.write(block[:cut])
                self.wfile.flush()
                self.close_connection = True
                return
            cut = None if cut is None else cut - len(block)
            self.wfile.write(block)
            self.server.delay(start)
            start += len(block)


class RangeServer(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Give it a folder. ``cut_after`` holds numbers of bytes after which answers are cut, one answer each."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.trouble: Trouble = lambda handler: False
        self.delay: Callable[[int], None] = lambda start: None
        self.ranges = True
        self.validators = True
        self.block = 1 << 16
        self.cut_after: list[int] = []
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.written: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def note(self, handler: Handler) -> None:
        self.seen.append((handler.command, handler.path, {k.lower(): v for k, v in handler.headers.items()}))

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what these tests are about."""

    def __enter__(self) -> RangeServer:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.shutdown()
        self.server_close()


if __name__ == "__main__":
    with RangeServer(Path(sys.argv[1])) as running:
        print(running.server_address[1], flush=True)
        sys.stdin.read()
