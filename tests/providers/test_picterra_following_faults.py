"""Trouble while the platform works and while its files are fetched: started once, followed on, bytes identical."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import Kind, PlatformError
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.picterra.flows import detectors, polygons, rasters, results
from imagery_hub.providers.work import Work
from picterra_scenes import RED, Scene, detected, trained
from picterra_trouble import TROUBLE, Hands, quick_work
from sandbox_images import boxes, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

# What storage says without a length or a date cannot be told from what it holds.
FETCHING = {name: trouble for name, trouble in TROUBLE.items() if name not in ("truncated", "malformed")}


@pytest.fixture
def hands(sandbox: SandboxProcess) -> Iterator[Hands]:
    with Hands(sandbox) as made:
        yield made


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PicterraCalls:
    return PicterraCalls(sandbox)


@pytest.fixture
def scene(calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


def fetched(calls: PicterraCalls, address: str) -> bytes:
    """What an address holds, without the plugin."""
    answer = calls.session.get(address, timeout=60)
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("operation", [
    "trainDetector", "runDetector", "runDatasetRecommendation", "commitRaster", "commitRasterImport",
    "commitDetectionAreasUpload", "commitVectorLayerUpload", "commitAnnotationsUpload"])
def test_a_key_that_is_revoked_while_the_platform_works(
    hands: Hands, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, operation: str
) -> None:
    """It is named, and with a good key the same work is followed on."""
    file, folder = tmp_path / "shapes.geojson", calls.post("folders/", {"name": "imported"})["id"]
    file.write_bytes(boxes(RED))
    api, engine, detector, raster = hands.api, hands.engine, scene.detector, scene.raster
    source = sandbox.ready["picterra"]["source_id"]
    flows: dict[str, Callable[[Work], object]] = {
        "trainDetector": lambda work: detectors.train(api, detector, work)[1]["status"],
        "runDetector": lambda work: detectors.run(api, detector, raster, "", work)[1]["status"],
        "runDatasetRecommendation": lambda work: detectors.recommend(api, detector, work)[1]["status"],
        "commitRaster": lambda work: rasters.upload_raster(
            api, engine, scene.image, rasters.details_of(name="b"), work),
        "commitRasterImport": lambda work: rasters.import_raster(api, engine, file, source, folder, "valley", work),
        "commitDetectionAreasUpload": lambda work: polygons.set_detection_areas(
            api, engine, raster, file, work)[1]["status"],
        "commitVectorLayerUpload": lambda work: polygons.upload_vector_layer(
            api, engine, raster, file, {"name": "plots"}, work),
        "commitAnnotationsUpload": lambda work: polygons.set_annotations(
            api, engine, detector, raster, "testing_area", file, "", work)["status"],
    }
    sandbox.settings(job_seconds=600)  # until the second look at least
    sandbox.fault(operation="getOperation", kind="revoke_key", after=1)
    before, journal = sandbox.last_entry(), MemoryJournal()
    with pytest.raises(PlatformError) as caught:
        flows[operation](quick_work(journal))
    assert caught.value.kind is Kind.NOT_LOGGED_IN
    sandbox.control("POST", "picterra/keys", {"key": PICTERRA_KEY, "revoked": False})
    sandbox.settings(job_seconds=0.0)
    sandbox.advance(601)
    ended = flows[operation](quick_work(journal))
    made = {one["id"] for path in ("", f"{raster}/vector_layers/")
            for one in calls.get(f"rasters/{path}")["results"]}
    assert ended in {"success", *made}
    assert len(sandbox.log(after=before, operation=operation)) == 1
    assert len(sandbox.log(after=before, operation="putBlob")) == (1 if operation.startswith("commit") else 0)


@pytest.mark.parametrize("operation", ["getRasterDownloadUrl", "startVectorLayerDownload", "getOperation"])
def test_a_key_that_is_revoked_while_a_file_is_fetched(
    hands: Hands, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, operation: str
) -> None:
    """The address has expired on the way, and no other one can be had."""
    raster, target = calls.upload_raster(plain_image(tmp_path / "a.tif", 500, 500)), tmp_path / "back"
    target.mkdir()
    detection = detected(calls, scene)
    flows: dict[str, Callable[[Work], object]] = {
        "getRasterDownloadUrl": lambda work: rasters.download_raster(
            hands.api, hands.engine, raster, target / "file", work),
        "startVectorLayerDownload": lambda work: results.download_vector_layer(
            hands.api, hands.engine, layer, target, results.NEWEST, work),
        "getOperation": lambda work: results.download_merged(
            hands.api, hands.engine, detection, target / "file", work),
    }
    layer = calls.get(f"operations/{detection}/")["results"]["by_class"][0]["result"]["vector_layer_id"]
    sandbox.fault(operation="getBlob", kind="expired")
    sandbox.fault(operation=operation, kind="revoke_key", after=1)
    journal = MemoryJournal()
    with pytest.raises(PlatformError) as caught:
        flows[operation](quick_work(journal))
    assert caught.value.kind is Kind.NOT_LOGGED_IN
    assert [one.name for one in target.iterdir() if not one.name.endswith(".part")] == []
    sandbox.control("POST", "picterra/keys", {"key": PICTERRA_KEY, "revoked": False})
    flows[operation](quick_work(journal))
    (file,) = target.iterdir()
    address = {
        "getRasterDownloadUrl": lambda: calls.get(f"rasters/{raster}/download/")["download_url"],
        "startVectorLayerDownload": lambda: calls.succeed(
            calls.post(f"vector_layers/{layer}/download/"))["results"]["download_url"],
        "getOperation": lambda: calls.get(f"operations/{detection}/")["results"]["url"],
    }[operation]()
    assert file.read_bytes() == fetched(calls, address)


@pytest.mark.parametrize("trouble", FETCHING)
def test_what_is_fetched_is_what_storage_holds(
    hands: Hands, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, trouble: str
) -> None:
    detection = detected(calls, scene)
    found = calls.get(f"operations/{detection}/")["results"]
    layer = found["by_class"][0]["result"]["vector_layer_id"]
    prepared = calls.succeed(calls.post(f"vector_layers/{layer}/download/"))["results"]["download_url"]
    parts = calls.get(f"vector_layers/{layer}/")["geojson_urls"]
    raster = fetched(calls, calls.get(f"rasters/{scene.raster}/download/")["download_url"])
    api, engine = hands.api, hands.engine

    def trouble_again(flow: Callable[[Work], Any]) -> Any:
        sandbox.clear_faults()
        sandbox.fault(operation="getBlob", **FETCHING[trouble])
        kept: list[Any] = []
        hands.persist(lambda work: kept.append(flow(work)))
        return kept[-1]

    trouble_again(lambda work: rasters.download_raster(api, engine, scene.raster, tmp_path / "b.tif", work))
    assert (tmp_path / "b.tif").read_bytes() == raster == scene.image.read_bytes()
    trouble_again(lambda work: results.download_merged(api, engine, detection, tmp_path / "m.geojson", work))
    assert (tmp_path / "m.geojson").read_bytes() == fetched(calls, found["url"])
    for generation, address in ((results.SEED, parts[0]), (results.NEWEST, prepared)):
        (file,) = trouble_again(partial(
            results.download_vector_layer, api, engine, layer, tmp_path / generation, generation))
        assert file.read_bytes() == fetched(calls, address)
    (one,) = trouble_again(lambda work: results.download_results(
        api, engine, detection, tmp_path, results.SEED, work))
    assert one.files[0].read_bytes() == fetched(calls, found["by_class"][0]["result"]["url"])
    assert hands.failures == []


@pytest.mark.parametrize("operation", ["startRasterUpload", "commitRaster", "getOperation"])
def test_an_answer_that_does_not_come_in_time(
    hands: Hands, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path, operation: str
) -> None:
    image = plain_image(tmp_path / "a.tif")
    session: Any = hands.api.http._session
    session.send = partial(session.send, read_seconds=0.5)
    sandbox.fault(operation=operation, kind="delay", seconds=2.0)
    details = rasters.details_of(name="a")
    raster = hands.persist(lambda work: rasters.upload_raster(hands.api, hands.engine, image, details, work))
    assert [one["id"] for one in calls.get("rasters/")["results"]] == [raster]
    assert hands.failures == []
