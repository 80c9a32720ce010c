"""The Hub dock's connections in the real program: none, several, refused, slow, full; by mouse and keyboard only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hands
import pytest
from farm import LISTS, connections, make_farm, save_connection
from hub_dock import HubDockHands
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QDockWidget, QLineEdit
from qgis.utils import iface, reloadPlugin
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "master-of-the-test"


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    """An empty platform, and no connection yet."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    sandbox.actor("docks")
    hands.failures.clear()
    yield sandbox
    sandbox.clear_faults()
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    for name in connections().names():
        connections().remove(name)
    assert not hands.failures


def save(sandbox: SandboxProcess, name: str = "Farm", key: str = PICTERRA_KEY) -> HubDockHands:
    save_connection(name, sandbox.address, key)
    return HubDockHands()


def test_a_connection_is_made_from_the_empty_dock(platform: SandboxProcess) -> None:
    hub = HubDockHands()
    assert not hub.tree.isVisible()
    hands.keep_picture("hub_empty", hub.dock)

    def enter(dialog: Any) -> None:
        (name, address) = (dialog.findChildren(QLineEdit, one)[0] if dialog.findChildren(QLineEdit, one) else None
                           for one in ("imageryHubConnectionName", "imageryHubConnectionAddress"))
        hands.write(name or dialog.name, "Farm")
        hands.write(address or dialog.address, platform.address)
        hands.write(dialog.secrets["key"], PICTERRA_KEY)
        hands.click(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))

    hands.in_dialog(enter)
    hands.click(hub.dock.findChild(type(hub.dock.first_steps.findChild(object, "imageryHubConnectSandbox")),
                                   "imageryHubConnectSandbox"))
    hands.wait_for(hub.tree.isVisible, "the tree")
    hub.unfold("Farm")
    hub.wait(LISTS, "Farm")
    hub.unfold("Farm", "Folders")
    hub.wait(["No folder yet. “Create folder” in the menu makes one."], "Farm", "Folders")


def test_several_accounts_of_one_platform(platform: SandboxProcess, tmp_path: Path) -> None:
    platform.control("POST", "picterra/accounts", {"key": "key-of-the-neighbour", "name": "Neighbour"})
    PicterraCalls(platform).post("folders/", {"name": "Mine"})
    PicterraCalls(platform, "key-of-the-neighbour").post("folders/", {"name": "Theirs"})
    save(platform, "Farm")
    hub = save(platform, "Neighbour", "key-of-the-neighbour")
    for name in ("Farm", "Neighbour"):
        hub.unfold(name)
        hub.unfold(name, "Folders")
    hub.wait(["Mine"], "Farm", "Folders")
    hub.wait(["Theirs"], "Neighbour", "Folders")
    hub.menu("Log Out", "Neighbour")
    hub.wait(["You are logged out. Log In"], "Neighbour")
    hub.wait(["Mine"], "Farm", "Folders")
    hands.keep_picture("hub_accounts", hub.dock)
    assert hub.dock.isVisible()


def test_a_refused_key_says_what_to_do(platform: SandboxProcess) -> None:
    hub = save(platform, "Old key", "an-old-key-of-mine")
    hub.menu("Test", "Old key")
    hands.wait_for(lambda: "Testing" not in hub.status() and hub.status(), "the outcome of the test")
    assert "key" in hub.status()
    hub.unfold("Old key")
    hub.unfold("Old key", "Folders")
    hands.wait_for(lambda: any("Try Again" in text for text in hub.texts("Old key", "Folders")), "the failure")
    hands.keep_picture("hub_refused", hub.dock)


def test_removing_asks_first(platform: SandboxProcess) -> None:
    hub = save(platform)
    hands.in_dialog(lambda box: hands.click(hands.button(box, "Cancel")))
    hub.menu("Remove…", "Farm")
    assert connections().names() == ["Farm"]
    hands.in_dialog(lambda box: hands.click(hands.button(box, "Yes")))
    hub.menu("Remove…", "Farm")
    hands.wait_for(lambda: not connections().names(), "the connection to be gone")
    assert not hub.tree.isVisible()


