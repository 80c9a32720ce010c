"""HTTP in front of the object storage: PUT once, GET with ranges, errors in XML."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from urllib.parse import unquote

from .blobs import BlobStore, Slot
from .exchange import Disconnected, Exchange
from .segments import Content

WRITE = 4 * 1024 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class StorageService:
    """Answers ``/blob/...``. Never asks for an API key; one that is sent all the same is noted as a client's fault."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def answer(self, exchange: Exchange) -> None:
        """One request to storage."""
        if "x-api-key" in exchange.headers or "authorization" in exchange.headers:
            exchange.entry.flag("api-key-sent-to-storage")
        raw_path = exchange.scope["raw_path"].decode("latin-1")
        key = unquote(raw_path.removeprefix("/blob/"))
        if exchange.fault is not None and exchange.fault.kind == "expired":
            await self._error(exchange, 403, "ExpiredToken")
            return
        code = self._blobs.refusal(exchange.method, raw_path, exchange.scope["query_string"].decode("latin-1"), key)
        if code is not None:
            exchange.entry.flag("storage-refused")
            await self._error(exchange, 403, code)
        elif exchange.method == "PUT":
            await self._put(exchange, key)
        else:
            await self._get(exchange, key)

    # ------------------------------------------------------------------ PUT
    async def _put(self, exchange: Exchange, key: str) -> None:
        slot = self._blobs.slot(key)
        if slot is None:
            await self._error(exchange, 404, "NoSuchKey")
            return
        if slot.stored:
            await self._error(exchange, 403, "AlreadyStored")
            return
        part = slot.path.with_name(f"{slot.path.name}.{exchange.entry.number}.part")
        try:
            size = await _receive(exchange, part)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        announced = exchange.headers.get("content-length")
        if announced is not None and int(announced) != size:
            part.unlink(missing_ok=True)
            raise Disconnected
        if slot.stored or self._blobs.slot(key) is not slot:
            part.unlink(missing_ok=True)
            await self._error(exchange, 403, "AlreadyStored" if slot.stored else "NoSuchKey")
            return
        self._keep(slot, part, size)
        await exchange.content(200, b"", None, {"ETag": f'"{key.rpartition("/")[2]}"'})

    @staticmethod
    def _keep(slot: Slot, part: Path, size: int) -> None:
        part.replace(slot.path)
        slot.stored = True
        slot.size = size

    # ------------------------------------------------------------------ GET
    async def _get(self, exchange: Exchange, key: str) -> None:
        content = self._blobs.content(key)
        if content is None:
            await self._error(exchange, 404, "NoSuchKey")
            return
        size = content.size
        headers = {"ETag": content.etag}
        status, start, stop = 200, 0, size
        if self._blobs.settings.ranges:
            headers["Accept-Ranges"] = "bytes"
            wanted = exchange.headers.get("range", "")
            if wanted and exchange.headers.get("if-range", content.etag) == content.etag:
                bounds = _bounds(wanted, size)
                if bounds is None:
                    await self._error(exchange, 416, "InvalidRange", {"Content-Range": f"bytes */{size}"})
                    return
                start, stop = bounds
                status = 206
                headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        await exchange.start(status, stop - start, content.media_type, headers)
        await _send(exchange, content, start, stop)

    @staticmethod
    async def _error(exchange: Exchange, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        text = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>"
        await exchange.content(status, text.encode("ascii"), "application/xml", headers)


def _bounds(wanted: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last of a single range, or None when it cannot be satisfied."""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None


async def _receive(exchange: Exchange, path: Path) -> int:
    """Stream the body into a file, some megabytes at a time, and return its size. While one lot is written the next is
    read; no more than two lots are in memory."""
    size = 0
    writing: asyncio.Task[None] | None = None
    with path.open("wb", buffering=0) as target:
        try:
            pieces: list[bytes] = []
            waiting = 0
            more = True
            while more:
                piece, more = await exchange.chunk()
                pieces.append(piece)
                waiting += len(piece)
                if waiting >= WRITE or not more:
                    if writing is not None:
                        await writing
                    writing = asyncio.create_task(asyncio.to_thread(_write, target.fileno(), pieces))
                    size += waiting
                    pieces, waiting = [], 0
        finally:
            if writing is not None:
                await writing
    return size


def _write(descriptor: int, pieces: list[bytes]) -> None:
    for start in range(0, len(pieces), 512):
        batch = [one for one in pieces[start:start + 512] if one]
        wanted = sum(map(len, batch))
        written = os.writev(descriptor, batch) if batch else 0
        if written < wanted:
            rest = b"".join(batch)[written:]
            while rest:
                rest = rest[os.write(descriptor, rest):]


async def _send(exchange: Exchange, content: Content, start: int, stop: int) -> None:
    left = stop - start
    if left == 0:
        await exchange.piece(b"", more=False)
        return
    for data in content.read(start, stop):
        if exchange.gone:
            raise Disconnected
        left -= len(data)
        await exchange.piece(data, more=left > 0)
        if exchange.ended:
            return
