"""“Annotate…” in the plugin's menu, and “Edit Annotations” in the menu of detectors and rasters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...core.compat import QAction
from ...core.translation import tr
from .. import entry_windows
from ..entry_windows import EntryWindow
from ..icons import icon

if TYPE_CHECKING:
    from ..desk import Desk
    from ..nodes.description import Place


class AnnotationService:
    """The action; what it does is imported when it is used."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._action = QAction(icon("draw_polygon"), tr("Annotate…"), desk)
        self._action.setObjectName("imageryHubAnnotateAction")
        self._action.setToolTip(tr("Draw over the imagery, for a detector or a project of a platform"))
        self._action.triggered.connect(self._begin)
        desk.menu.addAction(self._action)
        self._window = EntryWindow(
            "imageryHubEditAnnotations",
            lambda: tr("Edit Annotations"),
            lambda: tr("Draw over the imagery, as layers"),
            "annotations",
            _fits,
            lambda places: self._edit(places),
        )
        entry_windows.add(self._window)

    def _begin(self) -> None:
        """For the imagery that is active in the layer tree, where that came from a platform."""
        from .entry import can_edit, edit

        layer = self._desk.iface.activeLayer()
        edit(layer if can_edit(layer) else None, self._desk)

    def _edit(self, places: Sequence[Place]) -> None:
        """From the menu of an entry of the platform."""
        from .entry import edit

        edit(places[0], self._desk)

    def remove(self) -> None:
        """Take the action back, and let the dock go of the project."""
        entry_windows.remove(self._window)
        self._desk.menu.removeAction(self._action)
        dock = self._desk.built("annotations")
        if dock is not None:
            dock.leave()


def _fits(places: Sequence[Place]) -> bool:
    """For one entry that annotations belong to."""
    from .entry import can_edit

    return len(places) == 1 and can_edit(places[0])
