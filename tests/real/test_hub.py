"""The Hub dock in the real program: by mouse and keyboard only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from farm import LISTS, RASTERS, connections, make_farm, save_connection
from hub_dock import HubDockHands
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, Qt, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QCheckBox, QDialog, QLineEdit, QListWidget, QPushButton
from qgis.utils import iface
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "master-of-the-test"


@pytest.fixture
def farm(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A small account with a saved connection; ids by name."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    found = make_farm(PicterraCalls(sandbox), tmp_path)
    save_connection("Farm", sandbox.address, PICTERRA_KEY)
    sandbox.actor("docks")
    hands.failures.clear()
    yield found
    sandbox.clear_faults()
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    for name in connections().names():
        connections().remove(name)
    iface.newProject(False)
    assert not hands.failures


@pytest.fixture
def hub(farm: dict[str, str]) -> Iterator[HubDockHands]:
    hub = HubDockHands()
    hub.wait(["Loading…"], "Farm")
    yield hub
    if hub.search.text():
        hub.write_search("")
        QTest.qWait(500)


def requests(sandbox: SandboxProcess, after: int = 0) -> list[str]:
    """What the platform was asked since."""
    return [one["operation"] for one in sandbox.log(after=after) if one["operation"] != "getTile"]


@pytest.mark.needs_assumed("Marker.text")
def test_all_that_a_platform_holds_by_keyboard(
    hub: HubDockHands, farm: dict[str, str], sandbox: SandboxProcess
) -> None:
    before = sandbox.last_entry()
    hub.click("Farm")
    hub.key(Qt.Key.Key_Return)
    hub.wait(LISTS, "Farm")
    assert requests(sandbox, before) == []
    hub.key(Qt.Key.Key_Down)
    hub.key(Qt.Key.Key_Right)
    hub.wait(["Fields", "Orchards"], "Farm", "Folders")
    hub.key(Qt.Key.Key_Down)
    hub.key(Qt.Key.Key_Down)
    assert hub.current() == "Orchards"
    hub.key(Qt.Key.Key_Right)
    hub.wait(["Detectors", "Pear orchard", "Apple orchard"], "Farm", "Folders", "Orchards")
    for _ in range(3):
        hub.key(Qt.Key.Key_Down)
    assert hub.current() == "Apple orchard"
    hub.key(Qt.Key.Key_Right)
    here = ("Farm", "Folders", "Orchards", "Apple orchard")
    hub.wait(["Markers", "No vector layer on this raster."], *here)
    hub.key(Qt.Key.Key_Down)
    hub.key(Qt.Key.Key_Right)
    hub.wait(["A gap in the row"], *here, "Markers")
    hub.key(Qt.Key.Key_Down)
    assert hub.label("imageryHubDetailsName") == "A gap in the row"
    assert hub.facts()["Longitude"] == "8.4"
    for _ in range(3):
        hub.key(Qt.Key.Key_Left)
    assert hub.current() == "Apple orchard"
    hub.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QgsApplication.clipboard().text() == farm["Apple orchard"]
    hands.wait_for(lambda: hub.thumbnail().width() > 60, "the thumbnail")
    asked = requests(sandbox, before)
    lists = sorted(one for one in asked if one != "getRaster")
    assert lists == ["listFolders", "listRasterMarkers", "listRasterVectorLayers", "listRasters"]
    assert 1 <= asked.count("getRaster") <= 2  # on a slow machine the keys rest on the other raster on the way
    assert hub.facts() == {
        "Captured": hub.facts()["Captured"], "Cloud coverage": "4 %", "Tag": "spring", "Type": "file",
        "Folder id": farm["Orchards"], "ID": farm["Apple orchard"],
    }
    hub.unfold("Farm", "Detectors")
    hub.unfold("Farm", "Detectors", "Trees")
    hub.wait(["Apple orchard"], "Farm", "Detectors", "Trees")
    hub.click("Farm", "Folders", "Orchards", "Apple orchard")
    hands.keep_picture("hub_filled")
    hands.keep_picture("hub_details", hub.dock)


def test_states_of_rasters(hub: HubDockHands, farm: dict[str, str]) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "All rasters")
    hub.wait(RASTERS, "Farm", "All rasters")
    hub.click("Farm", "All rasters", "Broken")
    assert hub.label("imageryHubDetailsState") == "Raster · failed"
    hands.keep_picture("hub_states", hub.dock)


def test_search_and_sort(hub: HubDockHands, farm: dict[str, str], sandbox: SandboxProcess) -> None:
    before = sandbox.last_entry()
    hub.write_search("orchard")
    hub.wait(["Pear orchard", "Apple orchard"], "Farm", "All rasters")
    hub.wait(["Orchards"], "Farm", "Folders")
    hub.wait(["Nothing found for “orchard”."], "Farm", "Detectors")
    assert sorted(requests(sandbox, before)) == ["listDetectors", "listFolders", "listRasters"]
    hands.keep_picture("hub_search", hub.dock)
    hands.in_menu(lambda menu: hands.choose(menu, "By name"))
    hands.click(hub.button("imageryHubSort"))
    hub.wait(["Apple orchard", "Pear orchard"], "Farm", "All rasters")
    QTest.keyClick(hub.search, Qt.Key.Key_Escape)
    hub.wait(["Apple orchard", "Broken", "Pear orchard", "Wheat field"], "Farm", "All rasters")
    hands.in_menu(lambda menu: hands.choose(menu, "As the platform lists it"))
    hands.click(hub.button("imageryHubSort"))
    hub.wait(RASTERS, "Farm", "All rasters")


def test_the_menu_opens_an_algorithm_with_what_is_known(hub: HubDockHands, farm: dict[str, str]) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "Detectors")
    hub.unfold("Farm", "Detectors", "Trees")
    hub.click("Farm", "Detectors", "Trees", "Apple orchard")
    seen: list[str] = []

    def choose(menu: Any) -> None:
        hands.keep_picture("hub_menu")
        hands.keep_picture("hub-menu", menu)
        seen.extend(action.text() for action in menu.actions())
        hands.choose(menu, "Set annotations…")

    hands.in_menu(choose)
    hub.right_click("Farm", "Detectors", "Trees", "Apple orchard")
    dialog = algorithm_dialog("Set annotations")
    hands.keep_picture("hub_algorithm")
    assert values(dialog, "CONNECTION", "DETECTOR", "RASTER") == ["Farm", farm["Trees"], farm["Apple orchard"]]
    assert seen[0] == "Add to Map"
    assert seen[1:5] == ["Copy ID", "Open on the Platform", "Send to Another Platform", ""]
    assert seen[-4:] == ["More", "", "Delete raster…", "Remove detection areas…"]
    assert [chooser(dialog, name) for name in ("DETECTOR", "RASTER")] == ["Trees", "Apple orchard"]
    dialog.close()


def test_several_rasters_fill_one_parameter(hub: HubDockHands, farm: dict[str, str]) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "All rasters")
    hub.click("Farm", "All rasters", "Wheat field")
    hub.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert hub.label("imageryHubDetailsName") == "2 selected"
    hands.in_menu(lambda menu: hands.choose(menu, "Add rasters to detector…"))
    hub.key(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    dialog = algorithm_dialog("Add rasters to detector")
    wanted = f"{farm['Wheat field']},{farm['Pear orchard']}"
    assert values(dialog, "CONNECTION", "RASTERS", "DETECTOR") == ["Farm", wanted, ""]
    dialog.close()


def test_delete_and_edit_keys_open_their_algorithms(hub: HubDockHands, farm: dict[str, str]) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "All rasters")
    hub.click("Farm", "All rasters", "Wheat field")
    hub.key(Qt.Key.Key_Delete)
    dialog = algorithm_dialog("Delete raster")
    assert values(dialog, "CONNECTION", "RASTER") == ["Farm", farm["Wheat field"]]
    dialog.close()
    hub.key(Qt.Key.Key_F2)
    dialog = algorithm_dialog("Edit raster")
    assert values(dialog, "CONNECTION", "RASTER") == ["Farm", farm["Wheat field"]]
    dialog.close()


class Shown(QObject):
    """The program that the system opens addresses with."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @pyqtSlot(QUrl)
    def take(self, address: QUrl) -> None:
        self.addresses.append(address.toString())


