"""Picterra as the rest of the plugin sees it. Only delegates: to the client for one request, to a flow for several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..capabilities import Branch, Entries, Entry, Tiles
from ..errors import InputProblem, Kind, PlatformError
from ..http.failures import testing_the_key
from ..http.network import Network
from ..search import Hit, Hits, Query
from ..transfer import TransferEngine
from ..work import Work
from . import web
from .client import PicterraClient, api_root, connect_client
from .flows import browse, detectors, polygons, rasters, results, search, tiles
from .records import Raster, VectorLayer


class Picterra:
    """A connected platform: ``api`` is the client, ``engine`` moves files to and from signed addresses."""

    def __init__(self, api: PicterraClient, engine: TransferEngine) -> None:
        self.api = api
        self.engine = engine

    def close(self) -> None:
        """Give connections and threads back."""
        self.engine.close()
        self.api.http.close()

    # ------------------------------------------------------------------ Browse
    def roots(self) -> Sequence[Entry]:
        """Folders, all rasters, all detectors."""
        return browse.ROOTS

    def children(self, branch: Branch, begin: str, work: Work) -> Entries:
        """A page of what is below an entry."""
        return browse.page(self.api, branch, begin, work)

    def searches(self, entry: Entry) -> bool:
        """Lists of the whole account, rasters of a folder and vector layers are narrowed by the platform."""
        return entry.kind in browse.SEARCHED

    # ------------------------------------------------------------------ Pages
    def page(self, entry: Entry, above: Sequence[Entry] = ()) -> str:
        """Detectors, folders, rasters and what hangs on a raster (section 9.14)."""
        return web.page_of(self.api.http.root, entry, above)

    # ------------------------------------------------------------------ Search
    @property
    def narrows(self) -> frozenset[str]:
        """Everything but the area."""
        return search.NARROWS

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        """A page of rasters, newest first."""
        found, following = search.page(self.api, query, begin, work)
        return Hits([hit_of(one) for one in found.records], found.count, following)

    # ------------------------------------------------------------------ Rasters
    def upload_raster(self, source: Path, name: str, folder_id: str, work: Work) -> str:
        """Upload a file as one raster; all bands are kept."""
        details = rasters.details_of(name=name, folder_id=folder_id)
        return rasters.upload_raster(self.api, self.engine, source, details, work)

    def download_raster(self, raster_id: str, target: Path, work: Work) -> None:
        """Download the raster's file."""
        rasters.download_raster(self.api, self.engine, raster_id, target, work)

    def delete_raster(self, raster_id: str, work: Work) -> None:
        """Delete a raster."""
        rasters.delete_raster(self.api, raster_id, work)

    # ------------------------------------------------------------------ Stream
    def stream(self, what: str, identity: str, form: str) -> Tiles:
        """The tiles of a raster."""
        if (what, form) != ("raster", "tiles"):
            raise InputProblem("not_streamed")
        return tiles.tiles_of(self.api.rasters.get(identity), identity)

    # ------------------------------------------------------------------ Features
    def push_layer(self, raster_id: str, polygons_file: Path, name: str, work: Work) -> str:
        """Send a vector layer."""
        details: VectorLayer = {"name": name}
        return polygons.upload_vector_layer(self.api, self.engine, raster_id, polygons_file, details, work)

    def pull_layer(self, layer_id: str, folder: Path, work: Work) -> Sequence[Path]:
        """Fetch a vector layer."""
        return results.download_vector_layer(self.api, self.engine, layer_id, folder, results.NEWEST, work)

    # ------------------------------------------------------------------ Run
    def run(self, detector_id: str, raster_id: str, work: Work) -> str:
        """Detect on a raster; gives the id of the operation."""
        return detectors.run(self.api, detector_id, raster_id, "", work)[0]


def hit_of(one: Raster) -> Hit:
    """A raster as an answer to a search."""
    cloud = one.get("cloud_coverage")
    known = float(cloud) if isinstance(cloud, (int, float)) and not isinstance(cloud, bool) else None
    entry = replace(browse.raster_entry(one), footprint=footprint_of(one))
    return Hit(entry, str(one.get("captured_at") or ""), known, str(one.get("user_tag") or ""))


def footprint_of(raster: Raster) -> Mapping[str, object] | None:
    """The footprint where the answer carries one."""
    footprint = raster.get("footprint")
    return dict(footprint) if isinstance(footprint, dict) else None


def connect(address: str, secrets: Mapping[str, str], options: Mapping[str, str], network: Network) -> Picterra:
    """The platform for a connection; sends nothing. ``secrets``: ``key``. ``options``: ``variable``, the environment
    variable that the key came from."""
    origin = {"variable": options["variable"]} if "variable" in options else None
    return Picterra(connect_client(secrets["key"], address, network, origin_of_key=origin), TransferEngine(network))


def normalise_address(text: str) -> str:
    """The API root for either form of the address (section 2)."""
    return api_root(text)


def check(platform: Picterra) -> str:
    """The organisation behind the key; empty where the platform does not serve that (section 9.11). Sent once: who
    tests a connection waits for the answer, and can test again."""
    api = platform.api.trying_once()
    with testing_the_key():
        try:
            return api.account.user().get("organization_name") or ""
        except PlatformError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
        next(api.detectors.list(), None)
    return ""
