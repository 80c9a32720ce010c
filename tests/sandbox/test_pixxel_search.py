"""Scene search and archive of the sandbox's Pixxel."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sandbox_pixxel import FIELDS, ITEM, SENTINEL, TD1, TD2, PixxelCalls
from sandbox_process import SandboxProcess
from shapely.geometry import box, shape

OWN = "pixxel-td-l2a"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


def request(**members: Any) -> dict[str, Any]:
    return {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-02-01T00:00:00Z", "geometry": FIELDS,
            "satellites": [{"collection_id": OWN, "satellite_id": TD2}], **members}


def test_the_scene_of_the_notes_is_found(calls: PixxelCalls) -> None:
    found = calls.post("v0/search", request())
    assert found["pagination"]["total"] == len(found["items"])
    item = found["items"][ITEM]
    assert item["properties"]["datetime"].startswith("2024-01-17T05:2")
    assert item["properties"]["proj:code"] == "EPSG:32643"
    assert shape(item["geometry"]).contains(shape(FIELDS))
    assert [float(one) for one in item["bbox"]] == list(shape(item["geometry"]).bounds)
    assert len(item["assets"]["image"]["eo:bands"]) == 31
    for one in found["items"].values():
        assert shape(one["geometry"]).intersects(shape(FIELDS))
        assert "2024-01-01" <= one["properties"]["datetime"] < "2024-02-01"


def test_a_cursor_walks_through_all_and_belongs_to_its_search(calls: PixxelCalls) -> None:
    body = request(end_date="2024-04-01T00:00:00Z")
    whole = calls.post("v0/search", {**body, "limit": 1000})
    assert "next_token" not in whole["pagination"]
    seen: list[str] = []
    token = None
    while True:
        page = calls.post("v0/search", {**body, "limit": 7, **({"next_token": token} if token else {})})
        seen += page["items"]
        token = page["pagination"].get("next_token")
        if not token:
            break
        last = token
    assert seen == list(whole["items"]) and len(seen) == whole["pagination"]["total"] > 14
    other = calls.error(400, "POST", "v0/search", json={**request(), "next_token": last})
    assert other["details"][0]["field"] == "next_token"
    calls.error(400, "POST", "v0/search", json={**body, "next_token": "?"})


def test_filters_and_satellites_narrow_the_search(calls: PixxelCalls) -> None:
    year = {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-12-31T00:00:00Z", "limit": 1000}
    every = calls.post("v0/search", request(**year))["items"].values()
    clear = calls.post("v0/search", request(**year, filters=[{"id": "eo:cloud_cover", "min": 0, "max": 10}]))["items"]
    expected = {one["id"] for one in every if one["properties"]["eo:cloud_cover"] <= 10}
    assert set(clear) == expected and 0 < len(expected) < len(every)
    others = calls.post("v0/search", request(**year, satellites=[
        {"collection_id": OWN, "satellite_id": TD1}, {"collection_id": "sentinel-2-l2a", "satellite_id": SENTINEL}]))
    assert {one["properties"]["platform"] for one in others["items"].values()} == {"TD1", "S2"}


@pytest.mark.parametrize(("members", "field"), [
    ({"limit": 0}, "limit"), ({"limit": 10001}, "limit"), ({"start_date": "yesterday"}, "start_date"),
    ({"end_date": "2023-01-01T00:00:00Z"}, "end_date"), ({"satellites": []}, "satellites"),
    ({"satellites": [{"collection_id": "sentinel-2-l2a", "satellite_id": TD2}]}, "satellites"),
    ({"satellites": [{"collection_id": OWN, "satellite_id": OWN}]}, "satellites"),
    ({"filters": [{"id": "colour", "min": 0, "max": 1}]}, "filters"),
    ({"geometry": {"type": "Polygon", "coordinates": []}}, "geometry"),
    ({"geometry": {"type": "Polygon", "coordinates": "x"}}, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": [262000, 6649000]}}, "geometry"),
    ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}}, "geometry")])
def test_what_does_not_fit_is_told(calls: PixxelCalls, members: dict[str, Any], field: str) -> None:
    error = calls.error(400, "POST", "v0/search", json=request(**members))
    assert (error["code"], error["details"][0]["field"]) == ("bad_request", field)


def test_a_quick_look_is_a_picture_for_everybody_and_imagery_is_not(calls: PixxelCalls) -> None:
    assets = calls.get(f"v0/archives/collections/{OWN}/items/{ITEM}")["assets"]
    assert not assets["thumbnail"]["href"].startswith(calls.root)
    answer = calls.fetched(assets["thumbnail"]["href"])
    assert answer.headers["Content-Type"] == "image/jpeg"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.format == "JPEG" and min(picture.size) > 100 and len(picture.getcolors(10**6) or []) > 50
    assert calls.fetched(assets["image"]["href"]).status_code == 403


def test_collections_and_items(calls: PixxelCalls) -> None:
    both = calls.get("v0/archives/collections")["collections"]
    assert [one["id"] for one in both] == [OWN, "pixxel-td-l1c"]
    assert calls.get("v0/archives/collections", ids="pixxel-td-l1c")["collections"] == both[1:]
    assert calls.get(f"v0/archives/collections/{OWN}") == both[0]
    calls.error(404, "GET", "v0/archives/collections/landsat")
    calls.error(404, "GET", f"v0/archives/collections/{OWN}/items/TD2_000812_20240118_L2A_20240402_01002031")
    calls.error(404, "GET", f"v0/archives/collections/pixxel-td-l1c/items/{ITEM}")
    first = calls.get(f"v0/archives/collections/{OWN}/items")["features"]
    assert len(first) == 10
    second = calls.get(f"v0/archives/collections/{OWN}/items", offset=5, limit=10)["features"]
    assert second[:5] == first[5:]
    calls.error(400, "GET", f"v0/archives/collections/{OWN}/items", params={"offset": -1})


def archived(calls: PixxelCalls, **body: Any) -> list[dict[str, Any]]:
    return calls.post("v0/archives/search", {"limit": 100, **body})["features"]


def test_archive_search_by_area_and_time(calls: PixxelCalls) -> None:
    january = {"collections": [OWN], "datetime": "2024-01-01T00:00:00Z/2024-02-01T00:00:00Z"}
    by_shape = archived(calls, **january, intersects=FIELDS)
    assert ITEM in {one["id"] for one in by_shape}
    west, south, east, north = shape(FIELDS).bounds
    by_box = archived(calls, **january, bbox=[west, south, east, north])
    assert by_box == by_shape
    assert archived(calls, **january, bbox=[0, 0, 1, 1], intersects=FIELDS) == []
    moment = next(one for one in by_shape if one["id"] == ITEM)["properties"]["datetime"]
    assert [one["id"] for one in archived(calls, intersects=FIELDS, collections=[OWN], datetime=moment)] == [ITEM]
    assert len(archived(calls, intersects=FIELDS, datetime="../2022-04-20T00:00:00Z")) > 0
    assert [one["id"] for one in archived(calls, ids=[ITEM, "TD2_nothing"])] == [ITEM]


def test_a_box_across_the_antimeridian_finds_both_sides(calls: PixxelCalls) -> None:
    found = archived(calls, collections=[OWN], bbox=[179.5, -18, -179.5, -17.5],
                     datetime="2024-01-01T00:00:00Z/2024-01-20T00:00:00Z")
    sides = {shape(one["geometry"]).centroid.x > 0 for one in found}
    assert sides == {True, False}
    both = box(179.5, -18, 180, -17.5).union(box(-180, -18, -179.5, -17.5))
    assert all(shape(one["geometry"]).intersects(both) for one in found)


def test_parts_on_both_sides_of_the_world_are_searched_alone(calls: PixxelCalls) -> None:
    parts = [box(179.5, -18, 180, -17.5), box(-180, -18, -179.5, -17.5)]
    both = {"type": "MultiPolygon", "coordinates": [[[list(one) for one in part.exterior.coords]] for part in parts]}
    january = {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-02-01T00:00:00Z", "limit": 1000}
    found = calls.post("v0/search", request(**january, geometry=both))["items"].values()
    assert {shape(one["geometry"]).centroid.x > 0 for one in found} == {True, False}
    assert len(found) == len({one["id"] for one in found}) < 100
    archive = archived(calls, intersects=both, query={"platform": "TD2"}, collections=[OWN],
                       datetime="2024-01-01T00:00:00Z/2024-02-01T00:00:00Z")
    assert {one["id"] for one in archive} == {one["id"] for one in found}


@pytest.mark.parametrize(("query", "good"), [
    ({"eo:cloud_cover": {"lt": 10}}, lambda one: one["eo:cloud_cover"] < 10),
    ({"eo:cloud_cover": {"gte": 10, "lte": 40}}, lambda one: 10 <= one["eo:cloud_cover"] <= 40),
    ({"platform": "TD1"}, lambda one: one["platform"] == "TD1"),
    ({"platform": {"eq": ["TD1", "TD3"]}}, lambda one: one["platform"] == "TD1"),
    ({"platform": {"neq": "TD1"}}, lambda one: one["platform"] == "TD2"),
    ({"platform": {"in": ["TD2"]}, "view:off_nadir": {"gt": 10}},
     lambda one: one["platform"] == "TD2" and one["view:off_nadir"] > 10)])
def test_archive_queries(calls: PixxelCalls, query: dict[str, Any], good: Any) -> None:
    place = {"intersects": FIELDS, "datetime": "2024-01-01T00:00:00Z/2024-03-01T00:00:00Z"}
    wanted = {one["id"] for one in archived(calls, **place) if good(one["properties"])}
    assert {one["id"] for one in archived(calls, **place, query=query)} == wanted != set()


@pytest.mark.parametrize("sort", [
    {"sortby": [{"field": "properties->>'eo:cloud_cover'", "direction": "desc"}]},
    {"sort_by": [{"eo:cloud_cover": "DESC"}]}, {"sortby": [{"properties.eo:cloud_cover": "desc"}]}])
def test_archive_order_in_every_spelling(calls: PixxelCalls, sort: dict[str, Any]) -> None:
    found = archived(calls, intersects=FIELDS, datetime="2024-01-01T00:00:00Z/2024-03-01T00:00:00Z", **sort)
    covers = [one["properties"]["eo:cloud_cover"] for one in found]
    assert covers == sorted(covers, reverse=True) and len(set(covers)) > 5


@pytest.mark.parametrize("body", [
    {"bbox": [1, 2, 3]}, {"bbox": [10, 50, 5, 40]}, {"datetime": "soon"}, {"datetime": "2024-02-01/2024-01-01"},
    {"query": {"gsd": {"like": 1}}}, {"sortby": [{"gsd": "up"}]}, {"limit": -1}, {"intersects": {"type": "Circle"}},
    {"sortby": [{"gsd": "asc"}]}])
def test_archive_mistakes(calls: PixxelCalls, body: dict[str, Any]) -> None:
    assert calls.error(400, "POST", "v0/archives/search", json=body)["code"] == "bad_request"
