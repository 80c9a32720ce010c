"""The entry in the plugin's menu, and the collector of results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject

from ...core.compat import QAction
from ...core.translation import tr
from .. import entry_windows
from ..entry_windows import EntryWindow
from ..icons import icon
from .collector import Collector
from .plan import PLATFORMS, plan_of, plans

if TYPE_CHECKING:
    from ..desk import Desk
    from ..nodes.description import Place


class RunService(QObject):
    """“Run Detector on Rasters…”; forms are imported when one is opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._collector = Collector(self, desk.iface)
        self.action = QAction(icon("detector"), tr("Run Detector on Rasters…"), self)
        self.action.setObjectName("imageryHubRunDetector")
        self.action.setToolTip(tr("See what it costs, run a detector on several rasters, and get layers"))
        self.action.triggered.connect(lambda: self._open())
        desk.menu.addAction(self.action)
        self._window = EntryWindow(
            "imageryHubRunOnEntries",
            lambda: tr("Run Detector…"),
            lambda: tr("See what it costs, run a detector on several rasters, and get layers"),
            "detector",
            _fits,
            self._run_on,
            instead_of=tuple(plan.run for plan in plans()),
        )
        entry_windows.add(self._window)

    def _open(self) -> None:
        from .entry import open_form

        open_form(self._desk, "picterra")

    def _run_on(self, places: Sequence[Place]) -> None:
        from .entry import run_on

        run_on(places, self._desk)

    def remove(self) -> None:
        """Listen no more, offer nothing."""
        entry_windows.remove(self._window)
        self._collector.close()
        self._desk.menu.removeAction(self.action)


def _fits(places: Sequence[Place]) -> bool:
    """Rasters that can be run on, or a detector that has learnt something."""
    if not places or places[0].platform not in PLATFORMS:
        return False
    plan, first = plan_of(places[0].platform), places[0].entry
    if plan is None:
        return False
    if first.kind == plan.item_kind:
        return all(one.entry.state in plan.item_states for one in places)
    return first.kind == plan.model_kind and len(places) == 1 and first.state in plan.model_states
