"""Every filter of every list of Pixxel leaves something out and keeps what it should; quick looks of searches.

What there is comes by plain HTTP without any filter, and is narrowed here by a sentence of Python each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pixxel_desk as desk
import pytest
from qgis.core import QgsApplication, QgsProcessingUtils
from sandbox_pixxel import CROPS, ITEM, TD1, TD2, WATER, PixxelCalls

SOMEBODY = "9c1d8d49-1b68-4d2f-8066-6e1c8bad4d13"
DAY = 86400
HERE = "CRS=EPSG:4326;POLYGON((75.62 14.43, 75.64 14.43, 75.64 14.45, 75.62 14.45, 75.62 14.43))"
SPOT = {"type": "Polygon", "coordinates": [[[75.62, 14.43], [75.64, 14.43], [75.64, 14.45], [75.62, 14.45],
                                            [75.62, 14.43]]]}
NO_FILTERS = {"CONNECTION", "OUTPUT", "MAXIMUM", "AREA", "AREA_TEXT", "PICTURES"}
Rows = list[dict[str, Any]]
Keeps = Callable[[dict[str, Any]], bool]


@dataclass
class Listing:
    """``rows`` is all that there is, ``key`` the member that the output ``ids`` gives; ``filters`` are parameters, and
    which rows they keep."""

    called: str
    ids: str
    rows: Rows
    filters: list[tuple[dict[str, Any], Keeps]]
    common: dict[str, Any] = field(default_factory=dict)
    key: str = "id"
    alike: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Filters by which all rows are alike: value, operation and what has to be asked with."""


def put(calls: PixxelCalls, table: str, one: str, **values: Any) -> None:
    """Members of a record that nothing on the platform would make so."""
    calls.sandbox.control("POST", "pixxel/states", {"table": table, "id": one, **values})


def now(calls: PixxelCalls) -> int:
    """In whole seconds, as moments that are read again are."""
    return int(calls.sandbox.control("GET", "clock")["now"])


def ordered(calls: PixxelCalls, *shapes: dict[str, Any], project: str = CROPS, **more: Any) -> list[dict[str, Any]]:
    """Orders of the archive that were fulfilled, one of each shape."""
    made = []
    for shape in shapes:
        item = {"project_id": project, "name": "Scan", "usecase": "agriculture", "item_ids": [ITEM], **more,
                "geometry": {"type": "FeatureCollection", "features": [
                    {"type": "Feature", "properties": {}, "geometry": shape}]}}
        order = calls.post("v0/orders", {"dry_run": False, "order_items": [item]})
        calls.until(lambda order=order: calls.get(f"v0/order-items/{order['order_items'][0]['id']}")["status"],
                    lambda status: status == "FULFILLED")
        made.append(order)
    return made


def orders(calls: PixxelCalls) -> Listing:
    made = ordered(calls, SPOT, SPOT)
    put(calls, "orders", made[0]["id"], user=SOMEBODY)
    return Listing("listorders", "ORDER_IDS", calls.get("v0/orders", limit=100)["orders"], [
        ({"USER": SOMEBODY}, lambda one: one["user_id"] == SOMEBODY),
    ])


