"""Control points drawn on the map in the real program: from the menu of a project to the platform."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import hands
import pytest
from hub_dock import HubDockHands
from map_hands import settled
from pix4d_project import StoredProject
from qgis.core import QgsApplication, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLineEdit, QPushButton, QWidget
from qgis.utils import iface
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
WAY = ("Survey firm", "All projects", "Quarry")


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Iterator[Pix4dCalls]:
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    module, ready = import_module("imagery_hub.core.connections"), sandbox.ready["pix4d"]
    options = {"s3_endpoint": ready["storage"]} if ready.get("storage") else {}
    module.save(module.Connection("Survey firm", "pix4d", ready["root"], options),
                {"client_id": ready["client_id"], "client_secret": ready["client_secret"]})
    sandbox.actor("docks")
    hands.failures.clear()
    yield Pix4dCalls(sandbox)
    for name in module.names():
        module.remove(name)
    for layer in QgsProject.instance().mapLayers().values():
        layer.rollBack() if hasattr(layer, "rollBack") else None
    iface.newProject(False)
    assert not hands.failures


def menu(*way: str) -> None:
    hub = HubDockHands()
    for depth in range(len(WAY) - 1):
        hub.unfold(*WAY[: depth + 1])
    hub.menu("Draw Control Points", *way)


def draw(x: float, y: float, fill: Any) -> None:
    """A click on the map, and the form of the new point."""
    canvas = iface.mapCanvas()
    place = canvas.getCoordinateTransform().transform(x, y).toQPointF().toPoint()
    hands.in_window("QgsAttributeDialog", fill)
    hands.click(canvas.viewport(), place)


def form(name: str, height: str) -> Any:
    def fill(window: QWidget) -> None:
        fields = [one for one in window.findChildren(QLineEdit) if one.isVisible()]
        fields.sort(key=lambda one: one.mapTo(window, QPoint()).y())
        if name:
            hands.write(fields[0], name)
        hands.write(fields[1], height)
        hands.keep_picture("pix4d-drawn-point-form")
        QTest.mouseClick(
            window.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton
        )

    return fill


def register_dialog() -> Any:
    dialogs = (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog))
    return next((one for one in dialogs if "Register control points" in one.windowTitle()), None)


def test_points_are_drawn_named_and_registered(calls: Pix4dCalls, sandbox: SandboxProcess) -> None:
    project = StoredProject(sandbox, calls, int(calls.project("Quarry", coordinate_system="EPSG:32632")["id"]))
    menu(*WAY)
    layer = hands.wait_for(iface.activeLayer, "the layer")
    assert (layer.name(), layer.crs().authid()) == ("Control points to register (Quarry)", "EPSG:32632")
    assert layer.isEditable()
    canvas = iface.mapCanvas()
    canvas.setDestinationCrs(layer.crs())
    canvas.setExtent(QgsRectangle(500000, 5000000, 500200, 5000100))
    canvas.refresh()
    settled()
    draw(500050, 5000050, form("", "101.5"))
    hands.wait_for(lambda: layer.featureCount() == 1, "the first point")
    draw(500150, 5000060, form("Corner", "102.25"))
    hands.wait_for(lambda: layer.featureCount() == 2, "the second point")
    hands.keep_picture("pix4d-drawn-points")

    window = iface.mainWindow()
    hands.click(hands.wait_for(lambda: window.findChild(QPushButton, "imageryHubRegisterDrawn"), "the button"))
    dialog = hands.wait_for(register_dialog, "the dialog")
    assert not layer.isEditable()
    hands.keep_picture("pix4d-drawn-points-dialog")
    hands.click(dialog.buttonBox().button(QDialogButtonBox.StandardButton.Ok) or hands.button(dialog, "Run"))
    found = hands.wait_for(lambda: calls.get(f"{project.path}gcp/")["gcps"], "the points on the platform")
    dialog.close()
    tolerance = 2 * canvas.mapUnitsPerPixel()
    assert [(one["name"], one["point_type"], one["z"], one["xy_accuracy"]) for one in found] == [
        ("P1", "GCP", 101.5, 0.02), ("Corner", "GCP", 102.25, 0.02)]
    assert [one["x"] for one in found] == pytest.approx([500050, 500150], abs=tolerance)
    assert [one["y"] for one in found] == pytest.approx([5000050, 5000060], abs=tolerance)

    QgsProject.instance().removeMapLayer(layer.id())  # and drawn again later: the points are kept
    menu(*WAY)
    again = hands.wait_for(iface.activeLayer, "the layer again")
    assert again.featureCount() == 2


def test_a_project_without_a_system_is_told(calls: Pix4dCalls) -> None:
    calls.project("Quarry", coordinate_system="ARBITRARY_METERS")
    menu(*WAY)
    item = hands.wait_for(iface.messageBar().currentItem, "the message")
    assert "no coordinate reference system with a place on the map" in item.text()
    assert iface.activeLayer() is None
