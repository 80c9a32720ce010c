"""Files of vector layers: FeatureCollections with one feature per line, cut into parts without copying.

Everything here streams: layers have a million features, and a result can be one geometry of hundreds of megabytes.
These functions run in worker processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD = b'{"type":"FeatureCollection","features":['
TAIL = b"]}"
FEATURE = b'{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":'
MULTIPOLYGON = b'{"type":"MultiPolygon","coordinates":['
BLOCK = 4 * 1024 * 1024
_BETWEEN_POLYGONS = re.compile(rb"\]\s*\]\s*\]\s*,\s*(?=\[\s*\[\s*\[)")
_TO_SPACES = bytes.maketrans(b"\r\n", b"  ")
_FEATURE_LINE = re.compile(rb'\{\s*"type"\s*:\s*"Feature"\s*,')


@dataclass
class Part:
    """A run of features in a layer's file: ``length`` bytes from ``offset`` on, without the comma after the last."""

    offset: int
    length: int


@dataclass
class LayerFile:
    """A layer's file, the number of its features and its parts; a layer without features has one empty part."""

    path: Path
    count: int
    parts: list[Part]


class NotByLine(ValueError):
    """A FeatureCollection that does not hold one feature per line."""


def normalise(source: Path, target: Path, per_part: int) -> LayerFile:
    """Rewrite a checked FeatureCollection: one Polygon per feature, geometry only (A28)."""
    from .work.geojson import read_polygons
    from .work.placement import crs

    with _feature_writer(target) as write:
        for polygon in read_polygons(source, crs(4326)):
            write.polygon(_coordinates(polygon.ExportToJson(["COORDINATE_PRECISION=15"]).encode("ascii")))
    return index(target, per_part)


def index(path: Path, per_part: int) -> LayerFile:
    """Find the parts of a FeatureCollection with one feature per line; raises :class:`NotByLine` for another form."""
    parts: list[Part] = []
    count, start, end, position = 0, 0, 0, 0
    with path.open("rb") as lines:
        for line in lines:
            begin = _FEATURE_LINE.match(line)
            if begin is not None:
                if count % per_part == 0:
                    if count:
                        parts.append(Part(start, end - start))
                    start = position
                count += 1
                text = line.rstrip()
                if text.endswith(TAIL) and text.count(b"{") < text.count(b"}"):
                    text = text[:-len(TAIL)].rstrip()
                end = position + len(text.removesuffix(b","))
            elif b'"Feature"' in line:
                raise NotByLine(f"{path.name} does not hold one feature per line.")
            position += len(line)
    if count or not parts:
        parts.append(Part(start, end - start) if count else Part(0, 0))
    return LayerFile(path, count, parts)


def split_multipolygon(source: Path, target: Path) -> int:
    """Write a bare MultiPolygon as a FeatureCollection of Polygons, by its brackets alone; the number of polygons."""
    count = 0
    with _feature_writer(target) as write:
        for polygon in _polygons(source):
            write.polygon(polygon)
            count += 1
    return count


def join_features(source: Path, target: Path) -> int:
    """Write a FeatureCollection of Polygons (one per line) as a bare MultiPolygon; the number of polygons."""
    count = 0
    with source.open("rb") as lines, target.open("wb", buffering=BLOCK) as out:
        out.write(MULTIPOLYGON)
        for line in lines:
            if _FEATURE_LINE.match(line) is None:
                continue
            out.write((b",\n" if count else b"\n") + _coordinates(line))
            count += 1
        out.write(b"\n]}")
    return count


def merge_multipolygons(sources: list[Path], target: Path) -> int:
    """Write several bare MultiPolygons as one; the number of polygons."""
    count = 0
    with target.open("wb", buffering=BLOCK) as out:
        out.write(MULTIPOLYGON)
        for source in sources:
            for polygon in _polygons(source):
                out.write((b",\n" if count else b"\n") + polygon)
                count += 1
        out.write(b"\n]}")
    return count


def _coordinates(text: bytes) -> bytes:
    """The coordinates array of one GeoJSON Polygon or of one feature that has it as its last member."""
    begin = text.index(b"[", text.index(b'"coordinates"'))
    return text[begin:text.rindex(b"]", 0, text.index(b"}", begin)) + 1]


def _polygons(source: Path) -> Iterator[bytes]:
    """The coordinates of each polygon of a bare MultiPolygon."""
    with source.open("rb") as stream:
        rest = _begin(stream)
        while True:
            block = stream.read(BLOCK)
            rest += block
            pieces = _BETWEEN_POLYGONS.split(rest)
            for piece in pieces[:-1]:
                yield piece.strip() + b"]]]"
            rest = pieces[-1]
            if not block:
                break
    last = rest.rindex(b"]") if b"]" in rest else 0
    polygon = rest[:last].strip()
    if polygon:
        yield polygon


def _begin(stream: BinaryIO) -> bytes:
    """What follows the opening bracket of a MultiPolygon's coordinates in the first block."""
    first = stream.read(BLOCK)
    name = first.find(b'"coordinates"')
    if b'"MultiPolygon"' not in first[:4096] or name < 0:
        raise ValueError("The file does not begin as a MultiPolygon.")
    return first[first.index(b"[", name) + 1:]


class _feature_writer:  # noqa: N801 - used as a context manager only
    """Writes features line by line."""

    def __init__(self, target: Path) -> None:
        self._out = target.open("wb", buffering=BLOCK)
        self._count = 0

    def polygon(self, coordinates: bytes) -> None:
        """One feature, on one line."""
        on_one_line = coordinates.translate(_TO_SPACES)
        self._out.write((b",\n" if self._count else b"\n") + FEATURE + on_one_line + b"}}")
        self._count += 1

    def __enter__(self) -> _feature_writer:
        self._out.write(HEAD)
        return self

    def __exit__(self, *error: object) -> None:
        self._out.write(b"\n" + TAIL + b"\n")
        self._out.close()
