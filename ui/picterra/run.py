"""How Picterra detects on rasters."""

from __future__ import annotations

from ...core.translation import tr
from ..run.plan import RunPlan

PLAN = RunPlan(
    platform="picterra",
    run="picterra_rundetector",
    estimate="picterra_estimatecharge",
    collect="picterra_downloadresult",
    model="DETECTOR",
    item="RASTER",
    areas="DETECTION_AREAS",
    set_areas="SET_AREAS",
    size="MEGAPIXELS",
    charged="CHARGED_MEGAPIXELS",
    least="LEAST_CHARGED",
    most="MOST_CHARGED",
    unit="MP",
    target="OUTPUT",
    collected={"OPERATION": "OPERATION_ID"},
    item_kind="raster",
    item_states=("ready", ""),
    model_kind="detector",
    model_states=("trained", ""),
    charge=lambda: tr("Each raster is charged by the pixels of the area, at least 10 megapixels."),
)
