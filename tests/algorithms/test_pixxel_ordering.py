"""Orders of Pixxel: how often, how dear and where to; what is wrong with one is said before anything is sent."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer
from sandbox_pixxel import SHAPE, PixxelCalls

HERE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
TWO_WEEKS = {"START": "2030-01-01", "END": "2030-01-15"}


@pytest.fixture
def project(pixxel: PixxelCalls) -> str:
    return str(pixxel.get("v0/projects")["projects"][0]["id"])


@pytest.fixture
def tasking(pixxel: PixxelCalls, project: str) -> dict[str, Any]:
    """What each tasking is given, but when."""
    single = next(one for one in pixxel.get("v0/bandsets")["bandsets"] if one["captures"] == 1)
    return {"PROJECT": project, "AREA_TEXT": HERE, "USECASE": "agriculture", "BANDSET": single["id"]}


@pytest.fixture
def archive(pixxel: PixxelCalls, project: str) -> dict[str, Any]:
    return {"PROJECT": project, "AREA_TEXT": HERE, "USECASE": "agriculture", "ITEMS": pixxel.covering()}


@pytest.fixture
def store(pixxel: PixxelCalls) -> str:
    made = pixxel.post("v0/stores", {
        "name": "Plots", "type": "S3", "configs": {"bucket": "plots", "region": "eu-central-1", "path_prefix": "in"},
        "secrets": {"access_key_id": "AKIAEXAMPLE", "secret_access_key": "marker-secret-of-a-store"}})
    return str(made["id"])


# ---------------------------------------------------------------------- again and again
@pytest.mark.parametrize(("recurrence", "end", "days"), [
    ("MONTHLY", {"OCCURRENCES": 3}, ["01-01-2030", "01-02-2030", "01-03-2030", "01-04-2030"]),
    ("MONTHLY", {"END": "2030-03-20"}, ["01-01-2030", "01-02-2030", "01-03-2030", "20-03-2030"]),
    ("BIMONTHLY", {"OCCURRENCES": 2}, ["01-01-2030", "01-03-2030", "01-05-2030"]),
    ("BIMONTHLY", {"END": "2030-06-15"}, ["01-01-2030", "01-03-2030", "01-05-2030", "15-06-2030"]),
    ("QUARTERLY", {"OCCURRENCES": 2}, ["01-01-2030", "01-04-2030", "01-07-2030"]),
    ("QUARTERLY", {"END": "2030-10-01"}, ["01-01-2030", "01-04-2030", "01-07-2030", "01-10-2030"]),
])
def test_recurring_tasking_is_placed_and_makes_a_task_each_time(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any], recurrence: str, end: dict[str, Any],
    days: list[str],
) -> None:
    once = run_pixxel("ordertasking", **tasking, **TWO_WEEKS)["TOKENS"]
    made = run_pixxel("ordertasking", **tasking, RECURRENCE=recurrence, START="2030-01-01", **end, CONFIRM=True)
    told = pixxel.get(f"v0/order-items/{made['ITEM_IDS']}")
    assert (told["type"], told["recurrence"]) == ("RECURRING", recurrence)
    assert [one["start_date"] for one in told["tasks"]] == days[:-1]
    assert [one["end_date"] for one in told["tasks"]] == days[1:]
    assert made["TOKENS"] == once * len(told["tasks"]) == told["final_amount"]
    assert run_pixxel("listorderitems", TYPE="RECURRING")["ITEM_IDS"] == made["ITEM_IDS"]


@pytest.mark.parametrize("fits", [
    {"RECURRENCE": "MONTHLY", "START": "2030-01-01", "END": "2032-01-01"},
    {"RECURRENCE": "MONTHLY", "START": "2028-02-29", "END": "2030-02-28"},
    {"RECURRENCE": "MONTHLY", "START": "2030-01-01", "OCCURRENCES": 24},
    {"RECURRENCE": "QUARTERLY", "START": "2030-01-01", "OCCURRENCES": 8},
])
def test_two_years_are_not_too_long(run_pixxel: Any, tasking: dict[str, Any], fits: dict[str, Any]) -> None:
    assert run_pixxel("ordertasking", **tasking, **fits)["TOKENS"] > 0


@pytest.mark.parametrize(("wrong", "words"), [
    ({"RECURRENCE": "MONTHLY", "START": "2030-01-01", "END": "2032-01-02"}, "two years at most"),
    ({"RECURRENCE": "MONTHLY", "START": "2028-02-29", "END": "2030-03-01"}, "two years at most"),
    ({"RECURRENCE": "MONTHLY", "START": "2030-01-01", "OCCURRENCES": 25}, "which is 24 times"),
    ({"RECURRENCE": "QUARTERLY", "START": "2030-01-01", "OCCURRENCES": 9}, "which is 8 times"),
    ({"RECURRENCE": "QUARTERLY", "START": "2030-01-01"}, "one of both"),
    ({"RECURRENCE": "BIMONTHLY", "START": "2030-01-01", "END": "2030-06-01", "OCCURRENCES": 3}, "one of both"),
    ({"RECURRENCE": "ONCE", "START": "2030-01-01", "END": "2030-06-01", "OCCURRENCES": 3}, "no number of times"),
    ({"RECURRENCE": "ONCE", "START": "2020-01-01", "END": "2020-06-01"}, "The time is over"),
])
def test_when_is_checked_before_anything_is_sent(
    run_pixxel: Any, tasking: dict[str, Any], wrong: dict[str, Any], words: str
) -> None:
    assert words in run_pixxel.refused("ordertasking", **tasking, **wrong)


def test_tasking_is_followed_until_it_is_delivered(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any]
) -> None:
    """The satellite passes while the algorithm waits."""
    before = {one["id"] for one in pixxel.get("v0/orders", limit=100)["orders"]}
    passed: list[str] = []

    def passes() -> None:
        calls = PixxelCalls(pixxel.sandbox)
        found = calls.until(lambda: calls.get("v0/orders", limit=100)["orders"],
                            lambda some: any(one["id"] not in before for one in some))
        (item,) = next(one for one in found if one["id"] not in before)["order_items"]
        time.sleep(2)  # it is looked at before, and is at work
        assert calls.get(f"v0/order-items/{item['id']}")["status"] == "ACTIVE"
        calls.sandbox.control("POST", f"pixxel/order-items/{item['id']}", {})
        passed.append(item["id"])

    satellite = threading.Thread(target=passes)
    satellite.start()
    made = run_pixxel("ordertasking", **tasking, **TWO_WEEKS, CONFIRM=True, WAIT=True)
    satellite.join()
    assert passed == [made["ITEM_IDS"]]
    (entry,) = pixxel.post("v0/catalogs/search", {"order_item_ids": passed})["catalogs"]
    assert made["CATALOG_IDS"] == entry["id"]
    assert pixxel.get(f"v0/order-items/{made['ITEM_IDS']}")["status"] == "FULFILLED"


# ---------------------------------------------------------------------- where
def squares(*wests: float) -> QgsVectorLayer:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "parts", "memory")
    for west in wests:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 14.4, west + 0.1, 14.5)))
        assert layer.dataProvider().addFeature(feature)
    return layer


def test_parts_that_are_too_far_apart_are_named_before_anything_is_sent(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any]
) -> None:
    del tasking["AREA_TEXT"]
    before = pixxel.sandbox.last_entry()
    words = run_pixxel.fails("ordertasking", **tasking, **TWO_WEEKS, AREA=squares(75.0, 77.1))
    assert "216 km apart, and 200 km is the most" in words
    assert pixxel.sandbox.last_entry() == before
    assert run_pixxel("ordertasking", **tasking, **TWO_WEEKS, AREA=squares(75.0, 76.0, 77.1))["TOKENS"] > 0
    assert run_pixxel("ordertasking", **tasking, **TWO_WEEKS, AREA=squares(75.0, 76.9))["TOKENS"] > 0


# ---------------------------------------------------------------------- how dear
@pytest.mark.parametrize(("end", "title", "percentage"), [
    ("2030-01-03", "Critical", 40), ("2030-01-07", "Expedited", 25), ("2030-01-08", "", 0),
])
def test_what_makes_it_dearer_is_told_line_by_line(
    run_pixxel: Any, tasking: dict[str, Any], end: str, title: str, percentage: int
) -> None:
    base = run_pixxel("ordertasking", **tasking, **TWO_WEEKS)["TOKENS"]
    priced = run_pixxel("ordertasking", **tasking, START="2030-01-01", END=end)
    lines = [one for one in run_pixxel.messages if "% more" in one]
    more = round(base * percentage / 100)
    assert lines == ([f"{title}: {percentage} % more, {more} tokens."] if title else [])
    assert priced["TOKENS"] == base + more


def dry_run(pixxel: PixxelCalls, archive: dict[str, Any]) -> dict[str, Any]:
    """What the platform answers for the price."""
    shape = {"type": "Feature", "properties": {}, "geometry": SHAPE}
    item = {"project_id": archive["PROJECT"], "usecase": archive["USECASE"], "item_ids": [archive["ITEMS"]],
            "geometry": {"type": "FeatureCollection", "features": [shape]}}
    answer: dict[str, Any] = pixxel.post("v0/orders", {"dry_run": True, "order_items": [item]})
    return answer


@pytest.mark.parametrize("most", [{}, {"GREATEST_PRICE": 1e9}])
def test_nothing_is_ordered_for_a_price_that_is_not_told(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], most: dict[str, float]
) -> None:
    priced = dry_run(pixxel, archive)
    del priced["total_amount"]
    for one in priced["order_items"]:
        del one["final_amount"]
    before = pixxel.get("v0/orders", limit=100)["orders"]
    for given in ({}, {"CONFIRM": True}):
        pixxel.sandbox.fault(operation="createOrder", kind="malformed", body=json.dumps(priced))
        if given:
            words = run_pixxel.fails("orderarchive", **archive, **most, **given)
            assert "does not tell the price, so nothing was ordered. Try again later" in words
        else:
            assert run_pixxel("orderarchive", **archive, **most)["ORDER_ID"] == ""
        assert pixxel.get("v0/orders", limit=100)["orders"] == before


@pytest.mark.parametrize(("feasibility", "told"), [
    ("FAILED", ["The platform says that this tasking is not possible."]),
    ("WEAK_SUCCESS", ["The platform says that this tasking is possible with little room only."]), ("SUCCESS", []),
])
def test_what_is_hardly_possible_is_told_with_the_price(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tasking: dict[str, Any], feasibility: str,
    told: list[str],
) -> None:
    priced = dry_run(pixxel, archive)
    priced["order_items"][0]["feasibility_status"] = feasibility
    pixxel.sandbox.fault(operation="createOrder", kind="malformed", body=json.dumps(priced))
    assert run_pixxel("ordertasking", **tasking, **TWO_WEEKS)["TOKENS"] == priced["total_amount"]
    assert [one for one in run_pixxel.messages if "possible" in one] == told


# ---------------------------------------------------------------------- where to
def test_what_is_ordered_for_a_store_arrives_there(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], store: str
) -> None:
    made = run_pixxel("orderarchive", **archive, STORE=store, PATH="plots/north", CONFIRM=True, WAIT=True)
    told = pixxel.get(f"v0/order-items/{made['ITEM_IDS']}")
    assert told["cloud_delivery"] == {"config": store, "path": "plots/north"}
    sent = pixxel.until(lambda: pixxel.get("v0/catalogs/deliveries", order_item_id=made["ITEM_IDS"])["deliveries"],
                        lambda some: [one["status"] for one in some] == ["SUCCESS"])
    assert sent[0]["catalog_id"] == made["CATALOG_IDS"] and sent[0]["task_id"] == told["tasks"][0]["id"]
    (arrived,) = pixxel.sandbox.control("GET", f"pixxel/stores/{store}")["files"].items()
    assert arrived[0] == f"in/plots/north/{sent[0]['target_path']}" and arrived[1] > 1000
    without = run_pixxel("orderarchive", **archive, CONFIRM=True, WAIT=True)["ITEM_IDS"]
    assert "cloud_delivery" not in pixxel.get(f"v0/order-items/{without}")


def test_what_came_of_order_items_is_delivered(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], store: str
) -> None:
    first, second, third = (run_pixxel("orderarchive", **archive, CONFIRM=True, WAIT=True) for _ in range(3))
    both = f"{first['ITEM_IDS']},{third['ITEM_IDS']}"
    sent = run_pixxel("deliver", ORDER_ITEMS=both, STORE=store, PATH="again")
    assert sent["STATUSES"] == "SUCCESS,SUCCESS"
    told = {one["delivery_id"]: one for one in pixxel.get("v0/catalogs/deliveries")["deliveries"]}
    assert set(sent["DELIVERY_IDS"].split(",")) == set(told)
    assert {one["catalog_id"] for one in told.values()} == {first["CATALOG_IDS"], third["CATALOG_IDS"]}
    files = pixxel.sandbox.control("GET", f"pixxel/stores/{store}")["files"]
    assert set(files) == {f"in/again/{one['target_path']}" for one in told.values()}
    assert second["CATALOG_IDS"] not in {one["catalog_id"] for one in told.values()}


def test_what_came_of_order_items_is_downloaded(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path
) -> None:
    scenes = [one["id"] for one in pixxel.post("v0/archives/search", {
        "collections": ["pixxel-td-l2a"], "bbox": [75.65, 14.45, 75.66, 14.46], "limit": 3, "offset": 0})["features"]]
    items = [run_pixxel("orderarchive", **{**archive, "ITEMS": one}, CONFIRM=True, WAIT=True)["ITEM_IDS"]
             for one in scenes]
    got = run_pixxel("downloadcatalog", ORDER_ITEMS=",".join(items[:2]), LOAD=False,
                     OUTPUT=str(tmp_path / "bundle.zip"))
    with zipfile.ZipFile(got["OUTPUT"]) as bundle:
        images = [Path(one).stem for one in bundle.namelist() if one.endswith(".tif")]
    assert len(scenes) == 3 and {one for one in scenes if any(one in image for image in images)} == set(scenes[:2])
