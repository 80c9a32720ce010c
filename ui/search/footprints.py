"""Where the images that were found lie, on the map: drawn, highlighted, and clicked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsRubberBand
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QApplication, QMenu

from ...core import compat
from ...core.geometry.reproject import wgs84
from ...core.layers.style import kind_symbol, style_kind
from ...core.layers.time import moment, set_vector_field
from ...core.translation import tr
from .model import CAPTURED, CLOUD, CONNECTION, NAME, PLATFORM, STATE, TAG, Row

#: Fields after ``number``, which a footprint shares with its row.
FIELDS = {"name": NAME, "platform": PLATFORM, "captured": CAPTURED, "cloud": CLOUD, "state": STATE, "tag": TAG,
          "connection": CONNECTION}
#: The time that the temporal controller goes by.
MOMENT = "datetime"
#: More than this are not outlined one by one: the map is drawn by the main thread there.
MOST_HIGHLIGHTED = 500
LINE = 3
#: Share of a footprint's colour, and of what all make together where they lie on each other.
FILL, FILL_OF_ALL = 0.08, 0.8
#: Pause between drawings while footprints arrive, in milliseconds.
REPAINT = 400
#: The least size, in degrees, of what is zoomed to.
LEAST = 0.0005


class Footprints(QObject):
    """``clicked`` carries the number of a footprint, and whether it is to be added to what is selected (Ctrl).
    ``menu_asked`` the map's context menu, and the numbers of the footprints there, the smallest first.

    A click is taken beside what the map tool does with it, for tools that only look or select. Several footprints in
    one place: the smallest comes first, the next click takes the next.
    """

    clicked = pyqtSignal(int, bool)
    menu_asked = pyqtSignal(QMenu, list)

    def __init__(self, iface: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._iface = iface
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self.layer = _layer()
        self._fill = FILL
        self._features: dict[int, int] = {}
        self._repaint = QTimer(self)
        self._repaint.setSingleShot(True)
        self._repaint.setInterval(REPAINT)
        self._repaint.timeout.connect(lambda: self.layer.triggerRepaint())
        self._highlighted: list[QgsGeometry] = []
        self._band: QgsRubberBand | None = None
        self._pressed: QPoint | None = None
        self._last = -1
        self._canvas.destinationCrsChanged.connect(self._draw_band)

    # ------------------------------------------------------------------ what is drawn
    def add(self, rows: Sequence[Row]) -> None:
        """Draw those whose place is known."""
        placed = [row for row in rows if not row.found.shape.isNull()]
        if not placed:
            return
        fields: QgsFields = self.layer.fields()
        features = []
        for row in placed:
            feature = QgsFeature(fields)
            when = moment(row.found.hit.captured)
            feature.setAttributes([row.number, *(row.texts[column] for column in FIELDS.values()), when])
            feature.setGeometry(row.found.shape)
            features.append(feature)
        _, added = self.layer.dataProvider().addFeatures(features)
        for row, feature in zip(placed, added):
            self._features[row.number] = feature.id()
        self._lighten()
        self.layer.updateExtents()
        if not self._repaint.isActive():
            self._repaint.start()

    def _lighten(self) -> None:
        """The more footprints there are, the less each is filled: scenes of the same place lie on each other, and the
        map below them is to be seen."""
        fill = min(FILL, FILL_OF_ALL / max(1, len(self._features)))
        if fill < self._fill / 2:
            self._fill = fill
            self.layer.setRenderer(QgsSingleSymbolRenderer(kind_symbol("footprint", fill)))

    def take_away(self, numbers: Iterable[int]) -> None:
        """Draw these no more."""
        gone = [self._features.pop(number) for number in numbers if number in self._features]
        if gone:
            self.layer.dataProvider().deleteFeatures(gone)
            self.layer.triggerRepaint()

    def clear(self) -> None:
        """Begin anew with another, empty ``layer``: what is drawn at this moment keeps the old one."""
        if self._features:
            self._features.clear()
            self.layer, self._fill = _layer(), FILL
        self.highlight([])

    def highlight(self, rows: Sequence[Row]) -> None:
        """Outline these and no others."""
        self._highlighted = [row.found.shape for row in rows[:MOST_HIGHLIGHTED] if not row.found.shape.isNull()]
        self._draw_band()

    def _draw_band(self) -> None:
        if self._band is None:
            return
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        transform = self._transform()
        for shape in self._highlighted:
            made = QgsGeometry(shape)
            try:
                made.transform(transform)
            except QgsCsException:  # it lies where the map's system has no coordinates
                continue
            self._band.addGeometry(made, None, False)
        self._band.updatePosition()
        self._band.update()

    def watch(self, watching: bool) -> None:
        """Whether selected footprints are outlined and clicks are taken. False leaves nothing on the canvas."""
        if watching and self._band is None:
            self._band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            color = QColor(self._canvas.selectionColor())
            color.setAlpha(255)
            self._band.setStrokeColor(color)
            self._band.setFillColor(QColor(0, 0, 0, 0))
            self._band.setWidth(LINE)
            self._canvas.viewport().installEventFilter(self)
            self._canvas.contextMenuAboutToShow.connect(self._fill_menu)
            self._draw_band()
        elif not watching and self._band is not None:
            self._canvas.viewport().removeEventFilter(self)
            self._canvas.contextMenuAboutToShow.disconnect(self._fill_menu)
            self._canvas.scene().removeItem(self._band)
            self._band = None

    def _transform(self) -> QgsCoordinateTransform:
        crs = self._canvas.mapSettings().destinationCrs()
        return QgsCoordinateTransform(wgs84(), crs, QgsProject.instance())

    # ------------------------------------------------------------------ where to look
    def zoom_to(self, rows: Sequence[Row]) -> None:
        """Show all of these. Of what lies on both edges of the map, the side with the larger part."""
        boxes = [box for row in rows if not row.found.shape.isNull() for box in self._boxes(row.found.shape)]
        if not boxes:
            return
        together = QgsRectangle(boxes[0])
        for box in boxes[1:]:
            together.combineExtentWith(box)
        self._canvas.zoomToFeatureExtent(together)

    def _boxes(self, shape: QgsGeometry) -> list[QgsRectangle]:
        """The extent of a shape on the map: one, or that of its largest part where they lie apart."""
        transform = self._transform()
        boxes = []
        for part in shape.asGeometryCollection():
            box = part.boundingBox()
            grown = max(0.0, LEAST - max(box.width(), box.height())) / 2
            box.grow(grown)
            try:
                boxes.append(transform.transformBoundingBox(box))
            except QgsCsException:
                continue
        if len(boxes) < 2:
            return boxes
        together = QgsRectangle(boxes[0])
        for box in boxes[1:]:
            together.combineExtentWith(box)
        apart = together.area() > 4 * sum(box.area() for box in boxes)
        return [max(boxes, key=lambda box: box.area())] if apart else [together]

    # ------------------------------------------------------------------ clicks
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look at clicks on the canvas; never take them from the map tool."""
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.pos()
        elif event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
            start, self._pressed = self._pressed, None
            near = start is not None and (event.pos() - start).manhattanLength() < QApplication.startDragDistance()
            if near and self._features and self._only_looks():
                self._click(event.pos(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        return super().eventFilter(watched, event)

    def _only_looks(self) -> bool:
        """Whether the map tool pans, identifies or selects: a click of another one means something else."""
        tool = self._canvas.mapTool()
        face = self._iface
        actions = (face.actionPan(), face.actionIdentify(), face.actionSelect(), face.actionSelectRectangle(),
                   face.actionSelectPolygon(), face.actionSelectFreehand(), face.actionSelectRadius())
        return tool is None or (tool.action() is not None and tool.action() in actions)

    def _click(self, place: QPoint, add: bool) -> None:
        numbers = self.at(place)
        if not numbers:
            return
        at = numbers.index(self._last) + 1 if self._last in numbers else 0
        self._last = numbers[at % len(numbers)]
        self.clicked.emit(self._last, add)

    def _fill_menu(self, menu: QMenu, event: QgsMapMouseEvent) -> None:
        numbers = self.at(event.pos())
        if numbers:
            self.menu_asked.emit(menu, numbers)

    def at(self, place: QPoint) -> list[int]:
        """The numbers of the footprints at a place of the canvas, the smallest first."""
        settings = self._canvas.mapSettings()
        point = settings.mapToPixel().toMapCoordinates(place)
        reach = 2 * settings.mapUnitsPerPixel()
        box = QgsRectangle(point.x() - reach, point.y() - reach, point.x() + reach, point.y() + reach)
        try:
            where = self._transform().transformBoundingBox(box, QgsCoordinateTransform.TransformDirection.Reverse)
        except QgsCsException:
            return []
        request = QgsFeatureRequest().setFilterRect(where).setFlags(QgsFeatureRequest.Flag.ExactIntersect)
        found = [(one.geometry().area(), one["number"]) for one in self.layer.getFeatures(request)]
        return [number for _, number in sorted(found)]


def _layer() -> QgsVectorLayer:
    """Without a spatial index: a drawing shares it, so that adding would copy the whole of it each time."""
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:4326", tr("Search results"), "memory")
    layer.dataProvider().addAttributes(
        [compat.make_field("number", "long"), *(compat.make_field(name, "text") for name in FIELDS),
         compat.make_field(MOMENT, "moment")]
    )
    layer.updateFields()
    set_vector_field(layer, MOMENT)
    layer.setDisplayExpression('"name"')
    style_kind(layer, "footprint")
    return layer
