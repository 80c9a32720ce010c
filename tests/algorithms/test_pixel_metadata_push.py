"""Edited layers pushed back; what is on the platform is read by plain HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.compat import make_field
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QVariant
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess


@pytest.fixture
def flight(pixel: PixelCalls) -> tuple[str, list[int]]:
    """A collection with six images, and their ids."""
    place = pixel.collection(pixel.project())
    body = {"collection": place.split("/")[1], "count": 6, "tags": ["new"], "metadata": {"severity": 2}}
    first = pixel.sandbox.control("POST", "pixel/images", body)["first"]
    return place, list(range(first, first + 6))


@pytest.fixture
def layer(run_pixel: Any, flight: tuple[str, list[int]], tmp_path: Path) -> QgsVectorLayer:
    """The images as a layer of the project."""
    found = run_pixel("imagestolayer", COLLECTION=flight[0], OUTPUT=str(tmp_path / "images.gpkg"))
    made = QgsVectorLayer(found["OUTPUT"], "images", "ogr")
    QgsProject.instance().addMapLayer(made)
    return made


def set_cells(layer: QgsVectorLayer, identity: int, place: tuple[float, float] | None = None, **cells: Any) -> None:
    """Edit as a user does, and save."""
    row = next(one for one in layer.getFeatures() if one["id"] == identity)
    if not layer.isEditable():
        layer.startEditing()
    for name, value in cells.items():
        column = name.replace("json_metadata_", "json_metadata.")
        assert layer.changeAttributeValue(row.id(), layer.fields().indexOf(column), value)
    if place is not None:
        layer.changeGeometry(row.id(), QgsGeometry.fromPointXY(QgsPointXY(*place)))
    assert layer.commitChanges()


def image(pixel: PixelCalls, place: str, identity: int) -> Any:
    return pixel.read(place, f"images/{identity}")


def test_nothing_edited_sends_nothing(
    run_pixel: Any, sandbox: SandboxProcess, layer: QgsVectorLayer
) -> None:
    before = sandbox.last_entry()
    found = run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)
    assert (found["CHANGED"], found["UNCHANGED"]) == (0, 6)
    assert not [one for one in sandbox.log(after=before) if one["operation"] not in (None, "getToken")]


@pytest.mark.needs_assumed("pixel Image.json_metadata")
def test_edits_arrive_and_the_rest_survives(
    run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]], layer: QgsVectorLayer
) -> None:
    place, ids = flight
    pixel.put(path_of(place, f"images/{ids[0]}"), {"add_tags": ["theirs"], "json_metadata": {"crew": "B"},
                                                   "fields": {"fields_type": "image", "cam_roll": 3.0}})
    set_cells(layer, ids[0], (10.75, 59.9), name="pier north", cam_heading=181.0, tags="crack",
              json_metadata_severity=5)
    found = run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)
    assert (found["CHANGED"], found["IDS"], found["REFUSED"]) == (1, str(ids[0]), 0)
    now = image(pixel, place, ids[0])
    assert now["name"] == "pier north"
    assert now["location"]["coordinates"] == [10.75, 59.9]
    assert now["tags"] == ["theirs", "crack"]
    assert now["json_metadata"] == {"strip": 0, "severity": 5, "crew": "B"}
    camera = pixel.read(place, f"images/{ids[0]}/metadata")
    assert (camera["cam_heading"], camera["cam_roll"], camera["hfov"]) == (181.0, 3.0, 70.0)
    assert image(pixel, place, ids[1])["updated_at"] is None


def test_what_was_pushed_is_not_touched_any_more(
    run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]], layer: QgsVectorLayer
) -> None:
    place, ids = flight
    set_cells(layer, ids[0], name="mine")
    run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)
    pixel.put(path_of(place, f"images/{ids[0]}"), {"fields": {"fields_type": "image", "name": "theirs"}})
    found = run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)
    assert (found["CHANGED"], found["CONFLICT_COUNT"]) == (0, 0)
    assert image(pixel, place, ids[0])["name"] == "theirs"


def test_an_open_edit_session_takes_part(
    run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]], layer: QgsVectorLayer
) -> None:
    place, ids = flight
    row = next(one for one in layer.getFeatures() if one["id"] == ids[2])
    layer.startEditing()
    layer.changeAttributeValue(row.id(), layer.fields().indexOf("name"), "unsaved")
    assert run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)["CHANGED"] == 1
    assert image(pixel, place, ids[2])["name"] == "unsaved"
    assert run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)["CHANGED"] == 0
    layer.rollBack()


def test_conflicts_are_left_and_told_or_won(
    run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]], layer: QgsVectorLayer, tmp_path: Path
) -> None:
    place, ids = flight
    set_cells(layer, ids[0], name="mine", cam_heading=9.0)
    pixel.put(path_of(place, f"images/{ids[0]}"), {"fields": {"fields_type": "image", "name": "theirs"}})
    table = str(tmp_path / "outcome.gpkg")
    found = run_pixel("pushmetadata", INPUT=layer, DRY_RUN=True, OUTPUT=table)
    assert (found["CHANGED"], found["CONFLICT_COUNT"]) == (1, 1)
    rows = [(row["outcome"], row["members"]) for row in QgsVectorLayer(table, "t", "ogr").getFeatures()]
    assert rows == [("to change", "cam_heading"), ("conflict", "name")]
    assert image(pixel, place, ids[0])["name"] == "theirs"
    run_pixel("pushmetadata", INPUT=layer, CONFLICTS="mine", CONFIRM=True)
    assert image(pixel, place, ids[0])["name"] == "mine"


@pytest.mark.needs_assumed("pixel Image.json_metadata")
def test_emptied_cells(
    run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]], layer: QgsVectorLayer
) -> None:
    place, ids = flight
    set_cells(layer, ids[0], cam_heading=QVariant(), json_metadata_severity=QVariant(), tags=QVariant())
    found = run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)
    assert (found["CHANGED"], found["EMPTIED"]) == (1, 1)
    now = image(pixel, place, ids[0])
    assert now["json_metadata"] == {"strip": 0}
    assert now["tags"] == []
    assert "cam_heading" in found["PLAN"]


def test_a_table_of_ones_own(run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    """Joined or written by hand: what it says counts, where a cell is empty nothing is touched."""
    place, ids = flight
    table = QgsVectorLayer("NoGeometry?field=id:integer&field=tags:string&field=cam_pitch:double", "own", "memory")
    table.dataProvider().addAttributes([make_field("json_metadata.crew", "text")])
    table.updateFields()
    for identity, values in ((ids[0], ["crack", 88.0, "A"]), (ids[1], [None, None, "B"])):
        row = QgsFeature(table.fields())
        row.setAttributes([identity, *values])
        table.dataProvider().addFeature(row)
    assert "in which data collection" in run_pixel.fails("pushmetadata", INPUT=table, CONFIRM=True)
    found = run_pixel("pushmetadata", INPUT=table, COLLECTION=place, KIND="image", CONFIRM=True)
    assert found["CHANGED"] == 2
    assert image(pixel, place, ids[0])["tags"] == ["new", "crack"]
    assert pixel.read(place, f"images/{ids[0]}/metadata")["cam_pitch"] == 88.0
    assert image(pixel, place, ids[1])["json_metadata"] == {"strip": 0, "severity": 2, "crew": "B"}
    assert image(pixel, place, ids[1])["tags"] == ["new"]


@pytest.mark.needs_assumed("pixel Raster.json_metadata")
def test_rasters_too(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "RGB")
    first = pixel.sandbox.control("POST", "pixel/rasters", {"collection": place.split("/")[1], "count": 3})["first"]
    found = run_pixel("rasterstolayer", COLLECTION=place, OUTPUT=str(tmp_path / "rasters.gpkg"))
    layer = QgsVectorLayer(found["OUTPUT"], "rasters", "ogr")
    QgsProject.instance().addMapLayer(layer)
    set_cells(layer, first, name="sheet 1", capture_date="2025-05-12T00:00:00", json_metadata_strip=9)
    assert run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)["CHANGED"] == 1
    now = pixel.read(place, f"rasters/{first}")
    assert (now["name"], now["capture_date"]) == ("sheet 1", "2025-05-12T00:00:00")
    assert now["json_metadata"] == {"strip": 9}


def test_a_refusal_is_told_by_row_and_the_others_go(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, flight: tuple[str, list[int]], layer: QgsVectorLayer
) -> None:
    place, ids = flight
    set_cells(layer, ids[0], (200.0, 59.9))
    set_cells(layer, ids[1], name="fine")
    found = run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)
    assert (found["REFUSED"], found["IDS"]) == (1, str(ids[1]))
    assert any(one.startswith(f"{ids[0]}: ") for one in run_pixel.messages)
    assert image(pixel, place, ids[1])["name"] == "fine"


def test_rows_whose_image_is_gone_are_told(
    run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]], layer: QgsVectorLayer
) -> None:
    place, ids = flight
    set_cells(layer, ids[0], name="x")
    pixel.sent("DELETE", path_of(place, f"images/{ids[0]}"))
    assert run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)["MISSING"] == 1


def test_rows_that_were_drawn_are_left_out_and_told(
    run_pixel: Any, pixel: PixelCalls, flight: tuple[str, list[int]], layer: QgsVectorLayer
) -> None:
    place, ids = flight
    layer.startEditing()
    drawn = QgsFeature(layer.fields())
    drawn.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(10.7, 59.9)))
    assert layer.addFeature(drawn)
    assert layer.commitChanges()
    set_cells(layer, ids[0], name="fine")
    assert run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)["CHANGED"] == 1
    assert any(one.startswith("1 rows have no id") for one in run_pixel.messages)
    assert image(pixel, place, ids[0])["name"] == "fine"


def test_an_id_that_is_none_is_told_before_anything_is_sent(run_pixel: Any, sandbox: SandboxProcess) -> None:
    table = QgsVectorLayer("NoGeometry?field=id:string&field=name:string", "own", "memory")
    row = QgsFeature(table.fields())
    row.setAttributes(["pier 7", "x"])
    table.dataProvider().addFeature(row)
    before = sandbox.last_entry()
    assert "“pier 7”" in run_pixel.fails("pushmetadata", INPUT=table, COLLECTION="1/2", CONFIRM=True)
    assert not [one for one in sandbox.log(after=before) if one["operation"] not in (None, "getToken")]


def test_without_confirmation_nothing_is_sent(run_pixel: Any, layer: QgsVectorLayer) -> None:
    assert "Only show the plan" in run_pixel.refused("pushmetadata", INPUT=layer)


def test_a_layer_without_ids_is_refused(run_pixel: Any) -> None:
    table = QgsVectorLayer("NoGeometry?field=name:string", "own", "memory")
    assert "no column “id”" in run_pixel.refused("pushmetadata", INPUT=table, CONFIRM=True)
