"""The dock for searching, found and used by events on what can be seen."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import hands
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsPointXY, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QDate, QObject, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDockWidget, QToolButton
from qgis.utils import iface
from sandbox_process import PICTERRA_KEY

MASTER = "master-of-the-test"


def connections() -> Any:
    """The module as the plugin uses it now: it is another one after the plugin was loaded anew."""
    return import_module("imagery_hub.core.connections")


def connect(name: str, address: str, key: str = PICTERRA_KEY) -> None:
    """Save a connection."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    module = connections()
    module.save(module.Connection(name, "picterra", address), {"key": key})


def disconnect() -> None:
    """Remove all connections."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    for name in connections().names():
        connections().remove(name)


def toggle() -> QToolButton:
    """The toolbar's button that shows the dock."""
    return next(one for one in iface.mainWindow().findChildren(QToolButton)
                if one.isVisible() and one.defaultAction() is not None
                and one.defaultAction().objectName() == "imageryHubShowSearch")


class SearchHands:
    """What a person does with the dock."""

    def __init__(self) -> None:
        if not toggle().defaultAction().isChecked():
            hands.click(toggle())
        self.dock = hands.wait_for(lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubSearchDock"), "dock")
        hands.wait_for(self.dock.isVisible, "the dock to be seen")

    def part(self, name: str) -> Any:
        """The part of this name, ``imageryHubSearch`` left out where it begins so."""
        found = self.dock.findChild(QObject, f"imageryHubSearch{name}") or self.dock.findChild(QObject, name)
        assert found is not None, name
        return found

    @property
    def table(self) -> Any:
        """The table."""
        return self.part("Table")

    def close(self) -> None:
        """Close the dock as it was opened."""
        if self.dock.isVisible():
            hands.click(toggle())

    # ------------------------------------------------------------------ asking
    def show_more(self) -> None:
        """Open the platforms' own filters where they are closed."""
        group = self.part("More")
        if group.isCollapsed():
            hands.click(group.findChild(QToolButton, "collapseButton"))
            QTest.qWait(300)

    def type_days(self, first: QDate, last: QDate) -> None:
        """Type the first and the last day."""
        for name, day in (("From", first), ("To", last)):
            field = self.part(name)
            hands.write_date(field, day)
            QTest.keyClick(field, Qt.Key.Key_Tab)
            assert field.date() == day

    def press(self, name: str) -> None:
        """Click a button."""
        hands.click(self.part(name))

    def search(self) -> list[str]:
        """Press the button, wait for the end; the names that are shown."""
        self.press("Start")
        return self.ended()

    def stop(self) -> None:
        """Press the button while it stops the search. What has arrived is still put into the table."""
        assert self.part("Start").text() == "Stop"
        self.press("Start")
        hands.wait_for(lambda: self.part("Start").text() == "Search", "the search to stop", 10)

    def ended(self) -> list[str]:
        """When the search came to its end: the names that are shown."""
        hands.wait_for(lambda: self.part("Start").text() == "Search", "the search to end", 60)
        QTest.qWait(150)
        return self.names()

    def draw(self, corners: list[tuple[float, float]]) -> None:
        """Draw the area on the map."""
        hands.in_menu(lambda menu: hands.choose(menu, "Draw on the Map"))
        hands.click(self.part("imageryHubArea"))
        QTest.qWait(800)
        for corner in corners:
            click_map(*corner)
        click_map(*corners[-1], button=Qt.MouseButton.RightButton)
        hands.wait_for(lambda: self.part("imageryHubAreaText").text() != "Everywhere", "the area")

    # ------------------------------------------------------------------ what is shown
    def column(self, column: int) -> list[str]:
        """The texts of a column."""
        model = self.table.model()
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def names(self) -> list[str]:
        """The names that are shown, in their order."""
        return self.column(0)

    def selected(self) -> list[str]:
        """The names of the rows that are selected."""
        return [index.data() for index in self.table.selectionModel().selectedRows()]

    def index(self, name: str) -> Any:
        """Where a name stands."""
        return self.table.model().index(self.names().index(name), 0)

    def click_row(self, name: str, keys: Qt.KeyboardModifier = hands.PLAIN) -> None:
        """Click a row."""
        place = hands.place_of(self.table, self.index(name))
        QTest.mouseClick(self.table.viewport(), hands.LEFT, keys, place)
        QTest.qWait(100)

    def menu_of_row(self, name: str, act: Any) -> None:
        """Right-click a row; ``act`` gets the menu. A real click of the mouse, of which Qt makes the menu's event."""
        place = self.table.viewport().mapToGlobal(hands.place_of(self.table, self.index(name)))
        done = hands.in_menu(act)
        hands.real_right_click(place)
        hands.wait_for(done, "the menu")
        QTest.qWait(600)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = hands.PLAIN) -> None:
        """A key to what has the focus."""
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)
        QTest.qWait(100)


def go_to(west: float, south: float, east: float, north: float, crs: str = "EPSG:4326") -> None:
    """The map at a place."""
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem(crs))
    canvas = iface.mapCanvas()
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    canvas.setExtent(QgsRectangle(west, south, east, north))
    canvas.refresh()
    QTest.qWait(300)


def click_map(x: float, y: float, keys: Qt.KeyboardModifier = hands.PLAIN,
              button: Qt.MouseButton = hands.LEFT) -> None:
    """Click the map at a coordinate of its own system."""
    pixel = iface.mapCanvas().getCoordinateTransform().transform(QgsPointXY(x, y))
    place = QPoint(round(pixel.x()), round(pixel.y()))
    viewport = iface.mapCanvas().viewport()
    QTest.mouseMove(viewport, place)
    QTest.qWait(60)
    QTest.mouseClick(viewport, button, keys, place)
    QTest.qWait(150)


def on_canvas() -> list[str]:
    """The names of the layers on the map, the front one first."""
    return [layer.name() for layer in iface.mapCanvas().layers()]
