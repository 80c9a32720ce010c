"""Downloads of stored files that are stopped and taken up again, at the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from imagery_hub.providers.errors import Cancelled
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pixel.flows import files
from imagery_hub.providers.pixel.places import place_of
from imagery_hub.providers.work import Progress, Work
from pixel_desk import desk
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

COUNT = 230


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
