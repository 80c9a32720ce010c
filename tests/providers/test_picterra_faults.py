"""Trouble on the way, for each request of the flows: nothing lost, exactly one of each thing, failures with names."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imagery_hub.providers import steps
from imagery_hub.providers.errors import Cancelled, Kind, OpenQuestion, PlatformError
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.picterra.client import api_root
from imagery_hub.providers.picterra.flows import detectors, markers, polygons, rasters, results
from imagery_hub.providers.work import Work
from picterra_scenes import RED, annotated, trained
from picterra_trouble import NOT_TAKEN, TROUBLE, Hands, quick_work
from sandbox_images import boxes, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

AREA = [(0, 0, 40, 40)]


@pytest.fixture
def hands(sandbox: SandboxProcess) -> Iterator[Hands]:
    with Hands(sandbox) as made:
        yield made


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("operation", ["startRasterUpload", "putBlob", "commitRaster", "getOperation"])
def test_an_upload_ends_in_exactly_one_raster(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str, trouble: str
) -> None:
    image, calls = plain_image(tmp_path / "a.tif", 200, 200), PicterraCalls(sandbox)
    sandbox.fault(operation=operation, **TROUBLE[trouble])
    details = rasters.details_of(name="a", user_tag="x")
    raster = hands.persist(lambda work: rasters.upload_raster(hands.api, hands.engine, image, details, work))
    assert [one["id"] for one in calls.get("rasters/")["results"]] == [raster]
    address = calls.get(f"rasters/{raster}/download/")["download_url"]
    assert calls.session.get(address, timeout=60).content == image.read_bytes()
    others = [one for one in sandbox.control("GET", "picterra/rasters") if one["id"] != raster]
    slot_unknown = operation == "startRasterUpload" and trouble not in (*NOT_TAKEN, "throttled", "slow")
    assert [one["committed"] for one in others] == [False] * slot_unknown  # of which no request tells the id
    if trouble in ("throttled", "slow") or operation in ("commitRaster", "startRasterUpload"):
        assert hands.failures == []


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("operation", ["startVectorLayerUpload", "putBlob", "commitVectorLayerUpload", "getOperation"])
def test_a_vector_layer_is_made_once(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str, trouble: str
) -> None:
    calls, file = PicterraCalls(sandbox), tmp_path / "plots.geojson"
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    file.write_bytes(boxes([(2, 2, 20, 20)]))
    sandbox.fault(operation=operation, **TROUBLE[trouble])
    layer = hands.persist(
        lambda work: polygons.upload_vector_layer(hands.api, hands.engine, raster, file, {"name": "plots"}, work))
    assert [one["id"] for one in calls.get(f"rasters/{raster}/vector_layers/")["results"]] == [layer]


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("operation", ["startAnnotationsUpload", "putBlob", "commitAnnotationsUpload"])
def test_annotations_are_there_once(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str, trouble: str
) -> None:
    scene, file = annotated(PicterraCalls(sandbox), tmp_path), tmp_path / "outlines.geojson"
    file.write_bytes(boxes([(2, 2, 20, 20)]))
    sandbox.fault(operation=operation, **TROUBLE[trouble])

    def send(work: Work) -> None:
        polygons.set_annotations(
            hands.api, hands.engine, scene.detector, scene.raster, "testing_area", file, "", work)

    hands.persist(send)
    training = sandbox.control("GET", f"picterra/detectors/{scene.detector}")["training"][scene.raster]
    assert training["testing_area"]["count"] == 1


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("operation", [
    "startDetectionAreasUpload", "putBlob", "commitDetectionAreasUpload", "getOperation", "deleteDetectionAreas"])
def test_detection_areas_are_replaced_and_removed(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str, trouble: str
) -> None:
    calls, file = PicterraCalls(sandbox), tmp_path / "areas.geojson"
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    assert calls.upload(f"rasters/{raster}/detection_areas/upload/file/", boxes([(1, 1, 9, 9), (20, 20, 30, 30)]))
    file.write_bytes(boxes([(2, 2, 20, 20)]))
    sandbox.fault(operation=operation, **TROUBLE[trouble])
    upload = hands.persist(
        lambda work: polygons.set_detection_areas(hands.api, hands.engine, raster, file, work)[0])
    areas = sandbox.control("GET", f"picterra/rasters/{raster}")["detection_areas"]
    assert areas["geojson"] == json.loads(file.read_bytes())
    assert calls.get(f"rasters/{raster}/detection_areas/upload/{upload}/")["status"] == "ready"
    hands.persist(lambda work: polygons.remove_detection_areas(hands.api, raster, work))
    assert sandbox.control("GET", f"picterra/rasters/{raster}")["detection_areas"] is None


def importing(hands: Hands, sandbox: SandboxProcess, folder: Path) -> Callable[[Work], str]:
    """The import of a small area from the imagery server, into a folder of the platform."""
    area = folder / "area.geojson"
    area.write_bytes(boxes(AREA))
    source = sandbox.ready["picterra"]["source_id"]
    target = PicterraCalls(sandbox).post("folders/", {"name": "imported"})["id"]
    return lambda work: rasters.import_raster(hands.api, hands.engine, area, source, target, "valley", work)


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("operation", ["listRasters", "startRasterImport", "putBlob", "getOperation"])
def test_an_import_makes_one_raster(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str, trouble: str
) -> None:
    flow, before = importing(hands, sandbox, tmp_path), sandbox.last_entry()
    sandbox.fault(operation=operation, **TROUBLE[trouble])
    raster = hands.persist(flow)
    assert [one["id"] for one in PicterraCalls(sandbox).get("rasters/")["results"]] == [raster]
    assert len(sandbox.log(after=before, operation="commitRasterImport")) == 1


@pytest.mark.parametrize("trouble", TROUBLE)
def test_an_import_in_doubt_is_looked_for_and_never_sent_again(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, trouble: str
) -> None:
    """Nor in a later run: a server may charge for each."""
    flow, before, journal = importing(hands, sandbox, tmp_path), sandbox.last_entry(), MemoryJournal()
    # The platform would take it a second time, as nobody knows that it does not.
    sandbox.fault(operation="commitRasterImport", **TROUBLE[trouble])
    for _ in range(2):
        if trouble in NOT_TAKEN:
            with pytest.raises(OpenQuestion):
                flow(quick_work(journal))
        else:
            raster = flow(quick_work(journal, 0.5))
            assert [one["id"] for one in PicterraCalls(sandbox).get("rasters/")["results"]] == [raster]
    sent = [one["status"] for one in sandbox.log(after=before, operation="commitRasterImport")]
    assert len([status for status in sent if status != 429]) == 1
    if trouble in NOT_TAKEN:  # the user says that it was not done
        journal.forget("commit")
        raster = flow(quick_work(journal))
        assert [one["id"] for one in PicterraCalls(sandbox).get("rasters/")["results"]] == [raster]


def test_an_import_that_shows_up_late_is_found(hands: Hands, sandbox: SandboxProcess, tmp_path: Path) -> None:
    """An import is listed when it has ended, which takes its time (A12)."""
    flow, before = importing(hands, sandbox, tmp_path), sandbox.last_entry()
    sandbox.settings(job_seconds=1.5)
    sandbox.fault(operation="commitRasterImport", kind="lost_cut")
    raster = flow(quick_work(longest=0.7))
    assert [one["id"] for one in PicterraCalls(sandbox).get("rasters/")["results"]] == [raster]
    assert len(sandbox.log(after=before, operation="commitRasterImport")) == 1


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_training_set_holds_each_raster_once(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, trouble: str
) -> None:
    calls = PicterraCalls(sandbox)
    detector, image = calls.detector(), plain_image(tmp_path / "a.tif")
    ids = [calls.upload_raster(image) for _ in range(3)]
    sandbox.fault(operation="addRasterToDetector", after=1, **TROUBLE[trouble])
    hands.persist(lambda work: detectors.add_rasters(hands.api, detector, ids, work))
    there = [one["id"] for one in calls.get(f"detectors/{detector}/training_rasters/")["results"]]
    assert sorted(there) == sorted(ids)


@pytest.mark.parametrize("trouble", TROUBLE)
def test_what_is_edited_is_as_it_was_said(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, trouble: str
) -> None:
    calls = PicterraCalls(sandbox)
    detector, raster = calls.detector("trees"), calls.upload_raster(plain_image(tmp_path / "a.tif"), user_tag="kept")
    for operation in ("editRaster", "editDetector"):
        sandbox.fault(operation=operation, **TROUBLE[trouble])
    hands.persist(lambda work: hands.api.during(work).rasters.edit(raster, {"name": "b"}))
    hands.persist(lambda work: hands.api.during(work).detectors.edit(detector, "shrubs", {"tile_size": 512}))
    found = sandbox.control("GET", f"picterra/rasters/{raster}")
    assert (found["name"], found["user_tag"]) == ("b", "kept")
    found = calls.get(f"detectors/{detector}/")
    assert (found["name"], found["configuration"]["tile_size"]) == ("shrubs", 512)


@pytest.mark.parametrize("trouble", TROUBLE)
def test_what_is_created_is_created_once(hands: Hands, sandbox: SandboxProcess, tmp_path: Path, trouble: str) -> None:
    calls = PicterraCalls(sandbox)
    calls.detector("trees")
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    for operation in ("createDetector", "createFolder", "createRasterMarker"):
        sandbox.fault(operation=operation, **TROUBLE[trouble])
    detector = hands.persist(lambda work: detectors.create_detector(hands.api, "trees", {}, work))
    assert sorted(one["id"] == detector for one in calls.get("detectors/")["results"]) == [False, True]
    folder = hands.persist(lambda work: detectors.create_folder(hands.api, "new", work))
    assert [one["id"] for one in calls.get("folders/", search="new")["results"]] == [folder]
    places = [(9.0, 46.0, "one"), (9.1, 46.1, "two")]
    made = hands.persist(lambda work: ",".join(markers.create_markers(hands.api, raster, "", places, work)))
    listed = {one["id"]: one["text"] for one in calls.get(f"rasters/{raster}/markers/")["results"]}
    assert [listed[one] for one in made.split(",")] == ["one", "two"]
    assert len(listed) == 2


@pytest.mark.parametrize("trouble", TROUBLE)
def test_what_is_deleted_is_deleted_without_complaint(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, trouble: str
) -> None:
    calls = PicterraCalls(sandbox)
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    sandbox.fault(operation="deleteRaster", **TROUBLE[trouble])
    hands.persist(lambda work: rasters.delete_raster(hands.api, raster, work))
    assert calls.request("GET", f"rasters/{raster}/").status_code == 404


@pytest.mark.parametrize("operation", [
    "runDetector", "trainDetector", "runDatasetRecommendation", "runAdvancedTool", "commitRasterImport"])
@pytest.mark.parametrize("trouble", ["500", "500 after the work", "cut", "cut after the work", "malformed"])
def test_what_costs_money_is_never_repeated(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str, trouble: str
) -> None:
    scene = trained(PicterraCalls(sandbox), tmp_path)
    flows: dict[str, Callable[[Work], object]] = {
        "runDetector": lambda work: detectors.run(hands.api, scene.detector, scene.raster, "", work),
        "trainDetector": lambda work: detectors.train(hands.api, scene.detector, work),
        "runDatasetRecommendation": lambda work: detectors.recommend(hands.api, scene.detector, work),
        "runAdvancedTool": lambda work: detectors.run_advanced_tool(
            hands.api, sandbox.ready["picterra"]["tool_id"], {}, {}, work),
        "commitRasterImport": importing(hands, sandbox, tmp_path),
    }
    # What an import made is found by its name, where it made something.
    found = operation == "commitRasterImport" and trouble not in NOT_TAKEN
    sandbox.fault(operation=operation, count=0, **TROUBLE[trouble])
    before, journal = sandbox.last_entry(), MemoryJournal()
    if not found:
        for _ in range(2):
            with pytest.raises(OpenQuestion):
                flows[operation](quick_work(journal))
            sandbox.clear_faults()
    else:
        assert flows[operation](quick_work(journal, 0.5)) == flows[operation](quick_work(journal))
    assert len([one for one in sandbox.log(after=before) if one["operation"] == operation]) == 1


def test_a_refused_start_may_be_taken_again(hands: Hands, sandbox: SandboxProcess, tmp_path: Path) -> None:
    scene = trained(PicterraCalls(sandbox), tmp_path)
    sandbox.fault(operation="runDetector", kind="status", status=429)
    journal = MemoryJournal()
    with pytest.raises(PlatformError) as caught:
        detectors.run(hands.api, scene.detector, scene.raster, "", quick_work(journal))
    assert caught.value.kind is Kind.THROTTLED
    operation_id, state = detectors.run(hands.api, scene.detector, scene.raster, "", quick_work(journal))
    assert state["status"] == "success"
    assert operation_id


def test_an_expired_address_takes_a_fresh_slot_and_leaves_nothing_behind(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    image = plain_image(tmp_path / "a.tif")
    sandbox.fault(operation="putBlob", kind="expired")
    raster = rasters.upload_raster(hands.api, hands.engine, image, rasters.details_of(name="a"), quick_work())
    assert [one["id"] for one in sandbox.control("GET", "picterra/rasters")] == [raster]


def test_a_slot_that_is_given_after_the_cancel_is_given_back(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.fault(operation="startRasterUpload", kind="delay", seconds=1.0)
    before = sandbox.last_entry()
    work = Work(cancelled=lambda: bool(sandbox.log(operation="startRasterUpload", after=before)))
    with pytest.raises(Cancelled):
        rasters.upload_raster(
            hands.api, hands.engine, plain_image(tmp_path / "a.tif"), rasters.details_of(name="a"), work)
    hands.engine.close()
    assert sandbox.control("GET", "picterra/rasters") == []


def test_what_was_sent_is_committed_though_the_file_is_gone(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    image, journal = plain_image(tmp_path / "a.tif"), MemoryJournal()
    details = rasters.details_of(name="a")
    sandbox.fault(operation="commitRaster", kind="status", status=403)
    with pytest.raises(PlatformError):
        rasters.upload_raster(hands.api, hands.engine, image, details, quick_work(journal))
    image.unlink()
    raster = rasters.upload_raster(hands.api, hands.engine, image, details, quick_work(journal))
    assert [one["id"] for one in PicterraCalls(sandbox).get("rasters/")["results"]] == [raster]


def test_a_layer_with_a_longer_name_is_not_taken_for_the_one_in_doubt(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    calls, file, journal = PicterraCalls(sandbox), tmp_path / "plots.geojson", MemoryJournal()
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    file.write_bytes(boxes([(2, 2, 20, 20)]))
    journal.finish("layers before", [])
    calls.upload(f"vector_layers/{raster}/upload/", file.read_bytes(), {"name": "plots of last year"})
    sandbox.fault(operation="commitVectorLayerUpload", kind="cut")
    work = quick_work(journal)
    layer = polygons.upload_vector_layer(hands.api, hands.engine, raster, file, {"name": "plots"}, work)
    assert calls.get(f"vector_layers/{layer}/")["name"] == "plots"


def test_the_journal_keeps_of_a_start_only_what_following_needs(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """Answers may hold more than is known today, signed addresses for instance."""
    scene, journal = trained(PicterraCalls(sandbox), tmp_path), MemoryJournal()
    plain = hands.api.http.json
    hands.api.detectors._http.json = lambda *given, **named: {**plain(*given, **named), "upload_url": "https://x/?s=1"}
    detectors.run(hands.api, scene.detector, scene.raster, "", quick_work(journal))
    assert set(journal.read("start").value) == {"operation_id", "poll_interval"}


def test_a_download_outlives_its_address(hands: Hands, sandbox: SandboxProcess, tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif", 500, 500)
    raster = PicterraCalls(sandbox).upload_raster(image)
    sandbox.fault(operation="getBlob", kind="expired")
    rasters.download_raster(hands.api, hands.engine, raster, tmp_path / "b.tif", quick_work())
    assert (tmp_path / "b.tif").read_bytes() == image.read_bytes()


COMMITS = ("commitRaster", "commitRasterImport", "commitDetectionAreasUpload", "commitVectorLayerUpload",
           "commitAnnotationsUpload")


@pytest.mark.parametrize("operation", COMMITS)
def test_a_throttled_commit_waits_as_long_as_it_is_asked_to(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str
) -> None:
    """As a half made thing would stay behind (notes, section 6)."""
    scene, file = annotated(PicterraCalls(sandbox), tmp_path), tmp_path / "shapes.geojson"
    file.write_bytes(boxes(RED))
    api, engine, detector, raster = hands.api, hands.engine, scene.detector, scene.raster
    flows: dict[str, Callable[[Work], object]] = {
        "commitRaster": lambda work: rasters.upload_raster(
            api, engine, scene.image, rasters.details_of(name="b"), work),
        "commitRasterImport": importing(hands, sandbox, tmp_path),
        "commitDetectionAreasUpload": lambda work: polygons.set_detection_areas(api, engine, raster, file, work),
        "commitVectorLayerUpload": lambda work: polygons.upload_vector_layer(
            api, engine, raster, file, {"name": "plots"}, work),
        "commitAnnotationsUpload": lambda work: polygons.set_annotations(
            api, engine, detector, raster, "testing_area", file, "", work),
    }
    pauses: list[float] = []
    sandbox.fault(operation=operation, kind="status", status=429, retry_after=7)
    before = sandbox.last_entry()
    flows[operation](Work(pause=pauses.append))
    assert any(7 <= pause < 8 for pause in pauses)
    assert [one["status"] for one in sandbox.log(after=before, operation=operation)] == [429, 201]
    assert len(sandbox.log(after=before, operation="putBlob")) == 1


def test_a_throttled_commit_really_waits(hands: Hands, sandbox: SandboxProcess, tmp_path: Path) -> None:
    flow = importing(hands, sandbox, tmp_path)
    sandbox.fault(operation="commitRasterImport", kind="status", status=429, retry_after=1)
    begun = time.monotonic()
    flow(Work())
    assert time.monotonic() - begun > 1


def test_a_revoked_key_is_named_and_the_job_can_go_on(hands: Hands, sandbox: SandboxProcess, tmp_path: Path) -> None:
    image, journal = plain_image(tmp_path / "a.tif"), MemoryJournal()
    details = rasters.details_of(name="a")
    sandbox.fault(operation="commitRaster", kind="revoke_key")
    with pytest.raises(PlatformError) as caught:
        rasters.upload_raster(hands.api, hands.engine, image, details, quick_work(journal))
    assert caught.value.kind is Kind.NOT_LOGGED_IN
    sandbox.control("POST", "picterra/keys", {"key": PICTERRA_KEY, "revoked": False})
    raster = rasters.upload_raster(hands.api, hands.engine, image, details, quick_work(journal))
    assert [one["id"] for one in sandbox.control("GET", "picterra/rasters")] == [raster]


@pytest.mark.needs_assumed("A15")
def test_a_platform_that_cannot_read_the_file_says_so(hands: Hands, sandbox: SandboxProcess, tmp_path: Path) -> None:
    damaged = tmp_path / "a.tif"
    damaged.write_bytes(b"II*\0 and no more")
    with pytest.raises(PlatformError) as caught:
        rasters.upload_raster(hands.api, hands.engine, damaged, rasters.details_of(name="a"), quick_work())
    assert caught.value.kind is Kind.JOB_FAILED
    assert caught.value.words


def test_nothing_depends_on_what_is_only_assumed(hands: Hands, sandbox: SandboxProcess, tmp_path: Path) -> None:
    calls, image = PicterraCalls(sandbox), plain_image(tmp_path / "a.tif")
    sandbox.settings(drop_assumed=True)
    raster = rasters.upload_raster(hands.api, hands.engine, image, rasters.details_of(name="a"), quick_work())
    assert "user_tag" not in hands.api.rasters.get(raster)
    assert markers.create_markers(hands.api, raster, "", [(9.0, 46.0, "note")], quick_work())
    sandbox.settings(drop_assumed=False)
    scene = trained(calls, tmp_path)
    sandbox.settings(drop_assumed=True)
    operation_id, _ = detectors.run(hands.api, scene.detector, scene.raster, "", quick_work())
    found = results.download_results(hands.api, hands.engine, operation_id, tmp_path, "", quick_work())
    assert [(one.name, one.color) for one in found] == [("squares", "")]
    assert len(list(steps.entries(hands.api.vector_layers.list(scene.raster)))) == 1
    assert RED


@pytest.mark.parametrize(("given", "root"), [
    ("", "https://app.picterra.ch/public/api/v2/"),
    ("https://app.picterra.ch", "https://app.picterra.ch/public/api/v2/"),
    ("https://app.picterra.ch/public/api/v2", "https://app.picterra.ch/public/api/v2/"),
    (" http://127.0.0.1:8765/ ", "http://127.0.0.1:8765/public/api/v2/"),
    ("https://proxy.example/picterra/public/api/v2/", "https://proxy.example/picterra/public/api/v2/"),
])
def test_both_forms_of_the_address_are_understood(given: str, root: str) -> None:
    assert api_root(given) == root
