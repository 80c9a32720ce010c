"""What the validation of an uploaded file is told and what it finds (section 10 of the Geodata Pixel notes)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...jobs import WorkFailed

Ring = list[list[float]]
"""Longitude and latitude of the corners of an outline in WGS 84, closed."""


class Rejected(WorkFailed):
    """A file that does not get in; its words become the ``detail`` of the upload job (A15)."""


@dataclass(frozen=True)
class Sent:
    """One uploaded file: its name and where the storage put its bytes, None when they are not there; ``missing`` are
    the numbers of the parts that never arrived (A16), ``parts`` the lengths of all."""

    name: str
    place: Path | None
    missing: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Area:
    """A project's area of interest. ``polygon``: the coordinates of a GeoJSON Polygon in WGS 84. ``within``: whether
    outlines must lie inside, not only touch it (A14)."""

    polygon: list[Ring]
    within: bool = False


@dataclass(frozen=True)
class Task:
    """One upload job. ``kind``: image, raster or point_cloud. ``folder``: where the files end up under their names,
    and where nothing is left of a file that is rejected. ``rules``: the collection's ``raster_info``, of which only
    members that are set count. ``location``: longitude and latitude given at upload. ``read_all``: whether every pixel
    or point is decoded. ``trouble``: words with which it is rejected whatever it holds, for tests.
    ``smallest_part``: least bytes of a part that is not the last."""

    kind: str
    folder: Path
    main: Sent
    area: Area
    support: tuple[Sent, ...] = ()
    rules: dict[str, Any] = field(default_factory=dict)
    location: tuple[float, float] | None = None
    read_all: bool = True
    trouble: str = ""
    smallest_part: int = 0


@dataclass(frozen=True)
class ImageFacts:
    """``location``: longitude and latitude; ``camera``: members of ``ImageMetadata`` that the file tells; ``exif``: its
    tags by name; ``capture_date`` as ISO text without a zone."""

    format: str
    width: int
    height: int
    location: tuple[float, float]
    capture_date: str | None
    camera: dict[str, Any]
    exif: dict[str, Any]


@dataclass(frozen=True)
class RasterFacts:
    """As the rules of a collection name them; ``cell_size`` in units of the coordinate system."""

    format: str
    data_type: str
    num_bands: int
    srid: int | None
    cell_size: tuple[float, float]
    width: int
    height: int
    footprint: Ring


@dataclass(frozen=True)
class PointCloudFacts:
    """What the header of a LAS or LAZ file says."""

    format: str
    version_major: int
    version_minor: int
    point_record_format: int
    points: int
    srid: int | None
    footprint: Ring


Facts = ImageFacts | RasterFacts | PointCloudFacts


@dataclass(frozen=True)
class Accepted:
    """A valid file. ``path``: where it lies now, its support files beside it; ``size`` in bytes."""

    path: Path
    size: int
    facts: Facts
