"""What is chosen beside the usual in Pixxel's algorithms arrives at the platform and has its effect there."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import numpy
import pytest
from osgeo import gdal
from pixxel_desk import index_id, make_aoi, make_insight, mosaic, sound_workflow
from pixxel_found import EARLIER, numbers, rows, unpacked
from sandbox_pixxel import CROPS, ITEM, SENTINEL, TD2, PixxelCalls

PLOT = "CRS=EPSG:4326;POLYGON((75.62 14.43, 75.64 14.43, 75.64 14.45, 75.62 14.45, 75.62 14.43))"
LARGE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
TIME = {"START": "2024-01-01T00:00:00Z", "END": "2024-03-01T00:00:00Z"}
NEWER, OLDER = "2024_01_17", "2023_06_15"


# ---------------------------------------------------------------------- orders
def test_tasking_asks_for_a_clear_sky_a_steep_look_and_a_store(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    store = pixxel.post("v0/stores", {
        "name": "Plots", "type": "S3", "configs": {"bucket": "plots", "region": "eu-central-1", "path_prefix": "in"},
        "secrets": {"access_key_id": "AKIAEXAMPLE", "secret_access_key": "marker-secret-of-a-store"}})["id"]
    made = run_pixxel(
        "ordertasking", PROJECT=CROPS, AREA_TEXT=LARGE, USECASE="agriculture", NAME="Harvest",
        BANDSET=pixxel.get("v0/bandsets")["bandsets"][0]["id"], START="2030-01-01", END="2030-01-15", CLOUD=35,
        OFF_NADIR=12, STORE=store, PATH="plots/north", CONFIRM=True)
    told = pixxel.get(f"v0/order-items/{made['ITEM_IDS']}")
    assert (told["cloud_cover"], told["off_nadir"], told["name"]) == (35, 12, "Harvest")
    assert told["cloud_delivery"] == {"config": store, "path": "plots/north"}


def test_the_report_tells_times_in_the_zone_that_is_chosen(
    run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path
) -> None:
    run_pixxel("orderarchive", PROJECT=CROPS, AREA_TEXT=LARGE, USECASE="agriculture", ITEMS=pixxel.covering(),
               CONFIRM=True)
    for zone, ending in (("Asia/Kolkata", "+05:30"), ("", "+00:00")):
        told = run_pixxel("orderreport", TIME_ZONE=zone, OUTPUT=str(tmp_path / "report.csv"))["OUTPUT"]
        moments = [one["created_at"] for one in csv.DictReader(Path(told).read_text("utf-8").splitlines())]
        assert moments and all(one.endswith(ending) for one in moments)


# ---------------------------------------------------------------------- areas
def test_an_area_of_open_data(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    """An area names whose imagery it takes in, which is that of its satellite."""
    asked = {"PROJECT": CROPS, "DESCRIPTION": "Wheat in the north", "AREA_TEXT": PLOT, "SATELLITE": SENTINEL,
             "MOST_SCENES": 1, **TIME}
    made = run_pixxel("createaoi", NAME="Open data", **asked)
    told = pixxel.get(f"v0/aoi/{made['AOI_ID']}")
    assert (told["satellite_id"], told["status"]) == (SENTINEL, "success")
    assert told["description"] == run_pixxel("getaoi", AOI=made["AOI_ID"])["DESCRIPTION"] == "Wheat in the north"
    words = run_pixxel.fails("createaoi", NAME="Own data", PROVIDER="pixxel", **asked)
    assert "is of the provider planetary" in words


# ---------------------------------------------------------------------- indices and what is rendered
def test_an_index_keeps_its_colours_and_its_range(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    made = run_pixxel("createindex", NAME="Vigour in blue", DESCRIPTION="Greenness", SATELLITE=TD2,
                      EXPRESSION="B027/B015", COLORMAP="blues", MINIMUM=0, MAXIMUM_VALUE=20)["INDEX_ID"]
    (told,) = pixxel.get("v0/indices", index_id=made)["indices"]
    assert (told["colormap"], told["rescale"], told["description"]) == ("blues", [0, 20], "Greenness")
    (row,) = rows(run_pixxel("listindices", INDEX=made, OUTPUT="memory:")["OUTPUT"])
    assert (row["colormap"], row["low"], row["high"]) == ("blues", 0, 20)


def test_an_index_is_rendered_as_coarse_as_wanted(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    aoi = make_aoi(pixxel, "Coarse")
    sizes = []
    for name, given in (("own", {}), ("coarse", {"RESOLUTION": 60})):
        made = run_pixxel("createvisualization", AOI=aoi, INDEX=index_id(pixxel), **given)
        got = run_pixxel("downloadassets", AOI=aoi, ASSETS=made["ASSET_IDS"], LOAD=False,
                         OUTPUT=str(tmp_path / f"{name}.zip"))
        (file,) = [one for one in unpacked(got["OUTPUT"], tmp_path / name).values() if one.suffix == ".tif"]
        sizes.append(gdal.Open(str(file)).GetGeoTransform()[1])
    assert sizes[0] < 60 and sizes[1] == pytest.approx(60)


def test_a_legend_of_the_data_is_replaced_for_the_days_that_are_chosen(
    run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path
) -> None:
    """The platform divides the values of each day into as many equal classes as are asked for."""
    aoi = make_aoi(pixxel, "Two days", (ITEM, EARLIER))
    made = run_pixxel("createvisualization", AOI=aoi, INDEX=index_id(pixxel))
    both = {"AOI": aoi, "VISUALIZATION": made["VISUALIZATION_ID"]}
    legend = ["bare", "#aa0000", "", "", "green", "#00aa00", "", ""]
    changed = run_pixxel("editlegend", **both, MODE="dynamic", DATES=NEWER, LEGEND=legend, OUTPUT="memory:")
    style = f"v0/aois/{aoi}/visualizations/{made['VISUALIZATION_ID']}/sld"

    def colored(day: str) -> bool:
        asked = {"dates": [day], "visualization_modes": ["dynamic"]}
        return "#aa0000" in str(pixxel.post(style, asked)["sld"]).lower()

    assert (colored(NEWER), colored(OLDER), changed["DAYS"]) == (True, False, NEWER)
    got = run_pixxel("downloadassets", AOI=aoi, ASSETS=made["ASSET_IDS"], LOAD=False, OUTPUT=str(tmp_path / "a.zip"))
    named = unpacked(got["OUTPUT"], tmp_path)
    (file,) = [one for name, one in named.items() if NEWER in name and name.endswith(".tif")]
    values, pixel = numbers(file)
    low, high = numpy.nanmin(values), numpy.nanmax(values)
    told = rows(changed["OUTPUT"])
    assert [(one["day"], one["mode"], one["label"], one["color"]) for one in told] == [
        (NEWER, "dynamic", "bare", "#aa0000"), (NEWER, "dynamic", "green", "#00aa00")]
    edges = [told[0]["low"], told[0]["high"], told[1]["low"], told[1]["high"]]
    assert edges == pytest.approx([low, (low + high) / 2, (low + high) / 2, high])
    assert sum(one["area"] for one in told) == pytest.approx(pixel * numpy.isfinite(values).sum())
    run_pixxel("editlegend", **both, MODE="dynamic", DATES=f"{OLDER},{NEWER}", LEGEND=legend, BINS=2)
    assert colored(OLDER)
    assert "dynamic_bins" in run_pixxel.fails("editlegend", **both, MODE="dynamic", LEGEND=legend, BINS=3)
    run_pixxel("resetlegend", **both, MODE="dynamic", DATES=NEWER)
    assert (colored(NEWER), colored(OLDER)) == (False, True)


# ---------------------------------------------------------------------- insights
@pytest.mark.parametrize(("chosen", "names"), [
    ({"INPUTS": "input_image"}, {"input_image.tif"}), ({"OUTPUTS": "classes_image"}, {"classes_image.tif"}),
    ({"INPUTS": "input_image", "OUTPUTS": "classes_image"}, {"input_image.tif", "classes_image.tif"}),
])
def test_a_bundle_of_an_insight_holds_what_is_chosen(
    run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path, chosen: dict[str, str], names: set[str]
) -> None:
    aoi = make_aoi(pixxel, f"Plots {'-'.join(chosen)}")
    got = run_pixxel("downloadinsight", AOI=aoi, INSIGHT=make_insight(pixxel, aoi), LOAD=False,
                     OUTPUT=str(tmp_path / "insight.zip"), **chosen)
    with zipfile.ZipFile(got["OUTPUT"]) as bundle:
        assert set(bundle.namelist()) == names


# ---------------------------------------------------------------------- without waiting
def test_who_does_not_wait_is_told_what_was_begun(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    """The states are those in which the platform begins; nothing is asked for how it goes on."""
    before = pixxel.sandbox.last_entry()
    area = run_pixxel("createaoi", PROJECT=CROPS, NAME="Later", AREA_TEXT=PLOT, SATELLITE=TD2, MOST_SCENES=1,
                      WAIT=False, **TIME)
    assert area["STATUS"] == "started" and pixxel.sandbox.log(operation="getAoi", after=before) == []
    pixxel.until(lambda: pixxel.get(f"v0/aoi/{area['AOI_ID']}")["status"], lambda one: one == "success")

    aoi = make_aoi(pixxel, "At once")
    shown = run_pixxel("createvisualization", AOI=aoi, INDEX=index_id(pixxel), WAIT=False)
    assert (shown["STATUS"], shown["ASSET_IDS"]) == ("creating", "")
    pixxel.until(lambda: pixxel.get(f"v0/aois/{aoi}/visualizations")["visualization"],
                 lambda some: [(one["id"], one["status"]) for one in some] == [(shown["VISUALIZATION_ID"], "success")])

    made = run_pixxel("createinsight", PROJECT=CROPS, AOI=aoi, BLOCK="kmeans/1.1.0", CONFIRM=True, WAIT=False,
                      INPUT_VALUES=["input_image", mosaic(pixxel, aoi)["id"], "classes", "3"])
    assert made["STATUS"] == "created"
    pixxel.until(lambda: pixxel.get(f"v0/aoi/{aoi}/insights")["insights"],
                 lambda some: [(one["id"], one["status"]) for one in some] == [(made["INSIGHT_ID"], "completed")])

    flow = sound_workflow(pixxel)["id"]
    job = run_pixxel("runworkflow", PROJECT=CROPS, WORKFLOW=flow, CONFIRM=True, WAIT=False)
    assert (job["STATUS"], job["TASK_IDS"]) == ("running", "")
    pixxel.until(lambda: pixxel.get(f"v0/workflows/{flow}/jobs/{job['JOB_ID']}")["status"],
                 lambda one: one == "completed")
