"""Vector layers and their files (sections 9.7 and 9.8)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as some
from sandbox_images import box_polygon, boxes, collection
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

from sandbox.picterra import layer_files
from sandbox.picterra.layer_files import HEAD, TAIL

SQUARE = [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]
HOLED = [[[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 0.0]], [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 1.0]]]


@pytest.fixture
def raster(picterra: PicterraCalls, image: Path) -> str:
    return picterra.upload_raster(image)


def add_layer(picterra: PicterraCalls, raster: str, geojson: bytes, body: Any = None) -> str:
    operation = picterra.upload(f"vector_layers/{raster}/upload/", geojson, body)
    assert operation["status"] == "success", operation
    return operation["results"]["vector_layer_id"]


def features(address: str) -> list[dict[str, Any]]:
    got = json.loads(requests.get(address, timeout=30).content)
    assert got["type"] == "FeatureCollection"
    return got["features"]


def test_geometry_only_one_polygon_per_feature(picterra: PicterraCalls, raster: str) -> None:
    parts = [box_polygon((1, 1, 5, 5))["coordinates"], box_polygon((8, 8, 12, 12))["coordinates"]]
    geojson = json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "MultiPolygon", "coordinates": parts}}]})
    layer = add_layer(picterra, raster, geojson.encode(), {})
    record = picterra.get(f"vector_layers/{layer}/")
    assert (record["count"], record["detector_id"], record["raster_id"]) == (2, None, raster)
    got = features(record["geojson_urls"][0])
    assert [one["properties"] for one in got] == [{}, {}]
    assert [one["geometry"]["type"] for one in got] == ["Polygon", "Polygon"]


@pytest.mark.parametrize(("count", "per_part", "parts"), [(0, 3, 1), (1, 3, 1), (3, 3, 1), (4, 3, 2), (9, 3, 3)])
def test_parts_add_up_to_the_whole(picterra: PicterraCalls, raster: str, sandbox: SandboxProcess, count: int,
                                   per_part: int, parts: int) -> None:
    sandbox.settings(features_per_part=per_part)
    layer = add_layer(picterra, raster, boxes([(n * 6, 2, n * 6 + 4, 9) for n in range(count)]))
    record = picterra.get(f"vector_layers/{layer}/")
    assert (record["count"], len(record["geojson_urls"])) == (count, parts)
    joined = [one for address in record["geojson_urls"] for one in features(address)]
    results = picterra.succeed(picterra.post(f"vector_layers/{layer}/download/"))["results"]
    assert joined == features(results["download_url"])
    assert len(joined) == count


def test_a_download_expires_when_it_says(picterra: PicterraCalls, raster: str, sandbox: SandboxProcess) -> None:
    layer = add_layer(picterra, raster, boxes([(1, 1, 5, 5)]))
    started = picterra.post(f"vector_layers/{layer}/download/")
    results = picterra.succeed(started)["results"]
    now = sandbox.control("GET", "clock")["now"]
    from datetime import datetime

    left = datetime.fromisoformat(results["expiration"]).timestamp() - now
    assert 3590 < left <= 3600
    sandbox.advance(left + 1)
    assert requests.get(results["download_url"], timeout=30).status_code == 403
    again = picterra.get(f"operations/{started['operation_id']}/")["results"]
    assert again == results
    fresh = picterra.succeed(picterra.post(f"vector_layers/{layer}/download/"))["results"]
    assert requests.get(fresh["download_url"], timeout=30).status_code == 200


def test_list_edit_delete(picterra: PicterraCalls, raster: str) -> None:
    first = add_layer(picterra, raster, boxes([(1, 1, 5, 5)]), {"name": "Apple trees", "color": "#aa5500"})
    second = add_layer(picterra, raster, boxes([(1, 1, 5, 5)]), None)
    path = f"rasters/{raster}/vector_layers/"
    assert [one["id"] for one in picterra.get(path)["results"]] == [second, first]
    assert [one["id"] for one in picterra.get(path, search="apple")["results"]] == [first]
    assert picterra.get(path, detector="none")["count"] == 0
    picterra.change("PUT", f"vector_layers/{first}/", {"color": "#001122"})
    record = picterra.get(f"vector_layers/{first}/")
    assert (record["name"], record["color"]) == ("Apple trees", "#001122")
    assert picterra.request("PUT", f"vector_layers/{first}/", json={"color": "red"}).status_code == 400
    assert picterra.request("PUT", f"vector_layers/{first}/", json={"name": ""}).status_code == 400
    picterra.change("DELETE", f"vector_layers/{first}/")
    assert picterra.request("GET", f"vector_layers/{first}/").status_code == 404
    assert requests.get(record["geojson_urls"][0], timeout=30).status_code == 404


def test_a_slot_belongs_to_its_raster_and_its_kind(picterra: PicterraCalls, raster: str, image: Path) -> None:
    other = picterra.upload_raster(image)
    slot = picterra.post(f"vector_layers/{raster}/upload/")["upload_id"]
    assert picterra.request("POST", f"vector_layers/{other}/upload/{slot}/commit/").status_code == 404
    assert picterra.request("POST", f"rasters/{raster}/detection_areas/upload/{slot}/commit/").status_code == 404
    picterra.wait(picterra.post(f"vector_layers/{raster}/upload/{slot}/commit/"))
    assert picterra.request("POST", f"vector_layers/{raster}/upload/{slot}/commit/").status_code == 400


# ------------------------------------------------------------------ files, without a server
def test_index_and_slices(tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    lines = [json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": one}},
                        separators=(",", ":")).encode() for one in (SQUARE, HOLED, SQUARE)]
    path.write_bytes(HEAD + b"\n" + b",\n".join(lines) + b"\n" + TAIL)
    file = layer_files.index(path, 2)
    content = path.read_bytes()
    got = [json.loads(HEAD + content[one.offset:one.offset + one.length] + TAIL)["features"] for one in file.parts]
    assert file.count == 3
    assert [[one["geometry"]["coordinates"] for one in part] for part in got] == [[SQUARE, HOLED], [SQUARE]]


def test_one_line_is_not_indexed(tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    path.write_bytes(boxes([(1, 1, 5, 5)]))
    with pytest.raises(layer_files.NotByLine):
        layer_files.index(path, 10)


@settings(max_examples=60, deadline=None, database=None)
@given(polygons=some.lists(some.sampled_from([SQUARE, HOLED]), max_size=12), indent=some.sampled_from([None, 1]),
       block=some.integers(min_value=60, max_value=400))
def test_multipolygon_to_features_and_back(tmp_path_factory: pytest.TempPathFactory, polygons: list[Any],
                                           indent: int | None, block: int) -> None:
    """Whatever the white space and wherever a block ends, the polygons stay what they are."""
    folder = tmp_path_factory.mktemp("split")
    source, features_file, back = folder / "m.geojson", folder / "f.geojson", folder / "b.geojson"
    source.write_text(json.dumps({"type": "MultiPolygon", "coordinates": polygons}, indent=indent), "utf-8")
    original = layer_files.BLOCK
    layer_files.BLOCK = block
    try:
        assert layer_files.split_multipolygon(source, features_file) == len(polygons)
        assert layer_files.join_features(features_file, back) == len(polygons)
        assert layer_files.merge_multipolygons([back, source], folder / "all.geojson") == 2 * len(polygons)
    finally:
        layer_files.BLOCK = original
    got = json.loads(features_file.read_bytes())
    assert [one["geometry"]["coordinates"] for one in got["features"]] == polygons
    assert json.loads(back.read_bytes()) == {"type": "MultiPolygon", "coordinates": polygons}
    assert json.loads((folder / "all.geojson").read_bytes())["coordinates"] == polygons * 2
    assert layer_files.index(features_file, 5).count == len(polygons)


def test_a_collection_helper_is_a_collection() -> None:
    assert json.loads(collection([]))["features"] == []
