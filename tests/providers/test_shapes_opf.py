"""What is written in the Open Photogrammetry Format, read by the format's own library (pyopf)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.shapes import opf
from imagery_hub.providers.shapes.opf_control_points import control_points_file
from pyopf.cps import InputControlPoints
from pyopf.ext.pix4d_region_of_interest import Pix4DRegionOfInterest

OUTER = [[7.84512, 47.23391], [7.84903, 47.23402], [7.84911, 47.23177], [7.8452, 47.23166], [7.84512, 47.23391]]
HOLE = [[7.8466, 47.2331], [7.84662, 47.2326], [7.84744, 47.23287], [7.8466, 47.2331]]
FORMAT = "application/ext-pix4d-region-of-interest+json"


def as_opf(area: dict[str, Any]) -> Pix4DRegionOfInterest:
    """The region as OPF's library reads it. OPF wants a normal, which the API does not take (notes, section 14)."""
    plane = {**area["plane"], "normal_vector": [0, 0, 1]}
    return Pix4DRegionOfInterest.from_dict({"format": FORMAT, "version": "1.0-draft1", **area, "plane": plane})


def test_opfs_library_reads_the_region() -> None:
    area = opf.region_of_interest({"type": "Polygon", "coordinates": [OUTER, HOLE]}, 120.0)
    read = as_opf(json.loads(json.dumps(area)))
    assert read.thickness == 120.0
    assert [list(read.plane.vertices3d[one])[:2] for one in read.plane.outer_boundary] == OUTER[:-1]
    assert [[list(read.plane.vertices3d[one])[:2] for one in ring] for ring in read.plane.inner_boundaries or []] == [
        HOLE[:-1]]
    assert as_opf(opf.region_of_interest({"type": "Polygon", "coordinates": [OUTER]})).thickness is None


def test_what_opfs_library_writes_is_read() -> None:
    """Closed rings and a normal, as in OPF's own example."""
    plane = {"vertices3d": [[*place, 400.0] for place in OUTER[:-1] + HOLE[:-1]], "normal_vector": [0, 0, 1],
             "outer_boundary": [0, 1, 2, 3, 0], "inner_boundaries": [[6, 5, 4, 6]]}
    written = json.loads(json.dumps(as_opf({"plane": plane, "thickness": 80}).to_dict()))
    geometry, thickness = opf.from_region(written)
    assert geometry["coordinates"] == [OUTER, [HOLE[2], HOLE[1], HOLE[0], HOLE[2]]]
    assert thickness == 80


numbers = st.floats(-90, 90)
rings = st.lists(st.tuples(numbers, numbers).map(list), min_size=3, max_size=9, unique_by=tuple)


@given(st.lists(rings, min_size=1, max_size=4), st.none() | st.floats(0.001, 1e4))
def test_there_and_back_nothing_changes(parts: list[list[list[float]]], thickness: float | None) -> None:
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]] for ring in parts]}
    sent = json.loads(json.dumps(opf.region_of_interest(geometry, thickness)))
    assert opf.from_region(sent) == (geometry, thickness)
    assert opf.region_of_interest(*opf.from_region(sent)) == sent


@pytest.mark.parametrize("area", [
    {}, {"plane": None}, {"plane": {}}, {"plane": {"vertices3d": OUTER, "outer_boundary": "012"}},
    {"plane": {"vertices3d": ["a", "b", "c"], "outer_boundary": [0, 1, 2]}},
    {"plane": {"vertices3d": OUTER, "outer_boundary": [0, 1, True]}},
    {"plane": {"vertices3d": OUTER, "outer_boundary": [0, 1, 2], "inner_boundaries": [3]}},
    {"plane": {"vertices3d": OUTER, "outer_boundary": [0, 1, 2]}, "thickness": "thick"},
])
def test_what_is_no_region_has_a_name(area: dict[str, Any]) -> None:
    with pytest.raises(InputProblem, match="plane_broken"):
        opf.from_region(area)


