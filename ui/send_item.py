"""“Send to another platform…” in the menus of entries: opened with the entry filled in."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QMenu

from ..core.compat import QAction
from ..core.translation import tr
from . import menus
from .icons import icon
from .nodes.description import Place, is_of

ALGORITHM = "senditem"
#: Kind of the entry by platform, what the algorithm calls it, and the entry above that its name begins with.
KINDS = {
    "picterra": (("raster", "Picterra raster", "", ""),),
    "pix4d": (("output.raster", "PIX4D output", "project", ":"), ("output.streamed", "PIX4D output", "project", ":")),
    "pixel": (("raster", "Pixel raster", "collection", "/"),),
    "pixxel": (("catalog", "Pixxel catalog entry", "", ""),),
}


def parameters(place: Place) -> dict[str, Any]:
    """The algorithm's parameters as far as the entry tells them; none for what cannot be sent."""
    for kind, called, above, sign in KINDS.get(place.platform, ()):
        if not is_of(place.entry, kind):
            continue
        found = place.nearest(above) if above else None
        if above and found is None:
            return {}
        item = place.entry.id if found is None else f"{found.id}{sign}{place.entry.id}"
        return {"CONNECTION": place.connection, "KIND": called, "ITEM": item}
    return {}


def fill(menu: QMenu, place: Place) -> QAction | None:
    """Add it to the menu of an entry that can be sent."""
    filled = parameters(place)
    if not filled:
        return None
    action: QAction = menu.addAction(icon("send_to"), tr("Send to Another Platform…"))
    action.setObjectName("imageryHubSendItem")
    action.setToolTip(tr("Makes an upload to another platform of it, with its name, date, cloud cover and tags."))
    action.triggered.connect(lambda: menus.carry_out(ALGORITHM, filled, [place]))
    return action
