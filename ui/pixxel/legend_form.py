"""“Edit legend” of a visualization, with the classes that its legend has now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext, QgsProject
from qgis.PyQt.QtWidgets import QDialog

from ...core.background import Errand
from ...core.translation import tr
from ...providers.pixxel.records import MODES
from .. import entry_windows
from ..entry_windows import EntryWindow

if TYPE_CHECKING:
    from ...core.pixxel.legends import Present
    from ..desk import Desk
    from ..nodes.description import Place

ALGORITHM = "pixxel_editlegend"
MODE, DAYS, CLASSES = "MODE", "DATES", "LEGEND"


class LegendForm:
    """The entry in the menu of a visualization. The classes are asked for in the background; then Processing's own
    dialog opens with those of the newest day."""

    def __init__(self, desk: Desk) -> None:
        self._errand: Errand[Any] | None = None
        self._window = EntryWindow(
            "imageryHubEditLegend",
            lambda: tr("Edit legend…"),
            lambda: tr("Change labels, colours and bounds of the classes that it has now"),
            "results",
            lambda places: [(one.platform, one.entry.kind) for one in places] == [("pixxel", "visualization")],
            lambda places: self.open(places[0]),
            instead_of=(ALGORITHM,),
        )
        entry_windows.add(self._window)

    def open(self, place: Place) -> None:
        """Ask for the classes, then open the dialog; without them where they cannot be had, and that is told."""
        from .. import filling  # not for the start of QGIS, of which this module has a part
        from .further import legends_of

        if self._errand is not None:
            self._errand.cancel()
        self._errand = filling.read_first(
            place, lambda platform, work: legends_of(platform, place, work), lambda found: self._show(place, found)
        )

    def _show(self, place: Place, found: Present | None) -> None:
        from .. import menus

        self._errand = None
        parameters = menus.filled(ALGORITHM, [place])
        if found is not None and found.classes:
            day = max(one.day for one in found.classes)
            mode = next(mode for mode in MODES if any((one.day, one.mode) == (day, mode) for one in found.classes))
            parameters.update({MODE: mode, DAYS: day, CLASSES: cells_of(found, day, mode)})
        dialog = menus.open_filled(ALGORITHM, parameters, [place])
        if found is not None and found.classes:
            _Following(dialog, found, parameters[CLASSES])

    def remove(self) -> None:
        """Offer nothing, wait for nothing."""
        entry_windows.remove(self._window)
        if self._errand is not None:
            self._errand.cancel()


def cells_of(found: Present, day: str, mode: str) -> list[str]:
    """The rows of the dialog's table, one after the other. The first class of a theoretical legend begins where the
    colours of the index do, unless that is known better: such a legend needs all its bounds."""
    cells: list[str] = []
    for one in found.classes:
        if (one.day, one.mode) == (day, mode):
            fits = mode != MODES[0] and found.lowest is not None and one.high is not None and found.lowest < one.high
            low = found.lowest if one.low is None and not cells and fits else one.low
            cells += [one.label, one.color, *("" if bound is None else f"{bound:.12g}" for bound in (low, one.high))]
    return cells


class _Following:
    """Shows the classes of another legend when the user chooses that, as long as the table was not changed by hand."""

    def __init__(self, dialog: QDialog, found: Present, cells: list[str]) -> None:
        self._found = found
        self._cells = cells
        self._wrappers = dialog.mainWidget().wrappers
        for name in (MODE, DAYS):
            # a function keeps this object, a method would not
            self._wrappers[name].widgetValueHasChanged.connect(lambda *_: self._follow())

    def _follow(self) -> None:
        mode, day = (str(self._wrappers[name].parameterValue() or "").strip() for name in (MODE, DAYS))
        table = self._wrappers[CLASSES]
        cells = cells_of(self._found, day, mode)
        if cells and [str(one) for one in table.parameterValue() or ()] == self._cells:
            self._cells = cells
            context = QgsProcessingContext()
            context.setProject(QgsProject.instance())
            table.setParameterValue(cells, context)
