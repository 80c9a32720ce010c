"""ArcGIS services of the sandbox's Pixel by plain HTTP: their life, what they serve, who may ask (section 16.2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pixel_files import INSIDE, photo
from pixel_sending import send
from pixel_services import (
    BOX,
    COLOURS,
    OTHER_GDO,
    acted,
    created,
    image_options,
    number,
    optimised,
    orthophoto,
    pixels,
    slope,
    started,
    token,
)
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


@pytest.fixture
def ortho(calls: PixelCalls, tmp_path: Path) -> str:
    return optimised(calls, "RGB", orthophoto(tmp_path / "ortho.tif"))


def refused(calls: PixelCalls, kind: str, place: str, options: Any) -> tuple[int, Any]:
    answer = calls.request("POST", f"arcgis_services/{kind}/", json={
        "name": "S", "description": "D", "data_collection_ids": [number(place)], "options": options})
    return answer.status_code, answer.json()["detail"]


def picture(calls: PixelCalls, service: Any, box: tuple[float, ...] = BOX, size: int = 64, **more: str) -> np.ndarray:
    query = {"bbox": ",".join(map(str, box)), "size": f"{size},{size}", "format": "png32", "f": "image", **more}
    answer = calls.session.get(service["url"] + "/exportImage", params=query, timeout=60)
    assert answer.headers["content-type"] == "image/png", answer.text
    return pixels(answer.content)


# ---------------------------------------------------------------------- life
def test_a_service_is_made_started_stopped_and_deleted(calls: PixelCalls, ortho: str) -> None:
    one = created(calls, "Image", ortho, image_options())
    assert (one["status"], one["url"], one["service_type"]) == ("stopped", None, "Image")
    path = f"arcgis_services/Image/{one['id']}"
    assert calls.put(f"{path}/stop")["job"] is None
    running = acted(calls, "Image", one["id"], "start")
    assert running["status"] == "started"
    assert running["url"].endswith(f"/arcgis/rest/services/Pixel_fjord/Oslo_orthophotos_{one['id']}/ImageServer")
    assert calls.put(f"{path}/start")["job"] is None
    assert calls.request("DELETE", path).status_code == 409
    assert [each["id"] for each in calls.get("arcgis_services/Image/", name="ORTHO")] == [one["id"]]
    assert calls.get("arcgis_services/Feature/") == []
    assert acted(calls, "Image", one["id"], "stop")["status"] == "stopped"
    assert "not started" in calls.session.get(running["url"], timeout=60).json()["error"]["message"]
    assert calls.sent("DELETE", path) == {"id": one["id"], "detail": "Deleted"}
    assert not calls.there(path)


def test_options_are_replaced_as_a_whole(calls: PixelCalls, ortho: str) -> None:
    one = created(calls, "Image", ortho, image_options(["fjordkart_les"]))
    changed = calls.put(f"arcgis_services/Image/{one['id']}", {"options": {
        "image_service_options": {"default_service_srid": 3857, "server_size": "large"}}})
    assert changed["options"] == {"image_service_options": {"default_service_srid": 3857, "server_size": "large"}}
    assert changed["name"] == "Oslo orthophotos"


def test_what_does_not_go_together_is_refused(calls: PixelCalls, ortho: str, tmp_path: Path) -> None:
    image = calls.collection(calls.project())
    raw = calls.collection(calls.project(), "RGB")
    send(calls, raw, [orthophoto(tmp_path / "raw.tif")])
    feature = {"feature_service_options": {"image_layer": {}}}
    assert refused(calls, "Image", image, image_options())[0] == 400
    assert "must be optimised with the profile rgb" in refused(calls, "Image", raw, image_options())[1]
    assert refused(calls, "Feature", ortho, feature)[0] == 400
    assert refused(calls, "Image", ortho, feature)[0] == 422
    assert refused(calls, "Image", ortho, image_options(["nobody"]))[1] == "There is no GDO user nobody"
    assert refused(calls, "Image", ortho, image_options(srid=999999))[0] == 400
    wrong = {"feature_service_options": {"image_layer": {"include_fields": ["colour"]}}}
    assert refused(calls, "Feature", image, wrong) == (400, "There is no field colour")


def test_only_superusers_change_services(calls: PixelCalls, sandbox: SandboxProcess, ortho: str) -> None:
    creator = PixelCalls(sandbox, "creator")
    assert refused(creator, "Image", ortho, image_options())[0] == 403
    assert creator.get("arcgis_services/gdo-users") == ["fjordkart_les", "fjordkart_felt"]
    sandbox.control("POST", "pixel/plugins", {"image_service": False})
    assert refused(calls, "Image", ortho, image_options())[0] == 403


# ---------------------------------------------------------------------- pictures
def test_pictures_show_the_rasters_where_they_are(calls: PixelCalls, ortho: str) -> None:
    service = started(calls, "Image", ortho, image_options())
    shown = picture(calls, service)
    middles = [shown[:3, row, column] for row in (16, 48) for column in (16, 48)]
    assert np.abs(np.array(middles, int) - np.array(COLOURS)).max() <= 6
    assert (shown[3] == 255).all()
    left, bottom, right, top = BOX
    beside = picture(calls, service, (left - 128, bottom, right - 128, top))
    assert (beside[3, :, :31] == 0).all()
    assert (beside[3, :, 33:] == 255).all()


def test_the_page_of_an_image_service(calls: PixelCalls, ortho: str) -> None:
    service = started(calls, "Image", ortho, image_options())
    page = calls.session.get(service["url"], params={"f": "json"}, timeout=60).json()
    extent = page["extent"]
    assert np.allclose([extent[name] for name in ("xmin", "ymin", "xmax", "ymax")], BOX)
    assert page["spatialReference"]["wkid"] == 25833
    assert page["bandCount"] == 3
    assert [one["name"] for one in page["rasterFunctionInfos"]] == ["None"]
    at = calls.session.get(service["url"] + "/identify", timeout=60, params={
        "f": "json", "geometryType": "esriGeometryPoint", "geometry": "{x: 262030.0, y: 6649970.0}"}).json()
    assert np.abs(np.array(at["value"].split(", "), float) - COLOURS[0]).max() <= 6


def test_terrain_functions_are_computed(calls: PixelCalls, tmp_path: Path) -> None:
    service = started(calls, "Image", optimised(calls, "DTM", slope(tmp_path / "dtm.tif")), image_options())
    inner = (BOX[0] + 64, BOX[1] + 64, BOX[2] - 64, BOX[3] - 64)

    def drawn(name: str) -> np.ndarray:
        return picture(calls, service, inner, 32, renderingRule=json.dumps({"rasterFunction": name}))[:3, 8:24, 8:24]

    assert np.abs(drawn("Slope").astype(int) - 128).max() <= 1
    aspect = drawn("Aspect").astype(int)
    west = [0.5 + 0.5 * np.cos(np.radians(270) - shift) for shift in (0.0, 2.0944, 4.1888)]
    assert np.abs(aspect - (np.array(west) * 255)[:, None, None]).max() <= 2
    light = np.sin(np.radians(45)) * np.cos(np.radians(45)) * (1 + np.cos(np.radians(315 - 270)))
    assert np.abs(drawn("Hillshade").astype(int) - light * 254).max() <= 3
    pictures = {name: drawn(name).tobytes() for name in ("MultidirectionalHillshade", "MultiShadeRelief", "ShadeRelief",
                                                         "Hillshade", "None")}
    assert len(set(pictures.values())) == 5
    heights = calls.session.get(service["url"] + "/exportImage", timeout=60, params={
        "bbox": ",".join(map(str, BOX)), "size": "256,256", "format": "tiff", "f": "image"})
    assert np.allclose(pixels(heights.content)[5:-5, 5:-5], np.arange(256)[5:-5], atol=0.01)
    wrong = calls.session.get(service["url"] + "/exportImage", timeout=60, params={
        "bbox": "0,0,1,1", "size": "9,9", "f": "image", "renderingRule": '{"rasterFunction": "Colour"}'}).json()
    assert wrong["error"]["message"] == "This service has no raster function Colour."


# ---------------------------------------------------------------------- WMS
def wms(calls: PixelCalls, service: Any, **query: str) -> Any:
    address = service["url"].replace("/arcgis/rest/services/", "/arcgis/services/") + "/WMSServer"
    return calls.session.get(address, params={"SERVICE": "WMS", "VERSION": "1.3.0", **query}, timeout=60)


def test_maps_of_the_wms_agree_with_exported_pictures(calls: PixelCalls, ortho: str) -> None:
    service = started(calls, "Image", ortho, image_options())
    text = wms(calls, service, REQUEST="GetCapabilities").text
    name = service["url"].split("/")[-2]
    assert f"<Name>{name}</Name>" in text
    assert "<Title>Oslo WMS</Title>" in text
    assert "<CRS>EPSG:25833</CRS><CRS>EPSG:4326</CRS>" in text
    ask = {"REQUEST": "GetMap", "LAYERS": name, "STYLES": "", "FORMAT": "image/png", "WIDTH": "64", "HEIGHT": "64",
           "TRANSPARENT": "TRUE"}
    given = wms(calls, service, CRS="EPSG:25833", BBOX=",".join(map(str, BOX)), **ask)
    assert (pixels(given.content) == picture(calls, service)).all()
    new = wms(calls, service, CRS="EPSG:4326", BBOX="59.9,10.7,60.0,10.8", **ask)
    old = wms(calls, service, VERSION="1.1.1", SRS="EPSG:4326", BBOX="10.7,59.9,10.8,60.0", **ask)
    assert (pixels(new.content) == pixels(old.content)).all()
    assert pixels(new.content)[3].max() == 255
    assert "InvalidCRS" in wms(calls, service, CRS="EPSG:3857", BBOX="0,0,1,1", **ask).text
    assert "LayerNotDefined" in wms(calls, service, CRS="EPSG:25833", BBOX="0,0,1,1", **{**ask, "LAYERS": "x"}).text


def test_terrain_functions_are_layers_of_the_wms(calls: PixelCalls, tmp_path: Path) -> None:
    service = started(calls, "Image", optimised(calls, "DSM", slope(tmp_path / "dsm.tif")), image_options())
    text = wms(calls, service, REQUEST="GetCapabilities").text
    for name in ("Hillshade", "Slope", "Aspect", "MultidirectionalHillshade", "MultiShadeRelief", "ShadeRelief"):
        assert f"<Name>{name}</Name>" in text
    shown = wms(calls, service, REQUEST="GetMap", LAYERS="Slope", STYLES="", FORMAT="image/png", WIDTH="64",
                HEIGHT="64", CRS="EPSG:25833", BBOX=",".join(map(str, BOX)))
    assert np.abs(pixels(shown.content)[:, 8:-8, 8:-8].astype(int) - 128).max() <= 1


def test_without_the_option_there_is_no_wms(calls: PixelCalls, ortho: str) -> None:
    service = started(calls, "Image", ortho, {"image_service_options": {"default_service_srid": 25833}})
    assert wms(calls, service, REQUEST="GetCapabilities").status_code == 404


# ---------------------------------------------------------------------- tokens
def test_a_restricted_service_wants_a_token(calls: PixelCalls, sandbox: SandboxProcess, ortho: str) -> None:
    service = started(calls, "Image", ortho, image_options(["fjordkart_les"]))
    session = calls.session
    session.headers.pop("Authorization")

    def page(text: str = "", **headers: str) -> Any:
        return session.get(service["url"], params={"f": "json", "token": text}, headers=headers, timeout=60).json()

    assert page()["error"]["code"] == 499
    assert page("wrong")["error"]["code"] == 498
    good = token(calls)
    assert page(good["token"])["bandCount"] == 3
    assert page(**{"X-Esri-Authorization": f"Bearer {good['token']}"})["bandCount"] == 3
    assert page(token(calls, OTHER_GDO)["token"])["error"]["code"] == 403
    bound = token(calls, client="referer", referer="http://map.example")["token"]
    assert page(bound)["error"]["code"] == 498
    assert page(bound, Referer="http://map.example/x")["bandCount"] == 3
    assert token(calls, ("fjordkart_les", "wrong"))["error"]["code"] == 400
    assert wms(calls, service, REQUEST="GetCapabilities").status_code == 401
    sandbox.control("POST", "clock", {"advance": 61 * 60})
    assert page(good["token"])["error"]["code"] == 498


# ---------------------------------------------------------------------- feature services
@pytest.fixture
def photos(calls: PixelCalls, tmp_path: Path) -> str:
    place = calls.collection(calls.project())
    files = [photo(tmp_path / f"pier_{one}.jpg", (INSIDE[0] + one / 100, INSIDE[1]), heading=90.0 + one, seed=one)
             for one in range(3)]
    send(calls, place, files, json_metadata={"contractor": "Nordfly"})
    return place


LAYER = {"include_fields": ["name", "capture_date", "json_metadata.contractor"], "enable_oriented_imagery": True,
         "enable_images_as_attachments": True}


def test_images_and_projects_are_layers(calls: PixelCalls, photos: str) -> None:
    options = {"feature_service_options": {"image_layer": LAYER, "project_layer": {"include_fields": ["name"]}}}
    service = started(calls, "Feature", photos, options, "Bridge photos")
    page = calls.session.get(service["url"], params={"f": "json"}, timeout=60).json()
    assert [(one["id"], one["name"]) for one in page["layers"]] == [(0, "Images"), (1, "Projects")]
    layer = calls.session.get(service["url"] + "/0", params={"f": "json"}, timeout=60).json()
    names = [one["name"] for one in layer["fields"]]
    assert names[:4] == ["OBJECTID", "name", "capture_date", "json_metadata.contractor"]
    assert "cam_heading" in names
    assert layer["hasAttachments"]

    def query(number: int = 0, **members: str) -> Any:
        asked = {"f": "json", "outFields": "*", **members}
        return calls.session.get(f"{service['url']}/{number}/query", params=asked, timeout=60).json()

    rows = query(where="cam_heading > 90.5")["features"]
    rows.sort(key=lambda one: one["attributes"]["cam_heading"])
    assert [one["attributes"]["cam_heading"] for one in rows] == [91.0, 92.0]
    assert rows[0]["attributes"]["json_metadata.contractor"] == "Nordfly"
    assert abs(rows[0]["geometry"]["x"] - INSIDE[0] - 0.01) < 1e-5
    box = f"{INSIDE[0] + 0.015},59,{INSIDE[0] + 0.03},60"
    assert len(query(geometry=box, geometryType="esriGeometryEnvelope")["features"]) == 1
    assert query(returnCountOnly="true")["count"] == 3
    far = query(outSR="25833", resultRecordCount="1")
    assert abs(far["features"][0]["geometry"]["y"] - 6649000) < 2000
    assert far["exceededTransferLimit"]
    assert "not understood" in query(where="1=1) UNION SELECT 1 --(")["error"]["message"]
    assert query(1)["features"][0]["attributes"]["name"] == "Ring road bridges 2025"
    ids = query(returnIdsOnly="true")["objectIds"]
    there = calls.session.get(f"{service['url']}/0/{ids[0]}/attachments", params={"f": "json"}, timeout=60).json()
    blurred = calls.session.get(f"{service['url']}/0/{ids[0]}/attachments/{there['attachmentInfos'][0]['id']}",
                                timeout=60)
    assert pixels(blurred.content).shape == (3, 60, 80)
    assert pixels(blurred.content).std() < 40


def test_new_data_show_after_a_refresh(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    service = started(calls, "Feature", photos, {"feature_service_options": {"image_layer": {}}}, "Photos")

    def count() -> int:
        asked = {"f": "json", "returnCountOnly": "true"}
        return int(calls.session.get(service["url"] + "/0/query", params=asked, timeout=60).json()["count"])

    send(calls, photos, [photo(tmp_path / "late.jpg")])
    assert count() == 3
    acted(calls, "Feature", service["id"], "refresh")
    assert count() == 3
    assert acted(calls, "Feature", service["id"], "refresh", refresh_data="true")["status"] == "started"
    assert count() == 4


# ---------------------------------------------------------------------- odd requests
ODD = ("", "x", "-1", "nan", "inf,inf,inf,inf", "-inf,-inf,inf,inf", "0,0,1e308,1e308", "1,2,3", "9" * 21, "é☃", "%00",
       '{"wkid": {}}', "1=1; DROP TABLE layer", "[]", "null")


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_refused_in_arcgis_own_way(calls: PixelCalls, ortho: str, photos: str, odd: str) -> None:
    image = started(calls, "Image", ortho, image_options())["url"]
    features = started(calls, "Feature", photos, {"feature_service_options": {"image_layer": LAYER}}, "Photos")["url"]
    box = ",".join(map(str, BOX))
    for address, members in (
        (f"{image}/exportImage", {"bbox": box, "size": "9,9", "imageSR": "25833", "format": "png", "f": "image",
                                  "renderingRule": '{"rasterFunction": "None"}'}),
        (f"{image}/identify", {"geometry": "{x: 262030.0, y: 6649970.0}"}),
        (f"{features}/0/query", {"where": "1=1", "objectIds": "1", "outSR": "4326", "inSR": "4326", "outFields": "*",
                                 "geometry": "0,0,1,1", "resultOffset": "0", "resultRecordCount": "1"}),
        (image.replace("/rest/services", "/services") + "/WMSServer", {
            "REQUEST": "GetMap", "VERSION": "1.3.0", "LAYERS": image.split("/")[-2], "CRS": "EPSG:25833", "BBOX": box,
            "WIDTH": "9", "HEIGHT": "9", "FORMAT": "image/png"}),
    ):
        for name in members:
            answer = calls.session.get(address, params={**members, name: odd}, timeout=60)
            assert answer.status_code == 200, (address, name, odd, answer.text)
    form = {"username": "fjordkart_les", "password": "sandbox-gdo-password", "client": "requestip", "f": "json"}
    for name in ("username", "password", "client", "expiration"):
        made = calls.session.post(calls.ready["services"] + "/arcgis/tokens/generateToken", data={**form, name: odd},
                                  timeout=60)
        assert made.status_code in (200, 422), (name, odd, made.text)
