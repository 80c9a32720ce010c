"""Optimised point clouds, held against laspy's own reader of COPC."""

from __future__ import annotations

import struct
from pathlib import Path

import laspy
import numpy as np
import pytest
from laspy.copc import Bounds
from laspy.vlrs.known import GeoKeyDirectoryVlr, WktCoordinateSystemVlr
from osgeo import osr

from sandbox.jobs import WorkFailed
from sandbox.pixel.work.copc import optimise_cloud

COUNT = 60_000


def written(path: Path, point_format: int = 7, version: str = "1.4") -> laspy.LasData:
    """A hilly cloud with a colour and a class for each point."""
    chance = np.random.default_rng(21)
    header = laspy.LasHeader(version=version, point_format=point_format)
    header.offsets, header.scales = np.array([600000.0, 6650000.0, 0.0]), np.array([0.01, 0.01, 0.01])
    cloud = laspy.LasData(header)
    x, y = chance.uniform(0, 400, COUNT), chance.uniform(0, 250, COUNT)
    cloud.x, cloud.y, cloud.z = 600000 + x, 6650000 + y, 100 + 20 * np.sin(x / 60) + chance.normal(0, 1, COUNT)
    cloud.classification = chance.integers(1, 6, COUNT).astype(np.uint8)
    cloud.intensity = np.arange(COUNT, dtype=np.uint16)
    if "red" in cloud.point_format.dimension_names:
        cloud.red = chance.integers(0, 65535, COUNT).astype(np.uint16)
    cloud.write(str(path))
    return cloud


def rows(cloud: object) -> np.ndarray:
    """Points as rows in an order of their own."""
    table = np.column_stack([np.asarray(getattr(cloud, name)) for name in
                             ("X", "Y", "Z", "intensity", "classification")])
    return table[np.lexsort(table.T)]


@pytest.mark.parametrize(("point_format", "version"), [(7, "1.4"), (6, "1.4"), (3, "1.2"), (1, "1.2"), (8, "1.4")])
def test_no_point_is_lost(tmp_path: Path, point_format: int, version: str) -> None:
    cloud = written(tmp_path / "a.las", point_format, version)
    size = optimise_cloud(tmp_path / "a.las", tmp_path / "made" / "a.copc.laz")
    assert size == (tmp_path / "made" / "a.copc.laz").stat().st_size
    with laspy.CopcReader.open(str(tmp_path / "made" / "a.copc.laz")) as reader:
        assert reader.header.point_format.id in (6, 7, 8)
        assert np.array_equal(rows(reader.query()), rows(cloud))
        if "red" in cloud.point_format.dimension_names:
            assert np.array_equal(np.sort(np.asarray(reader.query().red)), np.sort(np.asarray(cloud.red)))
    assert np.array_equal(rows(laspy.read(str(tmp_path / "made" / "a.copc.laz"))), rows(cloud))


def test_a_place_is_found_without_the_rest(tmp_path: Path) -> None:
    cloud = written(tmp_path / "a.laz")
    optimise_cloud(tmp_path / "a.laz", tmp_path / "a.copc.laz")
    low, high = np.array([600100.0, 6650050.0]), np.array([600160.0, 6650090.0])
    inside = (cloud.x >= low[0]) & (cloud.x <= high[0]) & (cloud.y >= low[1]) & (cloud.y <= high[1])
    with laspy.CopcReader.open(str(tmp_path / "a.copc.laz")) as reader:
        found = reader.query(Bounds(low, high))
        assert np.array_equal(rows(found), rows(cloud.points[np.asarray(inside)]))


def test_upper_levels_are_a_thin_cloud_over_everything(tmp_path: Path) -> None:
    cloud = written(tmp_path / "a.laz")
    optimise_cloud(tmp_path / "a.laz", tmp_path / "a.copc.laz")
    with laspy.CopcReader.open(str(tmp_path / "a.copc.laz")) as reader:
        spacing = reader.copc_info.spacing
        counts = [len(reader.query(level=level)) for level in range(6)]
        root = reader.query(level=0)
        assert sum(counts) == COUNT
        assert 500 < counts[0] < COUNT / 3
        cells = np.column_stack([(np.asarray(root.x) - 600000) // spacing, (np.asarray(root.y) - 6650000) // spacing])
        every = np.column_stack([(np.asarray(cloud.x) - 600000) // spacing, (np.asarray(cloud.y) - 6650000) // spacing])
        covered = len(np.unique(cells, axis=0)) / len(np.unique(every, axis=0))
        assert covered > 0.9


def test_the_first_record_is_where_the_specification_wants_it(tmp_path: Path) -> None:
    written(tmp_path / "a.laz")
    optimise_cloud(tmp_path / "a.laz", tmp_path / "a.copc.laz")
    content = (tmp_path / "a.copc.laz").read_bytes()
    assert content[377:381] == b"copc"
    assert struct.unpack_from("<H", content, 393) == (1,)
    assert struct.unpack_from("<H", content, 395) == (160,)


def test_an_older_way_to_tell_the_system_becomes_text(tmp_path: Path) -> None:
    cloud = written(tmp_path / "a.las", 3, "1.2")
    keys = struct.pack("<8H", 1, 1, 0, 1, 3072, 0, 1, 25833)
    directory = GeoKeyDirectoryVlr()
    directory.parse_record_data(keys)
    cloud.header.vlrs.append(directory)
    cloud.write(str(tmp_path / "a.las"))
    optimise_cloud(tmp_path / "a.las", tmp_path / "a.copc.laz")
    with laspy.CopcReader.open(str(tmp_path / "a.copc.laz")) as reader:
        told = [one for one in reader.header.vlrs if isinstance(one, WktCoordinateSystemVlr)]
        assert reader.header.global_encoding.wkt
    system = osr.SpatialReference(told[0].string)
    assert system.GetAuthorityCode(None) == "25833"


def test_what_is_no_point_cloud_fails_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.laz").write_bytes(b"LASF and nothing else")
    with pytest.raises(WorkFailed, match=r"a\.laz cannot be optimised"):
        optimise_cloud(tmp_path / "a.laz", tmp_path / "made" / "a.copc.laz")
    assert list((tmp_path / "made").iterdir()) == []
