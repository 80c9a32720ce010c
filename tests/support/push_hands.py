"""The push form and the places that rasters come from and go to, by mouse and keyboard, for tests in the real QGIS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hands
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsSettings
from qgis.gui import QgsMessageBarItem
from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLineEdit,
    QMenu,
    QTableView,
    QToolBar,
    QTreeView,
    QWidget,
)
from qgis.utils import iface
from sandbox_images import squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

CONNECTION = "Orchards"


@contextmanager
def connected(sandbox: SandboxProcess) -> Iterator[PicterraCalls]:
    """A saved connection to an empty platform; what is asked from now on is asked by docks."""
    from imagery_hub.core import connections

    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    QgsSettings().remove("imagery_hub/push")  # an earlier test's folder is not on this platform
    connections.save(connections.Connection(CONNECTION, "picterra", sandbox.address), {"key": PICTERRA_KEY})
    sandbox.actor("docks")
    iface.messageBar().clearWidgets()
    yield PicterraCalls(sandbox)
    told = [one.text() for one in iface.messageBar().findChildren(QgsMessageBarItem)]
    assert not [text for text in told if "executing Python" in text], told
    for form in forms():
        form.close()
    for name in ("imageryHubHubDock", "imageryHubJobsDock"):  # as other tests expect the window
        dock = iface.mainWindow().findChild(QDockWidget, name)
        if dock is not None:
            dock.close()
    iface.mainWindow().findChild(QDockWidget, "Browser").show()
    QgsProject.instance().clear()
    QTest.qWait(200)
    connections.remove(CONNECTION)
    hands.failures.clear()


def forms() -> list[QDialog]:
    return [one for one in iface.mainWindow().findChildren(QDialog, "imageryHubPushForm") if one.isVisible()]


def part(form: QDialog, kind: type[Any], name: str) -> Any:
    (found,) = form.findChildren(kind, name)
    return found


def open_form() -> QDialog:
    """By the button of the toolbar; put where it covers neither the layers nor the docks."""
    toolbar = iface.mainWindow().findChild(QToolBar, "imageryHubToolbar")
    action = next(one for one in toolbar.actions() if one.objectName() == "imageryHubPushPicterra")
    hands.click(hands.tool_button(action))
    form = hands.wait_for(forms, "the push form")[0]
    form.move(760, 120)
    QTest.qWait(300)
    return form


def tree_place(layer: QgsRasterLayer) -> QPoint:
    """Where a layer stands in QGIS's layer tree, on the screen."""
    view = iface.layerTreeView()
    view.setCurrentLayer(layer)
    QTest.qWait(100)
    return view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).center())


