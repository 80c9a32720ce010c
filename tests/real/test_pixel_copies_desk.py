"""Optimised copies and attachments of Pixel in the real program: made, seen and deleted from the tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from hub_dock import HubDockHands
from pixel_sending import fill, md5, send
from pixel_services import orthophoto
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QWidget
from qgis.utils import iface
from quarry import connections
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

NAME, PROJECT, ORTHOS = "Fjord", "Ring road bridges 2025", "Orthophotos May"
PLAN = b"%PDF-1.4 the plan of the flight"


@pytest.fixture
def place(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[str]:
    """A connection, and a data collection of two orthophotos in a project with an attachment."""
    assert QgsApplication.authManager().setMasterPassword("master-of-the-test", True)
    calls, ready, module = PixelCalls(sandbox), sandbox.ready["pixel"], connections()
    found = calls.collection(calls.project(PROJECT), "RGB", ORTHOS)
    send(calls, found, [orthophoto(tmp_path / f"ortho_{name}.tif") for name in ("east", "west")])
    attach(calls, found.split("/")[0])
    options = {name: ready[name] for name in ("tenant", "login", "services")}
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    hands.failures.clear()
    module.save(module.Connection(NAME, "pixel", ready["root"], options),
                {name: ready[name] for name in ("username", "password")})
    yield found
    module.remove(NAME)
    iface.messageBar().clearWidgets()
    QTest.qWait(200)
    assert not hands.failures


def attach(calls: PixelCalls, project: str) -> None:
    """A flight plan of the project."""
    owner = {"resource_type": "project", "resource_id": project}
    file = {"name": "Flight plan", "description": "Approved plan of the May flight", "md5": md5(PLAN)}
    (made,) = calls.post("attachments/", {"files": [file]}, **owner)
    assert fill(made["upload_file_params"], PLAN, "fields").status_code == 204
    calls.put("attachments/update", **owner, attachment_id=made["id"], status="Completed")


def dialog_of(title: str) -> Any:
    return hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog)
                                        and one.isVisible() and title in one.windowTitle()), None), title)


def widget_of(dialog: Any, name: str) -> QWidget:
    widget: QWidget = dialog.mainWidget().wrappers[name].wrappedWidget()
    return widget


def run(dialog: Any) -> None:
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: hands.button(dialog, "Close").isEnabled(), "the end", 60)
    hands.click(hands.button(dialog, "Close"))


@pytest.mark.needs_assumed("pixel OptimizedRaster.raster_id")
def test_copies_are_made_from_the_tree(sandbox: SandboxProcess, place: str) -> None:
    hub, way = HubDockHands(), (NAME, "Projects", PROJECT, ORTHOS)
    for depth in range(1, len(way) + 1):
        hub.unfold(*way[:depth])
    hub.unfold(*way, "Optimised copies")
    hub.menu("Optimise rasters…", *way)
    dialog = dialog_of("Optimise rasters")
    hands.tick(widget_of(dialog, "NEARBLACK"))
    hands.keep_picture("pixel-optimise", dialog)
    run(dialog)
    hands.wait_for(lambda: len(hub.texts(*way, "Optimised copies")) == 2, "the copies in the tree")
    copies = PixelCalls(sandbox).read(place, "rasters/optimized/")
    assert [one["status"] for one in copies] == ["completed"] * 2
    assert all(one["creation_options"]["nearblack_options"]["enabled"] for one in copies)
    hub.click(*way, "Optimised copies", hub.texts(*way, "Optimised copies")[0])
    hands.wait_for(lambda: str(copies[0]["raster_id"]) in hub.facts().values(), "what it is a copy of")
    hands.keep_picture("pixel-optimised-copies", hub.dock)


@pytest.mark.needs_assumed("pixel Attachment.description")
def test_an_attachment_tells_its_description(sandbox: SandboxProcess, place: str) -> None:
    hub, way = HubDockHands(), (NAME, "Projects", PROJECT, "Attachments")
    for depth in range(1, len(way) + 1):
        hub.unfold(*way[:depth])
    hub.wait(["Flight plan"], *way)
    hub.click(*way, "Flight plan")
    hands.wait_for(lambda: "Approved plan of the May flight" in hub.facts().values(), "its description")


def test_an_attachment_is_seen_and_deleted(sandbox: SandboxProcess, place: str) -> None:
    hub, way = HubDockHands(), (NAME, "Projects", PROJECT, "Attachments")
    for depth in range(1, len(way) + 1):
        hub.unfold(*way[:depth])
    hub.wait(["Flight plan"], *way)
    hub.click(*way, "Flight plan")
    hands.keep_picture("pixel-attachment", hub.dock)
    hub.key(Qt.Key.Key_Delete)
    dialog = dialog_of("Delete attachment")
    field: Any = widget_of(dialog, "CONFIRM")
    hands.write(field, "Flight plan")
    hands.keep_picture("pixel-delete-attachment", dialog)
    run(dialog)
    hands.wait_for(lambda: "Flight plan" not in hub.texts(*way), "the attachment to be gone")
    owner = {"resource_type": "project", "resource_id": place.split("/")[0]}
    assert PixelCalls(sandbox).get("attachments/", **owner) == []
