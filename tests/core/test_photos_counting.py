"""Photos are counted while a folder is chosen, in words that tell what PIX4D would say."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from imagery_hub.core.photos import counting
from imagery_hub.core.photos.counting import Found
from imagery_hub.ui.photos.folder_field import PhotoFolderField
from photo_files import Shot, flight, jpeg
from qgis.PyQt.QtTest import QTest

pytestmark = pytest.mark.usefixtures("qgis_app")


def with_text(field: PhotoFolderField, words: str) -> bool:
    end = time.monotonic() + 20
    while words not in field.count.text() and time.monotonic() < end:
        QTest.qWait(20)
    return words in field.count.text()


def test_words_for_counts(tmp_path: Path) -> None:
    paths = tuple(flight(tmp_path, 8))
    assert counting.told(Found()) == "No photos."
    assert counting.told(Found(paths, 39_700_000)) == "8 photos, 40 MB."
    assert counting.told(Found(paths, 39_700_000), 8) == "8 photos, 40 MB. All have a position."
    assert "3 of 8 photos do not say" in counting.told(Found(paths, 39_700_000), 5)
    assert "at most 4000" in counting.told(Found((tmp_path,) * 4001, 1))
    assert counting.too_many(Found((tmp_path,) * 4001, 1))


def test_files_beside_the_folder_count_once(tmp_path: Path) -> None:
    photos = flight(tmp_path / "a", 3)
    other = flight(tmp_path / "b", 1)
    flight(tmp_path / "a" / "deep", 2)
    found = counting.look(tmp_path / "a", False, [photos[0], other[0], tmp_path / "none.jpg"])
    assert found.paths == (*photos, *other)
    assert found.size == sum(path.stat().st_size for path in found.paths)
    assert len(counting.look(tmp_path / "a", True, []).paths) == 5


def test_counting_stops_when_nobody_waits(tmp_path: Path) -> None:
    asked = iter([False, False, True])
    assert counting.located(flight(tmp_path, 5), lambda: next(asked)) == 2


def test_the_field_tells_the_count_and_the_positions(tmp_path: Path) -> None:
    photos = flight(tmp_path, 7)
    jpeg(photos[0], Shot())
    field = PhotoFolderField()
    field.set_value(str(tmp_path))
    assert with_text(field, "7 photos")
    assert with_text(field, "1 of 7 photos do not say")
    assert field.value() == str(tmp_path)
    field.set_others(True, flight(tmp_path / "deep", 1))
    assert with_text(field, "8 photos")
    field.set_value("")
    field.set_others(True, [])
    assert with_text(field, "") and not [field.count.text() for _ in [QTest.qWait(600)] if field.count.text()]
    field.set_value(str(tmp_path / "none"))
    assert with_text(field, "No photos.")
    field.deleteLater()
    QTest.qWait(50)
