"""QGIS's locator bar in the real program: typed into, and a result chosen by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from farm import connections, make_farm, save_connection
from five_platforms import NAMES, fill, remove_connections, save_connections
from hub_dock import HubDockHands
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLineEdit, QTreeView, QWidget
from qgis.utils import iface
from sandbox_picterra import PicterraCalls
from sandbox_pixxel import CROPS, SHAPE, TD2, PixxelCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "master-of-the-test"


@pytest.fixture
def farm(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A small account with a saved connection; ids by name."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    found = make_farm(PicterraCalls(sandbox), tmp_path)
    save_connection("Farm", sandbox.address, PICTERRA_KEY)
    sandbox.actor("docks")
    yield found
    for name in connections().names():
        connections().remove(name)


def texts(results: QTreeView) -> list[str]:
    """What is written in the list of results."""
    model = results.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def field() -> QLineEdit:
    """Where the user types."""
    bar = next(one for one in iface.mainWindow().findChildren(QWidget)
               if one.metaObject().className() == "QgsLocatorWidget")
    return bar.findChild(QLineEdit)


def shown() -> QTreeView:
    """The list below it, when it is there."""
    return hands.wait_for(
        lambda: next((one for one in iface.mainWindow().findChildren(QTreeView)
                      if one.isVisible() and one.metaObject().className() == "QgsLocatorResultsView"), None),
        "the results")


def go_to(results: QTreeView, wanted: str) -> None:
    """The row, by keys. Rows that are still coming in move the others."""
    for _ in range(50):
        if wanted in str(results.currentIndex().data()):
            return
        row = next(number for number, one in enumerate(texts(results)) if wanted in one)
        QTest.keyClick(field(), Qt.Key.Key_Down if row > results.currentIndex().row() else Qt.Key.Key_Up)
        QTest.qWait(20)
    pytest.fail(f"the keys do not reach {wanted} among {texts(results)}")


def test_a_folder_is_found_and_opened_in_the_hub(farm: dict[str, str]) -> None:
    iface.locatorSearch("hub Orchards")
    results = shown()
    hands.wait_for(lambda: any("Orchards" in one for one in texts(results)), "the folder")
    hands.keep_picture("locator")
    QTest.keyClick(field(), Qt.Key.Key_Down)
    QTest.keyClick(field(), Qt.Key.Key_Return)
    hub = HubDockHands()
    hands.wait_for(lambda: hub.tree.currentIndex().data() == "Orchards", "the row of the folder")
    assert hub.index("Farm", "Folders", "Orchards").isValid()
    hands.keep_picture("locator_in_the_hub")


def test_items_of_all_connections_are_found(sandbox: SandboxProcess, tmp_path: Path) -> None:
    """Those of Pixel and of the catalog lie deep in their trees."""
    found = fill(sandbox, tmp_path)
    pixxel = PixxelCalls(sandbox)
    found["pixxel"] = "Field plots"
    (scene, *_) = pixxel.post("v0/search", {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-03-01T00:00:00Z",
                                            "geometry": SHAPE, "limit": 1, "satellites": [
                                                {"collection_id": "pixxel-td-l2a", "satellite_id": TD2}]})["items"]
    pixxel.post("v0/aois", {"name": found["pixxel"], "description": "", "satellite_id": TD2, "provider": "pixxel",
                            "project_id": CROPS, "geometry": SHAPE, "item_ids": [scene]})
    save_connections(sandbox)
    try:
        for text, keys in {"Field": ("picterra", "pix4d", "pixxel"), found["pixel"]: ("pixel",),
                           found["descarteslabs"]: ("descarteslabs",)}.items():
            iface.locatorSearch(f"hub {text}")
            results = shown()
            for key in keys:
                hands.wait_for(lambda key=key, results=results: any(found[key] in one for one in texts(results)),
                               found[key], 30)
            assert {NAMES[key] for key in keys} <= {one.strip() for one in texts(results)}
            hands.keep_picture(f"locator_{keys[0]}")
        go_to(results, found["descarteslabs"])
        QTest.keyClick(field(), Qt.Key.Key_Return)
        hub = HubDockHands()
        hands.wait_for(lambda: hub.tree.currentIndex().data() == found["descarteslabs"], "the row of the image", 30)
    finally:
        remove_connections()


def test_what_lies_deep_in_pixxel_is_found_once_and_opened(sandbox: SandboxProcess) -> None:
    """A scene of the catalog, which a list at the top holds too, and an item of an order."""
    pixxel = PixxelCalls(sandbox)
    (entry,) = sandbox.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"]
    delivered = str(pixxel.get(f"v0/catalogs/{entry}")["details"]["id"])
    shape = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": SHAPE}]}
    pixxel.post("v0/orders", {"dry_run": False, "order_items": [
        {"project_id": CROPS, "name": "Zebra plots", "usecase": "agriculture", "geometry": shape,
         "item_ids": [pixxel.covering()]}]})
    save_connections(sandbox)
    try:
        for text in (delivered, "Zebra plots"):
            iface.locatorSearch(f"hub {text}")
            results = shown()
            hands.wait_for(lambda text=text, results=results: any(text in one for one in texts(results)), text, 30)
            QTest.qWait(2000)
            assert [one.strip() for one in texts(results)].count(text) == 1
        hands.keep_picture("locator_deep_in_pixxel")
        go_to(results, "Zebra plots")
        QTest.keyClick(field(), Qt.Key.Key_Return)
        hub = HubDockHands()
        hands.wait_for(lambda: hub.tree.currentIndex().data() == "Zebra plots", "the row of the order item", 30)
        assert hub.tree.currentIndex().parent().data() == "Order items"
    finally:
        remove_connections()
