"""“Send to Another Platform” in the menus of entries: opened with the entry and who takes it filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtWidgets import QMenu

from ..core import connections
from ..core.platforms import PLATFORMS
from ..core.translation import tr
from . import menus
from .icons import icon
from .nodes.description import Place, is_of

ALGORITHM = "senditem"
#: Kind of the entry by platform, what the algorithm calls it, and the entry above that its name begins with.
KINDS = {
    "picterra": (("raster", "Picterra raster", "", ""),),
    "pix4d": (("output.raster", "PIX4D output", "project", ":"), ("output.streamed", "PIX4D output", "project", ":")),
    "pixel": (("raster", "Pixel raster", "collection", "/"), ("found.raster", "Pixel raster", "", "")),
    "pixxel": (("catalog", "Pixxel catalog entry", "", ""),),
    "descarteslabs": (("image", "Descartes Labs image", "", ""),),
}
#: A search finds projects of PIX4D: the orthomosaic of a processed one is what lies there.
PROJECT, PROCESSED, ORTHOMOSAIC = "project", "DONE", "ortho"


def parameters(place: Place) -> dict[str, Any]:
    """The algorithm's parameters as far as the entry tells them; none for what cannot be sent."""
    from ..providers.descarteslabs.records import REMOTE

    if _is_processed(place):
        item = f"{place.entry.id}:{ORTHOMOSAIC}"
        return {"CONNECTION": place.connection, "KIND": "PIX4D output", "ITEM": item}
    for kind, called, above, sign in KINDS.get(place.platform, ()):
        if not is_of(place.entry, kind) or place.entry.state == REMOTE:
            continue
        found = place.nearest(above) if above else None
        if above and found is None:
            return {}
        item = place.entry.id if found is None else f"{found.id}{sign}{place.entry.id}"
        return {"CONNECTION": place.connection, "KIND": called, "ITEM": item}
    return {}


def together(places: Sequence[Place]) -> dict[str, Any]:
    """The parameters for several entries; none where they are not of one connection and kind."""
    found = [parameters(place) for place in places]
    alike = {(place.platform, one.get("CONNECTION"), one.get("KIND")) for place, one in zip(places, found)}
    if len(alike) != 1 or not all(found):
        return {}
    return {**found[0], "ITEM": ",".join(one["ITEM"] for one in found)}


def _is_processed(place: Place) -> bool:
    return place.platform == "pix4d" and place.entry.kind == PROJECT and place.entry.state == PROCESSED


def fill(menu: QMenu, places: Sequence[Place]) -> QMenu | None:
    """Add it to the menu of entries that can be sent: a menu of its own with the connections that take them."""
    filled = together(places)
    if not filled:
        return None
    takers = _takers(places)
    processed = any(map(_is_processed, places))
    title = tr("Send Orthomosaic to Another Platform") if processed else tr("Send to Another Platform")
    part: QMenu = menu.addMenu(icon("send_to"), title)
    part.setObjectName("imageryHubSendItem")
    part.setToolTipsVisible(True)
    for target, connection, words in takers:
        given = {**filled, "TARGET": target, "TARGET_CONNECTION": connection}
        action = part.addAction(words.replace("&", "&&"))
        action.setToolTip(tr("Makes an upload of it there, with its name, date, cloud cover and tags."))
        action.triggered.connect(lambda _=False, given=given: menus.carry_out(ALGORITHM, given, places))
    if not takers:
        none = part.addAction(tr("Make a connection to another platform first"))
        none.setEnabled(False)
    return part


def _takers(places: Sequence[Place]) -> list[tuple[str, str, str]]:
    """Each other connection that takes so many rasters: what the algorithm calls it, the connection, and the words for
    it."""
    from ..algorithms.everywhere.targets import TARGETS

    names = {target.platform: name for name, target in TARGETS.items() if len(places) == 1 or not target.single}
    place, found = places[0], []
    for one in connections.available():
        if one.platform not in names or (one.platform, one.name) == (place.platform, place.connection):
            continue
        platform = PLATFORMS[one.platform].title
        words = tr("{connection} ({platform})…").format(connection=one.name, platform=platform)
        if not one.name:
            words = tr("{platform} (environment)…").format(platform=platform)
        found.append((names[one.platform], one.name, words))
    return found
