"""Pixels of images as the raster service streams them (notes, section 12): files, or blocks of an array."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TypeVar

from ...errors import InputProblem, JobFailed, Kind, PlatformError, ServerFault
from ...transfer import safe_name
from ...work import Work, is_passing
from ..client import CatalogClient
from ..records import RasterRequest

Result = TypeVar("Result")

ATTEMPTS = 5
FRAME = 16
STORED = 0x02
"""The flag of a blosc frame that is not packed."""
LINE_LIMIT = 1 << 22


@dataclass(frozen=True)
class Head:
    """What comes before the blocks. ``shape``: bands, rows, columns; ``dtype`` in NumPy's words."""

    metadata: dict[str, Any]
    shape: tuple[int, int, int]
    dtype: str
    chunks: int


@dataclass(frozen=True)
class Block:
    """Pixels at ``offset`` (band, row, column), and a byte for each that is not 0 where there is none."""

    offset: tuple[int, int, int]
    shape: tuple[int, int, int]
    pixels: bytes
    mask: bytes


def fetch_files(api: CatalogClient, request: RasterRequest, folder: Path, work: Work) -> list[Path]:
    """The files that the service makes of the images, in a folder (``rasterFile``)."""

    def once(attempt: int) -> list[Path]:
        with api.during(work).raster.file(request) as pieces:
            stream = Pieces(pieces, work)
            found = []
            for _ in range(int(stream.json_line().get("files") or 0)):
                about = stream.json_line()
                path = folder / safe_name(str(about.get("name") or ""), "pixels.tif")
                with path.open("wb") as target:
                    stream.copy(_whole(about.get("length")), target)
                found.append(path)
        if not found:
            _broken()
        return found

    return _patiently(work, once)


def fetch_archive(api: CatalogClient, request: RasterRequest, target: Path, work: Work) -> Path:
    """A NumPy archive with ``data`` and ``metadata`` (``rasterArrayV1``)."""

    def once(attempt: int) -> Path:
        with api.during(work).raster.array_v1(request) as pieces, target.open("wb") as out:
            for piece in pieces:
                work.check_cancelled()
                out.write(piece)
        return target

    return _patiently(work, once)


def fetch_blocks(
    api: CatalogClient, request: RasterRequest, begin: Callable[[Head], Callable[[Block], None]], work: Work
) -> Head:
    """Give each block to what ``begin`` gave for the head (``rasterArray``); from the beginning after a cut."""

    def once(attempt: int) -> Head:
        with api.during(work).raster.array(request, attempt) as pieces:
            stream = Pieces(pieces, work)
            metadata, array = stream.json_line(), stream.json_line()
            shape, dtype = _three(array.get("shape")), str(array.get("dtype") or "")
            head = Head(metadata, shape, dtype, _whole(array.get("chunks")))
            take = begin(head)
            for number in range(head.chunks):
                work.progress(number / head.chunks, "descarteslabs_pixels")
                about = stream.json_line()
                if about.get("error"):
                    raise JobFailed(Kind.JOB_FAILED, facts={"reason": "pixels"}, words=str(about["error"])[:500])
                take(Block(_three(about.get("offset")), _three(about.get("shape")), stream.frame(), stream.frame()))
        return head

    return _patiently(work, once)


def _patiently(work: Work, do: Callable[[int], Result]) -> Result:
    """Again from the beginning when the stream broke, as the vendor's client does."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return do(attempt)
        except PlatformError as error:
            if not is_passing(error):
                raise
        work.wait(0.5 * 2**attempt)
    return do(ATTEMPTS - 1)


class Pieces:
    """A stream that is read by lines and by numbers of bytes."""

    def __init__(self, pieces: Iterator[bytes], work: Work) -> None:
        self._pieces = pieces
        self._work = work
        self._left = b""

    def json_line(self) -> dict[str, Any]:
        """The object of the next line."""
        while b"\n" not in self._left:
            if len(self._left) > LINE_LIMIT:
                _broken()
            self._more()
        line, _, self._left = self._left.partition(b"\n")
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            _broken()
        return found

    def exactly(self, count: int) -> bytes:
        """So many bytes."""
        parts, missing = [], count
        while missing:
            if not self._left:
                self._more()
            part, self._left = self._left[:missing], self._left[missing:]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def copy(self, count: int, target: BinaryIO) -> None:
        """So many bytes into a file."""
        while count:
            if not self._left:
                self._more()
            part, self._left = self._left[:count], self._left[count:]
            target.write(part)
            count -= len(part)

    def frame(self) -> bytes:
        """The bytes of a blosc frame that is not packed; raises for one that is."""
        header = self.exactly(FRAME)
        raw, length = int.from_bytes(header[4:8], "little"), int.from_bytes(header[12:16], "little")
        if not header[2] & STORED:
            raise InputProblem("blosc_missing")
        if length != raw + FRAME:
            _broken()
        return self.exactly(raw)

    def _more(self) -> None:
        self._work.check_cancelled()
        piece = next(self._pieces, None)
        if piece is None:
            raise ServerFault(Kind.INTERRUPTED)
        self._left += piece


def _three(value: Any) -> tuple[int, int, int]:
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(one, int) and one >= 0 for one in value):
        _broken()
    return value[0], value[1], value[2]


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _broken()
    return value


def _broken() -> NoReturn:
    raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "broken_pixels"})
