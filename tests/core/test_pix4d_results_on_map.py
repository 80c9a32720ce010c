"""Which of PIX4D's outputs come onto the map, and how."""

from __future__ import annotations

from pathlib import Path

import pytest
from imagery_hub.core.layers import opened
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pix4d.flows.outputs import identity
from imagery_hub.providers.pix4d.output_types import TYPES, Home
from imagery_hub.ui.add_to_map import can_add, can_open
from imagery_hub.ui.add_to_map.ways import ways_of
from imagery_hub.ui.nodes.description import Place, kind_of

PROJECT = Entry("project", "1204417", "Quarry north")


def place(name: str, number: str = "9") -> Place:
    found = TYPES.get(name)
    kind = "output.facts" if found is None else f"output.{found.home.value}"
    return Place("pix4d", "Work", Entry(kind, number, name, "done"), (PROJECT, Entry("outputs", "1204417", "")))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ortho_cloud_optimized", [("pix4d_addoutput", "s3", ""), ("pix4d_downloadoutput", "", ".tif")]),
        ("ortho", [("pix4d_addoutput", "s3", ""), ("pix4d_downloadoutput", "", ".tif")]),
        ("dsm", [("pix4d_addoutput", "s3", ""), ("pix4d_downloadoutput", "", ".tif")]),
        ("dtm", [("pix4d_downloadoutput", "", ".tif")]),
        ("ndvi", [("pix4d_downloadoutput", "", ".tif")]),
        ("contour_files_bundle", [("pix4d_downloadoutput", "", ".zip")]),
        ("calibrated_external_camera_parameters", [("pix4d_downloadoutput", "", ".txt")]),
        ("b3dm_js", []),
        ("opf_project", []),
        ("3d_mesh_obj_zip", []),
        ("not_known_yet", []),
    ],
)
def test_each_type_has_its_way(name: str, expected: list[tuple[str, str, str]]) -> None:
    found = ways_of(place(name))
    assert [(one.algorithm, one.streams, one.suffix) for one in found] == expected
    assert can_add(place(name)) == bool(expected) and not can_open(place(name))


@pytest.mark.parametrize("name", ["quality_report", "mapper_log", "ortho_thumb", "dsm_metadata", "calibrated_cameras"])
def test_reports_and_pictures_are_opened_beside_the_map(name: str) -> None:
    (way,) = ways_of(place(name))
    assert can_open(place(name)) and not can_add(place(name))
    assert way.parameters(place(name)) == {"CONNECTION": "Work", "PROJECT": "1204417", "RESULT": "9", "LOAD": False}
    assert way.suffix == TYPES[name].suffix


def test_a_way_knows_project_and_output() -> None:
    way = ways_of(place("dsm"))[0]
    assert way.parameters(place("dsm")) == {"CONNECTION": "Work", "PROJECT": "1204417", "RESULT": "9"}
    assert way.target(place("dsm")) == identity("1204417", "9")
    assert way.title(place("dsm")) == "Quarry north: Surface model (DSM)"
    assert ways_of(Place("pix4d", "Work", Entry("output.raster", "9", "dsm"))) == [], "of no known project"


def test_point_clouds_come_onto_the_map_where_this_qgis_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider, expected in (("pdal", [".laz"]), ("", [])):
        monkeypatch.setattr("imagery_hub.ui.pix4d.add_to_map.cloud_provider", lambda path, found=provider: found)
        assert [one.suffix for one in ways_of(place("point_cloud"))] == expected
    monkeypatch.undo()
    assert bool(ways_of(place("point_cloud"))) == bool(opened.cloud_provider(Path("point_cloud.laz")))


@pytest.mark.parametrize("name", list(TYPES))
def test_a_double_click_always_does_something(name: str) -> None:
    one = place(name)
    assert can_add(one) or can_open(one) or kind_of("pix4d", one.entry.kind).activate
    if TYPES[name].home in (Home.PROJECT, Home.SCENE):
        assert kind_of("pix4d", one.entry.kind).activate == "pix4d_downloadresults"
