"""Mouse and keys on the map canvas of the real QGIS, and what was drawn there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import hands
from hands import LEFT, PLAIN
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QToolButton
from qgis.utils import iface

AREAS = "Areas (Imagery Hub)"


@contextmanager
def no_python_errors() -> Iterator[None]:
    """What QGIS would only show in a bar: exceptions in slots and events."""
    found: list[str] = []

    def note(text: str, tag: str, level: object) -> None:
        if tag == "Python error" or "Traceback" in text:
            found.append(text)

    QgsApplication.messageLog().messageReceived.connect(note)
    try:
        yield
    finally:
        QgsApplication.messageLog().messageReceived.disconnect(note)
    assert not found, "\n".join(found)


def fresh_map(crs: str, extent: QgsRectangle) -> None:
    """A new project in a system, at a place, with the hand as its tool."""
    forget_edits()
    iface.newProject(False)
    iface.mapCanvas().setRotation(0)
    look_at(crs, extent)
    hands.click(hands.tool_button(iface.actionPan()))


def look_at(crs: str, extent: QgsRectangle) -> None:
    """The map in a system, at a place."""
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem(crs))
    canvas = iface.mapCanvas()
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    canvas.setExtent(extent)
    canvas.refresh()
    QTest.qWait(300)


def settled() -> None:
    """Wait until the map is drawn: a drawing begins a moment after it was asked for.

    A drawing of an ArcGIS layer that is given up in the moment in which QGIS sends a request waits for ever, so let one
    end before the next: ``QgsBlockingNetworkRequest`` lets go of the reply before it can end (seen on 3.40, by the
    stacks of all threads).
    """
    QTest.qWait(200)
    hands.wait_for(lambda: not iface.mapCanvas().isDrawing(), "the map to be drawn")


def forget_edits() -> None:
    """Leave the edit mode of all layers, so that nothing asks whether to save."""
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isEditable():
            layer.rollBack()
    QgsProject.instance().setDirty(False)


def pixel(x: float, y: float) -> QPoint:
    """Where a map coordinate is on the canvas."""
    place = iface.mapCanvas().getCoordinateTransform().transform(QgsPointXY(x, y))
    return QPoint(round(place.x()), round(place.y()))


def ground(point: QPoint) -> QgsPointXY:
    """The map coordinate of a pixel of the canvas."""
    return iface.mapCanvas().getCoordinateTransform().toMapCoordinates(point.x(), point.y())


def move(point: QPoint) -> None:
    """Move the mouse over the map."""
    QTest.mouseMove(iface.mapCanvas().viewport(), point)
    QTest.qWait(80)


def press(point: QPoint, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """Go there and click."""
    move(point)
    QTest.mouseClick(iface.mapCanvas().viewport(), button, keys, point)
    QTest.qWait(80)


def real_click(point: QPoint) -> None:
    """Go there and click with the real mouse, as QGIS's vertex tool wants it."""
    place = hands.physical(iface.mapCanvas().viewport().mapToGlobal(point))
    hands.real_mouse("mousemove", str(place.x() - 3), str(place.y()), "sleep", "0.3", "mousemove", str(place.x()),
                     str(place.y()), "sleep", "0.5", "click", "1", "sleep", "0.2")


def drag(start: QPoint, end: QPoint) -> None:
    """Press, move and let go, with the real mouse."""
    view = iface.mapCanvas().viewport()
    hands.drag(view.mapToGlobal(start), view.mapToGlobal(end))


def key(which: Qt.Key, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """A key while the map has the focus."""
    QTest.keyClick(iface.mapCanvas(), which, keys)
    QTest.qWait(100)


def draw_button() -> QToolButton:
    """The button of the toolbar."""
    (found,) = iface.mainWindow().findChildren(QToolButton, "imageryHubDrawArea")
    return found


def from_draw_menu(title: str, *below: str) -> None:
    """Open the menu of the button by its arrow and take an entry, or one of a menu below it."""

    def act(menu: object) -> None:
        hands.choose(menu, title)
        for one in below:
            inner = next(each.menu() for each in menu.actions() if each.text().replace("&", "") == title)
            hands.wait_for(inner.isVisible, "the menu below")
            hands.choose(inner, one)

    button = draw_button()
    hands.in_menu(act)
    hands.click(button, QPoint(button.width() - 4, button.height() // 2))
    QTest.qWait(600)


def areas_layers() -> list[QgsVectorLayer]:
    """The layers of drawn areas."""
    layers = QgsProject.instance().mapLayers().values()
    return [one for one in layers if isinstance(one, QgsVectorLayer) and one.name().startswith(AREAS)]


def drawn() -> list[QgsGeometry]:
    """What they hold, as multipolygons."""
    found = [QgsGeometry(one.geometry()) for layer in areas_layers() for one in layer.getFeatures()]
    for one in found:
        one.convertToMultiType()
    return found


def told() -> str:
    """The label at the cursor, empty when there is none."""
    labels = iface.mapCanvas().findChildren(QLabel, "imageryHubDrawnSize")
    return next((one.text() for one in labels if one.isVisible()), "")
