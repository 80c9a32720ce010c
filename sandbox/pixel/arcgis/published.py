"""Services that were published: their names in addresses, who may ask them, and the data they serve.

What a service serves is taken when it is started or refreshed with its data (A25): what changes later shows after the
next refresh.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..records import Service
from ..state import TENANT
from ..world import World
from .feature_table import FeatureTable
from .image_layers import FeatureData, feature_data
from .pictures import bounds_of, cell_of
from .relief import FUNCTIONS

FOLDER = f"Pixel_{TENANT}"
ENDINGS = {"Image": "ImageServer", "Feature": "FeatureServer"}
RUNNING = ("started", "refreshing")
TERRAIN_TYPES = ("DTM", "DSM")
ROOT = "/arcgis/rest/services/"


@dataclass(frozen=True)
class ImageData:
    """What an image service shows: optimised files, and whether they are heights."""

    paths: tuple[Path, ...]
    terrain: bool

    @property
    def functions(self) -> tuple[str, ...]:
        """Raster functions besides the plain picture."""
        return FUNCTIONS if self.terrain else ()

    def bounds(self, srid: int) -> tuple[float, float, float, float]:
        """In units of a coordinate system."""
        return _bounds(self.paths, srid)

    def cell(self, srid: int) -> float:
        """Width of a pixel."""
        return _cell(self.paths, srid)


@lru_cache(maxsize=256)
def _bounds(paths: tuple[Path, ...], srid: int) -> tuple[float, float, float, float]:
    """Files of published services are never written anew."""
    return bounds_of(paths, srid)


@lru_cache(maxsize=256)
def _cell(paths: tuple[Path, ...], srid: int) -> float:
    return cell_of(paths, srid)


def short_name(service: Service) -> str:
    """A service's name as it stands in its address; the id keeps those of one name apart."""
    return f"{re.sub(r'[^A-Za-z0-9]+', '_', service.name).strip('_') or 'Service'}_{service.id}"


def address(service: Service, host: str) -> str:
    """Where a running service is."""
    return f"{host}{ROOT}{FOLDER}/{short_name(service)}/{ENDINGS[service.type]}"


def running(world: World) -> list[Service]:
    """Those that answer."""
    return [one for one in world.state.services.values() if one.status in RUNNING and one.data is not None]


def found(world: World, path: str) -> tuple[Service, str] | None:
    """The service that a path below :data:`ROOT` names, also one that does not run, and the rest of the path. A
    renamed service keeps the address that it has until it is started again."""
    match = re.fullmatch(rf"{FOLDER}/([^/]+)/(ImageServer|FeatureServer)((?:/.*)?)", path)
    if match is None:
        return None
    own = f"{ROOT}{FOLDER}/{match[1]}/{match[2]}"
    service = next((one for one in world.state.services.values() if (one.url or "").endswith(own)), None)
    return (service, match[3].strip("/")) if service is not None else None


def allowed(service: Service) -> list[str] | None:
    """Users whose tokens are taken; None is everybody."""
    users: list[str] | None = service.options.get("gdo_users")
    return users


def default_srid(service: Service) -> int:
    """The coordinate system of an image service."""
    return int(service.options["image_service_options"]["default_service_srid"])


def wms_options(service: Service) -> dict[str, Any] | None:
    """What was said of its WMS; None where there is none."""
    options = service.options.get("image_service_options") or {}
    wms: dict[str, Any] | None = options.get("wms_options")
    return wms if wms is not None and wms.get("enable", True) else None


def wms_srids(service: Service) -> list[int]:
    """Systems that its WMS answers in (section 16.2)."""
    own = default_srid(service)
    given = (wms_options(service) or {}).get("supported_srids")
    return list(dict.fromkeys(given or [own, 4326]))


def take_data(world: World, service: Service) -> None:
    """Publish what is there now."""
    if service.type == "Image":
        paths = [copy.file for collection in service.collections for copy in world.state.optimized.of(collection)
                 if copy.status == "completed" and copy.file is not None]
        kinds = {world.state.collections[one].type for one in service.collections}
        service.data = ImageData(tuple(paths), not kinds.isdisjoint(TERRAIN_TYPES))
    else:
        service.data = feature_data(world, service)


def tables(service: Service) -> list[FeatureTable]:
    """The layers of a feature service."""
    data = service.data
    return data.tables if isinstance(data, FeatureData) else []
