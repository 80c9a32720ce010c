"""ArcGIS services by their flows: options laid over what is stored, every step taken once, tokens to their server only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deadly_journal import stopped_everywhere
from imagery_hub.providers import steps
from imagery_hub.providers.errors import InputProblem, JobFailed
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.pixel.client import Hosts, PixelClient, connect_client
from imagery_hub.providers.pixel.flows import services
from imagery_hub.providers.pixel.flows.service_layers import RunningService
from imagery_hub.providers.pixel.service_options import (
    REMOVED,
    UNCHANGED,
    ServiceChange,
    changed,
    options,
    srid_of,
    users_of,
    wms_address,
    wms_of,
)
from imagery_hub.providers.work import Work
from pixel_files import photo
from pixel_sending import send
from pixel_services import image_options, number, optimised, orthophoto, started
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

FEATURE = {"feature_service_options": {"image_layer": {}}}


@pytest.fixture
def pixel(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


@pytest.fixture
def api(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[PixelClient]:
    monkeypatch.setattr(steps, "LOOKS", (0.05, 0.05))
    ready = sandbox.ready["pixel"]
    hosts = Hosts(ready["root"] + "/", ready["login"] + "/", ready["services"] + "/")
    client = connect_client(ready["username"], ready["password"], ready["tenant"], hosts,
                            retry=RetryPolicy(first=0.01, longest=0.05))
    yield client
    client.close()


@pytest.fixture
def photos(pixel: PixelCalls, tmp_path: Path) -> str:
    place = pixel.collection(pixel.project())
    send(pixel, place, [photo(tmp_path / "pier.jpg")])
    return place


def made(pixel: PixelCalls, place: str) -> str:
    body = {"name": "Photos", "description": "", "data_collection_ids": [number(place)], "options": FEATURE}
    return str(pixel.post("arcgis_services/Feature/", body)["id"])


# ---------------------------------------------------------------------- options
STORED = {"gdo_users": ["a"], "image_service_options": {
    "default_service_srid": 25833, "number_of_replicas": 2,
    "wms_options": {"enable": True, "title": "Old", "keywords": ["x"]}}, "feature_service_options": None}


@pytest.mark.parametrize(("change", "expected"), [
    (ServiceChange(block={"wms_options": {"title": "New", "enable": UNCHANGED}}),
     {**STORED, "image_service_options": {**STORED["image_service_options"], "wms_options": {
         "enable": True, "title": "New", "keywords": ["x"]}}}),
    (ServiceChange(gdo_users=["b", "c"]), {**STORED, "gdo_users": ["b", "c"]}),
    (ServiceChange(gdo_users=REMOVED), {name: value for name, value in STORED.items() if name != "gdo_users"}),
    (ServiceChange(block={"default_service_srid": UNCHANGED, "wms_options": {"enable": UNCHANGED}}), STORED),
    (ServiceChange(block={"wms_options": REMOVED}), {**STORED, "image_service_options": {
        "default_service_srid": 25833, "number_of_replicas": 2}}),
])
def test_a_change_is_laid_over_what_is_stored(change: ServiceChange, expected: Any) -> None:
    before = repr(STORED)
    assert changed("Image", STORED, change) == expected
    assert repr(STORED) == before


def test_a_null_block_becomes_one_and_an_empty_one_stays() -> None:
    stored = {"feature_service_options": {"image_layer": {"include_fields": ["name"]}, "project_layer": None}}
    found = changed("Feature", stored, ServiceChange(block={"project_layer": {}}))
    assert found["feature_service_options"] == {"image_layer": {"include_fields": ["name"]}, "project_layer": {}}
    assert options("Image", [], {"default_service_srid": 1, "wms_options": {"title": UNCHANGED}}) == {
        "image_service_options": {"default_service_srid": 1}}


def test_what_options_say() -> None:
    assert users_of(STORED) == ["a"]
    assert users_of({"gdo_users": None}) is users_of({}) is None
    assert srid_of(STORED) == 25833
    assert srid_of({"image_service_options": None}) is None
    assert (wms_of(STORED) or {})["title"] == "Old"
    assert wms_of({"image_service_options": {"wms_options": {"enable": False}}}) is None
    assert wms_address("https://s.example/arcgis/rest/services/F/N/ImageServer/") == (
        "https://s.example/arcgis/services/F/N/ImageServer/WMSServer")
    assert ServiceChange().empty
    assert ServiceChange(block={"wms_options": {"title": UNCHANGED}}).empty
    assert not ServiceChange(gdo_users=REMOVED).empty


# ---------------------------------------------------------------------- steps
def test_a_service_is_created_and_started_once_wherever_the_program_stopped(
    api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, photos: str
) -> None:
    names: list[str] = []

    def again() -> None:
        names.append(f"Service {len(names)}")

    def run(work: Work) -> None:
        details: Any = {"name": names[-1], "description": "", "data_collection_ids": [number(photos)],
                        "options": FEATURE}
        service = services.create(api, "Feature", details, work)
        assert services.act(api, "Feature", service, "start", work).get("url")

    assert stopped_everywhere(run, again) > 4
    found = pixel.get("arcgis_services/Feature/", limit=1000)
    assert sorted(one["name"] for one in found) == sorted(names)
    assert {one["status"] for one in found} == {"started"}


@pytest.mark.parametrize("fault", ["lost_cut", "lost", "cut"])
@pytest.mark.parametrize("action", ["start", "stop", "refresh"])
def test_an_action_whose_answer_is_lost_comes_to_its_end(
    api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, photos: str, action: str, fault: str
) -> None:
    service = made(pixel, photos)
    if action != "start":
        services.act(api, "Feature", service, "start", Work())
    sandbox.fault(kind=fault, operation=f"{action}ArcgisService", status=504)
    services.act(api, "Feature", service, action, Work(pause=lambda seconds: None))
    ended = pixel.get(f"arcgis_services/Feature/{service}")["status"]
    assert ended == ("stopped" if action == "stop" else "started")


@pytest.mark.needs_assumed("pixel ArcGISService.status")
def test_a_service_on_its_way_is_waited_for(
    api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, photos: str
) -> None:
    service = made(pixel, photos)
    sandbox.control("POST", "settings", {"job_seconds": 60.0})
    pixel.put(f"arcgis_services/Feature/{service}/start")
    told: list[str] = []

    def pause(seconds: float) -> None:
        told.append(pixel.get(f"arcgis_services/Feature/{service}")["status"])
        sandbox.control("POST", "clock", {"advance": 30})

    assert services.act(api, "Feature", service, "start", Work(pause=pause)).get("status") == "started"
    assert "starting" in told


def test_what_the_platform_cannot_do_is_raised_and_can_be_tried_again(
    api: PixelClient, pixel: PixelCalls, photos: str
) -> None:
    service, work = made(pixel, photos), Work()
    project, collection = photos.split("/")
    path = f"projects/{project}/data_collections/{collection}"
    pixel.sent("DELETE", path)
    with pytest.raises(JobFailed) as caught:
        services.act(api, "Feature", service, "start", work)
    assert caught.value.facts["reason"] == "pixel_service_start"
    assert caught.value.words in ("A data collection of this service was deleted", "")
    pixel.post(f"{path}/restore")
    assert services.act(api, "Feature", service, "start", work).get("url")


def test_a_service_is_deleted_once_and_only_under_its_name(api: PixelClient, pixel: PixelCalls, photos: str) -> None:
    found: list[str] = []

    def again() -> None:
        found.append(made(pixel, photos))
        services.act(api, "Feature", found[-1], "start", Work())

    def run(work: Work) -> None:
        services.delete(api, "Feature", found[-1], "Photos", work, stop_first=True)

    assert stopped_everywhere(run, again) > 4
    assert pixel.get("arcgis_services/Feature/") == []
    again()
    with pytest.raises(InputProblem):
        services.delete(api, "Feature", found[-1], "Photo", Work())


# ---------------------------------------------------------------------- the ArcGIS server
def test_a_token_goes_to_its_own_server_only(sandbox: SandboxProcess) -> None:
    network, before = EnvironmentNetwork(), sandbox.last_entry()
    own, port = sandbox.address + "/", sandbox.address.rpartition(":")[2]
    for url in (f"http://localhost:{port}/arcgis/rest/services/X/Y/ImageServer",
                f"http://127.0.0.1:{port}@localhost/x", "ftp://127.0.0.1/x", "http://127.0.0.1:1/x", "nonsense"):
        with pytest.raises(InputProblem) as caught:
            RunningService(network, own, url, "the-token", Work())
        assert caught.value.facts["problem"] in ("pixel_service_elsewhere", "pixel_service_address")
    assert sandbox.last_entry() == before


def test_what_the_server_refuses_is_told_as_its_own(
    sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path
) -> None:
    place = optimised(pixel, "RGB", orthophoto(tmp_path / "ortho.tif"))
    url = started(pixel, "Image", place, image_options(["fjordkart_les"]))["url"]

    def asked(token: str, address: str = url) -> RunningService:
        return RunningService(EnvironmentNetwork(), sandbox.address + "/", address, token, Work())

    for call in (asked("wrong").image_page, asked("").image_page, asked("wrong").capabilities):
        with pytest.raises(InputProblem) as caught:
            call()
        assert caught.value.facts["problem"] == "pixel_service_refused"
    with pytest.raises(InputProblem) as caught:
        asked("", url.replace("Oslo", "Bergen")).image_page()
    assert caught.value.facts["problem"] == "pixel_service_silent"
