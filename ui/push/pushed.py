"""Which raster of a platform a layer of this computer became, so that the layer can be worked on there.

It is kept in the layer beside its provenance, which tells where a layer came from: names and ids, no addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Followed:
    """One job, and the layer that it pushes."""

    layer: str
    plan: PushPlan
    connection: str


_followed: dict[str, _Followed] = {}


def follow(job: str, layer_id: str, plan: PushPlan, connection: str) -> None:
    """Note it in the layer once the job ends well, which may be after it was retried. Main thread only."""
    if not _followed:
        runner().ended.connect(_ended)
    _followed[job] = _Followed(layer_id, plan, connection)


def _ended(job: str, results: dict[str, Any], words: str) -> None:
    one = _followed.get(job)
    if one is None or words or not results.get(one.plan.result):
        return
    del _followed[job]
    if not _followed:
        runner().ended.disconnect(_ended)
    layer = QgsProject.instance().mapLayer(one.layer)
    if layer is not None:
        made = provenance.made(one.plan.platform, one.connection, RASTER, {RASTER: str(results[one.plan.result])})
        layer.setCustomProperty(PROPERTY, made.text())


def follow_none() -> None:
    """Wait for no job any more, for unloading."""
    if _followed:
        _followed.clear()
        runner().ended.disconnect(_ended)
