"""Orders of Pixxel in the real program: priced before anything is sent, agreed to, seen in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import hands
import pytest
from algorithm_hands import AlgorithmHands
from hub_dock import HubDockHands
from pixxel_desk import NAME, PROJECT
from pixxel_hands import choose_day, draw_area, hub_open_at, look_in
from qgis.core import QgsApplication, QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QFileDialog, QLineEdit, QPushButton, QToolButton
from sandbox_pixxel import CROPS, PixxelCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands

HERE = QgsRectangle(75.58, 14.40, 75.77, 14.55)
FIELDS = [(75.61, 14.42), (75.74, 14.42), (75.74, 14.53), (75.61, 14.53)]
PLOT = [(75.66, 14.46), (75.68, 14.46), (75.68, 14.48), (75.66, 14.48)]
WAY = (NAME, "Projects", PROJECT, "Order items")


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def hub(sandbox: SandboxProcess) -> Iterator[HubDockHands]:
    with hub_open_at(sandbox, HERE, WAY, "Nothing was ordered yet.") as found:
        yield found


def price(log: str) -> float:
    found = re.search(r"The price is (\d+) tokens", log)
    assert found is not None, log
    return float(found[1])


@pytest.mark.parametrize("where", ["Archive", "All satellites"])
def test_days_and_clouds_narrow_what_the_dock_finds(hub: HubDockHands, calls: PixxelCalls, where: str) -> None:
    day = timedelta(days=1)
    dock = SearchHands()
    try:
        look_in(dock, where)
        dock.draw(FIELDS)
        hands.in_menu(lambda menu: hands.choose(menu, "Last 30 days"))
        hands.click(dock.part("Presets"))
        everything = dock.search()
        hands.click(dock.part("Cloud"), QPoint(3, dock.part("Cloud").height() // 2))
        dock.key(Qt.Key.Key_Home)
        for _ in range(2):
            dock.key(Qt.Key.Key_PageUp)
        few = dock.search()
        clouds = [float(one.split()[0]) for one in dock.column(2)]
        hands.keep_picture("pixxel_narrowed")
    finally:
        hands.click(dock.part("Clear"))
        dock.close()
    now = datetime.now(timezone.utc)
    shape = {"type": "Polygon", "coordinates": [[*FIELDS, FIELDS[0]]]}
    told = calls.post("v0/archives/search", {"intersects": shape, "limit": 100, "offset": 0,
                                             "datetime": f"{(now - 30 * day).isoformat()}/{now.isoformat()}"})
    own = {one["id"] for one in told["features"]}
    assert own <= set(everything) if where == "All satellites" else own == set(everything)
    assert 0 < len(few) < len(everything) and max(clouds) <= 20


def test_a_scene_of_any_satellite_has_a_quick_look_and_becomes_an_area(
    hub: HubDockHands, calls: PixxelCalls
) -> None:
    dock = SearchHands()
    try:
        look_in(dock, "All satellites")
        dock.draw(PLOT)
        hands.in_menu(lambda menu: hands.choose(menu, "Last 30 days"))
        hands.click(dock.part("Presets"))
        everything = dock.search()
        hands.click(dock.part("imageryHubFilterSatellite").button)
        popup = hands.wait_for(QgsApplication.activePopupWidget, "the list of satellites")
        QTest.keyClicks(popup.search, "Pixxel-TD2")
        QTest.qWait(400)  # what is typed is looked for after a pause
        entry = hands.wait_for(lambda: popup.list.item(0) if popup.list.count() == 1 else None, "the satellite")
        hands.click(popup.list.viewport(), popup.list.visualItemRect(entry).center())
        own = dock.search()
        assert 0 < len(own) < len(everything)
        assert set(own) == {one for one in everything if one.startswith("TD2_")}
        name = next(one for one in own if "_L2A_" in one)
        dock.click_row(name)
        hands.wait_for(lambda: dock.part("Picture").pixmap().width() > 40, "the quick look of the scene")
        hands.keep_picture("pixxel_all_satellites")
        dock.menu_of_row(name, lambda menu: hands.choose(menu, "Create area of interest…"))
    finally:
        hands.click(dock.part("Clear"))
        dock.close()
    dialog = AlgorithmHands("Create area of interest")
    assert dialog.value("ITEMS").rpartition("/")[2] == name
    dialog.look_up("PROJECT", PROJECT)
    dialog.write("NAME", "Of a hit")
    dialog.look_up("SATELLITE", "Pixxel-TD2")
    draw_area(dialog, PLOT)
    dialog.keep_picture("pixxel_area_of_a_hit")
    dialog.run()
    dialog.close()
    (told,) = [one for one in calls.get("v0/aois")["aois"] if one["name"] == "Of a hit"]
    assert set(told["images"]) == {name} and told["status"] == "success"


def test_scenes_that_were_found_are_ordered_when_the_price_is_agreed_to(
    hub: HubDockHands, calls: PixxelCalls, sandbox: SandboxProcess
) -> None:
    dock = SearchHands()
    try:
        look_in(dock, "Archive")
        dock.draw(FIELDS)
        name = next(one for one in dock.search() if "_L2A_" in one)
        dock.press("Look")
        dock.click_row(name)
        hands.keep_picture("pixxel_archive_search")
        dock.press("Look")
        dock.menu_of_row(name, lambda menu: hands.choose(menu, "Order from archive…"))
    finally:
        hands.click(dock.part("Clear"))
        dock.close()
    dialog = AlgorithmHands("Order from archive")
    assert dialog.value("ITEMS").rpartition("/")[2] == name
    dialog.look_up("PROJECT", PROJECT)
    dialog.write("NAME", "Plot scan")
    dialog.write("USECASE", "agriculture")
    draw_area(dialog, FIELDS)
    dialog.keep_picture("pixxel_order_archive")
    tokens = calls.sandbox.control("GET", "pixxel/")["tokens"]
    dialog.run()
    told = price(dialog.log())
    assert "Nothing was ordered" in dialog.log()
    dialog.keep_picture("pixxel_order_priced")
    assert calls.get("v0/orders")["orders"] == [] and calls.sandbox.control("GET", "pixxel/")["tokens"] == tokens
    dialog.change()
    dialog.write("GREATEST_PRICE", str(told - 1))
    dialog.tick("CONFIRM")
    dialog.run()
    assert "more than the" in dialog.log() and calls.get("v0/orders")["orders"] == []
    dialog.change()
    dialog.write("GREATEST_PRICE", str(told))
    dialog.run()
    (order,) = calls.get("v0/orders")["orders"]
    assert order["total_amount"] == told and calls.sandbox.control("GET", "pixxel/")["tokens"] == tokens - told
    dialog.close()
    hub.wait(["Plot scan"], *WAY)
    hub.click(*WAY, "Plot scan")
    hands.wait_for(lambda: hub.label("imageryHubDetailsState").startswith("Order item ·"), "the state")
    facts = hub.facts()
    assert (facts["Use case"], facts["Type"], facts["Payment"]) == ("agriculture", "Archive", "paid")
    assert facts["Price (tokens)"] == f"{told:g}"
    hands.keep_picture("pixxel_order_placed", hub.dock)


def test_tasking_is_priced_and_its_state_followed(
    hub: HubDockHands, calls: PixxelCalls, sandbox: SandboxProcess
) -> None:
    hub.menu("Order tasking…", *WAY)
    dialog = AlgorithmHands("Order tasking")
    assert dialog.value("PROJECT") == CROPS
    dialog.write("NAME", "New scan")
    dialog.write("USECASE", "agriculture")
    draw_area(dialog, FIELDS)
    sets = calls.get("v0/bandsets")["bandsets"]
    dialog.look_up("BANDSET", sets[0]["name"])
    choose_day(dialog.field("START"), 1)
    choose_day(dialog.field("END"), 2)
    dialog.keep_picture("pixxel_order_tasking")
    dialog.run()
    told = price(dialog.log())
    assert calls.get("v0/orders")["orders"] == []
    dialog.change()
    dialog.tick("CONFIRM")
    dialog.run()
    dialog.close()
    (order,) = calls.get("v0/orders")["orders"]
    assert order["total_amount"] == told and order["order_items"][0]["type"] == "TASKING"
    hub.wait(["New scan"], *WAY)
    hub.click(*WAY, "New scan")
    assert hub.label("imageryHubDetailsState") == "Order item · active"
    sandbox.control("POST", "pixxel/states", {"table": "items", "id": order["order_items"][0]["id"],
                                              "status": "CANCELLED"})
    hands.click(hub.button("imageryHubRefresh"))
    hands.wait_for(lambda: hub.label("imageryHubDetailsState") == "Order item · cancelled", "the new state")
    hands.keep_picture("pixxel_order_cancelled", hub.dock)


@pytest.mark.parametrize(("often", "times", "months"), [("QUARTERLY", 3, 0), ("MONTHLY", 0, 4)])
def test_tasking_again_and_again_is_placed(
    hub: HubDockHands, calls: PixxelCalls, often: str, times: int, months: int
) -> None:
    """By a number of times, or by a last day."""
    hub.menu("Order tasking…", *WAY)
    dialog = AlgorithmHands("Order tasking")
    dialog.write("NAME", "Season")
    dialog.write("USECASE", "agriculture")
    draw_area(dialog, FIELDS)
    dialog.look_up("BANDSET", calls.get("v0/bandsets")["bandsets"][0]["name"])
    dialog.choose("RECURRENCE", often)
    choose_day(dialog.field("START"), 1)
    if times:
        dialog.write("OCCURRENCES", str(times))
    else:
        choose_day(dialog.field("END"), months)
    dialog.keep_picture(f"pixxel_order_{often.lower()}")
    tokens = calls.sandbox.control("GET", "pixxel/")["tokens"]
    dialog.run()
    told = price(dialog.log())
    assert calls.get("v0/orders")["orders"] == []
    dialog.change()
    dialog.tick("CONFIRM")
    dialog.run()
    dialog.close()
    (order,) = calls.get("v0/orders")["orders"]
    item = calls.get(f"v0/order-items/{order['order_items'][0]['id']}")
    begins = [date(*map(int, reversed(one["start_date"].split("-")))) for one in item["tasks"]]
    assert (item["type"], item["recurrence"], len(begins)) == ("RECURRING", often, 3)
    apart = {(late.year - early.year) * 12 + late.month - early.month for early, late in zip(begins, begins[1:])}
    assert apart == {3 if often == "QUARTERLY" else 1}
    assert begins[0] > datetime.now(timezone.utc).date()
    assert order["total_amount"] == told
    assert tokens - calls.sandbox.control("GET", "pixxel/")["tokens"] == round(told / 3), "paid task by task"
    hub.wait(["Season"], *WAY)
    hub.click(*WAY, "Season")
    assert hub.facts()["Type"] == "Tasking, again and again"
    hands.keep_picture(f"pixxel_order_{often.lower()}_placed", hub.dock)


def filled_in(hub: HubDockHands, calls: PixxelCalls, name: str, months: int) -> AlgorithmHands:
    """The dialog, filled in for some months' tasking of the fields."""
    hub.menu("Order tasking…", *WAY)
    dialog = AlgorithmHands("Order tasking")
    dialog.write("NAME", name)
    dialog.write("USECASE", "agriculture")
    draw_area(dialog, FIELDS)
    dialog.look_up("BANDSET", calls.get("v0/bandsets")["bandsets"][0]["name"])
    dialog.choose("RECURRENCE", "MONTHLY")
    dialog.write("OCCURRENCES", str(months))
    choose_day(dialog.field("START"), 1)
    return dialog


