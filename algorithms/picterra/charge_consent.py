"""The consent to a detection's charge: in a dialog the charge is shown below the box before that can be ticked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingParameterDefinition

from ...core.translation import tr
from ..imagery import raster_file, raster_problems
from ..parameters.plain import confirm, given

#: Named, not imported: without a window nothing of it is loaded.
WIDGET = f"{__name__.split('.algorithms.')[0]}.ui.run.consent.ConsentWidget"
#: The parameters of “Estimate charge”, by those of “Run detector” and of the model from image to score.
OF_RUN = {name: name for name in ("CONNECTION", "RASTER", "LOCAL_RASTER", "DETECTION_AREAS")}
OF_MODEL = {"CONNECTION": "CONNECTION", "LOCAL_RASTER": "RASTER"}
MODEL = "picterra_detectobjects"


def consent() -> Any:
    """The box that has to be ticked before a detection runs."""
    words = tr("The detection is run and charged: at least 10 megapixels.")
    return show_charge(confirm(tr("Confirm: the detection costs credit"), words), OF_RUN, "RASTER")


def show_charge(parameter: QgsProcessingParameterDefinition, asks: Mapping[str, str], needs: str) -> Any:
    """Let the dialog show the charge at the box. ``asks``: parameters of the dialog by those of “Estimate charge”;
    without ``needs`` (of the latter) there is nothing to estimate yet."""
    widget = {
        "class": WIDGET, "estimate": "picterra_estimatecharge", "told": "CHARGE", "asks": dict(asks), "needs": needs
    }
    parameter.setMetadata({**parameter.metadata(), "widget_wrapper": widget})
    return parameter


def charge_of_model(
    model: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What the detection of the model from image to score will be charged for, measured on the raster that is to be
    uploaded; nothing for other models and without a readable raster."""
    from . import charge

    if model.name() != MODEL or not given(parameters, "RASTER"):
        return
    path = raster_file(model, parameters, "RASTER", context)
    if path is not None and not list(raster_problems(path)):
        yield charge.by_file(path, None, context).sentence()
