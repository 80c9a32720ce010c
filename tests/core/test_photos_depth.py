"""Depth maps find their photos by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from imagery_hub.core.photos.depth import maps_below, matched, number_of
from imagery_hub.core.problems import Problem


@pytest.mark.parametrize("name", ["IMG_01.jpg", "scan/depth_01.tiff", "conf_01.tiff", "01.JPG", "DepthMap-01.png"])
def test_the_words_for_a_kind_do_not_count(name: str) -> None:
    assert number_of(name) == "01"


def test_photos_without_both_maps_are_left_out() -> None:
    found = matched(
        ["IMG_01.jpg", "IMG_02.jpg", "IMG_03.jpg"], [Path("d/depth_01.tiff"), Path("d/depth_02.tiff")],
        [Path("c/conf_01.tiff"), Path("c/conf_03.tiff")],
    )
    assert found == {"IMG_01.jpg": (Path("d/depth_01.tiff"), Path("c/conf_01.tiff"))}


def test_a_map_without_photo_and_names_that_are_alike() -> None:
    with pytest.raises(Problem, match=r"depth_07.tiff belongs to none"):
        matched(["IMG_01.jpg"], [Path("depth_07.tiff")], [])
    with pytest.raises(Problem, match=r"IMG_01.jpg and 01.jpg cannot be told apart"):
        matched(["a/IMG_01.jpg", "b/01.jpg"], [], [])


def test_maps_of_a_folder(tmp_path: Path) -> None:
    for name in ("depth_02.TIFF", "depth_01.tif", ".depth_03.tif", "notes.txt"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in maps_below(tmp_path)] == ["depth_01.tif", "depth_02.TIFF"]
