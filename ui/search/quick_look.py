"""One image streamed onto the map for as long as it is looked at; nothing of it comes into the project."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication

from ...core import live_sources
from ...core.layers.streaming import Reference
from ...core.problems import Problem
from ...core.sessions import sessions
from ...core.translation import tr
from ..add_to_map.ways import Way, ways_of
from ..nodes.description import Place


def can_look(place: Place) -> bool:
    """Whether the platform may stream it."""
    return _way(place) is not None


def _way(place: Place) -> Way | None:
    return next((way for way in ways_of(place) if way.streams), None)


class QuickLook(QObject):
    """``changed`` when ``layer`` is another one, or none; ``failed`` with the error."""

    changed = pyqtSignal()
    failed = pyqtSignal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.layer: QgsRasterLayer | None = None
        self.place: Place | None = None
        self._errand: Any = None

    @property
    def waiting(self) -> bool:
        """Whether the platform is being asked."""
        return self._errand is not None

    def show(self, place: Place) -> None:
        """Stream this one instead of the one before."""
        if place == self.place:
            return
        self.hide()
        way = _way(place)
        if way is None:
            self.failed.emit(Problem(tr("This cannot be shown without being downloaded.")))
            return
        self.place = place
        reference = Reference(place.platform, place.connection, way.of, way.target(place), way.streams)
        name = tr("Quick look: {name}").format(name=place.entry.name or place.entry.id)
        thread = QApplication.instance().thread()

        def stream(platform: Any, work: Any) -> QgsRasterLayer:
            layer = live_sources.open_layer(reference, platform.stream(way.of, way.target(place), way.streams), name)
            layer.moveToThread(thread)
            return layer

        self._errand = sessions().run(place.platform, place.connection, stream, self._came, self._went_wrong)

    def _came(self, layer: QgsRasterLayer) -> None:
        self._errand = None
        self.layer = layer
        self.changed.emit()

    def _went_wrong(self, error: Exception) -> None:
        self._errand = None
        self.place = None
        self.failed.emit(error)

    def hide(self) -> None:
        """Show none, and drop what is on its way."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        self.place = None
        if self.layer is not None:
            self.layer = None  # who shows it keeps it until then
            self.changed.emit()
