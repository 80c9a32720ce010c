"""Result files become one layer; witnesses are GDAL's plain reading, pyproj's geodesic areas and shapely."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.layers import convert as module
from imagery_hub.core.layers.convert import ResultFile, Steering, convert
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import Cancelled, Kind, TransferFailed
from imagery_hub.providers.shapes import reframe
from osgeo import ogr
from pyproj import Geod
from shapely import from_wkb
from shapely.geometry import shape

GEOD = Geod(ellps="WGS84")


def _square(index: int, size: float = 0.001, latitude: float = 47.0) -> list[Any]:
    x, y = 7 + 0.002 * (index % 100), latitude + 0.002 * (index // 100)
    return [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]


def _multi(many: list[Any], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "MultiPolygon", "coordinates": many},
    }


def _collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def _read(path: Path) -> list[tuple[Any, dict[str, Any]]]:
    dataset = ogr.Open(str(path))
    return [
        (from_wkb(bytes(one.GetGeometryRef().ExportToWkb())), {**one.items(), "_fid": one.GetFID()})
        for one in dataset.GetLayer(0)
    ]


@pytest.fixture(params=["by GDAL", "reframed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test of a result runs through both ways of reading; several parts are forced."""
    if request.param == "reframed":
        monkeypatch.setattr(reframe, "LARGE", 0)
        monkeypatch.setattr(module, "PART_BYTES", 2000)
    return str(request.param)


def test_one_multipolygon_per_class(tmp_path: Path, way: str) -> None:
    trees, roofs = [_square(index) for index in range(250)], [_square(index, latitude=-33.0) for index in range(40)]
    source = _write(
        tmp_path / "r.geojson",
        _collection(
            _multi(trees, class_name="tree's"), _multi(roofs, class_name='roof "é"'), _multi([], class_name="x")
        ),
    )
    result = convert([ResultFile(source)], tmp_path / "out.gpkg")
    found = _read(tmp_path / "out.gpkg")
    assert result.count == len(found) == 290
    assert [(one.name, one.count) for one in result.classes] == [("tree's", 250), ('roof "é"', 40)]
    expected = [shape({"type": "Polygon", "coordinates": one}) for one in trees + roofs]
    for (geometry, values), true in zip(found, expected, strict=True):
        assert geometry.equals_exact(true, 0)
        area = abs(GEOD.geometry_area_perimeter(true)[0])
        assert values["area_m2"] == pytest.approx(area, rel=2e-5)
    assert result.classes[0].area_m2 == pytest.approx(sum(values["area_m2"] for _, values in found[:250]))
    assert [values["_fid"] for _, values in found] == list(range(1, 291))


def test_bare_geometries_take_the_class_that_is_known(tmp_path: Path, way: str) -> None:
    first = _write(tmp_path / "a.json", {"type": "MultiPolygon", "coordinates": [_square(0), _square(1)]})
    empty = _write(tmp_path / "b.json", {"type": "MultiPolygon", "coordinates": []})
    last = _write(tmp_path / "c.json", {"type": "Polygon", "coordinates": _square(2)})
    files = [ResultFile(first, "tree", "id-1"), ResultFile(empty, "pool", "id-2"), ResultFile(last, "roof", "id-3")]
    result = convert(files, tmp_path / "out.gpkg", "found things")
    assert [(one.name, one.count) for one in result.classes] == [("tree", 2), ("roof", 1), ("pool", 0)]
    assert [values["class_id"] for _, values in _read(tmp_path / "out.gpkg")] == ["id-1", "id-1", "id-3"]
    dataset = ogr.Open(str(tmp_path / "out.gpkg"))
    assert dataset.GetLayer(0).GetName() == "found things"


