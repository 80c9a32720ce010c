"""Control points, tie points and marks by algorithm; what happened on the platform is read back by plain HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from pyproj import Transformer
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

EAST, NORTH = 512000.25, 5400000.5


@pytest.fixture
def project(sandbox: SandboxProcess, pix4d: Pix4dCalls) -> StoredProject:
    return StoredProject(sandbox, pix4d, pix4d.project(coordinate_system="EPSG:32632+5773")["id"])


@pytest.fixture
def photos(project: StoredProject) -> list[str]:
    keys = project.store(test_flight().photos[:2]) + project.store(test_flight().photos[:1], "second")
    project.register(keys)
    return keys


def table(folder: Path, text: str) -> str:
    """A file of its own for each content: QGIS keeps the layers of a run open."""
    path = folder / f"points{hash(text) % 10**8}.csv"
    path.write_text(text, "utf-8")
    return str(path)


def listed(project: StoredProject, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.calls.get(f"{project.path}{kind}/")[f"{kind}s"]
    return found


def rows(layer: QgsVectorLayer) -> list[dict[str, Any]]:
    return [dict(zip(layer.fields().names(), feature.attributes())) for feature in layer.getFeatures()]


THREE = (f"name,x,y,z,type,xy_accuracy,z_accuracy\nA,{EAST},{NORTH},500.125,GCP,0.02,0.03\n"
         f"B,{EAST + 50},{NORTH},501,check point,,\nC,{EAST},{NORTH + 50},502,,,\n")


# ---------------------------------------------------------------------- GCPs
def test_a_table_becomes_control_points(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    result = run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    assert (result["COUNT"], result["REFUSED_COUNT"], result["GCP_NAMES"]) == (3, 0, "A,B,C")
    assert [(one["name"], one["point_type"], one["x"], one["y"], one["z"], one["xy_accuracy"])
            for one in listed(project, "gcp")] == [
        ("A", "GCP", EAST, NORTH, 500.125, 0.02), ("B", "CHECKPOINT", EAST + 50, NORTH, 501.0, None),
        ("C", "GCP", EAST, NORTH + 50, 502.0, None)]


def test_points_of_a_layer_are_brought_into_the_projects_system(run_pix4d: Any, project: StoredProject) -> None:
    layer = QgsVectorLayer("PointZ?crs=EPSG:4326&field=label:string", "targets", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["T1"])
    feature.setGeometry(QgsGeometry.fromWkt("PointZ (9.15 48.75 431.5)"))
    layer.dataProvider().addFeature(feature)
    run_pix4d("registergcps", PROJECT=project.id, INPUT=layer)
    x, y = Transformer.from_crs(4326, 32632, always_xy=True).transform(9.15, 48.75)
    (made,) = listed(project, "gcp")
    assert (made["x"], made["y"], made["z"]) == (pytest.approx(x, abs=1e-3), pytest.approx(y, abs=1e-3), 431.5)


@pytest.mark.parametrize(("name", "place"), [("EPSG:6677", (139.7, 35.7)), ("EPSG:22277", (17.2, -30.1))])
def test_published_pairs_are_exchanged_where_the_system_says_so(
    run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path, name: str, place: tuple[float, float]
) -> None:
    """Japan: X north, Y east. South Africa: X south, Y west. PIX4D wants the east-like one as x."""
    project = StoredProject(sandbox, pix4d, pix4d.project(coordinate_system=name)["id"])
    x, y = Transformer.from_crs(4326, name, always_xy=True).transform(*place)
    source = table(tmp_path, f"name,x,y,z\nP1,{y!r},{x!r},10\n")
    run_pix4d("registergcps", PROJECT=project.id, INPUT=source, AXES=1)
    (made,) = listed(project, "gcp")
    assert (made["x"], made["y"]) == (pytest.approx(x, abs=1e-6), pytest.approx(y, abs=1e-6))


def test_the_layer_of_control_points_comes_back_and_changes_them(
    run_pix4d: Any, project: StoredProject, photos: list[str], tmp_path: Path
) -> None:
    run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    for photo in photos[:2]:
        project.calls.post(f"{project.path}mark/register/",
                           {"marks": [{"gcp": "A", "photo": photo, "x": 1.5, "y": 2.5}]})
    result = run_pix4d("listgcps", PROJECT=project.id, OUTPUT="memory:")
    layer = result["OUTPUT"]
    assert (result["COUNT"], result["SYSTEM"], result["UNMARKED"]) == (3, "EPSG:32632+5773", 2)
    assert layer.crs().authid() == "EPSG:32632"
    point = next(layer.getFeatures()).geometry().constGet()
    assert (point.x(), point.y(), point.z()) == (EAST, NORTH, 500.125)
    assert [row["marks"] for row in rows(layer)] == [2, 0, 0]
    layer.startEditing()
    first = next(layer.getFeatures())
    moved = QgsGeometry.fromWkt(f"PointZ ({EAST + 1} {NORTH} 499.5)")
    layer.changeGeometry(first.id(), moved)
    layer.changeAttributeValue(first.id(), layer.fields().lookupField("xy_accuracy"), 0.05)
    layer.changeAttributeValue(first.id(), layer.fields().lookupField("z"), 499.5)
    layer.commitChanges()
    assert run_pix4d("changegcps", PROJECT=project.id, INPUT=layer)["GCP_NAMES"] == "A"
    changed = listed(project, "gcp")[0]
    assert (changed["x"], changed["z"], changed["xy_accuracy"], changed["y"]) == (EAST + 1, 499.5, 0.05, NORTH)
    assert len(listed(project, "mark")) == 2


def test_what_a_layer_has_no_column_for_stays(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    heights = table(tmp_path, f"name,x,y,z\nA,{EAST},{NORTH},499\nB,{EAST + 50},{NORTH},501\n")
    assert run_pix4d("changegcps", PROJECT=project.id, INPUT=heights)["GCP_NAMES"] == "A"
    assert [(one["point_type"], one["z"], one["xy_accuracy"], one["z_accuracy"]) for one in listed(project, "gcp")] == [
        ("GCP", 499.0, 0.02, 0.03), ("CHECKPOINT", 501.0, None, None), ("GCP", 502.0, None, None)]


@pytest.mark.parametrize("system", ["ARBITRARY_METERS", "EPSG:2263+6360"])
def test_points_of_systems_without_a_place_or_in_feet_come_back_as_they_were(
    run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path, system: str
) -> None:
    project = StoredProject(sandbox, pix4d, pix4d.project(coordinate_system=system)["id"])
    run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, "name,x,y,z\nA,1000000.25,200000.5,30.125\n"))
    result = run_pix4d("listgcps", PROJECT=project.id, OUTPUT="memory:")
    (feature,) = result["OUTPUT"].getFeatures()
    point = feature.geometry().constGet()
    assert (point.x(), point.y(), point.z()) == (1000000.25, 200000.5, 30.125)
    assert result["OUTPUT"].crs().authid() == ("EPSG:2263" if system.startswith("EPSG") else "")
    assert not result["OUTPUT"].crs().isGeographic()
    assert result["SYSTEM"] == system
    assert run_pix4d("changegcps", PROJECT=project.id, INPUT=result["OUTPUT"])["COUNT"] == 0


def test_rows_that_cannot_be_sent_are_shown_with_the_reason(
    run_pix4d: Any, project: StoredProject, tmp_path: Path
) -> None:
    source = table(tmp_path, f"name,x,y,z\nA,{EAST},{NORTH},500\nB,{EAST},two,500\nP-3,{EAST},{NORTH},500\n")
    result = run_pix4d("registergcps", PROJECT=project.id, INPUT=source, REFUSED="memory:")
    assert (result["COUNT"], result["REFUSED_COUNT"]) == (0, 2)
    found = {row["name"]: row["refused_because"] for row in rows(result["REFUSED"])}
    assert "“two” is not a number" in found["B"] and "never change or delete" in found["P-3"]
    assert len(result["REFUSED_IDS"].split(",")) == 2
    assert any("Nothing was registered" in words for words in run_pix4d.messages)
    words = run_pix4d.fails("registergcps", PROJECT=project.id, INPUT=source)
    assert "Row 2 (“B”)" in words
    assert listed(project, "gcp") == []


def test_a_layer_shows_its_refused_points_where_they_lie(run_pix4d: Any, project: StoredProject) -> None:
    layer = QgsVectorLayer("PointZ?crs=EPSG:32632&field=name:string", "targets", "memory")
    for name in ("A", "A", "B"):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name])
        feature.setGeometry(QgsGeometry.fromWkt(f"PointZ ({EAST} {NORTH} 1)"))
        layer.dataProvider().addFeature(feature)
    ids = [feature.id() for feature in layer.getFeatures()]
    result = run_pix4d("registergcps", PROJECT=project.id, INPUT=layer, REFUSED="memory:")
    assert [int(one) for one in result["REFUSED_IDS"].split(",")] == ids[:2]
    shown = list(result["REFUSED"].getFeatures())
    assert {one.geometry().asWkt(1) for one in shown} == {f"PointZ ({EAST:.1f} {NORTH:.1f} 1)"} or len(shown) == 2
    assert result["REFUSED"].crs().authid() == "EPSG:32632"


def test_names_that_the_platform_has_are_traced_to_their_rows(
    run_pix4d: Any, project: StoredProject, tmp_path: Path
) -> None:
    run_pix4d("registermtps", PROJECT=project.id, NAMES="C")
    project.calls.post(f"{project.path}gcp/register/", {"gcps": [{"name": "A", "x": 1, "y": 2, "z": 3}]})
    result = run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE), REFUSED="memory:")
    assert [row["name"] for row in rows(result["REFUSED"])] == ["A", "C"]
    words = run_pix4d.fails("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    assert "these names already: A, C" in words and "Nothing was registered" in words
    assert len(listed(project, "gcp")) == 1
    unknown = run_pix4d("changegcps", PROJECT=project.id, INPUT=table(tmp_path, THREE), REFUSED="memory:")
    assert [row["refused_because"] for row in rows(unknown["REFUSED"])] == [
        f"The project has no GCP or tie point {name}." for name in "BC"]


def test_odd_names_are_rewritten_on_demand(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    source = table(tmp_path, f"name,x,y,z\nP-1,{EAST},{NORTH},500\n")
    assert run_pix4d("registergcps", PROJECT=project.id, INPUT=source, RENAME=True)["GCP_NAMES"] == "P_1"
    assert any("“P-1” is sent as “P_1”" in words for words in run_pix4d.messages)


def test_a_project_without_a_system_says_what_to_do(
    run_pix4d: Any, pix4d: Pix4dCalls, tmp_path: Path
) -> None:
    bare = pix4d.project()["id"]
    words = run_pix4d.fails("registergcps", PROJECT=bare, INPUT=table(tmp_path, THREE))
    assert "has no coordinate reference system" in words


def test_what_is_wrong_with_the_columns_is_said_before(run_pix4d: Any, tmp_path: Path) -> None:
    assert "names of the points" in run_pix4d.refused("registergcps", PROJECT="1", INPUT=table(tmp_path, "a,b\n1,2\n"))
    assert "“Project” is empty" in run_pix4d.refused("registergcps", INPUT=table(tmp_path, THREE))
    assert "no field “gone”" in run_pix4d.refused(
        "registergcps", PROJECT="1", INPUT=table(tmp_path, THREE), NAME_FIELD="gone")


def test_a_point_is_edited_and_its_marks_follow(
    run_pix4d: Any, project: StoredProject, photos: list[str], tmp_path: Path
) -> None:
    run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    project.calls.post(f"{project.path}mark/register/",
                       {"marks": [{"gcp": "A", "photo": photos[0], "x": 1.5, "y": 2.5}]})
    result = run_pix4d("editgcp", PROJECT=project.id, GCP="A", NEW_NAME="A2", POINT_TYPE="CHECKPOINT", Z=1.25,
                       XY_ACCURACY=0.5)
    assert result["GCP_NAME"] == "A2"
    changed = listed(project, "gcp")[0]
    assert (changed["name"], changed["point_type"], changed["z"], changed["xy_accuracy"], changed["x"]) == (
        "A2", "CHECKPOINT", 1.25, 0.5, EAST)
    assert listed(project, "mark")[0]["gcp"] == "A2"
    assert "Nothing is to be changed" in run_pix4d.refused("editgcp", PROJECT=project.id, GCP="A2")
    assert "“P-1”" in run_pix4d.refused("editgcp", PROJECT=project.id, GCP="P-1", Z=1)
    assert "greater than 0" in run_pix4d.refused("editgcp", PROJECT=project.id, GCP="A2", Z_ACCURACY=0)
    assert "does not know" in run_pix4d.fails("editgcp", PROJECT=project.id, GCP="gone", Z=1)


def test_points_are_deleted_all_or_none(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    assert "Tick" in run_pix4d.refused("deletegcps", PROJECT=project.id, GCPS="A")
    assert "Not there: Q" in run_pix4d.fails("deletegcps", PROJECT=project.id, GCPS="A,Q", CONFIRM=True)
    assert len(listed(project, "gcp")) == 3
    assert run_pix4d("deletegcps", PROJECT=project.id, GCPS="A, C", CONFIRM=True)["COUNT"] == 2
    assert [one["name"] for one in listed(project, "gcp")] == ["B"]


# ---------------------------------------------------------------------- tie points
def test_tie_points_live_by_their_numbers(run_pix4d: Any, project: StoredProject) -> None:
    result = run_pix4d("registermtps", PROJECT=project.id, NAMES="T1, T2", CHECKPOINTS=True)
    ids = result["MTP_IDS"].split(",")
    assert [(one["name"], one["is_checkpoint"]) for one in listed(project, "mtp")] == [("T1", True), ("T2", True)]
    run_pix4d("editmtp", PROJECT=project.id, MTP=ids[0], NEW_NAME="T9", USE="tie", X=1.5, Y=2.5, Z=3.5)
    found = run_pix4d("listmtps", PROJECT=project.id, OUTPUT="memory:")
    assert found["MTP_IDS"].split(",") == ids
    assert [(row["name"], row["is_checkpoint"], row["marks"]) for row in rows(found["OUTPUT"])] == [
        ("T9", False, 0), ("T2", True, 0)]
    assert listed(project, "mtp")[0]["y"] == 2.5
    assert "these names already: T2" in run_pix4d.fails("registermtps", PROJECT=project.id, NAMES="T2,T3")
    assert run_pix4d("deletemtps", PROJECT=project.id, MTPS=ids[0], CONFIRM=True)["COUNT"] == 1
    assert [one["name"] for one in listed(project, "mtp")] == ["T2"]


# ---------------------------------------------------------------------- marks
@pytest.fixture
def marked(run_pix4d: Any, project: StoredProject, photos: list[str], tmp_path: Path) -> StoredProject:
    run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    return project


def test_marks_are_registered_by_the_names_of_photos(
    run_pix4d: Any, marked: StoredProject, photos: list[str], tmp_path: Path
) -> None:
    name = Path(photos[1]).name
    source = table(tmp_path, f"gcp,photo,x,y\nA,{name},10.5,20.25\nB,second/{Path(photos[2]).name},1,2\n"
                             f"B,{photos[0]},3,4\n")
    result = run_pix4d("registermarks", PROJECT=marked.id, INPUT=source)
    assert (result["COUNT"], len(result["MARK_IDS"].split(","))) == (3, 3)
    assert [(one["gcp"], one["photo"], one["x"], one["y"]) for one in listed(marked, "mark")] == [
        ("A", photos[1], 10.5, 20.25), ("B", photos[2], 1.0, 2.0), ("B", photos[0], 3.0, 4.0)]
    found = run_pix4d("listmarks", PROJECT=marked.id, OUTPUT="memory:")
    assert [(row["gcp"], row["x"]) for row in rows(found["OUTPUT"])] == [("A", 10.5), ("B", 1.0), ("B", 3.0)]
    first = found["MARK_IDS"].split(",")[0]
    run_pix4d("movemark", PROJECT=marked.id, MARK=first, X=11, Y=22)
    assert (listed(marked, "mark")[0]["x"], listed(marked, "mark")[0]["y"]) == (11.0, 22.0)
    assert run_pix4d("deletemarks", PROJECT=marked.id, MARKS=first, CONFIRM=True)["COUNT"] == 1
    assert len(listed(marked, "mark")) == 2


def test_marks_that_cannot_be_sent_are_shown(
    run_pix4d: Any, marked: StoredProject, photos: list[str], tmp_path: Path
) -> None:
    source = table(tmp_path, f"gcp,photo,x,y\nA,{photos[0]},10,20\nA,gone.jpg,1,2\nA,{Path(photos[0]).name},1,2\n"
                             f"A,{photos[1]},600.5,2\n,{photos[1]},1,2\nB,{photos[1]},,2\n")
    result = run_pix4d("registermarks", PROJECT=marked.id, INPUT=source, REFUSED="memory:")
    words = [row["refused_because"] for row in rows(result["REFUSED"])]
    assert ["no photo “gone.jpg”" in words[0], "several photos" in words[1], "outside of the photo" in words[2],
            "name of the point is empty" in words[3], "pixel coordinate is missing" in words[4]] == [True] * 5
    assert (result["COUNT"], result["REFUSED_COUNT"]) == (0, 5)
    assert listed(marked, "mark") == []


def test_the_platforms_refusal_of_marks_is_traced_to_the_rows(
    run_pix4d: Any, marked: StoredProject, photos: list[str], tmp_path: Path
) -> None:
    marked.calls.post(f"{marked.path}mark/register/",
                      {"marks": [{"gcp": "A", "photo": photos[0], "x": 1.5, "y": 2.5}]})
    source = table(tmp_path, f"gcp,photo,x,y\nB,{photos[0]},10,20\nZ,{photos[0]},1,2\n")
    unknown = run_pix4d("registermarks", PROJECT=marked.id, INPUT=source, REFUSED="memory:")
    assert [row["refused_because"] for row in rows(unknown["REFUSED"])] == [
        "The project has no GCP or tie point Z."]
    source = table(tmp_path, f"gcp,photo,x,y\nB,{photos[0]},10,20\nA,{photos[0]},1,2\n")
    there = run_pix4d("registermarks", PROJECT=marked.id, INPUT=source, REFUSED="memory:")
    assert [row["gcp"] for row in rows(there["REFUSED"])] == ["A"]
    assert "marked on this photo already" in rows(there["REFUSED"])[0]["refused_because"]
    assert "these marks are on the platform already" in run_pix4d.fails(
        "registermarks", PROJECT=marked.id, INPUT=source).lower()
    assert len(listed(marked, "mark")) == 1


def test_a_lost_answer_registers_no_point_twice(
    run_pix4d: Any, sandbox: SandboxProcess, project: StoredProject, tmp_path: Path
) -> None:
    sandbox.fault(kind="lost", operation="registerGcps", count=1)
    result = run_pix4d("registergcps", PROJECT=project.id, INPUT=table(tmp_path, THREE))
    assert result["COUNT"] == 3
    assert len(listed(project, "gcp")) == 3
    assert len([one for one in sandbox.log(operation="registerGcps") if one["test"] == run_pix4d.test]) == 1


def test_choices_are_listed_for_dialogs(
    run_pix4d: Any, marked: StoredProject, photos: list[str]
) -> None:
    from imagery_hub.algorithms.pix4d import point_choice
    from imagery_hub.core import connections

    run_pix4d("registermtps", PROJECT=marked.id, NAMES="T1")
    marked.calls.post(f"{marked.path}mark/register/",
                      {"marks": [{"gcp": "A", "photo": photos[0], "x": 1.5, "y": 2.5}]})
    platform = connections.credentials("pix4d", "").connect()
    try:
        values = {"PROJECT": str(marked.id)}
        assert [one.label for one in point_choice.gcps(platform, "", values)] == ["A", "B", "C"]
        assert [one.label for one in point_choice.gcps(platform, "b", values)] == ["B"]
        assert [one.label for one in point_choice.mtps(platform, "", values)] == ["T1"]
        (mark,) = point_choice.marks(platform, "", values)
        assert mark.label == f"A on {Path(photos[0]).name}"
        assert list(point_choice.gcps(platform, "", {})) == []
    finally:
        platform.close()
