"""Harvest services as algorithms: the source checked, the login kept in QGIS, runs followed, tasks listed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from imagery_hub.core.jobs.store import job_store
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import menus
from imagery_hub.ui.nodes.description import Place
from pixel_logins import logins
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess

MAPPING = {"maps": [{"model": "Image", "field_name": "name", "external_field": "photo_title"},
                    {"model": "Image", "field_name": "location", "external_field": "geometry"},
                    {"model": "ImageMetadata", "field_name": "cam_heading", "external_field": "compass"}],
           "extra_fields": ["road_number"]}


@pytest.fixture
def keep() -> Iterator[Callable[..., str]]:
    with logins() as keep:
        yield keep


@pytest.fixture
def portal(sandbox: SandboxProcess) -> Any:
    told = sandbox.control("GET", "pixel/source")
    return {**told, "url": sandbox.address + told["layer"], "tokens": sandbox.address + told["token_url"]}


@pytest.fixture
def place(pixel: PixelCalls) -> str:
    return pixel.collection(pixel.project())


@pytest.fixture
def login(keep: Callable[..., str], portal: Any) -> str:
    return keep("Basic", username=portal["username"], password=portal["password"])


def create(run_pixel: Any, place: str, portal: Any, login: str, **more: Any) -> dict[str, Any]:
    return run_pixel("createharvestservice", COLLECTION=place, NAME="Road photos", SOURCE=portal["url"], AUTH=login,
                     FIELD_MAPPING=json.dumps(MAPPING), WHERE="reviewed = 1", **more)


@pytest.mark.needs_assumed("pixel HarvestTask.result", "pixel HarvestTask.detail")
def test_photos_come_from_a_feature_layer(
    run_pixel: Any, pixel: PixelCalls, place: str, portal: Any, login: str
) -> None:
    made = create(run_pixel, place, portal, login, DESCRIPTION="Of the portal")
    reviewed = [row for row in portal["rows"] if row["reviewed"]]
    assert made["FEATURES"] == len(reviewed)
    assert made["COLLECTION_ID"] == place
    assert any(str(len(reviewed)) in one for one in run_pixel.messages)
    ran = run_pixel("startharvestservice", COLLECTION=place, SERVICE=made["SERVICE_ID"])
    assert (ran["COMPLETED"], ran["FAILED"]) == (len(reviewed) - 2, 2)
    assert any("2 tasks" in one for one in run_pixel.messages)
    images = {one["id"]: one for one in pixel.read(place, "images/?extended=true")}
    assert {one["name"] for one in images.values()} < {row["photo_title"] for row in reviewed}
    tasks = run_pixel("listharvesttasks", COLLECTION=place, SERVICE=made["SERVICE_ID"], OUTPUT="TEMPORARY_OUTPUT")
    assert {int(one) for one in tasks["IMAGE_IDS"].split(",")} == set(images)
    assert tasks["COUNT"] == len(reviewed)
    rows = [dict(zip(tasks["OUTPUT"].fields().names(), one.attributes())) for one in tasks["OUTPUT"].getFeatures()]
    assert {one["detail"] for one in rows if one["status"] == "failed"} >= {"Feature 13 has no attachment"}
    failed = run_pixel("listharvesttasks", COLLECTION=place, SERVICE=made["SERVICE_ID"], STATUS="failed",
                       OUTPUT="TEMPORARY_OUTPUT")
    assert failed["COUNT"] == 2


@pytest.mark.needs_assumed("pixel A23")
def test_new_tasks_are_told_once(run_pixel: Any, place: str, portal: Any, login: str) -> None:
    made = create(run_pixel, place, portal, login)["SERVICE_ID"]
    run_pixel("startharvestservice", COLLECTION=place, SERVICE=made)
    counts = [run_pixel("listharvesttasks", COLLECTION=place, SERVICE=made, GET_NEW=True)["COUNT"] for _ in range(2)]
    assert counts[0] > 0
    assert counts[1] == 0


@pytest.mark.parametrize("kind", ["key in Basic", "Esri token", "name and address"])
def test_each_kind_of_login_reaches_platform_and_source(
    run_pixel: Any, pixel: PixelCalls, place: str, portal: Any, keep: Callable[..., str], kind: str
) -> None:
    more = {}
    if kind == "name and address":
        login = keep("Basic", username=portal["username"], password=portal["password"])
        more = {"LOGIN_SERVICE": portal["tokens"]}
    elif kind == "Esri token":
        login = keep("EsriToken", token=portal["api_key"])
        more = {"ITEM": portal["api_key_item_id"]}
    else:
        login = keep("Basic", username="", password=portal["api_key"])
    made = create(run_pixel, place, portal, login, **more)["SERVICE_ID"]
    ran = run_pixel("startharvestservice", COLLECTION=place, SERVICE=made)
    assert ran["COMPLETED"] > 0


def test_a_login_is_nowhere_but_in_qgis(run_pixel: Any, place: str, portal: Any, login: str) -> None:
    create(run_pixel, place, portal, login)
    with pytest.raises(Exception, match=".") as caught:
        create(run_pixel, place, portal, login, ITEM="x")
    kept = [json.dumps(one.parameters, default=str) for one in job_store().all()]
    assert kept
    for text in (*kept, *run_pixel.messages, str(caught.value)):
        assert portal["password"] not in text
    assert any(login in one for one in kept)


@pytest.mark.parametrize(("changed", "words"), [
    ({"FIELD_MAPPING": '{"extra_fields": ["Camera"]}'}, "Camera"),
    ({"WHERE": "reviewed = = 1"}, "reviewed = = 1"),
    ({"SOURCE": "http://127.0.0.1:9/x/rest/services/Y/FeatureServer/0"}, "cannot be reached from this computer"),
    ({"FIELD_MAPPING": "x"}, "not a JSON object"),
    ({"SOURCE": "https://a.b/rest/services/Y/FeatureServer"}, "does not end in a layer"),
    ({"COLLECTION": "6"}, "not a data collection"),
    ({"AUTH": "nothere"}, "no authentication configuration"),
    ({"ITEM": "x"}, "belongs to a key"),
])
def test_what_is_wrong_is_known_before_anything_is_made(
    run_pixel: Any, pixel: PixelCalls, place: str, portal: Any, login: str, changed: dict[str, str], words: str
) -> None:
    given = {"COLLECTION": place, "NAME": "Road photos", "SOURCE": portal["url"], "AUTH": login, **changed}
    assert words in run_pixel.fails("createharvestservice", **given)
    assert pixel.read(place, "harvest_services/") == []


def test_a_source_that_only_the_platform_reaches_is_not_asked(
    run_pixel: Any, pixel: PixelCalls, place: str, login: str
) -> None:
    made = run_pixel("createharvestservice", COLLECTION=place, NAME="Far", AUTH=login, CHECK=False,
                     SOURCE="http://127.0.0.1:9/x/rest/services/Y/FeatureServer/0")
    assert made["FEATURES"] == -1
    assert len(pixel.read(place, "harvest_services/")) == 1


@pytest.mark.needs_assumed("pixel HarvestService.field_mappings")
def test_a_service_is_changed_listed_and_deleted(
    run_pixel: Any, pixel: PixelCalls, place: str, portal: Any, login: str
) -> None:
    made = create(run_pixel, place, portal, login)["SERVICE_ID"]
    operations = {"maps": [{"operation": "add", "model": "ImageMetadata", "field_name": "hfov",
                            "external_field": "view_angle"},
                           {"operation": "remove", "model": "ImageMetadata", "field_name": "cam_heading"}],
                  "add_extra_fields": ["camera"], "remove_extra_fields": ["road_number"]}
    assert "Nothing is to be changed" in run_pixel.fails("updateharvestservice", COLLECTION=place, SERVICE=made)
    wrong = {"maps": [], "add_extra_fields": ["Weather"]}
    assert "Weather" in run_pixel.fails("updateharvestservice", COLLECTION=place, SERVICE=made, AUTH=login,
                                        FIELD_MAPPING=json.dumps(wrong))
    run_pixel("updateharvestservice", COLLECTION=place, SERVICE=made, NAME="Reviewed", WHERE="reviewed = 0",
              FIELD_MAPPING=json.dumps(operations))
    assert any("not asked" in one for one in run_pixel.messages)
    got = run_pixel("getharvestservice", COLLECTION=place, SERVICE=made)
    assert (got["NAME"], got["WHERE"], got["SOURCE"]) == ("Reviewed", "reviewed = 0", portal["url"])
    mapping = json.loads(got["FIELD_MAPPING"])
    assert {one["field_name"] for one in mapping["maps"]} == {"name", "location", "hfov"}
    assert mapping["extra_fields"] == ["camera"]
    listed = run_pixel("listharvestservices", COLLECTION=place, SEARCH="review")
    assert listed["SERVICE_IDS"] == made
    fails = run_pixel.fails("deleteharvestservice", COLLECTION=place, SERVICE=made, CONFIRM="Road photos")
    assert "Reviewed" in fails
    run_pixel("deleteharvestservice", COLLECTION=place, SERVICE=made, CONFIRM="Reviewed")
    assert not pixel.there(path_of(place, f"harvest_services/{made}"))


@pytest.mark.needs_assumed("pixel HarvestService.running")
def test_a_service_is_stopped(
    run_pixel: Any, pixel: PixelCalls, place: str, portal: Any, login: str, sandbox: SandboxProcess
) -> None:
    made = create(run_pixel, place, portal, login)["SERVICE_ID"]
    sandbox.settings(job_seconds=3600.0)
    run_pixel("startharvestservice", COLLECTION=place, SERVICE=made, WAIT=False)
    assert pixel.read(place, f"harvest_services/{made}")["running"] is True
    run_pixel("stopharvestservice", COLLECTION=place, SERVICE=made)
    assert pixel.read(place, f"harvest_services/{made}")["running"] is False
    assert pixel.request("POST", path_of(place, f"harvest_services/{made}/stop")).status_code == 409
    run_pixel("stopharvestservice", COLLECTION=place, SERVICE=made)


def test_the_fields_of_a_source_are_listed(run_pixel: Any, portal: Any, login: str) -> None:
    found = run_pixel("listsourcefields", SOURCE=portal["url"], AUTH=login, WHERE="reviewed = 0",
                      OUTPUT="TEMPORARY_OUTPUT")
    assert found["FIELDS"].split(",") == portal["fields"]
    assert found["GEOMETRY"] == "esriGeometryPoint"
    assert found["FEATURES"] == sum(1 for row in portal["rows"] if not row["reviewed"])
    assert "did not accept the login" in run_pixel.fails("listsourcefields", SOURCE=portal["url"])


def test_the_menu_of_a_service_offers_what_its_state_allows(imagery_hub: Any) -> None:
    collection = Entry("collection.image", "10/5", "Photos")

    def offered(state: str) -> dict[str, dict[str, Any]]:
        service = Entry("harvest", "12", "Road photos", state)
        place = Place("pixel", "Fjord", service, (collection, Entry("harvests", "10/5", "")))
        return {one.algorithm.name(): one.parameters for one in menus.offers([place])}

    known = {"COLLECTION": "10/5", "SERVICE": "12", "CONNECTION": "Fjord"}
    assert offered("stopped")["pixel_startharvestservice"] == known
    assert "pixel_stopharvestservice" not in offered("stopped")
    assert offered("running")["pixel_stopharvestservice"] == known
    assert "pixel_startharvestservice" not in offered("running")
    for name in ("pixel_updateharvestservice", "pixel_listharvesttasks", "pixel_deleteharvestservice"):
        assert offered("running")[name] == known
    heading = Place("pixel", "Fjord", Entry("harvests", "10/5", ""), (collection,))
    found = {one.algorithm.name(): one.parameters for one in menus.offers([heading])}
    assert found["pixel_createharvestservice"] == {"COLLECTION": "10/5", "CONNECTION": "Fjord"}
