"""Catalog and bundles of the sandbox's Pixxel, and the imagery in them, read by GDAL."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy
import pytest
from osgeo import gdal, ogr, osr
from sandbox_pixxel import CROPS, FIELDS, ITEM, WATER, PixxelCalls
from sandbox_process import SandboxProcess

from sandbox.pixxel.work import cube, ground

gdal.UseExceptions()
SMALL = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.65, 14.42], [75.64, 14.45], [75.61, 14.44],
                                             [75.61, 14.42]]]}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


def seeded(sandbox: SandboxProcess, **body: Any) -> list[str]:
    found: list[str] = sandbox.control("POST", "pixxel/catalogs", body)["catalogs"]
    return found


def bundle(calls: PixxelCalls, **body: Any) -> bytes:
    made = calls.post("v0/catalogs/download", body)
    assert (made["status"], made["signed_url"]) == ("created", "")
    ready = calls.until(lambda: calls.get(f"v0/catalogs/download/{made['id']}"), lambda one: bool(one["signed_url"]))
    assert ready["status"] == "success"
    return calls.fetched(ready["signed_url"]).content


def search(calls: PixxelCalls, **body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = calls.post("v0/catalogs/search", {"limit": 100, **body})["catalogs"]
    return found


def test_entries_are_searched_by_everything(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    crops = seeded(sandbox, count=3, area=FIELDS)
    water = seeded(sandbox, count=2, area=FIELDS, project=WATER, usecase="water")
    assert len(calls.post("v0/catalogs/search", {})["catalogs"]) == 2
    every = search(calls)
    assert [one["id"] for one in every] == [*reversed(water), *reversed(crops)]
    page = calls.post("v0/catalogs/search", {"limit": 2, "offset": 4})
    assert page["catalogs"] == every[4:] and page["pagination"] == {"limit": 2, "offset": 4, "total": 5}
    assert {one["id"] for one in search(calls, query={"project_id": WATER, "usecase": "water"})} == set(water)
    assert search(calls, query={"usecase": {"eq": ["water", "x"]}}) == every[:2]
    one = every[0]
    assert search(calls, ids=[one["id"]]) == [one] and calls.get(f"v0/catalogs/{one['id']}") == one
    item = one["details"]["id"]
    assert one in search(calls, item_ids=[item]) and search(calls, collections=["pixxel-td-l1c"]) == []
    moment = one["details"]["properties"]["datetime"]
    assert one in search(calls, datetime=f"{moment}/..") and search(calls, datetime="../2020-01-01") == []
    assert search(calls, bbox=[0, 0, 1, 1]) == [] and len(search(calls, bbox=[75.6, 14.4, 75.7, 14.5])) == 5
    assert len(search(calls, intersects={"type": "Point", "coordinates": [75.62, 14.43]})) > 0
    by_date = search(calls, sort_by=[{"field": "properties->>'datetime'", "direction": "ASC"}])
    dates = [each["details"]["properties"]["datetime"] for each in by_date]
    assert dates == sorted(dates)
    second = PixxelCalls(sandbox, sandbox.ready["pixxel"]["second_key"])
    assert {each["id"] for each in search(second)} == set(water)
    second.error(403, "GET", f"v0/catalogs/{crops[0]}")
    calls.error(400, "GET", "v0/catalogs/five")
    calls.error(404, "GET", f"v0/catalogs/{CROPS}")
    calls.error(400, "POST", "v0/catalogs/search", json={"bbox": [1, 2, 3]})
    calls.error(400, "POST", "v0/catalogs/search", json={"limit": -2})


def test_a_bundle_holds_the_imagery_of_the_known_ground(sandbox: SandboxProcess, calls: PixxelCalls,
                                                        tmp_path: Path) -> None:
    item = calls.post("v0/orders", {"order_items": [{
        "project_id": CROPS, "usecase": "agriculture", "item_ids": [ITEM], "geometry": {
            "type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SMALL}]}}]})["order_items"][0]
    calls.until(lambda: calls.get(f"v0/order-items/{item['id']}"), lambda one: one["status"] == "FULFILLED")
    place = tmp_path / "bundle.zip"
    place.write_bytes(bundle(calls, order_item_ids=[item["id"]]))
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(f"{ITEM}{end}" for end in (
            ".tif", "_QM.tif", ".jpg", "_footprint.geojson", "_bbox.geojson", ".hdr", ".xml"))
        footprint = json.loads(archive.read(f"{ITEM}_footprint.geojson"))
    assert footprint["features"][0]["geometry"]["type"] == "Polygon"
    image = gdal.Open(f"/vsizip/{place}/{ITEM}.tif")
    assert (image.RasterCount, image.GetRasterBand(17).GetDescription()) == (31, "B017")
    assert image.GetRasterBand(31).GetMetadataItem("wavelength") == "900"
    bad = [number for number in range(1, 32) if image.GetRasterBand(number).GetMetadataItem("bbl") == "0"]
    assert bad == [22]
    values = image.ReadAsArray()
    west, size, _, north, _, _ = image.GetGeoTransform()
    system = osr.SpatialReference(image.GetProjection())
    assert system.GetAuthorityCode(None) == "32643"
    day = date(2024, 1, 17).toordinal()
    inside = 0
    shape = ogr.CreateGeometryFromJson(json.dumps(SMALL))
    back = osr.CoordinateTransformation(cube.reference(32643), cube.reference(4326))
    generator = numpy.random.default_rng(5)
    for _ in range(200):
        row, column = int(generator.integers(values.shape[1])), int(generator.integers(values.shape[2]))
        x, y = west + (column + 0.5) * size, north - (row + 0.5) * size
        longitude, latitude, _ = back.TransformPoint(x, y)
        if not shape.Contains(ogr.CreateGeometryFromWkt(f"POINT ({longitude} {latitude})")):
            assert (values[:, row, column] == 0).all()
            continue
        inside += 1
        material = ground.MATERIALS[int(ground.materials(32643, numpy.array([x]), numpy.array([y]), day)[0])]
        factor = float(ground.brightness(32643, numpy.array([x]), numpy.array([y]))[0])
        truth = [ground.reflectance(material, 450 + 15 * band) * factor for band in range(31)]
        assert values[:, row, column] / 50000 == pytest.approx(truth, abs=1e-5)
    assert inside > 50
    quality = gdal.Open(f"/vsizip/{place}/{ITEM}_QM.tif").ReadAsArray()
    assert ((quality == 255) == (values[0] == 0)).all()


def test_several_entries_make_one_bundle(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    both = seeded(sandbox, count=2, area=SMALL)
    content = bundle(calls, catalog_ids=both)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len({one.split("/")[0] for one in archive.namelist()}) == 2
    assert bundle(calls, catalog_ids=both) == content
    same = seeded(sandbox, area=SMALL) + seeded(sandbox, area=SMALL)
    with zipfile.ZipFile(io.BytesIO(bundle(calls, catalog_ids=same))) as archive:
        names = archive.namelist()
    assert len(set(names)) == len(names) == 14


def test_a_bundle_takes_its_time_and_its_address_ends(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    one = seeded(sandbox, area=SMALL)
    sandbox.settings(pixxel_bundle_seconds=60.0)
    made = calls.post("v0/catalogs/download", {"catalog_ids": one})
    assert calls.get(f"v0/catalogs/download/{made['id']}") == {"id": made["id"], "status": "in_progress",
                                                               "signed_url": ""}
    sandbox.advance(61)
    ready = calls.until(lambda: calls.get(f"v0/catalogs/download/{made['id']}"), lambda one: bool(one["signed_url"]))
    address = ready["signed_url"]
    assert not address.startswith(calls.root)
    whole = calls.fetched(address)
    part = calls.fetched(address, Range="bytes=100-199")
    assert (whole.status_code, part.status_code, part.content) == (200, 206, whole.content[100:200])
    assert calls.fetched(address, Authorization="anything").status_code == 200
    assert any("api-key-sent-to-storage" in each["flags"] for each in sandbox.log(flag="api-key-sent-to-storage"))
    sandbox.advance(3601)
    assert calls.fetched(address).status_code == 403
    again = calls.get(f"v0/catalogs/download/{made['id']}")["signed_url"]
    assert calls.fetched(again).content == whole.content


def test_a_bundle_may_fail(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    sandbox.control("POST", "pixxel/fail", {"kind": "bundle"})
    made = calls.post("v0/catalogs/download", {"catalog_ids": seeded(sandbox, area=SMALL)})
    shown = calls.until(lambda: calls.get(f"v0/catalogs/download/{made['id']}"),
                        lambda one: one["status"] not in ("created", "in_progress"))
    assert (shown["status"], shown["signed_url"]) == ("failed", "")


@pytest.mark.parametrize(("body", "status"), [
    ({}, 400), ({"catalog_ids": [], "order_item_ids": []}, 400), ({"catalog_ids": [CROPS]}, 404),
    ({"catalog_ids": ["x"]}, 400), ({"order_item_ids": [CROPS]}, 404), ({"catalog_ids": "x"}, 400),
    ({"catalog_ids": [CROPS], "order_item_ids": [CROPS]}, 400)])
def test_wrong_downloads(calls: PixxelCalls, body: dict[str, Any], status: int) -> None:
    calls.error(status, "POST", "v0/catalogs/download", json=body)


def test_downloads_of_others_and_of_nothing(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    one = seeded(sandbox, area=SMALL)
    second = PixxelCalls(sandbox, sandbox.ready["pixxel"]["second_key"])
    second.error(403, "POST", "v0/catalogs/download", json={"catalog_ids": one})
    calls.error(404, "GET", f"v0/catalogs/download/{CROPS}")
    calls.error(400, "GET", "v0/catalogs/download/x")


def test_a_bundle_of_any_size(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    made = sandbox.control("POST", "pixxel/bundles", {"bytes": 5_000_000})
    ready = calls.until(lambda: calls.get(f"v0/catalogs/download/{made['id']}"), lambda one: bool(one["signed_url"]))
    assert 5_000_000 < len(calls.fetched(ready["signed_url"]).content) < 5_001_000
