"""Reading a GeoJSON file's skeleton without its coordinates.

A platform's result can be one geometry of hundreds of megabytes. What stands around the coordinates is small and is
read as JSON; the coordinates themselves are only located, since inside them neither a quote nor a brace can occur.
Memory stays at a few chunks whatever the size of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from ..errors import InputProblem

CHUNK = 1 << 20
#: Longest text or property object that is read whole; anything longer is not a GeoJSON of ours.
LONGEST_VALUE = 32 << 20
_SPACE = b" \t\r\n"
#: A bracket, or a text whose closing quote (group 1) may still lie beyond the buffer.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}\[\]]', re.DOTALL)
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_PLAIN = re.compile(rb"[^,\]}\s]+")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Piece:
    """One geometry of a file. ``start`` and ``end`` are the byte offsets of its coordinates, brackets included.

    ``kind`` is the GeoJSON type; a feature without geometry has kind "" and no coordinates.
    """

    kind: str
    start: int
    end: int
    properties: dict[str, Any] = field(default_factory=dict)
    id: str | int | float | None = None


class Scanner:
    """Walks through a FeatureCollection, a Feature or a bare geometry. ``file`` is binary and at its beginning."""

    def __init__(self, file: BinaryIO, chunk: int = CHUNK) -> None:
        self._file = file
        self._chunk = chunk
        self._buffer = b""
        self._base = 0
        self._at = 0
        #: The ``type`` member of the outermost object, once the walk is over (earlier where it comes first).
        self.type = ""
        #: The outermost ``crs`` member (old GeoJSON), or None.
        self.crs: Any = None

    def pieces(self) -> Iterator[Piece]:
        """Every geometry, in the file's order. Raises :class:`InputProblem` for what is no GeoJSON or was cut short."""
        if self._peek() == _MARK[:1] and self._ahead(3) == _MARK:
            self._at += 3
        found: dict[str, Any] = {}
        for name in self._members():
            if name == "features" and self._peek() == b"[":
                for _ in self._items():
                    yield self._feature()
            else:
                self._member(name, found)
                self.type = found.get("type", self.type)
                self.crs = found.get("crs", self.crs)
        if self._peek(optional=True):
            raise self._broken()
        if found.get("type") != "FeatureCollection":
            yield self._piece(found)

    def _feature(self) -> Piece:
        found: dict[str, Any] = {}
        for name in self._members():
            self._member(name, found)
        return self._piece(found)

    def _piece(self, found: dict[str, Any]) -> Piece:
        geometry = found.get("geometry", found)
        kind = geometry.get("type", "") if geometry else ""
        if not isinstance(kind, str) or (geometry is found and kind in ("Feature", "")):
            kind = ""
        if kind and "coordinates" not in geometry:
            raise InputProblem("geojson_kind", kind=kind)
        start, end = geometry["coordinates"] if kind else (0, 0)
        properties = found.get("properties")
        identity = found.get("id")
        return Piece(
            kind,
            start,
            end,
            properties if isinstance(properties, dict) else {},
            identity if isinstance(identity, (str, int, float)) else None,
        )

    def _member(self, name: str, found: dict[str, Any]) -> None:
        if name == "coordinates" and self._peek() == b"[":
            found[name] = self._coordinates()
        elif name == "geometry" and self._peek() == b"{":
            geometry: dict[str, Any] = {}
            for inner in self._members():
                self._member(inner, geometry)
            found[name] = geometry
        elif name in ("type", "properties", "id", "geometry", "crs"):
            found[name] = self._value(keep=True)
        else:
            self._value(keep=False)

    def _coordinates(self) -> tuple[int, int]:
        """From the opening bracket to the last closing one before the next quote or brace."""
        start = self._base + self._at
        end = start
        while True:
            quote = self._buffer.find(b'"', self._at)
            brace = self._buffer.find(b"}", self._at, quote if quote >= 0 else len(self._buffer))
            stop = brace if brace >= 0 else quote
            last = self._buffer.rfind(b"]", self._at, stop if stop >= 0 else len(self._buffer))
            if last >= 0:
                self._at = last + 1
                end = self._base + self._at
            if stop >= 0:
                return start, end
            if self._buffer[self._at:].strip(_SPACE + b","):
                self._at = len(self._buffer)
            if not self._fill():
                raise InputProblem("geojson_cut")

    def _members(self) -> Iterator[str]:
        self._expect(b"{")
        while self._peek() != b"}":
            name = self._text()
            self._expect(b":")
            yield name
            self._comma(b"}")
        self._at += 1

    def _items(self) -> Iterator[None]:
        self._expect(b"[")
        while self._peek() != b"]":
            yield None
            self._comma(b"]")
        self._at += 1

    def _comma(self, close: bytes) -> None:
        if self._peek() == b",":
            self._at += 1
            if self._peek() == close:
                raise self._broken()
        elif self._peek() != close:
            raise self._broken()

    def _text(self) -> str:
        if self._peek() != b'"':
            raise self._broken()
        value = self._decode(self._match(_STRING))
        return str(value)

    def _value(self, keep: bool) -> Any:
        """The next value; read as JSON when ``keep``, else only passed over."""
        first = self._peek()
        if first == b'"':
            raw = self._match(_STRING)
        elif first in (b"{", b"["):
            raw = self._nested(keep)
        else:
            raw = self._match(_PLAIN)
        return self._decode(raw) if keep else None

    def _nested(self, keep: bool) -> bytes:
        depth = 0
        kept: list[bytes] = []
        size = 0
        while True:
            match = _TOKEN.search(self._buffer, self._at)
            whole = match is not None and match.group(1) != b""
            end = len(self._buffer) if match is None else match.end() if whole else match.start()
            if keep:
                kept.append(self._buffer[self._at:end])
                size += end - self._at
                if size > LONGEST_VALUE:
                    raise self._broken()
            self._at = end
            if match is None or not whole:
                self._more()
                continue
            mark = match.group()
            depth += (mark in (b"{", b"[")) - (mark in (b"}", b"]"))
            if depth == 0:
                return b"".join(kept)

    def _match(self, pattern: re.Pattern[bytes]) -> bytes:
        """What the pattern finds here; more of the file is read while it could go on."""
        while True:
            match = pattern.match(self._buffer, self._at)
            if match is not None and (match.end() < len(self._buffer) or not self._fill()):
                self._at = match.end()
                return match.group()
            if match is None:
                if self._buffer[self._at:self._at + 1] not in (b'"', b""):
                    raise self._broken()
                self._more()

    def _decode(self, raw: bytes) -> Any:
        try:
            return json.loads(raw)
        except ValueError as error:
            raise self._broken() from error

    def _expect(self, mark: bytes) -> None:
        if self._peek() != mark:
            raise self._broken()
        self._at += 1

    def _peek(self, optional: bool = False) -> bytes:
        """The next byte that is no white space; empty at the end where that is ``optional``."""
        while True:
            here = self._buffer[self._at:self._at + 1]
            if here and here not in _SPACE:
                return here
            if here:
                self._at += 1
            elif not self._fill():
                if optional:
                    return b""
                raise InputProblem("geojson_cut")

    def _ahead(self, count: int) -> bytes:
        while len(self._buffer) - self._at < count and self._fill():
            continue
        return self._buffer[self._at:self._at + count]

    def _more(self) -> None:
        if len(self._buffer) - self._at > LONGEST_VALUE:
            raise self._broken()
        if not self._fill():
            raise InputProblem("geojson_cut")

    def _fill(self) -> bool:
        """Read on; what was passed is forgotten."""
        more = self._file.read(self._chunk)
        self._base += self._at
        self._buffer = self._buffer[self._at:] + more
        self._at = 0
        return bool(more)

    def _broken(self) -> InputProblem:
        return InputProblem("geojson_broken", byte=str(self._base + self._at))
