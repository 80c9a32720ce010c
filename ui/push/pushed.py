"""Which raster of a platform a layer of this computer became, so that the layer can be worked on there.

It is kept in the layer beside its provenance, which tells where a layer came from: names and ids, no addresses.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsMapLayer, QgsProject

from ...core.jobs.runner import runner
from ...core.layers import provenance
from ...core.layers.provenance import Provenance
from .plan import PushPlan

PROPERTY = provenance.PREFIX + "pushed"
RASTER = "raster"


def origin_of(layer: QgsMapLayer) -> Provenance | None:
    """What the layer became when it was pushed last; None when it never was."""
    return provenance.parse(str(layer.customProperty(PROPERTY, "")))


def follow(job: str, layer_id: str, plan: PushPlan, connection: str) -> None:
    """Note it in the layer once the job ends well, which may be after it was retried. Main thread only."""
    signal = runner().ended

    def ended(other: str, results: dict[str, Any], words: str) -> None:
        if other != job or words or not results.get(plan.result):
            return
        signal.disconnect(ended)
        layer = QgsProject.instance().mapLayer(layer_id)
        if layer is not None:
            made = provenance.made(plan.platform, connection, RASTER, {RASTER: str(results[plan.result])})
            layer.setCustomProperty(PROPERTY, made.text())

    signal.connect(ended)
