"""PIX4D in the Hub of the real program, by mouse and keyboard: connected, walked, searched, changed, shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hands
import pytest
from browser_panel import ROOT, BrowserPanel
from hub_dock import HubDockHands
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox, QLineEdit, QTreeWidget, QWidget
from qgis.utils import iface
from quarry import HEADINGS, ORGANIZATION, ROOTS, connections, make_quarry, save_connection
from sandbox_pix4d import ACCESS, PROJECTS, TOKENS, Pix4dCalls
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
NAME = "Surveys"


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    """An account with some projects, and no connection yet."""
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


@pytest.fixture
def calls(platform: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(platform)


@pytest.fixture
def quarry(platform: SandboxProcess, calls: Pix4dCalls) -> dict[str, Any]:
    return make_quarry(platform, calls)


@pytest.fixture
def hub(platform: SandboxProcess, quarry: dict[str, Any]) -> HubDockHands:
    save_connection(platform, NAME)
    found = HubDockHands()
    found.unfold(NAME)
    found.wait(ROOTS, NAME)
    found.unfold(NAME, "Drive")
    found.wait([ORGANIZATION], NAME, "Drive")
    return found


def algorithm_dialog(title: str) -> Any:
    """Processing's dialog of that algorithm."""
    def find() -> Any:
        return next((one for one in QgsApplication.topLevelWidgets()
                     if one.isVisible() and hasattr(one, "mainWidget") and one.windowTitle().endswith(title)), None)

    return hands.wait_for(find, f"the dialog “{title}”")


def values(dialog: Any, *names: str) -> list[str]:
    """What the parameters of a dialog hold."""
    return [str(dialog.mainWidget().wrappers[name].parameterValue() or "") for name in names]


def write(dialog: Any, name: str, text: str) -> None:
    """Type into the field of a parameter."""
    field = dialog.mainWidget().wrappers[name].wrappedWidget()
    hands.write(field.findChild(QLineEdit) or field, text)


def window(name: str) -> Any:
    """A window by its object name, once it can be seen."""
    return hands.wait_for(
        lambda: next((one for one in iface.mainWindow().findChildren(QWidget, name) if one.isVisible()), None), name)


def test_a_connection_with_client_id_and_secret(platform: SandboxProcess, quarry: dict[str, Any]) -> None:
    hub, ready = HubDockHands(), platform.ready["pix4d"]

    def enter(dialog: Any) -> None:
        (choice,) = (one for one in dialog.findChildren(QComboBox) if one.findText("PIX4D cloud") >= 0)
        choice.setFocus()
        QTest.keyClicks(choice, "PIX4D")
        hands.write(dialog.name, NAME)
        hands.write(dialog.secrets["client_id"], ready["client_id"])
        hands.write(dialog.secrets["client_secret"], "not-the-secret-00")
        hands.write(dialog.address, ready["root"])
        hands.write(dialog.options["s3_endpoint"], ready["storage"])
        hands.click(dialog.test_button)
        hands.wait_for(lambda: "did not accept" in dialog.status.text, "the refusal")
        hands.write(dialog.secrets["client_secret"], ready["client_secret"])
        hands.click(dialog.test_button)
        hands.wait_for(lambda: dialog.status.text == "Connected to PIX4D cloud as “Nora Keller”.", "the account")
        hands.keep_picture("pix4d_connection", dialog)
        hands.click(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))

    hands.in_dialog(enter)
    hands.click(hub.dock.findChild(type(hub.dock.first_steps.findChild(object, "imageryHubConnectSandbox")),
                                   "imageryHubConnectSandbox"))
    hands.wait_for(hub.tree.isVisible, "the tree")
    hub.unfold(NAME)
    hub.wait(ROOTS, NAME)


