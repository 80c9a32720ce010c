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
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "master-of-the-test"


@pytest.fixture
def farm(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A small account with a saved connection; ids by name."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    found = make_farm(PicterraCalls(sandbox), tmp_path)
    save_connection("Farm", sandbox.address, PICTERRA_KEY)
    sandbox.actor("docks", "locator")
    yield found
    for name in connections().names():
        connections().remove(name)


def texts(results: QTreeView) -> list[str]:
    """What is written in the list of results."""
    model = results.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_a_folder_is_found_and_opened_in_the_hub(farm: dict[str, str]) -> None:
    iface.locatorSearch("hub Orchards")
    bar = next(one for one in iface.mainWindow().findChildren(QWidget) if one.metaObject().className()
               == "QgsLocatorWidget")
    field = bar.findChild(QLineEdit)
    results = hands.wait_for(
        lambda: next((one for one in iface.mainWindow().findChildren(QTreeView)
                      if one.isVisible() and one.metaObject().className() == "QgsLocatorResultsView"), None),
        "the results")
    hands.wait_for(lambda: any("Orchards" in one for one in texts(results)), "the folder")
    hands.keep_picture("locator")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    hub = HubDockHands()
    hands.wait_for(lambda: hub.tree.currentIndex().data() == "Orchards", "the row of the folder")
    assert hub.index("Farm", "Folders", "Orchards").isValid()
    hands.keep_picture("locator_in_the_hub")


def test_items_of_all_connections_are_found(sandbox: SandboxProcess, tmp_path: Path) -> None:
    found = fill(sandbox, tmp_path)
    save_connections(sandbox)
    try:
        iface.locatorSearch("hub Field")
        results = hands.wait_for(
            lambda: next((one for one in iface.mainWindow().findChildren(QTreeView)
                          if one.isVisible() and one.metaObject().className() == "QgsLocatorResultsView"), None),
            "the results")
        for key in ("picterra", "pix4d"):
            hands.wait_for(lambda key=key: any(found[key] in one for one in texts(results)), found[key])
        assert {NAMES["picterra"], NAMES["pix4d"]} <= {one.strip() for one in texts(results)}
        hands.keep_picture("locator_all")
        QTest.keyClick(results, Qt.Key.Key_Escape)
    finally:
        remove_connections()
