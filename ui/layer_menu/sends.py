"""What a layer can become on a platform, found in the algorithms' own parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...core import compat, connections
from ...core.layers.provenance import Provenance
from ...core.own_algorithms import own_algorithms
from ...core.platforms import PLATFORMS
from .. import operations

CONNECTION, NAME = "CONNECTION", "NAME"
#: Where a platform says how its algorithms are called here, as ``module:NAME`` below ``ui``.
HOMES = {
    "picterra": "picterra.layer_menu:SENDS", "pix4d": "pix4d.layer_menu:SENDS", "pixel": "pixel.layer_menu:SENDS",
    "descarteslabs": "descarteslabs.layer_menu:SENDS",
}

_GEOMETRY = {
    QgsWkbTypes.GeometryType.PointGeometry: QgsProcessing.SourceType.TypeVectorPoint,
    QgsWkbTypes.GeometryType.LineGeometry: QgsProcessing.SourceType.TypeVectorLine,
    QgsWkbTypes.GeometryType.PolygonGeometry: QgsProcessing.SourceType.TypeVectorPolygon,
}


@dataclass(frozen=True)
class Send:
    """An algorithm as “Send to” calls it.

    ``of`` is a kind of entry: it is offered for layers that stand for such entries of the platform, not for any layer.
    ``opener`` names ``module:function`` below ``ui`` that is called instead of opening the algorithm's dialog where it
    is there; it takes the layer, or with ``of`` the list of places, and the desk. ``raster``: it is offered for a
    raster layer, of which this tells what the dialog begins with.
    """

    algorithm: str
    title: Callable[[], str]
    of: str = ""
    opener: str = ""
    raster: Callable[[QgsRasterLayer], dict[str, Any]] | None = None

    def found_opener(self) -> Callable[[Any, Any], Any] | None:
        """The opener; None where there is none."""
        module, _, name = self.opener.partition(":")
        home = f"{__package__.rpartition('.')[0]}.{module}"
        if not module or find_spec(home) is None:
            return None
        return getattr(import_module(home), name, None)


@dataclass(frozen=True)
class Account:
    """A connection that something can be sent to; the name is empty for the environment."""

    platform: str
    connection: str

    @property
    def title(self) -> str:
        """As the menu calls it."""
        return self.connection or PLATFORMS[self.platform].title


def accounts() -> list[Account]:
    """The saved connections, and what the environment gives. Nothing is unlocked or asked for."""
    return [Account(one.platform, one.name) for one in connections.available()]


def sends_of(platform: str) -> tuple[Send, ...]:
    """The platform's own order and words."""
    home = HOMES.get(platform)
    if home is None:
        return ()
    module, _, name = home.partition(":")
    found: tuple[Send, ...] = getattr(import_module(f"..{module}", __package__), name)
    return found


def for_layer(platform: str, layer: QgsVectorLayer) -> list[Send]:
    """What a vector layer can become there, in the platform's order."""
    known = {one.algorithm: one for one in sends_of(platform) if not one.of and one.raster is None}
    fitting = [one for one in _algorithms(platform) if _input(one, layer, one.name() in known) is not None]
    found = [known.get(one.name()) or _plain(one) for one in fitting]
    order = list(known)
    return sorted(found, key=lambda one: order.index(one.algorithm) if one.algorithm in order else len(order))


def for_raster(platform: str) -> list[Send]:
    """What a raster layer can become there beside what its window of pushes makes of it, in the platform's order."""
    return [one for one in sends_of(platform) if one.raster is not None]


def for_entry(platform: str, kind: str) -> list[Send]:
    """What an entry of the platform, which a layer shows, can be sent on to."""
    return [one for one in sends_of(platform) if one.of == kind]


def parameters(send: Send, account: Account, layer: QgsVectorLayer, origin: Provenance | None) -> dict[str, Any]:
    """The dialog's parameters as far as the layer and where it came from tell them."""
    algorithm = operations.algorithm(send.algorithm)
    values: dict[str, Any] = {CONNECTION: account.connection}
    source = _input(algorithm, layer, True)
    if source is not None:
        values[source.name()] = layer.id()
    if algorithm.parameterDefinition(NAME) is not None:
        values[NAME] = layer.name()
    if origin is None or (origin.platform, origin.connection) != (account.platform, account.connection):
        return values
    for definition in algorithm.parameterDefinitions():
        identity = origin.ids.get(str((definition.metadata().get("entry") or {}).get("kind", "")))
        if identity:
            values[definition.name()] = identity
    return values


def _algorithms(platform: str) -> Iterator[QgsProcessingAlgorithm]:
    """Those that talk to the platform: what has no connection works on this machine and sends nothing."""
    for one in own_algorithms():
        shown = compat.hide_from_toolbox(one.flags()) != one.flags()
        if shown and getattr(one, "platform_key", "") == platform and getattr(one, "connected", True):
            yield one


def _input(
    algorithm: QgsProcessingAlgorithm, layer: QgsVectorLayer, optional: bool
) -> QgsProcessingParameterDefinition | None:
    """The parameter that takes the layer: one that takes its type of geometry and has to be given, or may be left out
    where the platform names the algorithm itself."""
    wanted = _GEOMETRY.get(layer.geometryType())
    for one in algorithm.parameterDefinitions():
        if not isinstance(one, QgsProcessingParameterFeatureSource) or (compat.is_optional(one) and not optional):
            continue
        if wanted is not None and (wanted in one.dataTypes() or _ANY & set(one.dataTypes())):
            return one
    return None


_ANY = {QgsProcessing.SourceType.TypeVectorAnyGeometry, QgsProcessing.SourceType.TypeVector}


def _plain(algorithm: QgsProcessingAlgorithm) -> Send:
    return Send(algorithm.name(), lambda: f"{algorithm.displayName()}…")
