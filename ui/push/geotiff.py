"""A layer that is no file becomes a GeoTIFF: QGIS's own dialog asks how, QGIS's own task writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRasterFileWriter,
    QgsRasterFileWriterTask,
    QgsRasterLayer,
    QgsRasterPipe,
    QgsRasterProjector,
)
from qgis.gui import QgsRasterLayerSaveAsDialog
from qgis.PyQt.QtWidgets import QWidget

from ...core.problems import Problem
from ...core.translation import tr


class GeoTiffExport:
    """One export. ``done`` gets the file, ``failed`` a :class:`Problem`; both on the main thread."""

    def __init__(
        self, layer: QgsRasterLayer, done: Callable[[Path], None], failed: Callable[[Exception], None]
    ) -> None:
        self._layer = layer
        self._done, self._failed = done, failed
        self._task: QgsRasterFileWriterTask | None = None
        self._file = Path()

    def ask(self, iface: Any, parent: QWidget) -> None:
        """Open QGIS's dialog "Save raster layer as"; nothing blocks meanwhile."""
        canvas = iface.mapCanvas()
        self._dialog = QgsRasterLayerSaveAsDialog(
            self._layer, self._layer.dataProvider(), canvas.extent(), self._layer.crs(),
            canvas.mapSettings().destinationCrs(), parent,
        )
        self._dialog.hideFormat()
        self._dialog.setAddToCanvas(False)
        self._dialog.accepted.connect(self._accepted)
        self._dialog.finished.connect(self._dialog.deleteLater)
        self._dialog.open()

    def _accepted(self) -> None:
        try:
            self._write(self._dialog)
        except Problem as error:
            self._failed(error)

    def _write(self, dialog: QgsRasterLayerSaveAsDialog) -> None:
        if dialog.tileMode():
            raise Problem(tr("One file is sent for each raster. Write it again with “Create VRT” left off."))
        context = QgsProject.instance().transformContext()
        raw = dialog.mode() == QgsRasterLayerSaveAsDialog.Mode.RawDataMode
        pipe = self._pipe(raw, dialog.outputCrs(), context)
        if dialog.nRows() <= 0 or dialog.nColumns() <= 0:
            raise self._broken()
        self._file = Path(dialog.outputFileName())
        writer = QgsRasterFileWriter(str(self._file))
        writer.setOutputFormat(dialog.outputFormat())
        if hasattr(writer, "setCreationOptions"):  # the names since 3.44
            writer.setCreationOptions(dialog.creationOptions())
        else:
            writer.setCreateOptions(dialog.createOptions())
        self._task = QgsRasterFileWriterTask(
            writer, pipe, dialog.nColumns(), dialog.nRows(), dialog.outputRectangle(), dialog.outputCrs(), context
        )
        self._task.writeComplete.connect(lambda *_: self._ended(None))
        self._task.errorOccurred.connect(lambda *_: self._ended(self._broken()))
        QgsApplication.taskManager().addTask(self._task)

    def _ended(self, error: Problem | None) -> None:
        self._task = None  # the task manager deletes it
        if error is None:
            self._done(self._file)
        else:
            self._failed(error)

    def _pipe(self, raw: bool, target: QgsCoordinateReferenceSystem, context: Any) -> QgsRasterPipe:
        """The values as they are, or the picture as it is drawn."""
        drawn = self._layer.pipe()
        steps = [] if raw else [drawn.renderer(), drawn.brightnessFilter(), drawn.hueSaturationFilter(),
                                drawn.resampleFilter()]
        pipe = QgsRasterPipe()
        for step in (self._layer.dataProvider(), *steps):
            if step is not None and not pipe.set(step.clone()):
                raise self._broken()
        projector = QgsRasterProjector()
        projector.setCrs(self._layer.crs(), target, context)
        if not pipe.set(projector):
            raise self._broken()
        return pipe

    def _broken(self) -> Problem:
        words = tr("The layer “{name}” could not be written to a GeoTIFF. Try Export > Save As of the layer.")
        return Problem(words.format(name=self._layer.name()))

    def stop(self) -> None:
        """Stop writing; nobody is told."""
        self._done = self._failed = lambda _: None
        if self._task is not None:
            self._task.cancel()
            self._task = None
