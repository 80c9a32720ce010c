"""A photo to look at and to mark: zoom with the wheel, move by dragging, click to mark."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.PyQt.QtCore import QPoint, QPointF, QRectF, Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage, QKeyEvent, QMouseEvent, QPalette, QPixmap, QResizeEvent, QWheelEvent
from qgis.PyQt.QtWidgets import QApplication, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from ...core.photos.marks import Mark
from ...core.translation import tr
from .markers import Hint, Marker

#: A notch of the wheel, and the farthest in.
STEP, CLOSEST = 1.25, 32.0
#: How near a hint is looked at, in pixels of the screen for each of the photo.
LOOK = 1.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PhotoView(QGraphicsView):
    """Positions are the photo's own pixels, from the outer corner of the top left one.

    ``clicked``: a place that was clicked. ``nudged``: by how many pixels the arrows move the mark. ``removal``: Del was
    pressed. ``pointed``: where the mouse is.
    """

    clicked = pyqtSignal(float, float)
    nudged = pyqtSignal(float, float)
    removal = pyqtSignal()
    pointed = pyqtSignal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubPhotoView")
        self.setAccessibleName(tr("Photo"))
        self.setScene(QGraphicsScene(self))
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setBackgroundBrush(self.palette().brush(QPalette.ColorRole.Dark))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        self._photo = QGraphicsPixmapItem()
        self._photo.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._area = QRectF()
        self.scene().addItem(self._photo)
        self._markers: dict[str, Marker] = {}
        self._hint = Hint()
        self.scene().addItem(self._hint)
        self._pressed: QPoint | None = None
        self._dragged = False
        self._fits = True
        self.empty()

    # ------------------------------------------------------------------ What is shown
    def empty(self) -> None:
        """Show nothing."""
        self._photo.setPixmap(QPixmap())
        self._area = QRectF()
        self.set_marks({}, "")
        self.set_hint(None)
        self.viewport().unsetCursor()

    def show_photo(self, image: QImage, width: int, height: int, anew: bool = True) -> None:
        """A photo of ``width`` x ``height`` pixels; ``image`` may have fewer. ``anew``: another photo, seen whole;
        otherwise the same one in more detail, where it was."""
        self._photo.setPixmap(QPixmap.fromImage(image))
        self._photo.resetTransform()
        transform = self._photo.transform()
        self._photo.setTransform(transform.scale(width / image.width(), height / image.height()))
        self._area = QRectF(0, 0, width, height)
        # With room around it, so that its corners can be brought into the middle.
        self.scene().setSceneRect(self._area.adjusted(-width, -height, width, height))
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        if anew:
            self.fit()

    @property
    def has_photo(self) -> bool:
        """Whether a photo is shown."""
        return not self._photo.pixmap().isNull()

    def set_marks(self, marks: Mapping[str, Mark], current: str) -> None:
        """The marks in this photo by the name of their point; that of ``current`` stands out."""
        for name in set(self._markers) - set(marks):
            self.scene().removeItem(self._markers.pop(name))
        for name, mark in marks.items():
            if name not in self._markers:
                self._markers[name] = Marker(name)
                self.scene().addItem(self._markers[name])
            self._markers[name].setPos(mark.x, mark.y)
            self._markers[name].stand_out(name == current)

    def set_hint(self, place: tuple[float, float] | None) -> None:
        """Where the point is expected, None to show nothing."""
        self._hint.setVisible(place is not None)
        if place is not None:
            self._hint.setPos(*place)

    def marker(self, name: str) -> Marker | None:
        """The marker of a point, if this photo has one."""
        return self._markers.get(name)

    # ------------------------------------------------------------------ Where
    def fit(self) -> None:
        """See the whole photo."""
        self._fits = True
        if self.has_photo:
            self.fitInView(self._area, Qt.AspectRatioMode.KeepAspectRatio)

    def look_at(self, x: float, y: float) -> None:
        """Bring a place into the middle, near enough to see single pixels of the photo."""
        if self.transform().m11() < LOOK:
            self._zoom(LOOK / self.transform().m11(), self.viewport().rect().center())
        self._fits = False
        self.centerOn(x, y)

    def zoom_in(self) -> None:
        """Nearer, around the middle."""
        self._zoom(STEP**2, self.viewport().rect().center())

    def zoom_out(self) -> None:
        """Farther, around the middle."""
        self._zoom(1 / STEP**2, self.viewport().rect().center())

    def _zoom(self, factor: float, around: QPoint) -> None:
        """Nearer or farther, where what is seen at ``around`` stays there; never farther than the whole photo."""
        if not self.has_photo:
            return
        whole = min(self.viewport().width() / self._area.width(), self.viewport().height() / self._area.height())
        wanted = self.transform().m11() * factor
        if wanted <= whole:
            self.fit()
            return
        self._fits = False
        place = self.mapToScene(around)
        factor = min(wanted, CLOSEST) / self.transform().m11()
        self.scale(factor, factor)
        self._scroll(self.mapFromScene(place) - around)

    def _scroll(self, way: QPoint) -> None:
        for bar, distance in ((self.horizontalScrollBar(), way.x()), (self.verticalScrollBar(), way.y())):
            bar.setValue(bar.value() + distance)

    # ------------------------------------------------------------------ Hands
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Nearer or farther, around the mouse."""
        turned = event.angleDelta().y()
        if turned:
            self._zoom(STEP ** (turned / 120), event.position().toPoint())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click or a move."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.pos(), False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the photo under the mouse."""
        place = self.mapToScene(event.pos())
        if self._area.contains(place):
            self.pointed.emit(place.x(), place.y())
        if self._pressed is None:
            return
        way = event.pos() - self._pressed
        if not self._dragged and way.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged, self._fits = True, False
        self._pressed = event.pos()
        self._scroll(-way)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A press without a move is a click on a place of the photo."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragged or event.button() != Qt.MouseButton.LeftButton:
            return
        place: QPointF = self.mapToScene(event.pos())
        if self.has_photo and self._area.contains(place):
            self.clicked.emit(place.x(), place.y())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move the mark by a pixel, with Shift by ten, with Ctrl by a tenth; + and - zoom, 0 shows all."""
        if event.key() in _ARROWS:
            held = event.modifiers()
            step = 10.0 if held & Qt.KeyboardModifier.ShiftModifier else 1.0
            step = 0.1 if held & Qt.KeyboardModifier.ControlModifier else step
            across, down = _ARROWS[event.key()]
            self.nudged.emit(across * step, down * step)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal.emit()
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_out()
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A photo that is seen whole stays so."""
        super().resizeEvent(event)
        if self._fits:
            self.fit()
