"""What must not be sent, or only by consent: refused before anything is fetched; nothing that this job sent itself."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pixel_files
import pytest
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import send_item
from imagery_hub.ui.nodes.description import Place
from pix4d_stored_results import Results
from qgis.PyQt.QtWidgets import QMenu
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

SEND = "imageryhub:senditem"
FETCHING = {"getRasterDownloadUrl", "rasterFile", "createCatalogDownload", "getOutput"}
SENDING = {"createUpload", "registerOutput", "getStorageCredentials"}
NAMED = "Field_7"
"""What the raster “Field 7” becomes in a product."""


@pytest.fixture(autouse=True)
def between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files lie between two platforms."""
    folder = tmp_path / "between"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return pixel_files.raster(tmp_path / "field.tif")


@pytest.fixture
def field(calls: PicterraCalls, file: Path) -> str:
    """A raster of Picterra, which is a file there."""
    return calls.upload_raster(file, name="Field 7")


@pytest.fixture
def image(run_descarteslabs: Any, catalog: CatalogCalls, file: Path) -> str:
    """An image of the catalog, whose file is made when it is fetched."""
    found = run_descarteslabs("uploadimages", PRODUCT=product(catalog, "first"), FILES=[str(file)])
    return str(found["IMAGE_IDS"])


def product(catalog: CatalogCalls, name: str, bands: int = 3, data_type: str = "Byte") -> str:
    made = catalog.product(name)
    for number in range(1, bands + 1):
        catalog.band(made, f"b{number}", number, dtype=data_type, data_range=[0, 255])
    return made


def operations(sandbox: SandboxProcess, before: int) -> set[str]:
    return {str(one["operation"]) for one in sandbox.log(after=before) if one["actor"] == "algorithms"}


