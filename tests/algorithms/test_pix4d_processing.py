"""Systems, region of interest, options and processing by algorithm, read back by plain HTTP."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import State, store
from imagery_hub.providers.pix4d.flows import processing as flow
from osgeo import gdal
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from pyproj import CRS
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess
from target_flight import target_flight

from sandbox.pix4d.work.records import REASONS

RING = [[7.84512, 47.23391], [7.84903, 47.23402], [7.84911, 47.23177], [7.8452, 47.23166]]
HOLE = [[7.8466, 47.2331], [7.84662, 47.2326], [7.84744, 47.23287]]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "FIRST_PAUSE", 0.5)


@pytest.fixture
def project(sandbox: SandboxProcess, pix4d: Pix4dCalls) -> StoredProject:
    made = StoredProject(sandbox, pix4d, pix4d.project(coordinate_system="EPSG:32632")["id"])
    made.register(made.store(test_flight().photos[:3]))
    return made


def options(project: StoredProject) -> dict[str, Any]:
    found: dict[str, Any] = project.calls.get(f"{project.path}processing_options/")
    return found


def polygon(*rings: list[list[float]], crs: str = "EPSG:4326") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "region", "memory")
    add(layer, *rings)
    return layer


def add(layer: QgsVectorLayer, *rings: list[list[float]]) -> None:
    feature = QgsFeature(layer.fields())
    text = ",".join("(" + ",".join(f"{x!r} {y!r}" for x, y in [*ring, ring[0]]) + ")" for ring in rings)
    feature.setGeometry(QgsGeometry.fromWkt(f"Polygon ({text})"))
    layer.dataProvider().addFeature(feature)


# ---------------------------------------------------------------------- systems
@pytest.mark.parametrize(("parameters", "accepted", "definition", "words"), [
    ({"CRS": "EPSG:32632"}, True, "EPSG:32632", ""),
    ({"CRS": "EPSG:2056", "VERTICAL_CRS": "5728"}, True, "EPSG:2056+5728", ""),
    ({"CRS": "EPSG:4326"}, False, "EPSG:4326", "counts in degrees"),
    ({"CRS": "EPSG:2263", "VERTICAL_CRS": "5773"}, False, "EPSG:2263+5773", "different units"),
    ({"CRS": "EPSG:32632", "GEOID": "EGM96"}, False, "EPSG:32632", "no vertical part"),
    ({"CRS": "EPSG:32632", "VERTICAL_CRS": "4326"}, False, "", "not a vertical"),
    ({"DEFINITION_TEXT": "ARBITRARY_METERS"}, True, "ARBITRARY_METERS", ""),
    ({"DEFINITION_TEXT": "Mordor"}, False, "Mordor", "cannot be read"),
])
def test_a_system_is_judged_before_anything_is_sent(
    run_pix4d: Any, sandbox: SandboxProcess, parameters: dict[str, Any], accepted: bool, definition: str, words: str
) -> None:
    if "CRS" in parameters:
        parameters = {**parameters, "CRS": QgsCoordinateReferenceSystem(parameters["CRS"])}
    before = sandbox.last_entry()
    result = run_pix4d("checkcrs", **parameters)
    assert (result["ACCEPTED"], result["DEFINITION"]) == (accepted, definition)
    assert words in result["REASON"] and bool(result["REASON"]) is not accepted
    assert sandbox.last_entry() == before


def test_an_axis_called_x_that_runs_north_is_told(run_pix4d: Any) -> None:
    assert run_pix4d("checkcrs", CRS=QgsCoordinateReferenceSystem("EPSG:6677"))["AXES_EXCHANGED"] is True
    assert any("have to be exchanged" in words for words in run_pix4d.messages)
    assert run_pix4d("checkcrs", CRS=QgsCoordinateReferenceSystem("EPSG:32632"))["AXES_EXCHANGED"] is False


@pytest.mark.needs_assumed("pix4d A35")
def test_the_platform_checks_well_known_text_more_strictly(run_pix4d: Any) -> None:
    assert run_pix4d("validatewkt", CRS=QgsCoordinateReferenceSystem("EPSG:32632"))["ACCEPTED"] is True
    refused = run_pix4d("validatewkt", CRS=QgsCoordinateReferenceSystem("EPSG:2056"), VERTICAL_CRS="5728")
    assert (refused["ACCEPTED"], "vertical" in refused["REASON"]) == (False, True)
    assert CRS(refused["DEFINITION"]).is_compound
    assert "no well-known text" in run_pix4d.fails("validatewkt", DEFINITION_TEXT="ARBITRARY_FEET")
    assert "one of the two" in run_pix4d.refused("validatewkt")


# ---------------------------------------------------------------------- region of interest
@pytest.mark.parametrize("rings", [[RING], [RING, HOLE], [RING[::-1], HOLE[::-1]]], ids=["one", "hole", "turned"])
@pytest.mark.parametrize("thickness", [None, 120.25])
def test_a_region_comes_back_corner_by_corner(
    run_pix4d: Any, project: StoredProject, rings: list[Any], thickness: float | None
) -> None:
    given = {} if thickness is None else {"THICKNESS": thickness}
    result = run_pix4d("setregion", PROJECT=project.id, INPUT=polygon(*rings), **given)
    assert result["CORNERS"] == sum(len(ring) for ring in rings)
    area = options(project)["area"]
    assert area["plane"]["vertices3d"] == [[x, y, 0] for ring in rings for x, y in ring]
    assert area["plane"]["outer_boundary"] == [0, 1, 2, 3]
    assert area.get("thickness") == thickness
    back = run_pix4d("getregion", PROJECT=project.id, OUTPUT="memory:")
    assert (back["HAS_REGION"], back["THICKNESS"]) == (True, thickness)
    (feature,) = back["OUTPUT"].getFeatures()
    found = [[[point.x(), point.y()] for point in ring] for ring in feature.geometry().asPolygon()]
    assert found == [[*ring, ring[0]] for ring in rings]
    again = run_pix4d("setregion", PROJECT=project.id, INPUT=back["OUTPUT"], **given)
    assert again["CORNERS"] == result["CORNERS"] and options(project)["area"] == area


def test_a_region_of_another_system_is_brought_to_longitude_and_latitude(
    run_pix4d: Any, project: StoredProject
) -> None:
    square = [[500000.0, 5400000.0], [500100.0, 5400000.0], [500100.0, 5400100.0], [500000.0, 5400100.0]]
    assert run_pix4d("setregion", PROJECT=project.id, INPUT=polygon(square, crs="EPSG:32632"))["CORNERS"] == 4
    longitude, latitude, _ = options(project)["area"]["plane"]["vertices3d"][0]
    assert (longitude, latitude) == (pytest.approx(9.0, abs=1e-9), pytest.approx(48.7538, abs=1e-3))


def test_removing_a_region_keeps_the_other_options(run_pix4d: Any, project: StoredProject) -> None:
    run_pix4d("setoptions", PROJECT=project.id, TAGS=["oblique"])
    run_pix4d("setregion", PROJECT=project.id, INPUT=polygon(RING))
    assert run_pix4d("resetregion", PROJECT=project.id)["REMOVED"] is True
    assert (options(project)["area"], options(project)["tags"]) == (None, ["oblique"])
    assert run_pix4d("resetregion", PROJECT=project.id)["REMOVED"] is False
    back = run_pix4d("getregion", PROJECT=project.id, OUTPUT="memory:")
    assert (back["HAS_REGION"], back["OUTPUT"].featureCount()) == (False, 0)


def test_what_is_no_region_is_said_before_it_is_sent(run_pix4d: Any, project: StoredProject) -> None:
    two = polygon(RING)
    add(two, HOLE)
    assert "one polygon is expected" in run_pix4d.refused("setregion", PROJECT=project.id, INPUT=two)
    crossed = polygon([RING[0], RING[2], RING[1], RING[3]])
    assert "crosses itself" in run_pix4d.fails("setregion", PROJECT=project.id, INPUT=crossed)
    parts = QgsVectorLayer("MultiPolygon?crs=EPSG:4326", "parts", "memory")
    feature = QgsFeature(parts.fields())
    feature.setGeometry(QgsGeometry.fromWkt("MultiPolygon (((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))"))
    parts.dataProvider().addFeature(feature)
    assert "2 polygons where one" in run_pix4d.fails("setregion", PROJECT=project.id, INPUT=parts)
    assert "greater than 0" in run_pix4d.refused("setregion", PROJECT=project.id, INPUT=polygon(RING), THICKNESS=0)
    assert options(project)["area"] is None


# ---------------------------------------------------------------------- options
def test_options_are_changed_taken_back_and_overwritten(run_pix4d: Any, project: StoredProject) -> None:
    run_pix4d("setoptions", PROJECT=project.id, TAGS=["nadir", "flat", "rtk"], OUTPUTS=["ortho", "point_cloud"],
              FORMATS=["point_cloud.laz", "point_cloud.slpk"])
    stored = options(project)
    assert (stored["tags"], stored["outputs"], stored["formats"]) == (
        ["nadir", "flat", "rtk"], ["ortho", "point_cloud"], {"point_cloud": ["laz", "slpk"]})
    run_pix4d("setoptions", PROJECT=project.id, OUTPUT_CRS=QgsCoordinateReferenceSystem("EPSG:2056"),
              OUTPUT_VERTICAL_CRS="5728", OUTPUT_GEOID_HEIGHT=48.5)
    told = run_pix4d("getoptions", PROJECT=project.id)
    assert (told["TAGS"], told["OUTPUTS"], told["FORMATS"], told["OUTPUT_SYSTEM"], told["OUTPUT_GEOID_HEIGHT"]) == (
        "nadir,flat,rtk", "ortho,point_cloud", "point_cloud.laz,point_cloud.slpk", "EPSG:2056+5728", 48.5)
    run_pix4d("setoptions", PROJECT=project.id, RESET=["tags", "output_crs"])
    stored = options(project)
    assert (stored["tags"], stored["output_cs_horizontal"], stored["outputs"]) == (None, None, ["ortho", "point_cloud"])
    run_pix4d("setregion", PROJECT=project.id, INPUT=polygon(RING))
    run_pix4d("setoptions", PROJECT=project.id, TAGS=["oblique"], OVERWRITE=True)
    stored = options(project)
    assert (stored["tags"], stored["outputs"], stored["area"]) == (["oblique"], None, None)


def test_options_are_given_as_text_without_a_window(run_pix4d: Any, project: StoredProject) -> None:
    """As ``qgis_process`` and expressions of models give them."""
    run_pix4d("setoptions", PROJECT=str(project.id), TAGS="oblique,rtk", FORMATS="mesh.obj,mesh.fbx")
    assert (options(project)["tags"], options(project)["formats"]) == (["oblique", "rtk"], {"mesh": ["obj", "fbx"]})
    assert "“fast” is not allowed" in run_pix4d.refused("setoptions", PROJECT=str(project.id), TAGS="rtk,fast")


def test_every_tag_output_and_format_can_be_sent(run_pix4d: Any, project: StoredProject) -> None:
    from imagery_hub.algorithms.pix4d.options_input import EVERY_FORMAT
    from imagery_hub.providers.pix4d.project_records import OUTPUT_KEYWORDS, TAGS

    for tag in TAGS:
        run_pix4d("setoptions", PROJECT=project.id, TAGS=["nadir", tag] if tag == "flat" else [tag])
        assert tag in options(project)["tags"]
    run_pix4d("setoptions", PROJECT=project.id, OUTPUTS=list(OUTPUT_KEYWORDS), FORMATS=list(EVERY_FORMAT))
    stored = options(project)
    assert stored["outputs"] == list(OUTPUT_KEYWORDS)
    assert sum(map(len, stored["formats"].values())) == len(EVERY_FORMAT)


@pytest.mark.parametrize(("parameters", "words"), [
    ({}, "Nothing is to be set"),
    ({"TAGS": ["nadir", "oblique"]}, "exclude each other"),
    ({"TAGS": ["flat"]}, "only goes together"),
    ({"TAGS": ["fast"]}, "“fast” is not allowed"),
    ({"OUTPUTS": ["ortho"], "FORMATS": ["mesh.obj"]}, "not among the outputs"),
    ({"OUTPUT_VERTICAL_CRS": "5728"}, "without an output coordinate reference system"),
    ({"OUTPUT_CRS": "EPSG:2056", "OUTPUT_VERTICAL_CRS": "5728"}, "needs a geoid model or a geoid height"),
    ({"OUTPUT_CRS": "EPSG:2056", "OUTPUT_VERTICAL_CRS": "5728", "OUTPUT_GEOID": "a", "OUTPUT_GEOID_HEIGHT": 1},
     "one of them only"),
    ({"OUTPUT_CRS": "EPSG:4326"}, "counts in degrees"),
    ({"OUTPUT_CRS": "EPSG:2056", "OUTPUT_VERTICAL_CRS": "8228", "OUTPUT_GEOID_HEIGHT": 1}, "different units"),
    ({"TAGS": ["rtk"], "RESET": ["tags"]}, "one of the two"),
])
def test_options_that_cannot_work_are_explained_before(run_pix4d: Any, parameters: Any, words: str) -> None:
    if "OUTPUT_CRS" in parameters:
        parameters = {**parameters, "OUTPUT_CRS": QgsCoordinateReferenceSystem(parameters["OUTPUT_CRS"])}
    assert words in run_pix4d.refused("setoptions", PROJECT="7", **parameters)


# ---------------------------------------------------------------------- processing
def fail_with(project: StoredProject, code: int) -> None:
    project.sandbox.control("POST", f"pix4d/projects/{project.id}", {"failure": code})


def starts(project: StoredProject) -> list[Any]:
    found: list[Any] = project.seen()["notes"].get("starts", [])
    return found


def test_nothing_is_started_without_consent(run_pix4d: Any, project: StoredProject) -> None:
    assert "which is paid for. Tick" in run_pix4d.refused("startprocessing", PROJECT=project.id)
    assert starts(project) == []


@pytest.mark.parametrize("code", sorted(REASONS))
def test_each_failure_says_what_helps(run_pix4d: Any, project: StoredProject, code: int) -> None:
    fail_with(project, code)
    words = run_pix4d.fails("startprocessing", PROJECT=project.id, CONFIRM=True, SEND_EMAIL=False)
    assert f"(code {code})" in words and REASONS[code].rstrip(".") in words
    assert len(words) > len(f"PIX4D could not process the project (code {code}). {REASONS[code]}") + 40
    assert starts(project) == [{"send_email": False}]


def test_options_of_the_start_keep_the_region(run_pix4d: Any, project: StoredProject) -> None:
    run_pix4d("setregion", PROJECT=project.id, INPUT=polygon(RING))
    fail_with(project, 10001)
    run_pix4d.fails("startprocessing", PROJECT=project.id, CONFIRM=True, TAGS=["oblique"], OUTPUTS=["dsm"])
    stored = options(project)
    assert (stored["tags"], stored["outputs"]) == (["oblique"], ["dsm"])
    assert stored["area"]["plane"]["vertices3d"][0] == [*RING[0], 0]


def test_a_start_can_be_followed_later(run_pix4d: Any, sandbox: SandboxProcess, project: StoredProject) -> None:
    sandbox.settings(job_seconds=90.0)
    fail_with(project, 10201)
    result = run_pix4d("startprocessing", PROJECT=project.id, CONFIRM=True, WAIT=False)
    assert (result["STATUS"], result["ESTIMATED_SECONDS"]) == ("PROCESSING", 90)
    assert any("90 seconds" in words for words in run_pix4d.messages)
    assert "is being processed already" in run_pix4d.fails("startprocessing", PROJECT=project.id, CONFIRM=True)

    def later() -> None:
        time.sleep(1)
        sandbox.advance(100)

    hurry = threading.Thread(target=later)
    hurry.start()
    words = run_pix4d.fails("followprocessing", PROJECT=project.id)
    hurry.join()
    assert "Too few of the photos could be oriented" in words
    assert len(starts(project)) == 1


def test_a_project_paid_with_credits_has_no_estimate(
    run_pix4d: Any, sandbox: SandboxProcess, project: StoredProject
) -> None:
    sandbox.control("POST", f"pix4d/accounts/{sandbox.ready['pix4d']['client_id']}", {"credits": True})
    sandbox.settings(job_seconds=90.0)
    fail_with(project, 10001)
    result = run_pix4d("startprocessing", PROJECT=project.id, CONFIRM=True, WAIT=False)
    assert (result["STATUS"], result["ESTIMATED_SECONDS"]) == ("PROCESSING", None)
    assert any("paid with credits" in words for words in run_pix4d.messages)


def test_what_nobody_started_is_not_followed(run_pix4d: Any, project: StoredProject) -> None:
    assert "Start its processing first" in run_pix4d.fails("followprocessing", PROJECT=project.id)


def test_the_platforms_refusal_is_told(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    empty = pix4d.project()["id"]
    words = run_pix4d.fails("startprocessing", PROJECT=empty, CONFIRM=True)
    assert "refused the request" in words or "no registered image" in words


@pytest.mark.parametrize("fault", [{"kind": "lost"}, {"kind": "cut"}], ids=["after", "before"])
def test_a_start_in_doubt_is_never_doubled(
    run_pix4d: Any, sandbox: SandboxProcess, project: StoredProject, monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
) -> None:
    monkeypatch.setattr("imagery_hub.providers.steps.LOOKS", (0.1, 0.1))
    sandbox.settings(job_seconds=1.0)
    fail_with(project, 10402)
    sandbox.fault(operation="startProcessing", count=1, **fault)
    words = run_pix4d.fails("startprocessing", PROJECT=project.id, CONFIRM=True)
    if fault["kind"] == "lost":
        assert "code 10402" in words and len(starts(project)) == 1
    else:
        assert "code" not in words and starts(project) == []


def test_to_cancel_is_to_stop_following_and_the_job_goes_on(
    run_pix4d: Any, sandbox: SandboxProcess, project: StoredProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QgsApplication, "qgisSettingsDirPath", staticmethod(lambda: str(tmp_path)))
    sandbox.settings(job_seconds=1000.0)
    fail_with(project, 10501)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("imageryhub:pix4d_startprocessing")
    feedback = QgsProcessingFeedback(False)

    def cancel_once_started() -> None:
        while project.seen()["status"] != "PROCESSING":
            time.sleep(0.1)
        feedback.cancel()

    stop = threading.Thread(target=cancel_once_started)
    stop.start()
    values = {"PROJECT": str(project.id), "CONFIRM": True}
    with pytest.raises(QgsProcessingException, match="Stopped as asked"):
        algorithm.run(values, run_pix4d.context, feedback, {}, False)
    stop.join()
    assert project.seen()["status"] == "PROCESSING"
    (record,) = store.job_store().all()
    assert record.state is State.STOPPED
    sandbox.advance(1001)
    assert "code 10501" in run_pix4d.fails("imageryhub:resumejob", JOB=record.id)
    assert len(starts(project)) == 1
    store.close_stores()


# ---------------------------------------------------------------------- AutoGCP
def points(project: StoredProject, count: int) -> None:
    rows = [{"name": f"T{number}", "x": 5.0, "y": 5.0, "z": 5.0} for number in range(count)]
    project.calls.post(f"{project.path}gcp/register/", {"gcps": rows})


def test_autogcp_is_required_only_where_it_would_run(run_pix4d: Any, project: StoredProject) -> None:
    fail_with(project, 10001)
    wanted = {"PROJECT": project.id, "CONFIRM": True, "AUTO_GCP": True}
    assert "needs at least 3" in run_pix4d.fails("startprocessing", **wanted)
    points(project, 3)
    assert "“nadir” and “oblique” only" in run_pix4d.fails("startprocessing", **wanted, TAGS=["building"])
    photo = project.photos()[0]["s3_key"]
    made = project.calls.post(f"{project.path}mark/register/",
                              {"marks": [{"gcp": "T0", "photo": photo, "x": 5, "y": 5}]})["marks"]
    assert "only when no point is marked" in run_pix4d.fails("startprocessing", **wanted)
    assert starts(project) == []
    project.calls.request("DELETE", f"{project.path}mark/{made[0]['id']}/")
    assert "code 10001" in run_pix4d.fails("startprocessing", **wanted)
    assert len(starts(project)) == 1


def test_it_is_told_that_targets_are_looked_for(run_pix4d: Any, project: StoredProject) -> None:
    points(project, 4)
    fail_with(project, 10001)
    run_pix4d("startprocessing", PROJECT=project.id, CONFIRM=True, WAIT=False)
    assert any("looks for the 4 targets itself" in words for words in run_pix4d.messages)


def test_targets_are_found_and_reported(
    run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path
) -> None:
    """From a table of surveyed targets to the platform's report on them; where they were painted is the truth."""
    flight = target_flight(tmp_path / "flight")
    project = StoredProject(sandbox, pix4d, pix4d.project(coordinate_system="EPSG:32632")["id"])
    pix4d.post(f"{project.path}extras/", {"file_key": project.store([flight.terrain])[0]})
    project.register(project.store(flight.photos))
    rows = "".join(f"{name},{x!r},{y!r},{z!r}\n" for name, (x, y, z) in flight.targets.items())
    (tmp_path / "targets.csv").write_text("name,easting,northing,height\n" + rows, "utf-8")
    run_pix4d("registergcps", PROJECT=project.id, INPUT=str(tmp_path / "targets.csv"))
    result = run_pix4d("startprocessing", PROJECT=project.id, CONFIRM=True, AUTO_GCP=True, OUTPUTS=["dsm"])
    assert (result["STATUS"], result["LOOKS_FOR_TARGETS"]) == ("DONE", True)
    listed = pix4d.get(f"{project.path}outputs/")["outputs"]
    report = next(one for one in listed if one["output_type"] == "gcp_quality_report")
    assert result["GCP_REPORT_ID"] == str(report["output_id"])
    found = json.loads((project.folder / report["s3_key"].removeprefix(project.base + "/")).read_text("utf-8"))
    assert set(found["detected"]) == set(flight.targets)
    assert all(count >= 2 for count in found["detected"].values())
    kept = run_pix4d("downloadoutput", PROJECT=project.id, RESULT=result["GCP_REPORT_ID"],
                     OUTPUT=str(tmp_path / "report.json"))
    assert json.loads(Path(kept["OUTPUT"]).read_text("utf-8")) == found
    marks = project.seen()["notes"]["processing"]["found_marks"]
    photos = {one["s3_key"] for one in project.photos(page_size=500)}
    assert all(photo in photos for some in marks.values() for photo, _, _ in some)


