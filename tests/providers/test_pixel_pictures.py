"""Pictures of images in the Hub, and lists of a platform that gives fewer rows at once than it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.capabilities import Entry, Pictures, Stream
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.http.answers import Page
from imagery_hub.providers.pixel.flows import items
from imagery_hub.providers.pixel.places import Place
from imagery_hub.providers.pixel.provider import Pixel
from imagery_hub.providers.work import Work
from pixel_desk import desk
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

ABOVE = "collection.image"


@pytest.mark.needs_assumed("pixel Image.download_url")
def test_the_picture_of_an_image_is_its_file(sandbox: SandboxProcess, tmp_path: Path) -> None:
    pixel = PixelCalls(sandbox)
    place = pixel.collection(pixel.project())
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a picture")
    body = {"collection": place.split("/")[1]}
    with_file = sandbox.control("POST", "pixel/images", {**body, "file": str(photo)})["first"]
    bare = sandbox.control("POST", "pixel/images", body)["first"]
    above = [Entry("project", place.split("/")[0], ""), Entry(ABOVE, place, ""), Entry("images", place, "")]
    with desk(sandbox.ready["pixel"]) as one:
        platform = Pixel(one.api, one.engine, "fjord")
        assert isinstance(platform, Pictures)
        assert isinstance(platform, Stream)
        assert platform.picture(Entry("image", str(with_file), ""), above, Work()) == b"a picture"
        assert platform.picture(Entry("image", str(bare), ""), above, Work()) == b""
        assert platform.picture(Entry("raster", str(bare), ""), above, Work()) == b""
        with pytest.raises(InputProblem):
            platform.stream("raster", f"{place}/{bare}", "tiles")


class Capped:
    """A platform that never gives more than so many rows at once, whatever it is asked for."""

    def __init__(self, rows: int, most: int) -> None:
        self.asked: list[tuple[int, int]] = []
        self._rows, self._most = rows, most
        self.images = self

    def during(self, work: Work) -> Capped:
        return self

    def list(self, place: Place, filters: Any, offset: int, size: int) -> Any:
        self.asked.append((offset, size))
        found: list[Any] = [{"id": one} for one in range(offset, min(offset + min(size, self._most), self._rows))]
        yield Page(found, None, len(found) < size)


@pytest.mark.parametrize(("rows", "most"), [(0, 100), (99, 100), (100, 100), (250, 100), (730, 250), (1300, 1000)])
def test_a_list_is_whole_although_the_platform_gives_less_at_once(rows: int, most: int) -> None:
    api: Any = Capped(rows, most)
    found = [one["id"] for one in items.listed(api, "image", Place("1", "2"), {}, Work())]
    assert found == list(range(rows))
