"""The file that the vendor's clients make of a detection: one feature for each class, all its objects in one
MultiPolygon, ``class_name`` the only property (section 9.6). Written bytewise, so that its size does not matter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from ...errors import InputProblem
from ...shapes.scan import CHUNK, Piece, Scanner
from .results import ClassFiles

PART = ".part"


def write_collection(classes: Sequence[ClassFiles], target: Path) -> None:
    """One FeatureCollection of all classes; a class without objects has an empty MultiPolygon.

    The files may hold a FeatureCollection or a bare (Multi)Polygon. Raises :class:`InputProblem` for anything else.
    ``target`` appears whole or not at all.
    """
    part = target.with_name(target.name + PART)
    try:
        with part.open("wb") as sink:
            sink.write(b'{"type": "FeatureCollection", "features": [')
            for index, one in enumerate(classes):
                sink.write(b",\n" if index else b"\n")
                _write_class(one, sink)
            sink.write(b"\n]}\n")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _write_class(one: ClassFiles, sink: BinaryIO) -> None:
    properties = json.dumps({"class_name": one.name})
    sink.write(f'{{"type": "Feature", "properties": {properties}, '.encode())
    sink.write(b'"geometry": {"type": "MultiPolygon", "coordinates": [')
    written = False
    for path in one.files:
        with path.open("rb") as walked, path.open("rb") as source:
            for piece in Scanner(walked).pieces():
                written = _copy(piece, source, sink, written) or written
    sink.write(b"]}}")


def _copy(piece: Piece, source: BinaryIO, sink: BinaryIO, separate: bool) -> bool:
    """Append a piece's polygons; tells whether there were any."""
    if piece.kind == "":
        return False
    if piece.kind not in ("Polygon", "MultiPolygon"):
        raise InputProblem("geojson_kind", kind=piece.kind)
    outer = 1 if piece.kind == "MultiPolygon" else 0
    start, end = piece.start + outer, piece.end - outer
    source.seek(start)
    if b"[" not in source.read(min(64, end - start))[1 - outer:]:
        return False
    if separate:
        sink.write(b",\n")
    source.seek(start)
    while start < end:
        block = source.read(min(CHUNK, end - start))
        if not block:
            raise InputProblem("geojson_cut")
        sink.write(block)
        start += len(block)
    return True
