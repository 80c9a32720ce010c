"""What Pixxel tells of its results beside rasters: values of insights and of tasks of jobs. The numbers are counted
anew in the rasters that were downloaded."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy
import pytest
from imagery_hub.algorithms.pixxel import listers
from imagery_hub.core.connections import credentials
from pixxel_desk import make_aoi
from pixxel_found import EARLIER, numbers, rows, unpacked
from sandbox_pixxel import CROPS, ITEM, PixxelCalls

VIGOUR = "(B027-B015)/(B027+B015)"


@pytest.fixture
def aoi(pixxel: PixxelCalls) -> str:
    return make_aoi(pixxel, "Two days", (ITEM, EARLIER))


@pytest.fixture
def mosaics(pixxel: PixxelCalls, aoi: str) -> dict[str, str]:
    """The mosaics of the area by their days."""
    listed = pixxel.get(f"v0/aois/{aoi}/assets")["assets"]
    return {one["date"]: one["id"] for one in listed if one["asset_type"] == "mosaic"}


def insight(run_pixxel: Any, aoi: str, block: str, **inputs: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a block; what it tells, and its row in the list."""
    cells = [one for pair in inputs.items() for one in pair]
    made = run_pixxel("createinsight", PROJECT=CROPS, AOI=aoi, BLOCK=block, NAME=block, INPUT_VALUES=cells,
                      METADATA=["field", "north", "season", "rabi"], CONFIRM=True)
    listed = run_pixxel("listinsights", AOI=aoi, INSIGHT=made["INSIGHT_ID"], OUTPUT="memory:")
    (row,) = rows(listed["OUTPUT"])
    return made, row


def results_raster(run_pixxel: Any, aoi: str, made: dict[str, Any], output: str, folder: Path) -> tuple[Any, float]:
    folder.mkdir(exist_ok=True)
    got = run_pixxel("downloadinsight", AOI=aoi, INSIGHT=made["INSIGHT_ID"], OUTPUTS=output, LOAD=False,
                     OUTPUT=str(folder / "insight.zip"))
    return numbers(unpacked(got["OUTPUT"], folder)[f"{output}.tif"])


def test_the_area_above_a_threshold_is_told(
    run_pixxel: Any, pixxel: PixxelCalls, aoi: str, mosaics: dict[str, str], tmp_path: Path
) -> None:
    made, row = insight(run_pixxel, aoi, "index-threshold/1.0.0", input_image=mosaics["2024-01-17"],
                        expression=VIGOUR, threshold="0.6")
    mask, pixel = results_raster(run_pixxel, aoi, made, "mask_image", tmp_path)
    area = float((mask == 1).sum()) * pixel
    assert area > 1e5
    assert json.loads(made["RESULTS"]) == {"area_in_sq_m": pytest.approx(area)}
    assert row["results"] == f"Area above the limit: {area:.1f}"
    assert row["metadata"] == "field: north\nseason: rabi"
    (kept,) = pixxel.get(f"v0/aoi/{aoi}/insights", id=made["INSIGHT_ID"])["insights"]
    assert kept["metadata"] == {"field": "north", "season": "rabi"}


def test_the_share_that_changed_and_the_largest_class_are_told(
    run_pixxel: Any, aoi: str, mosaics: dict[str, str], tmp_path: Path
) -> None:
    made, row = insight(run_pixxel, aoi, "spectral-change/2.0.0", before=mosaics["2023-06-15"],
                        after=mosaics["2024-01-17"], threshold="10")
    angle, _ = results_raster(run_pixxel, aoi, made, "change_image", tmp_path / "change")
    known = angle[numpy.isfinite(angle)]
    assert json.loads(made["RESULTS"])["changed_share"] == pytest.approx(100 * (known > 10).mean(), abs=0.01)
    assert row["results"].startswith("Percent that changed: ")
    made, row = insight(run_pixxel, aoi, "kmeans/1.1.0", input_image=mosaics["2024-01-17"], classes="3")
    classes, _ = results_raster(run_pixxel, aoi, made, "classes_image", tmp_path / "classes")
    counts = numpy.bincount(classes[numpy.isfinite(classes)].astype(int))[1:]
    assert json.loads(made["RESULTS"]) == {"largest_share": pytest.approx(100 * counts.max() / counts.sum(), abs=0.01)}
    assert "classes_image" not in row["results"], "rasters are downloaded, not told"