def take_file(dialog: AlgorithmHands, name: str, file: Path) -> None:
    """Choose a file for a parameter that takes several: its button, “Add File(s)…”, the file, “OK”."""

    def choose(chooser: QDialog) -> None:
        assert isinstance(chooser, QFileDialog)
        field = chooser.findChild(QLineEdit, "fileNameEdit")
        hands.write(field, str(file))
        QTest.keyClick(field, Qt.Key.Key_Return)

    def button(text: str) -> QPushButton | None:
        return next((one for one in dialog.dialog.findChildren(QPushButton)
                     if one.isVisible() and one.text().replace("&", "").startswith(text)), None)

    field = dialog.field(name)
    hands.click(field.findChild(QToolButton) or field.findChild(QPushButton))
    add = hands.wait_for(lambda: button("Add File"), "the button that adds files")
    hands.in_dialog(choose)
    hands.click(add)
    dialog.keep_picture("pixxel_order_together_files")
    hands.click(button("OK"))
    hands.wait_for(lambda: dialog.value(name) == [str(file)], "the file to be taken")


def test_an_item_that_was_kept_is_ordered_with_the_next(
    hub: HubDockHands, calls: PixxelCalls, tmp_path: Path
) -> None:
    kept = tmp_path / "north.json"
    dialog = filled_in(hub, calls, "North", 2)
    dialog.write("ITEM_FILE", str(kept))
    dialog.keep_picture("pixxel_order_kept")
    dialog.run()
    assert "Nothing was ordered" in dialog.log() and kept.exists()
    dialog.close()
    dialog = filled_in(hub, calls, "South", 3)
    take_file(dialog, "WITH_ITEMS", kept)
    dialog.keep_picture("pixxel_order_together")
    dialog.run()
    lines = re.findall(r"^Order item (\d), (\w+): (\d+) tokens", dialog.log(), re.MULTILINE)
    assert [one[:2] for one in lines] == [("1", "South"), ("2", "North")]
    assert calls.get("v0/orders")["orders"] == []
    dialog.keep_picture("pixxel_order_together_priced")
    dialog.change()
    dialog.tick("CONFIRM")
    dialog.run()
    dialog.close()
    (order,) = calls.get("v0/orders")["orders"]
    assert [(one["name"], one["final_amount"]) for one in order["order_items"]] == [
        (name, int(tokens)) for _, name, tokens in lines]
    hub.wait(["North", "South"], *WAY)
    hub.click(*WAY, "North")
    hands.keep_picture("pixxel_order_together_placed", hub.dock)
