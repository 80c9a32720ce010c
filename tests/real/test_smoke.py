"""The plugin in the real QGIS program: it loads in a fresh profile, registers, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDockWidget
from qgis.utils import iface, loadPlugin, plugins, reloadPlugin, startPlugin, unloadPlugin

PLUGIN = "imagery_hub"
PROVIDER = "imageryhub"


def providers() -> list[str]:
    return [provider.id() for provider in QgsApplication.processingRegistry().providers()]


def visible_parts() -> tuple[int, int]:
    """How many actions and docks the main window holds."""
    window = iface.mainWindow()
    return len(window.findChildren(QAction)), len(window.findChildren(QDockWidget))


def test_the_plugin_is_loaded_and_its_provider_registered() -> None:
    assert PLUGIN in plugins
    assert providers().count(PROVIDER) == 1
    provider = QgsApplication.processingRegistry().providerById(PROVIDER)
    assert provider.name() == "Imagery Hub"
    assert not provider.icon().isNull()


def test_no_message_tells_of_trouble_after_loading() -> None:
    item = iface.messageBar().currentItem()
    assert item is None or PLUGIN not in item.text(), item.text()


def test_unloading_takes_the_provider_away() -> None:
    assert unloadPlugin(PLUGIN)
    QTest.qWait(100)
    assert PROVIDER not in providers()
    assert loadPlugin(PLUGIN)
    assert startPlugin(PLUGIN)
    assert providers().count(PROVIDER) == 1


def test_reloading_leaves_nothing_behind() -> None:
    assert reloadPlugin(PLUGIN) is not False
    QTest.qWait(200)  # what unload() gave to deleteLater() goes with the next round of events
    before = visible_parts()
    for _ in range(3):
        assert reloadPlugin(PLUGIN) is not False
        QTest.qWait(200)
    assert visible_parts() == before
    assert providers().count(PROVIDER) == 1


def test_a_picture_of_the_main_window_is_kept() -> None:
    QTest.qWait(300)
    picture = Path(os.environ["PICTURES"]) / "main_window.png"
    picture.unlink(missing_ok=True)
    assert iface.mainWindow().grab().save(str(picture))
    assert picture.stat().st_size > 10_000
