"""How GDAL, which asks for rasters by itself, reaches their server: authorities and proxy as QGIS has them.

GDAL knows these options for a path since 3.7; before, it has its own ones for the whole program, which are left alone.
An accepted exception cannot be handed over: GDAL could only be told to look at no certificate of a server at all.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from osgeo import gdal

from ...network import NetworkSettings
from . import credentials
from .registry import Live

SINCE = 3070000
NAMES = ("CURL_CA_BUNDLE", "GDAL_HTTP_PROXY", "GDAL_HTTP_PROXYUSERPWD")
CURL, S3 = "/vsicurl/", credentials.S3


def routed(live: Live, network: NetworkSettings) -> Live:
    """The live source, with what GDAL needs for its server among its options. Not for the main thread, where the system
    is asked for its proxy."""
    if int(gdal.VersionInfo()) < SINCE or not live.source.startswith((CURL, S3)):
        return live
    prefix = live.prefix or live.source.partition("?")[0]
    wanted = {**options(_server(live), network), **live.options}
    return replace(live, prefix=prefix, options=wanted)


def options(address: str, network: NetworkSettings) -> dict[str, str]:
    """GDAL's options for an address. An empty proxy is a direct connection, whatever QGIS told GDAL of all addresses;
    user and password are named apart from it."""
    proxy = urlsplit(network.proxies.for_url(address))
    login, _, place = proxy.netloc.rpartition("@")
    found = dict(zip(NAMES, (str(network.bundle or ""), urlunsplit(proxy._replace(netloc=place)), login)))
    return {name: value for name, value in found.items() if value or name == "GDAL_HTTP_PROXY"}


def _server(live: Live) -> str:
    """The address that GDAL asks. That of a bucket depends on its options: the bucket stands in the host's name or
    behind it, and without an endpoint the region tells the host."""
    if not live.source.startswith(S3):
        return live.source[len(CURL):]
    with credentials.lent(live.prefix, live.options):
        return gdal.GetActualURL(live.source) or ""