GCPS = [
    {"name": "GCP_101", "point_type": "GCP", "x": 2607511.1, "y": 1228843.6, "z": 512.3, "xy_accuracy": 0.02,
     "z_accuracy": None},
    {"name": "CHK_7", "point_type": "CHECKPOINT", "x": 2607522.5, "y": 1228800.25, "z": 510.0, "xy_accuracy": None,
     "z_accuracy": 0.05},
]
PHOTOS = ["DJI_0041.JPG", "strip2/DJI_0101.JPG"]
MARKS = [
    {"gcp": "GCP_101", "photo": "DJI_0041.JPG", "x": 2210.4, "y": 1377.9},
    {"gcp": "GCP_101", "photo": "strip2/DJI_0101.JPG", "x": 10, "y": 20.5},
    {"gcp": "MTP_3", "photo": "DJI_0041.JPG", "x": 0, "y": 0},
]
MTPS = [{"name": "MTP_3", "is_checkpoint": False}]


def written(**changes: Any) -> dict[str, Any]:
    given = {"gcps": GCPS, "marks": MARKS, "definition": "EPSG:2056+EPSG:5728", "photos": PHOTOS, "mtps": MTPS,
             "north_first": False, "accuracies": (0.01, 0.04), "geoid_height": 0.0, **changes}
    return json.loads(json.dumps(control_points_file(**given)))


def as_control_points(content: dict[str, Any]) -> InputControlPoints:
    """As OPF's library reads them: 1.0 names a camera where 0.2 names a photo (notes, section 7.4)."""
    assert content.pop("version") == "0.2"
    for point in [*content["gcps"], *content["mtps"]]:
        for mark in point["marks"]:
            mark["camera_id"] = PHOTOS.index(mark.pop("photo"))
    return InputControlPoints.from_dict({**content, "version": "1.0"})


def test_opfs_library_reads_the_control_points() -> None:
    read = as_control_points(written())
    first, second = read.gcps
    assert (first.id, first.is_checkpoint, second.id, second.is_checkpoint) == ("GCP_101", False, "CHK_7", True)
    assert list(first.geolocation.coordinates) == [2607511.1, 1228843.6, 512.3]
    assert list(first.geolocation.sigmas) == [0.02, 0.02, 0.04]
    assert list(second.geolocation.sigmas) == [0.01, 0.01, 0.05]
    assert (first.geolocation.crs.definition, first.geolocation.crs.geoid_height) == ("EPSG:2056+EPSG:5728", 0.0)
    assert [(mark.camera_id.int, list(mark.position_px)) for mark in first.marks] == [
        (0, [2210.4, 1377.9]), (1, [10, 20.5])]
    assert second.marks == []
    (tie,) = read.mtps
    assert (tie.id, len(tie.marks)) == ("MTP_3", 1)


def test_coordinates_follow_the_order_of_the_systems_axes() -> None:
    """Section 7.4: unlike in the API, where x is east-like. JGD2011 Plane Rectangular declares north first."""
    point = {"name": "A", "x": 100.0, "y": 2000.0, "z": 3.0}
    content = written(gcps=[point], marks=[], mtps=[], definition="EPSG:6677", north_first=True, geoid_height=None)
    (read,) = as_control_points(content).gcps
    assert list(read.geolocation.coordinates) == [2000.0, 100.0, 3.0]
    assert read.geolocation.crs.geoid_height is None


@pytest.mark.parametrize(("changes", "problem"), [
    ({"definition": 'PROJCRS["x"]'}, "points_definition"),
    ({"definition": "ESRI:102113"}, "points_definition"),
    ({"definition": "ARBITRARY_METERS"}, "points_definition"),
    ({"photos": ["DJI_0041.JPG"]}, "mark_without_photo"),
    ({"mtps": []}, "mark_without_point"),
    ({"marks": [*MARKS, MARKS[0]]}, "mark_twice"),
    ({"gcps": [*GCPS, GCPS[0]]}, "point_twice"),
    ({"mtps": [{"name": "CHK_7"}, *MTPS]}, "point_twice"),
    ({"gcps": [{**GCPS[0], "z": float("nan")}, GCPS[1]]}, "point_number"),
    ({"gcps": [{**GCPS[0], "xy_accuracy": 0}, GCPS[1]]}, "point_accuracy"),
])
def test_what_processing_would_fail_on_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputProblem, match=problem):
        written(**changes)
