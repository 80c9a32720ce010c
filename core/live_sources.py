"""Streamed rasters of this QGIS: the registry that stands between projects and addresses, and who renews what.

A platform that streams has in its ``providers/<key>/provider.py`` a function ``stream(platform, what, id, form)``. It
gives the arguments for the maker of that form in ``core.layers.streaming.sources``: ``tiles`` for tiles, ``signed``
for cog, ``bucket`` for s3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProject

from . import connections, secrets
from .background import background
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
    stream = getattr(PLATFORMS[reference.platform].module, "stream", None)
    maker = MAKERS.get(reference.form)
    if stream is None or maker is None:
        raise Problem(tr("{platform} does not stream this.").format(platform=PLATFORMS[reference.platform].title))
    if reference.connection and not secrets.is_unlocked():
        raise secrets.SecretsLocked(
            tr("Streamed layers wait for QGIS's master password. Press “Show Layers” and enter it.")
        )
    platform = connections.credentials(reference.platform, reference.connection).connect()
    return maker(**stream(platform, reference.what, reference.id, reference.form))


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
    """Leave project files and the open project alone."""
    global _registry, _renewal
    if _renewal is not None:
        _renewal.stop()
        _renewal = None
    if _registry is not None:
        _registry.uninstall()
        _registry = None


class _Background:
    """The plugin's pool, made when it is first needed."""

    def run(self, *arguments: Any) -> Any:
        return background().run(*arguments)