def middle(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(widget.rect().center())


def table_of(form: QDialog) -> QTableView:
    return part(form, QTableView, "imageryHubPushTable")


def cell(form: QDialog, row: int, column: int) -> str:
    return str(table_of(form).model().index(row, column).data() or "")


def names(form: QDialog) -> list[str]:
    return [cell(form, row, 0) for row in range(table_of(form).model().rowCount())]


def last_column(form: QDialog) -> int:
    return table_of(form).model().columnCount() - 1


def states(form: QDialog) -> list[str]:
    return [cell(form, row, last_column(form)) for row in range(table_of(form).model().rowCount())]


def arrived(calls: PicterraCalls, count: int) -> dict[str, dict[str, Any]]:
    """The rasters of the platform by name once there are so many and all are processed."""
    def ready() -> list[dict[str, Any]]:
        found = calls.get("rasters/")["results"]
        return found if len(found) == count and all(one["status"] == "ready" for one in found) else []

    return {one["name"]: calls.get(f"rasters/{one['id']}/") for one in hands.wait_for(ready, f"{count} rasters")}


def bytes_of(calls: PicterraCalls, raster: dict[str, Any]) -> bytes:
    address = calls.get(f"rasters/{raster['id']}/download/")["download_url"]
    return calls.session.get(address, timeout=60).content


def image(path: Path, seed: int) -> Path:
    return squares_image(path, [(10 * seed, 10, 10 * seed + 30, 60)], [(100, 100, 140, 130 + seed)])


def browser_place(*way: str) -> QPoint:
    """Where an item of QGIS's Browser panel is on the screen; what is above is opened by the keyboard."""
    tree = iface.mainWindow().findChild(QDockWidget, "Browser").findChild(QTreeView)
    return place_in(tree, *way)


def choose_folder(form: QDialog, text: str) -> None:
    """By the list that the button opens."""
    chooser = part(form, QWidget, "imageryHubPushTarget")
    hands.click(chooser.findChild(QWidget, "imageryHubLook"))
    popup = hands.wait_for(QApplication.activePopupWidget, "the list of folders")
    entries = popup.findChild(QAbstractItemView)
    hands.wait_for(lambda: entries.model().rowCount() > 0, "folders")
    first = next(row for row in range(entries.model().rowCount())
                 if text in str(entries.model().index(row, 0).data()))
    hands.click_entry(entries, entries.model().index(first, 0))
    hands.wait_for(lambda: text in chooser.findChild(QComboBox).currentText(), "the folder to be chosen")


def rename(form: QDialog, row: int, text: str) -> None:
    """In the list, with the keyboard."""
    table = table_of(form)
    hands.click_entry(table, table.model().index(row, 0))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = hands.wait_for(lambda: table.viewport().findChild(QLineEdit), "the editor of a name")
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    hands.wait_for(lambda: cell(form, row, 0) == text, "the new name")


def mime_of(*paths: Path) -> Any:
    from qgis.PyQt.QtCore import QMimeData, QUrl

    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def open_send_menu(layer: Any, act: Any) -> None:
    """Right-click on a layer, then the entry “Send to”; ``act`` gets its menu."""
    view = iface.layerTreeView()
    view.setCurrentLayer(layer)
    QTest.qWait(100)

    def in_context(menu: QMenu) -> None:
        action = next(one for one in menu.actions() if one.text() == "Send to")
        hands.in_submenu(action.menu(), act)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         menu.actionGeometry(action).center())

    hands.in_menu(in_context)
    hands.real_right_click(tree_place(layer))


def algorithm_dialog(title: str) -> Any:
    shown = (one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
    return next((one for one in shown if title in one.windowTitle()), None)


def hub_place(*way: str) -> QPoint:
    """Where an entry of the Hub tree is on the screen."""
    return place_in(iface.mainWindow().findChild(QTreeView, "imageryHubTree"), *way)


def place_in(tree: QTreeView, *way: str) -> QPoint:
    """Where a row of a tree is on the screen; its branch is opened on the way, by the keyboard."""
    model, index = tree.model(), QModelIndex()
    for text in way:
        def child(parent: QModelIndex = index, text: str = text) -> QModelIndex | None:
            rows = (model.index(row, 0, parent) for row in range(model.rowCount(parent)))
            return next((one for one in rows if str(one.data()).startswith(text)), None)

        index = hands.wait_for(child, f"{text} in the tree")
        if text != way[-1]:
            hands.click_entry(tree, index)
            QTest.keyClick(tree, Qt.Key.Key_Right)
    tree.scrollTo(index)
    QTest.qWait(300)
    return tree.viewport().mapToGlobal(tree.visualRect(index).center())


def show_hub() -> None:
    """By its button, with room for its tree."""
    toolbar = iface.mainWindow().findChild(QToolBar, "imageryHubToolbar")
    show = next(one for one in toolbar.actions() if one.objectName() == "imageryHubShowHub")
    if not show.isChecked():
        hands.click(hands.tool_button(show))
    browser = iface.mainWindow().findChild(QDockWidget, "Browser")
    if browser.isVisible():
        hands.click(browser.findChild(QAbstractButton, "qt_dockwidget_closebutton"))


def jobs() -> QTreeView:
    dock = iface.mainWindow().findChild(QDockWidget, "imageryHubJobsDock")
    return hands.wait_for(lambda: dock.findChild(QTreeView, "imageryHubJobsList"), "the list of jobs")


def rows_of(view: QTreeView) -> list[list[str]]:
    model = view.model()
    return [[str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            for row in range(model.rowCount())]


def texts_of(window: QWidget) -> list[str]:
    """What is written in the fields and lists of a window."""
    found = [one.currentText() for one in window.findChildren(QComboBox)]
    for view in window.findChildren(QAbstractItemView):
        model = view.model()
        if model is not None:
            found += [str(model.index(row, 0).data() or "") for row in range(model.rowCount())]
    return found