def order_items(calls: PixxelCalls) -> Listing:
    small, large, elsewhere = ordered(calls, SPOT, desk.PLOT) + ordered(calls, SPOT, project=WATER)
    first, second, third = (one["order_items"][0]["id"] for one in (small, large, elsewhere))
    bandset = calls.get("v0/bandsets")["bandsets"][0]["id"]
    calls.post("v0/orders", {"dry_run": False, "order_items": [{
        "project_id": CROPS, "name": "New", "usecase": "agriculture", "recurrence": "ONCE",
        "start_date": "2030-01-01T00:00:00Z", "end_date": "2030-02-01T00:00:00Z", "bandset": {"bandset_id": bandset},
        "geometry": {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {}, "geometry": SPOT}]}}]})
    put(calls, "items", first, user=SOMEBODY, creator=desk_user(calls), created=now(calls) - 9 * DAY)
    put(calls, "items", second, creator=SOMEBODY)
    rows = calls.get("v0/order-items", limit=100)["order_items"]
    early = next(one["created_at"] for one in rows if one["id"] == first)
    late = min(one["created_at"] for one in rows if one["id"] != first)
    areas = sorted({one["area"] for one in rows})
    return Listing("listorderitems", "ITEM_IDS", rows, [
        ({"PROJECTS": WATER}, lambda one: one["project_id"] == WATER),
        ({"TYPE": "TASKING"}, lambda one: one["type"] == "TASKING"),
        ({"STATUS": "FULFILLED"}, lambda one: one["status"] == "FULFILLED"),
        ({"ORDERS": f"{small['id']},{large['id']}"}, lambda one: one["order_id"] in (small["id"], large["id"])),
        ({"ITEMS": f"{first},{third}"}, lambda one: one["id"] in (first, third)),
        ({"CREATED": f"../{early}"}, lambda one: one["id"] == first),
        ({"CREATED": f"{late}/.."}, lambda one: one["id"] != first),
        ({"AREA_RANGE": f"{areas[-1]}/.."}, lambda one: one["area"] >= areas[-1]),
        ({"AREA_RANGE": f"0/{areas[0]}"}, lambda one: one["area"] <= areas[0]),
        ({"USER": SOMEBODY}, lambda one: one["user_id"] == SOMEBODY),
        ({"CREATED_BY": SOMEBODY}, lambda one: one["created_by"] == SOMEBODY),
    ])


def desk_user(calls: PixxelCalls) -> str:
    """The user of the first key."""
    return str(calls.get("v0/orders", limit=1)["orders"][0]["user_id"])


def aois(calls: PixxelCalls) -> Listing:
    first, second, third = (desk.make_aoi(calls, name) for name in ("North", "South", "Far south"))
    put(calls, "aois", first, project=WATER, created=now(calls) - 9 * DAY, updated=now(calls))
    put(calls, "aois", second, satellite=TD1, updated=now(calls) - 5 * DAY)
    rows = calls.get("v0/aois", limit=100)["aois"]
    by_id = {one["aoi_id"]: one for one in rows}
    return Listing("listaois", "AOI_IDS", rows, [
        ({"PROJECTS": WATER}, lambda one: one["project_id"] == WATER),
        ({"NAME": "South"}, lambda one: "south" in one["name"].lower()),
        ({"AOI_FILTER": third}, lambda one: one["aoi_id"] == third),
        ({"SATELLITE_NAME": "Pixxel-TD1"}, lambda one: one["satellite_id"] == TD1),
        ({"CREATED": f"../{by_id[first]['created_at']}"}, lambda one: one["aoi_id"] == first),
        ({"UPDATED": f"../{by_id[second]['updated_at']}"}, lambda one: one["aoi_id"] == second),
    ], key="aoi_id")


def indices(calls: PixxelCalls) -> Listing:
    calls.post("v0/indices", {"name": "Own", "description": "Own", "expression": "(B027-B015)/(B027+B015)",
                              "expression_type": "index", "colormap": "viridis", "rescale": [-1, 1],
                              "satellite_id": TD2})
    rows = calls.get("v0/indices", limit=100)["indices"]
    return Listing("listindices", "INDEX_IDS", rows, [
        ({"SATELLITE": TD2}, lambda one: one["satellite_id"] == TD2),
        ({"TYPE": "custom"}, lambda one: one["type"] == "custom"),
        ({"EXPRESSION_TYPE": "composite"}, lambda one: one["expression_type"] == "composite"),
        ({"INDEX": rows[3]["id"]}, lambda one: one["id"] == rows[3]["id"]),
    ])


