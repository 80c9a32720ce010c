"""Areas of interest, indices and visualizations of the sandbox's Pixxel, held against the known ground."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy
import pyproj
import pytest
import shapely
from osgeo import gdal
from PIL import Image
from sandbox_pixxel import CROPS, FIELDS, FOREIGN, ITEM, SENTINEL, TD1, TD2, PixxelCalls
from sandbox_process import SandboxProcess
from shapely.geometry import shape

from sandbox.pixxel.work import ground
from sandbox.pixxel.work.arithmetic import Malformed, bands_of, evaluate, parse

gdal.UseExceptions()
LATER = "TD2_000812_20240105_L2A_20240402_01002031"
PLOT = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.65, 14.42], [75.65, 14.45], [75.61, 14.45],
                                            [75.61, 14.42]]]}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


def asked(**members: Any) -> dict[str, Any]:
    return {"name": "Davanagere north", "description": "", "satellite_id": TD2, "provider": "pixxel",
            "project_id": CROPS, "geometry": PLOT, "item_ids": [ITEM, LATER], **members}


def made(calls: PixxelCalls, **members: Any) -> tuple[str, list[dict[str, Any]]]:
    """A new AOI that is ready, and its assets."""
    number = calls.post("v0/aois", asked(**members))["aoi_id"]
    calls.until(lambda: calls.get(f"v0/aoi/{number}")["status"], lambda one: one == "success")
    return number, calls.get(f"v0/aois/{number}/assets")["assets"]


def preset(calls: PixxelCalls, name: str = "NDVI", satellite: str = TD2) -> str:
    rows = calls.get("v0/indices", satellite_id=satellite, limit=100)["indices"]
    return str(next(one["id"] for one in rows if one["name"] == name))


def visualized(calls: PixxelCalls, aoi: str, index: str, **members: Any) -> dict[str, Any]:
    one = calls.post(f"v0/aois/{aoi}/visualizations", {"index_id": index, **members})
    assert one["status"] == "creating"
    path = f"v0/aois/{aoi}/visualizations"
    calls.until(lambda: calls.get(path, visualization_id=one["id"])["visualization"][0]["status"],
                lambda status: status == "success")
    found: dict[str, Any] = one
    return found


def files(calls: PixxelCalls, aoi: str, assets: list[str], folder: Path) -> dict[str, Path]:
    """The rasters of assets by name."""
    one = calls.post(f"v0/aois/{aoi}/downloads", {"asset_ids": assets})
    assert (one["status"], one["signed_url"]) == ("CREATED", "")
    ready = calls.until(lambda: calls.get(f"v0/aois/{aoi}/downloads/{one['download_id']}"),
                        lambda each: bool(each["signed_url"]))
    assert ready["status"] == "SUCCESS"
    with zipfile.ZipFile(io.BytesIO(calls.fetched(ready["signed_url"]).content)) as archive:
        archive.extractall(folder)
        return {name: folder / name for name in archive.namelist()}


def truth(path: Path, day: date, wavelength: float) -> Any:
    """Reflectance of the known ground at the pixels of a raster."""
    raster = gdal.Open(str(path))
    west, size, _, north, _, _ = raster.GetGeoTransform()
    x, y = numpy.meshgrid(west + (numpy.arange(raster.RasterXSize) + 0.5) * size,
                          north - (numpy.arange(raster.RasterYSize) + 0.5) * size)
    kinds = ground.materials(32643, x, y, day.toordinal())
    return numpy.array([ground.reflectance(one, wavelength) for one in ground.MATERIALS])[kinds]


def test_an_aoi_brings_its_scenes_in(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    sandbox.settings(pixxel_aoi_seconds=40.0)
    first = calls.post("v0/aois", asked())
    assert (first["status"], first["progress"], first["images"]) == ("started", 0, {})
    assert first["area_in_sq_m"] == pytest.approx(4313 * 3319, rel=0.01) and len(first["eo_bands"]) == 31
    shown = calls.get(f"v0/aoi/{first['aoi_id']}")
    assert shown["status"] == "running" and shown["created_at"].endswith("+00:00")
    sandbox.advance(21)
    assert calls.get(f"v0/aoi/{first['aoi_id']}")["progress"] == 50
    sandbox.advance(20)
    shown = calls.until(lambda: calls.get(f"v0/aoi/{first['aoi_id']}"), lambda one: one["status"] == "success")
    assert shown["progress"] == 100 and set(shown["images"]) == {ITEM, LATER}
    listed = calls.get(f"v0/aois/{first['aoi_id']}/assets")
    assert [one["date"] for one in listed["assets"]] == ["2024-01-05", "2024-01-17"]
    assert {(one["asset_type"], one["status"], one["resolution"]) for one in listed["assets"]} == {
        ("mosaic", "success", 20.0)}
    assert listed["pagination"] == {"limit": 10, "offset": 0, "total": 2}


def test_an_asset_covers_what_its_scene_shows_of_the_area(calls: PixxelCalls) -> None:
    (ring,) = calls.get(f"v0/archives/collections/pixxel-td-l2a/items/{ITEM}")["geometry"]["coordinates"]
    edge = max(one[0] for one in ring)
    wide = shapely.box(edge - 0.03, 14.42, edge + 0.02, 14.45)
    _, (asset,) = made(calls, geometry=json.loads(shapely.to_geojson(wide)), item_ids=[ITEM])
    part = shapely.Polygon(ring).intersection(wide)
    area, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shapely.geometry.polygon.orient(part))
    assert part.area < 0.7 * wide.area
    assert shape(asset["geometry"]).symmetric_difference(part).area < 1e-9
    assert asset["area_in_sq_m"] == pytest.approx(area, rel=1e-3), "areas in UTM are off by 8 in 10000 at most"
    assert asset["centroid"] == pytest.approx([part.centroid.x, part.centroid.y], abs=1e-5)


def test_aois_are_listed_by_filters(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    first, _ = made(calls, item_ids=[ITEM])
    second, _ = made(calls, name="South", item_ids=[ITEM])

    def listed(**query: Any) -> list[str]:
        return [one["aoi_id"] for one in calls.get("v0/aois", **query)["aois"]]
    assert listed() == [second, first] and listed(aoi_name="north") == [first] and listed(aoi_id=second) == [second]
    assert listed(project_ids=f"{CROPS},{FOREIGN}") == [second, first] and listed(project_id=FOREIGN) == []
    assert listed(satellite_name="TD2") == [second, first] and listed(satellite_name="Sentinel") == []
    assert listed(created_at="../2020-01-01") == [] and listed(limit=1, offset=1) == [first]
    other = PixxelCalls(sandbox, sandbox.ready["pixxel"]["second_key"])
    assert other.get("v0/aois")["aois"] == []
    other.error(403, "GET", f"v0/aoi/{first}")
    calls.error(404, "GET", f"v0/aoi/{CROPS}")
    calls.error(400, "GET", "v0/aoi/north")
    assert calls.error(409, "POST", "v0/aois", json=asked())["code"] == "already_exists"


@pytest.mark.parametrize(("members", "field"), [
    ({"item_ids": []}, "item_ids"), ({"item_ids": ["x"]}, "item_ids"), ({"satellite_id": TD1}, "item_ids"),
    ({"satellite_id": CROPS}, "satellite_id"), ({"provider": "planetary"}, "provider"),
    ({"satellite_id": SENTINEL}, "provider"), ({"name": " "}, "name"),
    ({"geometry": {"type": "Point", "coordinates": [75, 14]}}, "type"),
    ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}, "item_ids")])
def test_wrong_aois(calls: PixxelCalls, members: dict[str, Any], field: str) -> None:
    error = calls.error(400, "POST", "v0/aois", json=asked(**members))
    assert field in {one["field"] for one in error["details"]}
    assert calls.get("v0/aois")["aois"] == []


def test_states_that_are_never_reached_can_be_shown(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    aoi, _ = made(calls, item_ids=[ITEM])
    for status in ("partial_success", "updating"):
        sandbox.control("POST", "pixxel/states", {"table": "aois", "id": aoi, "status": status, "progress": 40})
        shown = calls.get(f"v0/aoi/{aoi}")
        assert (shown["status"], shown["progress"]) == (status, 40)
    with pytest.raises(RuntimeError, match="no colour"):
        sandbox.control("POST", "pixxel/states", {"table": "aois", "id": aoi, "colour": 1})


def test_an_aoi_may_fail(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    sandbox.control("POST", "pixxel/fail", {"kind": "aoi"})
    number = calls.post("v0/aois", asked())["aoi_id"]
    calls.until(lambda: calls.get(f"v0/aoi/{number}")["status"], lambda one: one == "failed")
    assets = calls.get(f"v0/aois/{number}/assets")["assets"]
    assert {one["status"] for one in assets} == {"failed"}
    calls.error(409, "POST", f"v0/aois/{number}/downloads", json={"asset_ids": [assets[0]["id"]]})
    calls.error(409, "POST", f"v0/aois/{number}/visualizations", json={"index_id": preset(calls)})


def test_a_bundle_of_assets_is_the_known_ground(calls: PixxelCalls, tmp_path: Path) -> None:
    aoi, assets = made(calls)
    found = files(calls, aoi, [one["id"] for one in assets], tmp_path)
    assert set(found) == {"mosaic_2024_01_05.tif", "mosaic_2024_01_17.tif"}
    path = found["mosaic_2024_01_17.tif"]
    values = gdal.Open(str(path)).ReadAsArray()[29].astype(float) / 50000
    expected = truth(path, date(2024, 1, 17), 885.0)
    seen = values > 0
    assert seen.sum() > 10000 and (numpy.abs(values - expected) <= 0.05 * expected + 1e-5)[seen].all()
    calls.error(404, "POST", f"v0/aois/{aoi}/downloads", json={"asset_ids": [CROPS]})
    calls.error(400, "POST", f"v0/aois/{aoi}/downloads", json={"asset_ids": []})
    calls.error(404, "GET", f"v0/aois/{aoi}/downloads/{CROPS}")


def test_indices_are_listed_and_made(calls: PixxelCalls) -> None:
    presets = calls.get("v0/indices", satellite_id=TD2)["indices"]
    assert {one["type"] for one in presets} == {"preset"} and len(presets) == 5
    body = {"name": "Red rise", "description": "", "expression": "(B031-B017)/(B031+B017)",
            "expression_type": "index", "colormap": "rplumbo", "rescale": [-1, 1], "satellite_id": TD2}
    one = calls.post("v0/indices", body)
    assert (one["type"], one["bands"]) == ("custom", ["B031", "B017"])
    assert calls.get("v0/indices", index_id=one["id"])["indices"] == [one]
    assert calls.get("v0/indices", type="custom")["pagination"]["total"] == 1
    assert calls.error(409, "POST", "v0/indices", json=body)["code"] == "already_exists"
    for wrong, field in (({"expression": "B032/2"}, "expression"), ({"expression": "import os"}, "expression"),
                         ({"expression": "__import__('os')"}, "expression"), ({"expression": "1"}, "expression"),
                         ({"expression_type": "composite"}, "expression"), ({"rescale": [1, 1]}, "rescale"),
                         ({"colormap": "pink"}, "colormap"), ({"satellite_id": CROPS}, "satellite_id"),
                         ({"expression_type": "sum"}, "expression_type")):
        error = calls.error(400, "POST", "v0/indices", json={**body, "name": "x", **wrong})
        assert field in {each["field"] for each in error["details"]}


def test_a_preset_has_two_legends_and_a_true_raster(calls: PixxelCalls, tmp_path: Path) -> None:
    aoi, assets = made(calls)
    one = visualized(calls, aoi, preset(calls))
    rendered = [each for each in calls.get(f"v0/aois/{aoi}/assets")["assets"]
                if each["asset_type"] == "visualization"]
    assert [each["date"] for each in rendered] == ["2024-01-05", "2024-01-17"]
    assert {each["visualization_id"] for each in rendered} == {one["id"]}
    (path,) = files(calls, aoi, [rendered[1]["id"]], tmp_path).values()
    values = gdal.Open(str(path)).ReadAsArray()
    near, red = truth(path, date(2024, 1, 17), 840.0), truth(path, date(2024, 1, 17), 660.0)
    seen = values > -9000
    assert seen.sum() > 10000
    # The brightness of a pixel falls out; what is left is the rounding of 16-bit numbers.
    assert numpy.abs(values - (near - red) / (near + red))[seen].max() < 2e-3
    path_of = f"v0/aois/{aoi}/visualizations/{one['id']}"
    whole = calls.sent("PATCH", f"{path_of}/metadata", json={
        "index_id": one["index_id"], "dates": ["2024_01_17"], "visualization_mode": "dynamic"})
    legend = whole["metadata"]["legend"]["2024_01_17"]
    assert set(legend) == {"dynamic", "theoretical"}
    assert [legend["theoretical"][0]["min"], legend["theoretical"][-1]["max"]] == [-1, 1]
    assert legend["dynamic"][0]["min"] == pytest.approx(float(values[seen].min()))
    for rows in legend.values():
        assert sum(each["area_percentage"] for each in rows) == pytest.approx(100, abs=0.01)
        assert sum(each["area"] for each in rows) == pytest.approx(int(seen.sum()) * 400)
        for each in rows:
            share = ((values[seen] > each["min"]) & (values[seen] <= each["max"])).sum() / seen.sum() * 100
            assert each["area_percentage"] == pytest.approx(share, abs=2)


def test_legends_are_replaced_drawn_and_told(calls: PixxelCalls) -> None:
    aoi, _ = made(calls, item_ids=[ITEM])
    one = visualized(calls, aoi, preset(calls))
    path, day = f"v0/aois/{aoi}/visualizations/{one['id']}", "2024_01_17"
    before = calls.post(f"{path}/sld", {"dates": [day], "visualization_modes": ["dynamic", "theoretical"]})["sld"]
    rows = [{"label": "bare <&>", "color": "#112233", "min": -1, "max": 0.3},
            {"label": "green", "color": "#00ff00", "min": 0.3, "max": 1}]
    changed = calls.put(f"{path}/metadata", {"visualization_mode": "theoretical", "legend": {day: rows}})["legend"][day]
    assert [each["label"] for each in changed["theoretical"]] == ["bare <&>", "green"]
    assert sum(each["area_percentage"] for each in changed["theoretical"]) == pytest.approx(100, abs=0.01)
    after = calls.post(f"{path}/sld", {"dates": [day], "visualization_modes": ["dynamic", "theoretical"]})["sld"]
    assert after["dynamic"] == before["dynamic"] and after["theoretical"] != before["theoretical"]
    entries = list(ElementTree.fromstring(after["theoretical"][day]).iter("{http://www.opengis.net/sld}ColorMapEntry"))
    assert [each.get("label") for each in entries] == ["bare <&>", "green"]
    assert [float(each.get("quantity", "")) for each in entries] == [0.3, 1.0]
    picture = Image.open(io.BytesIO(calls.request("POST", f"{path}/png", json={
        "index_id": one["index_id"], "date": day, "visualization_mode": "theoretical"}).content))
    colours = {colour: count for count, colour in picture.convert("RGB").getcolors(10**6) or []}
    assert colours[(0x11, 0x22, 0x33)] > 1000 and colours[(0, 255, 0)] > 1000
    three = [{"color": colour, "min": None, "max": None} for colour in ("#000000", "#888888", "#ffffff")]
    dynamic = calls.put(f"{path}/metadata", {"visualization_mode": "dynamic", "legend": {day: three},
                                             "dynamic_bins": 3})["legend"][day]["dynamic"]
    widths = [each["max"] - each["min"] for each in dynamic]
    assert widths == pytest.approx([widths[0]] * 3)
    for wrong in ({"visualization_mode": "dynamic", "legend": {day: three}},
                  {"visualization_mode": "dynamic", "legend": {day: three}, "dynamic_bins": 16},
                  {"visualization_mode": "theoretical", "legend": {day: three}},
                  {"visualization_mode": "theoretical", "legend": {"2024_01_18": rows}},
                  {"visualization_mode": "theoretical", "legend": {day: [{**rows[0], "color": "red"}]}}):
        calls.error(400, "PUT", f"{path}/metadata", json=wrong)


@pytest.mark.parametrize(("name", "bands"), [("True colour", 3), ("Near infrared", 1)])
def test_pictures_have_no_legend(calls: PixxelCalls, tmp_path: Path, name: str, bands: int) -> None:
    aoi, assets = made(calls, item_ids=[ITEM])
    one = visualized(calls, aoi, preset(calls, name), src_asset_ids=[assets[0]["id"]], resolution=60)
    rendered = calls.get(f"v0/aois/{aoi}/assets")["assets"][1]
    (path,) = files(calls, aoi, [rendered["id"]], tmp_path).values()
    raster = gdal.Open(str(path))
    assert (raster.RasterCount, raster.GetGeoTransform()[1], rendered["resolution"]) == (bands, 60.0, 60.0)
    place = f"v0/aois/{aoi}/visualizations/{one['id']}"
    answer = calls.request("POST", f"{place}/png", json={"index_id": one["index_id"], "date": "2024_01_17",
                                                         "visualization_mode": "dynamic"})
    assert answer.headers["Content-Type"] == "image/png"
    assert len(Image.open(io.BytesIO(answer.content)).convert("RGB").getcolors(10**6) or []) > 20
    text = calls.post(f"{place}/sld", {"dates": ["2024_01_17"], "visualization_modes": ["dynamic"]})["sld"]
    assert "ChannelSelection" in text["dynamic"]["2024_01_17"]
    calls.error(400, "PATCH", f"{place}/metadata", json={"index_id": one["index_id"], "dates": ["2024_01_17"],
                                                         "visualization_mode": "dynamic"})
    again = {"index_id": one["index_id"], "src_asset_ids": [assets[0]["id"]], "resolution": 60}
    calls.error(409, "POST", f"v0/aois/{aoi}/visualizations", json=again)


def test_what_visualizations_refuse(calls: PixxelCalls) -> None:
    aoi, _ = made(calls, item_ids=[ITEM])
    path = f"v0/aois/{aoi}/visualizations"
    calls.error(400, "POST", path, json={"index_id": preset(calls, satellite=TD1)})
    calls.error(404, "POST", path, json={"index_id": CROPS})
    calls.error(400, "POST", path, json={"index_id": preset(calls), "resolution": 0})
    calls.error(404, "POST", path, json={"index_id": preset(calls), "src_asset_ids": [CROPS]})
    calls.error(404, "POST", f"{path}/{CROPS}/png", json={"index_id": CROPS, "date": "2024_01_17",
                                                          "visualization_mode": "dynamic"})


def test_band_arithmetic() -> None:
    assert bands_of("(B02 - B01)/(B02 + B01)") == ["B02", "B01"]
    values = evaluate("(b-a)/(b+a), sqrt(a)*2**2, -a", {"a": numpy.array([1.0, 0.0]), "b": numpy.array([3.0, 0.0])})
    assert [list(one)[:1] for one in values] == [[0.5], [4.0], [-1.0]] and numpy.isnan(values[0][1])
    for wrong in ("", "a.b", "a[0]", "lambda: 1", "a if b else c", "open(a)", "'x'", "a;b", "(" * 300, "a" * 501):
        with pytest.raises(Malformed):
            parse(wrong)


def test_a_scene_of_open_data_is_brought_in_too(calls: PixxelCalls) -> None:
    found = calls.post("v0/search", {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-02-01T00:00:00Z",
                                     "satellites": [{"collection_id": "sentinel-2-l2a", "satellite_id": SENTINEL}],
                                     "geometry": FIELDS})["items"]
    aoi, assets = made(calls, satellite_id=SENTINEL, provider="planetary", item_ids=[next(iter(found))],
                       geometry=FIELDS)
    assert assets[0]["band_list"] == ["B02", "B03", "B04", "B05", "B08"]
    visualized(calls, aoi, preset(calls, satellite=SENTINEL))
