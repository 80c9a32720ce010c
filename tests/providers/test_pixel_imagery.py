"""Rasters and images for the search dock, page by page, against the lists of the sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pixel.flows.imagery import NARROWS, query_of
from imagery_hub.providers.pixel.provider import Pixel
from imagery_hub.providers.search import Query, Search
from imagery_hub.providers.work import Work
from pixel_desk import desk
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess
from shapely.geometry import Point, Polygon, shape

AREA: dict[str, Any] = {"type": "Polygon", "coordinates": [
    [[10.6, 59.85], [10.75, 59.85], [10.75, 59.91], [10.6, 59.91], [10.6, 59.85]]]}


@pytest.fixture
def pixel(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


def seeded(pixel: PixelCalls, kind: str, what: str, count: int) -> str:
    place = pixel.collection(pixel.project(), kind)
    pixel.sandbox.control("POST", f"pixel/{what}", {"collection": place.split("/")[1], "count": count, "tags": ["may"]})
    return place


def found(platform: Pixel, query: Query) -> list[Any]:
    hits, begin = [], ""
    while True:
        page = platform.search(query, begin, Work())
        hits += page.hits
        begin = page.following
        if not begin:
            assert page.total == len(hits)
            return hits


def test_rasters_are_found_page_by_page(sandbox: SandboxProcess, pixel: PixelCalls) -> None:
    place = seeded(pixel, "RGB", "rasters", 230)
    truth = {one["id"]: one for offset in (0, 100, 200)
             for one in pixel.get(f"projects/{place.replace('/', '/data_collections/')}/rasters/", offset=offset,
                                  limit=100)}
    with desk(sandbox.ready["pixel"]) as one:
        platform = Pixel(one.api, one.engine, "fjord")
        assert isinstance(platform, Search)
        assert platform.narrows == NARROWS
        hits = found(platform, Query())
        assert {hit.entry.id for hit in hits} == {f"{place}/{number}" for number in truth}
        assert {hit.entry.kind for hit in hits} == {"found.raster"}
        assert all(hit.entry.footprint == truth[int(hit.entry.id.split("/")[2])]["footprint"] for hit in hits)
        assert {hit.tag for hit in hits} == {"may"}
        inside = found(platform, Query(area=AREA))
        area = Polygon(AREA["coordinates"][0])
        assert {hit.entry.id for hit in inside} == {
            f"{place}/{number}" for number, row in truth.items() if area.intersects(shape(row["footprint"]))}
        days = found(platform, Query(captured_after="2025-05-03T00:00:00Z", captured_before="2025-05-04T00:00:00Z"))
        assert {hit.captured[:10] for hit in days} == {"2025-05-03", "2025-05-04"}
        assert found(platform, Query(tag="june")) == []
        assert len(found(platform, Query(text="000017"))) == 1


def test_images_stand_in_squares(sandbox: SandboxProcess, pixel: PixelCalls) -> None:
    place = seeded(pixel, "image", "images", 3)
    truth = {one["id"]: one["location"]["coordinates"] for one in pixel.read(place, "images/")}
    with desk(sandbox.ready["pixel"]) as one:
        hits = found(Pixel(one.api, one.engine, "fjord"), Query(further={"on": "images"}))
    assert len(hits) == 3
    for hit in hits:
        square: Any = shape(hit.entry.footprint)
        assert square.contains(Point(truth[int(hit.entry.id.split("/")[2])]))
        assert square.centroid.distance(Point(truth[int(hit.entry.id.split("/")[2])])) < 1e-9
        assert isinstance(hit.entry, Entry)


def test_a_question_without_anything_asks_for_all() -> None:
    assert query_of(Query()) == {"on": "rasters", "sort": [{"field": "created_at", "direction": "desc"}]}


def test_the_cloud_cover_is_read_where_the_metadata_tell_it(sandbox: SandboxProcess, pixel: PixelCalls) -> None:
    """“Send item to platform” writes it there; what is no share of a hundred is none."""
    place = pixel.collection(pixel.project(), "RGB")
    for name, metadata in (("clear", {"cloud_cover": 12.5}), ("unknown", {}), ("words", {"cloud_cover": "none"}),
                           ("beyond", {"cloud_cover": 900})):
        body = {"collection": place.split("/")[1], "name": name, "metadata": metadata}
        pixel.sandbox.control("POST", "pixel/rasters", body)
    with desk(sandbox.ready["pixel"]) as one:
        hits = found(Pixel(one.api, one.engine, "fjord"), Query())
    assert {hit.entry.name.partition("_")[0]: hit.cloud for hit in hits} == {
        "clear": 12.5, "unknown": None, "words": None, "beyond": None}
