"""What “Send to” offers for Geodata Pixel: its order and its words. Other algorithms follow by their own names."""

from __future__ import annotations

from ...core.translation import tr
from ..layer_menu.sends import Send

SENDS = (
    Send("pixel_pushmetadata", lambda: tr("Edited Metadata of Images or Rasters…")),
    Send("pixel_search", lambda: tr("Area to Search in…")),
    Send("pixel_createproject", lambda: tr("Area of a New Project…")),
)
