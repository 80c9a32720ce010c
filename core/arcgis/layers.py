"""Layers of ArcGIS services by QGIS's own providers. Sources hold addresses and the id of a configuration, no token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.core import QgsDataSourceUri, QgsMapLayer, QgsRasterLayer, QgsVectorLayer

from ..problems import Problem
from ..translation import tr
from .capabilities import WmsLayer

IMAGES, FEATURES, WMS = "arcgismapserver", "arcgisfeatureserver", "wms"
WORLD = "EPSG:4326"


def image_layer(url: str, page: Mapping[str, Any], name: str, authcfg: str) -> QgsRasterLayer:
    """An image service as its own server draws it, in the system that its ``page`` tells."""
    reference = page.get("spatialReference")
    codes = reference if isinstance(reference, Mapping) else {}
    code = codes.get("latestWkid") or codes.get("wkid")
    source = _source({"crs": f"EPSG:{code}" if code else WORLD, "format": "PNG32", "layer": "", "url": url}, authcfg)
    return _checked(QgsRasterLayer(source, name, IMAGES))


def feature_layer(url: str, name: str, authcfg: str) -> QgsVectorLayer:
    """A layer of a feature service; its geometry is asked for in longitude and latitude."""
    return _checked(QgsVectorLayer(_source({"crs": WORLD, "url": url}, authcfg), name, FEATURES))


def wms_layer(address: str, one: WmsLayer, preferred: str, name: str, authcfg: str) -> QgsRasterLayer:
    """A layer of a WMS in the preferred system where it has that, else in the first that it has."""
    crs = preferred if preferred in one.systems else next(iter(one.systems), WORLD)
    uri = QgsDataSourceUri()
    for key, value in {"crs": crs, "format": "image/png", "layers": one.name, "styles": one.style, "url": address,
                       "dpiMode": "7"}.items():
        uri.setParam(key, value)
    if authcfg:
        uri.setParam("authcfg", authcfg)
    return _checked(QgsRasterLayer(bytes(uri.encodedUri()).decode("ascii"), name, WMS))


def chosen(layers: Sequence[WmsLayer], functions: Sequence[str]) -> tuple[list[WmsLayer], list[str]]:
    """The WMS layers of raster functions, and the functions that have none. A server may put the service's name and a
    colon before a function's, and write it with blanks or underscores."""
    by_name = {_plain(one.name.rpartition(":")[2]): one for one in layers}
    missing = [one for one in functions if _plain(one) not in by_name]
    return [by_name[_plain(one)] for one in functions if _plain(one) in by_name], missing


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _source(members: Mapping[str, str], authcfg: str) -> str:
    uri = QgsDataSourceUri()
    for name, value in members.items():
        uri.setParam(name, value)
    if authcfg:
        uri.setAuthConfigId(authcfg)
    return uri.uri(False)


def _checked(layer: Any) -> Any:
    if not layer.isValid():
        raise Problem(
            tr("QGIS could not open “{name}” of the service. Look at its log messages, and whether it runs.").format(
                name=layer.name()
            )
        )
    return layer


def sources(layers: Sequence[QgsMapLayer]) -> str:
    """The sources of layers, one a line: what may be kept and shown."""
    return "\n".join(one.publicSource() for one in layers)
