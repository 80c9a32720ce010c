"""What the sandbox's PIX4D keeps and refuses of control points, options and systems, without HTTP."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from osgeo import osr

from sandbox.pix4d import options, reference_systems
from sandbox.pix4d.control_points import ControlPoints, MarksThere, NamesTaken, Unknown

PHOTOS = {"p/1.jpg", "p/2.jpg"}
RING = [[7.1, 46.1, 0], [7.2, 46.1, 0], [7.2, 46.2, 0], [7.1, 46.2, 0]]


@pytest.fixture
def points() -> ControlPoints:
    made = ControlPoints(7, itertools.count(1))
    made.register_gcps([{"name": "A", "x": 1.0, "y": 2.0, "z": 3.0}, {"name": "B", "x": 1.5, "y": 2.0, "z": 3.0}])
    made.register_mtps([{"name": "T", "is_checkpoint": True}])
    return made


def gcp(name: str) -> dict[str, Any]:
    return {"name": name, "x": 0.0, "y": 0.0, "z": 0.0}


def mark(photo: str, point: str) -> dict[str, Any]:
    return {"photo": photo, "gcp": point, "x": 10, "y": 20}


def test_points_are_shown_with_their_defaults(points: ControlPoints) -> None:
    assert points.gcps()[0] == {"id": 1, "project": 7, "name": "A", "point_type": "GCP", "x": 1.0, "y": 2.0, "z": 3.0,
                                "xy_accuracy": None, "z_accuracy": None}
    assert points.mtps() == [{"id": 3, "project": 7, "name": "T", "is_checkpoint": True, "x": None, "y": None,
                              "z": None}]


@pytest.mark.parametrize("names", [["C", "A"], ["C", "T"], ["C", "C"]])
def test_one_name_that_is_taken_keeps_all_points_out(points: ControlPoints, names: list[str]) -> None:
    before = points.gcps(), points.mtps()
    with pytest.raises(NamesTaken) as caught:
        points.register_gcps([gcp(name) for name in names])
    assert caught.value.names == [names[1]]
    with pytest.raises(NamesTaken):
        points.register_mtps([{"name": name} for name in names])
    assert (points.gcps(), points.mtps()) == before


def test_marks_follow_a_renamed_point_and_go_with_a_deleted_one(points: ControlPoints) -> None:
    points.register_marks([mark("p/1.jpg", "A"), mark("p/2.jpg", "A"), mark("p/1.jpg", "T")], PHOTOS)
    points.update_gcp("A", {"name": "A2", "z": 4.5})
    assert [one["gcp"] for one in points.marks()] == ["A2", "A2", "T"]
    assert points.gcps()[0]["z"] == 4.5
    points.delete_gcp("A2")
    assert [one["gcp"] for one in points.marks()] == ["T"]
    points.delete_mtp(points.mtps()[0]["id"])
    assert points.marks() == []
    with pytest.raises(KeyError):
        points.delete_gcp("A2")


def test_a_point_is_not_renamed_to_a_name_that_is_taken(points: ControlPoints) -> None:
    for name in ("B", "T"):
        with pytest.raises(NamesTaken):
            points.update_gcp("A", {"name": name})
    assert [one["name"] for one in points.gcps()] == ["A", "B"]
    assert points.update_gcp("A", {"name": "A", "xy_accuracy": 0.02})["xy_accuracy"] == 0.02


def test_unknown_references_win_over_marks_that_are_there(points: ControlPoints) -> None:
    points.register_marks([mark("p/1.jpg", "A")], PHOTOS)
    with pytest.raises(Unknown) as unknown:
        points.register_marks([mark("p/1.jpg", "A"), mark("p/9.jpg", "A"), mark("p/1.jpg", "Z")], PHOTOS)
    assert (unknown.value.photos, unknown.value.points) == (["p/9.jpg"], ["Z"])
    with pytest.raises(MarksThere) as there:
        points.register_marks([mark("p/2.jpg", "A"), mark("p/1.jpg", "A")], PHOTOS)
    assert there.value.pairs == [["p/1.jpg", "A"]]
    with pytest.raises(MarksThere):
        points.register_marks([mark("p/2.jpg", "B"), mark("p/2.jpg", "B")], PHOTOS)
    assert len(points.marks()) == 1


def test_a_mark_is_moved_but_stays_on_its_photo_and_point(points: ControlPoints) -> None:
    identity = points.register_marks([mark("p/1.jpg", "A")], PHOTOS)[0]["id"]
    moved = points.move_mark(identity, {"x": 11.5, "gcp": "B", "photo": "p/2.jpg"})
    assert (moved["x"], moved["y"], moved["gcp"], moved["photo"]) == (11.5, 20.0, "A", "p/1.jpg")
    points.forget_photo("p/1.jpg")
    assert points.marks() == []


def test_overwriting_drops_what_merging_keeps() -> None:
    stored = options.overwritten({"tags": ["nadir"], "area": {"plane": {}}})
    assert options.merged(stored, {"tags": ["oblique"]})["area"] == {"plane": {}}
    assert options.overwritten({"tags": ["oblique"]})["area"] is None
    assert options.merged(stored, {"area": None})["area"] is None


@pytest.mark.parametrize(("tags", "fine"), [
    ([], True), (["nadir", "flat", "rtk"], True), (["3d-maps", "flat"], True), (["oblique", "half-scale"], True),
    (["building", "quarter-scale", "high-confidence-positions"], True), (["nadir", "oblique"], False),
    (["nadir", "building"], False), (["nadir", "3d-maps"], False), (["flat"], False), (["oblique", "flat"], False),
])
def test_tags_that_contradict_each_other_are_refused(tags: list[str], fine: bool) -> None:
    assert (options.wrong({"tags": tags}) == {}) is fine


def test_formats_are_those_of_their_output() -> None:
    assert options.wrong({"formats": {"point_cloud": ["laz", "slpk"], "mesh": ["obj"], "dsm": ["tif"]}}) == {}
    assert list(options.wrong({"formats": {"point_cloud": ["xyz"]}})) == ["formats"]
    assert list(options.wrong({"formats": {"gaussian_splatting": ["ply"]}})) == ["formats"]


@pytest.mark.parametrize("ring", [[0, 1, 2, 3], [0, 1, 2, 3, 0], [3, 2, 1, 0]], ids=["open", "closed", "turned"])
def test_a_region_is_taken_however_its_ring_is_drawn(ring: list[int]) -> None:
    plane = {"vertices3d": RING, "outer_boundary": ring}
    assert options.wrong_area({"plane": plane, "thickness": 12.5}) == []
    assert options.wrong_area({"plane": {**plane, "normal_vector": [0, 0, 1], "inner_boundaries": [[1, 2, 3]]}}) == []


@pytest.mark.parametrize("plane", [
    {"outer_boundary": [0, 1, 4]}, {"outer_boundary": [0, 1, 0, 1]}, {"inner_boundaries": [[0, 1, 9]]},
    {"vertices3d": [[46.1, 97.1, 0], *RING[1:]]}, {"vertices3d": [[197.1, 46.1, 0], *RING[1:]]},
])
def test_a_region_that_makes_no_sense_is_refused(plane: dict[str, Any]) -> None:
    whole = {"vertices3d": RING, "outer_boundary": [0, 1, 2], **plane}
    assert options.wrong_area({"plane": whole}) != []


@pytest.mark.parametrize(("definition", "words"), [
    ("EPSG:32632", ""), ("EPSG:2056+5728", ""), ("EPSG:2056+EPSG:5728", ""), ("ARBITRARY_METERS", ""),
    ("EPSG:4326", reference_systems.NOT_FLAT), ("EPSG:2263+5773", reference_systems.NOT_ISOMETRIC),
    ("EPSG:5773", reference_systems.NOT_FLAT), ("Mordor", reference_systems.INVALID),
    ("/etc/passwd", reference_systems.INVALID), ("EPSG:999999", reference_systems.INVALID),
])
def test_systems_are_taken_or_refused(definition: str, words: str) -> None:
    assert reference_systems.refusal(definition) == words


def wkt(definition: str, version: str) -> str:
    system = osr.SpatialReference()
    system.SetFromUserInput(definition)
    return str(system.ExportToWkt([f"FORMAT={version}"]))


@pytest.mark.parametrize("version", ["WKT1_GDAL", "WKT2_2019"])
def test_the_check_of_well_known_text_is_stricter_than_a_project(version: str) -> None:
    assert reference_systems.wkt_refusal(wkt("EPSG:25832", version)) == ""
    assert reference_systems.wkt_refusal(wkt("EPSG:4326", version)) == reference_systems.NOT_FLAT
    compound = wkt("EPSG:2056+5728", version)
    assert reference_systems.refusal(compound) == ""
    assert "vertical" in reference_systems.wkt_refusal(compound)
    assert reference_systems.wkt_refusal("EPSG:25832") == "Invalid WKT."


@pytest.mark.parametrize(("parts", "text"), [
    (("EPSG:32632", None, None), "EPSG:32632"), (("EPSG:32632", 2056, 5728), "EPSG:2056+5728"),
    ((None, None, 5728), "EPSG:5728"), ((None, None, None), None), (("", None, None), None),
])
def test_the_options_decide_on_the_system_of_the_results(parts: Any, text: str | None) -> None:
    assert reference_systems.output_definition(*parts) == text
