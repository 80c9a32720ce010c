"""From a subject to its layers on the map: ask the platform, make or find the file, put everything into the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsMapLayer,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer

from ...core import messages
from ...core.background import Errand
from ...core.drawing_places import folders
from ...core.geometry.reproject import wgs84
from ...core.pushes.copies import CAME, copies, rows_in
from ...core.sessions import sessions
from ...core.translation import tr
from ...providers.capabilities import Entry
from ...providers.work import Work
from .. import add_to_map, operations
from ..nodes.description import Place
from . import layers as set_layers
from .files import find_or_make
from .plan import Looked, Subject, subject_of, told
from .telling import in_message_bar

if TYPE_CHECKING:
    from ..desk import Desk
    from .dock import AnnotationsDock

Opened = Callable[[Subject, dict[str, QgsVectorLayer]], None]


class Opening:
    """Opens one set; ``opened`` is called when its layers are there. An answer that comes after the project was closed
    is dropped. Of several under way, all bring their layers, and the one that was started last has dock and map."""

    def __init__(self, desk: Desk, subject: Subject, opened: Opened | None = None) -> None:
        self._desk = desk
        self._subject = subject
        self._opened = [] if opened is None else [opened]
        self._last = True
        self._errand: Errand[Any] | None = None
        self._waits = False
        self._looks: Callable[..., None] | None = None

    @property
    def _dock(self) -> AnnotationsDock:
        dock: AnnotationsDock = self._desk.show_dock("annotations")
        return dock

    def start(self) -> None:
        """Ask the platform, also for a set that is in the project: names and classes may have changed."""
        subject, project = self._subject, QgsProject.instance()
        places = folders(project, "annotations")
        dock = self._dock
        same = next((one for one in dock.openings if one._waits and one._subject == subject), None)
        for one in dock.openings:
            one._last = False
        (same or self)._last = True
        dock.say("busy", tr("Asking the platform…"))
        if same is not None:  # two at once would both find no file, and one make it anew below the other's layers
            same._opened += self._opened
            return
        dock.openings.add(self)

        def look(platform: Any, work: Work) -> tuple[Looked, Path]:
            looked = subject.plan.look(platform, subject.ids, work)
            named = told(subject, looked)
            exchange = subject.plan.exchange
            if exchange is None:
                return looked, find_or_make(named, places)

            def fetch(path: Path) -> Path:
                made = exchange.make(platform, named, path, work)
                copies().keep(subject.key("set"), made, CAME, rows_in(made, [one.key for one in named.plan.kinds]))
                return made

            return looked, find_or_make(named, places, fetch)

        self._wait(True)
        self._errand = sessions().run(subject.platform, subject.connection, look, self._arrived, self._failed)

    def _wait(self, waiting: bool) -> None:
        """Begin or end to look whether project and session stay open."""
        cleared, closed = QgsProject.instance().cleared, sessions().closed
        if waiting and not self._waits:
            cleared.connect(self._drop)
            closed.connect(self._session_closed)
        elif self._waits and not waiting:
            cleared.disconnect(self._drop)
            closed.disconnect(self._session_closed)
        self._waits = waiting

    def _drop(self) -> None:
        self._wait(False)
        if self._errand is not None:
            self._errand.cancel()
        self._say("busy", tr("The project was closed before the platform answered."))

    def _session_closed(self, platform: str, connection: str) -> None:
        """Logged out, changed or removed: the answer will not come."""
        if (platform, connection) == (self._subject.platform, self._subject.connection):
            self._wait(False)
            words = tr("The connection was closed before the platform answered.")
            self._say("failure", words, tr("Try Again"), self.start)

    def _say(self, state: str, words: str, way_on: str = "", go: Callable[[], None] | None = None) -> None:
        """In the dock; of a set that is not the one there only what went wrong, in the message bar."""
        if self._last:
            self._dock.say(state, words, way_on, go)
        elif state == "failure":
            in_message_bar(self._desk.iface, self._subject, state, words)

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._wait(False)
        if self._errand is not None:
            self._errand.cancel()
        self._look_no_more()

    def _look_no_more(self) -> None:
        if self._looks is not None:
            QgsProject.instance().layerTreeRoot().addedChildren.disconnect(self._looks)
            self._looks = None

    def _failed(self, error: Exception) -> None:
        self._wait(False)
        project = QgsProject.instance()
        there = next((one for one in set_layers.subjects(project) if one == self._subject), None)
        words = messages.sentence(error)
        if there is not None and self._last:  # what is in the project can be drawn in all the same
            self._dock.show_set(there)
            words = tr("The layers are as they were last; the platform was not reached. {words}").format(words=words)
        self._say("failure", words, tr("Try Again"), self.start)

    def _arrived(self, found: tuple[Looked, Path]) -> None:
        self._wait(False)
        looked, path = found
        subject, project = told(self._subject, looked), QgsProject.instance()
        new, first = not set_layers.layers_of(project, subject), not project.mapLayers()
        try:
            layers = set_layers.add_set(project, subject, path)
        except Exception as error:
            self._failed(error)
            return
        set_layers.show_on_top(project, subject)
        if first:
            self._begin_map(project, list(layers.values()))
        if new and self._last:
            self._zoom(subject, list(layers.values()))
        if set_layers.raster_layer(project, subject) is None:
            self._add_raster(subject, looked.imagery)
        if self._last:
            self._dock.show_set(subject)
        if looked.joined:
            words = tr("The layers are on the map. Draw, or copy from other layers, then push.")
            if subject.plan.exchange is not None:
                words = tr("The layers are on the map. Draw and edit, then push.")
            self._say("success", words)
        else:
            self._say("failure", subject.plan.not_joined(), subject.plan.join_title(), lambda: self._join(subject))
        for opened in self._opened:
            opened(subject, layers)

    def _join(self, subject: Subject) -> None:
        join = subject.plan.join
        try:
            if join is not None:
                operations.perform(*join(subject))
        except Exception as error:
            self._dock.say("failure", messages.sentence(error))

    def _add_raster(self, subject: Subject, imagery: tuple[Entry, ...]) -> None:
        role = subject.plan.raster
        way = imagery or ((Entry(role, subject.ids[role], subject.name(role)),) if role else ())
        place = Place(subject.platform, subject.connection, way[-1], way[:-1]) if way else None
        if place is not None and add_to_map.can_add(place):
            self._wait_for_raster(subject)
            add_to_map.add([place], self._desk)

    def _wait_for_raster(self, subject: Subject) -> None:
        """New layers come on top of the map; the imagery belongs below what is drawn on it."""
        project = QgsProject.instance()

        def below(raster: QgsMapLayer, active: QgsMapLayer | None) -> None:
            if sip.isdeleted(raster):  # the project was closed in between
                return
            set_layers.put_below(project, subject, raster)
            drawn = None if active is None or sip.isdeleted(active) else subject_of(active)
            if drawn is not None and (drawn == subject or not self._last):  # who draws already goes on
                self._desk.iface.setActiveLayer(active)

        def look(*_: object) -> None:
            raster = set_layers.raster_layer(project, subject)
            if raster is None and set_layers.layers_of(project, subject):
                return
            self._look_no_more()
            if raster is not None:
                active = self._desk.iface.activeLayer()
                QTimer.singleShot(0, lambda: below(raster, active))

        self._look_no_more()
        self._looks = look
        project.layerTreeRoot().addedChildren.connect(look)

    def _begin_map(self, project: QgsProject, layers: list[QgsVectorLayer]) -> None:
        """An empty map would take the layers' degrees, in which imagery is distorted: it gets that of tiles."""
        self._desk.iface.layerTreeCanvasBridge().setCanvasLayers()  # QGIS's own choice, which else comes later
        if any(one.crs().isGeographic() for one in layers):
            project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))

    def _zoom(self, subject: Subject, layers: list[QgsVectorLayer]) -> None:
        canvas = self._desk.iface.mapCanvas()
        box = set_layers.extent(subject, layers)
        here = canvas.mapSettings().destinationCrs()
        if box.isEmpty() or not here.isValid():
            return
        try:
            moved = QgsCoordinateTransform(wgs84(), here, QgsProject.instance()).transformBoundingBox(box)
        except QgsCsException:
            return
        moved.scale(1.1)
        canvas.setExtent(moved)
        canvas.refresh()
