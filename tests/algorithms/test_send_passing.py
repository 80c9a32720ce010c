"""What passes from one platform to another without a file on this computer, stopped and taken up again."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pixel_files
import pytest
from pix4d_stored_results import Results
from qgis.core import QgsProcessingException, QgsProcessingFeedback
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

SEND = "imageryhub:senditem"
RASTER = "Picterra raster"


@pytest.fixture(autouse=True)
def between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files lie between two platforms."""
    folder = tmp_path / "between"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def resumed(run: Any) -> dict[str, Any]:
    job = run("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    results: dict[str, Any] = json.loads(run("imageryhub:resumejob", JOB=job)["RESULTS"])
    return results


def in_folder(calls: PicterraCalls, folder: str) -> list[str]:
    return [one["id"] for one in calls.get("rasters/", folder=folder)["results"]]


@pytest.fixture
def field(calls: PicterraCalls, tmp_path: Path) -> str:
    """A raster of Picterra."""
    return calls.upload_raster(pixel_files.raster(tmp_path / "field.tif"), name="Field 7")


@pytest.fixture
def product(run_descarteslabs: Any, catalog: CatalogCalls) -> str:
    """One that takes it."""
    made = catalog.product("fields")
    for number in (1, 2, 3):
        catalog.band(made, f"b{number}", number, dtype="Byte", data_range=[0, 255])
    return made


def test_stopped_only_the_parts_that_are_missing_are_fetched_and_sent(
    run: Any, run_pix4d: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    import processing

    part, target = 16 << 20, Results(sandbox)
    file = pixel_files.raster(tmp_path / "ortho.tif", size=(5000, 4800))
    given = {"KIND": RASTER, "ITEM": calls.upload_raster(file, name="Quarry"), "TARGET": "PIX4D project",
             "PLACE": str(target.id)}
    # Too slow for another large part to arrive whole before it is stopped, or after that.
    sandbox.fault(kind="slow_upload", operation="storage", method="PUT", bytes_per_second=1_000_000, count=0, after=2)

    def arrived() -> int:
        return sum(one["method"] == "PUT" for one in sandbox.control("GET", "storage/requests"))

    feedback = QgsProcessingFeedback()
    feedback.progressChanged.connect(lambda value: feedback.cancel() if arrived() >= 2 else None)
    with pytest.raises(QgsProcessingException):
        processing.run(SEND, given, feedback=feedback, context=run.context)
    assert not list(Path(tempfile.gettempdir()).glob("imagery-hub-job-*"))
    sandbox.clear_faults()
    before = sandbox.last_entry()
    results = resumed(run)
    key = str(target.outputs()["ortho"]["s3_key"]).removeprefix(f"{target.base}/")
    assert target.stored()[key] == file.read_bytes() and results["NEW_ID"].startswith(f"{target.id}:")
    fetched = sum(one["bytes_out"] for one in sandbox.log(after=before) if one["path"].startswith("/blob/"))
    assert part < fetched < file.stat().st_size - 2 * part + 100_000


@pytest.mark.parametrize("through", [True, False])
def test_what_has_arrived_whole_needs_its_source_no_more(
    run: Any, product: str, sandbox: SandboxProcess, catalog: CatalogCalls, calls: PicterraCalls, field: str,
    through: bool,
) -> None:
    sandbox.fault(kind="status", operation="getUpload", status=403, count=1, after=1)
    run.fails(SEND, KIND=RASTER, ITEM=field, TARGET="Descartes Labs product", PLACE=product, PASS_THROUGH=through)
    calls.change("DELETE", f"rasters/{field}/")
    assert resumed(run)["NEW_ID"] == f"{product}:Field_7"
    assert catalog.catalog(f"products/{product}/images/Field_7")["files"]


def test_a_raster_that_was_committed_needs_its_source_no_more(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, field: str
) -> None:
    folder = calls.post("folders/", {"name": "Arrived"})["id"]
    sandbox.fault(kind="status", operation="commitRaster", status=403, count=1)
    run.fails(SEND, KIND=RASTER, ITEM=field, TARGET="Picterra folder", PLACE=folder)
    calls.change("DELETE", f"rasters/{field}/")
    made = resumed(run)["NEW_ID"]
    assert in_folder(calls, folder) == [made]


def test_renamed_in_between_it_arrives_once_and_under_its_first_name(
    run: Any, product: str, sandbox: SandboxProcess, catalog: CatalogCalls, calls: PicterraCalls, field: str
) -> None:
    sandbox.fault(kind="status", operation="getUpload", status=403, count=1, after=1)
    run.fails(SEND, KIND=RASTER, ITEM=field, TARGET="Descartes Labs product", PLACE=product)
    calls.change("PUT", f"rasters/{field}/", {"name": "Field 8"})
    assert resumed(run)["NEW_NAME"] == "Field 7"
    found = catalog.sent("POST", "metadata/v1/search", json={"products": [product]})
    assert [one["key"] for one in found] == ["Field_7"]


def test_names_that_become_the_same_id_are_kept_apart(
    run: Any, product: str, catalog: CatalogCalls, calls: PicterraCalls, tmp_path: Path
) -> None:
    file = pixel_files.raster(tmp_path / "field.tif")
    ids = [calls.upload_raster(file, name=name) for name in ("Field 7", "Field_7")]
    sent = run(SEND, KIND=RASTER, ITEM=",".join(ids), TARGET="Descartes Labs product", PLACE=product)
    assert len(set(sent["NEW_ID"].split(","))) == 2
    assert len(catalog.sent("POST", "metadata/v1/search", json={"products": [product]})) == 2


def test_a_raster_that_is_gone_by_now_is_named(run: Any, calls: PicterraCalls) -> None:
    folder = calls.post("folders/", {"name": "Empty"})["id"]
    words = run.fails(SEND, KIND=RASTER, ITEM="00000000-0000-0000-0000-000000000000", TARGET="Picterra folder",
                      PLACE=folder)
    assert "refresh the list" in words and in_folder(calls, folder) == []


def test_what_storage_does_not_let_pass_goes_by_a_file(
    run: Any, run_descarteslabs: Any, product: str, sandbox: SandboxProcess, catalog: CatalogCalls,
    calls: PicterraCalls, between: Path, tmp_path: Path,
) -> None:
    """Storage that serves no ranges, and has no mark by which the same content is known again."""
    file = pixel_files.raster(tmp_path / "field.tif")
    raster = calls.upload_raster(file, name="Field 7")
    sandbox.fault(kind="status", path="^/blob/", method="GET", status=200, words="whole", count=1)
    sandbox.fault(kind="status", operation="createUpload", status=403, count=1)
    run.fails(SEND, KIND=RASTER, ITEM=raster, TARGET="Descartes Labs product", PLACE=product)
    assert [one.read_bytes() for one in between.glob("imagery-hub-job-*/*.tif")] == [file.read_bytes()]
    sent = resumed(run)
    (path,) = catalog.catalog(f"products/{product}/images/Field_7")["files"]
    kept = catalog.request("GET", f"storage/v1/products/get/{product}/{Path(path).name}").content
    assert sent["NEW_ID"] == f"{product}:Field_7" and kept == file.read_bytes()
