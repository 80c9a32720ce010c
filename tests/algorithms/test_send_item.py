"""Items of one platform sent to another by algorithm; what arrived is read back by plain HTTP and GDAL."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pixel_files
import pytest
import requests
from imagery_hub.core.platforms import PLATFORMS
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import menus, send_item
from imagery_hub.ui.choices.wrapper import ChoiceWrapper
from imagery_hub.ui.hub import entry_actions
from imagery_hub.ui.nodes.description import Place
from osgeo import gdal
from pix4d_stored_results import Results
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QDialog, QMenu
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

SEND = "imageryhub:senditem"


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "between").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "between"))


def pixels(content: bytes) -> np.ndarray:
    gdal.FileFromMemBuffer("/vsimem/arrived.tif", content)
    try:
        found: np.ndarray = gdal.Open("/vsimem/arrived.tif").ReadAsArray()
        return found
    finally:
        gdal.Unlink("/vsimem/arrived.tif")


def picterra_file(calls: PicterraCalls, raster: str) -> bytes:
    return requests.get(calls.get(f"rasters/{raster}/download/")["download_url"], timeout=60).content


@pytest.fixture
def sheet(pixel: PixelCalls, tmp_path: Path) -> tuple[str, Path]:
    """A raster of Pixel, as ``project/collection/number``, and its file."""
    place = pixel.collection(pixel.project(), "RGB", raster_info={"srid": 25833, "cell_size": [0.5, 0.5]})
    file = pixel_files.raster(tmp_path / "sheet.tif")
    body = {"collection": place.split("/")[1], "file": str(file), "name": "Sheet 7", "tags": ["spring"],
            "capture_date": "2025-05-12T10:00:00Z", "metadata": {"crew": "B"}}
    return f"{place}/{pixel.sandbox.control('POST', 'pixel/rasters', body)['first']}", file


@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_a_raster_of_pixel_becomes_one_of_picterra(
    run: Any, run_pixel: Any, pixel: PixelCalls, calls: PicterraCalls, sheet: tuple[str, Path]
) -> None:
    folder = calls.post("folders/", {"name": "From Pixel"})["id"]
    sent = run(SEND, KIND="Pixel raster", ITEM=sheet[0], TARGET="Picterra folder", PLACE=folder)
    place, _, number = sheet[0].rpartition("/")
    told = pixel.read(place, f"rasters/{number}")
    found = calls.get(f"rasters/{sent['NEW_ID']}/")
    assert (found["name"], found["folder_id"]) == (told["name"], folder)
    assert found["captured_at"][:19] == told["capture_date"][:19] == sent["CAPTURED_AT"][:19]
    assert found["user_tag"] == ",".join(told["tags"])
    assert picterra_file(calls, sent["NEW_ID"]) == sheet[1].read_bytes()


def orthomosaic(sandbox: SandboxProcess, folder: Path, **options: Any) -> tuple[Results, Path]:
    """A project of PIX4D with an orthomosaic that fits into a collection of orthophotos, and its file."""
    made = Results(sandbox)
    made.calls.sent("PATCH", made.path, json={"display_name": "Quarry", "acquisition_date": "2026-03-04T10:00:00Z"})
    file = pixel_files.raster(folder / "ortho.tif", **options)
    made.give(file, "ortho")
    return made, file


def orthophotos(pixel: PixelCalls, **rules: Any) -> str:
    return pixel.collection(pixel.project(), "RGB", raster_info={"srid": 25833, "cell_size": [0.5, 0.5], **rules})


def stored(pixel: PixelCalls, place: str, number: str) -> bytes:
    return requests.get(pixel.read(place, f"rasters/{number}")["download_url"], timeout=60).content


def operations(sandbox: SandboxProcess, before: int) -> list[str]:
    return [str(one["operation"]) for one in sandbox.log(after=before) if one["actor"] == "algorithms"]


def test_an_orthomosaic_of_pix4d_goes_into_a_collection_of_pixel(
    run_pix4d: Any, run_pixel: Any, sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path
) -> None:
    project, file = orthomosaic(sandbox, tmp_path)
    place = orthophotos(pixel)
    sent = run_pix4d(SEND, KIND="PIX4D output", ITEM=f"{project.id}:ortho", TARGET="Pixel data collection",
                     PLACE=place, NAME="Quarry in March")
    found = pixel.read(place, f"rasters/{sent['NEW_ID']}")
    assert found["name"] == sent["NEW_NAME"] == "Quarry in March"
    assert found["capture_date"][:19] == sent["CAPTURED_AT"][:19] == "2026-03-04T10:00:00"
    assert stored(pixel, place, sent["NEW_ID"]) == file.read_bytes()


def test_what_the_platform_does_not_tell_is_taken_from_who_knows(
    run_pix4d: Any, run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    project, _ = orthomosaic(sandbox, tmp_path)
    known = {"KIND": "PIX4D output", "ITEM": f"{project.id}:ortho", "TARGET": "Picterra folder",
             "CAPTURED": "2020-01-01T00:00:00Z", "CLOUD_COVER": 12, "TAGS": "quarry, west"}
    found = calls.get(f"rasters/{run_pix4d(SEND, **known)['NEW_ID']}/")
    assert found["captured_at"][:19] == "2026-03-04T10:00:00", "which PIX4D tells itself"
    assert (found["cloud_coverage"], found["user_tag"]) == (12, "quarry,west")
    words = run_pix4d.refused(SEND, **{**known, "CAPTURED": "in spring"})
    assert "“in spring”, which is no date" in words


def test_a_cloud_cover_that_a_step_of_a_model_does_not_know_is_none(
    run_pix4d: Any, run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    """It says -1, and QGIS does not hold the next step to the bounds of its parameters."""
    project, file = orthomosaic(sandbox, tmp_path)
    steps = {"senditem": {"KIND": "PIX4D output", "ITEM": f"{project.id}:ortho", "TARGET": "Picterra folder",
                          "CLOUD_COVER": -1}, "picterra_uploadraster": {"INPUT": str(file), "CLOUD_COVERAGE": -1}}
    for name, given in steps.items():
        step = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{name}")
        feedback = QgsProcessingFeedback(False)
        made, fine = step.run(given, QgsProcessingContext(), feedback)
        assert fine, feedback.textLog()
        assert calls.get(f"rasters/{made.get('NEW_ID') or made['RASTER_ID']}/").get("cloud_coverage") is None


def test_a_scene_of_pixxel_becomes_an_image_of_a_product(
    run_pixxel: Any, run_descarteslabs: Any, sandbox: SandboxProcess, pixxel: PixxelCalls, catalog: CatalogCalls
) -> None:
    entry = pixxel.sandbox.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"][0]
    scene = pixxel.get(f"v0/catalogs/{entry}")["details"]
    product = catalog.product("scenes")
    catalog.band(product, "b1", 1)
    sent = run_pixxel(SEND, KIND="Pixxel catalog entry", ITEM=entry, TARGET="Descartes Labs product", PLACE=product)
    name = sent["NEW_ID"].removeprefix(f"{product}:")
    assert scene["id"] in sent["NEW_ID"] and sent["NEW_NAME"] == scene["id"]
    found = catalog.catalog(f"products/{product}/images/{name}")
    assert found["acquired"][:19] == scene["properties"]["datetime"][:19].replace(" ", "T")
    assert found["cloud_fraction"] == pytest.approx(scene["properties"]["eo:cloud_cover"] / 100)
    (kept,) = found["files"]
    assert pixels(catalog.request("GET", f"storage/v1/products/get/{product}/{Path(kept).name}").content).any()


def test_what_was_stopped_in_the_middle_goes_on_and_nothing_comes_twice(
    run_pix4d: Any, run_pixel: Any, sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path
) -> None:
    project, file = orthomosaic(sandbox, tmp_path)
    place = orthophotos(pixel)
    sandbox.fault(kind="status", operation="uploadFinished", status=403, count=1)
    words = run_pix4d.fails(SEND, KIND="PIX4D output", ITEM=f"{project.id}:ortho", TARGET="Pixel data collection",
                            PLACE=place)
    assert words.endswith(".")
    before = sandbox.last_entry()
    job = run_pix4d("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    results = json.loads(run_pix4d("imageryhub:resumejob", JOB=job)["RESULTS"])
    again = operations(sandbox, before)
    assert "uploadFinished" in again
    assert not {"getOutput", "createUploadJobs", "postPresignedForm"} & set(again), "neither fetched nor sent again"
    assert [str(one["id"]) for one in pixel.read(place, "rasters/")] == [results["NEW_ID"]]
    assert stored(pixel, place, results["NEW_ID"]) == file.read_bytes()


def test_stopped_by_the_user_it_goes_on_behind_what_was_fetched(
    run_pixxel: Any, run_descarteslabs: Any, sandbox: SandboxProcess, pixxel: PixxelCalls, catalog: CatalogCalls
) -> None:
    import processing

    entry = sandbox.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"][0]
    product = catalog.product("stopped")
    catalog.band(product, "b1", 1)
    feedback = QgsProcessingFeedback()
    feedback.progressChanged.connect(lambda value: feedback.cancel() if value >= 45 else None)
    before = sandbox.last_entry()
    sandbox.actor("algorithms")
    with pytest.raises(QgsProcessingException):
        processing.run(SEND, {"KIND": "Pixxel catalog entry", "ITEM": entry, "TARGET": "Descartes Labs product",
                              "PLACE": product}, feedback=feedback, context=run_pixxel.context)
    assert "createCatalogDownload" in operations(sandbox, before)
    assert not catalog.there(f"metadata/v1/catalog/products/{product}/images/{entry}")
    before = sandbox.last_entry()
    job = run_pixxel("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    results = json.loads(run_pixxel("imageryhub:resumejob", JOB=job)["RESULTS"])
    assert "createCatalogDownload" not in operations(sandbox, before)
    assert catalog.catalog(f"products/{product}/images/{results['NEW_ID'].removeprefix(f'{product}:')}")
    assert not list(Path(tempfile.gettempdir()).glob("imagery-hub-job-*")), "what lay in between is gone"


@pytest.mark.needs_assumed("pixel A6")
def test_a_place_that_refuses_says_why_and_nothing_is_sent(
    run_pix4d: Any, run_pixel: Any, sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path
) -> None:
    project, _ = orthomosaic(sandbox, tmp_path, cell=(1.0, 1.0))
    given = {"KIND": "PIX4D output", "ITEM": f"{project.id}:ortho", "TARGET": "Pixel data collection"}
    before = sandbox.last_entry()
    words = run_pix4d.fails(SEND, **given, PLACE=orthophotos(pixel))
    assert words.startswith("Nothing was sent") and "1 × 1" in words and words.endswith(".")
    assert "createUploadJobs" not in operations(sandbox, before)


def test_a_place_that_takes_no_rasters_is_refused_before_anything_is_fetched(
    run_pix4d: Any, run_pixel: Any, sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path
) -> None:
    project, _ = orthomosaic(sandbox, tmp_path)
    before = sandbox.last_entry()
    words = run_pix4d.fails(SEND, KIND="PIX4D output", ITEM=f"{project.id}:ortho", TARGET="Pixel data collection",
                            PLACE=pixel.collection(pixel.project(), "point_cloud"))
    assert "point_cloud" in words and words.endswith(".")
    assert "getOutput" not in operations(sandbox, before)


@pytest.mark.parametrize(("parameters", "words"), [
    ({"ITEM": " "}, "empty"), ({"ITEM": "ortho"}, "1042:ortho"), ({"KIND": "Picture"}, "not allowed"),
    ({"PLACE": ""}, "empty"), ({"KIND": "Pixel raster", "ITEM": "10//3"}, "10/6/123"),
])
def test_what_cannot_be_sent_is_refused(run: Any, parameters: dict[str, Any], words: str) -> None:
    given = {"KIND": "PIX4D output", "ITEM": "1:ortho", "TARGET": "Pixel data collection", "PLACE": "1/2"}
    assert words in run.refused(SEND, **{**given, **parameters})


# ---------------------------------------------------------------------- the desk
@pytest.mark.parametrize(("place", "expected"), [
    (Place("picterra", "Farm", Entry("raster", "r-1", "Field")), ("Picterra raster", "r-1")),
    (Place("pix4d", "Pit", Entry("output.raster", "77", "ortho"), (Entry("project", "12", "Quarry"),)),
     ("PIX4D output", "12:77")),
    (Place("pixel", "Fjord", Entry("raster", "9", "Sheet"), (Entry("collection.raster.RGB", "10/6", "Sheets"),)),
     ("Pixel raster", "10/6/9")),
    (Place("pixel", "Fjord", Entry("found.raster", "10/6/9", "Sheet")), ("Pixel raster", "10/6/9")),
    (Place("pix4d", "Pit", Entry("project", "12", "Quarry", "DONE")), ("PIX4D output", "12:ortho")),
    (Place("pixxel", "Crops", Entry("catalog", "c-1", "Scene")), ("Pixxel catalog entry", "c-1")),
    (Place("descarteslabs", "Mosaics", Entry("image", "acme:h:june", "june")), ("Descartes Labs image", "acme:h:june")),
])
def test_the_menu_of_an_entry_opens_it_filled_in(
    run: Any, run_pix4d: Any, run_pixel: Any, run_descarteslabs: Any, place: Place, expected: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(menus, "open_dialog", lambda name, values: opened.append((name, values)))
    menu = QMenu()
    entry_actions.fill(menu, [place], SimpleNamespace(iface=None))
    part = menu.findChild(QMenu, "imageryHubSendItem")
    takers = {"picterra": "Picterra folder", "pixel": "Pixel data collection", "pix4d": "PIX4D project",
              "descarteslabs": "Descartes Labs product"}
    named = {one.text(): one for one in part.actions()}
    assert set(named) == {f"{PLATFORMS[key].title} (environment)…" for key in takers}
    named["Picterra (environment)…"].trigger()
    assert opened == [("senditem", {"CONNECTION": place.connection, "KIND": expected[0], "ITEM": expected[1],
                                    "TARGET": "Picterra folder", "TARGET_CONNECTION": ""})]


def test_several_entries_go_together_when_they_are_alike() -> None:
    one, two = (Place("picterra", "Farm", Entry("raster", name, name)) for name in ("r-1", "r-2"))
    assert send_item.together([one, two]) == {"CONNECTION": "Farm", "KIND": "Picterra raster", "ITEM": "r-1,r-2"}
    assert send_item.together([one, Place("picterra", "Wood", Entry("raster", "r-3", "c"))]) == {}
    assert send_item.together([one, Place("picterra", "Farm", Entry("detector", "d", "Trees"))]) == {}
    assert send_item.together([]) == {}


def test_what_is_no_raster_is_not_offered() -> None:
    report = Place("pix4d", "Pit", Entry("output.report", "7", "quality_report"), (Entry("project", "12", "Quarry"),))
    assert send_item.parameters(report) == {}
    assert send_item.parameters(Place("picterra", "Farm", Entry("detector", "d", "Trees"))) == {}


def test_the_dialog_lists_the_places_of_what_is_chosen(
    run: Any, run_pixel: Any, pixel: PixelCalls, calls: PicterraCalls
) -> None:
    place = orthophotos_named(pixel)
    folder = calls.post("folders/", {"name": "Listed"})["id"]
    values = {"KIND": "Pixel raster", "TARGET": "Picterra folder"}
    source = wrapper(values)._source()
    assert folder in ids(source)
    values["TARGET"] = "Pixel data collection"
    found = ids(source)
    assert place in found and folder not in found


def orthophotos_named(pixel: PixelCalls) -> str:
    return pixel.collection(pixel.project(), "RGB", name="Orthophotos")


def wrapper(values: dict[str, str]) -> ChoiceWrapper:
    """The widget of the place, in a dialog whose other fields hold these values."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(SEND)
    parameter = algorithm.parameterDefinition("PLACE")
    made = ChoiceWrapper(parameter, QDialog(), parameter.metadata()["widget_wrapper"])
    made._value_of = lambda name: values.get(name, "")  # type: ignore[method-assign]
    return made


