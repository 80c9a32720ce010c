"""Several layers of one run, onto the map as a group."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
)
from qgis.PyQt import sip


def load_group(layers: Sequence[QgsMapLayer], name: str, context: QgsProcessingContext) -> None:
    """Have QGIS put the layers, the uppermost first, into a group when the algorithm is done. From QGIS 3.32 on
    Processing knows groups itself."""
    for number, layer in enumerate(layers):
        context.temporaryLayerStore().addMapLayer(layer)
        if context.project() is None:
            continue
        details = QgsProcessingContext.LayerDetails(layer.name(), context.project(), f"OUTPUT{number:05d}")
        details.forceName = True  # else QGIS calls a layer after its file
        if hasattr(details, "groupName"):
            details.groupName = name
            details.layerSortKey = len(layers) - number
        else:
            details.setPostProcessor(_kept(IntoGroup(name, [one.id() for one in layers])))
        context.addLayerToLoadOnCompletion(layer.id(), details)


class IntoGroup(QgsProcessingLayerPostProcessorInterface):
    """Puts a layer that was loaded into a group, in the given order of ids. QGIS calls it on the main thread."""

    def __init__(self, name: str, order: Sequence[str]) -> None:
        super().__init__()
        self._name = name
        self._order = list(order)

    def postProcessLayer(  # noqa: N802 - QGIS's name
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        root = (context.project() or QgsProject.instance()).layerTreeRoot()
        group = root.findGroup(self._name) or root.insertGroup(0, self._name)
        before = root.findLayer(layer.id())
        above = self._order[: self._order.index(layer.id())]
        group.insertLayer(sum(one.layerId() in above for one in group.findLayers()), layer)
        if before is not None:  # only now: the project lets go of a layer that is in its tree no more
            before.parent().removeChildNode(before)


_groupings: list[IntoGroup] = []


def _kept(grouping: IntoGroup) -> IntoGroup:
    """The context deletes the object at its end, but its Python half lives only as long as something names it."""
    _groupings[:] = [*(one for one in _groupings if not sip.isdeleted(one)), grouping]
    return grouping
