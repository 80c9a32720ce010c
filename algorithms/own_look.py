"""Layers that an algorithm made come to the map with the style that is kept in their file."""

from __future__ import annotations

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
)
from qgis.PyQt import sip


class OwnLook(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer the style that is kept with its file: Processing opens what an algorithm made without it."""

    def postProcessLayer(  # noqa: N802 - QGIS's name
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        layer.loadDefaultStyle()
        layer.triggerRepaint()


_looks: list[OwnLook] = []


def own_look(context: QgsProcessingContext, destination: str) -> None:
    """Let the layer that is opened from this destination, if it is, look as its file says.

    The context deletes the object at its end, but its Python half lives only as long as something names it.
    """
    if context.willLoadLayerOnCompletion(destination):
        look = OwnLook()
        _looks[:] = [*(one for one in _looks if not sip.isdeleted(one)), look]
        context.layerToLoadOnCompletionDetails(destination).setPostProcessor(look)
