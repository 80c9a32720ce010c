"""Run inside QGIS by ``qgis --code``: a new user's session that ends with a saved project of all kinds of layers.

An account, a raster as tiles from the Hub's tree, a detector run on another, annotations drawn and pushed; by events.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import hands
from annotation_hands import CONNECTION, MASTER, RED, WINDOW, annotate, draw, part, push, show_image
from annotation_hands import choose as choose_entry
from connected import told
from hub_dock import HubDockHands
from program_session import act, exit_by_menu, give_master_password
from project_facts import LANDMARKS, ORCHARD, RESULT
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QCheckBox, QDialog, QFileDialog, QLineEdit, QPushButton, QWidget
from qgis.utils import iface

WORK = Path(os.environ["WORK"])
RASTERS = (CONNECTION, "All rasters")


def window_named(name: str) -> Any:
    """The visible window of that name."""
    return hands.wait_for(lambda: next((one for one in windows_of(name) if one.isVisible()), None), name)


def windows_of(name: str) -> list[Any]:
    return [one for one in QgsApplication.topLevelWidgets() if one.objectName() == name]


def connect() -> HubDockHands:
    """An account of this name."""
    hub = HubDockHands()
    hands.click(part(QPushButton, "imageryHubConnectSandbox", hub.dock))
    window = window_named("imageryHubConnectionDialog")
    hands.write(window.name, CONNECTION)
    hands.write(window.address, os.environ["ADDRESS"])
    hands.write(window.secrets["key"], os.environ["KEY"])
    hands.in_dialog(lambda window: give_master_password(window, MASTER))
    hands.click(hands.button(window, "OK"))
    hands.wait_for(lambda: hub.index(CONNECTION).isValid(), "the account in the tree")
    return hub


def run_detector(hub: HubDockHands) -> None:
    """From a raster's menu to the layer of what was found."""
    hub.menu("Run Detector…", *RASTERS, ORCHARD)
    form = window_named("imageryHubRunForm")
    choose_entry(form.findChild(QWidget, "imageryHubRunModel"), "Red squares")
    consent = form.findChild(QCheckBox, "imageryHubRunConsent")
    hands.write(form.findChild(QWidget, "imageryHubRunFolder").findChild(QLineEdit), str(WORK))
    hands.wait_for(consent.isEnabled, "what it costs")
    hands.tick(consent)
    hands.click(hands.button(form, "Run"))
    hands.wait_for(lambda: QgsProject.instance().mapLayersByName(RESULT), "the result", 60)


def leave_editing(name: str) -> None:
    """Save what was drawn in a layer, and lock it again."""
    tree = iface.layerTreeView()
    hands.click_entry(tree, hands.wait_for(lambda: entry_of(tree, name), f"{name} in the layer tree"))
    hands.click(hands.tool_button(iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits")))
    hands.click(hands.tool_button(iface.mainWindow().findChild(QAction, "mActionToggleEditing")))
    (layer,) = QgsProject.instance().mapLayersByName(name)
    hands.wait_for(lambda: not layer.isEditable(), f"the end of editing of {name}")


def entry_of(tree: Any, name: str) -> Any:
    model = tree.model()
    found = model.match(model.index(0, 0), Qt.ItemDataRole.DisplayRole, name, 1,
                        Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly)
    return found[0] if found else None


def save_as(file: Path) -> None:
    """By the keyboard, and in the dialog that asks for the name."""

    def type_in(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        hands.write(field, str(file))
        QTest.keyClick(field, Qt.Key.Key_Return)

    hands.in_dialog(type_in)
    hands.activate(iface.mainWindow())
    QTest.keyClick(iface.mainWindow(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    hands.wait_for(file.exists, "the project's file")
    hands.wait_for(lambda: not QgsProject.instance().isDirty(), "the project to be saved")


def steps() -> None:
    hub = connect()
    hub.unfold(CONNECTION)
    hub.unfold(*RASTERS)
    hands.wait_for(lambda: hub.index(*RASTERS, LANDMARKS).isValid(), "the rasters")
    hub.double_click(*RASTERS, LANDMARKS)
    told(f"“{LANDMARKS}” is on the map.")
    run_detector(hub)
    annotate(ORCHARD)
    hands.wait_for(lambda: len(QgsProject.instance().mapLayers()) == 7, "the imagery below the annotations")
    show_image()
    draw("training_area", [WINDOW])
    draw("outline", RED[:2])
    hands.wait_for(lambda: part(QWidget, "imageryHubAmount_outline").text().startswith("2 "), "two outlines")
    hands.click(part(QPushButton, "imageryHubPushAnnotations"))
    push("Pushed: Training areas, Outlines.")
    for name in ("Training areas", "Outlines"):
        leave_editing(name)
    save_as(WORK / "farm.qgz")
    hands.keep_picture("project-saved")
    if hands.failures:
        raise hands.failures[0]
    exit_by_menu()


act(steps)
