"""Registering inputs: all or nothing, each photo once, what counts as what; EXIF and XMP from the file."""

from __future__ import annotations

import itertools

import pytest
from pix4d_flight import test_flight

from sandbox.pix4d import photo_answers
from sandbox.pix4d.inputs import Foreign, Inputs

FOLDER = "user-1/project-7"


def key(name: str) -> str:
    return f"{FOLDER}/{name}"


@pytest.fixture
def inputs() -> Inputs:
    return Inputs(FOLDER, itertools.count(100), lambda one: "missing" not in one)


def test_photos_are_registered_once_and_count_each_time(inputs: Inputs) -> None:
    first = inputs.register([key("a.JPG"), key("strip 2/b.tif")])
    again = inputs.register([key("a.JPG"), key("c.jpeg")])
    assert [one.id for one in first.images] == [100, 101]
    assert [one.id for one in again.images] == [100, 102]
    assert [one.key for one in inputs.photos()] == [key("a.JPG"), key("strip 2/b.tif"), key("c.jpeg")]


def test_a_foreign_key_refuses_the_whole_call(inputs: Inputs) -> None:
    wrong = ["user-1/project-70/b.jpg", key("../project-8/c.jpg"), "b.jpg"]
    with pytest.raises(Foreign) as caught:
        inputs.register([key("a.jpg"), *wrong])
    assert caught.value.keys == wrong
    assert inputs.photos() == []


def test_a_foreign_depth_map_refuses_the_whole_call(inputs: Inputs) -> None:
    with pytest.raises(Foreign):
        inputs.register([], [{"photo": key("a.jpg"), "depth_map": "elsewhere/d.tiff"}])
    assert inputs.photos() == []


def test_what_is_not_there_is_passed_over_and_other_files_are_extras(inputs: Inputs) -> None:
    found = inputs.register([key("missing.jpg"), key("photos.zip"), key("old.p4d"), key("a.jpg")])
    assert ([one.key for one in found.images], found.extras, found.mapper_project) == ([key("a.jpg")], 1, True)
    assert inputs.archives() == [key("photos.zip")]


def test_more_than_500_images_are_registered_but_not_listed(inputs: Inputs) -> None:
    full = inputs.register([key(f"{number}.jpg") for number in range(500)])
    over = inputs.register([key(f"{number}.jpg") for number in range(501)])
    assert (len(full.listed), over.listed, len(over.images)) == (500, [], 501)
    assert len(inputs.photos()) == 501


def test_depth_is_kept_with_both_files_only(inputs: Inputs) -> None:
    whole = {"photo": key("a.jpg"), "depth_map": key("a.tiff"), "depth_map_confidence": key("ac.tiff")}
    half = {"photo": key("b.jpg"), "depth_map": key("b.tiff")}
    gone = {"photo": key("c.jpg"), "depth_map": key("c.tiff"), "depth_map_confidence": key("missing.tiff")}
    found = inputs.register([], [whole, half, gone])
    assert (len(found.images), found.depth_files) == (3, 2)
    assert [(one.photo, one.depth_map) for one in inputs.depth()] == [(found.images[0].id, key("a.tiff"))]
    assert inputs.remove(found.images[0].id) == [key("a.jpg"), key("a.tiff"), key("ac.tiff")]
    assert inputs.depth() == []


def test_an_extra_has_to_be_there_and_is_kept_once(inputs: Inputs) -> None:
    for _ in range(2):
        inputs.register_extra(key("mask.png"))
    with pytest.raises(LookupError):
        inputs.register_extra(key("missing.png"))
    assert inputs.extras == [key("mask.png")]


def test_exif_and_xmp_are_those_of_the_file(tmp_path) -> None:
    photo = test_flight().photos[3]
    told, angles = photo_answers.exif(photo), photo_answers.xmp(photo)
    assert photo_answers.size(photo) == (600, 450)
    assert 6 < told["GPSLongitude"] < 12 and 40 < told["GPSLatitude"] < 50
    assert isinstance(told["FocalLength"], float) and isinstance(told["Make"], str)
    assert set(angles) == {"yaw", "pitch", "roll"} and -91 < float(angles["pitch"]) < -60
    nothing = tmp_path / "text.jpg"
    nothing.write_text("no image")
    assert (photo_answers.size(nothing), photo_answers.exif(nothing), photo_answers.xmp(nothing)) == (None, {}, {})
