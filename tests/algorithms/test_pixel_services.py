"""ArcGIS services as algorithms: created, changed, run, deleted, with the platform's own records as the witness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pixel_files import INSIDE, photo
from pixel_sending import send
from pixel_services import image_options, number, optimised, orthophoto, slope, started
from sandbox_pixel import PixelCalls, environment
from sandbox_process import SandboxProcess


@pytest.fixture
def ortho(pixel: PixelCalls, tmp_path: Path) -> str:
    return optimised(pixel, "RGB", orthophoto(tmp_path / "ortho.tif"))


@pytest.fixture
def photos(pixel: PixelCalls, tmp_path: Path) -> str:
    place = pixel.collection(pixel.project())
    send(pixel, place, [photo(tmp_path / "pier.jpg", INSIDE)])
    return place


def stored(pixel: PixelCalls, service: str) -> Any:
    return pixel.get(f"arcgis_services/{service}")


@pytest.mark.needs_assumed("pixel ArcGISService.status")
def test_an_image_service_is_created_and_runs(run_pixel: Any, pixel: PixelCalls, ortho: str) -> None:
    made = run_pixel("createimageservice", NAME="Oslo orthophotos", DESCRIPTION="10 cm", COLLECTIONS=ortho,
                     GDO_USERS="fjordkart_les,fjordkart_felt", CRS="EPSG:25833", WMS=True, WMS_CRS="EPSG:25833,4326",
                     WMS_TITLE="Oslo WMS", WMS_ABSTRACT="Flown in May", WMS_KEYWORDS="ortofoto,oslo")
    one = stored(pixel, made["SERVICE_ID"])
    assert (made["STATUS"], made["URL"]) == ("started", one["url"])
    assert made["WMS_URL"] == one["url"].replace("/rest/", "/") + "/WMSServer"
    assert one["data_collection_ids"] == [number(ortho)]
    assert one["options"] == {
        "gdo_users": ["fjordkart_les", "fjordkart_felt"],
        "image_service_options": {"default_service_srid": 25833, "wms_options": {
            "enable": True, "supported_srids": [25833, 4326], "title": "Oslo WMS", "abstract": "Flown in May",
            "keywords": ["ortofoto", "oslo"]}}}


@pytest.mark.needs_assumed("pixel ArcGISService.status")
def test_a_feature_service_takes_all_options(run_pixel: Any, pixel: PixelCalls, photos: str) -> None:
    made = run_pixel("createfeatureservice", NAME="Bridge photos", COLLECTIONS=photos, PUBLIC=True,
                     IMAGE_FIELDS="name,capture_date", ORIENTED=True, ATTACHMENTS=True, PROCESSED="original",
                     PROJECT_LAYER=True, PROJECT_FIELDS="name,description", START=False)
    assert (made["STATUS"], made["URL"], made["WMS_URL"]) == ("stopped", "", "")
    assert stored(pixel, made["SERVICE_ID"])["options"] == {"feature_service_options": {
        "image_layer": {"include_fields": ["name", "capture_date"], "enable_oriented_imagery": True,
                        "enable_images_as_attachments": True, "image_processed_type": "original"},
        "project_layer": {"include_fields": ["name", "description"]}}}


def test_public_has_to_be_meant(run_pixel: Any, ortho: str) -> None:
    given = {"NAME": "S", "COLLECTIONS": ortho, "CRS": "EPSG:25833"}
    assert "everybody on the internet" in run_pixel.refused("createimageservice", **given)
    both = run_pixel.refused("createimageservice", GDO_USERS="fjordkart_les", PUBLIC=True, **given)
    assert "public and limited" in both
    assert "“x” is no EPSG code" in run_pixel.refused("createimageservice", PUBLIC=True, WMS_CRS="x", **given)
    assert "not a data collection" in run_pixel.refused("createimageservice", PUBLIC=True, **{
        **given, "COLLECTIONS": "ortho"})


def test_what_a_service_cannot_show_is_said_before(
    run_pixel: Any, pixel: PixelCalls, ortho: str, photos: str, tmp_path: Path
) -> None:
    raw = pixel.collection(pixel.project(), "RGB")
    terrain = optimised(pixel, "DTM", slope(tmp_path / "dtm.tif"))
    given = {"NAME": "S", "PUBLIC": True, "CRS": "EPSG:25833"}
    bare = run_pixel.fails("createimageservice", COLLECTIONS=raw, **given)
    assert "no optimised copies with the profile “rgb”" in bare
    assert "of the type “image”" in run_pixel.fails("createimageservice", COLLECTIONS=photos, **given)
    mixed = run_pixel.fails("createimageservice", COLLECTIONS=f"{ortho},{terrain}", **given)
    assert "different types (DTM, RGB)" in mixed
    assert pixel.get("arcgis_services/Image/") == []


@pytest.mark.needs_assumed("pixel A4")
def test_roles_and_plugins_are_explained(
    run_pixel: Any, sandbox: SandboxProcess, ortho: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"NAME": "S", "PUBLIC": True, "CRS": "EPSG:25833", "COLLECTIONS": ortho}
    sandbox.control("POST", "pixel/plugins", {"image_service": False})
    assert "the plugin “image_service”" in run_pixel.fails("createimageservice", **given)
    for name, value in environment(sandbox, "creator").items():
        monkeypatch.setenv(name, value)
    assert "the role “superuser”" in run_pixel.fails("createimageservice", **given)


# ---------------------------------------------------------------------- changes
def test_a_change_loses_no_other_option(run_pixel: Any, pixel: PixelCalls, ortho: str) -> None:
    options = image_options(["fjordkart_les"])
    options["image_service_options"]["server_size"] = "large"
    service = started(pixel, "Image", ortho, options)
    run_pixel("editimageservice", SERVICE=f"Image/{service['id']}", WMS_TITLE="New title", NAME="Renamed")
    options["image_service_options"]["wms_options"] = {**options["image_service_options"]["wms_options"],
                                                       "title": "New title"}
    one = stored(pixel, f"Image/{service['id']}")
    assert (one["name"], one["description"]) == ("Renamed", "Of May")
    assert one["options"] == options
    run_pixel("editimageservice", SERVICE=f"Image/{service['id']}", PUBLIC=True, WMS="no", CRS="EPSG:3857")
    one = stored(pixel, f"Image/{service['id']}")
    assert "gdo_users" not in one["options"]
    assert one["options"]["image_service_options"]["default_service_srid"] == 3857
    assert one["options"]["image_service_options"]["wms_options"]["enable"] is False
    assert one["options"]["image_service_options"]["wms_options"]["keywords"] == ["ortofoto"]
    assert one["options"]["image_service_options"]["server_size"] == "large"


def test_a_feature_service_is_changed_member_by_member(run_pixel: Any, pixel: PixelCalls, photos: str) -> None:
    made = run_pixel("createfeatureservice", NAME="Photos", COLLECTIONS=photos, PUBLIC=True, IMAGE_FIELDS="name",
                     PROJECT_LAYER=True, START=False)["SERVICE_ID"]
    other = pixel.collection(photos.split("/")[0])
    run_pixel("editfeatureservice", SERVICE=made, ORIENTED="yes", GDO_USERS="fjordkart_felt", COLLECTIONS=other)
    one = stored(pixel, made)
    assert one["data_collection_ids"] == [number(other)]
    assert one["options"] == {"gdo_users": ["fjordkart_felt"], "feature_service_options": {
        "image_layer": {"include_fields": ["name"], "enable_oriented_imagery": True,
                        "enable_images_as_attachments": False, "image_processed_type": "blurred"},
        "project_layer": {}}}
    run_pixel("editfeatureservice", SERVICE=made, PROJECT_LAYER="no")
    assert "project_layer" not in stored(pixel, made)["options"]["feature_service_options"]
    assert "Nothing is to be changed" in run_pixel.refused("editfeatureservice", SERVICE=made)
    assert "Feature/4" in run_pixel.refused("editfeatureservice", SERVICE="Image/1", NAME="X")


# ---------------------------------------------------------------------- life
@pytest.mark.needs_assumed("pixel ArcGISService.status")
def test_services_are_stopped_refreshed_listed_and_deleted(run_pixel: Any, pixel: PixelCalls, ortho: str) -> None:
    service = started(pixel, "Image", ortho, image_options(["fjordkart_les"]))
    name = f"Image/{service['id']}"
    assert run_pixel("refreshservice", SERVICE=name)["STATUS"] == "started"
    assert run_pixel("startservice", SERVICE=name)["STATUS"] == "started"
    listed = run_pixel("listservices", OUTPUT="TEMPORARY_OUTPUT")
    assert listed["SERVICES"] == name
    row = next(listed["OUTPUT"].getFeatures())
    assert (row["status"], row["public"], row["gdo_users"], row["srid"], row["wms"]) == (
        "started", False, "fjordkart_les", 25833, True)
    assert run_pixel("listservices", TYPE="Feature")["COUNT"] == 0
    told = run_pixel("getservice", SERVICE=name)
    assert json.loads(told["OPTIONS"]) == service["options"]
    assert (told["USERS"], told["PUBLIC"]) == ("fjordkart_les", False)
    assert run_pixel("listgdousers")["GDO_USERS"] == "fjordkart_les,fjordkart_felt"
    assert "Oslo orthophotos" in run_pixel.fails("deleteservice", SERVICE=name, CONFIRM="Oslo")
    running = run_pixel.fails("deleteservice", SERVICE=name, CONFIRM="Oslo orthophotos")
    assert "stop it first" in running
    assert run_pixel("stopservice", SERVICE=name)["STATUS"] == "stopped"
    run_pixel("startservice", SERVICE=name)
    run_pixel("deleteservice", SERVICE=name, CONFIRM="Oslo orthophotos", STOP_FIRST=True)
    assert pixel.get("arcgis_services/Image/") == []


@pytest.mark.needs_assumed("pixel Job.detail")
def test_what_cannot_be_published_is_told(run_pixel: Any, pixel: PixelCalls, ortho: str) -> None:
    service = started(pixel, "Image", ortho, image_options())
    run_pixel("stopservice", SERVICE=f"Image/{service['id']}")
    project, collection = ortho.split("/")
    pixel.sent("DELETE", f"projects/{project}/data_collections/{collection}")
    failed = run_pixel.fails("startservice", SERVICE=f"Image/{service['id']}")
    assert "could not start the service" in failed
    assert "was deleted" in failed