def test_each_note_needs_a_name(run_pixxel: Any, aoi: str) -> None:
    words = run_pixxel.refused("createinsight", PROJECT=CROPS, AOI=aoi, BLOCK="kmeans/1.1.0", METADATA=["", "north"])
    assert "note needs a name" in words


def test_tasks_of_a_job_tell_what_they_found(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    (flow,) = pixxel.get("v0/workflows", project_id=CROPS, name="Crop vigour")["workflows"]
    made = run_pixxel("runworkflow", PROJECT=CROPS, WORKFLOW=flow["id"], CONFIRM=True)
    job = {"WORKFLOW": flow["id"], "JOB_ID": made["JOB_ID"]}
    got = run_pixxel("getjob", **job, OUTPUT="memory:")
    assert json.loads(got["RESULTS"]) == json.loads(made["RESULTS"])
    found = json.loads(got["RESULTS"])
    by_name = {one["name"]: one for one in rows(got["OUTPUT"])}
    whole = run_pixxel("downloadjob", **job, LOAD=False, OUTPUT=str(tmp_path / "job.zip"))
    files = unpacked(whole["OUTPUT"], tmp_path / "job")
    mask, pixel = numbers(files["vigour/mask_image.tif"])
    area = float((mask == 1).sum()) * pixel
    assert found["vigour"] == {"area_in_sq_m": pytest.approx(area)}
    assert by_name["vigour"]["results"] == f"Area above the limit: {area:.1f}"
    classes, _ = numbers(files["zones/classes_image.tif"])
    counts = numpy.bincount(classes[numpy.isfinite(classes)].astype(int))[1:]
    assert found["zones"] == {"largest_share": pytest.approx(100 * counts.max() / counts.sum(), abs=0.01)}
    assert "another day" in by_name["zones"]["disclaimer"] and not by_name["vigour"]["disclaimer"]
    tasks = pixxel.get(f"v0/workflows/{flow['id']}/jobs/{made['JOB_ID']}")["tasks"]
    logged = next(one["info_logs"] for one in tasks if one["name"] == "vigour")
    assert by_name["vigour"]["logs"] == "\n".join(f"{one['time']} {one['message']}" for one in logged)


def test_a_raster_of_one_insight_goes_into_another(
    run_pixxel: Any, pixxel: PixxelCalls, aoi: str, mosaics: dict[str, str], tmp_path: Path
) -> None:
    """Named by an id, since the platform knows it by an address; the dialog's list has it beside the assets."""
    first, row = insight(run_pixxel, aoi, "spectral-change/2.0.0", before=mosaics["2023-06-15"],
                         after=mosaics["2024-01-17"], threshold="10")
    raster = f"{first['INSIGHT_ID']}/change_image"
    assert first["RASTERS"] == row["rasters"] == raster
    with closing(credentials("pixxel", "").connect()) as platform:
        listed = [(one.id, one.label) for one in listers.block_rasters(platform, "", {"AOI": aoi})]
        assert list(listers.block_rasters(platform, "nothing of that name", {"AOI": aoi})) == []
    assert {one for one, _ in listed} > set(mosaics.values())
    assert (raster, "spectral-change/2.0.0: change_image") in listed
    asked = {"input_image": raster, "expression": "angle", "threshold": "10"}
    second, _ = insight(run_pixxel, aoi, "index-threshold/1.0.0", **asked)
    angle, pixel = results_raster(run_pixxel, aoi, first, "change_image", tmp_path / "change")
    area = float((angle[numpy.isfinite(angle)] > 10).sum()) * pixel
    assert area > 0
    shown = run_pixxel("downloadinsight", AOI=aoi, INSIGHT=second["INSIGHT_ID"], OUTPUT=str(tmp_path / "shown.zip"))
    assert {Path(one).stem for one in shown["FILES"].split("\n")} == {"input_image", "mask_image"}, "no quality mask"
    assert json.loads(second["RESULTS"]) == {"area_in_sq_m": pytest.approx(area)}
    address = next(one["value"] for one in pixxel.get(f"v0/aoi/{aoi}/insights", id=first["INSIGHT_ID"])["insights"][0][
        "output"] if one["name"] == "change_image")
    assert not [one for one in run_pixxel.messages if address in one] and address not in json.dumps([first, second])
    cells = [one for pair in {**asked, "input_image": f"{first['INSIGHT_ID']}/mask"}.items() for one in pair]
    words = run_pixxel.fails("createinsight", PROJECT=CROPS, AOI=aoi, BLOCK="index-threshold/1.0.0",
                             INPUT_VALUES=cells, CONFIRM=True)
    assert "is no raster of that insight. It has: change_image." in words
