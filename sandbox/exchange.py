"""One request and its answer, with what the log wants to know and the trouble that was asked for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from .faults import Fault
from .log import Entry

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_JSON = 64 * 1024 * 1024


class Cut(Exception):
    """The connection was cut on purpose."""


class Disconnected(Exception):
    """The client went away while sending."""


class Exchange:
    """Reads a request and sends its answer, counts bytes, and carries out a fault."""

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send, entry: Entry) -> None:
        self.scope = scope
        self.entry = entry
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.fault: Fault | None = None
        self._receive = receive
        self._send = send
        self._body_left: int | None = None
        self._ended = False

    @property
    def method(self) -> str:
        """GET, PUT, ..."""
        return str(self.scope["method"])

    @property
    def query(self) -> dict[str, str]:
        """Decoded query parameters; the last of a repeated one counts."""
        return dict(parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True))

    @property
    def queries(self) -> dict[str, list[str]]:
        """Decoded query parameters with all their values."""
        return parse_qs(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)

    @property
    def has_body(self) -> bool:
        """Whether a body was announced."""
        return "transfer-encoding" in self.headers or self.headers.get("content-length", "0").strip() != "0"

    @property
    def host(self) -> str:
        """``http://127.0.0.1:8765`` as the client called this server (A6)."""
        address, port = self.scope.get("server") or ("127.0.0.1", 0)
        return f"{self.scope['scheme']}://{self.headers.get('host') or f'{address}:{port}'}"

    # ------------------------------------------------------------------ the request
    async def chunk(self) -> tuple[bytes, bool]:
        """The next piece of the body, and whether there is more."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece: bytes = message.get("body", b"")
        self.entry.bytes_in += len(piece)
        if self.fault is not None:
            if self.fault.kind == "cut_upload" and self.entry.bytes_in >= self.fault.bytes:
                self.cut()
            if self.fault.kind == "slow_upload" and piece:
                await asyncio.sleep(len(piece) / self.fault.bytes_per_second)
        return piece, bool(message.get("more_body", False))

    async def body(self) -> bytes:
        """The whole body, for JSON only."""
        pieces: list[bytes] = []
        size = 0
        more = True
        while more:
            piece, more = await self.chunk()
            size += len(piece)
            if size > LARGEST_JSON:
                raise Disconnected
            pieces.append(piece)
        return b"".join(pieces)

    # ------------------------------------------------------------------ the answer
    async def json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Send a JSON answer; ``None`` is an empty body."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        await self.content(status, content, "application/json" if content else None, headers)

    async def content(self, status: int, content: bytes, media_type: str | None,
                      headers: dict[str, str] | None = None) -> None:
        """Send a short answer."""
        if self.fault is not None and self.fault.kind == "malformed" and content:
            content = self.fault.body.encode("utf-8")
        if self.fault is not None and self.fault.kind == "lost":
            status, content, media_type, headers = self.fault.status, b"Bad gateway.", "text/plain", None
        await self.start(status, len(content), media_type, headers)
        await self.piece(content, more=False)

    async def start(self, status: int, length: int, media_type: str | None,
                    headers: dict[str, str] | None = None) -> None:
        """Send status and headers of an answer of ``length`` bytes."""
        if self.fault is not None and self.fault.kind == "lost_cut":
            self.cut()
        lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]
        if media_type is not None:
            lines.append((b"content-type", media_type.encode("latin-1")))
        if self.fault is not None and self.fault.kind == "truncate":
            length = int(length * self.fault.fraction)
            self._body_left = length
        elif self.fault is not None and self.fault.kind == "cut_answer":
            self._body_left = int(length * self.fault.fraction)
        if status != 204:
            lines.append((b"content-length", str(length).encode("ascii")))
        self.entry.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": lines})

    async def piece(self, content: bytes | memoryview, more: bool) -> None:
        """Send a piece of the answer's body."""
        if self._ended:
            return
        if self._body_left is not None:
            if len(content) >= self._body_left:
                content, more = content[:self._body_left], False
            self._body_left -= len(content)
        if self.fault is not None and self.fault.kind == "slow_answer":
            await self._slowly(bytes(content), more)
            return
        self.entry.bytes_out += len(content)
        if not more and self.fault is not None and self.fault.kind == "cut_answer":
            await self._send({"type": "http.response.body", "body": bytes(content), "more_body": True})
            self.cut(flush=True)
        self._ended = not more
        await self._send({"type": "http.response.body", "body": content, "more_body": more})

    @property
    def ended(self) -> bool:
        """Whether the answer is complete (a fault may end it early)."""
        return self._ended

    @property
    def gone(self) -> bool:
        """Whether the client has closed the connection."""
        extensions = self.scope.get("extensions", {})
        return "sandbox.transport" in extensions and bool(extensions["sandbox.transport"]["transport"].is_closing())

    def cut(self, flush: bool = False) -> None:
        """Cut the connection: at once, or after what was written has gone out."""
        transport = self.scope["extensions"]["sandbox.transport"]["transport"]
        self.entry.flag("cut")
        if flush:
            transport.close()
        else:
            transport.abort()
        raise Cut

    async def _slowly(self, content: bytes, more: bool) -> None:
        rate = self.fault.bytes_per_second if self.fault is not None else 1.0
        step = max(1, int(rate / 10))
        for start in range(0, len(content), step):
            part = content[start:start + step]
            self.entry.bytes_out += len(part)
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(len(part) / rate)
        if not more:
            self._ended = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
