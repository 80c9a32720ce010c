"""How rasters get to Picterra."""

from __future__ import annotations

from ...algorithms.picterra.rasters import SUFFIXES
from ...core.translation import tr
from ..push.plan import PushPlan

PLAN = PushPlan(
    platform="picterra",
    algorithm="picterra_uploadraster",
    file="INPUT",
    name="NAME",
    captured="CAPTURED_AT",
    target="FOLDER",
    result="RASTER_ID",
    details=("USER_TAG", "CLOUD_COVERAGE", "IDENTITY_KEY", "MULTISPECTRAL"),
    remembered=("USER_TAG", "CLOUD_COVERAGE", "MULTISPECTRAL"),
    target_kind="folder",
    places=("connection", "folders", "folder", "folder_rasters", "rasters"),
    suffixes=lambda: SUFFIXES,
    unplaced=lambda: tr(
        "It has no georeference: the platform places it at longitude 0, latitude 0, with pixels of 0.1 m."
    ),
    deep=lambda: tr("The platform normalises it to 8 bit, on which its detectors work."),
)
