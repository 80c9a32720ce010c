"""How Pixel's entries come onto the map: a raster from where it is, where the platform gives an address; the images of
a data collection as points, its rasters as footprints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...core.arcgis import tokens
from ...core.translation import tr
from ..add_to_map.ways import CONNECTION, Way
from ..nodes.description import Place


@dataclass(frozen=True)
class RasterWay(Way):
    """A raster, which is found through its data collection only."""

    def target(self, place: Place) -> str:
        """As ``providers.pixel.flows.streaming.identity`` joins them."""
        collection = _collection(place)
        return f"{collection}/{place.entry.id}" if collection else ""

    def parameters(self, place: Place) -> dict[str, Any]:
        """The data collection and the raster."""
        return {CONNECTION: place.connection, "COLLECTION": _collection(place), "RASTER": place.entry.id}


@dataclass(frozen=True)
class FoundWay(Way):
    """What a search found: its id holds the data collection."""

    def parameters(self, place: Place) -> dict[str, Any]:
        """The data collection, and the one thing in it."""
        collection, _, identity = place.entry.id.rpartition("/")
        return {CONNECTION: place.connection, "COLLECTION": collection, self.parameter: identity}


@dataclass(frozen=True)
class LayerWay(Way):
    """All images or rasters of a data collection, from it or from the heading in it."""

    def title(self, place: Place) -> str:
        """As the data collection, and what it holds."""
        name = next((one.name for one in (place.entry, *reversed(place.above)) if one.name), place.entry.id)
        return f"{name}: {tr('Images') if self.origin == 'images' else tr('Rasters')}"


@dataclass(frozen=True)
class ServiceWay(Way):
    """A running ArcGIS service. Of one that is limited to GDO users only where a login of theirs was used before: else
    the algorithm's window asks for it."""

    def target(self, place: Place) -> str:
        """The service itself."""
        if place.entry.state not in ("", "started", "refreshing"):
            return ""
        users = [one.strip() for one in place.entry.details.get("gdo_users", "").split(",") if one.strip()]
        return place.entry.id if not users or tokens.login_of(users) else ""

    def title(self, place: Place) -> str:
        """As the algorithm calls the first layer."""
        name = place.entry.name or place.entry.id
        return f"{name}: Images" if place.entry.kind == "service.feature" else name


def _collection(place: Place) -> str:
    return next((one.id for one in reversed(place.above) if one.kind.startswith("collection.")), "")


def _layer(kind: str, what: str) -> Way:
    return LayerWay(kind, f"pixel_{what}tolayer", "COLLECTION", kind, what, "collection", suffix=".gpkg", vector=True)


WAYS = (
    FoundWay("found.raster", "pixel_addraster", "RASTER", "found.raster", "raster", "raster", streams="cog"),
    FoundWay("found.image", "pixel_imagestolayer", "IMAGES", "found.image", "images", "image", suffix=".gpkg",
             vector=True),
    RasterWay("raster", "pixel_addraster", "RASTER", "raster", "raster", "raster", streams="cog"),
    *(ServiceWay(kind, "pixel_addservice", "SERVICE", kind, "service", "service")
      for kind in ("service.image", "service.feature")),
    *(_layer(kind, "images") for kind in ("collection.image", "images")),
    *(_layer(kind, "rasters") for kind in ("collection.raster", "collection.raster.RGB", "collection.raster.DTM",
                                           "collection.raster.DSM", "rasters")),
)
