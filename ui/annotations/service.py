"""“Annotate…” in the plugin's menu, and in the context menu of imagery that came from a platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.compat import QAction
from ...core.translation import tr
from ..icons import icon

if TYPE_CHECKING:
    from ..desk import Desk


class AnnotationService:
    """The action; what it does is imported when it is used."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._action = QAction(icon("draw_polygon"), tr("Annotate…"), desk)
        self._action.setObjectName("imageryHubAnnotateAction")
        self._action.setToolTip(tr("Draw what a detector learns from, over the imagery"))
        self._action.triggered.connect(self._begin)
        desk.menu.addAction(self._action)

    def _begin(self) -> None:
        """For the imagery that is active in the layer tree, where that came from a platform."""
        from .entry import can_edit, edit

        layer = self._desk.iface.activeLayer()
        edit(layer if can_edit(layer) else None, self._desk)

    def remove(self) -> None:
        """Take the action back, and let the dock go of the project."""
        self._desk.menu.removeAction(self._action)
        dock = self._desk.built("annotations")
        if dock is not None:
            dock.leave()
