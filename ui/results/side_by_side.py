"""Two results beside each other: a second map view that moves with the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsMapThemeCollection, QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, QTimer
from qgis.PyQt.QtWidgets import QDockWidget, QMainWindow

from ...core.translation import tr

if TYPE_CHECKING:
    from ..desk import Desk


class SideBySide(QObject):
    """Opens QGIS's own second map view with the other layer on it, and keeps both at the same place.

    The main map shows the first layer and not the second, the view the other way round; what is below is in both.
    What the view shows is a map theme, which goes with the view. The view goes with the plugin.
    """

    def __init__(self, desk: Desk, first: QgsMapLayer, second: QgsMapLayer) -> None:
        iface = desk.iface
        super().__init__(iface.mainWindow())
        self._desk = desk
        self._main: QgsMapCanvas = iface.mapCanvas()
        self._second = second
        root = QgsProject.instance().layerTreeRoot()
        below = [layer for layer in self._main.layers() if layer.id() not in (first.id(), second.id())]
        for layer, shown in ((first, True), (second, False)):
            node = root.findLayer(layer.id())
            if node is not None and shown:
                node.setItemVisibilityCheckedParentRecursive(True)
            elif node is not None:
                node.setItemVisibilityChecked(False)
        self._theme = self._free_theme(tr("Compare: {layer}").format(layer=second.name()))
        QgsProject.instance().mapThemeCollection().insert(self._theme, _theme_of([second, *below]))
        self.canvas: QgsMapCanvas = iface.createNewMapCanvas(self._theme)
        self._put_beside(iface.mainWindow())
        self.canvas.setDestinationCrs(self._main.mapSettings().destinationCrs())
        self.canvas.setTheme(self._theme)
        self.canvas.setExtent(self._main.extent())
        self.canvas.refresh()
        self._main.extentsChanged.connect(self._follow_main)
        self.canvas.extentsChanged.connect(self._follow_second)
        # Later, since QGIS crashes when connections are cut while one of their ends is being destroyed.
        self.canvas.destroyed.connect(self._closed_by_user)
        desk.leaving.connect(self._close)
        self._over = False
        self._moving = False

    def _put_beside(self, window: QMainWindow) -> None:
        """QGIS puts a new view anywhere; here it gets half of the map's place."""
        dock = self.canvas.parentWidget()
        while dock is not None and not isinstance(dock, QDockWidget):
            dock = dock.parentWidget()
        if dock is not None:
            dock.setFloating(False)
            window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock, Qt.Orientation.Horizontal)
            window.resizeDocks([dock], [self._main.width() // 2], Qt.Orientation.Horizontal)

    @staticmethod
    def _free_theme(wanted: str) -> str:
        taken = QgsProject.instance().mapThemeCollection().mapThemes()
        names = [wanted, *(f"{wanted} ({number})" for number in range(2, len(taken) + 3))]
        return next(name for name in names if name not in taken)

    def _follow_main(self) -> None:
        self._move(self._main, self.canvas)

    def _follow_second(self) -> None:
        self._move(self.canvas, self._main)

    def _move(self, moved: QgsMapCanvas, other: QgsMapCanvas) -> None:
        """The same middle at the same scale: the views have different shapes."""
        if self._moving or sip.isdeleted(self.canvas):
            return
        self._moving = True
        try:
            other.setRotation(moved.rotation())
            other.zoomScale(moved.scale(), ignoreScaleLock=True)
            other.setCenter(moved.center())
            other.refresh()
        finally:
            self._moving = False

    def _closed_by_user(self) -> None:
        QTimer.singleShot(0, self._end)

    def _close(self) -> None:
        """The plugin is unloaded: nobody would move the view any more."""
        if not sip.isdeleted(self.canvas):
            self.canvas.destroyed.disconnect(self._closed_by_user)
            self.canvas.extentsChanged.disconnect(self._follow_second)
            self._desk.iface.closeMapCanvas(self.canvas.objectName())
        self._end()

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        self._desk.leaving.disconnect(self._close)
        self._main.extentsChanged.disconnect(self._follow_main)
        QgsProject.instance().mapThemeCollection().removeMapTheme(self._theme)
        self.deleteLater()


def _theme_of(layers: list[QgsMapLayer]) -> QgsMapThemeCollection.MapThemeRecord:
    """A second view follows the layers of the first, unless it has a theme of its own."""
    record = QgsMapThemeCollection.MapThemeRecord()
    for layer in layers:
        shown = QgsMapThemeCollection.MapThemeLayerRecord(layer)
        shown.isVisible = True
        shown.usingCurrentStyle = True
        shown.currentStyle = layer.styleManager().currentStyle()
        record.addLayerRecord(shown)
    return record
