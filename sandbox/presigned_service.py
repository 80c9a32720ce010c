"""HTTP in front of the deposits: ``POST /_storage/form`` and ``PUT /_storage/parts/{upload}/{part}``, errors in XML."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .exchange import Disconnected, Exchange
from .presigned import Presigned

LOT = 1024 * 1024
LARGEST_FIELDS = 64 * 1024
_PART = re.compile(r"/_storage/parts/([^/]+)/(\d{1,5})")


class Malformed(Exception):
    """The form cannot be read."""


class PresignedService:
    """Answers ``/_storage/...``. A bearer token that is sent all the same is noted as a client's fault."""

    def __init__(self, presigned: Presigned) -> None:
        self._presigned = presigned

    @staticmethod
    def operation(method: str, raw_path: str) -> str | None:
        """The operation of the contract behind a request."""
        if method == "POST" and raw_path == "/_storage/form":
            return "postPresignedForm"
        return "putPresignedPart" if method == "PUT" and _PART.fullmatch(raw_path) else None

    async def answer(self, exchange: Exchange) -> None:
        """One request to storage."""
        if "authorization" in exchange.headers:
            exchange.entry.flag("api-key-sent-to-storage")
        if exchange.fault is not None and exchange.fault.kind == "expired":
            await _error(exchange, 403, "AccessDenied", "Request has expired")
            return
        match = _PART.fullmatch(exchange.scope["raw_path"].decode("latin-1"))
        if match is not None:
            await self._part(exchange, unquote(match[1]), int(match[2]))
        else:
            await self._form(exchange)

    # ------------------------------------------------------------------ PUT of a part
    async def _part(self, exchange: Exchange, key: str, number: int) -> None:
        query = exchange.query
        found = self._presigned.of_part(key, number, query.get("X-Signature", ""), query.get("X-Expires", ""))
        if isinstance(found, str):
            exchange.entry.flag("storage-refused")
            await _error(exchange, 403, "AccessDenied", found)
            return
        deposit, part = found
        if exchange.headers.get("content-md5") != part.md5:
            await _error(exchange, 403, "SignatureDoesNotMatch", "The signed headers were not sent as given.")
            return
        part.stored = False
        size, digest = await _keep(_body(exchange), deposit.path, part.offset, part.length)
        if size != part.length:
            await _error(exchange, 400, "IncompleteBody", "The length is not the one that was announced.")
        elif digest != part.md5:
            await _error(exchange, 400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
        else:
            part.stored = True
            await exchange.content(200, b"", None, {"ETag": f'"{base64.b64decode(digest).hex()}"'})

    # ------------------------------------------------------------------ POST of a form
    async def _form(self, exchange: Exchange) -> None:
        form = Form(exchange)
        try:
            fields = await form.fields()
        except Malformed as error:
            await _error(exchange, 400, "MalformedPOSTRequest", str(error))
            return
        deposit = self._presigned.of_form(fields)
        if isinstance(deposit, str):
            exchange.entry.flag("storage-refused")
            await _error(exchange, 403, "AccessDenied", deposit)
            return
        part = deposit.path.with_name(f"{deposit.path.name}.{exchange.entry.number}.part")
        try:
            size, digest = await _keep(form.file(), part, 0, None)
        except Malformed as error:
            part.unlink(missing_ok=True)
            await _error(exchange, 400, "MalformedPOSTRequest", str(error))
            return
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if digest != deposit.md5 or self._presigned.deposits.get(deposit.key) is not deposit:
            part.unlink(missing_ok=True)
            await _error(exchange, 400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
            return
        part.replace(deposit.path)
        deposit.size, deposit.whole = size, True
        await exchange.content(204, b"", None, {"ETag": f'"{base64.b64decode(digest).hex()}"'})


class Form:
    """A multipart form that is read as it arrives: the fields, then one file, which must come last."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        head = Message()
        head["Content-Type"] = exchange.headers.get("content-type", "")
        self._mark = b"\r\n--" + str(head.get_param("boundary") or "").encode("latin-1")
        self._held = b"\r\n"
        self._more = True

    async def fields(self) -> dict[str, str]:
        """All members before the file; the file's content comes next."""
        if self._mark == b"\r\n--":
            raise Malformed("The body of your POST request is not well-formed multipart/form-data.")
        values: dict[str, str] = {}
        await self._until(self._mark)
        while True:
            head = Message()
            for line in (await self._until(b"\r\n\r\n")).decode("utf-8", "replace").split("\r\n"):
                name, _, value = line.partition(":")
                if name.strip("- "):
                    head[name.strip()] = value.strip()
            name = str(head.get_param("name", header="content-disposition") or "")
            if name == "file":
                return values
            values[name] = (await self._until(self._mark)).decode("utf-8", "replace")

    async def file(self) -> AsyncIterator[bytes]:
        """The bytes of the file, as they come."""
        keep = len(self._mark)
        while True:
            end = self._held.find(self._mark)
            if end >= 0:
                yield self._held[:end]
                break
            if len(self._held) > keep:
                yield self._held[:-keep]
                self._held = self._held[-keep:]
            await self._next()
        while self._more:
            await self._next()
            self._held = b""

    async def _until(self, mark: bytes) -> bytes:
        while (end := self._held.find(mark)) < 0:
            if len(self._held) > LARGEST_FIELDS:
                raise Malformed("Your POST request fields preceding the upload file were too large.")
            await self._next()
        found, self._held = self._held[:end], self._held[end + len(mark):]
        return found

    async def _next(self) -> None:
        if not self._more:
            raise Malformed("The body of your POST request is not well-formed multipart/form-data.")
        piece, self._more = await self._exchange.chunk()
        self._held += piece


async def _body(exchange: Exchange) -> AsyncIterator[bytes]:
    more = True
    while more:
        piece, more = await exchange.chunk()
        yield piece


async def _keep(pieces: AsyncIterator[bytes], path: Path, offset: int, most: int | None) -> tuple[int, str]:
    """Write the pieces into a file from ``offset`` on, no more than ``most`` bytes; size and digest of all. While one
    lot is written the next is read."""
    digest: Any = hashlib.md5(usedforsecurity=False)
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
    size = 0
    writing: asyncio.Task[None] | None = None
    lot: list[bytes] = []
    waiting = 0

    def write(content: list[bytes], place: int) -> None:
        data = b"".join(content)
        digest.update(data)
        data = data if most is None else data[:max(0, offset + most - place)]
        while data:
            written = os.pwrite(descriptor, data, place)
            data, place = data[written:], place + written

    try:
        async for piece in pieces:
            lot.append(piece)
            waiting += len(piece)
            if waiting >= LOT:
                if writing is not None:
                    await writing
                writing = asyncio.create_task(asyncio.to_thread(write, lot, offset + size))
                size, lot, waiting = size + waiting, [], 0
        if writing is not None:
            await writing
            writing = None
        await asyncio.to_thread(write, lot, offset + size)
        return size + waiting, base64.b64encode(digest.digest()).decode("ascii")
    finally:
        if writing is not None:
            await asyncio.wait([writing])
        os.close(descriptor)


async def _error(exchange: Exchange, status: int, code: str, words: str) -> None:
    if status == 400 and exchange.gone:
        raise Disconnected
    text = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{words}</Message></Error>"
    await exchange.content(status, text.encode("utf-8"), "application/xml")
