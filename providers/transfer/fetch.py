"""One request of a download: what storage answers, and whether it still is the same object."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Protocol

from ..errors import Kind, TransferFailed
from ..http.failures import scrub
from ..http.routing import Response, chunks
from .addresses import Addresses
from .control import Meter
from .ranges import Span
from .wire import Wire

BLOCK, MOST_BLOCK = 1 << 16, 1 << 20
BLOCK_SECONDS = 1 / 64
"""A cut connection loses at most the block that was coming: what comes in that time. On a fast line large ones take
half the processor's time of small ones."""

DECODED = ("gzip", "x-gzip", "deflate")


class Changed(Exception):
    """Storage has another object now than the one that was begun."""


class Whole(Changed):
    """Storage gives the same object, but whole instead of a range of it."""


class Coded(Exception):
    """Storage has the object packed (gzip) and gives ranges of that; only the whole can be unpacked."""


@dataclass(frozen=True)
class Found:
    """The object as storage described it. ``size`` is -1 when unknown; ``ranged`` whether ranges are served."""

    size: int
    etag: str
    modified: str
    ranged: bool

    @property
    def validator(self) -> str:
        """What makes sure that a range is of the same object: a strong ETag, else the date; empty when neither."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


class Target(Protocol):
    """Where what is fetched goes: a :class:`~.target.TargetFile`, or what passes it on."""

    def write(self, offset: int, data: bytes) -> None:
        """Take a block."""

    def cut(self, size: int) -> None:
        """What lies behind is of no use."""

    def make_room(self, size: int, have: int) -> None:
        """Raise when so much cannot be taken."""

    def settled(self, span: Span | None, seconds: float) -> list[Span]:
        """What lasts from now on."""


class Fetcher:
    """The requests of one download, made by several threads."""

    def __init__(self, addresses: Addresses, target: Target, meter: Meter, found: Found | None) -> None:
        self.found = found
        self._addresses = addresses
        self._target = target
        self._meter = meter
        self._lock = threading.Lock()
        self._ranges_wanted = True

    def fetch(self, span: Span, wire: Wire) -> list[Span]:
        """Write a span, taking up a cut one where it was cut; give what is surely on the disk since the last time.

        The first fetch of an object tells what it is; without ranges it brings the whole.
        """
        position, end = span
        complete = False

        def write(response: Response, address: str) -> None:
            nonlocal position
            for piece in chunks(response, address, block_for(self._meter.speed())):
                wire.control.check()
                if self._ranged() and position + len(piece) > end:
                    raise TransferFailed(Kind.DAMAGED, facts={"reason": "wrong_range"})
                self._target.write(position, piece)
                position += len(piece)
                self._meter.add(len(piece))

        def get(address: str) -> None:
            nonlocal position, end, complete
            before = position
            with wire.exchange("GET", address, self._headers(position, end), accepted=(200, 206, 416)) as response:
                self._addresses.worked()
                end = self._accept(response, position, end)
                if not self._ranged():
                    self._meter.add(-position)
                    position = 0
                    self._target.cut(0)
                if response.status_code != 416:
                    write(response, address)
            complete = position >= end or not self._ranged()
            if not complete and position == before:  # an empty range would be asked for again without end
                raise TransferFailed(Kind.DAMAGED, facts={"reason": "wrong_range"})

        def attempt() -> None:
            while not complete:
                try:
                    self._addresses.use(get)
                except Coded:
                    if not self._ranges_wanted:
                        raise TransferFailed(Kind.STORAGE_REFUSED, facts={"reason": "content_encoding"}) from None
                    self._ranges_wanted = False

        wire.control.patiently(attempt, wire.engine.retry, lambda: position)
        return self._target.settled((span[0], end) if self._ranged() else (0, position), wire.engine.flush_seconds)

    def _ranged(self) -> bool:
        return self.found is not None and self.found.ranged

    def _headers(self, position: int, end: int) -> dict[str, str]:
        if not self._ranges_wanted or (self.found is not None and not self.found.ranged):
            return {}
        headers = {"Range": f"bytes={position}-{end - 1}"}
        if self.found is not None and self.found.validator:
            headers["If-Range"] = self.found.validator
        return headers

    def _accept(self, response: Response, position: int, end: int) -> int:
        """Learn or check what the object is; the end of the span, which may be beyond the object's."""
        described = describe(response, position)
        with self._lock:
            if self.found is None:
                self.found = described
                self._target.make_room(described.size, 0)
                self._meter.start_at(0, described.size)
            elif (described.size, described.ranged) != (self.found.size, self.found.ranged) or (
                described.ranged and described.validator != self.found.validator
            ):
                same = (described.size, described.validator) == (self.found.size, self.found.validator)
                raise Whole if same and self.found.ranged else Changed
        return min(end, described.size) if described.ranged else end


def block_for(speed: float) -> int:
    """How much to read and write at once, at a speed in bytes per second."""
    return min(MOST_BLOCK, max(BLOCK, int(speed * BLOCK_SECONDS)))


def describe(response: Response, position: int) -> Found:
    """What an answer says of the object. A coded body (gzip) is decoded on the way, so its size is not known."""
    etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
    coding = response.headers.get("content-encoding", "").lower()
    coded = coding not in ("", "identity")
    if coded and coding not in DECODED:
        raise TransferFailed(Kind.STORAGE_REFUSED, facts={"reason": "content_encoding", "coding": scrub(coding)})
    if coded and response.status_code == 206:
        raise Coded
    if response.status_code == 200:
        length = response.headers.get("content-length", "")
        return Found(int(length) if length.isdigit() and not coded else -1, etag, modified, ranged=False)
    given = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", response.headers.get("content-range", "").strip())
    if response.status_code == 416:
        if position == 0 and (given is None or given.group(3) == "0"):
            return Found(0, etag, modified, ranged=True)
        raise Changed
    if given is None or given.group(1) is None or int(given.group(1)) != position:
        raise TransferFailed(Kind.DAMAGED, facts={"reason": "wrong_range"})
    return Found(int(given.group(3)), etag, modified, ranged=True)
