"""Orders of the sandbox's Pixxel: prices, rules, life cycle, report; stores and deliveries."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from sandbox_pixxel import CROPS, FIELDS, FOREIGN, ITEM, WATER, PixxelCalls
from sandbox_process import SandboxProcess
from shapely.geometry import shape

SMALL = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.65, 14.42], [75.65, 14.45], [75.61, 14.45],
                                             [75.61, 14.42]]]}
VEGETATION = "d2c31a4f-7b2c-4d68-8c4f-1b5e6f708192"
ALL = "d2c30f2e-6a1b-4c57-9b3e-0a4d5e6f7081"
S3 = {"name": "bucket", "type": "S3", "configs": {"bucket": "plots", "region": "ap-south-1", "path_prefix": "in"},
      "secrets": {"access_key_id": "a", "secret_access_key": "b"}}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


def collection(*areas: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {}, "geometry": one} for one in areas]}


def archive(**members: Any) -> dict[str, Any]:
    return {"project_id": CROPS, "usecase": "agriculture", "name": "Plots", "geometry": collection(FIELDS),
            "item_ids": [ITEM], **members}


def tasking(start: str = "2036-03-01", end: str = "2036-03-15", **members: Any) -> dict[str, Any]:
    return {"project_id": CROPS, "usecase": "agriculture", "geometry": collection(FIELDS), "recurrence": "ONCE",
            "start_date": f"{start}T00:00:00Z", "end_date": f"{end}T00:00:00Z", "bandset": {"bandset_id": VEGETATION},
            **members}


def order(calls: PixxelCalls, *items: dict[str, Any], dry: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = calls.post("v0/orders", {"dry_run": dry, "order_items": list(items)})
    return made


def finished(calls: PixxelCalls, item: str, status: str = "FULFILLED") -> dict[str, Any]:
    found: dict[str, Any] = calls.until(lambda: calls.get(f"v0/order-items/{item}"),
                                        lambda one: one["status"] == status)
    return found


def tokens(sandbox: SandboxProcess) -> int:
    return int(sandbox.control("GET", "pixxel")["tokens"])


def test_a_dry_run_tells_the_price_and_leaves_nothing(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    before = tokens(sandbox)
    made = order(calls, archive(), dry=True)
    assert made["status"] == "UNPAID" and made["paid_at"] == ""
    item = made["order_items"][0]
    assert (item["type"], item["tokens_used"], item["recurrence"]) == ("ARCHIVE", 0, "NOT_APPLICABLE")
    assert item["area"] == pytest.approx(14.0 * 12.17, rel=0.01)
    assert made["total_amount"] == item["final_amount"] == 5 * 171
    calls.error(404, "GET", f"v0/orders/{made['id']}")
    assert calls.get("v0/orders")["orders"] == [] and tokens(sandbox) == before


def test_less_than_a_hundred_square_kilometres_cost_as_much(calls: PixxelCalls) -> None:
    assert order(calls, archive(geometry=collection(SMALL)), dry=True)["total_amount"] == 500


@pytest.mark.parametrize(("members", "total"), [
    ({}, 855), ({"bandset": {"bandset_id": ALL}}, 1710), ({"end": "2036-03-07"}, 1069), ({"end": "2036-03-03"}, 1197),
    ({"recurrence": "MONTHLY", "no_of_occurrences": 4, "end_date": None}, 3420),
    ({"recurrence": "QUARTERLY", "end": "2037-03-01"}, 3420)])
def test_tasking_costs_by_captures_windows_and_occurrences(calls: PixxelCalls, members: dict[str, Any],
                                                           total: int) -> None:
    given = tasking(**members)
    assert order(calls, {name: value for name, value in given.items() if value is not None},
                 dry=True)["total_amount"] == pytest.approx(total, abs=1)


def test_an_archive_order_becomes_a_catalog_entry(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    before = tokens(sandbox)
    made = order(calls, archive())
    assert made["status"] == "PAID" and made["paid_at"] and made["total_amount"] == before - tokens(sandbox)
    item = finished(calls, made["order_items"][0]["id"])
    assert item["tokens_used"] == made["total_amount"] and item["validation_errors"] == []
    assert [one["status"] for one in item["tasks"]] == ["FULFILLED"]
    assert item["tasks"][0]["start_date"].count("-") == 2 and len(item["tasks"][0]["start_date"].split("-")[2]) == 4
    found = calls.post("v0/catalogs/search", {"order_item_ids": [item["id"]]})
    assert found["pagination"] == {"limit": 2, "offset": 0, "total": 1}
    entry = found["catalogs"][0]
    assert entry["task_id"] == item["tasks"][0]["id"] and entry["details"]["id"] == ITEM
    assert shape(entry["details"]["geometry"]).equals(shape(FIELDS))
    assert calls.get(f"v0/orders/{made['id']}")["order_items"][0]["status"] == "FULFILLED"
    assert "tasks" not in calls.get(f"v0/orders/{made['id']}")["order_items"][0]


def test_orders_take_their_time_and_may_fail(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    sandbox.settings(pixxel_order_seconds=60.0)
    item = order(calls, archive())["order_items"][0]["id"]
    assert calls.get(f"v0/order-items/{item}")["status"] == "ACTIVE"
    sandbox.advance(61)
    finished(calls, item)
    sandbox.settings(pixxel_order_seconds=0.0)
    sandbox.control("POST", "pixxel/fail", {"kind": "order"})
    before = tokens(sandbox)
    made = order(calls, archive())
    assert finished(calls, made["order_items"][0]["id"], "FAILED")["payment_status"] == "REFUND"
    assert calls.get(f"v0/orders/{made['id']}")["status"] == "REFUND" and tokens(sandbox) == before


def test_tasking_waits_until_it_is_moved_on(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    item = order(calls, tasking())["order_items"][0]
    assert (item["status"], item["feasibility_status"]) == ("ACTIVE", "SUCCESS")
    sandbox.control("POST", f"pixxel/order-items/{item['id']}", {})
    shown = finished(calls, item["id"])
    entry = calls.post("v0/catalogs/search", {"order_item_ids": [item["id"]]})["catalogs"][0]
    assert entry["bandset_id"] == VEGETATION and entry["task_id"] == shown["tasks"][0]["id"]
    assert "2036-03-01" <= entry["details"]["properties"]["datetime"][:10] < "2036-03-15"


def test_a_recurring_item_has_many_tasks_and_stays_active(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    given = tasking(recurrence="MONTHLY", no_of_occurrences=3)
    del given["end_date"]
    made = order(calls, given)
    item = made["order_items"][0]
    assert item["payment_status"] == "PARTIAL-MONTHLY" and item["tokens_used"] * 3 == made["total_amount"]
    assert [one["start"] for one in item["occurrences"]] == ["2036-03-01", "2036-04-01", "2036-05-01"]
    shown = calls.get(f"v0/order-items/{item['id']}")
    assert [one["status"] for one in shown["tasks"]] == ["IN_PROGRESS", "DRAFT", "DRAFT"]
    sandbox.control("POST", f"pixxel/order-items/{item['id']}", {})
    shown = calls.get(f"v0/order-items/{item['id']}")
    assert [one["status"] for one in shown["tasks"]] == ["FULFILLED", "IN_PROGRESS", "DRAFT"]
    assert shown["status"] == "ACTIVE"


@pytest.mark.parametrize(("item", "field"), [
    (archive(item_ids=["TD2_nothing"]), "item_ids"),
    (archive(geometry=collection({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})), "item_ids"),
    (archive(geometry=collection()), "geometry"),
    (archive(geometry=collection(FIELDS, {"type": "Polygon", "coordinates": [[[80, 14], [81, 14], [81, 15],
                                                                              [80, 14]]]})), "geometry"),
    (archive(cloud_delivery={"config": VEGETATION}), "cloud_delivery"),
    (tasking(start="2020-01-01"), "start_date"), (tasking(end="2036-02-01"), "end_date"),
    (tasking(bandset={"bandset_id": CROPS}), "bandset"), (tasking(bandset={}), "bandset"),
    (tasking(cloud_cover=120), "cloud_cover"), (tasking(recurrence="MONTHLY", end="2039-01-01"), "end_date"),
    (tasking(recurrence="MONTHLY", no_of_occurrences=2), "no_of_occurrences"),
    ({"project_id": CROPS, "usecase": "x", "geometry": collection(FIELDS)}, "bandset")])
def test_rules_of_items(calls: PixxelCalls, item: dict[str, Any], field: str) -> None:
    error = calls.error(400, "POST", "v0/orders", json={"order_items": [archive(), item]})
    assert f"order_items[1].{field}" in {one["field"] for one in error["details"]}
    assert calls.get("v0/orders")["pagination"]["total"] == 0


def test_what_is_refused_before_an_order_is_placed(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    assert calls.error(403, "POST", "v0/orders", json={"order_items": [archive(project_id=FOREIGN)]})
    calls.error(400, "POST", "v0/orders", json={"order_items": []})
    calls.error(400, "POST", "v0/orders", json={"order_items": [archive(delivery_speed="EXPEDITED")]})
    sandbox.control("POST", "pixxel/tokens", {"balance": 100})
    error = calls.error(403, "POST", "v0/orders", json={"order_items": [archive()]})
    assert error["code"] == "insufficient_tokens"
    assert order(calls, archive(), dry=True)["total_amount"] == 855


def test_items_are_listed_by_filters(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    first = order(calls, archive(), tasking(project_id=WATER))
    second = order(calls, archive(geometry=collection(SMALL)))
    finished(calls, first["order_items"][0]["id"])
    ids = [one["id"] for one in [*first["order_items"], *second["order_items"]]]

    def listed(**query: Any) -> set[int]:
        return {ids.index(one["id"]) for one in calls.get("v0/order-items", **query)["order_items"]}
    assert listed() == {0, 1, 2}
    assert listed(type="TASKING") == {1} and listed(project_ids=f"{WATER},{CROPS}") == {0, 1, 2}
    assert listed(project_ids=WATER) == {1} and listed(order_ids=second["id"]) == {2}
    assert listed(ids=f"{ids[0]},{ids[2]}") == {0, 2} and listed(area="../100") == {2}
    assert listed(status="ACTIVE") >= {1} and listed(created_at="2020-01-01/2020-02-01") == set()
    assert calls.get("v0/order-items", limit=1, offset=1)["pagination"] == {"limit": 1, "offset": 1, "total": 3}
    calls.error(400, "GET", "v0/order-items", params={"area": "large"})
    calls.error(400, "GET", "v0/order-items", params={"limit": -1})
    calls.error(400, "GET", "v0/order-items/five")
    calls.error(404, "GET", f"v0/order-items/{CROPS}")
    assert [one["id"] for one in calls.get("v0/orders")["orders"]] == [second["id"], first["id"]]


def test_the_report_is_a_table(calls: PixxelCalls) -> None:
    made = order(calls, archive())
    answer = calls.request("GET", "v0/reports", params={"tz": "Asia/Kolkata"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows[0]["order_id"] == made["id"] and rows[0]["created_at"].endswith("+05:30")
    calls.error(400, "GET", "v0/reports", params={"tz": "Mars/Olympus"})


def test_stores_never_show_their_secrets(calls: PixxelCalls) -> None:
    made = calls.request("POST", "v0/stores", json={**S3, "labels": {"team": "crops"}})
    assert made.status_code == 200 and "secret" not in made.text
    assert calls.get("v0/stores")["stores"] == [made.json()]
    assert calls.error(409, "POST", "v0/stores", json=S3)["code"] == "already_exists"
    calls.error(400, "POST", "v0/stores", json={**S3, "name": "x", "secrets": {"access_key_id": "a"}})
    calls.error(400, "POST", "v0/stores", json={**S3, "name": "x", "type": "GCS"})
    calls.error(400, "POST", "v0/stores", json={**S3, "name": "x", "configs": {"bucket": "a", "region": "b",
                                                                               "path_prefix": "../up"}})
    assert calls.request("DELETE", f"v0/stores/{made.json()['id']}").status_code == 204
    calls.error(404, "DELETE", f"v0/stores/{made.json()['id']}")


def test_deliveries_arrive_in_the_store(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    store = calls.post("v0/stores", S3)["id"]
    item = order(calls, archive(geometry=collection(SMALL),
                                cloud_delivery={"config": store, "path": "auto"}))["order_items"][0]["id"]
    finished(calls, item)
    entry = calls.until(lambda: calls.post("v0/catalogs/search", {"order_item_ids": [item]})["catalogs"][0],
                        lambda one: one["delivery_status"] == "SUCCESS")
    assert calls.get(f"v0/order-items/{item}")["tasks"][0]["delivery_status"] == "SUCCESSFUL"
    sandbox.settings(pixxel_delivery_seconds=30.0, pixxel_success_word="SUCCESSFUL")
    assert calls.get(f"v0/catalogs/{entry['id']}")["delivery_status"] == "SUCCESSFUL"
    answer = calls.request("POST", "v0/catalogs/deliveries", json={"deliveries": [
        {"catalog_ids": [entry["id"]], "cloud_info": {"config": store, "path": "by/hand"}}]})
    assert answer.status_code == 201
    one = answer.json()["deliveries"][0]
    assert (one["status"], one["task_id"]) == ("CREATED", None)
    calls.error(409, "DELETE", f"v0/stores/{store}")
    assert calls.get("v0/catalogs/deliveries", delivery_id=one["delivery_id"])["deliveries"][0]["status"] == (
        "IN_PROGRESS")
    sandbox.advance(31)
    calls.until(lambda: calls.get("v0/catalogs/deliveries", delivery_id=one["delivery_id"])["deliveries"][0],
                lambda each: each["status"] == "SUCCESS")
    files = sandbox.control("GET", f"pixxel/stores/{store}")["files"]
    assert sorted(files) == sorted(f"in/{path}/{one['target_path']}" for path in ("auto", "by/hand"))
    assert len(calls.get("v0/catalogs/deliveries", catalog_id=entry["id"])["deliveries"]) == 2
    assert calls.get("v0/catalogs/deliveries", order_item_id=CROPS)["deliveries"] == []


@pytest.mark.parametrize("wrong", [
    {}, {"catalog_ids": [], "order_item_ids": []}, {"catalog_ids": [CROPS], "order_item_ids": [CROPS]}])
def test_wrong_deliveries(calls: PixxelCalls, wrong: dict[str, Any]) -> None:
    store = calls.post("v0/stores", S3)["id"]
    body = {"deliveries": [{**wrong, "cloud_info": {"config": store}}]}
    assert "catalog_ids" in json.dumps(calls.error(400, "POST", "v0/catalogs/deliveries", json=body)["details"])
    body = {"deliveries": [{"catalog_ids": [CROPS], "cloud_info": {"config": CROPS}}]}
    calls.error(400, "POST", "v0/catalogs/deliveries", json=body)
    body = {"deliveries": [{"catalog_ids": [CROPS], "cloud_info": {"config": store}}]}
    calls.error(404, "POST", "v0/catalogs/deliveries", json=body)
