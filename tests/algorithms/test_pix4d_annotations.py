"""Annotations of PIX4D to layers and back by algorithm, against the sandbox, read back by plain HTTP."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from annotation_layers import NAMES, Layers, draw_many, numbers, rows
from imagery_hub.core.jobs import job_store
from pix4d_annotations import AnnotationCalls, point
from pix4d_results import EAST, GROUND, NORTH, surface
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsPoint,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
    edit,
)
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

UTM = "EPSG:32632"
RING = [[412630.1, 5231866.2, 509.1], [412655.8, 5231868.0, 509.3], [412652.2, 5231840.7, 508.8],
        [412630.1, 5231866.2, 509.1]]
EVERYTHING = {
    "properties": {"name": "Stockpile A", "description": "Toe line", "color": "#FF880080", "color_fill": "#FF880033",
                   "visible": False, "camera_position": [1.5, 2.5, 3.5], "volume": {"cut": 12.5}, "later": {"a": 1}},
    "tags": ["toe, north", "b"], "attachments": [{"href": "a.jpg"}], "extension": {"source": "x"}, "version": "1.2",
}
SHAPES: list[dict[str, Any]] = [
    {"type": "Point", "coordinates": [412633.4, 5231871.0, 512.3]},
    {"type": "LineString", "coordinates": RING[:3]},
    {"type": "Polygon", "coordinates": [RING]},
    {"type": "Circle", "coordinates": [412633.4, 5231871.0, 512.3], "radius": 6.5},
]


@pytest.fixture
def calls(sandbox: SandboxProcess) -> AnnotationCalls:
    return AnnotationCalls(sandbox)


@pytest.fixture
def project(pix4d: Pix4dCalls) -> int:
    return int(pix4d.project("Quarry", coordinate_system=UTM)["id"])


@pytest.fixture
def layers(run_pix4d: Any, project: int, tmp_path: Path) -> Iterator[Layers]:
    made = Layers(run_pix4d, project, tmp_path)
    yield made
    made.layers.clear()  # before QGIS ends, in which they live


@pytest.mark.needs_assumed("pix4d A57")
def test_each_kind_becomes_a_layer(calls: AnnotationCalls, layers: Layers, project: int) -> None:
    made = calls.made(project, *({"geometry": shape, **EVERYTHING} for shape in SHAPES))
    found = layers.get()
    assert (found["COUNT"], found["LEFT_OUT"], found["PROJECT_ID"]) == (4, 0, str(project))
    for name, identity in zip(NAMES, made):
        layer = layers.layers[name]
        assert layer.crs().authid() == UTM
        (row,) = rows(layer)
        assert (row["annotation_id"], row["name"], row["visible"]) == (identity, "Stockpile A", False)
        assert (row["color"], row["tags"]) == ("#FF880080", "toe, north, b")
        assert json.loads(row["platform_record"]) == calls.all(project)[identity]
        layer.loadDefaultStyle()
        assert layer.labelsEnabled()
    circle = next(layers.layers["CIRCLES"].getFeatures()).geometry()
    assert circle.area() == pytest.approx(3.14159265 * 6.5**2, rel=1e-3)


@pytest.mark.needs_assumed("pix4d A57")
def test_pushed_back_untouched_nothing_is_sent(
    sandbox: SandboxProcess, calls: AnnotationCalls, layers: Layers, project: int
) -> None:
    calls.made(project, *({"geometry": shape, **EVERYTHING} for shape in SHAPES))
    layers.get()
    before, first = calls.all(project), sandbox.last_entry()
    assert numbers(layers.push()) == [0, 0, 0, 4, 0, 0]
    assert {one["operation"] for one in sandbox.log(after=first) if one["operation"] != "getToken"} == {
        "getProject", "listAnnotations"}
    assert calls.all(project) == before


@pytest.mark.needs_assumed("pix4d A57")
def test_added_changed_and_removed_are_told_apart_and_the_rest_survives(
    calls: AnnotationCalls, layers: Layers, project: int
) -> None:
    made = calls.made(project, *({"geometry": shape, **EVERYTHING} for shape in SHAPES))
    layers.get()
    before = calls.all(project)
    layers.set("POLYGONS", "name", "Stockpile B")
    layers.delete("LINES")
    layers.draw("POINTS", QgsGeometry(QgsPoint(412600.5, 5231800.25, 500.0)), name="new", color="#00ff00")
    shown = layers.push(DRY_RUN=True, CONFIRM=False)
    assert numbers(shown) == [1, 1, 1, 2, 0, 0]
    assert calls.all(project) == before
    found = layers.push()
    assert numbers(found) == [1, 1, 1, 2, 0, 0]
    after = calls.all(project)
    wanted = copy.deepcopy(before[made[2]])
    wanted["properties"]["name"] = "Stockpile B"
    assert {**after[made[2]], "modified": ""} == {**wanted, "modified": ""}
    assert made[1] not in after
    assert (after[made[0]], after[made[3]]) == (before[made[0]], before[made[3]])
    (new,) = [one for identity, one in after.items() if identity not in made]
    assert new["geometry"] == {"type": "Point", "coordinates": [412600.5, 5231800.25, 500.0]}
    assert new["properties"] == {"name": "new", "color": "#00FF00FF"}
    assert set(found["ANNOTATION_IDS"].split(",")) == {new["id"], made[2]}
    assert numbers(layers.push()) == [0, 0, 0, 4, 0, 0]
    assert rows(layers.layers["POINTS"])[1]["annotation_id"] == new["id"]


@pytest.mark.needs_assumed("pix4d A57")
def test_a_circle_is_drawn_moved_and_stays_one(calls: AnnotationCalls, layers: Layers, project: int) -> None:
    layers.get()
    ring = "CurvePolygonZ(CircularStringZ(10 25 3, 25 10 3, 10 -5 3, -5 10 3, 10 25 3))"
    layers.draw("CIRCLES", QgsGeometry.fromWkt(ring), name="tank")
    layers.push()
    (identity,) = calls.all(project)
    assert calls.all(project)[identity]["geometry"] == {
        "type": "Circle", "coordinates": [10.0, 10.0, 3.0], "radius": 15.0}
    layer = layers.layers["CIRCLES"]
    shape = next(layer.getFeatures()).geometry()
    shape.translate(100, 50)
    with edit(layer):
        assert layer.changeGeometry(1, shape)
    assert numbers(layers.push())[1] == 1
    assert calls.all(project)[identity]["geometry"] == {
        "type": "Circle", "coordinates": [110.0, 60.0, 3.0], "radius": 15.0}


def test_changes_made_elsewhere_are_told_kept_and_brought_in(
    calls: AnnotationCalls, layers: Layers, project: int
) -> None:
    one, two, three = calls.made(project, point(1), point(2), point(3))
    layers.get()
    there = calls.all(project)
    calls.put(one, project, {**{name: there[one][name] for name in ("geometry", "properties")}, "tags": ["seen"]})
    calls.call("DELETE", two + "/")
    (four,) = calls.made(project, point(4))
    layers.set("POINTS", "name", "mine", row=1)
    layers.set("POINTS", "name", "mine too", row=3)
    found = layers.push()
    assert numbers(found)[:2] == [0, 2]
    assert [found[name] for name in ("ADDED_ELSEWHERE", "CHANGED_ELSEWHERE", "REMOVED_ELSEWHERE")] == [1, 0, 1]
    assert "added 1" in found["PLAN"]
    after = calls.all(project)
    assert (after[one]["properties"]["name"], after[one]["tags"]) == ("mine", ["seen"])
    assert after[three]["properties"]["name"] == "mine too"
    table = {row["annotation_id"]: row for row in rows(layers.layers["POINTS"])}
    assert set(table) == {one, three, four}
    assert table[one]["tags"] == "seen"
    assert numbers(layers.push()) == [0, 0, 0, 3, 0, 0]


@pytest.mark.parametrize(("choice", "name"), [("leave", "theirs"), ("mine", "mine"), ("theirs", "theirs")])
def test_what_both_sides_changed_is_a_choice(
    calls: AnnotationCalls, layers: Layers, project: int, choice: str, name: str
) -> None:
    (one,) = calls.made(project, point(1))
    layers.get()
    layers.set("POINTS", "name", "mine")
    geometry = calls.all(project)[one]["geometry"]
    calls.put(one, project, {"geometry": geometry, "properties": {"name": "theirs", "color": "#FF880080"}})
    found = layers.push(CONFLICTS=choice)
    assert found["CONFLICT_COUNT"] == (0 if choice == "mine" else 1)
    assert calls.all(project)[one]["properties"]["name"] == name
    assert rows(layers.layers["POINTS"])[0]["name"] == ("mine" if choice == "leave" else name)


def test_a_layer_in_another_system_is_added(
    run_pix4d: Any, calls: AnnotationCalls, project: int
) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "drawn", "memory")
    way = QgsCoordinateTransform(QgsCoordinateReferenceSystem(UTM), layer.crs(), QgsProject.instance())
    shape = QgsGeometry.fromWkt("Polygon((412630 5231866, 412655 5231868, 412652 5231840, 412630 5231866))")
    shape.transform(way)
    feature = QgsFeature(layer.fields())
    feature.setGeometry(shape)
    feature.setAttributes(["pile"])
    assert layer.dataProvider().addFeatures([feature])[0]
    found = run_pix4d("pushannotations", PROJECT=str(project), POLYGONS=layer, CONFIRM=True)
    assert numbers(found) == [1, 0, 0, 0, 0, 0]
    (one,) = calls.all(project).values()
    (ring,) = one["geometry"]["coordinates"]
    assert ring[0] == pytest.approx([412630, 5231866], abs=1e-3)
    again = run_pix4d("pushannotations", PROJECT=str(project), POLYGONS=layer, CONFIRM=True)
    assert len(calls.all(project)) == 1
    assert again["ANNOTATION_IDS"] == found["ANNOTATION_IDS"]


def test_heights_come_from_a_surface(calls: AnnotationCalls, layers: Layers, project: int, tmp_path: Path) -> None:
    """A slope of one in ten towards the east; beyond its edge nothing is known. What came keeps its height."""
    surface(tmp_path / "dsm.tif", lambda x, y: x / 10)
    calls.made(project, {"geometry": {"type": "Point", "coordinates": [EAST + 50, NORTH - 50, 7.0]}})
    layers.get()
    layers.draw("LINES", QgsGeometry.fromWkt(f"LineStringZ({EAST + 20} {NORTH - 20} 0, {EAST + 120} {NORTH - 30} 0)"))
    layers.draw("POLYGONS", QgsGeometry.fromWkt(
        f"PolygonZ(({EAST - 20} {NORTH - 20} 0, {EAST + 20} {NORTH - 20} 0, {EAST} {NORTH - 60} 0,"
        f" {EAST - 20} {NORTH - 20} 0))"))
    assert numbers(layers.push(SURFACE=str(tmp_path / "dsm.tif"))) == [2, 0, 0, 1, 0, 0]
    found = {one["geometry"]["type"]: one["geometry"]["coordinates"] for one in calls.all(project).values()}
    assert found["Point"][2] == 7.0
    assert [place[2] for place in found["LineString"]] == pytest.approx([GROUND + 2, GROUND + 12], abs=0.03)
    assert {len(place) for place in found["Polygon"][0]} == {2}
    (line,) = layers.layers["LINES"].getFeatures()
    assert [one.z() for one in line.geometry().vertices()] == [place[2] for place in found["LineString"]]
    assert numbers(layers.push(SURFACE=str(tmp_path / "dsm.tif"))) == [0, 0, 0, 3, 0, 0]


def test_the_coordinates_can_be_degrees(
    sandbox: SandboxProcess, calls: AnnotationCalls, layers: Layers, project: int
) -> None:
    """The other reading of A58."""
    sandbox.settings(pix4d_annotation_degrees=True)
    calls.made(project, {"geometry": {"type": "Point", "coordinates": [8.5, 47.3, 400.0]}})
    layers.get(COORDINATES="degrees")
    assert layers.layers["POINTS"].crs().authid() == "EPSG:4326"
    layers.draw("POINTS", QgsGeometry(QgsPoint(8.6, 47.4, 410.0)))
    assert numbers(layers.push(COORDINATES="degrees")) == [1, 0, 0, 1, 0, 0]
    assert sorted(one["geometry"]["coordinates"] for one in calls.all(project).values()) == [
        [8.5, 47.3, 400.0], [8.6, 47.4, 410.0]]


def test_an_arbitrary_project_has_layers_without_a_place(
    pix4d: Pix4dCalls, run_pix4d: Any, calls: AnnotationCalls, tmp_path: Path
) -> None:
    project = int(pix4d.project("Bridge", coordinate_system="ARBITRARY_METERS")["id"])
    layers = Layers(run_pix4d, project, tmp_path)
    calls.made(project, {"geometry": {"type": "Point", "coordinates": [1.0, 2.0, 3.0]}})
    layers.get()
    assert not layers.layers["POINTS"].crs().authid()
    layers.draw("POINTS", QgsGeometry(QgsPoint(4.0, 5.0, 6.0)))
    assert numbers(layers.push()) == [1, 0, 0, 1, 0, 0]
    assert [4.0, 5.0, 6.0] in [one["geometry"]["coordinates"] for one in calls.all(project).values()]
    layers.layers.clear()


@pytest.mark.needs_assumed("pix4d A56")
def test_what_the_platform_refuses_is_told_with_its_row(
    sandbox: SandboxProcess, calls: AnnotationCalls, layers: Layers, project: int, run_pix4d: Any
) -> None:
    layers.get()
    layers.draw("LINES", QgsGeometry.fromWkt("LineStringZ(1 2 3, 4 5 6)"), name="good")
    layers.draw("POINTS", QgsGeometry(QgsPoint(4e5, 5e6, 1)), name="far")
    sandbox.settings(pix4d_annotation_degrees=True)
    found = layers.push(OUTPUT="TEMPORARY_OUTPUT")
    assert (found["ADDED"], found["REFUSED"]) == (1, 1)
    table = rows(found["OUTPUT"])
    assert [(row["layer"], row["row"], row["outcome"]) for row in table] == [
        ("lines", "1", "added"), ("points", "1", "refused")]
    assert "longitude" in table[1]["words"]
    assert any("longitude" in one for one in run_pix4d.messages)


def test_rows_that_cannot_be_sent_are_named_before_anything_is(
    sandbox: SandboxProcess, calls: AnnotationCalls, layers: Layers, project: int
) -> None:
    layers.get()
    layers.draw("POINTS", QgsGeometry(QgsPoint(1, 2, 3)), name="good")
    layers.draw("POINTS", QgsGeometry(QgsPoint(1, 2, 3)), color="red")
    words = layers.run.fails("pushannotations", PROJECT=str(project), POINTS=layers.layers["POINTS"].source(),
                             CONFIRM=True)
    assert "feature 2" in words
    assert "red" in words
    assert calls.all(project) == {}


def test_selected_rows_remove_nothing(calls: AnnotationCalls, layers: Layers, project: int) -> None:
    made = calls.made(project, point(1), point(2))
    layers.get()
    layer = layers.layers["POINTS"]
    QgsProject.instance().addMapLayer(layer)
    layers.set("POINTS", "name", "mine", row=2)
    layer.selectByIds([2])
    source = QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True)
    found = layers.run("pushannotations", PROJECT=str(project), POINTS=source, CONFIRM=True)
    assert numbers(found)[:3] == [0, 1, 0]
    assert set(calls.all(project)) == set(made)
    QgsProject.instance().removeMapLayer(layer.id())


def test_unsaved_edits_and_missing_consent_are_refused_first(layers: Layers, project: int, run_pix4d: Any) -> None:
    layers.get()
    layer = layers.layers["POINTS"]
    given = {"PROJECT": str(project), "POINTS": layer}
    assert "Tick" in run_pix4d.refused("pushannotations", **given)
    assert "No layer" in run_pix4d.refused("pushannotations", PROJECT=str(project), CONFIRM=True)
    assert "“Lines” is of type Point" in run_pix4d.refused(
        "pushannotations", PROJECT=str(project), LINES=layer, CONFIRM=True)
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry(QgsPoint(1, 2, 3)))
    layer.addFeature(feature)
    assert "not saved" in run_pix4d.refused("pushannotations", **given, CONFIRM=True)
    layer.rollBack()
    assert ".gpkg" in run_pix4d.refused("getannotations", PROJECT=str(project), POINTS="/tmp/a.shp")


def test_some_are_deleted_by_id_and_by_row(calls: AnnotationCalls, layers: Layers, project: int) -> None:
    one, two, three, four = calls.made(project, *(point(number) for number in range(4)))
    layers.get()
    layer = layers.layers["POINTS"]
    QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([2, 3])
    source = QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True)
    assert "Tick" in layers.run.refused("deleteannotations", PROJECT=str(project), INPUT=source)
    found = layers.run("deleteannotations", PROJECT=str(project), INPUT=source, ANNOTATIONS=one, CONFIRM=True)
    assert (found["COUNT"], set(found["ANNOTATION_IDS"].split(","))) == (3, {one, two, three})
    assert list(calls.all(project)) == [four]
    layer.reload()
    assert {row["annotation_id"] for row in rows(layer)} == {one, four}
    QgsProject.instance().removeMapLayer(layer.id())
    words = layers.run.fails("deleteannotations", PROJECT="12", ANNOTATIONS=four, CONFIRM=True)
    assert "no annotation of project 12" in words


def test_all_are_deleted(calls: AnnotationCalls, pix4d: Pix4dCalls, project: int, run_pix4d: Any) -> None:
    other = int(pix4d.project("Other", coordinate_system=UTM)["id"])
    for each in (project, other):
        calls.made(each, point(1), point(2))
    assert "Tick" in run_pix4d.refused("deleteallannotations", PROJECT=str(project))
    assert run_pix4d("deleteallannotations", PROJECT=str(project), CONFIRM=True)["COUNT"] == 2
    assert (len(calls.all(project)), len(calls.all(other))) == (0, 2)
    assert run_pix4d("deleteallannotations", PROJECT=str(project), CONFIRM=True)["COUNT"] == 0


def test_a_push_that_failed_is_taken_up_as_the_same_job(
    sandbox: SandboxProcess, calls: AnnotationCalls, layers: Layers, project: int
) -> None:
    """The rows of the first batch know their annotations already, though the push failed."""
    layers.get()
    layer = layers.layers["POINTS"]
    draw_many(layer, 250, 9)
    sandbox.fault(kind="status", operation="createAnnotations", status=403, after=1, count=0)
    given = {"PROJECT": str(project), "POINTS": layer.source(), "CONFIRM": True}
    layers.run.fails("pushannotations", **given)
    layer.reload()
    assert len([row for row in rows(layer) if row["annotation_id"]]) == len(calls.all(project)) == 100
    sandbox.clear_faults()
    job = next(one.id for one in job_store().all() if one.algorithm == "imageryhub:pix4d_pushannotations")
    found = layers.run("pushannotations", **given, JOB=job)
    assert (found["ADDED"], found["UNCHANGED"]) == (150, 100)
    layer.reload()
    assert {row["annotation_id"] for row in rows(layer)} == set(calls.all(project))
    assert len(calls.all(project)) == 250


def test_three_thousand_there_and_back(calls: AnnotationCalls, layers: Layers, project: int) -> None:
    layers.get()
    draw_many(layers.layers["POINTS"], 3000, 3000)
    assert numbers(layers.push()) == [3000, 0, 0, 0, 0, 0]
    assert {one["properties"]["name"] for one in calls.all(project).values()} == {
        f"point {number}" for number in range(3000)}
    assert numbers(layers.push()) == [0, 0, 0, 3000, 0, 0]
    layers.folder = layers.folder / "again"
    layers.folder.mkdir()
    assert layers.get()["COUNT"] == 3000
    assert numbers(layers.push()) == [0, 0, 0, 3000, 0, 0]


def test_a_file_that_is_shown_or_open_is_not_replaced(layers: Layers, project: int) -> None:
    layers.get()
    layer = layers.layers["POINTS"]
    given = {"PROJECT": str(project), "POINTS": layer.source()}
    QgsProject.instance().addMapLayer(layer, False)
    assert "points.gpkg is shown" in layers.run.refused("getannotations", **given)
    QgsProject.instance().takeMapLayer(layer)
    Path(layer.source() + "-wal").touch()
    assert "points.gpkg is open" in layers.run.fails("getannotations", **given)


def test_what_was_deleted_comes_back_from_an_export(calls: AnnotationCalls, layers: Layers, project: int) -> None:
    before = calls.made(project, *({"geometry": shape, **EVERYTHING} for shape in SHAPES[:2]))
    import processing  # QGIS puts it on the path first

    layers.get()
    exported = {}
    for name in NAMES[:2]:
        kept = [one for one in layers.layers[name].fields().names()
                if one not in ("fid", "annotation_id", "platform_record")]
        columns = {"INPUT": layers.layers[name], "FIELDS": kept, "OUTPUT": "memory:"}
        exported[name] = processing.run("native:retainfields", columns)["OUTPUT"]
    layers.run("deleteallannotations", PROJECT=str(project), CONFIRM=True)
    assert numbers(layers.run("pushannotations", PROJECT=str(project), CONFIRM=True, **exported))[:3] == [2, 0, 0]
    again = calls.all(project)
    assert not set(again) & set(before)
    assert {one["properties"]["volume"]["cut"] for one in again.values()} == {12.5}
