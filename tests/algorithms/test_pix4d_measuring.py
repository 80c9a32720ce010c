"""Volumes by algorithm on surface models whose volumes are known, and what becomes of each failure."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from pix4d_results import (
    GROUND,
    add,
    attributes,
    circle,
    cone,
    polygons,
    pyramid,
    surface,
)
from pix4d_stored_results import Results
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsVectorLayer
from sandbox_process import SandboxProcess

BASES = ["average", "custom", "fitPlane", "triangulated", "highest", "lowest"]
CONE = math.pi * 20**2 * 10 / 3
PYRAMID = 40**2 * 8 / 3
PIT = math.pi * 15**2 * 6 / 3


def land(a: Any, b: Any) -> Any:
    return cone(40, 40, 20, 10)(a, b) + pyramid(120, 40, 40, 8)(a, b) + cone(60, 130, 15, -6)(a, b)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return surface(tmp_path_factory.mktemp("model") / "dsm.tif", land)


@pytest.fixture
def project(sandbox: SandboxProcess, model: Path) -> Results:
    made = Results(sandbox)
    made.give_and_wait(model, "dsm")
    return made


PILES = [circle(40, 40, 25), [(95, 15), (145, 15), (145, 65), (95, 65)], circle(60, 130, 20)]


def test_known_volumes_come_back_on_every_base(run_pix4d: Any, project: Results) -> None:
    for number, base in enumerate(BASES):
        table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=polygons(*PILES), BASE=number, ELEVATION=GROUND,
                          OUTPUT="memory:")
        pile, tent, pit = attributes(table["OUTPUT"])
        assert [one["base"] for one in (pile, tent, pit)] == [base] * 3
        assert pile["cut"] == pytest.approx(CONE, rel=0.005) and pile["fill"] == pytest.approx(0, abs=0.5)
        assert tent["cut"] == pytest.approx(PYRAMID, rel=0.005)
        assert pit["fill"] == pytest.approx(PIT, rel=0.005)
        assert pit["total"] == pytest.approx(pit["cut"] - pit["fill"])
        assert pile["total_error"] == pytest.approx(pile["cut_error"] + pile["fill_error"]) and pile["cut_error"] > 0
        assert (pile["unit"], pile["corners"], pile["moved"], pile["problem"]) == ("m³", 90, 0, None)
        assert (pile["name"], pile["elevation"]) == ("pile 0", GROUND if base == "custom" else None)
        assert table["CUT"] == pytest.approx(sum(one["cut"] for one in (pile, tent, pit)))
        assert (table["COUNT"], table["PROBLEMS"], table["UNIT"]) == (3, 0, "m³")


def test_units_and_heights_of_bases_from_a_field(run_pix4d: Any, project: Results) -> None:
    yards = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=polygons(PILES[0]), UNITS=2, OUTPUT="memory:")
    (row,) = attributes(yards["OUTPUT"])
    assert row["unit"] == "yd³" and row["cut"] == pytest.approx(CONE / 0.9144**3, rel=0.005)
    layer = polygons(*PILES[:2])
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=layer, BASE=1, ELEVATION_FIELD="level",
                      OUTPUT="memory:")
    own = attributes(table["OUTPUT"])
    assert [one["elevation"] for one in own] == [GROUND, GROUND + 1]
    assert own[0]["cut"] == pytest.approx(CONE, rel=0.005)
    lowest_metre = (40**2 + 35**2 + 40 * 35) / 3  # a frustum: the pyramid is 35 m wide there
    assert own[1]["fill"] == pytest.approx(50 * 50 - lowest_metre, rel=0.005)


def test_polygons_of_another_system_and_with_heights_of_their_own(run_pix4d: Any, project: Results) -> None:
    layer = polygons(PILES[0])
    moved = QgsVectorLayer("PolygonZ?crs=EPSG:4326&field=name:string&field=level:double", "z", "memory")
    shape = next(layer.getFeatures()).geometry()
    transform = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:32632"),
                                       QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance())
    shape.transform(transform)
    shape.get().addZValue(GROUND - 1)
    add(moved, shape.asWkt(12), "with heights")
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=moved, HEIGHTS=1, OUTPUT="memory:")
    (row,) = attributes(table["OUTPUT"])
    area = 90 / 2 * 25**2 * math.sin(2 * math.pi / 90)
    assert row["cut"] == pytest.approx(CONE + area, rel=0.005)
    assert table["OUTPUT"].crs().authid() == "EPSG:4326"
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=layer, HEIGHTS=1, OUTPUT="memory:")
    assert "no heights (Z)" in attributes(table["OUTPUT"])[0]["problem"]


def test_what_cannot_be_measured_says_so_in_its_row(run_pix4d: Any, project: Results) -> None:
    layer = polygons(PILES[0], circle(900, 900, 10), [(10, 10), (30, 30), (30, 10), (10, 30)])
    x, y = 412600.0, 5231900.0
    add(layer, f"Polygon (({x + 5} {y - 5}, {x + 60} {y - 5}, {x + 60} {y - 60}, {x + 5} {y - 5}),"
               f" ({x + 30} {y - 15}, {x + 40} {y - 15}, {x + 40} {y - 20}, {x + 30} {y - 15}))", "with a hole")
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=layer, OUTPUT="memory:")
    rows = attributes(table["OUTPUT"])
    assert rows[0]["problem"] is None
    for row, words in zip(rows[1:], ("no height", "crosses itself", "hole")):
        assert words in row["problem"] and row["cut"] is None
    assert (table["COUNT"], table["PROBLEMS"]) == (1, 3)
    assert sum("hole" in message for message in run_pix4d.messages) == 1


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("No COG DSM found for this project", "cloud-optimised surface model"),
        ("The polygon doesn't overlap the dataset", "outside the surface model"),
        ("Invalid Polygon", "no height inside the polygon"),
        ("Too much data requested", "larger than the platform can measure"),
    ],
)
def test_each_documented_refusal_has_its_sentence(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results, title: str, words: str
) -> None:
    sandbox.fault(operation="computeVolume", kind="status", status=400, words=title)
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=polygons(*PILES[:2]), OUTPUT="memory:")
    refused, measured = attributes(table["OUTPUT"])
    assert words in refused["problem"] and measured["problem"] is None
    assert "far" not in refused["problem"]


def test_the_outline_outside_is_refused_by_the_platform_itself(run_pix4d: Any, project: Results) -> None:
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=polygons(circle(900, 900, 10)), BASE=1, ELEVATION=1,
                      OUTPUT="memory:")
    assert "outside the surface model" in attributes(table["OUTPUT"])[0]["problem"]


def test_too_many_corners_are_simplified_with_consent_only(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results
) -> None:
    layer = polygons(circle(40, 40, 25, 5000), circle(60, 130, 20, 50))
    before = sandbox.last_entry()
    words = run_pix4d.fails("measurevolumes", PROJECT=project.id, INPUT=layer, OUTPUT="memory:")
    assert "1 polygons have more than 1000 corners, one of them 5000" in words and "Simplify" in words
    assert not sandbox.log(operation="computeVolume", after=before)
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=layer, SIMPLIFY=True, OUTPUT="memory:")
    large, small = attributes(table["OUTPUT"])
    assert 100 < large["corners"] <= 1000 and 0 < large["moved"] < 0.01
    assert large["cut"] == pytest.approx(CONE, rel=0.005)
    assert (small["corners"], small["moved"]) == (50, 0)


def test_what_takes_longer_than_29_seconds_goes_again_with_fewer_corners(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results
) -> None:
    late = {"operation": "computeVolume", "kind": "status", "status": 504, "words": "Endpoint request timed out"}
    sandbox.fault(**late)
    layer = polygons(circle(40, 40, 25, 400))
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=layer, SIMPLIFY=True, OUTPUT="memory:")
    (row,) = attributes(table["OUTPUT"])
    assert row["corners"] <= 200 and row["moved"] > 0 and row["cut"] == pytest.approx(CONE, rel=0.005)
    sandbox.fault(**late)
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=layer, OUTPUT="memory:")
    assert "29 seconds" in attributes(table["OUTPUT"])[0]["problem"]


def test_the_surface_model_is_waited_for(run_pix4d: Any, sandbox: SandboxProcess, model: Path) -> None:
    empty = Results(sandbox)
    assert "no surface model" in run_pix4d.fails("measurevolumes", PROJECT=empty.id, INPUT=polygons(PILES[0]),
                                                 OUTPUT="memory:")
    empty.give(model, "dsm")
    table = run_pix4d("measurevolumes", PROJECT=empty.id, INPUT=polygons(PILES[0]), OUTPUT="memory:")
    assert attributes(table["OUTPUT"])[0]["cut"] == pytest.approx(CONE, rel=0.005)


def test_the_path_of_the_vendors_notebook_is_tried_where_the_documented_one_is_not_known(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results
) -> None:
    sandbox.settings(pix4d_hidden="computeVolume")
    before = sandbox.last_entry()
    table = run_pix4d("measurevolumes", PROJECT=project.id, INPUT=polygons(PILES[0]), OUTPUT="memory:")
    assert attributes(table["OUTPUT"])[0]["cut"] == pytest.approx(CONE, rel=0.005)
    asked = [one["path"] for one in sandbox.log(after=before) if "volumes" in one["path"]]
    assert asked == [f"/v1/project/{project.id}/volumes/", f"/v1/projects/{project.id}/volumes"]


def test_what_is_wrong_is_said_before_anything_is_sent(run_pix4d: Any) -> None:
    piles = polygons(PILES[0])
    assert "height of your own, which is not given" in run_pix4d.refused(
        "measurevolumes", PROJECT="1", INPUT=piles, BASE=1, OUTPUT="memory:")
    assert "“Project” is empty" in run_pix4d.refused("measurevolumes", PROJECT=" ", INPUT=piles, OUTPUT="memory:")
    nothing = QgsVectorLayer("Polygon?crs=EPSG:32632", "none", "memory")
    assert "is empty" in run_pix4d.refused("measurevolumes", PROJECT="1", INPUT=nothing, OUTPUT="memory:")