def test_without_the_master_password_there_is_a_way_on(platform: SandboxProcess) -> None:
    PicterraCalls(platform).post("folders/", {"name": "Orchards"})
    hub = save(platform)
    QgsApplication.authManager().clearMasterPassword()
    hands.in_dialog(lambda dialog: dialog.close())
    hub.unfold("Farm")
    hands.wait_for(lambda: any("Try Again" in text for text in hub.texts("Farm")), "the failure")
    assert "master password" in hub.texts("Farm")[0]
    hands.keep_picture("hub_locked", hub.dock)

    def enter(dialog: Any) -> None:
        field = next(one for one in dialog.findChildren(QLineEdit) if one.isVisible())
        hands.write(field, MASTER)
        QTest.keyClick(field, Qt.Key.Key_Return)

    hands.in_dialog(enter)
    hub.click("Farm", hub.texts("Farm")[0])
    hub.wait(LISTS, "Farm")
    hub.unfold("Farm", "Folders")
    hub.wait(["Orchards"], "Farm", "Folders")


def test_reloading_the_plugin_with_the_tree_open(platform: SandboxProcess, tmp_path: Path) -> None:
    make_farm(PicterraCalls(platform), tmp_path)
    save(platform)
    for _ in range(3):
        hub = HubDockHands()
        hub.unfold("Farm")
        hub.unfold("Farm", "All rasters")
        hub.click("Farm", "All rasters", "Apple orchard")
        assert reloadPlugin("imagery_hub") is not False
        QTest.qWait(300)
    assert not [one for one in iface.mainWindow().findChildren(QDockWidget)
                if one.objectName() == "imageryHubHubDock" and one.isVisible()]


def test_a_slow_platform_shows_that_it_is_loading(platform: SandboxProcess, tmp_path: Path) -> None:
    make_farm(PicterraCalls(platform), tmp_path)
    platform.fault(kind="delay", operation="listFolders", seconds=10, count=1)
    hub = save(platform)
    hub.unfold("Farm")
    hub.unfold("Farm", "Folders")
    assert hub.texts("Farm", "Folders") == ["Loading…"]
    hub.unfold("Farm", "Detectors")
    hub.wait(["Trees"], "Farm", "Detectors")
    assert hub.texts("Farm", "Folders") == ["Loading…"]
    hands.keep_picture("hub_loading", hub.dock)
    hub.wait(["Fields", "Orchards"], "Farm", "Folders")


def test_many_rasters_come_page_by_page(platform: SandboxProcess) -> None:
    platform.control("POST", "picterra/rasters", {"count": 20_000})
    hub = save(platform)
    before = platform.last_entry()
    hub.unfold("Farm")
    hub.unfold("Farm", "All rasters")
    hands.wait_for(lambda: len(hub.texts("Farm", "All rasters")) > 20, "the first page")
    QTest.qWait(1500)
    first = len(hub.texts("Farm", "All rasters"))
    assert first < 100
    for _ in range(3):
        hub.key(Qt.Key.Key_End)
        QTest.qWait(400)
    rows = partial(hub.texts, "Farm", "All rasters")
    hands.wait_for(lambda: len(rows()) > first and QLocale().toString(20_000) in rows()[-1], "more, and their number")
    listed = [one for one in platform.log(after=before) if one["operation"] == "listRasters"]
    assert len(listed) < 12
    hands.keep_picture("hub_many", hub.dock)


def test_the_dock_at_580_pixels(platform: SandboxProcess, tmp_path: Path) -> None:
    make_farm(PicterraCalls(platform), tmp_path)
    hub = save(platform)
    hub.dock.setFloating(True)
    hub.dock.resize(580, 720)
    try:
        hub.unfold("Farm")
        for one in LISTS:
            hub.unfold("Farm", one)
        hub.click("Farm", "All rasters", "Wheat field")
        hands.wait_for(lambda: hub.thumbnail().width() > 60, "the thumbnail")
        hands.keep_picture("hub-tree", hub.dock)
        assert hub.dock.width() == 580
    finally:
        hub.dock.setFloating(False)
