"""Layers made of photos come to the map with a style of their own."""

from __future__ import annotations

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)
from qgis.PyQt import sip


class PhotoLook(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer its style when Processing opens it."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def postProcessLayer(  # noqa: N802 - QGIS's name
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        from ..core.layers.time import set_capture
        from ..core.photos.look import STYLES

        if isinstance(layer, QgsVectorLayer):
            STYLES[self._kind](layer)
            set_capture(layer)
            layer.triggerRepaint()


_looks: list[PhotoLook] = []


def photo_look(context: QgsProcessingContext, destination: str, kind: str) -> None:
    """Style what was written to a destination: in its GeoPackage, and on the map if it is opened.

    The sink has to be closed. Of the object that QGIS keeps, see :func:`.own_look.own_look`.
    """
    if not destination:
        return
    from ..core.photos.look import save_style

    save_style(destination, kind)
    if context.willLoadLayerOnCompletion(destination):
        look = PhotoLook(kind)
        _looks[:] = [*(one for one in _looks if not sip.isdeleted(one)), look]
        context.layerToLoadOnCompletionDetails(destination).setPostProcessor(look)
