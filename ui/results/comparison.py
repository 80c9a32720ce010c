"""What a result can be compared with: the other results of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QMenu

from ...core.layers import provenance
from ...core.translation import tr
from .. import operations
from .side_by_side import SideBySide

if TYPE_CHECKING:
    from ..desk import Desk

COMPARE = "comparewithtruth"


def fill(menu: QMenu, layer: QgsVectorLayer, desk: Desk) -> None:
    """Offer each other layer of objects: beside this one on a second map, or measured by overlap."""
    others = [one for one in QgsProject.instance().mapLayers().values() if one is not layer and _holds_objects(one)]
    for other in sorted(others, key=lambda one: one.name().casefold()):
        below = menu.addMenu(other.name().replace("&", "&&"))
        beside = below.addAction(tr("Side by Side on the Map"))
        beside.triggered.connect(lambda _, other=other: SideBySide(desk, layer, other))
        measured = below.addAction(tr("Measure by Overlap…"))
        measured.triggered.connect(
            lambda _, other=other: operations.open_dialog(COMPARE, {"DETECTIONS": layer.id(), "TRUTH": other.id()})
        )
    if menu.isEmpty():
        nothing = menu.addAction(tr("There is no other result in this project."))
        nothing.setEnabled(False)


def _holds_objects(layer: Any) -> bool:
    return isinstance(layer, QgsVectorLayer) and provenance.read(layer) is not None
