"""The Descartes Labs catalog in the real program: a saved connection “Fields”, rasters whose truth is known, and hands
for Processing's dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import hands
import numpy as np
from analytic_images import write_image
from osgeo import gdal
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QDockWidget, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from qgis.utils import iface
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
NAME = "Fields"


def connections() -> Any:
    """The plugin's connections as they are loaded now."""
    return import_module("imagery_hub.core.connections")


@contextmanager
def desk(sandbox: SandboxProcess, saved: bool = True) -> Iterator[CatalogCalls]:
    """An empty project and the connection; afterwards all of it is gone again."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    hands.failures.clear()
    sandbox.actor("docks")
    if saved:
        ready, module = sandbox.ready["descarteslabs"], connections()
        module.save(module.Connection(NAME, "descarteslabs", ready["root"]),
                    {name: ready[name] for name in ("client_id", "refresh_token")})
    try:
        yield CatalogCalls(sandbox)
    finally:
        sandbox.clear_faults()
        close_dialogs()
        QgsApplication.authManager().setMasterPassword(MASTER, True)
        for name in connections().names():
            connections().remove(name)
        QgsSettings().remove("imagery_hub/menus")
        QgsProject.instance().setDirty(False)
        iface.newProject(False)
        iface.messageBar().clearWidgets()
        QTest.qWait(200)
    assert not hands.failures


def close_dialogs() -> None:
    """Those of algorithms that a test left open."""
    for one in QgsApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible() and hasattr(one, "mainWidget"):
            one.close()


# ---------------------------------------------------------------------- rasters
def june(path: Path, rows: int = 60, columns: int = 80) -> Path:
    """Red, green, blue and near infrared as UInt16; values grow to the right, those of near infrared downwards; 0, no
    data, stands in a corner."""
    across = np.linspace(200, 3000, columns)[None, :].repeat(rows, 0)
    down = np.linspace(1000, 8000, rows)[:, None].repeat(columns, 1)
    pixels = np.stack([across, across * 0.8, across * 0.5, down], axis=-1).astype("uint16")
    pixels[:5, :5] = 0
    write_image(path, pixels)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    for number, (name, colour, length) in enumerate((
        ("Red", gdal.GCI_RedBand, 665), ("Green", gdal.GCI_GreenBand, 560), ("Blue", gdal.GCI_BlueBand, 490),
        ("NIR", gdal.GCI_Undefined, 842),
    ), 1):
        band = dataset.GetRasterBand(number)
        band.SetDescription(name)
        band.SetColorInterpretation(colour)
        band.SetMetadataItem("wavelength", str(length))
        band.SetMetadataItem("wavelength_units", "Nanometers")
        band.SetNoDataValue(0)
    dataset.FlushCache()
    return path


def cover(path: Path) -> Path:
    """Three classes side by side, each with its colour in the file."""
    pixels = np.repeat(np.arange(3, dtype="uint8"), 20)[None, :, None].repeat(40, 0)
    write_image(path, pixels)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    table = gdal.ColorTable()
    for value, colour in enumerate(COLOURS):
        table.SetColorEntry(value, colour)
    dataset.GetRasterBand(1).SetColorTable(table)
    dataset.FlushCache()
    return path


COLOURS = [(40, 40, 200, 255), (220, 60, 30, 255), (30, 160, 60, 255)]


# ---------------------------------------------------------------------- Processing's dialogs
def dialog_of(title: str) -> Any:
    """The dialog of that algorithm, once it is open."""
    return hands.wait_for(
        lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()
                      and hasattr(one, "mainWidget") and one.windowTitle().endswith(title)), None), title)


def seen(dialog: Any, name: str) -> Any:
    """The widget of a parameter, scrolled into view."""
    wrapper = dialog.mainWidget().wrappers[name]
    widget: QWidget = wrapper.wrappedWidget()
    area = widget.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(widget, 10, 10)
        QTest.qWait(100)
    return widget


def write(dialog: Any, name: str, text: str) -> None:
    """Type into the field of a parameter."""
    widget = seen(dialog, name)
    hands.write(widget if isinstance(widget, (QLineEdit, QPlainTextEdit)) else widget.findChild(QLineEdit), text)


def pick(combo: QComboBox, text: str) -> None:
    """In the list that opens, by the keyboard."""
    index = combo.findText(text)
    assert index >= 0, [combo.itemText(row) for row in range(combo.count())]
    hands.click(combo)
    view = combo.view()
    hands.wait_for(view.isVisible, "the list")
    QTest.keyClick(view, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    hands.wait_for(lambda: combo.currentText() == text, text)


def run(dialog: Any, close: bool = True) -> str:
    """Press “Run”, wait for the end, and close; the text of the log."""
    hands.click(dialog.runButton())
    hands.wait_for(lambda: dialog.wasExecuted() and dialog.runButton().isEnabled(), "the end of the run", 90)
    QTest.qWait(200)
    log = "\n".join(one.toPlainText() for one in dialog.findChildren(QWidget)
                    if hasattr(one, "toPlainText") and one.objectName() == "txtLog")
    if close:
        dialog.close()
    return log


def dock(name: str) -> QDockWidget:
    """A dock of the plugin."""
    found: QDockWidget = iface.mainWindow().findChild(QDockWidget, name)
    return found
