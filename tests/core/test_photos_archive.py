"""Files of photos, their names in storage, and the archive."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.photos import archive, files
from imagery_hub.core.photos.files import Count
from imagery_hub.core.problems import Problem
from photo_files import flight

POINTS: dict[str, Any] = {
    "format": "application/opf-input-control-points+json", "version": "0.2", "mtps": [],
    "gcps": [{"id": "GCP_101", "is_checkpoint": False,
              "geolocation": {"crs": {"definition": "EPSG:2056+EPSG:5728", "geoid_height": 0.0},
                              "coordinates": [2607511.1, 1228843.6, 512.3], "sigmas": [0.02, 0.02, 0.03]},
              "marks": [{"photo": "strip2/DJI_0001.JPG", "position_px": [2210.4, 1377.9], "accuracy": 1.0}]}],
}


def test_photos_below_a_folder(tmp_path: Path) -> None:
    flight(tmp_path / "a", 2)
    flight(tmp_path / "a" / "b", 1, suffix=".tif")
    flight(tmp_path / "a" / ".trash", 1)
    (tmp_path / "a" / "log.txt").write_text("x")
    found = files.photos_below(tmp_path / "a", True)
    assert [path.name for path in found] == ["DJI_0001.JPG", "DJI_0002.JPG", "DJI_0001.tif"]
    assert len(files.photos_below(tmp_path / "a", False)) == 2


def test_a_dialog_looks_at_no_more_files_than_a_moment_allows() -> None:
    asked = []

    def slow() -> Iterator[Path]:
        for number in range(1000):
            asked.append(number)
            time.sleep(0.01)
            yield Path(f"{number}.jpg")

    found = list(files.within_a_moment(slow(), 0.05))
    assert 1 <= len(found) == len(asked) <= 6
    assert len(list(files.within_a_moment(slow(), 0))) == 1


def test_names_in_storage() -> None:
    folder = Path("/flight")
    paths = [folder / "one" / "DJI_0001.JPG", folder / "two" / "dji_0001.jpg", folder / "DJI_0001.JPG"]
    assert list(files.storage_names(paths, folder)) == ["one/DJI_0001.JPG", "two/dji_0001.jpg", "DJI_0001.JPG"]
    assert list(files.storage_names(paths)) == ["DJI_0001.JPG", "2/dji_0001.jpg", "3/DJI_0001.JPG"]
    assert list(files.storage_names([Path("a\u0308:b.jpg")])) == ["\u00e4_b.jpg"]
    assert files.storage_names(paths) == dict(zip(files.storage_names(paths), paths))


def test_counts_against_the_limits() -> None:
    assert list(files.count_findings(Count(6, 6))) == []
    assert "at least 6" in next(files.count_findings(Count(5, 5)))
    assert "at most 4000" in next(files.count_findings(Count(4001, 4001)))
    assert next(files.count_findings(Count(10, 7))).startswith("3 of 10 photos")
    assert "no place on the map" in next(files.count_findings(Count(10, 0)))


def test_files_that_cannot_be_sent(tmp_path: Path) -> None:
    photos = flight(tmp_path, 2)
    empty, text = tmp_path / "e.jpg", tmp_path / "b.txt"
    empty.write_bytes(b"")
    text.write_text("x")
    found = list(files.file_problems([*photos, empty, text, tmp_path / "no.jpg", tmp_path / "none.jpg"]))
    assert found[0] == "e.jpg is empty."
    assert found[1].startswith("b.txt is none of the kinds")
    assert found[2] == "no.jpg is not there. The same holds for 1 more."
    assert list(files.file_problems(photos)) == []


def photos_named(folder: Path) -> dict[str, Path]:
    flight(folder, 2)
    flight(folder / "strip2", 1)
    return files.storage_names(files.photos_below(folder, True), folder)


def test_an_archive_with_all(tmp_path: Path) -> None:
    photos = photos_named(tmp_path / "flight")
    log = tmp_path / "app.json"
    log.write_text("{}")
    told: list[tuple[int, int]] = []
    target = tmp_path / "capture.zip"
    archive.write_archive(target, photos, POINTS, {"app.json": log}, lambda done, total: told.append((done, total)))
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        manifest = json.loads(packed.read("manifest.json"))
        assert manifest == {"inputs": list(photos), "log_files": ["logs/app.json"],
                            "input_control_points": "input_control_points.json"}
        assert json.loads(packed.read("input_control_points.json")) == POINTS
        contents = {name: path.read_bytes() for name, path in photos.items()}
        assert {name: packed.read(name) for name in photos} == contents
        assert set(packed.namelist()) == {*photos, "logs/app.json", "manifest.json", "input_control_points.json"}
    assert told[-1][0] == told[-1][1] == sum(path.stat().st_size for path in photos.values()) + 2
    assert list(tmp_path.glob("*.part")) == []


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "capture.zip"
    with pytest.raises(KeyboardInterrupt):
        archive.write_archive(target, photos_named(tmp_path / "flight"), report=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["flight"]


def changed(**members: Any) -> dict[str, Any]:
    point = {**POINTS["gcps"][0], **members}
    return {**POINTS, "gcps": [point]}


@pytest.mark.parametrize(("points", "words"), [
    ({**POINTS, "version": "1.0"}, "version 0.2"),
    ({**POINTS, "gcps": POINTS["gcps"] * 2}, "id GCP_101"),
    (changed(marks=[{"photo": "DJI_9.JPG", "position_px": [1, 1]}]), "DJI_9.JPG, which is not among the photos"),
    (changed(geolocation={"crs": {"definition": "PROJCRS[...]"}, "coordinates": [1, 2, 3]}), "EPSG numbers"),
    (changed(geolocation={"crs": {"definition": "EPSG:2056+5728", "geoid": "CHGeo2004"}}), "geoid"),
    ({**POINTS, "gcps": [*POINTS["gcps"], {"id": "B", "geolocation": {"crs": {"definition": "EPSG:2056"}}}]}, "same"),
    ({**POINTS, "gcps": [{"id": "A"}]}, "not written as"),
    ({**POINTS, "gcps": ["A"]}, "not written as"),
    ({**POINTS, "mtps": None}, "not written as"),
    (changed(marks=["A"]), "not written as"),
])
def test_control_points_that_pix4d_refuses(points: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=words):
        archive.write_archive(tmp_path / "a.zip", photos_named(tmp_path / "flight"), points)
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize("definition", ["EPSG:2056", "EPSG:2056+5728", "EPSG:2056+EPSG:5728"])
def test_the_three_spellings_of_a_reference_system(definition: str) -> None:
    geolocation = {"crs": {"definition": definition}, "coordinates": [1, 2, 3]}
    archive.check_control_points(changed(geolocation=geolocation), {"strip2/DJI_0001.JPG": Path("a")})


@pytest.mark.parametrize("name", ["manifest.json", "../a.jpg", "/a.jpg", "logs/a.jpg"])
def test_names_that_an_archive_cannot_hold(name: str, tmp_path: Path) -> None:
    with pytest.raises(Problem):
        archive.write_archive(tmp_path / "a.zip", {name: flight(tmp_path / "f", 1)[0]})


def zipped(path: Path, members: dict[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in members.items():
            made.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return path


def test_an_archive_of_our_own_has_no_problems(tmp_path: Path) -> None:
    photos = flight(tmp_path / "strip2", 2)
    named = {f"strip2/{path.name}": path for path in photos}
    archive.write_archive(tmp_path / "a.zip", named, POINTS, {"app.json": photos[0]})
    assert list(archive.archive_problems(tmp_path / "a.zip")) == []


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"a.jpg": "x"}, "no manifest.json"),
        ({"manifest.json": {"inputs": ["a.jpg", "b.jpg"]}, "a.jpg": "x"}, "names b.jpg, which is not in the archive"),
        ({"manifest.json": {"inputs": ["a.jpg"]}, "a.jpg": "x", "c.txt": "x"}, "holds c.txt"),
        ({"manifest.json": {"inputs": []}}, "names no photos"),
        ({"manifest.json": "no json"}, "a manifest that can be read"),
        ({"manifest.json": ["a.jpg"], "a.jpg": "x"}, "a manifest that can be read"),
        ({"manifest.json": {"inputs": ["a.jpg"], "input_control_points": "p.json"}, "a.jpg": "x", "p.json": POINTS},
         "is marked in strip2/DJI_0001.JPG"),
    ],
)
def test_what_pix4d_would_find_wrong_in_an_archive(tmp_path: Path, members: dict[str, Any], words: str) -> None:
    found = list(archive.archive_problems(zipped(tmp_path / "a.zip", members)))
    assert len(found) == 1
    assert words in found[0]


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("x")
    assert "a manifest that can be read" in next(archive.archive_problems(tmp_path / "a.zip"))
