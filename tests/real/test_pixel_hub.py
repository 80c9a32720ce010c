"""Geodata Pixel in the Hub of the real program, by mouse and keyboard: walked, changed, deleted, restored."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import hands
import pytest
from hub_dock import HubDockHands
from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox, QLineEdit, QPushButton
from qgis.utils import iface
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
NAME = "Fjordkart"
ROOTS = ["Projects", "ArcGIS services", "Analysis", "Deleted projects", "Role and plugins"]


def connections() -> Any:
    """The plugin's connections as they are loaded now."""
    return import_module("imagery_hub.core.connections")


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    """A tenant, and no connection yet."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    sandbox.actor("docks")
    hands.failures.clear()
    yield sandbox
    sandbox.clear_faults()
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    for name in connections().names():
        connections().remove(name)
    assert not hands.failures


@pytest.fixture
def calls(platform: SandboxProcess) -> PixelCalls:
    return PixelCalls(platform)


@pytest.fixture
def bridges(calls: PixelCalls) -> dict[str, str]:
    """A project with another one in it and a data collection of each sort; ids by name."""
    project = calls.project("Bridges", tags=["inspection", "2025"])
    found = {"Bridges": project, "Piers": calls.project("Piers", parent_project_id=int(project))}
    for kind, name in (("image", "Spring flight"), ("RGB", "Orthophotos May"), ("DTM", "Terrain")):
        found[name] = calls.collection(project, kind, name)
    return found


@pytest.fixture
def hub(platform: SandboxProcess, bridges: dict[str, str]) -> HubDockHands:
    ready, module = platform.ready["pixel"], connections()
    options = {"tenant": ready["tenant"], "login": ready["login"], "services": ready["services"]}
    secrets = {name: ready[name] for name in ("username", "password")}
    module.save(module.Connection(NAME, "pixel", ready["root"], options), secrets)
    found = HubDockHands()
    found.unfold(NAME)
    found.wait(ROOTS, NAME)
    found.unfold(NAME, "Projects")
    hands.wait_for(lambda: "Bridges" in found.texts(NAME, "Projects"), "the project")
    return found


def undo() -> Any:
    """The button in the message bar, once it is there."""
    return hands.wait_for(
        lambda: next(iter(iface.messageBar().findChildren(QPushButton, "imageryHubUndo")), None), "the way back")


def test_a_connection_with_its_tenant(platform: SandboxProcess, bridges: dict[str, str]) -> None:
    hub, ready = HubDockHands(), platform.ready["pixel"]

    def enter(dialog: Any) -> None:
        (choice,) = (one for one in dialog.findChildren(QComboBox) if one.findText("Geodata Pixel") >= 0)
        choice.setFocus()
        QTest.keyClicks(choice, "Geodata")
        hands.write(dialog.name, NAME)
        hands.write(dialog.secrets["username"], ready["username"])
        hands.write(dialog.secrets["password"], "not-the-password-00")
        hands.write(dialog.options["tenant"], ready["tenant"])
        hands.write(dialog.address, ready["root"])
        hands.click(dialog.test_button)
        hands.wait_for(lambda: "did not accept" in dialog.status.text, "the refusal")
        hands.write(dialog.secrets["password"], ready["password"])
        hands.click(dialog.test_button)
        hands.wait_for(lambda: dialog.status.text.startswith("Connected to Geodata Pixel as"), "the account")
        hands.keep_picture("pixel_connection", dialog)
        hands.click(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))

    hands.in_dialog(enter)
    hands.click(hub.dock.findChild(QPushButton, "imageryHubConnectSandbox"))
    hands.wait_for(hub.tree.isVisible, "the tree")
    hub.unfold(NAME)
    hub.wait(ROOTS, NAME)


@pytest.mark.needs_assumed("pixel Project.parent_project_id", "pixel Project.tags", "pixel DataCollection.raster_info")
def test_the_whole_tree(hub: HubDockHands, bridges: dict[str, str]) -> None:
    way = (NAME, "Projects", "Bridges")
    hub.unfold(*way)
    hands.wait_for(lambda: len(hub.texts(*way)) == 6, "what is in the project")
    assert sorted(hub.texts(*way)) == ["Attachments", "Deleted data collections", "Orthophotos May", "Piers",
                                       "Spring flight", "Terrain"]
    hub.unfold(*way, "Spring flight")
    hub.wait(["Images", "Harvest services", "Upload jobs", "Attachments"], *way, "Spring flight")
    hub.unfold(*way, "Orthophotos May")
    hub.wait(["Rasters", "Optimised copies", "Upload jobs", "Attachments"], *way, "Orthophotos May")
    hub.click(*way, "Orthophotos May")
    assert "3 bands" in hub.facts()["Rules for rasters"]
    hub.unfold(NAME, "Role and plugins")
    hands.wait_for(lambda: len(hub.texts(NAME, "Role and plugins")) == 3, "the plugins")
    hub.click(*way)
    assert hub.facts()["Tags"] == "inspection, 2025"
    hands.keep_picture("pixel_hub", hub.dock)


def test_what_is_deleted_by_a_key_comes_back_from_the_message_bar(
    hub: HubDockHands, bridges: dict[str, str], calls: PixelCalls
) -> None:
    way = (NAME, "Projects", "Bridges")
    hub.unfold(*way)
    hub.click(*way, "Terrain")
    hub.key(Qt.Key.Key_Delete)
    button = undo()
    assert not calls.there(path_of(bridges["Terrain"]))
    hands.wait_for(lambda: "Terrain" not in hub.texts(*way), "the tree to be read anew")
    hands.keep_picture("pixel_undo")
    hands.click(button)
    hands.wait_for(lambda: calls.there(path_of(bridges["Terrain"])), "the data collection")
    hands.wait_for(lambda: "Terrain" in hub.texts(*way), "the tree to be read anew")


@pytest.mark.needs_assumed("pixel Project.deleted_at")
def test_a_deleted_project_tells_its_days_and_is_restored_by_a_double_click(
    hub: HubDockHands, bridges: dict[str, str], calls: PixelCalls
) -> None:
    calls.sent("DELETE", f"projects/{bridges['Piers']}")
    hub.unfold(NAME, "Deleted projects")
    hub.wait(["Piers"], NAME, "Deleted projects")
    hub.click(NAME, "Deleted projects", "Piers")
    assert hub.label("imageryHubDetailsState") == "Deleted project · 60 days left"
    hands.keep_picture("pixel_deleted", hub.dock)
    hub.key(Qt.Key.Key_Return)
    hands.wait_for(lambda: calls.there(f"projects/{bridges['Piers']}"), "the project")
    hub.wait(["Nothing was deleted in the last 60 days."], NAME, "Deleted projects")


def algorithm_dialog(title: str) -> Any:
    """Processing's dialog of that algorithm."""
    def find() -> Any:
        return next((one for one in QgsApplication.topLevelWidgets()
                     if one.isVisible() and hasattr(one, "mainWidget") and one.windowTitle().endswith(title)), None)

    return hands.wait_for(find, f"the dialog “{title}”")


