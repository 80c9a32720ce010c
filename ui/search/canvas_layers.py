"""Layers that are on the canvas and not in the project: what was found, and the quick look.

A search is no part of a project. A memory layer in the project would mark it as changed, be stored in it (empty, as
memory layers are), and QGIS would ask about it when the project is closed. The canvas takes layers from anywhere, draws
them beside the main thread like all others, and identifies them. The project's layer tree sets the canvas's layers anew
after each change, so that ours are put back then.
"""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsMapLayer, QgsProject, QgsProjectDirtyBlocker
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject


class CanvasLayers(QObject):
    """Keeps layers in front of the project's own. Whoever gave them keeps them alive until they are taken away."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._layers: list[QgsMapLayer] = []
        self._setting = False
        canvas.layersChanged.connect(self._put)

    def show(self, layers: Sequence[QgsMapLayer]) -> None:
        """Show these, the first in front, and none of those shown before."""
        before, self._layers = self._layers, list(layers)
        self._set(before)

    def _put(self) -> None:
        # Not while it is our own doing: somebody else may want the front too.
        if not self._setting and self._canvas.layers()[: len(self._layers)] != self._layers:
            self._set([])

    def _set(self, gone: Sequence[QgsMapLayer]) -> None:
        others = [one for one in self._canvas.layers() if one not in self._layers and one not in gone]
        blocker = QgsProjectDirtyBlocker(QgsProject.instance())  # QGIS takes it for a change of the project
        self._setting = True
        self._canvas.setLayers([*self._layers, *others])
        self._setting = False
        del blocker
