"""Projects and data collections of Pixel by algorithm, read back by plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.core.undoing import Undo, undoing
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from sandbox_pixel import OSLO, RULES, PixelCalls
from sandbox_process import SandboxProcess

RING = OSLO["coordinates"][0]


def area(*rings: list[list[float]], crs: str = "EPSG:4326") -> QgsVectorLayer:
    """A polygon layer with one feature for each ring."""
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "area", "memory")
    for ring in rings:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt("POLYGON((" + ", ".join(f"{x} {y}" for x, y in ring) + "))"))
        assert layer.dataProvider().addFeature(feature)
    return layer


@pytest.fixture
def offers() -> Any:
    """What the message bar was asked to offer."""
    seen: list[Undo] = []
    undoing.offered.connect(seen.append)
    yield seen
    undoing.offered.disconnect(seen.append)


def corners(project: dict[str, Any]) -> set[tuple[float, float]]:
    return {(round(x, 9), round(y, 9)) for x, y in project["area_of_interest"]["coordinates"][0]}


# ---------------------------------------------------------------------- projects
def test_a_project_is_created_with_its_area(run_pixel: Any, pixel: PixelCalls) -> None:
    parent = pixel.project("All bridges")
    made = run_pixel("createproject", NAME="Ring road", DESCRIPTION="May", AREA=area(RING), PARENT=parent,
                     TAGS="inspection, 2025,inspection")
    found = pixel.get(f"projects/{made['PROJECT_ID']}")
    assert (found["name"], found["description"], found["tags"]) == ("Ring road", "May", ["inspection", "2025"])
    assert found["parent_project_id"] == int(parent)
    assert corners(found) == {(x, y) for x, y in RING}


def test_an_area_of_another_system_is_sent_in_longitude_and_latitude(run_pixel: Any, pixel: PixelCalls) -> None:
    square = [[261000.0, 6649000.0], [262000.0, 6649000.0], [262000.0, 6650000.0], [261000.0, 6650000.0],
              [261000.0, 6649000.0]]
    made = run_pixel("createproject", NAME="Metres", AREA=area(square, crs="EPSG:25833"))
    from osgeo import osr

    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(25833)
    target.ImportFromEPSG(4326)
    for system in (source, target):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transform = osr.CoordinateTransformation(source, target)
    expected = {tuple(round(one, 7) for one in transform.TransformPoint(x, y)[:2]) for x, y in square}
    sent = {(round(x, 7), round(y, 7)) for x, y in corners(pixel.get(f"projects/{made['PROJECT_ID']}"))}
    assert expected <= sent


@pytest.mark.parametrize(("given", "words"), [
    ({"NAME": " "}, "“Name” is empty"),
    ({"AREA": []}, "is empty. Draw something"),
    ({"AREA": [RING, RING]}, "holds 2 features"),
])
def test_what_cannot_be_a_project_is_said_before(run_pixel: Any, given: dict[str, Any], words: str) -> None:
    rings = given.pop("AREA", [RING])
    assert words in run_pixel.refused("createproject", **{"NAME": "x", "AREA": area(*rings), **given})


def test_an_area_of_several_pieces_is_refused(run_pixel: Any) -> None:
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:4326", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(
        "MULTIPOLYGON(((10 59, 10.1 59, 10.1 59.1, 10 59)), ((11 59, 11.1 59, 11.1 59.1, 11 59)))"))
    assert layer.dataProvider().addFeature(feature)
    assert "has 2 pieces" in run_pixel.fails("createproject", NAME="x", AREA=layer)


def test_settings_of_a_project_change_and_the_others_stay(run_pixel: Any, pixel: PixelCalls) -> None:
    project = pixel.project(tags=["a", "b"])
    other = [[10.0, 59.0], [11.0, 59.0], [11.0, 60.0], [10.0, 60.0], [10.0, 59.0]]
    run_pixel("editproject", PROJECT=project, NAME="New", ADD_TAGS="c", REMOVE_TAGS="a", AREA=area(other))
    found = pixel.get(f"projects/{project}")
    assert (found["name"], found["description"], found["tags"]) == ("New", "Annual inspection flights", ["b", "c"])
    assert corners(found) == {(x, y) for x, y in other}
    assert "Nothing is to be changed" in run_pixel.refused("editproject", PROJECT=project)


@pytest.mark.needs_assumed("pixel Project.area_of_interest")
def test_projects_are_listed_with_their_areas(run_pixel: Any, pixel: PixelCalls) -> None:
    first, second = pixel.project("Bridges", tags=["a"]), pixel.project("Tunnels", tags=["a", "b"])
    listed = run_pixel("listprojects", TAGS="a", OUTPUT="TEMPORARY_OUTPUT")
    assert listed["PROJECT_IDS"].split(",") == [first, second]
    layer = listed["OUTPUT"]
    rows = {one["id"]: one for one in layer.getFeatures()}
    assert rows[int(second)]["tags"] == "a,b" and rows[int(second)]["name"] == "Tunnels"
    box = rows[int(first)].geometry().boundingBox()
    assert (box.xMinimum(), box.yMaximum()) == (10.6, 59.98)
    assert run_pixel("listprojects", NAME="tunnel")["PROJECT_IDS"] == second
    assert run_pixel("listprojects", TAGS="a,b")["COUNT"] == 1


@pytest.mark.needs_assumed("pixel Project.tags")
def test_a_project_tells_what_is_in_it(run_pixel: Any, pixel: PixelCalls) -> None:
    project = pixel.project(tags=["a"])
    inner = pixel.project("Inner", parent_project_id=int(project))
    place = pixel.collection(project)
    found = run_pixel("getproject", PROJECT=project)
    assert (found["NAME"], found["TAGS"], found["COLLECTIONS"], found["PROJECT_IDS"], found["COUNT"]) == (
        "Ring road bridges 2025", "a", place, inner, 1)
    assert QgsGeometry.fromWkt(found["AREA_WKT"]).area() == pytest.approx(0.3 * 0.13)


def test_projects_move_into_others_and_out(run_pixel: Any, pixel: PixelCalls) -> None:
    outer, first, second = (pixel.project(name) for name in ("Outer", "First", "Second"))
    run_pixel("moveprojects", PROJECTS=f"{first},{second}", PARENT=outer)
    parents = [pixel.get(f"projects/{one}")["parent_project_id"] for one in (first, second)]
    assert parents == [int(outer)] * 2
    run_pixel("moveprojects", PROJECTS=first)
    assert pixel.get(f"projects/{first}")["parent_project_id"] is None
    assert "into itself" in run_pixel.refused("moveprojects", PROJECTS=first, PARENT=first)


@pytest.mark.needs_assumed("pixel Project.deleted_at")
def test_deleted_projects_are_listed_with_the_days_left_and_restored(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, offers: list[Undo]
) -> None:
    project, other = pixel.project("Bridges"), pixel.project("Tunnels")
    run_pixel("deleteprojects", PROJECTS=f"{project},{other}")
    assert not pixel.there(f"projects/{project}")
    listed = run_pixel("listdeletedprojects", OUTPUT="TEMPORARY_OUTPUT")
    assert listed["PROJECT_IDS"].split(",") == [project, other]
    layer = listed["OUTPUT"]
    assert {one["days_left"] for one in layer.getFeatures()} == {60}
    assert [(one.algorithm, one.parameters["PROJECTS"]) for one in offers] == [
        ("pixel_restoreprojects", f"{project},{other}")]
    assert "2 projects were deleted" in offers[0].words and "60 days" in offers[0].words
    run_pixel(f"imageryhub:{offers[0].algorithm}", **offers[0].parameters)
    assert pixel.there(f"projects/{project}") and pixel.there(f"projects/{other}")
    run_pixel("restoreprojects", PROJECTS=project)  # what is there already is left alone


def test_after_sixty_days_nothing_comes_back(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess) -> None:
    project = pixel.project()
    run_pixel("deleteprojects", PROJECTS=project)
    sandbox.control("POST", "clock", {"advance": 61 * 86400})
    assert run_pixel("listdeletedprojects")["COUNT"] == 0
    assert run_pixel.fails("restoreprojects", PROJECTS=project)


# ---------------------------------------------------------------------- data collections
@pytest.mark.parametrize(("kind", "rules", "sent"), [
    ("image", "", None),
    ("point_cloud", "", None),
    ("raster", "", None),
    ("raster", '{"srid": 25833, "cell_size": [0.1, 0.2]}', {"srid": 25833, "cell_size": [0.1, 0.2]}),
    ("RGB", '{"format": "GTiff", "num_bands": 3}', RULES["RGB"]),
    ("DTM", '{"data_type": "float32"}', RULES["DTM"]),
    ("DSM", '{"data_type": "float64", "srid": "EPSG:25833"}', {**RULES["DSM"], "data_type": "float64", "srid": 25833}),
])
def test_collections_of_every_type_are_created(
    run_pixel: Any, pixel: PixelCalls, kind: str, rules: str, sent: dict[str, Any] | None
) -> None:
    project = pixel.project()
    made = run_pixel("createcollection", PROJECT=project, NAME="May", TYPE=kind, RULES=rules, TAGS="a,b",
                     DESCRIPTION="first")["COLLECTION_ID"]
    found = pixel.read(made)
    assert (found["data_collection_type"], found["raster_info"], found["tags"], found["description"]) == (
        kind, sent, ["a", "b"], "first")
    told = run_pixel("getcollection", COLLECTION=made)
    assert (told["COLLECTION_TYPE"], told["NAME"], told["PROJECT_ID"]) == (kind, "May", project)


@pytest.mark.parametrize(("given", "words"), [
    ({"TYPE": "RGB"}, "needs the rule “format”"),
    ({"TYPE": "DTM", "RULES": '{"data_type": "uint8"}'}, "allows only float32, float64"),
    ({"TYPE": "image", "RULES": '{"srid": 25833}'}, "takes no rules"),
    ({"TYPE": "orthophoto"}, "is not allowed"),
    ({"NAME": ""}, "“Name” is empty"),
])
def test_rules_that_a_type_does_not_allow_are_refused_before(
    run_pixel: Any, given: dict[str, Any], words: str
) -> None:
    assert words in run_pixel.refused("createcollection", **{"PROJECT": "1", "NAME": "May", **given})


@pytest.mark.needs_assumed("pixel DataCollection.raster_info")
def test_collections_are_listed_across_projects(run_pixel: Any, pixel: PixelCalls) -> None:
    first, second = pixel.project("First"), pixel.project("Second")
    images, ortho = pixel.collection(first), pixel.collection(second, "RGB", tags=["x"])
    listed = run_pixel("listcollections", OUTPUT="TEMPORARY_OUTPUT")
    assert listed["COLLECTIONS"].split(",") == [images, ortho]
    layer = listed["OUTPUT"]
    row = {one["collection"]: one for one in layer.getFeatures()}[ortho]
    assert (row["data_collection_type"], row["format"], row["num_bands"], row["tags"]) == ("RGB", "GTiff", 3, "x")
    assert run_pixel("listcollections", PROJECTS=first)["COLLECTIONS"] == images
    assert run_pixel("listcollections", TYPE="RGB")["COLLECTIONS"] == ortho


def test_a_collection_is_edited_and_moved(run_pixel: Any, pixel: PixelCalls) -> None:
    first, second = pixel.project("First"), pixel.project("Second")
    place = pixel.collection(first, tags=["a"])
    run_pixel("editcollection", COLLECTION=place, NAME="June", ADD_TAGS="b", REMOVE_TAGS="a")
    assert (pixel.read(place)["name"], pixel.read(place)["tags"]) == ("June", ["b"])
    moved = run_pixel("movecollections", COLLECTIONS=place, INTO=second)["COLLECTION_IDS"]
    assert moved == f"{second}/{place.split('/')[1]}" and pixel.read(moved)["name"] == "June"
    assert "Nothing is to be changed" in run_pixel.refused("editcollection", COLLECTION=place)
    assert "is not a data collection" in run_pixel.refused("editcollection", COLLECTION="6", NAME="x")


def test_deleted_collections_are_listed_and_restored(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, offers: list[Undo]
) -> None:
    project = pixel.project()
    place, kept = pixel.collection(project, name="Gone"), pixel.collection(project, name="Kept")
    run_pixel("deletecollections", COLLECTIONS=place)
    assert run_pixel("listcollections")["COLLECTIONS"] == kept
    assert run_pixel("listdeletedcollections", PROJECTS=project)["COLLECTIONS"] == place
    assert run_pixel("listdeletedcollections")["COLLECTIONS"] == place
    assert offers[0].words == "“Gone” was deleted. It can be restored for 60 days."
    run_pixel(f"imageryhub:{offers[0].algorithm}", **offers[0].parameters)
    assert pixel.read(place)["name"] == "Gone"


# ---------------------------------------------------------------------- the same after a doubtful failure
@pytest.mark.parametrize("fault", [
    {"kind": "status", "status": 503}, {"kind": "lost", "status": 502}, {"kind": "lost_cut"}, {"kind": "cut"},
])
def test_nothing_is_made_twice_when_the_answer_is_lost(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    from imagery_hub.providers import steps

    monkeypatch.setattr(steps, "LOOKS", (0.1,))
    project = pixel.project()
    sandbox.fault(operation="createProject", **fault)
    run_pixel("createproject", NAME="Once", AREA=area(RING))
    assert [one["name"] for one in pixel.get("projects/")][1:] == ["Once"]
    sandbox.fault(operation="createDataCollection", **fault)
    run_pixel("createcollection", PROJECT=project, NAME="Only")
    assert [one["name"] for one in pixel.get(f"projects/{project}/data_collections/")] == ["Only"]


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "lost", "status": 502},
                                   {"kind": "lost_cut"}])
def test_going_and_coming_back_survive_lost_answers(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, fault: dict[str, Any]
) -> None:
    project, other = pixel.project(), pixel.project("Other")
    place = pixel.collection(project)
    for operation in ("deleteProject", "restoreProject", "moveProject", "deleteDataCollection",
                      "restoreDataCollection", "moveDataCollection"):
        sandbox.fault(operation=operation, **fault)
    run_pixel("deleteprojects", PROJECTS=project)
    assert not pixel.there(f"projects/{project}")
    run_pixel("restoreprojects", PROJECTS=project)
    run_pixel("moveprojects", PROJECTS=project, PARENT=other)
    assert pixel.get(f"projects/{project}")["parent_project_id"] == int(other)
    run_pixel("deletecollections", COLLECTIONS=place)
    run_pixel("restorecollections", COLLECTIONS=place)
    moved = run_pixel("movecollections", COLLECTIONS=place, INTO=other)["COLLECTION_IDS"]
    assert pixel.read(moved)["name"] == "image of May"
