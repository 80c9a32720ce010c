"""What is known of a raster before it is sent: real files, good and bad, by GDAL and by their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from analytic_images import write_image
from imagery_hub.algorithms.provider import ImageryHubProvider
from imagery_hub.ui.push import dates
from imagery_hub.ui.push.inspection import Findings, inspect, size_text
from imagery_hub.ui.push.plan import PushPlan, plan_of
from osgeo import gdal
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt


@pytest.fixture
def plan(qgis_app: QgsApplication) -> Iterator[PushPlan]:
    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    found = plan_of("picterra")
    assert found is not None
    yield found
    QgsApplication.processingRegistry().removeProvider(provider)


def pixels(kind: str = "uint8", rows: int = 40, columns: int = 60) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 200, (rows, columns, 3)).astype(kind)


def tagged(path: Path, **tags: str) -> Path:
    dataset = gdal.Open(str(write_image(path, pixels())), gdal.GA_Update)
    dataset.SetMetadata(tags)
    dataset.FlushCache()
    return path


def time_of(found: Findings) -> str:
    return found.captured.toString(Qt.DateFormat.ISODate) if found.captured is not None else ""


def test_a_good_file_is_ready(plan: PushPlan, tmp_path: Path) -> None:
    path = write_image(tmp_path / "meadow.tif", pixels())
    found = inspect(path, plan)
    assert (found.problem, found.remarks, found.captured) == ("", [], None)
    assert found.size == path.stat().st_size
    assert found.shape == "60 × 40 pixels, 3 bands, Byte"


def test_without_georeference_the_place_is_explained(plan: PushPlan, tmp_path: Path) -> None:
    found = inspect(write_image(tmp_path / "photo.tif", pixels(), georeferenced=False), plan)
    assert found.problem == ""
    (remark,) = found.remarks
    assert "longitude 0, latitude 0" in remark


def test_ground_control_points_are_a_georeference(plan: PushPlan, tmp_path: Path) -> None:
    plainly = write_image(tmp_path / "plain.tif", pixels(), georeferenced=False)
    points = [gdal.GCP(10.0 + x / 1000, 50.0 - y / 1000, 0, x, y) for x, y in ((0, 0), (60, 0), (0, 40), (60, 40))]
    gdal.Translate(str(tmp_path / "pinned.tif"), str(plainly), GCPs=points, outputSRS="EPSG:4326")
    assert inspect(tmp_path / "pinned.tif", plan).remarks == []


@pytest.mark.parametrize("kind", ["uint16", "float32"])
def test_more_than_8_bit_is_said_to_be_normalised(plan: PushPlan, tmp_path: Path, kind: str) -> None:
    found = inspect(write_image(tmp_path / "deep.tif", pixels(kind)), plan)
    assert found.problem == ""
    assert found.remarks == ["The platform normalises it to 8 bit, on which its detectors work."]


def test_what_cannot_be_sent_is_named(plan: PushPlan, tmp_path: Path) -> None:
    whole = write_image(tmp_path / "whole.tif", pixels(rows=400, columns=400)).read_bytes()
    (tmp_path / "empty.tif").touch()
    (tmp_path / "header.tif").write_bytes(whole[:8])
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) * 3 // 4])
    (tmp_path / "text.tif").write_text("no image")
    (tmp_path / "notes.txt").write_text("no image")
    assert inspect(tmp_path / "empty.tif", plan).problem == "The file empty.tif is empty."
    for name in ("header.tif", "cut.tif", "text.tif"):
        found = inspect(tmp_path / name, plan)
        assert f"{name} is damaged or is no image" in found.problem
        assert not found.writable
    found = inspect(tmp_path / "notes.txt", plan)
    assert "does not take notes.txt" in found.problem
    assert not found.writable
    assert "There is no file gone.tif" in inspect(tmp_path / "gone.tif", plan).problem


def test_a_raster_of_another_kind_can_be_written_to_one_that_fits(plan: PushPlan, tmp_path: Path) -> None:
    gdal.Translate(str(tmp_path / "a.img"), str(write_image(tmp_path / "a.tif", pixels())), format="HFA")
    found = inspect(tmp_path / "a.img", plan)
    assert "does not take a.img" in found.problem
    assert found.writable


def test_a_limit_of_the_platform_is_told_with_its_size(plan: PushPlan, tmp_path: Path) -> None:
    from dataclasses import replace

    path = write_image(tmp_path / "large.tif", pixels())
    assert path.stat().st_size > 2048
    found = inspect(path, replace(plan, largest=2048))
    assert found.problem == "Picterra takes files of up to 2.0 KiB. Cut the image into parts."


@pytest.mark.parametrize("name", ["ü" * 120, "日本の果樹園 🛰", "a & b <i>", "'; drop table x", "..x", "-rf", "%2e"])
def test_odd_names_are_read_as_any_other(plan: PushPlan, tmp_path: Path, name: str) -> None:
    assert inspect(write_image(tmp_path / f"{name}.tif", pixels()), plan).problem == ""


def test_the_moment_of_exposure_comes_first(plan: PushPlan, tmp_path: Path) -> None:
    path = tagged(tmp_path / "a_2019-01-01.tif", TIFFTAG_DATETIME="2024:06:02 09:41:00")
    found = inspect(path, plan)
    assert time_of(found) == "2024-06-02T09:41:00Z"
    assert found.origin == "From the file's tag TIFFTAG_DATETIME, taken as UTC."


def test_a_date_in_the_name_is_taken_where_there_is_no_tag(plan: PushPlan, tmp_path: Path) -> None:
    found = inspect(write_image(tmp_path / "orchard_20240602_0941.tif", pixels()), plan)
    assert time_of(found) == "2024-06-02T09:41:00Z"
    assert found.origin == "From the date in the file's name."


@pytest.mark.parametrize(("name", "expected"), [
    ("orchard-2024-06-02", "2024-06-02T00:00:00"),
    ("2024_06_02 flight 3", "2024-06-02T00:00:00"),
    ("S2A_MSIL1C_20210405T101021_N0300", "2021-04-05T10:10:21"),
    ("dji_20230718121530_0007", "2023-07-18T12:15:30"),
    ("tile_20241399_x", ""),
    ("id 20991231", ""),
    ("1234567890123456", ""),
    ("2024-0602", ""),
    ("parcel 20240602-9", "2024-06-02T00:00:00"),
    ("", ""),
])
def test_dates_in_names(name: str, expected: str) -> None:
    found = dates.from_name(name)
    assert (found.moment.strftime("%Y-%m-%dT%H:%M:%S") if found else "") == expected


def test_tags_with_an_offset_are_turned_into_utc() -> None:
    found = dates.from_tags({"EXIF_DateTimeOriginal": "2024:06:02 01:30:00", "EXIF_OffsetTimeOriginal": "+02:00"})
    assert found is not None
    assert found.moment.isoformat() == "2024-06-01T23:30:00+00:00"
    assert found.origin == "From the file's tag EXIF_DateTimeOriginal."


@pytest.mark.parametrize("value", ["0000:00:00 00:00:00", "yesterday", "2024:13:01 00:00:00", ""])
def test_tags_that_are_no_time_say_nothing(value: str) -> None:
    assert dates.from_tags({"TIFFTAG_DATETIME": value}) is None


@pytest.mark.parametrize(("size", "words"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 << 40, "5.0 TiB")])
def test_sizes_are_readable(size: int, words: str) -> None:
    assert size_text(size) == words