def visualizations(calls: PixxelCalls) -> Listing:
    aoi = desk.make_aoi(calls)
    composite = next(one for one in calls.get("v0/indices", satellite_id=TD2, limit=100)["indices"]
                     if one["expression_type"] == "composite")
    first, second = desk.make_visualization(calls, aoi), desk.make_visualization(calls, aoi, composite["name"])
    put(calls, "visualizations", second, user=SOMEBODY)
    ndvi = desk.index_id(calls)
    return Listing(
        "listvisualizations", "VISUALIZATION_IDS",
        calls.get(f"v0/aois/{aoi}/visualizations", limit=100)["visualization"], [
            ({"INDEX": ndvi}, lambda one: one["index_id"] == ndvi),
            ({"EXPRESSION_TYPE": "composite"}, lambda one: one["index_id"] == composite["id"]),
            ({"VISUALIZATION": first}, lambda one: one["id"] == first),
            ({"USER": SOMEBODY}, lambda one: one["user_id"] == SOMEBODY),
        ], {"AOI": aoi}, alike={"TYPE": ("custom", "listVisualizations", "type=custom")})


def insights(calls: PixxelCalls) -> Listing:
    aoi = desk.make_aoi(calls)
    first, second = desk.make_insight(calls, aoi), desk.make_insight(calls, aoi, "More")
    put(calls, "insights", second, user=SOMEBODY, created=now(calls) - 9 * DAY, status="failed")
    rows = calls.get(f"v0/aoi/{aoi}/insights")["insights"]
    return Listing("listinsights", "INSIGHT_IDS", rows, [
        ({"STATUS": "completed"}, lambda one: one["status"] == "completed"),
        ({"INSIGHT": first}, lambda one: one["id"] == first),
        ({"CREATED_BY": SOMEBODY}, lambda one: one["created_by"] == SOMEBODY),
        ({"CREATED": of(rows, second)["created_at"]}, lambda one: one["id"] == second),
    ], {"AOI": aoi})


def workflows(calls: PixxelCalls) -> Listing:
    first, second, *_ = calls.get("v0/workflows", project_id=CROPS)["workflows"]
    put(calls, "workflows", first["id"], user=SOMEBODY, created=now(calls) - 9 * DAY, changed=now(calls) - 2 * DAY)
    put(calls, "workflows", second["id"], changed=now(calls) - 9 * DAY)
    rows = calls.get("v0/workflows", project_id=CROPS)["workflows"]
    return Listing("listworkflows", "WORKFLOW_IDS", rows, [
        ({"NAME": second["name"]}, lambda one: second["name"].lower() in one["name"].lower()),
        ({"ID": second["id"]}, lambda one: one["id"] == second["id"]),
        ({"CREATED_BY": SOMEBODY}, lambda one: one["created_by"] == SOMEBODY),
        ({"CREATED": of(rows, first["id"])["created_at"]}, lambda one: one["id"] == first["id"]),
        ({"UPDATED": of(rows, second["id"])["updated_at"]}, lambda one: one["id"] == second["id"]),
    ], {"PROJECT": CROPS})


def jobs(calls: PixxelCalls) -> Listing:
    flow = desk.sound_workflow(calls)["id"]
    first, second = desk.make_job(calls, flow)["id"], desk.make_job(calls, flow)["id"]
    put(calls, "runs", second, user=SOMEBODY, created=now(calls) - 9 * DAY, status="failed")
    rows = calls.get(f"v0/workflows/{flow}/jobs")["jobs"]
    return Listing("listjobs", "JOB_IDS", rows, [
        ({"STATUS": "completed"}, lambda one: one["status"] == "completed"),
        ({"ID": first}, lambda one: one["id"] == first),
        ({"CREATED_BY": SOMEBODY}, lambda one: one["created_by"] == SOMEBODY),
        ({"CREATED": of(rows, second)["created_at"]}, lambda one: one["id"] == second),
    ], {"WORKFLOW": flow, "PROJECT": CROPS})


def of(rows: Rows, identity: str) -> dict[str, Any]:
    return next(one for one in rows if one["id"] == identity)


