"""Analysis services and their tasks by algorithms; what they measure is held against numpy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from passing_time import passed_once
from pixel_files import raster
from pixel_sending import send
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess


def rows(table: Any) -> list[dict[str, Any]]:
    return [dict(zip(one.fields().names(), one.attributes())) for one in table.getFeatures()]


def service(run_pixel: Any, **more: Any) -> str:
    made = run_pixel("createanalysisservice", NAME="Statistics", MODULE="raster_statistics", **more)
    return str(made["SERVICE_ID"])


def services(pixel: PixelCalls) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pixel.get("analysis/services/")
    return found


def tasks(pixel: PixelCalls, of: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pixel.get(f"analysis/services/{of}/tasks/")
    return found


@pytest.fixture
def surface(pixel: PixelCalls, tmp_path: Path) -> str:
    """A data collection with one surface model."""
    place = pixel.collection(pixel.project(), "DSM")
    send(pixel, place, [raster(tmp_path / "dsm.tif", data_type="float32", bands=1)])
    return place


@pytest.mark.needs_assumed("pixel AnalysisModule.name")
def test_modules_are_listed(run_pixel: Any, pixel: PixelCalls) -> None:
    found = run_pixel("listanalysismodules", OUTPUT="TEMPORARY_OUTPUT")
    assert rows(found["OUTPUT"]) == pixel.get("analysis/modules/")
    assert found["MODULE_NAMES"] == "image_quality,raster_statistics"


@pytest.mark.needs_assumed("pixel AnalysisService.config")
def test_a_service_is_made_edited_and_deleted(run_pixel: Any, pixel: PixelCalls) -> None:
    made = service(run_pixel, CONFIG=["digits", "2"], ENABLED=False)
    assert services(pixel) == [{"id": int(made), "name": "Statistics", "module_name": "raster_statistics",
                                "enabled": False, "config": {"digits": 2}}]
    run_pixel("editanalysisservice", SERVICE=made, NAME="Figures", ENABLED="yes")
    assert services(pixel)[0] == {"id": int(made), "name": "Figures", "module_name": "raster_statistics",
                                  "enabled": True, "config": {"digits": 2}}
    run_pixel("editanalysisservice", SERVICE=made, CONFIG=["digits", "4"])
    assert (services(pixel)[0]["config"], services(pixel)[0]["enabled"]) == ({"digits": 4}, True)
    listed = run_pixel("listanalysisservices", ENABLED="yes", OUTPUT="TEMPORARY_OUTPUT")
    assert [(one["name"], json.loads(one["config"])) for one in rows(listed["OUTPUT"])] == [("Figures", {"digits": 4})]
    assert run_pixel("listanalysisservices", ENABLED="no")["COUNT"] == 0
    assert "It is called “Figures”" in run_pixel.fails("deleteanalysisservice", SERVICE=made, CONFIRM="Statistics")
    run_pixel("deleteanalysisservice", SERVICE=made, CONFIRM="Figures")
    assert services(pixel) == []
    assert "no analysis service" in run_pixel.fails("deleteanalysisservice", SERVICE=made, CONFIRM="Figures")


def test_a_task_measures_what_it_was_asked_to(run_pixel: Any, pixel: PixelCalls, surface: str, tmp_path: Path) -> None:
    made = service(run_pixel)
    found = run_pixel("createanalysistask", SERVICE=made, NAME="May run", COLLECTION=surface)
    assert (found["SERVICE_ID"], found["STATUS"]) == (made, "SUCCESS")
    one = tasks(pixel, made)[0]
    assert (str(one["id"]), one["name"]) == (found["TASK_ID"], "May run")
    assert one["params"] == {"data_collection_id": int(surface.split("/")[1])}
    measured = pixel.read(surface, "rasters/")[0]["json_metadata"]
    heights = np.asarray(gdal.Open(str(tmp_path / "dsm.tif")).ReadAsArray(), dtype=float)
    expected = {"min": heights.min(), "max": heights.max(), "mean": heights.mean(), "deviation": heights.std()}
    assert {name: measured[f"band_1_{name}"] for name in expected} == pytest.approx(expected, abs=0.001)


@pytest.mark.needs_assumed("pixel AnalysisTask.params", "pixel AnalysisTask.result")
def test_a_task_waits_is_run_and_listed(run_pixel: Any, pixel: PixelCalls, surface: str) -> None:
    made = service(run_pixel)
    number = surface.split("/")[1]
    waiting = run_pixel("createanalysistask", SERVICE=made, RUN=False, PARAMETERS=["data_collection_id", number])
    assert (waiting["STATUS"], tasks(pixel, made)[0]["status"]) == ("PENDING", "PENDING")
    assert run_pixel("runanalysistask", SERVICE=made, TASK=waiting["TASK_ID"])["STATUS"] == "SUCCESS"
    run_pixel("createanalysistask", SERVICE=made, RUN=False, COLLECTION=surface)
    listed = run_pixel("listanalysistasks", SERVICE=made, OUTPUT="TEMPORARY_OUTPUT")
    assert [(one["status"], json.loads(one["params"])) for one in rows(listed["OUTPUT"])] == [
        ("SUCCESS", {"data_collection_id": int(number)}), ("PENDING", {"data_collection_id": int(number)})]
    assert json.loads(rows(listed["OUTPUT"])[0]["result"]) == {"analysed": 1, "tagged": 0}
    assert run_pixel("listanalysistasks", SERVICE=made, STATES=[0])["COUNT"] == 1
    assert run_pixel("listanalysistasks", SERVICE=made, STATES=[0, 3])["COUNT"] == 2


def test_one_under_way_is_followed_and_not_started_again(
        run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, surface: str) -> None:
    made = service(run_pixel)
    sandbox.settings(job_seconds=60)
    started = run_pixel("createanalysistask", SERVICE=made, COLLECTION=surface, WAIT=False)
    assert started["STATUS"] in ("SCHEDULED", "RUNNING")
    before = sandbox.last_entry()
    with passed_once(sandbox, 61, "listAnalysisTasks"):
        assert run_pixel("runanalysistask", SERVICE=made, TASK=started["TASK_ID"])["STATUS"] == "SUCCESS"
    assert not [one for one in sandbox.log(after=before) if one["operation"] == "runAnalysisTask"]


def test_one_is_revoked(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, surface: str) -> None:
    made = service(run_pixel)
    sandbox.settings(job_seconds=600.0)
    task = run_pixel("createanalysistask", SERVICE=made, COLLECTION=surface, WAIT=False)["TASK_ID"]
    assert run_pixel("revokeanalysistask", SERVICE=made, TASK=task)["STATUS"] == "REVOKED"
    assert tasks(pixel, made)[0]["status"] == "REVOKED"
    assert "has ended already" in run_pixel.fails("revokeanalysistask", SERVICE=made, TASK=task)


@pytest.mark.needs_assumed("pixel AnalysisService.name")
def test_one_is_deleted_when_the_name_of_its_service_is_typed(
    run_pixel: Any, pixel: PixelCalls, surface: str
) -> None:
    made = service(run_pixel)
    task = run_pixel("createanalysistask", SERVICE=made, COLLECTION=surface, WAIT=False)["TASK_ID"]
    assert "is empty" in run_pixel.refused("deleteanalysistask", SERVICE=made, TASK=task)
    assert "Statistics" in run_pixel.fails("deleteanalysistask", SERVICE=made, TASK=task, CONFIRM="Other")
    assert len(tasks(pixel, made)) == 1
    run_pixel("deleteanalysistask", SERVICE=made, TASK=task, CONFIRM="Statistics")
    assert tasks(pixel, made) == []
    assert "no task" in run_pixel.fails("runanalysistask", SERVICE=made, TASK=task)


@pytest.mark.needs_assumed("pixel A4")
def test_tasks_of_a_service_that_is_off_are_refused(run_pixel: Any, surface: str) -> None:
    made = service(run_pixel, ENABLED=False)
    assert "is not enabled" in run_pixel.fails("createanalysistask", SERVICE=made, COLLECTION=surface)


@pytest.mark.parametrize(("called", "parameters", "words"), [
    ("createanalysisservice", {"NAME": "", "MODULE": "m"}, "“Name” is empty"),
    ("createanalysisservice", {"NAME": "a", "MODULE": "m", "CONFIG": ["", "4"]}, "has no name"),
    ("createanalysisservice", {"NAME": "a", "MODULE": "m", "CONFIG": ["b", "4", "b", "5"]}, "stands twice"),
    ("createanalysisservice", {"NAME": "a", "MODULE": "m", "CONFIG": ["b", "4", "b.c", "5"]}, "a value and a group"),
    ("createanalysisservice", {"NAME": "a", "MODULE": "m", "CONFIG": ["b.", "4"]}, "a dot without a name"),
    ("editanalysisservice", {"SERVICE": "4"}, "Nothing is to be changed"),
    ("createanalysistask", {"SERVICE": "4"}, "what is to be analysed"),
    ("createanalysistask", {"SERVICE": "4", "COLLECTION": "x"}, "not a data collection"),
    ("runanalysistask", {"SERVICE": "4", "TASK": ""}, "“Task” is empty"),
])
def test_wrong_values_are_refused_before(run_pixel: Any, called: str, parameters: dict[str, Any], words: str) -> None:
    assert words in run_pixel.refused(called, **parameters)


def test_values_are_sent_as_what_they_are() -> None:
    from imagery_hub.algorithms.pixel.named_values import nested

    cells = ["threshold", "0.6", "name", "crack wide", "deep.on", "true", "deep.list", "[1, 2]", "code", '"007"',
             "infinite", "Infinity", "none", "null", "", ""]
    assert nested(cells) == {
        "threshold": 0.6, "name": "crack wide", "deep": {"on": True, "list": [1, 2]}, "code": "007",
        "infinite": "Infinity", "none": "null"}


def test_what_came_out_is_told_in_words() -> None:
    from imagery_hub.algorithms.pixel.named_values import told

    assert told({"analysed": 1, "band": {"mean": 2.5, "name": "red"}, "of": [3, 4], "none": None}) == (
        "analysed: 1, band.mean: 2.5, band.name: red, of.1: 3, of.2: 4")
    assert told("fine") == "fine"
