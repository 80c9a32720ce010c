"""Downloads of stored files that are stopped and taken up again, at the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import Cancelled
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pixel.flows import attachments, files
from imagery_hub.providers.pixel.places import place_of
from imagery_hub.providers.work import Progress, Work
from pixel_desk import desk
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

COUNT = 230


def test_no_two_items_get_one_file(tmp_path: Path) -> None:
    """The name that a number makes unique may be another item's own."""
    listed = [{"id": 1, "name": "a.tif"}, {"id": 2, "name": "A.tif"}, {"id": 3, "name": "A-2.tif"},
              {"id": 4, "name": "../a.tif"}, {"id": 5, "name": "a-6.tif"}, {"id": 6, "name": "a.tif"}]
    names = files._names(listed, "raster", {}, tmp_path)
    assert names["1"] == "a.tif"
    assert names["3"] == "A-2-3.tif"
    assert len({one.casefold() for one in names.values()}) == len(listed)
    assert not any("/" in one for one in names.values())


def test_no_file_of_the_folder_is_written_over(tmp_path: Path) -> None:
    """Nobody expects that names which the platform knows replace files of their own."""
    (tmp_path / "photo.jpg").write_bytes(b"mine")
    assert files._names([{"id": 7, "name": "photo.jpg"}], "image", {}, tmp_path) == {"7": "photo-7.jpg"}


def test_no_two_attachments_get_one_file(tmp_path: Path) -> None:
    (tmp_path / "mine.pdf").write_bytes(b"kept")
    listed: list[Any] = [
        {"id": 1, "name": "a-3.pdf"}, {"id": 2, "name": "a.pdf"}, {"id": 3, "name": "A.pdf"},
        {"id": 4, "name": "mine.pdf"}]
    names = attachments._names(listed, tmp_path)
    assert names == {"1": "a-3.pdf", "2": "a.pdf", "3": "A-3-3.pdf", "4": "mine-4.pdf"}


@pytest.mark.needs_assumed("pixel Image.download_url")
def test_what_came_is_not_fetched_again(
    sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixel = PixelCalls(sandbox)
    name = pixel.collection(pixel.project())
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(range(256)) * 40)
    sandbox.control("POST", "pixel/images", {"collection": name.split("/")[1], "count": COUNT, "file": str(photo)})
    place, journal, folder = place_of(name), MemoryJournal(), tmp_path / "files"
    folder.mkdir()
    monkeypatch.setattr(files, "BATCH", 50)
    stop = False

    def report(progress: Progress) -> None:
        nonlocal stop
        stop = stop or (progress.fraction or 0.0) > 0.4

    with desk(sandbox.ready["pixel"]) as one:
        first = Work(journal, report, lambda: stop)
        ids = files.all_ids(one.api, "image", place, first)
        with pytest.raises(Cancelled):
            files.download_items(one.api, one.engine, "image", place, ids, folder, first)
        came = len(list(folder.glob("*.jpg")))
        assert 0 < came < COUNT
        before = sandbox.last_entry()
        again = Work(journal)
        assert files.all_ids(one.api, "image", place, again) == ids
        brought = files.download_items(one.api, one.engine, "image", place, ids, folder, again)
    assert list(brought.files) == ids
    assert len({path.name for path in brought.files.values()}) == COUNT
    assert all(path.read_bytes() == photo.read_bytes() for path in brought.files.values())
    fetched = [entry for entry in sandbox.log(after=before) if entry["path"].startswith("/blob/")]
    assert len(fetched) <= COUNT - came + 8, "those that were under way may come twice"
    assert not list(folder.glob("*.part"))
    assert not sandbox.log(operation="listImages", after=before)
