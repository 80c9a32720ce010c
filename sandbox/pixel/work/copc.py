"""A point cloud in its cloud-optimised form: COPC 1.0, a LAZ 1.4 file whose chunks are the nodes of an octree."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import laspy
import lazrs
import numpy as np
from laspy.vlrs.known import GeoKeyDirectoryVlr, LasZipVlr, WktCoordinateSystemVlr
from osgeo import osr

from ...jobs import WorkFailed

FORMATS = {0: 6, 1: 6, 2: 7, 3: 7, 4: 6, 5: 7, 6: 6, 7: 7, 8: 8, 9: 6, 10: 8}
"""COPC allows three point formats; the others become the one that holds as much of them as can be."""
CELLS = 64
"""Cells along a side of a node; it keeps one point of each and hands the others down."""
FEWEST = 2000
"""A node of so many points is not divided."""
DEEPEST = 16
INFO = struct.Struct("<5d2Q2d11Q")
ENTRY = struct.Struct("<4iQ2i")
EVLR = struct.Struct("<H16sHQ32s")
PROJECTED, GEOGRAPHIC = 3072, 2048
"""GeoTIFF keys with the code of the coordinate system, in the older way to tell it."""

Key = tuple[int, int, int, int]


def optimise_cloud(source: Path, target: Path) -> int:
    """Write the copy and give its size in bytes. Raises :class:`WorkFailed` for a file that is no point cloud."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        cloud = laspy.read(str(source))
        converted = laspy.convert(cloud, point_format_id=FORMATS[cloud.point_format.id], file_version="1.4")
        with part.open("wb") as stream:
            _write(stream, converted, _system(cloud.header))
    except (laspy.LaspyException, lazrs.LazrsError, ValueError, OSError) as error:
        part.unlink(missing_ok=True)
        raise WorkFailed(f"The point cloud {source.name} cannot be optimised: {error}") from error
    part.replace(target)
    return target.stat().st_size


def nodes(places: np.ndarray, low: np.ndarray, side: float) -> Iterator[tuple[Key, np.ndarray]]:
    """The nodes of the octree over ``places`` (n x 3) with the positions of their points, from the root down."""
    waiting: list[tuple[Key, np.ndarray]] = [((0, 0, 0, 0), np.arange(len(places)))]
    while waiting:
        key, inside = waiting.pop(0)
        level, *cell = key
        width = side / 2**level
        corner = low + np.array(cell) * width
        kept = inside
        if len(inside) > FEWEST and level < DEEPEST:
            within = np.clip(((places[inside] - corner) / width * CELLS).astype(np.int64), 0, CELLS - 1)
            _, first = np.unique(within @ np.array([1, CELLS, CELLS * CELLS]), return_index=True)
            kept = np.sort(inside[first])
        yield key, kept
        rest = np.setdiff1d(inside, kept, assume_unique=True)
        octant = np.clip(((places[rest] - corner) / width * 2).astype(np.int64), 0, 1)
        for number in range(8 if len(rest) else 0):
            step = np.array([number & 1, number >> 1 & 1, number >> 2 & 1])
            below = rest[(octant == step).all(axis=1)]
            if len(below):
                x, y, z = (2 * np.array(cell) + step).tolist()
                waiting.append(((level + 1, x, y, z), below))


def _system(header: Any) -> str | None:
    """The coordinate system as WKT, which is the only way that COPC knows."""
    for one in header.vlrs:
        if isinstance(one, WktCoordinateSystemVlr):
            return str(one.string)
    codes = {key.id: key.value_offset for one in header.vlrs if isinstance(one, GeoKeyDirectoryVlr)
             for key in one.geo_keys}
    code = codes.get(PROJECTED) or codes.get(GEOGRAPHIC)
    system = osr.SpatialReference()
    return system.ExportToWkt() if code and system.ImportFromEPSG(int(code)) == 0 else None


def _write(stream: BinaryIO, cloud: Any, system: str | None) -> None:
    places = np.column_stack([cloud.x, cloud.y, cloud.z])
    low = places.min(axis=0)
    side = float(max((places.max(axis=0) - low).max(), 0.001)) * (1 + 1e-9)
    info = laspy.VLR("copc", 1, "COPC info VLR", bytes(INFO.size))
    compression = lazrs.LazVlr.new_for_compression(cloud.point_format.id, cloud.point_format.num_extra_bytes, True)
    header = _header(cloud, [info, LasZipVlr(compression.record_data()), *_projection(system)])
    header.write_to(stream)
    compressor = lazrs.LasZipCompressor(stream, compression)
    compressor.reserve_offset_to_chunk_table()
    entries = []
    for key, inside in nodes(places, low, side):
        begin = stream.tell()
        compressor.compress_many(np.frombuffer(cloud.points.array[inside].tobytes(), np.uint8))
        compressor.finish_current_chunk()
        entries.append(ENTRY.pack(*key, begin, stream.tell() - begin, len(inside)))
    compressor.done()
    stream.seek(0, 2)
    header.start_of_first_evlr, header.number_of_evlrs = stream.tell(), 1
    hierarchy = b"".join(entries)
    stream.write(EVLR.pack(0, b"copc", 1000, len(hierarchy), b"COPC hierarchy"))
    root = stream.tell()
    stream.write(hierarchy)
    moments = np.asarray(cloud.gps_time)
    info.record_data = INFO.pack(*(low + side / 2), side / 2, side / CELLS, root, len(hierarchy), moments.min(),
                                 moments.max(), *[0] * 11)
    stream.seek(0)
    header.write_to(stream, ensure_same_size=True)


def _header(cloud: Any, vlrs: list[Any]) -> Any:
    header = cloud.header
    kept = [one for one in header.vlrs
            if not isinstance(one, LasZipVlr) and one.user_id not in ("LASF_Projection", "copc")]
    header.vlrs.clear()
    header.vlrs.extend([*vlrs, *kept])
    header.global_encoding.wkt = True
    header.are_points_compressed = True
    header.update(cloud.points)
    return header


def _projection(system: str | None) -> list[Any]:
    return [WktCoordinateSystemVlr(system)] if system else []
