"""Which live source stands for which reference, in both directions, for QGIS's reading and writing of projects."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from ... import log
from . import credentials
from .reference import CLEAR, EMPTY, SCHEME, TILE_SCHEME, Reference, mounted, parse, tile_of, within

CACHE_LOAD = QNetworkRequest.Attribute.CacheLoadControlAttribute
#: Where QGIS's requests for tiles hold the address that was asked for, before it was sent on: User + 4 (QGIS's
#: QgsWmsTileAttribute), by its number, as PyQt6 does not add to enums.
TILE_URL = QNetworkRequest.Attribute(1004)


@dataclass(frozen=True)
class Live:
    """What a layer reads from now. Tiles have a ``template`` with ``{z}``, ``{x}`` and ``{y}`` or ``{-y}`` instead of a
    ``source``.

    ``secrets`` are the parts by which the source is recognised and that must never be stored: the address before its
    placeholders, the signed part. ``options`` are GDAL's, for everything below ``prefix``: credentials of ``/vsis3``,
    and the way to the server (``routes``).
    ``expires`` is in seconds since 1970; None means that it is not known to expire. ``facts`` are those of its
    reference.
    """

    source: str
    secrets: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    expires: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    template: str = ""

    def tile(self, level: int, column: int, row: int) -> str:
        """The address of a tile; ``row`` from the north, ``{-y}`` is counted from the south."""
        values = {"{z}": level, "{x}": column, "{y}": row, "{-y}": 2**level - 1 - row}
        address = self.template
        for place, value in values.items():
            address = address.replace(place, str(value))
        return address

    def usable(self, now: float) -> bool:
        """Whether it can be expected to answer for a while yet."""
        return self.expires is None or self.expires - now > 60


Renewer = Callable[[Reference], Live]


class SourceRegistry:
    """Thread safe. Providers' renewers are registered by platform; they use the network and never run on load.

    ``core.source_hooks`` puts ``written``, ``loaded`` and ``send_on`` between QGIS, its project files and the network.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._renewers: dict[str, Renewer] = {}
        self._live: dict[Reference, tuple[Live, float]] = {}
        self._earlier: list[tuple[str, Reference]] = []
        self._keeps_asked = False
        self._in_vain: set[str] = set()

    def register(self, platform: str, renewer: Renewer) -> None:
        """``renewer`` answers a reference of this platform with a live source; it runs in the background."""
        with self._lock:
            self._renewers[platform] = renewer

    def note(self, reference: Reference, live: Live) -> None:
        """Remember a live source and apply its credentials. From now on it is stored as its reference, with the facts
        that the platform told last."""
        if live.facts:
            reference = replace(reference, facts=dict(live.facts))
        keys = [value for name, value in live.options.items() if name.endswith(("_KEY", "_KEY_ID", "_TOKEN"))]
        for secret in (*live.secrets, *keys):
            log.hide(secret)
        if live.prefix:
            credentials.keep(live.prefix, live.options)
        with self._lock:
            self._live[reference] = (live, self._now())
            for mark in (*(live.secrets or (live.source,)), reference.mount):
                entry = (mark, reference)
                if entry in self._earlier:
                    self._earlier.remove(entry)
                self._earlier.append(entry)

    def renew(self, reference: Reference) -> Live:
        """A live source from the platform; takes as long as the network takes. KeyError without a renewer."""
        with self._lock:
            renewer = self._renewers[reference.platform]
        return self.bring(reference, renewer(reference))

    def bring(self, reference: Reference, live: Live) -> Live:
        """Note a live source, and give what layers are to read from: for a raster a place in GDAL's memory that leads
        to it, as layouts, styles and other plugins keep the sources of layers as they are. It has no source when it
        cannot be opened. Takes as long as the network takes."""
        self.note(reference, live)
        if reference.form == "tiles":
            return live
        source, facts = credentials.mount(reference.mount, live.source)
        live = replace(live, source=source, facts=live.facts or facts or reference.facts)
        self.note(reference, live)
        return live

    def live(self, reference: Reference) -> Live | None:
        """The live source that is known and still usable."""
        with self._lock:
            found, _ = self._live.get(reference, (None, 0.0))
        return found if found is not None and found.usable(self._now()) else None

    def age(self, reference: Reference) -> float:
        """Seconds since the platform told the live source of a reference; infinite when it never did."""
        with self._lock:
            _, noted = self._live.get(reference, (None, float("-inf")))
        return self._now() - noted

    def expiry(self, reference: Reference) -> float | None:
        """When the live source of a reference expires."""
        with self._lock:
            found, _ = self._live.get(reference, (None, 0.0))
        return found.expires if found is not None else None

    def reference(self, source: str) -> Reference | None:
        """What a layer's source stands for, live (also if expired) or placeholder; None if it is not one of ours."""
        plain = unquote(source)
        with self._lock:
            for mark, reference in self._earlier:
                if mark in source or mark in plain or quote(mark, safe="") in source or unquote(mark) in plain:
                    return reference
        return within(source) if SCHEME in plain else mounted(source)

    def stored(self, source: str) -> str:
        """The reference for a source of ours, everything else unchanged. Never raises."""
        return self._without_address(source, lambda reference: reference.text())

    def written(self, source: str) -> str:
        """QGIS's path writer: as ``stored``, but tiles keep their source, as versions that do not ask here write it."""
        return self._without_address(
            source, lambda reference: reference.placeholder() if reference.form == "tiles" else reference.text()
        )

    def _without_address(self, source: str, form: Callable[[Reference], str]) -> str:
        """What may stand in a file for a source. An exception in a path writer ends QGIS; what is ours and cannot be
        named is stored as an empty raster, and only what is not ours as it is."""
        try:
            reference = self.reference(source)
            return source if reference is None else form(reference)
        except Exception as error:  # QGIS must not see it
            log.unexpected(error)
        with self._lock:
            ours = SCHEME in source or any(mark in source for mark, _ in self._earlier)
        return EMPTY if ours else source

    def loaded(self, source: str) -> str:
        """QGIS's path pre-processor: a live source if one is known, else the placeholder. Never uses the network,
        and never raises, which would end QGIS."""
        try:
            reference = parse(source) or mounted(source)
            if reference is None:
                return source
            live = self.live(reference)
            return live.source if live is not None and live.source else reference.placeholder()
        except Exception as error:  # QGIS must not see it
            log.unexpected(error)
            return source

    def send_on(self, request: QNetworkRequest) -> None:
        """QGIS's request pre-processor, in whichever thread asks: tiles of ours are asked for where they are now.

        QGIS's cache on disk would keep the address beside each tile, so that it is left out; that in memory is not.
        Never raises, which would end QGIS.
        """
        if request.url().scheme() != TILE_SCHEME:
            return
        address = CLEAR
        try:
            asked = tile_of(request.url().path())
            live = self.live(asked[0]) if asked else None
            if self._is_kept(request, live is not None):
                return
            if asked and live:
                address = live.tile(*asked[1:])
        except Exception as error:  # QGIS must not see it
            log.unexpected(error)
        request.setUrl(QUrl(address))
        request.setAttribute(QNetworkRequest.Attribute.CacheSaveControlAttribute, False)

    def _is_kept(self, request: QNetworkRequest, is_live: bool) -> bool:
        """Whether a request asks QGIS's cache in memory for a tile under the address that QGIS asked for.

        The cache is looked into with a bare request. Tiles are kept in it under the address that they came from or,
        since 3.34, where requests tell it, under that which QGIS asked for. What came while it was not known where the
        tiles are is not wanted from there.
        """
        url = request.url()
        with self._lock:
            if request.rawHeaderList() or request.attribute(CACHE_LOAD) is not None:
                self._keeps_asked = self._keeps_asked or request.attribute(TILE_URL) == url
                (self._in_vain.discard if is_live else self._in_vain.add)(url.path())
                return False
            return is_live and self._keeps_asked and url.path() not in self._in_vain
