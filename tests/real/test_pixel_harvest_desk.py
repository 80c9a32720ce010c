"""A harvest service in the Hub of the real program: made in its form, started from the tree, its tasks seen there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import hands
import pytest
from hub_dock import HubDockHands
from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit
from qgis.utils import iface
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
NAME = "Fjordkart"
COLLECTION = (NAME, "Projects", "Ring road bridges 2025", "Spring flight")


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Iterator[PixelCalls]:
    """A tenant with a connection to it."""
    connections = import_module("imagery_hub.core.connections")
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    sandbox.actor("docks")
    hands.failures.clear()
    ready = sandbox.ready["pixel"]
    options = {"tenant": ready["tenant"], "login": ready["login"], "services": ready["services"]}
    secrets = {"username": ready["username"], "password": ready["password"]}
    connections.save(connections.Connection(NAME, "pixel", ready["root"], options), secrets)
    yield PixelCalls(sandbox)
    for name in connections.names():
        connections.remove(name)
    assert not hands.failures


@pytest.fixture
def portal(sandbox: SandboxProcess) -> Iterator[Any]:
    """The sandbox's layer, and an authentication configuration with its login."""
    told = sandbox.control("GET", "pixel/source")
    manager = QgsApplication.authManager()
    config = QgsAuthMethodConfig("Basic")
    config.setName("Road portal")
    config.setConfig("username", told["username"])
    config.setConfig("password", told["password"])
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    yield {**told, "url": sandbox.address + told["layer"]}
    manager.removeAuthenticationConfig(config.id())


def algorithm_dialog(title: str) -> Any:
    """Processing's dialog of that algorithm."""
    def find() -> Any:
        return next((one for one in QgsApplication.topLevelWidgets()
                     if one.isVisible() and hasattr(one, "mainWidget") and one.windowTitle().endswith(title)), None)

    return hands.wait_for(find, f"the dialog “{title}”")


def write(dialog: Any, name: str, text: str) -> None:
    field = dialog.mainWidget().wrappers[name].wrappedWidget()
    hands.write(field.findChild(QLineEdit) or field, text)


def pick(combo: QComboBox, text: str) -> None:
    combo.setCurrentIndex(combo.findText(text))
    assert combo.currentText() == text


def run(dialog: Any) -> None:
    """Press “Run” and wait until Processing has ended it."""
    hands.click(dialog.runButton())
    hands.wait_for(lambda: dialog.wasExecuted() and dialog.runButton().isEnabled(), "the end of the run", 60)
    dialog.close()


def test_a_service_is_made_started_and_seen(calls: PixelCalls, portal: Any) -> None:
    place = calls.collection(calls.project(), "image", "Spring flight")
    hub = HubDockHands()
    for depth in range(1, len(COLLECTION) + 1):
        hub.unfold(*COLLECTION[:depth])
    hands.wait_for(lambda: "Harvest services" in hub.texts(*COLLECTION), "the headings")
    hub.menu("Create harvest service…", *COLLECTION, "Harvest services")
    dialog = algorithm_dialog("Create harvest service")
    dialog.resize(1000, 800)
    write(dialog, "NAME", "Road photos")
    write(dialog, "SOURCE", portal["url"])
    logins = dialog.mainWidget().wrappers["AUTH"].wrappedWidget().findChild(QComboBox)
    pick(logins, next(text for text in map(logins.itemText, range(logins.count())) if text.startswith("Road portal")))
    write(dialog, "WHERE", "reviewed = 1")
    form = dialog.mainWidget().wrappers["FIELD_MAPPING"].field.form
    hands.click(form.read)
    hands.wait_for(lambda: "fields" in form.status.text(), "the fields of the source")
    for external, target in (("photo_title", "Image: name"), ("geometry", "Image: location"),
                             ("compass", "ImageMetadata: cam_heading")):
        hands.click(form.add)
        pick(form.rows[-1].external, external)
        pick(form.rows[-1].target, target)
    hands.keep_picture("pixel_harvest_form", dialog)
    run(dialog)
    services = (*COLLECTION, "Harvest services")
    hub.unfold(*services)
    hub.wait(["Road photos"], *services)
    hub.menu("Start harvest service…", *services, "Road photos")
    run(algorithm_dialog("Start harvest service"))
    wanted = sum(1 for row in portal["rows"] if row["reviewed"])
    assert len(calls.read(place, "images/")) == wanted - 2
    hub.unfold(*services, "Road photos")
    hands.wait_for(lambda: len(hub.texts(*services, "Road photos")) == wanted, "the tasks")
    QTest.qWait(300)
    hands.keep_picture("pixel_harvest_tasks", hub.dock)
    hub.unfold(*COLLECTION, "Images")
    hands.wait_for(lambda: len(hub.texts(*COLLECTION, "Images")) == wanted - 2, "the images")
