"""What belongs to files and what is said of them before they are sent to Pixel, by names, tables and the files."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.geometry import from_platform
from imagery_hub.core.problems import Problem
from imagery_hub.core.rasters.check import Area
from imagery_hub.core.uploads import images, point_clouds
from imagery_hub.core.uploads.metadata import Row, Said, joined, merged, said, unmatched
from imagery_hub.core.uploads.support_files import SupportFiles
from photo_files import Shot, jpeg, tiff
from pixel_rasters import AREA
from pixel_witness import Witness
from qgis.PyQt.QtCore import QDate, QDateTime, QTime

INSIDE, OUTSIDE = (10.75, 59.91), (11.2, 59.91)


# ---------------------------------------------------------------------- support files
def test_support_files_are_found_by_their_names(tmp_path: Path) -> None:
    names = ["ortho.tif", "ortho.tfw", "ORTHO.PRJ", "ortho.tif.aux.xml", "ortho.tif.msk", "ortho.tif.ovr", "ortho.jgw",
             "ortho2.tfw", "other.prj", "ortho.txt"]
    for name in names:
        (tmp_path / name).write_text("x")
    (tmp_path / "ortho.xml").mkdir()
    found = SupportFiles().of(tmp_path / "ortho.tif")
    assert [one.name for one in found] == ["ORTHO.PRJ", "ortho.tfw", "ortho.tif.aux.xml", "ortho.tif.msk"]
    assert [one.name for one in SupportFiles().of(tmp_path / "ortho.jpg")] == ["ORTHO.PRJ", "ortho.jgw"]
    assert SupportFiles().of(tmp_path / "alone.png") == SupportFiles().of(tmp_path / "no" / "a.tif") == []


def test_each_folder_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    looked: list[Any] = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: (looked.append(folder), real(folder))[1])
    beside = SupportFiles()
    for number in range(100):
        beside.of(tmp_path / f"{number}.tif")
    assert looked == [tmp_path]


# ---------------------------------------------------------------------- tables
FILES = [Path("/in/a/DJI_1.JPG"), Path("/in/b/DJI_1.JPG"), Path("/in/b/pier.tif"), Path("/in/b/pier.png")]


@pytest.mark.parametrize(("called", "meant"), [
    ("/in/a/DJI_1.JPG", 0), ("a/dji_1.jpg", 0), ("b\\DJI_1", 1), (" pier.tif ", 2), ("PIER.PNG", 3),
    ("nothing.jpg", None), ("", None), ("c/pier.tif", 2),
])
def test_a_row_means_the_file_that_it_names(called: str, meant: int | None) -> None:
    found = joined(FILES, [Row(called, {"x": 1})], "image")
    assert list(found) == ([] if meant is None else [FILES[meant]])


@pytest.mark.parametrize("called", ["DJI_1.JPG", "dji_1", "pier"])
def test_a_row_that_may_mean_several_files_is_refused(called: str) -> None:
    with pytest.raises(Problem, match=f"“{called}”, and 2 of the files"):
        joined(FILES, [Row(called)], "image")


def test_two_rows_about_one_file_are_refused() -> None:
    with pytest.raises(Problem, match=r"about pier\.tif"):
        joined(FILES, [Row("pier.tif"), Row("b/pier.tif")], "raster")


def test_a_thousand_files_each_get_their_own_row() -> None:
    paths = [Path(f"/in/{number:04d}.jpg") for number in range(1000)]
    rows = [Row(path.stem, {"number": number}) for number, path in enumerate(paths)]
    random.Random(4).shuffle(rows)
    found = joined(paths, rows, "image")
    assert {path: one.further["number"] for path, one in found.items()} == {
        path: number for number, path in enumerate(paths)}


def test_cells_become_what_the_platform_takes() -> None:
    row = Row("a", {"name": "Pier", "cam_heading": "12.5", "note": None, "sure": True, "count": 3, "share": 0.5,
                    "day": QDate(2025, 5, 12), "at": QDateTime(QDate(2025, 5, 12), QTime(8, 30)), "blank": ""})
    assert said(row, "image") == Said(
        {"name": "Pier", "cam_heading": 12.5},
        {"sure": 1, "count": 3, "share": 0.5, "day": "2025-05-12T00:00:00", "at": "2025-05-12T08:30:00"})
    assert said(Row("a", {"cam_heading": 3, "name": 7}), "raster") == Said({"name": "7"}, {"cam_heading": 3})
    with pytest.raises(Problem, match="no number"):
        said(Row("a", {"hfov": "wide"}), "image")


def test_what_a_row_says_goes_before_what_is_said_of_all() -> None:
    common = Said({"capture_date": "2025-01-01T00:00:00"}, {"who": "A", "job": 1})
    own = Said({"capture_date": "2025-02-02T00:00:00"}, {"who": "B"}, (1.0, 2.0))
    assert merged(common, own) == Said({"capture_date": "2025-02-02T00:00:00"}, {"who": "B", "job": 1}, (1.0, 2.0))
    assert merged(common, None) == common
    assert unmatched(FILES, {}).startswith("The table says nothing of 4 of 4 files")
    assert unmatched([], {}) == ""


# ---------------------------------------------------------------------- images
@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    with Witness() as made:
        yield made


def shots(folder: Path) -> list[tuple[Path, Said | None, str]]:
    """Images, what a table says of them, and what is to be found."""
    def at(place: tuple[float, float] | None) -> Shot:
        return Shot() if place is None else Shot(place[1], place[0], 120.0)

    (folder / "text.jpg").write_text("no image")
    return [
        (jpeg(folder / "in.jpg", at(INSIDE)), None, images.INSIDE),
        (jpeg(folder / "out.jpg", at(OUTSIDE)), None, images.OUTSIDE),
        (tiff(folder / "in.tif", at(INSIDE)), None, images.INSIDE),
        (jpeg(folder / "none.jpg", at(None)), None, images.UNPLACED),
        (jpeg(folder / "drawn.jpg", at(None)), Said(place=INSIDE), images.INSIDE),
        (jpeg(folder / "astray.jpg", at(None)), Said(place=OUTSIDE), images.OUTSIDE),
        (jpeg(folder / "edge.jpg", at(None)), Said(place=(10.5, 59.9)), images.INSIDE),
        (folder / "text.jpg", Said(place=INSIDE), images.UNREADABLE),
    ]


def test_images_are_judged_as_the_platform_does(tmp_path: Path, witness: Witness) -> None:
    made = shots(tmp_path)
    told = {path: one for path, one, _ in made if one is not None}
    found = {one.path: one for one in images.look([path for path, _, _ in made], told, Area(from_platform(AREA)))}
    for path, one, state in made:
        assert (found[path].state, bool(found[path].findings)) == (state, state != images.INSIDE)
        refused = witness.image(path, AREA, one.place if one else None)
        assert bool(refused) == (state != images.INSIDE), refused


def test_whose_place_counts(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "in.jpg", Shot(INSIDE[1], INSIDE[0]))
    told = {path: Said(place=OUTSIDE)}
    (own,), (given,) = (list(images.look([path], told, None, first)) for first in (False, True))
    assert (own.place, own.given) == (pytest.approx(INSIDE), False)
    assert (given.place, given.given, given.state) == (OUTSIDE, True, images.INSIDE), "no area is known"


def test_looking_can_be_stopped(tmp_path: Path) -> None:
    paths = [jpeg(tmp_path / f"{number}.jpg", Shot()) for number in range(3)]

    def stop(number: int) -> None:
        if number == 1:
            raise InterruptedError

    found: list[images.ImageLook] = []
    with pytest.raises(InterruptedError):
        found.extend(images.look(paths, {}, None, looked=stop))
    assert [one.path for one in found] == paths[:1]


# ---------------------------------------------------------------------- point clouds
def header(version: tuple[int, int] = (1, 4), points: int = 6, offset: int = 375, size: int = 400) -> bytes:
    """The fields of a LAS header that say what it is (ASPRS LAS 1.4 R15, table 3)."""
    made = bytearray(size)
    made[:4] = b"LASF"
    made[24:26] = bytes(version)
    made[94:96] = (375).to_bytes(2, "little")
    made[96:100] = offset.to_bytes(4, "little")
    made[104] = points
    return bytes(made)


@pytest.mark.parametrize(("content", "facts"), [
    (header(), point_clouds.CloudFacts(1, 4, 6, False)),
    (header((1, 2), 0x80 | 3, 227), point_clouds.CloudFacts(1, 2, 3, True)),
    (header(offset=500), None), (header()[:200], None), (b"LASF", None), (b"", None), (b"x" * 400, None),
])
def test_a_header_says_what_a_point_cloud_is(tmp_path: Path, content: bytes,
                                             facts: point_clouds.CloudFacts | None) -> None:
    path = tmp_path / "strip.las"
    path.write_bytes(content)
    assert point_clouds.read_header(path) == facts
    assert bool(point_clouds.check(path)) == (facts is None)


@pytest.mark.parametrize("content", [header((2, 0)), header(points=11)])
def test_point_clouds_of_other_times(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "strip.las"
    path.write_bytes(content)
    assert point_clouds.check(path)[0].words.endswith("is taken.")
