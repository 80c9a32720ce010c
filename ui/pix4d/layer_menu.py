"""What “Send to” offers for PIX4D cloud: its order and its words. Other algorithms follow by their own names."""

from __future__ import annotations

from ...core.translation import tr
from ..layer_menu.sends import Send

SENDS = (
    Send("pix4d_measurevolumes", lambda: tr("Volumes in a Project…")),
    Send("pix4d_setregion", lambda: tr("Region of Interest of a Project…")),
    Send("pix4d_pushannotations", lambda: tr("Annotations of a Project…")),
    Send("pix4d_registergcps", lambda: tr("Control Points of a Project…")),
)
