"""Attachments of projects, data collections and images by algorithms, read back by plain HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from pixel_files import photo
from pixel_sending import send
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess


def files(tmp_path: Path, *names: str) -> list[str]:
    """Small files that all differ."""
    found = [tmp_path / name for name in names]
    for number, path in enumerate(found):
        path.write_bytes(f"file {number} is {path.name}".encode() * 50)
    return [str(path) for path in found]


def listed(pixel: PixelCalls, kind: str, number: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pixel.get("attachments/", resource_type=kind, resource_id=number)
    return found


def content(one: dict[str, Any]) -> bytes:
    return requests.get(one["download_url"], timeout=30).content


def test_files_are_attached_with_names_and_descriptions(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    project = pixel.project()
    made = run_pixel("addattachments", PROJECT=project, FILES=files(tmp_path, "plan.pdf", "note.txt", "permit.txt"),
                     NAMES=["Flight plan", "Approved, “final”", "", "of the day"])
    found = listed(pixel, "project", project)
    assert [(one["name"], one["description"], one["status"]) for one in found] == [
        ("Flight plan", "Approved, “final”", "Completed"), ("note.txt", "of the day", "Completed"),
        ("permit.txt", "", "Completed")]
    assert made == {"OWNER": f"project/{project}", "COUNT": 3,
                    "ATTACHMENT_IDS": ",".join(str(one["id"]) for one in found)}
    assert [content(one) for one in found] == [
        (tmp_path / name).read_bytes() for name in ("plan.pdf", "note.txt", "permit.txt")]


def test_the_nearest_owner_counts(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    project = pixel.project()
    place = pixel.collection(project)
    image = str(send(pixel, place, [photo(tmp_path / "pier.jpg")])["pier.jpg"])
    collection = place.split("/")[1]
    paths = files(tmp_path, "a.txt")
    assert run_pixel("addattachments", PROJECT=project, COLLECTION=place, IMAGE=image, FILES=paths)["OWNER"] == \
        f"image/{image}"
    assert run_pixel("addattachments", PROJECT=project, COLLECTION=place, FILES=paths)["OWNER"] == \
        f"data_collection/{collection}"
    counts = [len(listed(pixel, *owner)) for owner in
              (("image", image), ("data_collection", collection), ("project", project))]
    assert counts == [1, 1, 0]


def test_a_hundred_and_more_go_in_several_blocks(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    project = pixel.project()
    names = [f"page {number:03d}.txt" for number in range(120)]
    made = run_pixel("addattachments", PROJECT=project, FILES=files(tmp_path, *names))
    found = listed(pixel, "project", project)
    assert made["COUNT"] == 120
    assert sorted(one["name"] for one in found) == names
    assert all(one["status"] == "Completed" for one in found)
    wrong = [one["name"] for one in found[::17] if content(one) != (tmp_path / one["name"]).read_bytes()]
    assert wrong == []


@pytest.mark.parametrize(("parameters", "words"), [
    ({"FILES": []}, "No file is given"),
    ({"FILES": ["/nowhere/at/all.txt"]}, "There is no file /nowhere/at/all.txt"),
    ({"PROJECT": ""}, "whose attachments are meant"),
    ({"COLLECTION": "seven"}, "not a data collection"),
    ({"NAMES": ["a", "", "a", ""]}, "Two of the files are to be called “a”"),
    ({"NAMES": ["a", "", "b", "", "c", ""]}, "3 rows of names for 2 files"),
])
def test_what_cannot_be_attached_is_said_before(
        run_pixel: Any, tmp_path: Path, parameters: dict[str, Any], words: str) -> None:
    given = {"PROJECT": "10", "FILES": files(tmp_path, "one.txt", "two.txt"), **parameters}
    assert words in run_pixel.refused("addattachments", **given)


@pytest.mark.needs_assumed("pixel Attachment.download_url")
def test_they_are_listed_by_state_without_their_addresses(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    project = pixel.project()
    run_pixel("addattachments", PROJECT=project, FILES=files(tmp_path, "plan.pdf"))
    pixel.post("attachments/", {"files": [{"name": "never.txt", "description": "", "md5": "AAAA"}]},
               resource_type="project", resource_id=project)
    both = run_pixel("listattachments", PROJECT=project, OUTPUT="TEMPORARY_OUTPUT")
    rows = [dict(zip(one.fields().names(), one.attributes())) for one in both["OUTPUT"].getFeatures()]
    assert [(one["name"], one["status"], one["downloadable"]) for one in rows] == \
        [("plan.pdf", "Completed", True), ("never.txt", "Pending", False)]
    assert not [one for one in rows if "http" in str(list(one.values()))]
    assert run_pixel("listattachments", PROJECT=project, STATUS="Pending")["ATTACHMENT_IDS"] == str(rows[1]["id"])
    assert run_pixel("listattachments", PROJECT=project, STATUS="Completed")["COUNT"] == 1


def test_one_is_moved(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    project = pixel.project()
    place = pixel.collection(project)
    identity = run_pixel("addattachments", PROJECT=project, FILES=files(tmp_path, "a.txt"))["ATTACHMENT_IDS"]
    moved = run_pixel("moveattachment", PROJECT=project, ATTACHMENT=identity, NEW_COLLECTION=place)
    assert moved["OWNER"] == f"data_collection/{place.split('/')[1]}"
    assert [str(one["id"]) for one in listed(pixel, "data_collection", place.split("/")[1])] == [identity]
    assert "where to move it" in run_pixel.refused("moveattachment", PROJECT=project, ATTACHMENT=identity)
    words = run_pixel.fails("moveattachment", COLLECTION=place, ATTACHMENT=identity, NEW_COLLECTION=place)
    assert "belongs there already" in words


def test_one_is_deleted_when_its_name_is_typed(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    project = pixel.project()
    made = run_pixel("addattachments", PROJECT=project, FILES=files(tmp_path, "a.txt", "b.txt"))
    first = made["ATTACHMENT_IDS"].split(",")[0]
    words = run_pixel.fails("deleteattachment", PROJECT=project, ATTACHMENT=first, CONFIRM="b.txt")
    assert "It is called “a.txt”" in words
    assert len(listed(pixel, "project", project)) == 2
    run_pixel("deleteattachment", PROJECT=project, ATTACHMENT=first, CONFIRM="a.txt")
    assert [one["name"] for one in listed(pixel, "project", project)] == ["b.txt"]
    assert "no attachment" in run_pixel.fails("deleteattachment", PROJECT=project, ATTACHMENT=first, CONFIRM="a.txt")


@pytest.mark.needs_assumed("pixel Attachment.download_url")
def test_they_come_back_as_they_were(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    project = pixel.project()
    made = run_pixel("addattachments", PROJECT=project, FILES=files(tmp_path, "a.txt", "b.txt"),
                     NAMES=["../up.txt", "", "", ""])
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "b.txt").write_text("there before")
    found = run_pixel("downloadattachments", PROJECT=project, FOLDER=str(folder))
    first, second = (Path(one) for one in found["FILES"].splitlines())
    assert (first.parent, second.parent, found["COUNT"]) == (folder, folder, 2)
    assert (first.read_bytes(), second.read_bytes()) == tuple(
        (tmp_path / name).read_bytes() for name in ("a.txt", "b.txt"))
    assert second.name == f"b-{made['ATTACHMENT_IDS'].split(',')[1]}.txt"
    assert (folder / "b.txt").read_text() == "there before"
    only = run_pixel("downloadattachments", PROJECT=project, FOLDER=str(tmp_path / "one"),
                     ATTACHMENTS=made["ATTACHMENT_IDS"].split(",")[1])
    assert [Path(one).name for one in only["FILES"].splitlines()] == ["b.txt"]


def test_without_addresses_it_is_said_which_cannot_be_fetched(
        run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    project = pixel.project()
    run_pixel("addattachments", PROJECT=project, FILES=files(tmp_path, "a.txt"))
    sandbox.settings(drop_assumed=True)
    found = run_pixel("downloadattachments", PROJECT=project, FOLDER=str(tmp_path / "out"))
    assert (found["COUNT"], found["WITHOUT_ADDRESS"]) == (0, 1)
    assert any("does not tell where the file of “a.txt” is" in one for one in run_pixel.messages)


@pytest.mark.needs_assumed("pixel A4")
def test_a_viewer_is_told_which_role_it_takes(
        run_pixel: Any, pixel: PixelCalls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = pixel.project()
    monkeypatch.setenv("PIXEL_USERNAME", "viewer@fjord.example")
    words = run_pixel.fails("addattachments", PROJECT=project, FILES=files(tmp_path, "a.txt"))
    assert "needs the role “creator”" in words
