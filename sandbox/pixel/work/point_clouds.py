"""Holds an uploaded point cloud against the rules: a LAS or LAZ file, whole, touching the area of its project."""

from __future__ import annotations

import struct
from pathlib import Path

import laspy
from osgeo import osr

from .places import check_outline, from_code, from_wkt, ring_of, srid_of
from .rasters import read_projection
from .records import PointCloudFacts, Rejected, Task

osr.UseExceptions()

CHUNK = 1_000_000
"""Points that are decoded at a time."""
PROJECTION, WKT, GEO_KEYS = "LASF_Projection", 2112, 34735
PROJECTED_KEY, GEOGRAPHIC_KEY = 3072, 2048
USER_DEFINED = 32767
SHORTEST_HEADER, HEADER = 227, 375
"""Bytes of the header of LAS 1.0 and 1.4."""
RECORD_HEAD, FURTHER_HEAD = 54, 60
"""Bytes before the content of a variable length record, and of an extended one."""
COMPRESSED = 0x80
"""Set in the point format of LAZ."""
MOST_POINTS = 10**11


def inspect(path: Path, task: Task) -> PointCloudFacts:
    """Raises :class:`Rejected`."""
    _check_counts(path)
    try:
        with laspy.open(path) as reader:
            reader.read_evlrs()
            header = reader.header
            found = sum(len(points) for points in reader.chunk_iterator(CHUNK)) if task.read_all else header.point_count
    except laspy.errors.LaspyException as error:
        raise Rejected("Expected a point cloud in LAS or LAZ, found a file of another kind") from error
    except Exception as error:  # noqa: BLE001 - laspy and its decoder raise whatever they like for damaged bytes
        raise Rejected("The file is damaged or incomplete: its points cannot be decoded") from error
    if found != header.point_count:
        raise Rejected(f"The file is damaged or incomplete: expected {header.point_count} points, found {found}")
    if header.point_count == 0:
        raise Rejected("Expected a point cloud with points, found one without")
    system = _system(header, path, task)
    west, south, east, north = *header.mins[:2], *header.maxs[:2]
    ring = ring_of([(west, south), (east, south), (east, north), (west, north)], system)
    check_outline(task.area, ring)
    return PointCloudFacts("LAZ" if header.are_points_compressed else "LAS", header.version.major,
                           header.version.minor, header.point_format.id, header.point_count, srid_of(system), ring)


def _check_counts(path: Path) -> None:
    """Reject a header that counts more records or bytes than the file can hold: laspy would count along."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEADER)
    if len(head) < SHORTEST_HEADER or not head.startswith(b"LASF"):
        raise Rejected("Expected a point cloud in LAS or LAZ, found a file of another kind")
    version = head[24], head[25]
    points_at, records = struct.unpack_from("<II", head, 96)
    fits = points_at <= size and records * RECORD_HEAD <= points_at
    if version >= (1, 4) and len(head) == HEADER:
        further_at, further, points = struct.unpack_from("<QIQ", head, 235)
        fits = fits and (further == 0 or further_at + further * FURTHER_HEAD <= size)
    else:
        points, = struct.unpack_from("<I", head, 107)
    length, = struct.unpack_from("<H", head, 105)
    if not head[104] & COMPRESSED:
        fits = fits and points_at + points * length <= size
    if not fits or points > MOST_POINTS:
        raise Rejected("The file is damaged or incomplete: its header counts more than the file holds")


def _system(header: laspy.LasHeader, path: Path, task: Task) -> osr.SpatialReference:
    """The system of the header (WKT before GeoTIFF keys) or of a ``.prj`` file that came along."""
    records = [one for one in [*header.vlrs, *(header.evlrs or [])] if one.user_id.strip("\0 ") == PROJECTION]
    for one in records:
        if one.record_id == WKT:
            try:
                return from_wkt(one.record_data_bytes().decode("utf-8", "replace"))
            except RuntimeError as error:
                raise Rejected(f"Expected a coordinate system that can be used, found: {error}") from error
    for one in records:
        code = _code(one.record_data_bytes()) if one.record_id == GEO_KEYS else None
        if code is not None:
            return _known(code)
    for file in task.support:
        if Path(file.name).suffix.lower() == ".prj":
            return read_projection(path.with_name(file.name))
    raise Rejected("Expected a coordinate system in the file or in a support file, found none")


def _known(code: int) -> osr.SpatialReference:
    try:
        return from_code(code)
    except RuntimeError as error:
        raise Rejected(f"Expected an EPSG code that there is, found {code}") from error


def _code(keys: bytes) -> int | None:
    """The EPSG code in a GeoTIFF key directory, the projected system's first."""
    shorts = struct.unpack(f"<{len(keys) // 2}H", keys[:len(keys) // 2 * 2])
    entries = {shorts[at]: shorts[at + 3] for at in range(4, len(shorts) - 3, 4) if shorts[at + 1] == 0}
    for key in (PROJECTED_KEY, GEOGRAPHIC_KEY):
        if entries.get(key, USER_DEFINED) not in (0, USER_DEFINED):
            return entries[key]
    return None