def resumed(run: Any) -> dict[str, Any]:
    job = run("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    results: dict[str, Any] = json.loads(run("imageryhub:resumejob", JOB=job)["RESULTS"])
    return results


def wait_until(ready: Callable[[], bool]) -> None:
    for _ in range(200):
        if ready():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


def ortho(project: Results) -> bytes:
    """The orthomosaic that the project has."""
    return project.stored()[str(project.outputs()["ortho"]["s3_key"]).removeprefix(f"{project.base}/")]


def kept(catalog: CatalogCalls, image_id: str) -> bytes:
    """The file of an image."""
    place, _, name = image_id.rpartition(":")
    (path,) = catalog.catalog(f"products/{place}/images/{name}")["files"]
    return catalog.request("GET", f"storage/v1/products/get/{place}/{Path(path).name}").content


# ---------------------------------------------------------------------- PIX4D: one output of each type
def test_several_items_are_not_sent_to_a_project_that_takes_one(run: Any) -> None:
    given = {"KIND": "Picterra raster", "ITEM": "r-1,r-2", "TARGET": "PIX4D project", "PLACE": "12"}
    assert "only one item" in run.refused(SEND, **given)
    assert "only one item" in run.refused(SEND, **given, CONFIRM=True)


def test_the_menu_of_several_entries_offers_no_project(run: Any, run_pix4d: Any, run_descarteslabs: Any) -> None:
    places = [Place("picterra", "Farm", Entry("raster", name, name)) for name in ("r-1", "r-2")]
    offered = []
    for chosen in (places, places[:1]):
        menu = QMenu()
        part = send_item.fill(menu, chosen)
        offered.append({one.text().partition(" (")[0] for one in part.actions()})
    assert "PIX4D cloud" in offered[1] and offered[0] == offered[1] - {"PIX4D cloud"}


def test_an_output_that_is_there_is_replaced_by_consent_only(
    run: Any, run_pix4d: Any, run_descarteslabs: Any, sandbox: SandboxProcess, field: str, image: str, file: Path,
    tmp_path: Path,
) -> None:
    project = Results(sandbox)
    other = pixel_files.raster(tmp_path / "other.tif", size=(20, 20))
    project.give(other, "ortho")
    given = {"TARGET": "PIX4D project", "PLACE": str(project.id)}
    before = sandbox.last_entry()
    for kind, item in (("Picterra raster", field), ("Descartes Labs image", image)):
        words = run.fails(SEND, **given, KIND=kind, ITEM=item)
        assert "ortho" in words and "Agree to that" in words
    assert not operations(sandbox, before) & (FETCHING | SENDING)
    assert ortho(project) == other.read_bytes()
    run(SEND, **given, KIND="Picterra raster", ITEM=field, OUTPUT_TYPE="dsm")
    run(SEND, **given, KIND="Picterra raster", ITEM=field, CONFIRM=True)
    assert ortho(project) == file.read_bytes()


@pytest.mark.parametrize("file_is_gone", [False, True])
def test_what_the_job_itself_registered_does_not_stop_it(
    run: Any, run_pix4d: Any, sandbox: SandboxProcess, field: str, file: Path, between: Path, file_is_gone: bool
) -> None:
    """Cut behind the registration, and the temporary folder may have been tidied up before it goes on."""
    project = Results(sandbox)
    sandbox.fault(kind="status", operation="listOutputs", status=403, count=1, after=2)
    given = {"TARGET": "PIX4D project", "PLACE": str(project.id), "PASS_THROUGH": False}
    run.fails(SEND, **given, KIND="Picterra raster", ITEM=field)
    assert ortho(project) == file.read_bytes(), "it was registered"
    (lay,) = between.glob("imagery-hub-job-*")
    if file_is_gone:
        shutil.rmtree(lay)
    assert resumed(run)["NEW_ID"].startswith(f"{project.id}:")
    assert ortho(project) == file.read_bytes()


@pytest.mark.parametrize("through", [True, False])
def test_what_others_registered_while_the_job_rested_is_not_replaced(
    run: Any, run_pix4d: Any, sandbox: SandboxProcess, field: str, tmp_path: Path, through: bool
) -> None:
    """Stopped while it is sent."""
    project, theirs = Results(sandbox), pixel_files.raster(tmp_path / "theirs.tif", size=(20, 20))
    sandbox.fault(kind="status", operation="storage", method="PUT", status=403, count=0)
    run.fails(SEND, TARGET="PIX4D project", PLACE=str(project.id), PASS_THROUGH=through, KIND="Picterra raster",
              ITEM=field)
    sandbox.clear_faults()
    project.give(theirs, "ortho")
    job = run("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    before = sandbox.last_entry()
    words = run.fails("imageryhub:resumejob", JOB=job)
    assert "ortho" in words and "Agree to that" in words
    assert not operations(sandbox, before) & SENDING
    assert ortho(project) == theirs.read_bytes()


# ---------------------------------------------------------------------- Descartes Labs: images by name, bands
def test_an_image_that_is_there_is_replaced_by_consent_only(
    run: Any, run_descarteslabs: Any, sandbox: SandboxProcess, catalog: CatalogCalls, calls: PicterraCalls, field: str,
    image: str, file: Path, tmp_path: Path,
) -> None:
    target = product(catalog, "taken")
    given = {"TARGET": "Descartes Labs product", "PLACE": target}
    first = run(SEND, **given, KIND="Picterra raster", ITEM=f"{field}")["NEW_ID"]
    assert first == f"{target}:{NAMED}" and kept(catalog, first) == file.read_bytes()
    run(SEND, **given, KIND="Descartes Labs image", ITEM=image)
    newer = pixel_files.raster(tmp_path / "newer.tif", size=(20, 20))
    again = calls.upload_raster(newer, name="Field 7")
    before = sandbox.last_entry()
    for kind, item, name in (("Picterra raster", again, NAMED), ("Descartes Labs image", image, "field")):
        words = run.fails(SEND, **given, KIND=kind, ITEM=item)
        assert f"{target}:{name}" in words and "Agree to that" in words
    assert not operations(sandbox, before) & (FETCHING | SENDING)
    assert kept(catalog, first) == file.read_bytes()
    assert run(SEND, **given, KIND="Picterra raster", ITEM=again, CONFIRM=True)["NEW_ID"] == first
    assert kept(catalog, first) == newer.read_bytes()


@pytest.mark.parametrize("file_is_gone", [False, True])
def test_an_image_that_the_job_itself_sent_does_not_stop_it(
    run: Any, run_descarteslabs: Any, sandbox: SandboxProcess, catalog: CatalogCalls, field: str, file: Path,
    between: Path, file_is_gone: bool,
) -> None:
    target = product(catalog, "own")
    sandbox.fault(kind="status", operation="getUpload", status=403, count=1, after=1)
    run.fails(SEND, KIND="Picterra raster", ITEM=field, TARGET="Descartes Labs product", PLACE=target,
              PASS_THROUGH=False)
    wait_until(lambda: catalog.there(f"products/{target}/uploads/{NAMED}.tif"))
    assert kept(catalog, f"{target}:{NAMED}") == file.read_bytes(), "it was read"
    (lay,) = between.glob("imagery-hub-job-*")
    if file_is_gone:
        shutil.rmtree(lay)
    assert resumed(run)["NEW_ID"] == f"{target}:{NAMED}"
    assert kept(catalog, f"{target}:{NAMED}") == file.read_bytes()


def test_a_product_without_bands_is_refused_before_anything_is_fetched(
    run: Any, run_descarteslabs: Any, sandbox: SandboxProcess, catalog: CatalogCalls, field: str, image: str
) -> None:
    target = catalog.product("bare")
    before = sandbox.last_entry()
    for kind, item in (("Picterra raster", field), ("Descartes Labs image", image)):
        words = run.fails(SEND, KIND=kind, ITEM=item, TARGET="Descartes Labs product", PLACE=target)
        assert words.startswith(f"The product {target} has no bands") and words.endswith(".")
    assert not operations(sandbox, before) & (FETCHING | SENDING)


def test_bands_are_counted_before_anything_is_sent(
    run: Any, run_descarteslabs: Any, sandbox: SandboxProcess, catalog: CatalogCalls, image: str
) -> None:
    target = product(catalog, "four", bands=4)
    before = sandbox.last_entry()
    words = run.fails(SEND, KIND="Descartes Labs image", ITEM=image, TARGET="Descartes Labs product", PLACE=target)
    assert "has 3 bands" in words and "needs 4" in words
    assert not operations(sandbox, before) & SENDING


@pytest.mark.needs_assumed("pixel Raster.download_url")
@pytest.mark.needs_assumed("pixel Raster.num_bands")
def test_bands_that_pixel_tells_are_compared_before_anything_is_fetched(
    run_pixel: Any, run_descarteslabs: Any, sandbox: SandboxProcess, catalog: CatalogCalls, pixel: PixelCalls,
    file: Path,
) -> None:
    place = pixel.collection(pixel.project(), "RGB")
    body = {"collection": place.split("/")[1], "file": str(file)}
    number = sandbox.control("POST", "pixel/rasters", body)["first"]
    before = sandbox.last_entry()
    words = run_pixel.fails(SEND, KIND="Pixel raster", ITEM=f"{place}/{number}", TARGET="Descartes Labs product",
                            PLACE=product(catalog, "four", bands=4))
    assert "has 3 bands" in words and "needs 4" in words
    asked = {one["path"] for one in sandbox.log(after=before) if one["actor"] == "algorithms"}
    assert not any(path.startswith("/blob/") for path in asked)


def test_what_the_catalog_could_not_read_is_told_in_its_words(
    run: Any, run_descarteslabs: Any, catalog: CatalogCalls, field: str
) -> None:
    words = run.fails(SEND, KIND="Picterra raster", ITEM=field, TARGET="Descartes Labs product",
                      PLACE=product(catalog, "fine", data_type="UInt16"))
    assert words.startswith("The catalog could not read") and "data type" in words and words.endswith("?")


# ---------------------------------------------------------------------- images without pixels
def test_an_image_that_is_stored_elsewhere_is_not_offered_and_not_sent(
    run: Any, run_descarteslabs: Any, sandbox: SandboxProcess, catalog: CatalogCalls, calls: PicterraCalls
) -> None:
    place = product(catalog, "far")
    body = {"id": "june", "acquired": "2025-06-01T00:00:00Z", "storage_state": "remote"}
    catalog.sent("POST", f"metadata/v1/catalog/products/{place}/images", json=body)
    before = sandbox.last_entry()
    words = run.fails(SEND, KIND="Descartes Labs image", ITEM=f"{place}:june", TARGET="Picterra folder")
    assert "stored elsewhere" in words and words.endswith(".")
    assert "rasterFile" not in operations(sandbox, before)
    offered = [send_item.parameters(Place("descarteslabs", "Mosaics", Entry("image", f"{place}:june", "june", state)))
               for state in ("remote", "available")]
    assert not offered[0] and offered[1]["ITEM"] == f"{place}:june"
