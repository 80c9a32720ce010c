"""Rasters that are read from where they are, as far as the platform gives an address (ASSUMED A10)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ...capabilities import Signed
from ...errors import InputProblem
from ..client import PixelClient
from ..places import Place, place_of

WHAT, FORM = "raster", "cog"
ADDRESS_SECONDS = 900.0
"""Life of an address that does not tell its own (A10)."""


def identity(place: Place, raster_id: str) -> str:
    """A raster with the data collection through which alone it is found: ``10/6/456``."""
    return f"{place}/{raster_id}"


def parts_of(name: str) -> tuple[Place, str]:
    """What :func:`identity` joined."""
    place, _, raster_id = name.rpartition("/")
    return place_of(place), raster_id


def offered(api: PixelClient, name: str) -> Signed:
    """Where a raster can be read from now. :class:`InputProblem` (``not_streamed``) where the platform gives no
    address."""
    place, raster_id = parts_of(name)
    return signed_of(api.rasters.get(place, raster_id))


def signed_of(raster: Mapping[str, Any]) -> Signed:
    """The same of a raster that was just read."""
    address = raster.get("download_url")
    if not isinstance(address, str) or not address:
        raise InputProblem("pixel_not_streamed", name=str(raster.get("name") or raster.get("id") or ""))
    return Signed(address, expiry_of(address))


def expiry_of(address: str) -> float:
    """When a signed address ends, in seconds since 1970 by this machine's clock: as S3's addresses tell it, in a
    quarter of an hour where one does not."""
    found = {name.lower(): values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
    now = time.time()
    try:
        return _told(found, now)
    except ValueError:  # it says so in a way of its own
        return now + ADDRESS_SECONDS


def _told(query: Mapping[str, str], now: float) -> float:
    if "x-amz-expires" in query:
        begin = _moment(query["x-amz-date"]) if "x-amz-date" in query else now
        return min(begin, now) + float(query["x-amz-expires"])
    ends = [float(query[name]) for name in ("expires", "x-expires") if name in query]
    return min([*ends, now + ADDRESS_SECONDS])


def _moment(text: str) -> float:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
