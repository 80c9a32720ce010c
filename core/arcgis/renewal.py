"""Tokens of ArcGIS layers made anew, and layers that could not be opened meanwhile brought back."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsDataProvider, QgsMapLayer, QgsRasterLayer

from ..network import NetworkSettings
from . import tokens
from .tokens import Held


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


def bring_back(layers: Iterable[QgsMapLayer], authcfg: str) -> int:
    """Draw the layers of a token anew, and open those again that could not be opened before. How many were."""
    opened = 0
    for layer in [one for one in layers if tokens.authcfg_of(one) == authcfg]:
        if not layer.isValid() or layer.extent().isEmpty():  # QGIS takes an image service that refused it for valid
            options = QgsDataProvider.ProviderOptions()
            layer.setDataSource(layer.source(), layer.name(), layer.providerType(), options)
            opened += layer.isValid()
        if isinstance(layer, QgsRasterLayer):
            layer.triggerRepaint()
        else:
            layer.reload()
    return opened
