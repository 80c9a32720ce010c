"""Tokens of ArcGIS layers made anew, and layers that could not be opened meanwhile brought back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsDataProvider,
    QgsDataSourceUri,
    QgsMapLayer,
    QgsNetworkAccessManager,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop, QUrl

from ..network import NetworkSettings
from . import answers, tokens
from .layers import FEATURES, IMAGES
from .tokens import Held

CACHE_CONTROL, FOR_NOW = b"Cache-Control", b"max-age=30"


def renew(held: Held, network: NetworkSettings) -> None:
    """Ask the server for another token with the login that is noted. In the background, where the authentication
    database is open; ``network`` was read on the main thread."""
    from ...providers.pixel.client.arcgis import token_address
    from ...providers.pixel.client.esri import token_from
    from ..network.qgis_network import QgisNetwork
    from .opening import fetch_by

    address, ways = token_address(held.server), QgisNetwork(network)
    fetch = fetch_by(lambda one: token_from(ways, address, one.username, one.password, minutes=tokens.LIFE_MINUTES))
    tokens.opened(held.login, held.server, fetch)


@dataclass(frozen=True)
class Down:
    """A layer of the project that could not be opened: what opening it again takes, and no hold on the layer."""

    layer: str
    source: str
    provider: str
    raster: bool


def refresh(layers: Iterable[QgsMapLayer], authcfg: str) -> list[Down]:
    """Draw the layers of a token anew, and tell those that have to be opened again. On the main thread."""
    found = []
    for layer in [one for one in layers if tokens.authcfg_of(one) == authcfg]:
        if _is_down(layer):
            found.append(Down(layer.id(), layer.source(), layer.providerType(), isinstance(layer, QgsRasterLayer)))
        else:
            _draw(layer)
    return found


def opening(down: Sequence[Down], cancelled: Callable[[], bool] = lambda: False) -> list[Down]:
    """Those that open now. In the background: QGIS asks the server, and the main thread would stand still meanwhile.
    What it answers is in QGIS's cache afterwards."""
    with answers.let_be_stored():
        timers = QEventLoop()  # a thread of Python's has none before, and QGIS's requests could not time out in it
        try:
            return [one for one in down if not cancelled() and _opens(one)]
        finally:
            timers.quit()


def _opens(one: Down) -> bool:
    layer = (QgsRasterLayer if one.raster else QgsVectorLayer)(one.source, "", one.provider)
    return not _is_down(layer)


def bring_back(project: QgsProject, opened: Iterable[Down]) -> int:
    """Open layers that are still down, from what is in QGIS's cache. How many there are. On the main thread."""
    try:
        return sum(_brought_back(project.mapLayer(one.layer), one) for one in opened)
    finally:
        answers.remove_stored()


def _brought_back(layer: QgsMapLayer | None, one: Down) -> bool:
    if layer is None or layer.source() != one.source or not _is_down(layer):
        return False
    _let_be_used(one)
    layer.setDataSource(one.source, layer.name(), one.provider, QgsDataProvider.ProviderOptions())
    _draw(layer)
    return not _is_down(layer)


def _let_be_used(one: Down) -> None:
    """ArcGIS servers say of a layer's page that it is to be asked for each time. The one that has just come may be used
    for this once: the main thread would wait for another."""
    cache = QgsNetworkAccessManager.instance().cache()
    if one.provider not in (IMAGES, FEATURES) or cache is None:
        return
    page = cache.metaData(QUrl(QgsDataSourceUri(one.source).param("url") + "?f=json"))
    if page.isValid():
        others = [(name, value) for name, value in page.rawHeaders() if bytes(name).lower() != CACHE_CONTROL.lower()]
        page.setRawHeaders([*others, (CACHE_CONTROL, FOR_NOW)])
        cache.updateMetaData(page)


def _is_down(layer: QgsMapLayer) -> bool:
    return not layer.isValid() or layer.extent().isEmpty()  # QGIS takes an image service that refused it for valid


def _draw(layer: QgsMapLayer) -> None:
    if isinstance(layer, QgsRasterLayer):
        layer.triggerRepaint()
    else:
        layer.reload()
