"""Point clouds before they are sent: whether a file is LAS or LAZ, by its public header."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from ..rasters.check import Finding
from ..translation import tr

SUFFIXES = (".las", ".laz")
#: ASPRS LAS 1.4 R15, section 2.4: where things stand in the header, which is at least so long.
SIGNATURE, VERSION_AT, OFFSET_AT, FORMAT_AT, LEAST_HEADER = b"LASF", 24, 96, 104, 227
COMPRESSED = 0x80
"""LASzip marks the point format so."""
GREATEST_FORMAT = 10


@dataclass(frozen=True)
class CloudFacts:
    """What a header says. ``point_format``: 0 to 10."""

    major: int
    minor: int
    point_format: int
    compressed: bool


def read_header(path: Path) -> CloudFacts | None:
    """The header's facts; None for a file that is neither, or shorter than it says."""
    try:
        with path.open("rb") as file:
            head = file.read(LEAST_HEADER)
        size = path.stat().st_size
    except OSError:
        return None
    if len(head) < LEAST_HEADER or not head.startswith(SIGNATURE):
        return None
    (points_at,) = struct.unpack_from("<I", head, OFFSET_AT)
    if not LEAST_HEADER <= points_at <= size:
        return None
    kind = head[FORMAT_AT]
    return CloudFacts(head[VERSION_AT], head[VERSION_AT + 1], kind & 0x3F, bool(kind & COMPRESSED))


def check(path: Path) -> list[Finding]:
    """Why the platform would refuse the file; empty when nothing is known against it."""
    found = read_header(path)
    if found is None:
        return [Finding("file", tr("It is damaged or is no point cloud: it has no header of LAS or LAZ."))]
    if found.major != 1 or found.point_format > GREATEST_FORMAT:
        words = tr("It is LAS {major}.{minor} with points of format {format}; LAS 1.x with 0 to {most} is taken.")
        return [Finding("file", words.format(
            major=found.major, minor=found.minor, format=found.point_format, most=GREATEST_FORMAT
        ))]
    return []
