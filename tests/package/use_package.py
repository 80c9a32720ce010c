"""Run inside QGIS by test_package_in_qgis.py: opens every dock by its button, looks into the Hub, unloads the plugin.

Only the system's Python packages are there for the plugin; the test's own one is imported beside them and hidden again.
"""

import json
import os
import sys
import traceback
from pathlib import Path

sys.path.append(os.environ["PACKAGES"])
import pytest  # noqa: E402, F401 - what the support modules want

sys.path.remove(os.environ["PACKAGES"])
sys.path.append(os.environ["SUPPORT"])

import hands  # noqa: E402
from hub_dock import HubDockHands  # noqa: E402
from qgis.core import Qgis, QgsApplication  # noqa: E402
from qgis.gui import QgsMessageBarItem  # noqa: E402
from qgis.PyQt.QtCore import QObject, QTimer  # noqa: E402
from qgis.PyQt.QtTest import QTest  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget, QMenu, QToolBar, QTreeView  # noqa: E402
from qgis.utils import iface, plugins, unloadPlugin  # noqa: E402

BAD = (Qgis.MessageLevel.Warning, Qgis.MessageLevel.Critical)
logged: list[str] = []


def note(text: str, tag: str, level: object) -> None:
    if tag == "Python error" or "Traceback" in text:
        logged.append(text)


def told_bad() -> list[str]:
    return [one.text() for one in iface.mainWindow().findChildren(QgsMessageBarItem) if one.level() in BAD]


def window_fits() -> bool:
    return iface.mainWindow().height() <= 1000 and iface.mainWindow().width() <= 1600


def open_docks() -> dict[str, bool]:
    """Each by its button; whether it could be seen."""
    (bar,) = iface.mainWindow().findChildren(QToolBar, "imageryHubToolbar")
    toggles = [one for one in bar.actions() if one.objectName().startswith("imageryHubShow")]
    seen = {}
    for toggle in toggles:
        name = toggle.objectName().replace("Show", "") + "Dock"
        hands.click(hands.tool_button(toggle))
        hands.wait_for(lambda name=name: iface.mainWindow().findChild(QDockWidget, name), name)
        dock = iface.mainWindow().findChild(QDockWidget, name)
        hands.wait_for(lambda dock=dock: dock.isVisible() and dock.width() > 50, name)
        QTest.qWait(300)
        seen[name] = dock.widget() is not None and dock.widget().isVisible() and toggle.isChecked()
        assert window_fits(), f"{name} makes the window higher than it was"
    return seen


def browser_rows() -> list[str]:
    """The top of QGIS's Browser panel."""
    dock = iface.mainWindow().findChild(QDockWidget, "Browser")
    dock.setUserVisible(True)
    QTest.qWait(300)
    model = dock.findChild(QTreeView).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def left_behind() -> list[str]:
    """Everything in QGIS that has to do with the plugin, by name or by its Python class."""
    window = iface.mainWindow()
    found = [f"{type(one).__name__} {one.objectName()}" for one in window.findChildren(QObject)
             if one.objectName().startswith("imageryHub")]
    found += [f"action {one.text()}" for one in window.findChildren(QAction) if "Imagery" in one.text()]
    found += [f"menu {one.title()}" for one in window.findChildren(QMenu) if "Imagery" in one.title()]
    found += [f"dock {one.windowTitle()}" for one in window.findChildren(QDockWidget) if "Imagery" in one.windowTitle()]
    found += [f"widget {type(one)}" for one in QApplication.allWidgets() if "imagery_hub" in type(one).__module__]
    providers = QgsApplication.dataItemProviderRegistry().providers()
    found += [f"browser {one.name()}" for one in providers if "imagery" in one.name().lower()]
    found += [f"browser row {one}" for one in browser_rows() if "Imagery" in one]
    found += [f"processing {one.id()}" for one in QgsApplication.processingRegistry().providers()
              if one.id() == "imageryhub"]
    found += [f"module {one}" for one in sys.modules if one.split(".")[0] == "imagery_hub"]
    return found


def use() -> dict[str, object]:
    window = iface.mainWindow()
    window.move(0, 0)
    window.resize(1600, 1000)
    iface.newProject(False)
    QTest.qWait(300)
    facts: dict[str, object] = {"from": sys.modules["imagery_hub"].__file__, "docks": open_docks()}
    hub = HubDockHands()
    hub.dock.raise_()
    account = hub.tree.model().index(0, 0).data()
    hub.unfold(account)
    hub.unfold(account, "All rasters")
    hands.wait_for(lambda: "Orchard" in hub.texts(account, "All rasters"), "the rasters")
    facts["rasters"] = hub.texts(account, "All rasters")
    facts["bad"] = told_bad()
    hands.keep_picture("package-docks")
    facts["browser"] = browser_rows()
    facts["before"] = left_behind()
    facts["unloaded"] = unloadPlugin("imagery_hub") and "imagery_hub" not in plugins
    QTest.qWait(500)
    facts["behind"] = left_behind()
    facts["bad_later"] = told_bad()
    facts["logged"] = logged
    hands.keep_picture("package-unloaded")
    return facts


def run() -> None:
    code = 1
    try:
        facts = use()
        Path(os.environ["FACTS"]).write_text(json.dumps(facts), "utf-8")
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


QgsApplication.messageLog().messageReceived.connect(note)
Path(os.environ["STARTED"]).touch()
QTimer.singleShot(1500, run)
