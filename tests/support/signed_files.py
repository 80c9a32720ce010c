"""Files behind signatures that expire, in a process of its own: QGIS opens rasters while it holds the interpreter's
lock, so that a server in the same process could not answer.

`SignedFiles(folder)` answers ranges for `?sig=TOKEN`, and for S3 requests signed with the access key TOKEN, when TOKEN
is among those last given to `allow`; else 403.
"""

from __future__ import annotations

import http.server
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

ALLOW = "/_allow/"


class SignedFiles:
    """The server, from `with` to its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> SignedFiles:
        command = [sys.executable, __file__, str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline())
        self.address = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *reason: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    def allow(self, *tokens: str) -> None:
        """From now on these are good and all others have expired."""
        urllib.request.urlopen(f"{self.address}{ALLOW}{','.join(tokens)}", timeout=10).close()


def handler(folder: Path, *tokens: str) -> type[http.server.BaseHTTPRequestHandler]:
    """What answers for the files of a folder; ``tokens`` are good from the beginning."""
    allowed = set(tokens)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *words: object) -> None:
            """Nothing is said."""

        def do_GET(self) -> None:  # noqa: N802
            if self.path.startswith(ALLOW):
                allowed.clear()
                allowed.update(self.path[len(ALLOW):].split(","))
                self._answer(200)
                return
            signed = re.search(r"Credential=(\w+)", self.headers.get("Authorization", ""))
            token = signed or re.search(r"sig=(\w+)", self.path)
            path = folder / self.path.partition("?")[0].lstrip("/")
            if token is None or token.group(1) not in allowed:
                self._answer(403)
            elif not path.is_file():
                self._answer(404)
            else:
                self._send(path.read_bytes())

        do_HEAD = do_GET  # noqa: N815

        def _send(self, data: bytes) -> None:
            asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if not asked:
                self._answer(200, data)
                return
            start = int(asked.group(1))
            end = min(int(asked.group(2) or len(data) - 1), len(data) - 1)
            self._answer(206, data[start:end + 1], f"bytes {start}-{end}/{len(data)}")

        def _answer(self, status: int, body: bytes = b"", content_range: str = "") -> None:
            self.send_response(status)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(body)))
            if content_range:
                self.send_header("Content-Range", content_range)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    return Handler


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(Path(sys.argv[1])))
    print(server.server_port, flush=True)
    server.serve_forever()
