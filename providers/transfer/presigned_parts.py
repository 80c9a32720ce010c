"""Parts with a signed address each (Geodata Pixel): sent in parallel, each part again by itself."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Kind, TransferFailed
from ..work import NOT_THERE
from .addresses import Addresses
from .source import BLOCK, Source, SourceBody, SourceFile
from .upload import Part, split
from .wire import Wire


@dataclass(frozen=True)
class PartTarget:
    """Where one part goes, and the headers that were signed with the address."""

    address: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PartDigest:
    """A part as platforms want it announced: ``md5`` in Base64, as in ``Content-MD5``."""

    number: int
    length: int
    md5: str


def announced(path: Path, part_size: int, check: Callable[[], None] = lambda: None) -> list[PartDigest]:
    """The parts of a file with their digests. Reads the whole file; ``check`` is called between blocks to stop it."""
    file = SourceFile.look(path)
    parts = []
    with path.open("rb", buffering=0) as stream:
        for part in split(file.size, part_size):
            digest, left = hashlib.md5(usedforsecurity=False), part.length
            while left > 0 and (block := stream.read(min(BLOCK, left))):
                check()
                digest.update(block)
                left -= len(block)
            parts.append(PartDigest(part.number, part.length, base64.b64encode(digest.digest()).decode()))
    file.check_unchanged()
    return parts


class PresignedParts:
    """``target`` gives the place of a part by its number (from 1), and a fresh one each time it is asked again.

    ``identity`` names the slot (an upload job's id): what was sent into another slot does not count. Storage cannot be
    asked for what has arrived, so the journal is believed. Making one object of the parts is a step of the flow that
    follows (Pixel: ``uploadFinished``); the marks of the parts, should a platform want them, are in the result.
    """

    resumes = True

    def __init__(self, target: Callable[[int], PartTarget], part_size: int, identity: str) -> None:
        self.identity = f"{identity}/{part_size}"
        self._target = target
        self._part_size = part_size
        self._targets: dict[int, PartTarget] = {}
        self._addresses: dict[int, Addresses] = {}
        self._lock = threading.Lock()

    def open(self, source: Source, wire: Wire) -> Any:
        return {}

    def find(self, source: Source, wire: Wire) -> Any:
        return NOT_THERE

    def parts(self, source: Source, state: Any) -> Sequence[Part]:
        return split(source.size, self._part_size)

    def arrived(self, state: Any, wire: Wire) -> Mapping[int, str] | None:
        return None

    def send(self, part: Part, body: SourceBody, state: Any, wire: Wire) -> str:
        def put(address: str) -> str:
            body.take_back()
            with wire.exchange("PUT", address, self._headers(part), body) as response:
                return response.headers.get("etag", "")

        return self._addresses_of(part.number).use(put)

    def _addresses_of(self, number: int) -> Addresses:
        def ask() -> str:
            self._targets[number] = self._target(number)
            return self._targets[number].address

        with self._lock:
            return self._addresses.setdefault(number, Addresses(ask))

    def _headers(self, part: Part) -> dict[str, str]:
        """As they were signed. The length is sent anyway; one that does not fit would break the request."""
        headers = dict(self._targets[part.number].headers)
        for name in [name for name in headers if name.lower() == "content-length"]:
            if int(headers.pop(name)) != part.length:
                raise TransferFailed(Kind.DAMAGED, facts={"reason": "part_length", "part": str(part.number)})
        return headers

    def close(self, source: Source, state: Any, marks: Mapping[int, str], wire: Wire) -> None:
        """Nothing to do here: see the class."""

    def abandon(self, state: Any, wire: Wire) -> None:
        """The platform forgets parts that were never finished; there is no request to remove them."""
