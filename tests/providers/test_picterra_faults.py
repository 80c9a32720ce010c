"""Trouble on the way, for each request of the flows: nothing lost, exactly one of each thing, failures with names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imagery_hub.providers import steps
from imagery_hub.providers.errors import Cancelled, Kind, OpenQuestion, PlatformError
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.picterra.client import PicterraClient, api_root, connect_client
from imagery_hub.providers.picterra.flows import detectors, markers, polygons, rasters, results
from imagery_hub.providers.transfer import TransferEngine
from imagery_hub.providers.work import Work
from picterra_scenes import RED, annotated, trained
from sandbox_images import boxes, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

QUICK = RetryPolicy(attempts=4, first=0.01, longest=0.05)


def quick_work(journal: MemoryJournal | None = None) -> Work:
    """A work whose waits are short."""
    return Work(journal, pause=lambda seconds: time.sleep(min(seconds, 0.05)))


class Hands:
    """A client, an engine, and jobs that are run until they end."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.api: PicterraClient = connect_client(PICTERRA_KEY, sandbox.address, retry=QUICK)
        self.engine = TransferEngine(retry=QUICK)
        self.failures: list[PlatformError] = []

    def persist(self, flow: Callable[[Work], str], runs: int = 3) -> str:
        """Run the job, and again with the same journal after each failure, as "Continue" does."""
        journal = MemoryJournal()
        for _ in range(runs):
            try:
                return flow(quick_work(journal))
            except PlatformError as error:
                assert not isinstance(error, OpenQuestion)
                self.failures.append(error)
        raise AssertionError(f"It did not end: {self.failures}")


@pytest.fixture
def hands(sandbox: SandboxProcess) -> Iterator[Hands]:
    made = Hands(sandbox)
    yield made
    made.engine.close()
    made.api.http.close()


TROUBLE = {
    "throttled": {"kind": "status", "status": 429, "retry_after": 0},
    "500": {"kind": "status", "status": 500},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503},
    "500 after the work": {"kind": "lost", "status": 500},
    "503 after the work": {"kind": "lost", "status": 503},
    "cut": {"kind": "cut"},
    "cut after the work": {"kind": "lost_cut"},
    "answer cut": {"kind": "cut_answer"},
    "truncated": {"kind": "truncate"},
    "malformed": {"kind": "malformed"},
    "slow": {"kind": "delay", "seconds": 0.3},
}


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

    def send(work: Work) -> str:
        polygons.set_annotations(
            hands.api, hands.engine, scene.detector, scene.raster, "testing_area", file, "", work)
        return ""

    hands.persist(send)
    training = sandbox.control("GET", f"picterra/detectors/{scene.detector}")["training"][scene.raster]
    assert training["testing_area"]["count"] == 1


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

    def delete(work: Work) -> str:
        rasters.delete_raster(hands.api, raster, work)
        return ""

    hands.persist(delete)
    assert calls.request("GET", f"rasters/{raster}/").status_code == 404


@pytest.mark.parametrize("operation", ["runDetector", "trainDetector", "runDatasetRecommendation"])
@pytest.mark.parametrize("trouble", ["500", "500 after the work", "cut", "cut after the work", "malformed"])
def test_what_costs_money_is_never_repeated(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path, operation: str, trouble: str
) -> None:
    scene = trained(PicterraCalls(sandbox), tmp_path)
    flows = {
        "runDetector": lambda work: detectors.run(hands.api, scene.detector, scene.raster, "", work),
        "trainDetector": lambda work: detectors.train(hands.api, scene.detector, work),
        "runDatasetRecommendation": lambda work: detectors.recommend(hands.api, scene.detector, work),
    }
    sandbox.fault(operation=operation, count=0, **TROUBLE[trouble])
    before, journal = sandbox.last_entry(), MemoryJournal()
    with pytest.raises(PlatformError) as first:
        flows[operation](quick_work(journal))
    assert not isinstance(first.value, OpenQuestion)
    sandbox.clear_faults()
    with pytest.raises(OpenQuestion):
        flows[operation](quick_work(journal))
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
    until = time.monotonic() + 0.5
    work = Work(cancelled=lambda: time.monotonic() > until)
    with pytest.raises(Cancelled):
        rasters.upload_raster(
            hands.api, hands.engine, plain_image(tmp_path / "a.tif"), rasters.details_of(name="a"), work)
    hands.engine.close()
    assert "startRasterUpload" in [entry["operation"] for entry in sandbox.log()]
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


def test_a_throttled_commit_waits_as_long_as_it_is_asked_to(
    hands: Hands, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    pauses: list[float] = []
    sandbox.fault(operation="commitRaster", kind="status", status=429, retry_after=7)
    work = Work(pause=pauses.append)
    raster = rasters.upload_raster(
        hands.api, hands.engine, plain_image(tmp_path / "a.tif"), rasters.details_of(name="a"), work)
    assert any(7 <= pause < 8 for pause in pauses)
    assert [one["id"] for one in PicterraCalls(sandbox).get("rasters/")["results"]] == [raster]


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