def deliveries(calls: PixxelCalls) -> Listing:
    store = calls.post("v0/stores", {
        "name": "Plots", "type": "S3", "configs": {"bucket": "plots", "region": "eu-central-1"},
        "secrets": {"access_key_id": "AKIAEXAMPLE", "secret_access_key": "marker-secret-of-a-store"}})["id"]
    first, second = ordered(calls, SPOT, SPOT, cloud_delivery={"config": store, "path": "plots"})
    item = first["order_items"][0]["id"]
    came = {one["id"] for one in calls.post("v0/catalogs/search", {"order_item_ids": [item]})["catalogs"]}
    by_hand = desk.delivered(calls.sandbox)
    calls.post("v0/catalogs/deliveries", {"deliveries": [{"catalog_ids": by_hand, "cloud_info": {"config": store}}]})
    rows = calls.get("v0/catalogs/deliveries")["deliveries"]
    task = calls.get(f"v0/order-items/{second['order_items'][0]['id']}")["tasks"][0]["id"]
    return Listing("listdeliveries", "DELIVERY_IDS", rows, [
        ({"DELIVERY": rows[1]["delivery_id"]}, lambda one: one is rows[1]),
        ({"CATALOG": by_hand[0]}, lambda one: one["catalog_id"] == by_hand[0]),
        ({"TASK": task}, lambda one: one["task_id"] == task),
        ({"ORDER_ITEM": item}, lambda one: one["catalog_id"] in came),
    ], key="delivery_id")


def collections(calls: PixxelCalls) -> Listing:
    rows = calls.get("v0/archives/collections")["collections"]
    return Listing("listcollections", "COLLECTION_IDS", rows, [
        ({"COLLECTIONS": "pixxel-td-l1c"}, lambda one: one["id"] == "pixxel-td-l1c"),
    ])


def archive(calls: PixxelCalls) -> Listing:
    rows: Rows = []
    while not rows or len(rows) % 100 == 0:
        asked = {"intersects": SPOT, "limit": 100, "offset": len(rows)}
        rows += calls.post("v0/archives/search", asked)["features"]
    some = {rows[0]["id"], rows[-1]["id"]}
    return Listing("searcharchive", "ITEM_IDS", rows, [
        ({"START": "2026-01-01T00:00:00Z"}, lambda one: moment(one) >= "2026"),
        ({"END": "2023-01-01T00:00:00Z"}, lambda one: moment(one) < "2023"),
        ({"CLOUD": 20}, lambda one: one["properties"]["eo:cloud_cover"] <= 20),
        ({"COLLECTIONS": "pixxel-td-l1c"}, lambda one: one["collection"] == "pixxel-td-l1c"),
        ({"ITEMS": ",".join(some)}, lambda one: one["id"] in some),
        ({"FILTERS": "eo:cloud_cover=30..60"}, lambda one: 30 <= one["properties"]["eo:cloud_cover"] <= 60),
        ({"FILTERS": "eo:cloud_cover=30..60", "CLOUD": 50},
         lambda one: 30 <= one["properties"]["eo:cloud_cover"] <= 50),
        ({"FILTERS": "eo:cloud_cover=30..40", "CLOUD": 50},
         lambda one: 30 <= one["properties"]["eo:cloud_cover"] <= 40),
        ({"ITEMS": f"{rows[0]['collection']}/{rows[0]['id']}"}, lambda one: one["id"] == rows[0]["id"]),
    ], {"AREA_TEXT": HERE})


