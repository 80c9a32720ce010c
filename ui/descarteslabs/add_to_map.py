"""How images of the Descartes Labs catalog come onto the map: all their pixels, shown as their bands say."""

from __future__ import annotations

from dataclasses import dataclass

from ...providers.descarteslabs.records import REMOTE
from ..add_to_map.ways import Way
from ..nodes.description import Place


@dataclass(frozen=True)
class StoredWay(Way):
    """Something whose pixels the catalog has: of what is stored elsewhere it knows the entry only."""

    def target(self, place: Place) -> str:
        """The entry, where its pixels are there."""
        return "" if place.entry.state == REMOTE else super().target(place)


WAYS = (
    StoredWay("image", "descarteslabs_fetchpixels", "IMAGE", "image", "image", "image", suffix=".tif"),
)
