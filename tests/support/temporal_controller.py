"""QGIS's temporal controller, set by mouse and keys, and what of the map is drawn then."""

from __future__ import annotations

import hands
from imagery_hub.core.compat import QAction
from map_hands import settled
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDateTimeEdit, QDockWidget, QToolButton, QWidget
from qgis.utils import iface


def controller() -> QDockWidget:
    """QGIS's panel."""
    return next(one for one in iface.mainWindow().findChildren(QDockWidget)
                if one.objectName() == "Temporal Controller")


def set_to(day: str) -> None:
    """Choose a fixed range of one day: the button of the toolbar, the button of the panel, then both fields."""
    panel = controller()
    if not panel.isVisible():
        hands.click(hands.tool_button(iface.mainWindow().findChild(QAction, "mActionTemporalController")))
        hands.wait_for(panel.isVisible, "the panel")
    hands.click(panel.findChild(QToolButton, "mNavigationFixedRange"))
    date = QDate.fromString(day, Qt.DateFormat.ISODate)
    for name, hour in (("mFixedRangeStartDateTime", QTime(0, 0)), ("mFixedRangeEndDateTime", QTime(23, 59))):
        _type_moment(panel.findChild(QDateTimeEdit, name), QDateTime(date, hour))
    QTest.qWait(600)


def switched_off() -> None:
    """No temporal navigation, and no panel."""
    panel = controller()
    if panel.isVisible():
        hands.click(panel.findChild(QToolButton, "mNavigationOff"))
        panel.close()


def _type_moment(field: QDateTimeEdit, moment: QDateTime) -> None:
    assert "AP" not in field.displayFormat().upper(), "hours would be typed otherwise"
    hands.write_date(field, moment.date())
    hands.write_part(field, hands.DATE_PARTS.HourSection, moment.toString("HH"))
    hands.write_part(field, hands.DATE_PARTS.MinuteSection, moment.toString("mm"))
    QTest.keyClick(field, Qt.Key.Key_Return)
    shown = field.dateTime().toString("yyyy-MM-dd HH:mm")
    assert shown == moment.toString("yyyy-MM-dd HH:mm"), f"{shown}, written as {field.displayFormat()}"


def seen(*places: tuple[float, float]) -> list[bool]:
    """Whether the map is drawn at each of these places, and is not the bare canvas there."""
    canvas: QWidget = iface.mapCanvas()
    settled()
    QTest.qWait(300)
    image, transform = canvas.grab().toImage(), canvas.getCoordinateTransform()
    points = [transform.transform(x, y) for x, y in places]
    return [image.pixelColor(round(point.x()), round(point.y())).name() != "#ffffff" for point in points]
