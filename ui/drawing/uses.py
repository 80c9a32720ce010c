"""The algorithms that take an area, from their parameters' own metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qgis.core import QgsProcessingAlgorithm
from qgis.PyQt.QtWidgets import QMenu

from ...core.area_input import TAKES_AREA
from ...core.compat import hide_from_toolbox
from ...core.geometry import kept
from ...core.own_algorithms import own_algorithms
from ...core.translation import tr
from ..operations import open_dialog


def uses() -> Iterator[tuple[QgsProcessingAlgorithm, str]]:
    """Each algorithm with its parameter for areas."""
    for one in own_algorithms():
        if hide_from_toolbox(one.flags()) == one.flags():
            continue
        name = next((each.name() for each in one.parameterDefinitions() if each.metadata().get(TAKES_AREA)), "")
        if name:
            yield one, name


def fill(menu: QMenu, areas: Callable[[], Sequence[kept.Area]]) -> None:
    """Offer them in a menu; each opens with the areas filled in."""
    menu.clear()
    for found, name in sorted(uses(), key=lambda one: one[0].displayName()):
        action = menu.addAction(found.icon(), found.displayName() + "…")
        action.setToolTip(found.shortDescription() or found.displayName())
        key = found.id()
        action.triggered.connect(lambda _=False, key=key, name=name: _open(key, name, areas()))
    if menu.isEmpty():
        menu.addAction(tr("No algorithm takes an area")).setEnabled(False)


def _open(algorithm_id: str, name: str, areas: Sequence[kept.Area]) -> None:
    if areas:
        open_dialog(algorithm_id, {name: kept.keep(areas)})
