"""How Pixxel's entries come onto the map: bundles, whose images the algorithm unpacks and shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..add_to_map.ways import CONNECTION, Way
from ..nodes.description import Place


@dataclass(frozen=True)
class InWay(Way):
    """Something that is found only through what it is in: ``above`` is the kind of that, ``holder`` its parameter."""

    above: str = ""
    holder: str = ""

    def target(self, place: Place) -> str:
        """The entry, where it is known what it is in."""
        return super().target(place) if place.nearest(self.above) is not None else ""

    def parameters(self, place: Place) -> dict[str, Any]:
        """Both ids."""
        found = place.nearest(self.above)
        holder = "" if found is None else found.id
        return {CONNECTION: place.connection, self.holder: holder, self.parameter: self.target(place)}


WAYS = (
    Way("catalog", "pixxel_downloadcatalog", "CATALOGS", "catalog", "catalog", "catalog", suffix=".zip", loads=True),
    InWay("asset", "pixxel_downloadassets", "ASSETS", "asset", "assets", "asset", suffix=".zip", loads=True,
          above="aoi", holder="AOI"),
    InWay("insight", "pixxel_downloadinsight", "INSIGHT", "insight", "insight", "insight", suffix=".zip", loads=True,
          above="aoi", holder="AOI"),
    InWay("job", "pixxel_downloadjob", "JOB_ID", "job", "job", "job", suffix=".zip", loads=True, above="workflow",
          holder="WORKFLOW"),
)
