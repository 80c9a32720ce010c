"""Which files go together into one call: blocks in which every name occurs once (notes, section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ..client.jobs import FILES_AT_ONCE
from ..records import Fields, JsonMetadata, Metadata

MEBIBYTE = 1 << 20
LEAST_PART, MOST_PARTS = 5 * MEBIBYTE, 10_000
"""Storage takes no smaller part but the last, and no more of them (section 9.2)."""
BLOCK_BYTES = 2048 * MEBIBYTE
"""More are not begun at once: the addresses of a block are good for an hour (ASSUMED A11)."""


@dataclass(frozen=True)
class UploadFile:
    """A file, what goes with it and what is said of it. ``kind``: ``image``, ``raster`` or ``point_cloud``; ``fields``
    without ``fields_type``."""

    path: Path
    kind: str
    support: tuple[Path, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    further: JsonMetadata = field(default_factory=dict)

    @property
    def metadata(self) -> Metadata:
        """As it is sent; empty when nothing is said."""
        found: Metadata = {}
        if self.fields:
            found["fields"] = cast(Fields, {"fields_type": self.kind, **self.fields})
        if self.further:
            found["json_metadata"] = self.further
        return found


@dataclass(frozen=True)
class Parts:
    """Files of more than ``above`` bytes are sent in parts of ``size`` bytes."""

    above: int = 64 * MEBIBYTE
    size: int = 32 * MEBIBYTE

    def of(self, size: int) -> int:
        """The size of the parts of a file: larger where there would be too many."""
        return max(self.size, LEAST_PART, -(-size // MOST_PARTS))


@dataclass
class Block:
    """Files of one call: all in one piece, or all ``multipart``."""

    multipart: bool
    files: list[UploadFile] = field(default_factory=list)
    size: int = 0
    names: set[str] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether nothing more fits in."""
        return len(self.files) >= FILES_AT_ONCE or self.size >= BLOCK_BYTES

    def takes(self, file: UploadFile, size: int) -> bool:
        """Whether the file fits in. A single one always does."""
        fits = not self.files or self.size + size <= BLOCK_BYTES
        return fits and not self.full and file.path.name.casefold() not in self.names

    def add(self, file: UploadFile, size: int) -> None:
        """Put the file in."""
        self.files.append(file)
        self.size += size
        self.names.add(file.path.name.casefold())


def blocks(files: Iterable[tuple[UploadFile, int]], parts: Parts) -> list[Block]:
    """Files with their sizes in blocks, in their order as far as names allow: what belongs together is told by the
    name, so that a name that occurs again goes into another block."""
    made: list[Block] = []
    unfilled: list[Block] = []
    for file, size in files:
        multipart = size > parts.above
        block = next((one for one in unfilled if one.multipart == multipart and one.takes(file, size)), None)
        if block is None:
            block = Block(multipart)
            made.append(block)
            unfilled.append(block)
        block.add(file, size)
        if block.full:
            unfilled.remove(block)
    return made
