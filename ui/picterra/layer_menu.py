"""What “Send to” offers for Picterra: its order and its words. Other algorithms follow by their own names."""

from __future__ import annotations

from ...core.translation import tr
from ..layer_menu.sends import Send

SENDS = (
    Send("picterra_rundetector", lambda: tr("Run a Detector on It…"), of="raster", opener="run.entry:run_on"),
    Send("picterra_addrasterstodetector", lambda: tr("Training Set of a Detector…"), of="raster"),
    Send("picterra_setannotations", lambda: tr("Annotations on It…"), of="raster", opener="annotations.entry:edit"),
    Send("picterra_uploadvectorlayer", lambda: tr("Vector Layer of a Raster…")),
    Send("picterra_setannotations", lambda: tr("Annotations of a Detector…"), opener="annotations.entry:send"),
    Send("picterra_setdetectionareas", lambda: tr("Detection Areas of a Raster…")),
    Send("picterra_createmarkers", lambda: tr("Markers on a Raster…")),
    Send("picterra_importraster", lambda: tr("Area of a Raster to Import…")),
)