def scenes(calls: PixxelCalls) -> Listing:
    wanted = [{"satellite_id": one["id"], "collection_id": two["id"]}
              for one in calls.get("v0/satellites")["satellites"] for two in one["collections"]]
    rows = list(calls.post("v0/search", {
        "start_date": "2024-01-01T00:00:00Z", "end_date": "2024-03-01T00:00:00Z", "satellites": wanted,
        "geometry": SPOT, "limit": 1000})["items"].values())
    return Listing("searchscenes", "ITEM_IDS", rows, [
        ({"START": "2024-02-01T00:00:00Z"}, lambda one: moment(one) >= "2024-02"),
        ({"END": "2024-02-01T00:00:00Z"}, lambda one: moment(one) < "2024-02"),
        ({"CLOUD": 20}, lambda one: one["properties"]["eo:cloud_cover"] <= 20),
        ({"SATELLITE": TD2}, lambda one: one["id"].startswith("TD2_")),
        ({"COLLECTIONS": "pixxel-td-l1c"}, lambda one: one["collection"] == "pixxel-td-l1c"),
        ({"FILTERS": "eo:cloud_cover=30..60"}, lambda one: 30 <= one["properties"]["eo:cloud_cover"] <= 60),
    ], {"AREA_TEXT": HERE, "START": "2024-01-01T00:00:00Z", "END": "2024-03-01T00:00:00Z"})


def moment(one: dict[str, Any]) -> str:
    return str(one["properties"]["datetime"])


LISTINGS = (orders, order_items, aois, indices, visualizations, insights, workflows, jobs, deliveries, collections,
            archive, scenes)


@pytest.mark.parametrize("made", LISTINGS, ids=lambda one: one.__name__)
def test_each_filter_leaves_out_some_and_keeps_the_right_ones(
    run_pixxel: Any, pixxel: PixxelCalls, made: Callable[[PixxelCalls], Listing]
) -> None:
    one = made(pixxel)
    everything = {row[one.key] for row in one.rows}
    assert given(run_pixxel, one, {}) == everything
    for parameters, keeps in one.filters:
        expected = {row[one.key] for row in one.rows if keeps(row)}
        assert 0 < len(expected) < len(everything), f"{parameters} would prove nothing"
        assert given(run_pixxel, one, parameters) == expected, parameters
    for name, (value, operation, query) in one.alike.items():
        before = pixxel.sandbox.last_entry()
        assert given(run_pixxel, one, {name: value}) == everything
        assert any(query in sent["path"] for sent in pixxel.sandbox.log(operation=operation, after=before))
    proven = {name for parameters, _ in one.filters for name in parameters} | set(one.alike)
    assert set(filters_of(one)) == proven


def given(run: Any, one: Listing, parameters: dict[str, Any]) -> set[str]:
    found: str = run(one.called, **{**one.common, **parameters})[one.ids]
    return set(found.split(",")) - {""}


def filters_of(one: Listing) -> Iterator[str]:
    """The parameters by which it can be narrowed."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:pixxel_{one.called}")
    narrowed = {name for parameters, _ in one.filters for name in parameters}
    for parameter in algorithm.parameterDefinitions():
        if parameter.name() not in NO_FILTERS and (parameter.name() in narrowed or parameter.name() not in one.common):
            yield parameter.name()


# ---------------------------------------------------------------------- quick looks
@pytest.mark.parametrize(("called", "asked"), [
    ("searchcatalog", {}),
    ("searchscenes", {"SATELLITE": TD2, "AREA_TEXT": HERE, "START": "2024-01-01T00:00:00Z",
                      "END": "2024-02-01T00:00:00Z"}),
])
def test_quick_looks_are_written_and_named_in_the_layer(
    run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path, called: str, asked: dict[str, Any]
) -> None:
    desk.delivered(pixxel.sandbox, 3)
    found = run_pixxel(called, **asked, PICTURES=str(tmp_path / "looks"), OUTPUT="memory:")
    layer = QgsProcessingUtils.mapLayerFromString(str(found["OUTPUT"]), run_pixxel.context) or found["OUTPUT"]
    looks = {one["item_id"]: Path(one["quick_look"]) for one in layer.getFeatures()}
    assert len(looks) >= 2 and set(looks) == set(found["ITEM_IDS"].split(","))
    assert set((tmp_path / "looks").iterdir()) == set(looks.values())
    assert all(one.read_bytes()[:3] in (b"\x89PN", b"\xff\xd8\xff") for one in looks.values())
    assert all(identity in path.name for identity, path in looks.items())
