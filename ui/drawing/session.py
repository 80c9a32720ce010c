"""One drawing on the map, from the tool's start until the former tool is back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qgis.utils
from qgis.core import QgsGeometry, QgsPointXY, QgsProject, QgsSettings, QgsVectorLayer
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QPoint, QTimer

from ...core import messages
from ...core.area_input import INTEREST
from ...core.geometry.drawn import as_seen, seen
from ...core.geometry.kept import Area
from ...core.problems import Problem
from ...core.translation import tr
from . import layer as areas
from .label import CursorLabel
from .polygon import PolygonCapture
from .style import COLOURS
from .tools import CircleTool, RectangleTool, TwoPointTool

TOOLS = {"rectangle": RectangleTool, "circle": CircleTool}
PURPOSE = "imagery_hub/drawing/purpose"
Done = Callable[["Area | None"], None]

_under_way: Drawing | None = None


def purpose() -> str:
    """What areas are drawn for, as the user said last."""
    found = str(QgsSettings().value(PURPOSE, INTEREST))
    return found if found in COLOURS else INTEREST


def draw(kind: str, done: Done, purpose_of_it: str = "", several: bool = False) -> Drawing:
    """Let the user draw a ``polygon``, ``rectangle`` or ``circle`` into the areas layer.

    ``done`` is called once for each area, and with None when the tool is left; with ``several`` False the tool is
    left after the first area, and ``done`` is called once in all. A drawing that is under way ends before.
    """
    global _under_way
    end()
    _under_way = Drawing(qgis.utils.iface, kind, done, purpose_of_it or purpose(), several)
    return _under_way


def end() -> None:
    """End what is under way and give the former tool back."""
    if _under_way is not None:
        _under_way.end()


def canvas_extent(canvas: QgsMapCanvas) -> QgsGeometry:
    """What the map shows, in its own system, also when it is turned."""
    settings = canvas.mapSettings()
    window = settings.visiblePolygon()
    corners = [QgsPointXY(window[index]) for index in range(4)]
    return seen(corners, settings.destinationCrs(), QgsProject.instance().transformContext())


class Drawing(QObject):
    """Holds the tool, the label at the cursor, and what was there before."""

    def __init__(self, iface: Any, kind: str, done: Done, purpose_of_it: str, several: bool) -> None:
        super().__init__()
        self._iface = iface
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self._done, self._purpose, self._several = done, purpose_of_it, several
        self._layer: QgsVectorLayer = areas.layer_for(self._canvas.mapSettings().destinationCrs())
        iface.setActiveLayer(self._layer)
        self._former: QgsMapTool | None = self._canvas.mapTool()
        self._label = CursorLabel(self._canvas)
        areas.draw_for(self._layer, self._purpose)
        self.tool = self._started(kind)
        self.tool.told.connect(self._tell)
        self.tool.escaped.connect(self._later)
        self.tool.map_tool.deactivated.connect(self._left)
        self._canvas.destinationCrsChanged.connect(self.end)
        self._layer.willBeDeleted.connect(self.end)
        self._layer.editingStopped.connect(self._later)
        iface.statusBarIface().showMessage(self.tool.hint(), 0)
        self._over = False
        self.take_focus()

    def _started(self, kind: str) -> PolygonCapture | TwoPointTool:
        if kind == "polygon":
            capture = PolygonCapture(self._iface, self._layer)
            capture.added.connect(self._added)
            return capture
        tool = TOOLS[kind](self._canvas, self._iface.cadDockWidget(), COLOURS[self._purpose])
        tool.drawn.connect(self._drawn)
        self._canvas.setMapTool(tool)
        return tool

    def take_focus(self) -> None:
        """Let keys go to the map."""
        self._canvas.window().activateWindow()
        self._canvas.setFocus()

    def _tell(self, text: str, place: QPoint) -> None:
        if self._over:
            return
        if not text:
            self._label.hide()
            self._iface.statusBarIface().showMessage(self.tool.hint(), 0)
            return
        self._label.tell(text, place)
        self._iface.statusBarIface().showMessage(text.replace("\n", ", "), 0)

    def _drawn(self, geometry: QgsGeometry) -> None:
        try:
            context = QgsProject.instance().transformContext()
            (area,) = areas.add(self._layer, [as_seen(geometry, self._layer.crs(), context)], self._purpose)
        except Problem as problem:
            self._iface.messageBar().pushWarning(tr("Imagery Hub"), messages.rich_sentence(problem))
            return
        self._take(area)

    def _added(self, number: int) -> None:
        """QGIS added a feature. Its step that can be undone ends after this."""
        QTimer.singleShot(0, lambda: self._take(areas.seen_area(self._layer, number)))

    def _take(self, area: Area | None) -> None:
        self._label.hide()
        if self._over or area is None:
            return
        if self._several:
            self._done(area)
        else:
            self._later(area)

    def _later(self, area: Area | None = None) -> None:
        """Not within the tool's own event: it is taken away by that."""
        QTimer.singleShot(0, lambda: self.end(area))

    def _left(self) -> None:
        """The user took another tool."""
        self._later()

    def end(self, area: Area | None = None) -> None:
        """Give the former tool back and say what came of it."""
        global _under_way
        if self._over:
            return
        self._over = True
        if _under_way is self:
            _under_way = None
        self._canvas.destinationCrsChanged.disconnect(self.end)
        if not sip.isdeleted(self._layer):
            self._layer.willBeDeleted.disconnect(self.end)
            self._layer.editingStopped.disconnect(self._later)
        self.tool.clear_away()
        if not sip.isdeleted(self.tool.map_tool):
            self.tool.map_tool.deactivated.disconnect(self._left)
            if self._canvas.mapTool() is self.tool.map_tool:
                self._give_back()
        self._label.hide()
        self._label.deleteLater()
        self._iface.statusBarIface().clearMessage()
        self._done(area if isinstance(area, Area) else None)

    def _give_back(self) -> None:
        if self._former is not None and not sip.isdeleted(self._former):
            self._canvas.setMapTool(self._former)
        else:
            self._iface.actionPan().trigger()
