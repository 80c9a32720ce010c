"""The plugin starts without anything heavy, works without a window, and takes everything back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import imagery_hub
import pytest
from qgis.core import QgsApplication, QgsProcessingModelAlgorithm, QgsTemporalNavigationObject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QMainWindow, QMenu, QToolBar

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("requests", "urllib3", "boto3", "botocore", "shapely", "sqlite3.dump", "numpy",
         "imagery_hub.core.layers.streaming.registry", "imagery_hub.core.layers.convert", "imagery_hub.core.geometry")
LOAD = """
import socket, sys
from qgis.core import QgsApplication
application = QgsApplication([], False, sys.argv[1])
application.initQgis()
before = set(sys.modules)

def no_network(*arguments, **options):
    raise SystemExit("the network was used")

socket.socket.connect = no_network
import imagery_hub
plugin = imagery_hub.classFactory(None)
plugin.initProcessing()
provider = QgsApplication.processingRegistry().providerById("imageryhub")
print(len(provider.algorithms()))
print(",".join(sorted(set(sys.modules) - before)))
print(QgsApplication.authManager().masterPasswordIsSet())
plugin.unload()
print(QgsApplication.processingRegistry().providerById("imageryhub") is None)
"""


class Interface(QObject):
    """The part of QGIS's interface that the plugin registers with."""

    initializationCompleted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.factories: list[Any] = []
        self.layer_actions: list[Any] = []
        self.drop_handlers: list[Any] = []
        self.locator_filters: list[Any] = []
        self.window = QMainWindow()
        self.plugins = self.window.menuBar().addMenu("Plugins")
        self.canvas = QgsMapCanvas(self.window)
        self.canvas.setTemporalController(QgsTemporalNavigationObject(self.canvas))

    def mainWindow(self) -> QMainWindow:  # noqa: N802 - QGIS's name
        return self.window

    def mapCanvas(self) -> QgsMapCanvas:  # noqa: N802 - QGIS's name
        return self.canvas

    def pluginMenu(self) -> QMenu:  # noqa: N802 - QGIS's name
        return self.plugins

    def addToolBar(self, title: str) -> QToolBar:  # noqa: N802 - QGIS's name
        return self.window.addToolBar(title)

    def registerOptionsWidgetFactory(self, factory: Any) -> None:  # noqa: N802 - QGIS's name
        self.factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory: Any) -> None:  # noqa: N802 - QGIS's name
        self.factories.remove(factory)

    def registerCustomDropHandler(self, handler: Any) -> None:  # noqa: N802 - QGIS's name
        self.drop_handlers.append(handler)

    def unregisterCustomDropHandler(self, handler: Any) -> None:  # noqa: N802 - QGIS's name
        self.drop_handlers.remove(handler)

    def registerLocatorFilter(self, one: Any) -> None:  # noqa: N802 - QGIS's name
        self.locator_filters.append(one)

    def deregisterLocatorFilter(self, one: Any) -> None:  # noqa: N802 - QGIS's name
        self.locator_filters.remove(one)

    def addCustomActionForLayerType(self, action: Any, *where: Any) -> None:  # noqa: N802 - QGIS's name
        self.layer_actions.append(action)

    def removeCustomActionForLayerType(self, action: Any) -> None:  # noqa: N802 - QGIS's name
        self.layer_actions.remove(action)


def test_loading_imports_nothing_heavy_and_asks_nobody(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path)], capture_output=True, text=True, timeout=60,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "build" / "python"), "QT_QPA_PLATFORM": "offscreen",
             "HOME": str(tmp_path)},
    )
    assert result.returncode == 0, result.stderr
    count, modules, unlocked, gone = result.stdout.split("\n")[-5:-1]
    assert int(count) > 2
    loaded = modules.split(",")
    assert "imagery_hub.plugin" in loaded
    assert [name for name in loaded if name in HEAVY] == []
    assert [name for name in loaded if name.startswith("imagery_hub.ui")] == []
    assert unlocked == "False"
    assert gone == "True"


@pytest.mark.usefixtures("qgis_app")
def test_everything_is_taken_back_and_can_be_loaded_again() -> None:
    interface = Interface()
    for _ in range(2):
        plugin = imagery_hub.classFactory(interface)
        plugin.initGui()
        assert QgsApplication.processingRegistry().providerById("imageryhub") is not None
        (factory,) = interface.factories
        page = factory.createWidget(None)
        assert page.connections.isEnabled()
        page.deleteLater()
        form, other = QDialog(interface.window), QDialog(interface.window)
        form.setObjectName("imageryHubRunForm")
        form.show()
        other.show()
        plugin.unload()
        assert form.isHidden()
        assert other.isVisible()
        other.close()
        assert interface.factories == []
        assert interface.layer_actions == []
        assert interface.drop_handlers == []
        assert interface.locator_filters == []
        assert interface.plugins.isEmpty()
        assert QgsApplication.processingRegistry().providerById("imageryhub") is None


@pytest.mark.usefixtures("qgis_app")
def test_every_algorithm_keeps_the_rules() -> None:
    plugin = imagery_hub.classFactory(None)
    plugin.initProcessing()
    try:
        algorithms = QgsApplication.processingRegistry().providerById("imageryhub").algorithms()
        names = [algorithm.name() for algorithm in algorithms]
        assert len(set(names)) == len(names)
        for algorithm in algorithms:
            name = algorithm.name()
            assert name == name.lower()
            assert name.isascii()
            assert algorithm.displayName(), name
            assert algorithm.group(), name
            assert algorithm.groupId().isascii(), name
            assert len(algorithm.shortHelpString()) > 20, name
            # A model cannot carry tags.
            assert algorithm.tags() or isinstance(algorithm, QgsProcessingModelAlgorithm), name
            for definition in algorithm.parameterDefinitions():
                assert definition.type() != "authcfg" or "SECRET" not in definition.name(), name
                assert not any(word in definition.name() for word in ("PASSWORD", "API_KEY", "TOKEN")), name
    finally:
        plugin.unload()
