"""HTTP/1.1 heads, read from and written to streams."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote

LARGEST_HEAD = 64 * 1024
LARGEST_ANSWER = 16 * 1024 * 1024
PIECE = 256 * 1024


class Malformed(Exception):
    """What came is not HTTP/1.1 as it is understood here."""


@dataclass
class Head:
    """A request's head. ``path`` as on the wire, ``query`` decoded and in order, header names in lower case."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]

    @property
    def length(self) -> int | None:
        """Bytes of the body, None when not announced. Raises Malformed."""
        return _length(self.headers)

    def encode(self, raw_query: str) -> bytes:
        """The head as bytes, with the query as given."""
        target = self.path + (f"?{raw_query}" if raw_query else "")
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def read_head(reader: asyncio.StreamReader) -> tuple[Head, str] | None:
    """The next request's head and its raw query, or None when the client has gone. Raises Malformed."""
    lines = await _read_lines(reader)
    if lines is None:
        return None
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] != "HTTP/1.1" or not parts[1].startswith("/"):
        raise Malformed("The request line is malformed.")
    path, _, raw_query = parts[1].partition("?")
    query = []
    for pair in filter(None, raw_query.split("&")):
        name, _, value = pair.partition("=")
        query.append((unquote(name), unquote(value)))
    return Head(parts[0], path, query, _headers(lines[1:])), raw_query


@dataclass
class Answer:
    """An answer's head. ``length`` is None for a chunked body."""

    status: int
    reason: str
    headers: dict[str, str]

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks of unknown number."""
        return self.headers.get("transfer-encoding", "").lower() == "chunked"

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return _length(self.headers) or 0

    def encode(self) -> bytes:
        """The head as bytes."""
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """The next answer's head. Raises Malformed, also when there is none."""
    while True:
        lines = await _read_lines(reader)
        if lines is None:
            raise Malformed("The storage closed the connection.")
        _, status, reason = (lines[0] + "  ").split(" ", 2)
        if status != "100":
            return Answer(int(status), reason.strip(), _headers(lines[1:]))


async def read_chunked(reader: asyncio.StreamReader) -> bytes:
    """A whole chunked body; the storage sends its lists so. Raises Malformed when it is too large."""
    body = bytearray()
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
        if len(body) > LARGEST_ANSWER:
            raise Malformed("The answer of the storage is too large.")
    while (await reader.readline()).strip():
        continue
    return bytes(body)


async def _read_lines(reader: asyncio.StreamReader) -> list[str] | None:
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise Malformed("The head is too large.") from error
    if len(raw) > LARGEST_HEAD:
        raise Malformed("The head is too large.")
    return raw[:-4].decode("latin-1").split("\r\n")


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or name != name.strip():
            raise Malformed("A header is malformed.")
        headers[name] = f"{headers[name]},{value.strip()}" if name in headers else value.strip()
    return headers


def _length(headers: dict[str, str]) -> int | None:
    value = headers.get("content-length")
    if value is None:
        return None
    if not value.isdigit():
        raise Malformed("The content length is malformed.")
    return int(value)
