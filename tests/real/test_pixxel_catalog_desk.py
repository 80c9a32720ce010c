"""Pixxel's catalog narrowed by mouse in the real program: to what came of an order, and to what is chosen of lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hands
import pixxel_desk as desk
import pytest
from algorithm_hands import AlgorithmHands
from connected import layers
from hub_dock import HubDockHands
from pixxel_desk import LATER, NAME, PLOT, PROJECT, ROOTS
from pixxel_hands import look_in, program
from qgis.core import QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QDate
from sandbox_pixxel import CROPS, ITEM, WATER, PixxelCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands

HERE = QgsRectangle(75.60, 14.41, 75.66, 14.46)
CORNERS = [(75.61, 14.42), (75.65, 14.42), (75.65, 14.45), (75.61, 14.45)]
COARSE = "pixxel-td-l1c"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def orders(sandbox: SandboxProcess, calls: PixxelCalls) -> dict[str, dict[str, Any]]:
    """Two orders that were fulfilled, by their names; other things lie in the catalog beside."""
    desk.delivered(sandbox, 1, project=WATER, usecase="water", collection=COARSE)
    made = {}
    for name, scene in (("First scan", ITEM), ("Second scan", LATER)):
        item = {"project_id": CROPS, "name": name, "usecase": "agriculture", "item_ids": [scene], "geometry": {
            "type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": PLOT}]}}
        made[name] = calls.post("v0/orders", {"dry_run": False, "order_items": [item]})
        calls.until(lambda name=name: entries(calls, order_ids=[made[name]["id"]]), bool)
    return made


@pytest.fixture
def hub(sandbox: SandboxProcess, orders: dict[str, dict[str, Any]]) -> Iterator[HubDockHands]:
    with program(sandbox, HERE):
        found = HubDockHands()
        found.unfold(NAME)
        found.wait(ROOTS, NAME)
        yield found


def entries(calls: PixxelCalls, **asked: Any) -> set[str]:
    """What the platform itself finds."""
    return {str(one["id"]) for one in calls.post("v0/catalogs/search", {"limit": 100, **asked})["catalogs"]}


def scenes(calls: PixxelCalls, **asked: Any) -> list[str]:
    """The scenes of what the platform itself finds."""
    found = calls.post("v0/catalogs/search", {"limit": 100, **asked})["catalogs"]
    return sorted(str(one["details"]["id"]) for one in found)


def found_by(dialog: AlgorithmHands) -> set[str]:
    """Run it; what the layer that comes holds. The layer goes again."""
    dialog.run()
    (made,) = layers()
    found = {str(one["catalog_id"]) for one in made.getFeatures()}
    QgsProject.instance().removeMapLayer(made.id())
    return found


def test_what_came_of_an_order_is_found_from_its_menu(
    hub: HubDockHands, calls: PixxelCalls, orders: dict[str, dict[str, Any]]
) -> None:
    order = orders["First scan"]
    row = f"First scan, {order['created_at'][:10]}"
    hub.unfold(NAME, "Orders")
    hub.menu("Search catalog…", NAME, "Orders", row)
    dialog = AlgorithmHands("Search catalog")
    assert dialog.value("ORDERS") == order["id"]
    dialog.keep_picture("pixxel_catalog_of_order")
    expected = entries(calls, order_ids=[order["id"]])
    assert found_by(dialog) == expected and len(expected) == 1 < len(entries(calls))
    dialog.close()
    hub.unfold(NAME, "Orders", row)
    hub.menu("Search catalog…", NAME, "Orders", row, "First scan")
    dialog = AlgorithmHands("Search catalog")
    assert dialog.value("ORDER_ITEMS") == order["order_items"][0]["id"]
    assert found_by(dialog) == expected
    dialog.close()


def test_what_is_looked_for_is_chosen_of_lists(
    hub: HubDockHands, calls: PixxelCalls, orders: dict[str, dict[str, Any]]
) -> None:
    everything = entries(calls)
    hub.menu("Search catalog…", NAME, "Catalog")
    dialog = AlgorithmHands("Search catalog")
    dialog.look_up("ORDERS", "Second scan", "pixxel_catalog_orders")
    assert found_by(dialog) == entries(calls, order_ids=[orders["Second scan"]["id"]])
    dialog.change()
    dialog.clear("ORDERS")
    titles = {one["id"]: one["title"] for one in calls.get("v0/archives/collections")["collections"]}
    dialog.look_up("COLLECTIONS", titles[COARSE], "pixxel_catalog_collections")
    coarse = found_by(dialog)
    assert coarse == entries(calls, collections=[COARSE]) and 0 < len(coarse) < len(everything)
    dialog.change()
    dialog.clear("COLLECTIONS")
    dialog.look_up("ITEMS", ITEM)
    assert found_by(dialog) == entries(calls, item_ids=[ITEM])
    dialog.close()


def test_use_case_and_project_narrow_too(hub: HubDockHands, calls: PixxelCalls) -> None:
    everything = entries(calls)
    hub.menu("Search catalog…", NAME, "Catalog")
    dialog = AlgorithmHands("Search catalog")
    dialog.write("USECASE", "water")
    expected = entries(calls, query={"usecase": {"eq": "water"}})
    assert found_by(dialog) == expected and 0 < len(expected) < len(everything)
    dialog.change()
    dialog.clear("USECASE")
    dialog.look_up("PROJECT", PROJECT, "pixxel_catalog_project")
    expected = entries(calls, query={"project_id": {"eq": CROPS}})
    assert found_by(dialog) == expected and 0 < len(expected) < len(everything)
    dialog.close()


def test_days_narrow_what_the_dock_finds_in_the_catalog(hub: HubDockHands, calls: PixxelCalls) -> None:
    dock = SearchHands()
    try:
        look_in(dock, "Catalog")
        dock.draw(CORNERS)
        everything = dock.search()
        dock.type_days(QDate(2024, 1, 1), QDate(2024, 1, 10))
        few = dock.search()
        hands.keep_picture("pixxel_catalog_days")
    finally:
        hands.click(dock.part("Clear"))
        dock.close()
    shape = {"type": "Polygon", "coordinates": [[*CORNERS, CORNERS[0]]]}
    assert sorted(everything) == scenes(calls, intersects=shape)
    days = "2024-01-01T00:00:00Z/2024-01-10T23:59:59Z"
    assert few == scenes(calls, intersects=shape, datetime=days) == [LATER]
