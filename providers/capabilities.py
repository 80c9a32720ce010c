"""What a platform can do, as small interfaces. A platform has some of them; each came with the first one that needs it.

Docks and the Browser ask by ``isinstance``; algorithms speak the platform's own terms and use its flows directly.
Looking for imagery is in ``search.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Union, runtime_checkable

from .work import Work


@dataclass(frozen=True)
class Entry:
    """One thing that a platform holds. ``kind`` is the platform's word (raster, detector ...), ``state`` too.

    ``details`` are further members to show, by their names on the platform. ``footprint`` is GeoJSON, WGS 84.
    ``picture`` is the address of a small picture where the platform told it with the entry and tells it nowhere else.
    """

    kind: str
    id: str
    name: str
    state: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    footprint: Mapping[str, object] | None = None
    picture: str = field(default="", repr=False)


@dataclass(frozen=True)
class Entries:
    """One page of a list; ``total`` over all pages, None when not known.

    ``following`` is what to begin the next page with, in the platform's own terms; empty after the last one.
    """

    entries: Sequence[Entry]
    total: int | None = None
    following: str = ""


@dataclass(frozen=True)
class Branch:
    """What is listed: what is below ``entry``. ``above`` is the way to it, the nearest last. ``search`` narrows by name
    where :meth:`Browse.searches` says so."""

    entry: Entry
    above: Sequence[Entry] = ()
    search: str = ""


@runtime_checkable
class Browse(Protocol):
    """A tree that is filled lazily."""

    def roots(self) -> Sequence[Entry]:
        """The branches at the top. Sends nothing."""

    def children(self, branch: Branch, begin: str, work: Work) -> Entries:
        """One page of what is below; ``begin`` is empty for the first one. Nothing for a leaf."""

    def searches(self, entry: Entry) -> bool:
        """Whether the platform itself narrows what is below this entry by name. Sends nothing."""


@dataclass(frozen=True)
class Way:
    """An entry and what it is below in the tree, the nearest last. Without an entry: there may be more of what is below
    the last of ``above``, a heading."""

    entry: Entry | None
    above: Sequence[Entry]


@runtime_checkable
class Finds(Protocol):
    """Entries deep in the tree by name, which no list at its top holds."""

    def find(self, text: str, most: int, work: Work) -> Iterator[Way]:
        """What has the text in its name, up to ``most`` of each sort, as it comes. Ends after some twenty requests."""


@runtime_checkable
class Pages(Protocol):
    """Entries that have a page in the platform's web application."""

    def page(self, entry: Entry, above: Sequence[Entry] = ()) -> str:
        """The address of its page, empty when it has none. Sends nothing."""


@runtime_checkable
class Pictures(Protocol):
    """Small pictures of entries, which the platform has made."""

    def picture(self, entry: Entry, above: Sequence[Entry], work: Work) -> bytes:
        """A PNG or JPEG of some hundred pixels; empty where there is none, or none yet. Asks the platform."""


@runtime_checkable
class Rasters(Protocol):
    """Raster files there and back."""

    def upload_raster(self, source: Path, name: str, folder_id: str, work: Work) -> str:
        """Upload a file, wait until it is usable, give its id."""

    def download_raster(self, raster_id: str, target: Path, work: Work) -> None:
        """Download the raster's file."""

    def delete_raster(self, raster_id: str, work: Work) -> None:
        """Delete a raster."""


@runtime_checkable
class Features(Protocol):
    """Vector layers there and back, as GeoJSON files in WGS 84."""

    def push_layer(self, raster_id: str, polygons: Path, name: str, work: Work) -> str:
        """Send a layer of polygons that belongs to a raster, give its id."""

    def pull_layer(self, layer_id: str, folder: Path, work: Work) -> Sequence[Path]:
        """Fetch a layer as one or more files."""


@runtime_checkable
class Run(Protocol):
    """The platform's own analysis."""

    def run(self, detector_id: str, raster_id: str, work: Work) -> str:
        """Run a detector on a raster to the end; gives the id under which its result is found. May cost money."""


@dataclass(frozen=True)
class Tiles:
    """Map tiles in Web Mercator. ``template`` holds ``{z}``, ``{x}``, ``{y}``; without a key it is itself a secret.

    ``zoom`` is the lowest and the highest level, ``extent`` west, south, east, north in degrees; None when not known.
    ``from_south`` True: rows are counted from the south, as in TMS.
    """

    template: str = field(repr=False)
    zoom: tuple[int, int] | None = None
    extent: tuple[float, float, float, float] | None = None
    from_south: bool = True


@dataclass(frozen=True)
class Bucket:
    """An object in S3 with credentials of a while. ``access``: ``access_key``, ``secret_key``, ``session_token``.

    ``expires`` is in seconds since 1970 by this machine's clock. ``options`` are GDAL's: region, endpoint.
    """

    name: str
    key: str
    access: Mapping[str, str] = field(repr=False)
    expires: float | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signed:
    """A file at an address that holds its own credential, read by ranges. ``expires`` is in seconds since 1970 by this
    machine's clock; None when not known."""

    address: str = field(repr=False)
    expires: float | None = None


Offered = Union[Tiles, Bucket, Signed]
"""What a platform gives to be read from: tiles for the form ``tiles``, a bucket for ``s3``, an address for ``cog``."""


@runtime_checkable
class Stream(Protocol):
    """Imagery that can be seen without being downloaded."""

    def stream(self, what: str, identity: str, form: str) -> Offered:
        """Where it can be read from now. ``what`` is the platform's word (``raster``), ``form`` one of
        ``core.live_sources.makers``. Asks the platform once; raises ``InputProblem`` for what it does not stream."""
