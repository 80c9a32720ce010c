"""One huge MultiPolygon into many small features, bytewise.

GDAL refuses a feature above about 200 MB and takes gigabytes of memory near that; Picterra's results are one
MultiPolygon for each class (notes, section 9.6). In a MultiPolygon's coordinates the bytes ``]]],[[[`` stand between
two polygons and nowhere else, so that the file can be taken apart by searching, never parsing a coordinate in Python.
Every step works on a chunk of about a megabyte, so that other Python threads never wait long for the interpreter's
lock.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from ..errors import InputProblem
from .scan import CHUNK, Piece, Scanner

#: Coordinates above this many bytes are taken apart here; smaller ones are left to GDAL.
LARGE = 4 << 20
#: How many features of a file are looked at to see what it holds.
LOOK = 1000
_NUMBERS = b"0123456789+-.eE[],"
_SPACE = b" \t\r\n"
_BETWEEN = b"]]],[[["
#: Stands for ``_BETWEEN`` while a block is rewritten.
_JOINT = b"@"
#: A run of brackets and commas longer than this is no geometry.
_LONGEST_RUN = 4096


class Framing(Protocol):
    """How a polygon becomes a row."""

    def header(self) -> bytes:
        """What stands before all rows."""

    def around(self, piece: Piece) -> tuple[bytes, bytes]:
        """What stands before and after each polygon of a piece, instead of ``[[[`` and ``]]]``."""

    def body(self, block: bytes) -> bytes:
        """Coordinates in the row's own notation; ``@`` stands between two polygons and is kept."""

    def other(self, piece: Piece, coordinates: bytes) -> bytes:
        """The row of a geometry that is neither Polygon nor MultiPolygon."""


class JsonSequence:
    """GeoJSONSeq: one feature in a line; all properties and the id are repeated on each polygon."""

    def header(self) -> bytes:
        return b""

    def around(self, piece: Piece) -> tuple[bytes, bytes]:
        return self._start(piece, "Polygon") + b"[[[", b"]]]}}\n"

    def body(self, block: bytes) -> bytes:
        return block

    def other(self, piece: Piece, coordinates: bytes) -> bytes:
        return self._start(piece, piece.kind) + coordinates + b"}}\n"

    def _start(self, piece: Piece, kind: str) -> bytes:
        feature: dict[str, Any] = {"type": "Feature"}
        if piece.id is not None and piece.kind != "MultiPolygon":
            feature["id"] = piece.id
        feature["properties"] = piece.properties
        text = json.dumps(feature, separators=(",", ":"))
        geometry = f',"geometry":{{"type":{json.dumps(kind)},"coordinates":'
        return (text[:-1] + geometry).encode()


class WktTable:
    """CSV, a line for each row, with WKT and the named properties: GDAL reads it faster than GeoJSONSeq."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = list(columns)

    def header(self) -> bytes:
        return _csv_line(["WKT", *self.columns])

    def around(self, piece: Piece) -> tuple[bytes, bytes]:
        values = _csv_line([_cell(piece.properties.get(name)) for name in self.columns]) if self.columns else b"\n"
        return b'"POLYGON((', b'))"' + (b"," if self.columns else b"") + values

    def body(self, block: bytes) -> bytes:
        block = block.replace(b"]],[[", b")|(").replace(b"],[", b"|")
        return block.replace(b",", b" ").replace(b"|", b",")

    def other(self, piece: Piece, coordinates: bytes) -> bytes:
        raise InputProblem("geojson_kind", kind=piece.kind)


def rows(source: Path, framing: Framing, chunk: int = CHUNK) -> Iterator[bytes]:
    """The rows of a file in blocks of about ``chunk`` bytes; a block can end inside a row.

    Multi-part polygons become one row for each part; empty geometries give none. Raises :class:`InputProblem` for what
    is no GeoJSON, was cut short, or holds something else than numbers among the coordinates (NaN, for instance).
    """
    with open(source, "rb") as skeleton, open(source, "rb") as file:
        waiting = [framing.header()]
        size = len(waiting[0])
        for piece in Scanner(skeleton, chunk).pieces():
            for block in _piece_rows(file, piece, framing, chunk):
                waiting.append(block)
                size += len(block)
                if size >= chunk:
                    yield b"".join(waiting)
                    waiting, size = [], 0
        yield b"".join(waiting)


def columns_of(source: Path, most: int = 64) -> list[str]:
    """The names of the properties of a file's first features, in the order of their appearance; at most ``most``."""
    names: dict[str, None] = {}
    with open(source, "rb") as file:
        for piece in islice(Scanner(file).pieces(), LOOK):
            names.update(dict.fromkeys(piece.properties))
    return list(names)[:most]


