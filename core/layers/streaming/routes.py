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
CURL, S3 = "/vsicurl/", "/vsis3/"


def routed(live: Live, network: NetworkSettings) -> Live:
    """The live source, with what its server needs handed to GDAL. Not for the main thread, where the system is asked
    for its proxy."""
    if int(gdal.VersionInfo()) < SINCE or not live.source.startswith((CURL, S3)):
        return live
    if live.source.startswith(S3):
        return replace(live, options={**options(_endpoint(live), network), **live.options})
    address = live.source[len(CURL):]
    prefix = live.source.partition("?")[0]
    wanted = options(address, network)
    if any(gdal.GetPathSpecificOption(prefix, name) != wanted.get(name) for name in NAMES):
        credentials.clear(prefix)
        credentials.apply(prefix, wanted)
    return live


def options(address: str, network: NetworkSettings) -> dict[str, str]:
    """GDAL's options for an address. An empty proxy is a direct connection, whatever QGIS told GDAL of all addresses;
    user and password are named apart from it."""
    proxy = urlsplit(network.proxies.for_url(address))
    login, _, place = proxy.netloc.rpartition("@")
    found = dict(zip(NAMES, (str(network.bundle or ""), urlunsplit(proxy._replace(netloc=place)), login)))
    return {name: value for name, value in found.items() if value or name == "GDAL_HTTP_PROXY"}


def _endpoint(live: Live) -> str:
    """The address of a bucket's server."""
    scheme = "http" if live.options.get("AWS_HTTPS", "YES") == "NO" else "https"
    return f"{scheme}://{live.options.get('AWS_S3_ENDPOINT', 's3.amazonaws.com')}/"