def test_features_in_parts_keep_their_attributes(tmp_path: Path) -> None:
    parts = []
    for part in range(3):
        features = [
            {
                "type": "Feature",
                "id": index,
                "properties": {"score": index / 10, "note": "ok"},
                "geometry": {"type": "Polygon", "coordinates": _square(part * 10 + index)},
            }
            for index in range(10)
        ]
        parts.append(ResultFile(_write(tmp_path / f"{part}.json", _collection(*features)), "tree"))
    convert(parts, tmp_path / "out.gpkg")
    found = _read(tmp_path / "out.gpkg")
    assert [values["score"] for _, values in found] == [index / 10 for index in range(10)] * 3
    assert {values["class_name"] for _, values in found} == {"tree"}


def test_flatgeobuf(tmp_path: Path, way: str) -> None:
    source = _write(tmp_path / "r.json", _collection(_multi([_square(index) for index in range(9)], class_name="tree")))
    result = convert([ResultFile(source)], tmp_path / "out.fgb")
    found = _read(tmp_path / "out.fgb")
    assert result.count == len(found) == 9
    assert sorted(values["id"] for _, values in found) == list(range(1, 10))
    assert sum(values["area_m2"] for _, values in found) == pytest.approx(result.classes[0].area_m2)


def test_holes_survive(tmp_path: Path, way: str) -> None:
    ring = [[7.0002, 47.0002], [7.0002, 47.0008], [7.0008, 47.0008], [7.0008, 47.0002], [7.0002, 47.0002]]
    source = _write(tmp_path / "r.json", _collection(_multi([[*_square(0), ring]], class_name="pond")))
    convert([ResultFile(source)], tmp_path / "out.gpkg")
    (geometry, values), = _read(tmp_path / "out.gpkg")
    assert len(geometry.interiors) == 1
    assert values["area_m2"] == pytest.approx(0.64 * abs(GEOD.geometry_area_perimeter(shape(
        {"type": "Polygon", "coordinates": _square(0)}))[0]), rel=1e-4)


def test_nothing_is_left_when_cancelled(tmp_path: Path, way: str) -> None:
    source = _write(tmp_path / "r.json", _collection(_multi([_square(index) for index in range(300)])))
    steps: list[float] = []
    steering = Steering(steps.append, lambda: len(steps) > 1)
    with pytest.raises(Cancelled):
        convert([ResultFile(source)], tmp_path / "out.gpkg", steering=steering)
    assert [one.name for one in tmp_path.iterdir()] == ["r.json"]


@pytest.mark.parametrize("content", ['{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1,', "<html></html>", ""])
def test_damaged_files_are_named_and_the_old_layer_stays(tmp_path: Path, content: str) -> None:
    (tmp_path / "cut.geojson").write_text(content)
    (tmp_path / "out.gpkg").write_text("the old one")
    with pytest.raises(Problem, match=r"cut\.geojson"):
        convert([ResultFile(tmp_path / "cut.geojson")], tmp_path / "out.gpkg")
    assert (tmp_path / "out.gpkg").read_text() == "the old one"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cut.geojson", "out.gpkg"]


def test_progress_only_grows_and_ends_at_one(tmp_path: Path, way: str) -> None:
    source = _write(tmp_path / "r.json", _collection(_multi([_square(index) for index in range(300)])))
    steps: list[float] = []
    convert([ResultFile(source), ResultFile(source)], tmp_path / "out.gpkg", steering=Steering(steps.append))
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


def test_a_full_disk_is_called_so(tmp_path: Path) -> None:
    source = _write(tmp_path / "r.json", _collection(_multi([_square(index) for index in range(20_000)])))
    code = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from pathlib import Path
from imagery_hub.core.layers.convert import ResultFile, convert
from imagery_hub.providers.errors import TransferFailed
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    convert([ResultFile(Path({str(source)!r}))], Path({str(tmp_path / 'out.gpkg')!r}))
except TransferFailed as error:
    print(error.kind.value, error.facts["file"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True,
        env={"PYTHONPATH": ":".join(sys.path), "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout.split() == [Kind.DISK.value, "out.gpkg"], done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["r.json"]
    assert issubclass(TransferFailed, Exception)
