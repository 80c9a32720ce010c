"""The content of an object in storage: pieces of memory and of files in a row, read by range."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Slice:
    """``length`` bytes of a file from ``offset`` on."""

    path: Path
    offset: int
    length: int


@dataclass(frozen=True)
class Content:
    """Bytes of known length that need not be in memory."""

    media_type: str
    segments: tuple[bytes | Slice, ...]
    version: str = field(default="")

    @classmethod
    def of_file(cls, path: Path, media_type: str) -> Content:
        """A whole file."""
        state = path.stat()
        return cls(media_type, (Slice(path, 0, state.st_size),), f"{state.st_mtime_ns}-{state.st_size}")

    @property
    def size(self) -> int:
        """Length in bytes."""
        return sum(_length(one) for one in self.segments)

    @property
    def etag(self) -> str:
        """Quoted entity tag."""
        name = "|".join([self.version, *(str(one.path) + f":{one.offset}:{one.length}" if isinstance(one, Slice)
                                         else hashlib.sha256(one).hexdigest() for one in self.segments)])
        return '"' + hashlib.sha256(name.encode("utf-8")).hexdigest()[:32] + '"'

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """Chunks of the bytes from ``start`` to before ``stop``."""
        position = 0
        for one in self.segments:
            length = _length(one)
            low, high = max(start - position, 0), min(stop - position, length)
            if low < high:
                if isinstance(one, Slice):
                    yield from _read(one, low, high)
                else:
                    yield one[low:high]
            position += length


def _length(segment: bytes | Slice) -> int:
    return segment.length if isinstance(segment, Slice) else len(segment)


def _read(piece: Slice, low: int, high: int) -> Iterator[bytes]:
    with piece.path.open("rb", buffering=0) as source:
        source.seek(piece.offset + low)
        left = high - low
        while left > 0:
            data = source.read(min(CHUNK, left))
            if not data:
                raise EOFError(f"{piece.path} is shorter than it was.")
            left -= len(data)
            yield data
