"""Streamed rasters of this QGIS: the registry that stands between projects and addresses, and who renews what.

A platform that streams has the capability ``providers.capabilities.Stream``. What it gives has the members that the
maker of that form in ``core.layers.streaming.sources`` takes: ``tiles`` for tiles, ``signed`` for cog, ``bucket`` for
s3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProject, QgsRasterLayer

from ..providers.capabilities import Stream, Tiles
from . import connections, secrets
from .background import background
from .layers import streaming
from .layers.streaming import Live, Reference, Renewal, SourceRegistry, sources
from .platforms import PLATFORMS
from .problems import Problem
from .translation import tr

MAKERS: dict[str, Callable[..., Live]] = {"tiles": sources.tiles, "cog": sources.signed, "s3": sources.bucket}

_registry: SourceRegistry | None = None
_renewal: Renewal | None = None


def registry() -> SourceRegistry:
    """The registry of this QGIS. Algorithms and docks note in it what they put on the map."""
    global _registry
    if _registry is None:
        _registry = SourceRegistry()
        for platform in PLATFORMS:
            _registry.register(platform, renew)
    return _registry


def renew(reference: Reference) -> Live:
    """A live source for a reference, from the platform. In the background; it asks for no master password."""
    if reference.connection and not secrets.is_unlocked():
        raise secrets.SecretsLocked(
            tr("Streamed layers wait for QGIS's master password. Press “Show Layers” and enter it.")
        )
    platform = connections.credentials(reference.platform, reference.connection).connect()
    try:
        if not isinstance(platform, Stream) or reference.form not in MAKERS:
            title = PLATFORMS[reference.platform].title
            raise Problem(tr("{platform} does not stream this.").format(platform=title))
        return live_of(reference.form, platform.stream(reference.what, reference.id, reference.form))
    finally:
        platform.close()


def live_of(form: str, offered: Tiles) -> Live:
    """The live source of a form, from what a platform's ``stream`` gave."""
    return MAKERS[form](**vars(offered))


def open_layer(reference: Reference, offered: Tiles, name: str) -> QgsRasterLayer:
    """A layer of what a platform offers, noted, so that projects store its reference. From any thread.

    :class:`Problem` when QGIS cannot show it.
    """
    live = registry().bring(reference, live_of(reference.form, offered))
    layer = streaming.open_layer(reference, live, name)
    if not layer.isValid() or not (live.source or live.template):
        raise Problem(tr("QGIS cannot show {name}. Download it instead.").format(name=name))
    return layer


def write_definition(layer: QgsRasterLayer, path: str) -> None:
    """The layer as a file that QGIS adds to projects; :class:`Problem` when it cannot be written."""
    if not streaming.write_definition(layer, path):
        words = tr("{file} could not be written. Choose another place for the layer definition.")
        raise Problem(words.format(file=path))


def install() -> None:
    """Stand between QGIS and its project files. Without network."""
    registry().install()


def watch(failed: Callable[[Reference, Exception], None]) -> None:
    """Renew what the open project holds, now and later; ``failed`` hears, on the main thread, what could not be."""
    global _renewal
    if _renewal is None:
        _renewal = Renewal(registry(), _Background(), failed)
        _renewal.watch(QgsProject.instance())


def look_again() -> None:
    """Try once more what could not be renewed, asking for the master password where needed. Main thread."""
    secrets.unlock()
    if _renewal is not None:
        _renewal.look()


def close() -> None:
    """Leave project files alone. The open project keeps placeholders, which :func:`watch` makes live again."""
    global _registry, _renewal
    if _renewal is not None:
        _renewal.stop()
        _renewal = None
    if _registry is not None:
        streaming.withdraw(QgsProject.instance(), _registry.reference)
        _registry.uninstall()
        _registry = None


class _Background:
    """The plugin's pool, made when it is first needed."""

    def run(self, *arguments: Any) -> Any:
        return background().run(*arguments)