def test_the_whole_tree(hub: HubDockHands, quarry: dict[str, Any]) -> None:
    drive = (NAME, "Drive", ORGANIZATION)
    hub.unfold(*drive)
    hub.wait(["Harbour", "Quarries"], *drive)
    hub.unfold(*drive, "Quarries")
    hub.wait(["Gravel pit"], *drive, "Quarries")
    site = (*drive, "Quarries", "Gravel pit")
    hub.unfold(*site)
    hands.wait_for(lambda: sorted(hub.texts(*site)) == ["Pit in June", "Pit in March"], "the projects of the site")
    march = (*site, "Pit in March")
    hub.unfold(*march)
    hub.wait(HEADINGS, *march)
    hub.unfold(*march, "Control points")
    hub.wait(["GCP_1", "GCP_2", "GCP_3"], *march, "Control points")
    hub.unfold(*march, "Annotations")
    hub.wait(["Stockpile A"], *march, "Annotations")
    hub.unfold(*march, "Photos")
    hub.wait(["No photo is registered in this project."], *march, "Photos")
    hub.click(*march, "Control points", "GCP_3")
    assert hub.facts()["X (east)"] == "412603.0"
    hub.click(*march)
    facts = hub.facts()
    assert (facts["Photos"], facts["Type"]) == ("0", "pro")
    hands.keep_picture("pix4d-hub", hub.dock)
    hub.click(*drive, "Harbour")
    assert hub.label("imageryHubDetailsState") == "Project · failed"
    hub.unfold(NAME, "All sites")
    hub.wait(["Gravel pit"], NAME, "All sites")


def test_a_search_finds_at_any_depth(hub: HubDockHands) -> None:
    hub.write_search("pit")
    hub.wait(["Gravel pit", "Pit in June", "Pit in March"], NAME, "Drive")
    hub.wait(["Pit in June", "Pit in March"], NAME, "All projects")
    hub.wait(["Gravel pit"], NAME, "All sites")
    hands.keep_picture("pix4d_search", hub.dock)
    hub.write_search("")
    hub.wait([ORGANIZATION], NAME, "Drive")


def test_thousands_come_page_by_page(hub: HubDockHands, platform: SandboxProcess) -> None:
    platform.control("POST", "pix4d/projects", {"count": 3000})
    before = platform.last_entry()
    hub.unfold(NAME, "All projects")
    hands.wait_for(lambda: len(hub.texts(NAME, "All projects")) > 50, "the first page")
    QTest.qWait(800)
    assert len(hub.texts(NAME, "All projects")) < 500
    assert len(platform.log(operation="listProjects", after=before)) < 6


def test_a_folder_is_made_where_the_menu_was_opened(hub: HubDockHands, quarry: dict[str, Any]) -> None:
    drive = (NAME, "Drive", ORGANIZATION)
    hub.unfold(*drive)
    hub.unfold(*drive, "Quarries")
    hub.menu("Create folder in the drive…", *drive, "Quarries")
    dialog = algorithm_dialog("Create folder in the drive")
    assert values(dialog, "CONNECTION", "DRIVE_FOLDER") == [NAME, quarry["Quarries"]]
    write(dialog, "NAME", "Reports")
    hands.keep_picture("pix4d_create_folder", dialog)
    hands.click(hands.button(dialog, "Run"))
    hub.wait(["Gravel pit", "Reports"], *drive, "Quarries")
    dialog.close()


def test_deleting_asks_for_the_name(hub: HubDockHands, quarry: dict[str, Any], calls: Pix4dCalls) -> None:
    drive = (NAME, "Drive", ORGANIZATION)
    hub.unfold(*drive)
    hub.click(*drive, "Harbour")
    hub.key(Qt.Key.Key_Delete)
    dialog = algorithm_dialog("Delete project")
    assert values(dialog, "PROJECT") == [quarry["Harbour"]]
    write(dialog, "CONFIRM", "Harbor")
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: "It is called “Harbour”" in dialog.findChild(QWidget, "txtLog").toPlainText(), "the refusal")
    hands.keep_picture("pix4d_delete_refused", dialog)
    assert calls.there(f"{PROJECTS}{quarry['Harbour']}/")
    hands.click(hands.button(dialog, "Change Parameters"))
    write(dialog, "CONFIRM", "Harbour")
    hands.click(hands.button(dialog, "Run"))
    hub.wait(["Quarries"], *drive)
    assert not calls.there(f"{PROJECTS}{quarry['Harbour']}/")
    dialog.close()


