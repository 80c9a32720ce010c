"""Pixxel in the Hub of the real program, by mouse and keyboard: connected, walked, searched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hands
import pixxel_desk as desk
import pytest
from algorithm_hands import AlgorithmHands
from browser_panel import ROOT, BrowserPanel
from hub_dock import HubDockHands
from pixxel_desk import NAME, PROJECT, ROOTS
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QDate, QLocale
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox, QPushButton
from qgis.utils import iface
from sandbox_pixxel import CROPS, FOREIGN, ITEM, PixxelCalls
from sandbox_process import SandboxProcess

AOI = "Davanagere north"


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    """A workspace, and no connection yet."""
    assert QgsApplication.authManager().setMasterPassword(desk.MASTER, True)
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    sandbox.actor("docks")
    hands.failures.clear()
    yield sandbox
    sandbox.clear_faults()
    QgsApplication.authManager().setMasterPassword(desk.MASTER, True)
    for name in desk.connections().names():
        desk.connections().remove(name)
    assert not hands.failures


@pytest.fixture
def calls(platform: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(platform)


@pytest.fixture
def hub(platform: SandboxProcess) -> HubDockHands:
    desk.save_connection(platform)
    found = HubDockHands()
    found.unfold(NAME)
    found.wait(ROOTS, NAME)
    return found


def facts(hub: HubDockHands, *way: str) -> dict[str, str]:
    hub.click(*way)
    return hub.facts()


def test_a_connection_whose_key_is_refused_and_sent_the_other_way(platform: SandboxProcess) -> None:
    hub, ready = HubDockHands(), platform.ready["pixxel"]
    platform.settings(pixxel_key_form="bearer")

    def enter(dialog: Any) -> None:
        (choice,) = (one for one in dialog.findChildren(QComboBox) if one.findText("Pixxel") >= 0)
        choice.setFocus()
        QTest.keyClicks(choice, "Pixxel")
        hands.write(dialog.name, NAME)
        hands.write(dialog.address, ready["root"])
        hands.write(dialog.secrets["key"], "not-the-key-00")
        hands.click(dialog.test_button)
        hands.wait_for(lambda: "did not accept the key" in dialog.status.text, "the refusal")
        hands.keep_picture("pixxel_connection_refused", dialog)
        hands.write(dialog.secrets["key"], ready["api_key"])
        hands.click(dialog.test_button)
        hands.wait_for(lambda: "bare or bearer" in dialog.status.text, "the hint at the other way")
        hands.write(dialog.options["authorization"], "bearer")
        hands.click(dialog.test_button)
        hands.wait_for(lambda: dialog.status.text.startswith("Connected to Pixxel"), "the connection")
        hands.keep_picture("pixxel_connection", dialog)
        hands.click(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))

    hands.in_dialog(enter)
    hands.click(hub.dock.findChild(QPushButton, "imageryHubConnectSandbox"))
    hands.wait_for(hub.tree.isVisible, "the tree")
    hub.unfold(NAME)
    hub.wait(ROOTS, NAME)
    assert sorted(hub.below(2, NAME, "Projects")) == ["Fjord water", PROJECT]


def test_projects_and_what_is_in_them(hub: HubDockHands, calls: PixxelCalls, platform: SandboxProcess) -> None:
    aoi = desk.make_aoi(calls)
    desk.make_visualization(calls, aoi)
    desk.make_insight(calls, aoi)
    assert calls.error(403, "GET", f"v0/projects/{FOREIGN}")
    assert sorted(hub.below(2, NAME, "Projects")) == ["Fjord water", PROJECT], "no project that is not the key's"
    way = (NAME, "Projects", PROJECT)
    hub.unfold(*way)
    hub.wait(["Areas of interest", "Catalog", "Order items", "Workflows"], *way)
    assert facts(hub, *way)["Name"] == "tungabhadra-crops"
    hands.keep_picture("pixxel_project", hub.dock)
    hub.unfold(*way, "Areas of interest")
    hub.wait([AOI], *way, "Areas of interest")
    area = (*way, "Areas of interest", AOI)
    hub.unfold(*area)
    hub.wait(["Assets", "Visualizations", "Insights"], *area)
    told = facts(hub, *area)
    assert told["Description"] == "Fields north of the town"
    assert (told["Project"], told["Satellite"]) == (PROJECT, "Pixxel-TD2")
    hands.keep_picture("pixxel_aoi", hub.dock)
    assert hub.below(2, *area, "Assets") == ["mosaic_2024_01_17", "NDVI_2024_01_17"]
    assert facts(hub, *area, "Assets", "mosaic_2024_01_17")["Type"] == "Mosaic"
    assert hub.below(1, *area, "Visualizations") == ["NDVI"]
    hub.click(*area, "Visualizations", "NDVI")
    assert hub.label("imageryHubDetailsState") == "Visualization · done"
    assert hub.below(1, *area, "Insights") == ["Three classes"]
    assert facts(hub, *area, "Insights", "Three classes")["Cost (tokens)"]
    hands.keep_picture("pixxel_tree", hub.dock)


def test_what_was_ordered_and_delivered(hub: HubDockHands, calls: PixxelCalls, platform: SandboxProcess) -> None:
    item = {"project_id": CROPS, "name": "Plot scan", "usecase": "agriculture", "item_ids": [ITEM], "geometry": {
        "type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": desk.PLOT}]}}
    order = calls.post("v0/orders", {"dry_run": False, "order_items": [item]})
    calls.until(lambda: calls.get(f"v0/order-items/{order['order_items'][0]['id']}"),
                lambda one: one["status"] == "FULFILLED")
    platform.control("POST", "pixxel/states", {
        "table": "items", "id": order["order_items"][0]["id"], "feasibility": "WEAK_SUCCESS",
        "errors": [{"geometry": ["crosses itself"]}]})
    name = f"Plot scan, {order['created_at'][:10]}"
    assert hub.below(1, NAME, "Orders") == [name]
    told = facts(hub, NAME, "Orders", name)
    assert told["Price (tokens)"] == f"{order['total_amount']:g}"
    hub.unfold(NAME, "Orders", name)
    hub.wait(["Plot scan"], NAME, "Orders", name)
    hub.click(NAME, "Orders", name, "Plot scan")
    assert hub.label("imageryHubDetailsState") == "Order item · done"
    assert (hub.facts()["Type"], hub.facts()["Payment"]) == ("Archive", "paid")
    assert (hub.facts()["Feasibility"], hub.facts()["Repeated"]) == ("possible, with little room", "not repeated")
    hands.wait_for(lambda: hub.facts().get("What is wrong with it") == "geometry: crosses itself", "what is wrong")
    hands.keep_picture("pixxel_order_item", hub.dock)
    hub.unfold(NAME, "Orders", name, "Plot scan")
    hub.wait(["Archive"], NAME, "Orders", name, "Plot scan")
    told = facts(hub, NAME, "Orders", name, "Plot scan", "Archive")
    (task,) = calls.get(f"v0/order-items/{order['order_items'][0]['id']}")["tasks"]
    begins = QLocale().toString(QDate.fromString(task["start_date"], "dd-MM-yyyy"), QLocale.FormatType.ShortFormat)
    assert (told["Delivery to a store"], told["From"]) == ("none was asked for", begins)
    hands.keep_picture("pixxel_order", hub.dock)
    hub.unfold(NAME, "Catalog")
    hub.wait([ITEM], NAME, "Catalog")
    hub.click(NAME, "Catalog", ITEM)
    hands.wait_for(lambda: not hub.thumbnail().isNull() and hub.thumbnail().width() > 20, "the quick look")
    told = hub.facts()
    assert told["Captured"] and told["Cloud cover"].endswith("%") and told["Level"] == "L2A"
    QTest.qWait(300)
    hands.keep_picture("pixxel_catalog", hub.dock)


def test_what_the_workspace_offers(hub: HubDockHands, calls: PixxelCalls) -> None:
    satellites = [one["name"] for one in calls.get("v0/satellites")["satellites"]]
    assert sorted(hub.below(len(satellites), NAME, "Satellites")) == sorted(satellites)
    told = facts(hub, NAME, "Satellites", "Pixxel-TD2")
    assert (told["Bands"], told["Wavelengths (nm)"]) == ("31", "450 to 900")
    sets = [one["name"] for one in calls.get("v0/bandsets")["bandsets"]]
    assert sorted(hub.below(len(sets), NAME, "Sets of bands")) == sorted(sets)
    one = calls.get("v0/bandsets")["bandsets"][0]
    waves = sorted(band["wavelength"] for band in one["bands"])
    told = facts(hub, NAME, "Sets of bands", one["name"])
    assert told["Wavelengths (nm)"] == ", ".join(f"{wave:g}" for wave in waves) and told["Bands"] == str(len(waves))
    hub.menu("List sets of bands…", NAME, "Sets of bands")
    dialog = AlgorithmHands("List sets of bands")
    dialog.run()
    assert "Execution completed" in dialog.log()
    dialog.close()
    hub.unfold(NAME, "Indices")
    hands.wait_for(lambda: "NDVI" in hub.texts(NAME, "Indices"), "the indices")
    hub.click(NAME, "Indices", "NDVI")
    assert hub.facts()["Type"] == "Index" and "B0" in hub.facts()["Expression"]
    blocks = calls.get("v0/blocks")["blocks"]
    assert len(hub.below(len({(one["spec"]["name"], one["spec"]["version"]) for one in blocks}), NAME, "Blocks")) > 2
    hands.keep_picture("pixxel_offers", hub.dock)
    archives = [one["title"] for one in calls.get("v0/archives/collections")["collections"]]
    assert sorted(hub.below(len(archives), NAME, "Archive")) == sorted(archives)
    hub.unfold(NAME, "Archive", archives[0])
    hands.wait_for(lambda: len(hub.texts(NAME, "Archive", archives[0])) > 5, "scenes of the archive")
    hub.click(NAME, "Archive", archives[0], hub.texts(NAME, "Archive", archives[0])[0])
    hands.wait_for(lambda: not hub.thumbnail().isNull() and hub.thumbnail().width() > 20, "the quick look of a scene")
    hands.keep_picture("pixxel_archive", hub.dock)


def test_blocks_their_versions_and_their_inputs(hub: HubDockHands, calls: PixxelCalls) -> None:
    rows = hub.below(len(calls.get("v0/blocks")["blocks"]), NAME, "Blocks")
    row = "Unsupervised classes 1.0.0"
    assert row in rows and "Unsupervised classes 1.1.0" in rows, "what has two versions can be told apart"
    hub.click(NAME, "Blocks", row)
    told = hub.facts()
    assert told["Version"] == "1.0.0" and float(told["Price (tokens)"].split()[0]) > 0
    hands.keep_picture("pixxel_block", hub.dock)
    hub.menu("List versions of a block…", NAME, "Blocks", row)
    dialog = AlgorithmHands("List versions of a block")
    dialog.run()
    assert "1.0.0" in dialog.log() and "1.1.0" in dialog.log()
    dialog.close()
    hub.menu("List inputs and outputs of a block…", NAME, "Blocks", row)
    dialog = AlgorithmHands("List inputs and outputs of a block")
    dialog.run()
    assert "Unsupervised classes" in dialog.log()
    dialog.close()


def test_what_is_empty_says_so(hub: HubDockHands) -> None:
    for heading, words in (("Areas of interest", "No area of interest yet."), ("Catalog", "Nothing was delivered yet."),
                           ("Orders", "Nothing was ordered yet."), ("Stores", "No store yet."),
                           ("Deliveries", "Nothing was sent to a store yet.")):
        hub.unfold(NAME, heading)
        hub.wait([words], NAME, heading)
    hands.keep_picture("pixxel_empty", hub.dock)


def test_a_failed_area_shows_it(hub: HubDockHands, calls: PixxelCalls, platform: SandboxProcess) -> None:
    aoi = desk.make_aoi(calls)
    platform.control("POST", "pixxel/states", {"table": "aois", "id": aoi, "status": "failed"})
    hub.unfold(NAME, "Areas of interest")
    hub.wait([AOI], NAME, "Areas of interest")
    hub.click(NAME, "Areas of interest", AOI)
    assert hub.label("imageryHubDetailsState") == "Area of interest · failed"
    hands.keep_picture("pixxel_failed", hub.dock)


def test_areas_are_found_by_name(hub: HubDockHands, calls: PixxelCalls) -> None:
    for name in ("Davanagere north", "Harihar", "Davanagere south"):
        desk.make_aoi(calls, name)
    hub.write_search("davanagere")
    hands.wait_for(lambda: set(hub.texts(NAME, "Areas of interest")) == {"Davanagere north", "Davanagere south"},
                   "what was looked for")
    hands.keep_picture("pixxel_search", hub.dock)
    hub.write_search("")
    hands.wait_for(lambda: len(hub.texts(NAME, "Areas of interest")) == 3, "all of them")


def test_thousands_come_page_by_page(hub: HubDockHands, platform: SandboxProcess) -> None:
    platform.control("POST", "pixxel/catalogs", {"count": 1500})
    before = platform.last_entry()
    hub.unfold(NAME, "Catalog")
    hands.wait_for(lambda: len(hub.texts(NAME, "Catalog")) > 50, "the first page")
    QTest.qWait(800)
    assert len(hub.texts(NAME, "Catalog")) < 500
    assert len(platform.log(operation="searchCatalogs", after=before)) < 6
    first = hub.texts(NAME, "Catalog")

    def grown() -> bool:
        """Whether a look at the last row brings more."""
        hub.click(NAME, "Catalog", hub.texts(NAME, "Catalog")[-1])
        return len(hub.texts(NAME, "Catalog")) >= 2 * len(first)

    hands.wait_for(grown, "the next pages", 30)
    more = hub.texts(NAME, "Catalog")
    assert more[:len(first) - 1] == first[:len(first) - 1] and len(set(more)) == len(more)
    assert 500 > len(platform.log(operation="searchCatalogs", after=before)) > 1


def test_the_same_tree_in_the_browser(hub: HubDockHands, calls: PixxelCalls) -> None:
    desk.make_visualization(calls, desk.make_aoi(calls))
    panel = BrowserPanel()
    panel.expand(ROOT)
    assert panel.expand(ROOT, NAME) == ROOTS
    assert panel.expand(ROOT, NAME, "Areas of interest") == [AOI]
    assert panel.expand(ROOT, NAME, "Areas of interest", AOI) == ["Assets", "Visualizations", "Insights"]
    assert panel.expand(ROOT, NAME, "Areas of interest", AOI, "Visualizations") == ["NDVI"]
    hands.keep_picture("pixxel_browser")