def test_photos_that_were_not_used_are_listed(run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls) -> None:
    project = StoredProject(sandbox, pix4d)
    pix4d.post(f"{project.path}extras/", {"file_key": project.store([test_flight().terrain])[0]})
    project.register(project.store(test_flight().photos[:8]))
    odd = project.store([blank(project)])
    project.register(odd)
    first = project.photos(ordering="id")[0]
    pix4d.sent("PATCH", f"{project.path}photos/{first['id']}/", json={"excluded_from_mapper": True})
    assert "has no" in run_pix4d.fails("listunusedphotos", PROJECT=project.id)
    run_pix4d("startprocessing", PROJECT=project.id, CONFIRM=True, TAGS=["quarter-scale"], OUTPUTS=["dsm"])
    result = run_pix4d("listunusedphotos", PROJECT=project.id, OUTPUT="memory:")
    found = {feature["s3_key"]: feature["reason"] for feature in result["OUTPUT"].getFeatures()}
    assert found == {first["s3_key"]: "left out", odd[0]: "could not be oriented"}
    assert (result["COUNT"], result["LEFT_OUT"]) == (2, 1)


def blank(project: StoredProject) -> Path:
    """A photo without a position."""
    path = project.sandbox.folder / "blank.jpg"
    image = gdal.GetDriverByName("MEM").Create("", 600, 450, 3)
    gdal.GetDriverByName("JPEG").CreateCopy(str(path), image)
    return path