def test_a_link_is_made_and_copied(hub: HubDockHands, quarry: dict[str, Any], calls: Pix4dCalls) -> None:
    drive = (NAME, "Drive", ORGANIZATION)
    hub.unfold(*drive)
    hub.menu("Share…", *drive, "Harbour")
    share = window("imageryHubShareWindow")
    links = share.findChild(QTreeWidget, "imageryHubShareLinks")
    hands.wait_for(lambda: "There is no link yet" in share.status.text, "the empty list")
    hands.click(hands.button(share, "New Link"))
    hands.wait_for(lambda: links.topLevelItemCount() == 1, "the link")
    QGuiApplication.clipboard().setText("")
    hands.click(hands.button(share, "Copy Link"))
    (made,) = calls.get(TOKENS, type="Project", type_id=quarry["Harbour"])["results"]
    assert made["write"] is False
    address = f"{calls.root}dataset/{quarry['Harbour']}/map?shareToken={made['token']}"
    hands.wait_for(lambda: QGuiApplication.clipboard().text() == address, "the link on the clipboard")
    hands.keep_picture("pix4d_share", share)
    hands.click(hands.button(share, "Switch Off"))
    hands.wait_for(lambda: links.topLevelItem(0).text(2) == "off", "the link to be off")
    QTest.keyClick(share, Qt.Key.Key_Escape)
    hands.wait_for(lambda: not iface.mainWindow().findChildren(QWidget, "imageryHubShareWindow"), "the window to close")


def test_people_are_invited_and_removed(hub: HubDockHands, quarry: dict[str, Any], calls: Pix4dCalls) -> None:
    drive = (NAME, "Drive", ORGANIZATION)
    hub.unfold(*drive)
    hub.menu("Access…", *drive, "Quarries")
    access = window("imageryHubAccessWindow")
    people = access.findChild(QTreeWidget, "imageryHubAccessList")

    def names() -> list[str]:
        return [people.topLevelItem(row).text(0) for row in range(people.topLevelItemCount())]

    hands.wait_for(lambda: "Ivo Brunner <ivo.brunner@example.org>" in names(), "the members")
    hands.write(access.emails, "mats.visser@example.org, new@people.example")
    hands.click(access.invite_button)
    dialog = algorithm_dialog("Invite users")
    assert values(dialog, "FOLDER", "EMAILS") == [quarry["Quarries"], "mats.visser@example.org, new@people.example"]
    hands.tick(dialog.mainWidget().wrappers["CONFIRM"].wrappedWidget())
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: "new@people.example" in names(), "the invitation")
    dialog.close()
    hands.keep_picture("pix4d_access", access)
    hands.wait_for(lambda: any(name.endswith("<mats.visser@example.org>") for name in names()), "the new member")
    row = next(row for row, name in enumerate(names()) if name.endswith("<mats.visser@example.org>"))
    hands.click_entry(people, people.model().index(row, 0))
    hands.click(access.remove_button)
    dialog = algorithm_dialog("Remove access")
    hands.tick(dialog.mainWidget().wrappers["CONFIRM"].wrappedWidget())
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: not any("mats.visser" in name for name in names()), "the member to be gone")
    dialog.close()
    QTest.keyClick(access, Qt.Key.Key_Escape)
    place = f"{ACCESS}folder/{quarry['Quarries']}/"
    assert not calls.get(place, name="mats.visser")["results"]


def test_the_same_tree_in_the_browser(hub: HubDockHands, quarry: dict[str, Any]) -> None:
    panel = BrowserPanel()
    drive = (ROOT, NAME, "Drive", ORGANIZATION)
    for depth in range(1, len(drive)):
        panel.expand(*drive[:depth])
    assert panel.expand(*drive) == ["Harbour (failed)", "Quarries"]
    assert panel.expand(*drive, "Quarries") == ["Gravel pit"]
    found = panel.expand(*drive, "Quarries", "Gravel pit")
    march = (*drive, "Quarries", "Gravel pit", next(one for one in found if one.startswith("Pit in March")))
    assert panel.expand(*march) == HEADINGS
    assert panel.expand(*march, "Control points") == ["GCP_1", "GCP_2", "GCP_3 (checkpoint)"]
    hands.keep_picture("pix4d_browser")
