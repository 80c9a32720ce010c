"""What platforms find deep in their trees by name: each way leads there when it is walked list by list."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from imagery_hub.providers.capabilities import Branch, Entry, Finds, Way
from imagery_hub.providers.descarteslabs.flows import finding as catalog_finding
from imagery_hub.providers.descarteslabs.provider import connect
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.pixel.provider import Pixel
from imagery_hub.providers.pixxel.flows import finding as pixxel_finding
from imagery_hub.providers.pixxel.provider import connect as connect_pixxel
from imagery_hub.providers.work import Work
from pixel_desk import desk
from sandbox_descarteslabs import CatalogCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import CROPS, SHAPE, TD2, PixxelCalls
from sandbox_process import SandboxProcess


def listed(platform: Any, way: Sequence[Entry]) -> list[Entry]:
    """All that is listed below the last entry of a way."""
    found: list[Entry] = []
    begin = ""
    while True:
        page = platform.children(Branch(way[-1], tuple(way[:-1])), begin, Work())
        found += page.entries
        begin = page.following
        if not begin:
            return found


def walked(platform: Any, one: Way) -> bool:
    """Whether each step is in the list of the one before."""
    assert one.entry is not None
    way = [*one.above, one.entry]
    assert way[0].kind in {root.kind for root in platform.roots()}
    return all((step.kind, step.id) in {(each.kind, each.id) for each in listed(platform, way[:number + 1])}
               for number, step in enumerate(way[1:]))


@pytest.mark.needs_assumed("pixel A6", "pixel A18")
def test_collections_rasters_and_images_of_pixel(sandbox: SandboxProcess) -> None:
    calls = PixelCalls(sandbox)
    inner = calls.project(parent_project_id=int(calls.project()))
    sheets = calls.collection(inner, "RGB", name="Zebra sheets")
    photos = calls.collection(calls.project(), "image", name="Others")
    for what, place in (("rasters", sheets), ("images", photos)):
        body = {"collection": place.split("/")[1], "count": 3, "name": f"zebra {what}"}
        sandbox.control("POST", f"pixel/{what}", body)
    with desk(sandbox.ready["pixel"]) as one:
        platform = Pixel(one.api, one.engine, "fjord")
        assert isinstance(platform, Finds)
        found = list(platform.find("ZEBRA", 10, Work()))
        kinds = [way.entry.kind for way in found if way.entry is not None]
        assert kinds == ["collection.raster.RGB", *["raster"] * 3, *["image"] * 3]
        assert all(walked(platform, way) for way in found)
        assert [one.kind for one in found[0].above] == ["projects", "project", "project"]
        fewer = list(platform.find("zebra r", 2, Work()))
        assert [None if way.entry is None else way.entry.kind for way in fewer] == ["raster", "raster", None]


def test_what_lies_deep_in_pixxel(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = PixxelCalls(sandbox)
    (scene,) = calls.post("v0/search", {
        "start_date": "2024-01-01T00:00:00Z", "end_date": "2024-03-01T00:00:00Z", "geometry": SHAPE, "limit": 1,
        "satellites": [{"collection_id": "pixxel-td-l2a", "satellite_id": TD2}]})["items"]
    area = calls.post("v0/aois", {
        "name": "Plots", "description": "", "satellite_id": TD2, "provider": "pixxel", "project_id": CROPS,
        "geometry": SHAPE, "item_ids": [scene]})
    area_id = area.get("aoi_id") or area["id"]
    (asset, *_) = calls.until(lambda: calls.get(f"v0/aois/{area_id}/assets")["assets"], bool)
    shape = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": SHAPE}]}
    items = [{"project_id": CROPS, "name": f"Zebra {number}", "usecase": "agriculture", "geometry": shape,
              "item_ids": [calls.covering()]} for number in range(3)]
    calls.post("v0/orders", {"dry_run": False, "order_items": items})
    (entry,) = sandbox.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"]
    name = calls.get(f"v0/catalogs/{entry}")["details"]["id"]
    flows = calls.get("v0/workflows", project_id=CROPS)["workflows"]
    ready = sandbox.ready["pixxel"]
    with closing(connect_pixxel(ready["root"], {"key": ready["api_key"]}, {}, EnvironmentNetwork())) as platform:
        assert isinstance(platform, Finds)

        def found(text: str, most: int = 10) -> list[Way]:
            return list(platform.find(text, most, Work()))

        def names(text: str, kind: str) -> set[str]:
            ways = [way for way in found(text) if way.entry is not None and way.entry.kind == kind]
            assert all(walked(platform, way) for way in ways)
            return {way.entry.name for way in ways if way.entry is not None}

        assert names("zebra", "order_item") == {"Zebra 0", "Zebra 1", "Zebra 2"}
        assert [way.entry is None for way in found("zebra", 2)] == [False, False, True]
        assert names(flows[0]["name"], "workflow") >= {flows[0]["name"]}
        assert names(asset["name"], "asset") >= {asset["name"]}
        assert names(name.lower(), "catalog") == {name}
        assert found("no such thing_at_all_in_here_x") == []
        sandbox.fault(kind="status", operation="listOrderItems", status=403, count=0)
        without = found(asset["name"])
        assert [way.above[-1].kind for way in without if way.entry is None] == ["order_items"], "which is told"
        assert asset["name"] in {way.entry.name for way in without if way.entry is not None}
        sandbox.clear_faults()
        sandbox.fault(kind="status", operation="searchCatalogs", status=400, count=0)
        assert found("no such thing_at_all_in_here_x") == []
        sandbox.clear_faults()
        monkeypatch.setattr(pixxel_finding, "PAGES", 0)
        assert names("zebra", "order_item") == set()


def test_images_of_descartes_labs(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = CatalogCalls(sandbox)
    product = calls.product("finding")
    for number in range(3):
        calls.sent("POST", f"metadata/v1/catalog/products/{product}/images", json={
            "id": f"Zebra{number}", "storage_state": "remote", "acquired": "2024-01-15T10:00:00Z",
            "geometry": {"type": "Polygon", "coordinates": [[[75, 14], [76, 14], [76, 15], [75, 15], [75, 14]]]}})
    ready = sandbox.ready["descarteslabs"]
    secrets = {name: ready[name] for name in ("client_id", "refresh_token")}
    platform = connect(ready["root"], secrets, {}, EnvironmentNetwork())
    try:
        assert isinstance(platform, Finds)
        found = list(platform.find("zebra", 10, Work()))
        assert {way.entry.name for way in found if way.entry is not None} == {"Zebra0", "Zebra1", "Zebra2"}
        assert all(walked(platform, way) for way in found)
        assert [way.entry is None for way in platform.find("zebra", 2, Work())] == [False, False, True]
        assert list(platform.find("no such image", 10, Work())) == []
        monkeypatch.setattr(catalog_finding, "PAGES", 0)
        assert list(platform.find("zebra", 10, Work())) == []
    finally:
        platform.close()
