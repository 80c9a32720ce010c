"""What platforms find deep in their trees by name: each way leads there when it is walked list by list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from imagery_hub.providers.capabilities import Branch, Entry, Finds, Way
from imagery_hub.providers.descarteslabs.flows import finding as catalog_finding
from imagery_hub.providers.descarteslabs.provider import connect
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.pixel.provider import Pixel
from imagery_hub.providers.work import Work
from pixel_desk import desk
from sandbox_descarteslabs import CatalogCalls
from sandbox_pixel import PixelCalls
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
