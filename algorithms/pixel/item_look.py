"""Layers of images and rasters: styled, and knowing where they came from, in their file and on the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)
from qgis.PyQt import sip

if TYPE_CHECKING:
    from ...core.layers.provenance import Provenance


class ItemLook(QgsProcessingLayerPostProcessorInterface):
    """Styles a layer when Processing opens it, and tells it where it came from."""

    def __init__(self, kind: str, origin: Provenance) -> None:
        super().__init__()
        self._kind, self._origin = kind, origin

    def postProcessLayer(  # noqa: N802 - QGIS's name
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        from ...core.layers import provenance
        from ...core.pixel.look import STYLES

        if isinstance(layer, QgsVectorLayer):
            STYLES[self._kind](layer)
            provenance.write_layer(layer, self._origin)
            layer.triggerRepaint()


_looks: list[ItemLook] = []


def item_look(context: QgsProcessingContext, destination: str, kind: str, origin: Provenance) -> None:
    """Style what was written to a destination, whose sink has to be closed. Of the object that QGIS keeps, see
    :func:`..own_look.own_look`."""
    if not destination:
        return
    from ...core.layers import provenance
    from ...core.pixel.look import save_style

    table = save_style(destination, kind)
    if table:
        provenance.write_file(Path(destination.partition("|")[0]), table, origin)
    if context.willLoadLayerOnCompletion(destination):
        look = ItemLook(kind, origin)
        _looks[:] = [*(one for one in _looks if not sip.isdeleted(one)), look]
        context.layerToLoadOnCompletionDetails(destination).setPostProcessor(look)
