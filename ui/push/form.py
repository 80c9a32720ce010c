"""The form that rasters pass before they are sent: what, where to, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QKeySequence
from qgis.PyQt.QtWidgets import QApplication, QDialog, QFileDialog, QMenu

from ...core import connections, messages
from ...core.choices import Choice
from ...core.translation import tr
from ..help import HelpKey
from . import memory, sources
from .form_parts import FormParts
from .geotiff import GeoTiffExport
from .inspection import size_text
from .looking import Looker
from .plan import PushPlan
from .rows import Row, Rows
from .sources import Source
from .starting import Starter


class PushForm(QDialog):
    """Not modal: layers and files can be dropped onto it while it is open, or pasted."""

    def __init__(self, desk: Any, plan: PushPlan) -> None:
        super().__init__(desk.iface.mainWindow())
        self._desk = desk
        self.plan = plan
        self.model = Rows(plan, self)
        self.parts = FormParts(self, plan, self.model)
        self._looker = Looker(plan, self.model.found)
        self._exports: list[GeoTiffExport] = []
        self._starter: Starter | None = None
        self._note = ""
        self._telling = QTimer(self)  # many changes at once are told of once
        self._telling.setSingleShot(True)
        self._telling.timeout.connect(self._tell)
        self.setObjectName("imageryHubPushForm")
        self.setWindowTitle(tr("Push Rasters to {platform}").format(platform=plan.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        HelpKey(self, "push")
        self._connect()
        last = memory.last_connection(plan)
        if last is not None and last in ("", *connections.names(plan.platform)):
            self.parts.destination.choose(last)
        self._recall()
        self._tell()

    def _connect(self) -> None:
        parts = self.parts
        parts.destination.changed.connect(self._recall)
        parts.common.applied.connect(self.model.apply)
        parts.add_files.clicked.connect(self._choose_files)
        parts.layers.aboutToShow.connect(lambda: self._list_layers(parts.layers))
        parts.remove.triggered.connect(lambda: self.model.remove(parts.chosen()))
        parts.write.clicked.connect(self._write)
        parts.push.clicked.connect(self._push)
        parts.close.clicked.connect(self.reject)
        parts.table.selectionModel().selectionChanged.connect(lambda *_: self._telling.start())
        self.model.changed.connect(self._telling.start)

    def goes_to(self, connection: str, target: Choice | None) -> None:
        """Show where the rasters are to go."""
        self.parts.destination.choose(connection, target)

    # ------------------------------------------------------------------ what is sent
    def add(self, found: Iterable[Source]) -> None:
        """Rows for what was dropped, pasted or chosen; each file is looked into in the background."""
        wanted = list(found)
        rows = self.model.add(wanted, self.parts.common.given())
        self._looker.look(rows)
        if rows:
            self.parts.choose(rows[0])
        twice = len(rows) < len(wanted)
        self._note = tr("What is in the list already was not added again.") if twice else ""
        self._telling.start()

    def _choose_files(self) -> None:
        endings = " ".join(f"*{suffix}" for suffix in self.plan.suffixes())
        kinds = ";;".join([tr("Images ({endings})").format(endings=endings), tr("All files (*)")])
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Push Rasters"), memory.folder(), kinds)
        if chosen:
            memory.remember_folder(str(Path(chosen[0]).parent))
            self.add(sources.of_paths(map(Path, chosen), self.plan.suffixes()))

    def _list_layers(self, menu: QMenu) -> None:
        menu.clear()
        here = {row.source.layer for row in self.model.rows}
        layers = [one for one in QgsProject.instance().mapLayers().values() if isinstance(one, QgsRasterLayer)]
        for layer in sorted(layers, key=lambda one: one.name().casefold()):
            action = menu.addAction(layer.name().replace("&", "&&"))
            action.setEnabled(layer.id() not in here)
            identity = layer.id()
            action.triggered.connect(lambda _=False, one=identity: self._add_layer(one))
        if not layers:
            menu.addAction(tr("There are no raster layers")).setEnabled(False)

    def _add_layer(self, identity: str) -> None:
        layer = QgsProject.instance().mapLayer(identity)
        if layer is not None:
            self.add([sources.of_layer(layer)])

    def _write(self) -> None:
        """Offer to write the chosen row's layer to a GeoTIFF, which then takes its place."""
        row = next((one for one in self.parts.chosen() if one.writable), None)
        if row is None:
            return
        layer = QgsProject.instance().mapLayer(row.source.layer)
        if layer is None:
            layer = QgsRasterLayer(str(row.source.path), row.name)

        def failed(error: Exception) -> None:
            row.refusal = messages.sentence(error)
            self._tell()

        def done(path: Path) -> None:
            if row in self.model.rows:
                self.model.replace(row, Source(row.source.title, path, row.source.layer, row.source.captured))
                self._looker.look([row])

        export = GeoTiffExport(layer, done, failed)
        self._exports.append(export)
        export.ask(self._desk.iface, self)

    # ------------------------------------------------------------------ drops and the clipboard
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        self._welcome(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        self._welcome(event)

    def _welcome(self, event: Any) -> None:
        if sources.may_hold_rasters(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)  # a move would take the layer out of the tree it came from
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._welcome(event)
        self.add(sources.of_mime(event.mimeData(), self.plan.suffixes()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        clipboard = QApplication.clipboard().mimeData()
        if event.matches(QKeySequence.StandardKey.Paste) and sources.may_hold_rasters(clipboard):
            self.add(sources.of_mime(clipboard, self.plan.suffixes()))
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ sending
    def _recall(self) -> None:
        """What was said last with this connection."""
        destination = self.parts.destination
        remembered = memory.recall(self.plan, destination.connection.value())
        self.parts.common.show_values(remembered)
        if not destination.target.value():
            destination.target.set_value(str(remembered.get(self.plan.target, "")))

    def _push(self) -> None:
        rows = [row for row in self.model.rows if row.ready]
        destination = self.parts.destination
        connection, target = destination.connection.value(), destination.target.value()
        memory.remember(self.plan, connection, {**self.parts.common.values(), self.plan.target: target})
        self._starter = Starter(self.plan, connection, target, self._started, self)
        self._tell()
        self._starter.start(rows)

    def _started(self, started: list[Row]) -> None:
        self._starter = None
        self.model.remove(started)
        refused = [row for row in self.model.rows if row.refusal]
        if started:
            self._desk.show_dock("jobs")
        if not refused:
            self.accept()
            return
        self.parts.choose(refused[0])
        self._tell()

    def _tell(self) -> None:
        """What is shown follows the rows."""
        rows, chosen = self.model.rows, self.parts.chosen()
        ready = [row for row in rows if row.ready]
        waiting = any(row.pending and row.included for row in rows)
        size = sum(row.findings.size for row in ready if row.findings is not None)
        summary = tr("{count} of {all} to send, {size}.").format(count=len(ready), all=len(rows), size=size_text(size))
        can_push = bool(ready) and not waiting and self._starter is None
        self.parts.show_state(f"{summary} {self._note}".strip() if rows else "", can_push, len(ready))
        self.parts.write.setEnabled(any(row.writable for row in chosen))
        self.parts.remove.setEnabled(bool(chosen) and self._starter is None)
        self.parts.tell_of(chosen[0] if chosen else None)

    def done(self, answer: int) -> None:
        """Close; what is under way for it is dropped."""
        self._looker.close()
        for export in self._exports:
            export.stop()
        super().done(answer)
