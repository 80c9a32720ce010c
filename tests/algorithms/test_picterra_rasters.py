"""Rasters by algorithm; what happened on the platform is read back by plain HTTP."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.algorithms import imagery
from imagery_hub.core import main_thread
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import Cancelled
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.work import Work
from imagery_hub.ui.add_to_map.target import free
from osgeo import gdal
from qgis.core import QgsApplication, QgsProcessingAlgRunnerTask, QgsProcessingFeedback, QgsRasterLayer
from qgis.PyQt.QtCore import QDateTime, Qt
from sandbox_images import plain_image, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


def test_upload_carries_everything_that_is_said_of_the_raster(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    folder = calls.post("folders/", {"name": "orchards"})["id"]
    image = plain_image(tmp_path / "orchard.tif")
    result = run(
        "uploadraster", INPUT=str(image), NAME="orchard, June", FOLDER=folder,
        CAPTURED_AT=QDateTime.fromString("2024-06-02T09:41:00Z", Qt.DateFormat.ISODate), IDENTITY_KEY="flight-0193",
        CLOUD_COVERAGE=0, USER_TAG="june", MULTISPECTRAL=False,
    )
    raster = sandbox.control("GET", f"picterra/rasters/{result['RASTER_ID']}")
    expected = {"name": "orchard, June", "status": "ready", "folder_id": folder, "identity_key": "flight-0193",
                "cloud_coverage": 0, "user_tag": "june", "multispectral": False}
    assert {name: raster[name] for name in expected} == expected
    assert raster["captured_at"].startswith("2024-06-02T09:41:00")
    address = calls.get(f"rasters/{result['RASTER_ID']}/download/")["download_url"]
    assert calls.session.get(address, timeout=60).content == image.read_bytes()


def test_upload_of_a_layer_takes_the_name_of_its_file(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(plain_image(tmp_path / "meadow.tif")), "shown otherwise")
    raster = calls.get(f"rasters/{run('uploadraster', INPUT=layer)['RASTER_ID']}/")
    assert (raster["name"], raster["multispectral"]) == ("meadow", True)


def test_several_rasters_go_up_in_order(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    images = [str(plain_image(tmp_path / f"{name}.tif")) for name in ("one", "two", "three")]
    result = run("uploadrasters", INPUTS=images, USER_TAG="batch")
    ids = result["RASTER_IDS"].split(",")
    assert [calls.get(f"rasters/{one}/")["name"] for one in ids] == ["one", "two", "three"]
    assert result["COUNT"] == 3
    assert calls.get("rasters/", user_tag="batch")["count"] == 3


@pytest.mark.parametrize("name", [
    "../../x", "ü" * 300, "<b>&amp;</b>", "日本の果樹園 🛰", "'; drop table x; --", "מטע תפוחים 2024", "مُزْرَعَةُ الزَّيْتُونِ",
    "e\u0301tang, de\u0301cembre", "สวนผลไม้", "orchard\u202efit.exe", "/etc/passwd", "..", "C:\\x"])
def test_a_name_is_data(run: Any, calls: PicterraCalls, tmp_path: Path, name: str) -> None:
    raster = run("uploadraster", INPUT=str(plain_image(tmp_path / "a.tif")), NAME=name)["RASTER_ID"]
    assert calls.get(f"rasters/{raster}/")["name"] == name
    table = run("listrasters", OUTPUT="memory:")["OUTPUT"]
    assert [feature["name"] for feature in table.getFeatures()] == [name]
    folder = tmp_path / "inner" / "deep"
    folder.mkdir(parents=True)
    before = set(tmp_path.rglob("*"))
    target = free(folder, run("getraster", RASTER=raster)["NAME"], raster, ".tif", ())
    run("downloadraster", RASTER=raster, OUTPUT=str(target))
    (made,) = set(tmp_path.rglob("*")) - before
    assert made.parent == folder and made.read_bytes() == (tmp_path / "a.tif").read_bytes()
    assert made.name == unicodedata.normalize("NFC", made.name) and not set(made.name) & set("/\\:<>\u202e")
    own = re.sub(r"[\W_]", "", unicodedata.normalize("NFC", name))
    assert own[:20] in re.sub(r"[\W_]", "", made.name)  # and can be told by it


def test_what_cannot_be_uploaded_is_named_before_anything_is_sent(run: Any, tmp_path: Path) -> None:
    empty, damaged, text = tmp_path / "empty.tif", tmp_path / "cut.tif", tmp_path / "notes.txt"
    empty.touch()
    damaged.write_bytes(plain_image(tmp_path / "whole.tif", 400, 400).read_bytes()[:8])
    text.write_text("no image")
    assert "empty.tif is empty" in run.refused("uploadraster", INPUT=str(empty))
    assert "cut.tif is damaged" in run.refused("uploadraster", INPUT=str(damaged))
    assert "does not take notes.txt" in run.refused("uploadraster", INPUT=str(text))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each image whose lines are read, whether the main thread does it."""
    found: list[bool] = []
    read = imagery.readable

    def noted(path: Path) -> bool:
        found.append(main_thread.is_main_thread())
        return read(path)

    monkeypatch.setattr(imagery, "readable", noted)
    return found