def write(dialog: Any, name: str, text: str) -> None:
    """Type into the field of a parameter."""
    field = dialog.mainWidget().wrappers[name].wrappedWidget()
    hands.write(field.findChild(QLineEdit) or field, text)


@pytest.mark.needs_assumed("pixel Project.parent_project_id")
def test_a_project_is_created_in_another_with_the_area_of_a_layer(
    hub: HubDockHands, bridges: dict[str, str], calls: PixelCalls
) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:25833", "Area of the ring road", "memory")
    feature = QgsFeature()
    corners = "260000 6645000, 270000 6645000, 270000 6655000, 260000 6645000"
    feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({corners}))"))
    assert layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    way = (NAME, "Projects", "Bridges")
    hub.unfold(*way)
    hands.wait_for(lambda: "Piers" in hub.texts(*way), "what is in the project")
    hub.menu("Create project…", *way)
    dialog = algorithm_dialog("Create project")
    write(dialog, "NAME", "Ring road")
    write(dialog, "TAGS", "2026")
    assert dialog.mainWidget().wrappers["PARENT"].parameterValue() == bridges["Bridges"]
    hands.keep_picture("pixel_create_project", dialog)
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: "Ring road" in hub.texts(*way), "the new project in the tree")
    dialog.close()
    (made,) = calls.get("projects/", name="Ring road")
    assert (made["parent_project_id"], made["tags"]) == (int(bridges["Bridges"]), ["2026"])
    west, south = (min(corner[axis] for corner in made["area_of_interest"]["coordinates"][0]) for axis in (0, 1))
    assert 10.5 < west < 11.0 and 59.8 < south < 60.0


def test_a_collection_with_rules_is_created_by_the_form(
    hub: HubDockHands, bridges: dict[str, str], calls: PixelCalls
) -> None:
    way = (NAME, "Projects", "Bridges")
    hub.unfold(*way)
    hands.wait_for(lambda: "Terrain" in hub.texts(*way), "what is in the project")
    hub.menu("Create data collection…", *way)
    dialog = algorithm_dialog("Create data collection")
    write(dialog, "NAME", "Bathymetry")
    hands.keep_picture("pixel_create_collection", dialog)
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: "Bathymetry" in hub.texts(*way), "the new data collection in the tree")
    dialog.close()
    (made,) = calls.get(f"projects/{bridges['Bridges']}/data_collections/", name="Bathymetry")
    assert made["data_collection_type"] == "image"
