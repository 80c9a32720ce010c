"""Picterra as a tree: every branch, page by page, searched, and the pages of its web application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from imagery_hub.providers.capabilities import Branch, Browse, Entry, Pages
from imagery_hub.providers.errors import ServerFault
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.picterra.provider import Picterra, connect, normalise_address
from imagery_hub.providers.work import Work
from sandbox_images import squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[Picterra]:
    opened = connect(normalise_address(sandbox.address), {"key": PICTERRA_KEY}, {}, EnvironmentNetwork())
    yield opened
    opened.close()


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PicterraCalls:
    return PicterraCalls(sandbox)


def below(platform: Picterra, entry: Entry, search: str = "") -> list[Entry]:
    """All pages."""
    found, begin = [], ""
    while True:
        page = platform.children(Branch(entry, (), search), begin, Work())
        found += page.entries
        begin = page.following
        if not begin:
            return found


def root(platform: Picterra, kind: str) -> Entry:
    return next(one for one in platform.roots() if one.kind == kind)


def test_it_has_the_capabilities(platform: Picterra) -> None:
    assert isinstance(platform, Browse)
    assert isinstance(platform, Pages)


def test_every_branch(platform: Picterra, calls: PicterraCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    folder = calls.post("folders/", {"name": "Orchards"})["id"]
    raster = calls.upload_raster(squares_image(tmp_path / "a.tif", [], []), name="Apple", folder_id=folder,
                                 captured_at="2024-06-02T09:41:00Z", cloud_coverage=7, user_tag="spring")
    detector = calls.detector("Trees")
    calls.post(f"detectors/{detector}/training_rasters/", {"raster_id": raster})
    sandbox.control("POST", f"picterra/folders/{folder}/detectors", {"detector_id": detector})
    before = sandbox.last_entry()
    assert [one.kind for one in platform.roots()] == ["folders", "rasters", "detectors"]
    assert sandbox.last_entry() == before
    (shown,) = below(platform, root(platform, "folders"))
    assert (shown.kind, shown.id, shown.name) == ("folder", folder, "Orchards")
    assert shown.details["created_at"]
    group, image = below(platform, shown)
    assert (group.kind, group.id) == ("folder_detectors", folder)
    assert (image.kind, image.id, image.name, image.state) == ("raster", raster, "Apple", "ready")
    assert "folder_id" in image.details
    assert "tms_url" not in image.details
    assert image.footprint is None
    assert [one.id for one in below(platform, root(platform, "rasters"))] == [raster]
    (known,) = below(platform, group)
    assert (known.kind, known.id, known.state) == ("detector", detector, "untrained")
    assert [one.id for one in below(platform, root(platform, "detectors"))] == [detector]
    assert [one.id for one in below(platform, known)] == [raster]
    (markers,) = below(platform, image)
    assert (markers.kind, markers.id) == ("raster_markers", raster)
    assert below(platform, markers) == []
    assert below(platform, Entry("vector_layer", "x", "leaf")) == []


@pytest.mark.needs_assumed("RasterInList.captured_at", "RasterInList.cloud_coverage", "RasterInList.user_tag")
def test_details_of_a_raster_are_shown(platform: Picterra, calls: PicterraCalls, tmp_path: Path) -> None:
    calls.upload_raster(squares_image(tmp_path / "a.tif", [], []), name="Apple", captured_at="2024-06-02T09:41:00Z",
                        cloud_coverage=7, user_tag="spring")
    (image,) = below(platform, root(platform, "rasters"))
    assert {name: image.details[name] for name in ("captured_at", "cloud_coverage", "user_tag")} == {
        "captured_at": "2024-06-02T09:41:00.000000Z", "cloud_coverage": "7", "user_tag": "spring"
    }


@pytest.mark.needs_assumed("A25")
def test_markers_are_named_by_their_text(platform: Picterra, calls: PicterraCalls, tmp_path: Path) -> None:
    raster = calls.upload_raster(squares_image(tmp_path / "a.tif", [], []), name="Apple")
    calls.post(f"rasters/{raster}/markers/",
               {"marker": {"type": "Point", "coordinates": [8.4, 46.4]}, "text": "A gap"})
    (marker,) = below(platform, Entry("raster_markers", raster, ""))
    assert (marker.kind, marker.name, marker.details["longitude"], marker.details["latitude"]) == (
        "marker", "A gap", "8.4", "46.4"
    )


def test_pages_are_fetched_one_by_one_and_a_failed_one_can_be_asked_for_again(
    platform: Picterra, sandbox: SandboxProcess
) -> None:
    sandbox.control("POST", "picterra/rasters", {"count": 45, "name": "raster"})
    branch = Branch(root(platform, "rasters"))
    before = sandbox.last_entry()
    first = platform.children(branch, "", Work())
    assert (len(first.entries), first.total) == (20, 45)
    assert len(sandbox.log(after=before)) == 1
    sandbox.fault(kind="status", operation="listRasters", status=500, count=1)
    with pytest.raises(ServerFault):
        platform.children(branch, first.following, Work())
    second = platform.children(branch, first.following, Work())
    third = platform.children(branch, second.following, Work())
    assert third.following == ""
    assert len({one.id for page in (first, second, third) for one in page.entries}) == 45


def test_the_platform_searches_where_it_says_so(
    platform: Picterra, calls: PicterraCalls, sandbox: SandboxProcess
) -> None:
    folder = calls.post("folders/", {"name": "Orchards"})["id"]
    calls.post("folders/", {"name": "Fields"})
    sandbox.control("POST", "picterra/rasters", {"count": 3, "name": "apple", "folder_id": folder})
    sandbox.control("POST", "picterra/rasters", {"count": 2, "name": "pear", "folder_id": folder})
    calls.detector("Trees")
    calls.detector("Cars")
    home = Entry("folder", folder, "Orchards")
    found = {
        "folders": [one.name for one in below(platform, root(platform, "folders"), "orch")],
        "rasters": len(below(platform, root(platform, "rasters"), "pear")),
        "detectors": [one.name for one in below(platform, root(platform, "detectors"), "car")],
        "folder": len(below(platform, home, "apple")),
    }
    assert found == {"folders": ["Orchards"], "rasters": 2, "detectors": ["Cars"], "folder": 3}
    assert all(platform.searches(one) for one in (*platform.roots(), home))
    assert not platform.searches(Entry("detector", "x", ""))


def test_pages_of_the_web_application(platform: Picterra, sandbox: SandboxProcess) -> None:
    raster = Entry("raster", "r/1", "Apple", "ready", {"folder_id": "f 1"})
    folder = Entry("folder", "f 1", "Orchards")
    server = sandbox.address
    assert platform.page(folder) == f"{server}/modes/detection/projects/f%201"
    assert platform.page(raster) == f"{server}/modes/detection/projects/f%201/raster/r%2F1/vectors"
    assert platform.page(Entry("vector_layer", "v", "Result"), (folder, raster)) == platform.page(raster)
    assert platform.page(Entry("raster", "r/1", "Apple"), (folder,)) == platform.page(raster)
    assert platform.page(Entry("raster", "r", "no folder known")) == ""
    assert platform.page(Entry("detector", "d", "Trees")) == f"{server}/modes/training/detectors/d"
    assert platform.page(Entry("rasters", "", "")) == ""
