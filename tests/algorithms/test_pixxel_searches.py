"""Searches of Pixxel as footprints, what is ordered and delivered, and bundles that are fetched."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any

import pixxel_desk
import pytest
from pixxel_found import rounded_up
from qgis.core import QgsProcessingUtils, QgsVectorLayer
from qgis.PyQt.QtCore import QDate
from sandbox_pixxel import SHAPE, WATER, PixxelCalls

TD2 = "0005c5bb-0bd2-4c80-9393-4a808341c54c"
HERE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
TIME = {"START": "2024-01-01T00:00:00Z", "END": "2024-03-01T00:00:00Z"}


def layer_of(run: Any, result: dict[str, Any], name: str = "OUTPUT") -> QgsVectorLayer:
    given = result[name]
    layer = given if isinstance(given, QgsVectorLayer) else QgsProcessingUtils.mapLayerFromString(given, run.context)
    assert isinstance(layer, QgsVectorLayer) and layer.isValid()
    return layer


@pytest.fixture
def project(pixxel: PixxelCalls) -> str:
    return str(pixxel.get("v0/projects")["projects"][0]["id"])


def test_projects_satellites_and_sets_of_bands(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    told = pixxel.get("v0/projects", page_num=1, page_size=100)
    assert run_pixxel("listprojects")["COUNT"] == told["count"]
    first = told["projects"][0]
    assert run_pixxel("getproject", PROJECT=first["id"])["TITLE"] == first["title"]
    assert run_pixxel("ping")["ANSWER"]
    satellites = pixxel.get("v0/satellites")["satellites"]
    listed = run_pixxel("listsatellites", OUTPUT="memory:")
    assert listed["SATELLITE_IDS"].split(",") == [one["id"] for one in satellites]
    bands = [one for one in layer_of(run_pixxel, listed).getFeatures() if one["satellite_id"] == TD2]
    known = next(one for one in satellites if one["id"] == TD2)["bands"]
    assert [(one["band"], one["wavelength"]) for one in bands] == [(one["name"], one["wavelength"]) for one in known]
    assert run_pixxel("listbandsets")["BANDSET_IDS"].split(",") == [
        one["id"] for one in pixxel.get("v0/bandsets")["bandsets"]
    ]


def test_scenes_become_footprints_at_their_times(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    body = {"start_date": TIME["START"], "end_date": TIME["END"], "geometry": SHAPE, "limit": 10000,
            "satellites": [{"collection_id": "pixxel-td-l2a", "satellite_id": TD2}]}
    expected = {one["id"]: one for one in pixxel.post("v0/search", body)["items"].values()}
    assert expected
    found = run_pixxel("searchscenes", SATELLITE=TD2, COLLECTIONS="pixxel-td-l2a", AREA_TEXT=HERE, **TIME,
                       OUTPUT=str(tmp_path / "scenes.gpkg"))
    assert set(found["ITEM_IDS"].split(",")) == set(expected)
    layer = QgsVectorLayer(found["OUTPUT"].partition("|")[0], "scenes", "ogr")
    for one in layer.getFeatures():
        item = expected[one["item_id"]]
        assert one["datetime"].toUTC().toString("yyyy-MM-ddTHH:mm:ss") == item["properties"]["datetime"][:19]
        assert one["cloud_cover"] == pytest.approx(item["properties"]["eo:cloud_cover"])
        box = one.geometry().boundingBox()
        west, south, east, north = map(float, item["bbox"])
        assert (box.xMinimum(), box.yMinimum()) == pytest.approx((west, south), abs=1e-6)
        assert (box.xMaximum(), box.yMaximum()) == pytest.approx((east, north), abs=1e-6)
    layer.loadDefaultStyle()
    assert layer.temporalProperties().isActive()
    assert "quick_look" in layer.mapTipTemplate()


def test_clouds_and_ranges_narrow_scenes(run_pixxel: Any) -> None:
    everything = run_pixxel("searchscenes", SATELLITE=TD2, AREA_TEXT=HERE, **TIME, OUTPUT="memory:")
    clouds = sorted(one["cloud_cover"] for one in layer_of(run_pixxel, everything).getFeatures())
    most = int(clouds[len(clouds) // 2])
    fewer = run_pixxel("searchscenes", SATELLITE=TD2, AREA_TEXT=HERE, CLOUD=most, **TIME)
    assert fewer["COUNT"] == sum(1 for one in clouds if one <= most)
    just_above, most = rounded_up(clouds)
    found = layer_of(run_pixxel, run_pixxel("searchscenes", SATELLITE=TD2, AREA_TEXT=HERE, CLOUD=most, **TIME,
                                            OUTPUT="memory:"))
    assert max(one["cloud_cover"] for one in found.getFeatures()) <= most < just_above
    none = run_pixxel("searchscenes", SATELLITE=TD2, AREA_TEXT=HERE, FILTERS="eo:cloud_cover=101..200", **TIME)
    assert none["COUNT"] == 0


def test_what_a_search_needs_is_said_before(run_pixxel: Any) -> None:
    assert "is empty" in run_pixxel.refused("searchscenes", AREA_TEXT=HERE)
    assert "ends before" in run_pixxel.refused("searchscenes", AREA_TEXT=HERE, START=TIME["END"], END=TIME["START"])
    for one in ("searchscenes", "searcharchive", "searchcatalog"):
        assert "is no filter" in run_pixxel.refused(one, AREA_TEXT=HERE, FILTERS="cloud", **TIME)


def test_the_archive_is_searched_and_listed(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    collections = pixxel.get("v0/archives/collections")["collections"]
    assert run_pixxel("listcollections")["COUNT"] == len(collections)
    assert run_pixxel("getcollection", COLLECTION="pixxel-td-l2a")["TITLE"]
    body = {"collections": ["pixxel-td-l2a"], "intersects": SHAPE, "limit": 100, "offset": 0}
    expected = [one["id"] for one in pixxel.post("v0/archives/search", body)["features"]]
    found = run_pixxel("searcharchive", AREA_TEXT=HERE, COLLECTIONS="pixxel-td-l2a", OUTPUT="memory:",
                       PICTURES=str(tmp_path / "pictures"), MAXIMUM=3)
    assert expected
    assert found["COUNT"] == min(3, len(expected))
    looks = {one["item_id"]: Path(one["quick_look"]) for one in layer_of(run_pixxel, found).getFeatures()}
    assert len(looks) == 3 and all(one.parent == tmp_path / "pictures" for one in looks.values())
    assert all(one.read_bytes()[:3] in (b"\x89PN", b"\xff\xd8\xff") for one in looks.values())
    assert set(found["ITEM_IDS"].split(",")) <= set(expected)
    times = [one["datetime"].toMSecsSinceEpoch() for one in layer_of(run_pixxel, found).getFeatures()]
    assert times == sorted(times, reverse=True)
    one = found["ITEM_IDS"].split(",")[0]
    scene = run_pixxel("getscene", COLLECTION="pixxel-td-l2a", ITEM=one)
    assert scene["ITEM_ID"] == one and scene["AREA_WKT"].startswith("MultiPolygon")
    listed = run_pixxel("listcollectionitems", COLLECTION="pixxel-td-l2a", MAXIMUM=5)
    assert listed["COUNT"] == 5


def order(run: Any, pixxel: PixxelCalls, project: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = run("orderarchive", PROJECT=project, AREA_TEXT=HERE, NAME="Plots", USECASE="agriculture",
                                ITEMS=pixxel.covering(), **more)
    return found


def test_an_order_is_priced_and_placed_when_agreed_to_only(
    run_pixxel: Any, pixxel: PixxelCalls, project: str
) -> None:
    before = pixxel.get("v0/orders", limit=100)["pagination"]["total"]
    priced = order(run_pixxel, pixxel, project)
    assert priced["ORDER_ID"] == "" and priced["TOKENS"] >= 500
    assert any("Nothing was ordered" in one for one in run_pixxel.messages)
    words = run_pixxel.fails("orderarchive", PROJECT=project, AREA_TEXT=HERE, USECASE="agriculture", CONFIRM=True,
                             ITEMS=pixxel.covering(), GREATEST_PRICE=1)
    assert "Nothing was ordered" in words
    assert pixxel.get("v0/orders", limit=100)["pagination"]["total"] == before
    placed = order(run_pixxel, pixxel, project, CONFIRM=True, WAIT=True, GREATEST_PRICE=priced["TOKENS"])
    told = pixxel.get(f"v0/orders/{placed['ORDER_ID']}")
    assert told["total_amount"] == priced["TOKENS"] == placed["TOKENS"]
    assert placed["ITEM_IDS"] == told["order_items"][0]["id"]
    assert placed["CATALOG_IDS"]


def test_orders_items_tasks_and_the_report(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, tmp_path: Path
) -> None:
    placed = order(run_pixxel, pixxel, project, CONFIRM=True, WAIT=True)
    assert placed["ORDER_ID"] in run_pixxel("listorders")["ORDER_IDS"].split(",")
    got = run_pixxel("getorder", ORDER=placed["ORDER_ID"])
    assert (got["STATUS"], got["ITEM_IDS"]) == ("PAID", placed["ITEM_IDS"])
    listed = run_pixxel("listorderitems", PROJECTS=project, TYPE="ARCHIVE", ORDERS=placed["ORDER_ID"])
    assert listed["ITEM_IDS"] == placed["ITEM_IDS"]
    item = run_pixxel("getorderitem", ITEM=placed["ITEM_IDS"])
    assert item["STATUS"] == "FULFILLED" and item["CATALOG_IDS"] == placed["CATALOG_IDS"] and item["COUNT"] == 1
    report = run_pixxel("orderreport", TIME_ZONE="Asia/Kolkata", OUTPUT=str(tmp_path / "report.csv"))
    assert placed["ORDER_ID"] in Path(report["OUTPUT"]).read_text("utf-8")


def test_tasking_is_checked_before_and_priced(run_pixxel: Any, pixxel: PixxelCalls, project: str) -> None:
    bandset = pixxel.get("v0/bandsets")["bandsets"][0]
    common = {"PROJECT": project, "AREA_TEXT": HERE, "USECASE": "agriculture", "BANDSET": bandset["id"]}
    assert "last day" in run_pixxel.refused("ordertasking", **common, START="2030-01-01T00:00:00Z")
    assert "two years" in run_pixxel.refused("ordertasking", **common, RECURRENCE="MONTHLY",
                                             START="2030-01-01T00:00:00Z", END="2033-01-01T00:00:00Z")
    assert "no store" in run_pixxel.refused("ordertasking", **common, PATH="plots", START="2030-01-01T00:00:00Z",
                                            END="2030-01-15T00:00:00Z")
    priced = run_pixxel("ordertasking", **common, START="2030-01-01T00:00:00Z", END="2030-01-15T00:00:00Z")
    asked = {"project_id": project, "usecase": "agriculture", "recurrence": "ONCE",
             "start_date": "2030-01-01T00:00:00Z", "end_date": "2030-01-15T00:00:00Z",
             "bandset": {"bandset_id": bandset["id"]},
             "geometry": {"type": "FeatureCollection", "features": [
                 {"type": "Feature", "properties": {}, "geometry": SHAPE}]}}
    told = pixxel.post("v0/orders", {"dry_run": True, "order_items": [asked]})
    assert (priced["TOKENS"], priced["AREA_KM2"]) == (told["total_amount"], told["order_items"][0]["area"])
    assert priced["ORDER_ID"] == ""


@pytest.mark.parametrize(("given", "sent"), [
    ("2030-01-01", "2030-01-01"), ("2030-01-01T00:00:00", "2030-01-01"), ("2030-01-01T00:00:00Z", "2030-01-01"),
    (QDate(2030, 1, 1), "2030-01-01"), ("2030-01-01T02:00:00+05:30", "2029-12-31"),
])
def test_a_day_is_the_one_that_is_written_wherever_the_user_is(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, monkeypatch: pytest.MonkeyPatch, given: Any, sent: str
) -> None:
    """East of Greenwich midnight is on the day before, in UTC."""
    bandset = pixxel.get("v0/bandsets")["bandsets"][0]["id"]
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        made = run_pixxel("ordertasking", PROJECT=project, AREA_TEXT=HERE, USECASE="agriculture", BANDSET=bandset,
                          START=given, END="2030-01-15", CONFIRM=True)
    time.tzset()
    told = pixxel.get(f"v0/order-items/{made['ITEM_IDS']}")
    assert (told["start_date"][:10], told["end_date"][:10]) == (sent, "2030-01-15")


def test_what_was_delivered_is_found_and_downloaded_as_a_layer(
    run_pixxel: Any, pixxel: PixxelCalls, project: str, tmp_path: Path
) -> None:
    placed = order(run_pixxel, pixxel, project, CONFIRM=True, WAIT=True)
    found = run_pixxel("searchcatalog", PROJECT=project, USECASE="agriculture", ORDER_ITEMS=placed["ITEM_IDS"],
                       AREA_TEXT=HERE, OUTPUT="memory:")
    assert found["CATALOG_IDS"] == placed["CATALOG_IDS"]
    assert layer_of(run_pixxel, found).featureCount() == 1
    entry = run_pixxel("getcatalogentry", CATALOG=found["CATALOG_IDS"])
    assert entry["ITEM_ID"] == found["ITEM_IDS"]
    got = run_pixxel("downloadcatalog", CATALOGS=found["CATALOG_IDS"], OUTPUT=str(tmp_path / "bundle.zip"))
    assert zipfile.is_zipfile(got["OUTPUT"])
    (image,) = got["FILES"].split("\n")
    assert Path(image).is_file() and entry["ITEM_ID"] in image
    assert "one of both" in run_pixxel.refused("downloadcatalog", CATALOGS="a", ORDER_ITEMS="b", OUTPUT="x.zip")


def test_everything_in_the_catalog_comes_though_its_usual_page_is_of_two(run_pixxel: Any, pixxel: PixxelCalls,
                                                                         project: str) -> None:
    for _ in range(3):
        order(run_pixxel, pixxel, project, CONFIRM=True, WAIT=True)
    total = pixxel.post("v0/catalogs/search", {})["pagination"]["total"]
    assert total > 2
    assert run_pixxel("searchcatalog")["COUNT"] == total


def test_the_catalog_is_narrowed_by_each_of_its_ways(run_pixxel: Any, pixxel: PixxelCalls, project: str) -> None:
    older = order(run_pixxel, pixxel, project, CONFIRM=True, WAIT=True)
    first = pixxel_desk.delivered(pixxel.sandbox, 2)
    second = pixxel_desk.delivered(pixxel.sandbox, 1, project=WATER, usecase="water", collection="pixxel-td-l1c")
    every = {one["id"]: one for one in pixxel.post("v0/catalogs/search", {"limit": 100})["catalogs"]}
    assert set(every) == {older["CATALOG_IDS"], *first, *second}

    def found(**narrowed: Any) -> set[str]:
        return set(filter(None, run_pixxel("searchcatalog", **narrowed)["CATALOG_IDS"].split(",")))

    assert found(COLLECTIONS="pixxel-td-l1c") == set(second)
    assert found(COLLECTIONS="pixxel-td-l1c,pixxel-td-l2a") == set(every)
    assert found(CATALOGS=",".join(first)) == set(first)
    scene = every[second[0]]["details"]["id"]
    assert found(ITEMS=scene) == found(ITEMS=f"pixxel-td-l1c/{scene}") == set(second)
    assert found(ORDERS=older["ORDER_ID"]) == found(ORDER_ITEMS=older["ITEM_IDS"]) == {older["CATALOG_IDS"]}
    assert found(PROJECT=WATER) == found(USECASE="water") == set(second)
    assert found(PROJECT=project, USECASE="water") == set(), "all have to fit"
    moments = {one: every[one]["details"]["properties"]["datetime"] for one in every}
    newest = max(moments.values())
    assert found(START=newest) == {one for one in every if moments[one] == newest}
    assert found(END=newest[:4] + "-01-01T00:00:00Z") == {one for one in every if moments[one][:4] < newest[:4]}
    clouds = {one: every[one]["details"]["properties"]["eo:cloud_cover"] for one in every}
    middle = sorted(clouds.values())[1]
    low, high = int(middle), int(middle) + 1
    assert found(FILTERS=f"eo:cloud_cover={low}..{high}") == {one for one in every if low <= clouds[one] <= high}
    assert found(CLOUD=middle) == {one for one in every if clouds[one] <= middle}