def ids(source: Any) -> list[str]:
    """What is listed, in the background."""
    pages: list[Any] = []
    source.begin("", pages.append, pages.append)
    for _ in range(600):
        QCoreApplication.processEvents()
        if pages:
            break
        time.sleep(0.05)
    return [one.id for one in pages[0].entries]


# ---------------------------------------------------------------------- several at once
@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_of_several_only_what_did_not_arrive_is_sent_again(
    run: Any, run_pixel: Any, sandbox: SandboxProcess, pixel: PixelCalls, calls: PicterraCalls, tmp_path: Path
) -> None:
    place = pixel.collection(pixel.project(), "RGB", raster_info={"srid": 25833, "cell_size": [0.5, 0.5]})
    file = pixel_files.raster(tmp_path / "sheet.tif")
    body = {"collection": place.split("/")[1], "file": str(file), "count": 2}
    first = int(sandbox.control("POST", "pixel/rasters", body)["first"])
    folder = calls.post("folders/", {"name": "Several"})["id"]
    sandbox.fault(kind="status", operation="startRasterUpload", status=403, count=1, after=1)
    given = {"KIND": "Pixel raster", "TARGET": "Picterra folder", "PLACE": folder}
    run.fails(SEND, **given, ITEM=f"{place}/{first}, {place}/{first + 1}")
    assert len(in_folder(calls, folder)) == 1
    job = run("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    results = json.loads(run("imageryhub:resumejob", JOB=job)["RESULTS"])
    assert sorted(results["NEW_ID"].split(",")) == sorted(in_folder(calls, folder)) and results["COUNT"] == 2
    assert len(set(results["NEW_NAME"].split("\n"))) == 2


def in_folder(calls: PicterraCalls, folder: str) -> list[str]:
    return [one["id"] for one in calls.get("rasters/", folder=folder)["results"]]


def test_several_cannot_have_one_name(run: Any) -> None:
    given = {"KIND": "Pixel raster", "ITEM": "10/6/1,10/6/2", "TARGET": "Picterra folder", "PLACE": "f", "NAME": "x"}
    assert "cannot have the same name" in run.refused(SEND, **given)
