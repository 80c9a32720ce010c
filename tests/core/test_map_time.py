"""A range of time that QGIS's temporal controller tells the map while its navigation is off."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.ui.map_time import MapTime
from qgis.core import QgsDateTimeRange, QgsInterval, QgsTemporalNavigationObject, QgsUnitTypes
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDateTime, QObject, Qt

BEGIN = QDateTime.fromString("2024-06-02T00:00:00Z", Qt.DateFormat.ISODate)
DAY = QgsDateTimeRange(BEGIN, BEGIN.addDays(1))
Modes = QgsTemporalNavigationObject.NavigationMode


class Desk(QObject):
    """Only the map of the window."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__()
        self.iface = SimpleNamespace(mapCanvas=lambda: canvas)


@pytest.fixture
def canvas(qgis_app: Any) -> Iterator[QgsMapCanvas]:
    made = QgsMapCanvas()
    controller = QgsTemporalNavigationObject(made)
    controller.setTemporalExtents(DAY)
    controller.setFrameDuration(QgsInterval(1, QgsUnitTypes.TemporalUnit.TemporalHours))
    made.setTemporalController(controller)
    yield made
    made.deleteLater()


def hour(canvas: QgsMapCanvas) -> str:
    """Where the map's range begins; empty where it shows all times."""
    found = canvas.temporalRange()
    return "" if found.isInfinite() else str(found.begin().toUTC().toString("HH:mm"))


def test_a_frame_of_a_navigation_that_is_off_is_taken_back(canvas: QgsMapCanvas) -> None:
    canvas.temporalController().setCurrentFrameNumber(3)
    assert hour(canvas) == "03:00", "QGIS does this by itself"
    desk = Desk(canvas)
    service = MapTime(desk)
    canvas.temporalController().setCurrentFrameNumber(4)
    assert hour(canvas) == ""
    canvas.setTemporalRange(DAY)
    assert hour(canvas) == "00:00", "what others tell the map is left"
    service.remove()
    canvas.temporalController().setCurrentFrameNumber(5)
    assert hour(canvas) == "05:00"


@pytest.mark.parametrize("mode", [Modes.Animated, Modes.FixedRange])
def test_a_navigation_that_is_on_is_left(canvas: QgsMapCanvas, mode: Any) -> None:
    desk = Desk(canvas)
    service = MapTime(desk)
    canvas.temporalController().setNavigationMode(mode)
    assert hour(canvas) == "00:00"
    canvas.temporalController().setCurrentFrameNumber(4)
    assert hour(canvas) == "04:00"
    canvas.temporalController().setNavigationMode(Modes.NavigationOff)
    assert hour(canvas) == ""
    service.remove()
