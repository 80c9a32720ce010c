"""When what was pulled was captured: kept with its file, and told to the layer that Processing opens of it."""

from __future__ import annotations

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
)
from qgis.PyQt import sip


class CaptureTime(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer the style that is kept with its file, and the time of its capture."""

    def __init__(self, captured: str, field: str) -> None:
        super().__init__()
        self._captured, self._field = captured, field

    def postProcessLayer(  # noqa: N802 - QGIS's name
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        from ..core.layers import time

        layer.loadDefaultStyle()
        time.set_capture(layer, self._captured, self._field)
        layer.triggerRepaint()


_times: list[CaptureTime] = []


def capture_time(context: QgsProcessingContext, destination: str, captured: str | None = "", field: str = "") -> None:
    """Date what was written to a destination, whose sink or file has to be closed, as ``core.layers.time.set_capture``
    does. Another post-processor, set before or after it, is left the work: it reads the style that was kept.

    Of the object that QGIS keeps, see :func:`.own_look.own_look`.
    """
    if not destination:
        return
    from ..core.layers import time

    time.keep(destination, captured, field)
    if context.willLoadLayerOnCompletion(destination):
        details = context.layerToLoadOnCompletionDetails(destination)
        if details.postProcessor() is None:
            look = CaptureTime(captured or "", field)
            _times[:] = [*(one for one in _times if not sip.isdeleted(one)), look]
            details.setPostProcessor(look)