@pytest.fixture
def cut_inside(tmp_path: Path) -> str:
    """A file whose header is whole and whose last lines are not there."""
    whole = plain_image(tmp_path / "whole.tif", 400, 400).read_bytes()
    (tmp_path / "short.tif").write_bytes(whole[: len(whole) * 3 // 4])
    return str(tmp_path / "short.tif")


@pytest.mark.parametrize(("called", "parameters"), [
    ("uploadraster", {"INPUT": "FILE"}),
    ("uploadrasters", {"INPUTS": ["WHOLE", "FILE"]}),
    ("estimatecharge", {"RASTER": "r", "LOCAL_RASTER": "FILE"}),
    ("rundetector", {"RASTER": "r", "DETECTOR": "d", "LOCAL_RASTER": "FILE", "CONFIRM": True}),
])
def test_lines_of_an_image_are_read_where_nobody_waits_and_before_anything_is_sent(
    run: Any, sandbox: SandboxProcess, qtbot: Any, tmp_path: Path, readings: list[bool], cut_inside: str, called: str,
    parameters: dict[str, Any],
) -> None:
    files = {"FILE": cut_inside, "WHOLE": str(plain_image(tmp_path / "fine.tif"))}
    named = {
        name: [files[one] for one in value] if isinstance(value, list) else files.get(value, value)
        for name, value in parameters.items()
    }
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:picterra_{called}")
    before = sandbox.last_entry()
    assert algorithm.checkParameterValues(named, run.context)[0]
    feedback = QgsProcessingFeedback(False)
    task = QgsProcessingAlgRunnerTask(algorithm, named, run.context, feedback)
    assert readings == []
    with qtbot.waitSignal(task.executed, timeout=10000) as told:
        QgsApplication.taskManager().addTask(task)
    assert not told.args[0]
    assert "short.tif is damaged" in feedback.textLog()
    assert set(readings) == {False}  # on another thread than the main one
    assert sandbox.last_entry() == before


@pytest.mark.parametrize("packing", [
    ["COMPRESS=LZW"], ["COMPRESS=DEFLATE", "TILED=YES"], ["COMPRESS=ZSTD", "INTERLEAVE=BAND"]])
@pytest.mark.parametrize("called", ["uploadraster", "uploadrasters"])
def test_an_image_that_is_damaged_in_its_middle_is_not_sent(
    run: Any, sandbox: SandboxProcess, tmp_path: Path, called: str, packing: list[str]
) -> None:
    """Its header is whole, and so are its first and last lines."""
    # Few values, so that all ways of packing have something to pack: what they leave as it is has no wrong bytes.
    noise = np.random.default_rng(3).integers(0, 16, (3, 700, 700)).astype(np.uint8)
    write_image(tmp_path / "noise.tif", noise)
    damaged = tmp_path / "middle.tif"
    gdal.Translate(str(damaged), str(tmp_path / "noise.tif"), creationOptions=packing)
    imagery.require_undamaged([damaged], Work())
    content = bytearray(damaged.read_bytes())
    half = len(content) // 2
    content[half:half + 4000] = bytes(4000)
    damaged.write_bytes(content)
    assert imagery.readable(damaged)
    before = sandbox.last_entry()
    fine = str(plain_image(tmp_path / "fine.tif"))
    given = {"INPUTS": [fine, str(damaged)]} if called == "uploadrasters" else {"INPUT": str(damaged)}
    assert "middle.tif is damaged" in run.fails(called, **given)
    assert sandbox.last_entry() == before


def test_every_pixel_is_looked_at_once_and_a_stop_ends_that(run: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(imagery, "WINDOW_BYTES", 50_000)
    tiled = tmp_path / "tiled.tif"
    gdal.Translate(str(tiled), str(plain_image(tmp_path / "a.tif", 700, 500)), creationOptions=["TILED=YES"])
    for image in (tiled, tmp_path / "a.tif"):
        seen = np.zeros((500, 700), int)
        for left, top, columns, rows in imagery._windows(gdal.Open(str(image))):
            seen[top:top + rows, left:left + columns] += 1
        assert (seen == 1).all()
    looks: list[int] = []

    def stopped() -> bool:
        looks.append(len(looks))
        return len(looks) > 4

    with pytest.raises(Cancelled):
        imagery.require_undamaged([tiled], Work(cancelled=stopped))
    assert len(looks) == 5


def test_of_a_large_image_parts_are_looked_at_all_over_it(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(imagery, "WINDOW_BYTES", 20_000)
    image = plain_image(tmp_path / "a.tif", 700, 1000)
    windows = list(imagery._windows(gdal.Open(str(image))))
    assert len(windows) > 5 * imagery.MOST_WINDOWS
    looks: list[int] = []
    imagery.require_undamaged([image], Work(cancelled=lambda: bool(looks.append(1))))
    assert imagery.MOST_WINDOWS // 2 < len(looks) <= imagery.MOST_WINDOWS + 2  # two are of the job's step
    content = bytearray(image.read_bytes())
    image.write_bytes(content[:len(content) * 3 // 4])
    with pytest.raises(Problem):
        imagery.require_undamaged([image], Work())


def test_an_image_is_read_once_for_a_job(tmp_path: Path) -> None:
    image, journal = plain_image(tmp_path / "a.tif"), MemoryJournal()
    imagery.require_undamaged([image], Work(journal))
    image.write_bytes(b"")
    imagery.require_undamaged([image], Work(journal))
    with pytest.raises(Problem):
        imagery.require_undamaged([image], Work())


def test_download_gives_the_same_bytes(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif", 700, 500)
    raster = calls.upload_raster(image)
    result = run("downloadraster", RASTER=raster, OUTPUT=str(tmp_path / "b.tif"))
    assert Path(result["OUTPUT"]).read_bytes() == image.read_bytes()
    assert result["RASTER_ID"] == raster


def test_list_with_every_filter(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif")
    folder = calls.post("folders/", {"name": "f"})["id"]
    old = calls.upload_raster(image, name="old barn", captured_at="2020-01-01T00:00:00Z", cloud_coverage=80)
    new = calls.upload_raster(
        image, name="new barn", folder_id=folder, captured_at="2024-01-01T00:00:00Z", cloud_coverage=5, user_tag="x")
    from sandbox_images import boxes

    assert calls.upload(f"vector_layers/{new}/upload/", boxes([(2, 2, 9, 9)]), {"name": "l"})["status"] == "success"

    def ids(**filters: Any) -> list[str]:
        return run("listrasters", **filters)["RASTER_IDS"].split(",")

    assert ids() == [new, old]
    assert ids(FOLDER=folder) == [new]
    assert ids(SEARCH="OLD") == [old]
    assert ids(USER_TAG=" x ") == [new]
    assert ids(MAX_CLOUD_COVERAGE=5) == [new]
    assert ids(CAPTURED_BEFORE="2021-01-01T00:00:00Z") == [old]
    assert ids(CAPTURED_AFTER="2021-01-01T00:00:00Z") == [new]
    assert ids(HAS_VECTOR_LAYERS=1) == [new]
    assert ids(HAS_VECTOR_LAYERS=2) == [old]


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_rasters_are_listed_with_their_footprints(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    table = run("listrasters", OUTPUT="memory:")["OUTPUT"]
    footprint = calls.get(f"rasters/{raster}/")["footprint"]["bbox"]
    box = next(table.getFeatures()).geometry().boundingBox()
    assert [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()] == pytest.approx(footprint, abs=1e-9)
    assert table.crs().authid() == "EPSG:4326"


def test_long_lists_come_page_by_page(run: Any, sandbox: SandboxProcess, calls: PicterraCalls) -> None:
    for number in range(45):
        calls.post("folders/", {"name": f"folder {number}"})
    before = sandbox.last_entry()
    assert run("listfolders", MAXIMUM=25)["COUNT"] == 25
    asked = [entry for entry in sandbox.log(after=before) if entry["operation"] == "listFolders"]
    assert len(asked) == 2
    assert run("listfolders")["COUNT"] == 45


def test_get_raster_gives_what_models_need(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"), name="a")
    result = run("getraster", RASTER=raster)
    assert (result["NAME"], result["STATUS"]) == ("a", "ready")
    assert result["FOOTPRINT"].startswith("MultiPolygon (((")


@pytest.mark.needs_assumed("A36", "Raster.cloud_coverage", "Raster.user_tag")
def test_get_raster_gives_clouds_and_tag(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"), name="a", cloud_coverage=7, user_tag="t")
    result = run("getraster", RASTER=raster)
    assert (result["CLOUD_COVERAGE"], result["USER_TAG"]) == (7, "t")


def test_edit_changes_what_is_given_and_nothing_else(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"), name="a", user_tag="t", multispectral=True)
    folder = calls.post("folders/", {"name": "other"})["id"]
    run("editraster", RASTER=raster, NAME="b", FOLDER=folder, CLOUD_COVERAGE=0, IDENTITY_KEY="k",
        BAND_RANGES=[0, 128, 0, 128, 0, 128], DISPLAY_BANDS="3,2,1")
    after = sandbox.control("GET", f"picterra/rasters/{raster}")
    assert (after["name"], after["folder_id"], after["cloud_coverage"], after["user_tag"]) == ("b", folder, 0, "t")
    assert after["identity_key"] == "k"


def test_edit_sends_the_band_specification_in_both_forms(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"), name="a", multispectral=True)
    ranges = [[0, 128], [1, 99.5], [2, 98]]
    shown = {"type": "multiband", "name": "default", "bands": [2, 1, 0]}
    flat = [value for pair in ranges for value in pair]
    for form, expected in (
        (0, {"ranges": ranges, "display_bands": [shown]}),
        (1, {"ranges": ranges, "vizbands": [2, 1, 0]}),
    ):
        run("editraster", RASTER=raster, BAND_RANGES=flat, DISPLAY_BANDS="3, 2, 1", BAND_FORM=form)
        assert sandbox.control("GET", f"picterra/rasters/{raster}")["band_specification"] == expected


@pytest.mark.parametrize(("wrong", "words"), [
    ({"BAND_RANGES": [5, 5]}, "below its maximum"),
    ({"DISPLAY_BANDS": "1,2,3"}, "without value ranges"),
    ({"BAND_RANGES": [0, 255], "DISPLAY_BANDS": "2"}, "from 1 to the number"),
    ({"BAND_RANGES": ["0", "", "", "255"]}, "Row 1 of the value ranges of the bands lacks"),
    ({"BAND_RANGES": ["0", "255", "", "", "0", "9"]}, "Row 2 of the value ranges of the bands lacks"),
    ({"BAND_RANGES": ["0", "255", "0"]}, "Row 2 of the value ranges of the bands lacks"),
    ({"BAND_RANGES": ["nan", "255"]}, "takes numbers"),
    ({"BAND_RANGES": ["0", "inf"]}, "takes numbers"),
    ({"BAND_RANGES": ["low", "high"]}, "takes numbers"),
])
def test_edit_refuses_a_wrong_band_specification(run: Any, wrong: dict[str, Any], words: str) -> None:
    assert words in run.refused("editraster", RASTER="r", **wrong)


def test_empty_rows_below_the_ranges_are_none(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"), multispectral=True)
    run("editraster", RASTER=raster, BAND_RANGES=["0", "128", "1", "99.5", "-2", "98", "", "", "", ""])
    there = sandbox.control("GET", f"picterra/rasters/{raster}")["band_specification"]
    assert there == {"ranges": [[0, 128], [1, 99.5], [-2, 98]]}


@pytest.mark.parametrize(("called", "given"), [
    ("editraster", {"RASTER": "r"}),
    ("editraster", {"RASTER": "r", "NAME": " ", "BAND_RANGES": ["", ""], "CLEAR": []}),
    ("editdetector", {"DETECTOR": "d"}),
    ("editvectorlayer", {"VECTOR_LAYER": "v", "NAME": ""}),
])
def test_an_edit_of_nothing_is_not_told_to_have_succeeded(run: Any, called: str, given: dict[str, Any]) -> None:
    assert "Nothing is to be changed" in run.refused(called, **given)


def test_tag_and_identity_key_can_be_removed(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"), name="a", user_tag="t", identity_key="k")

    def there() -> tuple[str, str, str]:
        found = sandbox.control("GET", f"picterra/rasters/{raster}")
        return found["name"], found["user_tag"], found["identity_key"]

    assert there() == ("a", "t", "k")
    run("editraster", RASTER=raster, CLEAR=[0])
    assert there() == ("a", "", "k")
    words = run.refused("editraster", RASTER=raster, CLEAR=[0, 1], IDENTITY_KEY="other")
    assert "“Identity key” is to be both changed and removed" in words
    run("editraster", RASTER=raster, CLEAR=[1], USER_TAG="new")
    assert there() == ("a", "new", "")


def test_delete_needs_to_be_confirmed(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    assert "Confirm" in run.refused("deleteraster", RASTER=raster)
    assert run("deleteraster", RASTER=raster, CONFIRM=True)["RASTER_ID"] == raster
    assert calls.request("GET", f"rasters/{raster}/").status_code == 404
    assert "does not know" in run.fails("deleteraster", RASTER=raster, CONFIRM=True)
