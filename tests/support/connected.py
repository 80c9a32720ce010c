"""A saved connection “Farm” to the sandbox in the real program, and what QGIS tells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

import hands
from qgis.core import QgsApplication, QgsMapLayer, QgsProject, QgsSettings
from qgis.gui import QgsMessageBarItem
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
from qgis.utils import iface
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "master-of-the-test"
FARM = "Farm"


def _connections() -> ModuleType:
    """The module of the plugin as it is loaded now: a test may load it anew."""
    return import_module("imagery_hub.core.connections")


@contextmanager
def farm(sandbox: SandboxProcess, address: str = "") -> Iterator[SandboxProcess]:
    """The connection, an empty project, an empty message bar; afterwards all of it is gone again."""
    connections = _connections()
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections.save(connections.Connection(FARM, "picterra", address or sandbox.address), {"key": PICTERRA_KEY})
    QgsSettings().remove("imagery_hub/add_to_map")
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    hands.failures.clear()
    try:
        yield sandbox
    finally:
        if sandbox.alive:
            sandbox.clear_faults()
        QgsApplication.authManager().setMasterPassword(MASTER, True)
        _connections().remove(FARM)
        iface.newProject(False)
        iface.messageBar().clearWidgets()
        QTest.qWait(200)
    assert not hands.failures


def told(words: str, seconds: float = 20) -> QgsMessageBarItem:
    """The message on top, once it holds these words."""

    def found() -> QgsMessageBarItem | None:
        item = iface.messageBar().currentItem()
        return item if item is not None and words in item.text() else None

    return hands.wait_for(found, f"the message “{words}”", seconds)


def press(item: QgsMessageBarItem, name: str) -> None:
    """Click a button of a message."""
    hands.click(item.findChild(QPushButton, name))


def layers() -> list[QgsMapLayer]:
    """The project's layers, the uppermost first."""
    return [node.layer() for node in QgsProject.instance().layerTreeRoot().findLayers()]


def names() -> list[str]:
    """Their names."""
    return [layer.name() for layer in layers()]


def running() -> list[str]:
    """The jobs under way in the plugin as it is loaded now."""
    found: list[str] = import_module("imagery_hub.core.jobs.runner").runner().running
    return found