def needs_reframing(source: Path) -> bool:
    """Whether a file holds a MultiPolygon that GDAL would need much memory for, among its first features."""
    with open(source, "rb") as file:
        pieces = islice(Scanner(file).pieces(), LOOK)
        return any(piece.kind == "MultiPolygon" and piece.end - piece.start > LARGE for piece in pieces)


def write_sequence(source: Path, target: BinaryIO, framing: Framing | None = None) -> int:
    """Write all rows of a file and give the number of bytes written."""
    return sum(target.write(block) for block in rows(source, framing or JsonSequence()))


def _piece_rows(file: BinaryIO, piece: Piece, framing: Framing, chunk: int) -> Iterator[bytes]:
    if piece.kind == "MultiPolygon":
        yield from _polygons(_blocks(file, piece.start + 1, piece.end - 1, chunk), piece, framing)
    elif piece.kind == "Polygon":
        yield from _polygons(_blocks(file, piece.start, piece.end, chunk), piece, framing)
    elif piece.kind:
        coordinates = b"".join(_blocks(file, piece.start, piece.end, chunk))
        if coordinates != b"[]":
            yield framing.other(piece, coordinates)


def _blocks(file: BinaryIO, start: int, end: int, chunk: int) -> Iterator[bytes]:
    """The coordinates without white space, in blocks that never end inside a run of brackets and commas."""
    file.seek(start)
    left = end - start
    rest = b""
    while left > 0:
        raw = file.read(min(chunk, left))
        if not raw:
            raise InputProblem("geojson_cut")
        left -= len(raw)
        strange = raw.translate(None, _NUMBERS + _SPACE)
        if strange:
            raise InputProblem("geojson_number", text=strange[:20].decode("ascii", "replace"))
        raw = raw.translate(None, _SPACE)
        block = rest + raw
        cut = len(block.rstrip(b"[],")) if left else len(block)
        rest = block[cut:]
        if len(rest) > max(_LONGEST_RUN, 2 * chunk):
            raise InputProblem("geojson_broken", byte=str(end - left))
        if cut:
            yield block[:cut]


def _polygons(blocks: Iterator[bytes], piece: Piece, framing: Framing) -> Iterator[bytes]:
    before, after = framing.around(piece)
    joint = after + before
    begun = False
    tail = b""
    for block in blocks:
        if b"[]" in block:
            block = _without_empty(block)
        block = tail + block
        if not begun and block:
            if not block.startswith(b"[[[") or block.startswith(b"[[[["):
                raise InputProblem("geojson_broken", byte=str(piece.start))
            yield before
            block, begun = block[3:], True
        # the last brackets of a block may be the end of the geometry: they wait for what follows
        keep = len(block) - len(block.rstrip(b"[],"))
        block, tail = (block[:-keep], block[-keep:]) if keep else (block, b"")
        yield framing.body(block.replace(_BETWEEN, _JOINT)).replace(_JOINT, joint)
    if begun:
        if tail != b"]]]":
            raise InputProblem("geojson_broken", byte=str(piece.end))
        yield after


def _without_empty(block: bytes) -> bytes:
    """Without empty polygons, rings and positions."""
    while b"[]" in block:
        block = block.replace(b"[],", b"").replace(b",[]", b"").replace(b"[]", b"")
    return block


def _cell(value: Any) -> str:
    """A value in one line."""
    if value is None:
        return ""
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value)


def _csv_line(values: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(values)
    return line.getvalue().encode("utf-8", "replace")