def test_an_entry_opens_on_the_platforms_web_page(
    hub: HubDockHands, farm: dict[str, str], sandbox: SandboxProcess
) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "Detectors")
    hub.click("Farm", "Detectors", "Trees")
    browser = Shown()
    scheme = sandbox.address.partition(":")[0]
    QDesktopServices.setUrlHandler(scheme, browser, "take")
    try:
        hands.click(hub.dock.findChild(QPushButton, "imageryHubOpenPage"))
        hands.wait_for(lambda: browser.addresses, "the page")
        hub.menu("Open on the Platform", "Farm", "Detectors", "Trees")
        hands.wait_for(lambda: len(browser.addresses) == 2, "the page once more")
    finally:
        QDesktopServices.unsetUrlHandler(scheme)
    assert len(set(browser.addresses)) == 1 and farm["Trees"] in browser.addresses[0]
    assert PICTERRA_KEY not in browser.addresses[0]


def test_several_are_deleted_after_one_consent(
    hub: HubDockHands, farm: dict[str, str], sandbox: SandboxProcess
) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "All rasters")
    hub.click("Farm", "All rasters", "Wheat field")
    before = hub.texts("Farm", "All rasters")
    hub.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    hub.key(Qt.Key.Key_F2)
    assert "Only one" in hub.status()

    def agree(dialog: QDialog) -> None:
        names = dialog.findChild(QListWidget)
        assert [names.item(row).text() for row in range(names.count())] == ["Wheat field", "Pear orchard"]
        delete = hands.button(dialog, "Delete")
        assert not delete.isEnabled()
        hands.tick(dialog.findChild(QCheckBox, "imageryHubDeleteConsent"))
        hands.keep_picture("hub_delete_several", dialog)
        hands.click(delete)

    hands.in_dialog(agree)
    hub.key(Qt.Key.Key_Delete)
    hub.wait([name for name in before if name not in ("Wheat field", "Pear orchard")], "Farm", "All rasters")
    assert hands.failures == []
    assert requests(sandbox).count("deleteRaster") == 2


