"""The photos of a point: which files they are, and in which order they are looked through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from imagery_hub.core.photos.files import storage_names
from imagery_hub.core.photos.matching import match, match_folder
from imagery_hub.core.photos.reading import Photo
from imagery_hub.core.photos.steps import beside, steps
from qgis.core import QgsApplication

METRES_NORTH = 1 / 111_177.0
LEVEL = Photo(Path("a.jpg"), 400, 300, 8.0, 47.0, 600.0, 100.0, 0.0, -90.0, 0.0, focal_pixels=200.0)
PLACE = (8.0, 47.0, None)


def at(metres: float, **facts: object) -> Photo:
    return replace(LEVEL, latitude=47.0 + metres * METRES_NORTH, **facts)


def test_files_are_found_by_their_names() -> None:
    named = {"dji_0001.jpg": Path("/photos/dji_0001.jpg"), "DJI_0002.JPG": Path("/photos/DJI_0002.JPG")}
    keys = ["user-1/project-2/DJI_0001.JPG", "user-1/project-2/DJI_0002.JPG", "user-1/project-2/DJI_0003.JPG"]
    assert match(keys, named) == {keys[0]: named["dji_0001.jpg"], keys[1]: named["DJI_0002.JPG"]}


def survey(folder: Path) -> tuple[Path, Path]:
    """Two cards of a camera that counts from one on each."""
    paths = folder / "north" / "DJI_0001.JPG", folder / "south" / "DJI_0001.JPG"
    for path in paths:
        path.parent.mkdir()
        path.touch()
    (folder / "south" / "notes.txt").touch()
    return paths


def test_folders_tell_files_of_one_name_apart(tmp_path: Path) -> None:
    north, south = survey(tmp_path)
    keys = ["p/south/DJI_0001.JPG", "p/north/DJI_0001.JPG", "p/south/DJI_0002.JPG"]
    assert match_folder(keys, tmp_path) == {keys[0]: south, keys[1]: north}


def test_so_do_the_numbers_that_photos_of_one_name_are_sent_under(tmp_path: Path) -> None:
    north, south = survey(tmp_path)
    keys = ["p/2/DJI_0001.JPG", "p/DJI_0001.JPG"]
    assert match_folder(keys, tmp_path) == {keys[0]: south, keys[1]: north}
    sent = storage_names([north, south])
    assert list(sent) == ["DJI_0001.JPG", "2/DJI_0001.JPG"]


def test_what_cannot_be_told_apart_is_not_guessed() -> None:
    named = {"a/DJI_0001.JPG": Path("/a"), "b/DJI_0001.JPG": Path("/b")}
    assert match(["p/DJI_0001.JPG"], named) == {}


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        match_folder(["p/1.jpg"], tmp_path / "absent")


def test_the_order_in_which_photos_are_looked_through(qgis_app: QgsApplication) -> None:
    photos = {"far": at(500), "edge": at(60), "middle": at(5), "marked": at(400), "dumb": at(0, longitude=None)}
    keys = ["absent", *photos]
    found = steps(keys, photos, PLACE, marked=["marked"])
    assert [one.key for one in found] == ["middle", "edge", "marked", "absent", "dumb"]
    assert found[0].sight is not None and found[2].sight is None


def test_the_height_of_the_point_counts_where_the_photo_knows_no_other(qgis_app: QgsApplication) -> None:
    photos = {"alone": at(40, height=None)}
    near = steps(["alone"], photos, (8.0, 47.0, 500.0))
    far = steps(["alone"], photos, (8.0, 47.0, 400.0))
    assert near[0].sight is not None and far[0].sight is not None
    assert near[0].sight.off == pytest.approx(2 * far[0].sight.off, rel=0.001)


def test_without_a_place_all_are_looked_through(qgis_app: QgsApplication) -> None:
    assert [one.key for one in steps(["b", "a"], {"a": at(500)}, None)] == ["b", "a"]


def test_next_and_previous_go_round(qgis_app: QgsApplication) -> None:
    found = steps(["a", "b", "c"], {}, None)
    assert [beside(found, key, True) for key in ("a", "b", "c", "gone")] == ["b", "c", "a", "a"]
    assert [beside(found, key, False) for key in ("a", "b", "c", "gone")] == ["c", "a", "b", "c"]
    assert beside([], "a", True) == ""