def test_what_an_algorithm_changed_is_seen(hub: HubDockHands, farm: dict[str, str]) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "Folders")
    hub.wait(["Fields", "Orchards"], "Farm", "Folders")
    hub.unfold("Farm", "Folders", "Fields")
    hub.click("Farm", "Folders", "Orchards")
    hub.menu("Create folder…", "Farm", "Folders")
    dialog = algorithm_dialog("Create folder")
    name = dialog.mainWidget().wrappers["NAME"].wrappedWidget()
    hands.write(name.findChild(QLineEdit) or name, "Vineyards")
    hands.click(hands.button(dialog, "Run"))
    hub.wait(["Vineyards", "Fields", "Orchards"], "Farm", "Folders")
    dialog.close()
    assert hub.tree.isExpanded(hub.index("Farm", "Folders", "Fields"))


def test_f5_asks_the_platform_again(hub: HubDockHands, farm: dict[str, str], sandbox: SandboxProcess) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "Folders")
    hub.wait(["Fields", "Orchards"], "Farm", "Folders")
    PicterraCalls(sandbox).post("folders/", {"name": "Vineyards"})
    hub.click("Farm", "Folders")
    hub.key(Qt.Key.Key_F5)
    hub.wait(["Vineyards", "Fields", "Orchards"], "Farm", "Folders")


def test_a_failure_is_told_and_tried_again(hub: HubDockHands, farm: dict[str, str], sandbox: SandboxProcess) -> None:
    sandbox.fault(kind="status", operation="listRasters", status=500, count=0)
    hub.unfold("Farm")
    hub.unfold("Farm", "All rasters")
    hands.wait_for(lambda: any("Try Again" in text for text in hub.texts("Farm", "All rasters")), "the failure")
    hub.key(Qt.Key.Key_Down)
    hands.keep_picture("hub_failed", hub.dock)
    assert "127.0.0.1" in hub.label("imageryHubDetailsState")
    sandbox.clear_faults()
    hub.key(Qt.Key.Key_Return)
    hub.wait(RASTERS, "Farm", "All rasters")


def test_offline(hub: HubDockHands, farm: dict[str, str]) -> None:
    save_connection("Far away", "http://127.0.0.1:9", "no-such-key")
    hub.unfold("Far away")
    hub.unfold("Far away", "Folders")
    hands.wait_for(lambda: any("Try Again" in text for text in hub.texts("Far away", "Folders")), "the failure", 60)
    hub.key(Qt.Key.Key_Down)
    hands.keep_picture("hub_offline", hub.dock)
    hands.click(hands.button(hub.dock, "Try Again"))
    hub.wait(["Loading…"], "Far away", "Folders")


def test_log_out_clears_everything(hub: HubDockHands, farm: dict[str, str], sandbox: SandboxProcess) -> None:
    hub.unfold("Farm")
    hub.unfold("Farm", "All rasters")
    hub.click("Farm", "All rasters", "Apple orchard")
    hands.wait_for(lambda: hub.thumbnail().width() > 60, "the thumbnail")
    hub.menu("Log Out", "Farm")
    hub.wait(["You are logged out. Log In"], "Farm")
    assert hub.label("imageryHubDetailsState") == "You are logged out."
    hands.keep_picture("hub_logged_out", hub.dock)
    before = sandbox.last_entry()
    hub.write_search("orchard")
    hub.key(Qt.Key.Key_F5)
    QTest.qWait(600)
    assert requests(sandbox, before) == []
    hub.write_search("")
    QTest.qWait(500)
    hub.click("Farm", "You are logged out. Log In")
    hub.wait(LISTS, "Farm")
    hub.unfold("Farm", "All rasters")
    hub.wait(RASTERS, "Farm", "All rasters")


def algorithm_dialog(title: str) -> Any:
    """Processing's dialog of that algorithm; newer QGIS writes the algorithm's group before its name."""
    def find() -> Any:
        return next((one for one in QgsApplication.topLevelWidgets()
                     if one.isVisible() and hasattr(one, "mainWidget") and one.windowTitle().endswith(title)), None)

    return hands.wait_for(find, f"the dialog “{title}”")


def values(dialog: Any, *names: str) -> list[str]:
    """What the parameters of a dialog hold."""
    return [str(dialog.mainWidget().wrappers[name].parameterValue() or "") for name in names]


def chooser(dialog: Any, name: str) -> str:
    """What the field of a choice shows."""
    return dialog.mainWidget().wrappers[name].chooser.field.currentText()
