"""Streamed rasters of this QGIS: the registry that stands between projects and addresses, and who renews what.

A platform that streams has the capability ``providers.capabilities.Stream``. What it gives has the members that the
maker of that form in ``core.layers.streaming.sources`` takes: ``tiles`` for tiles, ``signed`` for cog, ``bucket`` for
s3.

QGIS starts without the modules of streaming: the hooks here look only whether a source is one of ours.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtNetwork import QNetworkRequest

from . import log
from .source_hooks import SourceHooks

if TYPE_CHECKING:
    from ..providers.capabilities import Offered
    from .layers.streaming import Live, Reference, Renewal, SourceRegistry
    from .network import NetworkSettings

#: What every source of ours holds, live or not.
MARK = "imageryhub"

_making = threading.Lock()
_registry: SourceRegistry | None = None
_used = False
_renewal: Renewal | None = None
_failed: Callable[[Reference, Exception], None] | None = None


def registry() -> SourceRegistry:
    """The registry of this QGIS. Algorithms and docks note in it what they put on the map. From any thread."""
    global _registry, _used
    if _registry is None:
        from .layers.streaming import SourceRegistry
        from .platforms import PLATFORMS

        with _making:
            if _registry is None:
                made = SourceRegistry()
                for platform in PLATFORMS:
                    made.register(platform, renew)
                _registry, _used = made, True
    return _registry


def _written(source: str) -> str:
    if _registry is None and MARK not in source:
        return source
    try:
        return registry().written(source)
    except Exception as error:  # QGIS must not see it
        log.unexpected(error)
        return source


def _loaded(source: str) -> str:
    if MARK not in source:
        return source
    try:
        return registry().loaded(source)
    except Exception as error:  # QGIS must not see it
        log.unexpected(error)
        return source


def _send_on(request: QNetworkRequest) -> None:
    if not request.url().scheme().startswith(MARK):
        return
    try:
        registry().send_on(request)
    except Exception as error:  # QGIS must not see it
        log.unexpected(error)


_hooks = SourceHooks(_written, _loaded, _send_on)


def renew(reference: Reference) -> Live:
    """A live source for a reference, from the platform. In the background; it asks for no master password."""
    from ..providers.capabilities import Stream
    from . import connections, secrets
    from .background import background
    from .platforms import PLATFORMS
    from .problems import Problem
    from .translation import tr

    if reference.connection and not secrets.is_unlocked():
        raise secrets.SecretsLocked(
            tr("Streamed layers wait for QGIS's master password. Press “Show Layers” and enter it.")
        )
    pool = background()
    credentials = connections.credentials(reference.platform, reference.connection)
    platform = credentials.connect(lambda: pool.closed)
    try:
        if not isinstance(platform, Stream) or reference.form not in makers():
            title = PLATFORMS[reference.platform].title
            raise Problem(tr("{platform} does not stream this.").format(platform=title))
        offered = platform.stream(reference.what, reference.id, reference.form)
        return live_of(reference.form, offered, credentials.network)
    finally:
        platform.close()


def makers() -> dict[str, Callable[..., Live]]:
    """By form, what makes a live source of what a platform gives."""
    from .layers.streaming import sources

    return {"tiles": sources.tiles, "cog": sources.signed, "s3": sources.bucket}


def live_of(form: str, offered: Offered, network: NetworkSettings | None = None) -> Live:
    """The live source of a form, from what a platform's ``stream`` gave, with the way to its server, which GDAL has to
    be told (``registry().note``, :func:`lent`). ``network`` None: as QGIS has it now."""
    live = makers()[form](**vars(offered))
    if not live.source:
        return live  # tiles, which QGIS asks for itself
    from . import main_thread
    from .layers.streaming import routes
    from .network import NetworkSettings

    return routes.routed(live, network or main_thread.call(NetworkSettings.read))


def lent(live: Live) -> AbstractContextManager[None]:
    """What GDAL needs for a live source, while that is read once and not noted."""
    from .layers import streaming

    return streaming.lent(live.prefix, live.options)


def open_layer(reference: Reference, offered: Offered, name: str) -> QgsRasterLayer:
    """A layer of what a platform offers, noted, so that projects store its reference. From any thread.

    :class:`Problem` when QGIS cannot show it.
    """
    from .layers import streaming
    from .problems import Problem
    from .translation import tr

    live = registry().bring(reference, live_of(reference.form, offered))
    layer = streaming.open_layer(reference, live, name)
    if not layer.isValid() or not (live.source or live.template):
        raise Problem(tr("QGIS cannot show {name}. Download it instead.").format(name=name))
    return layer


def write_definition(layer: QgsRasterLayer, path: str) -> None:
    """The layer as a file that QGIS adds to projects; :class:`Problem` when it cannot be written."""
    from .layers import streaming

    _written_or_told(streaming.write_definition(layer, path), path)


def write_group(layers: Sequence[QgsRasterLayer], name: str, path: str) -> None:
    """The same for a group of layers, the uppermost first."""
    from .layers import streaming

    _written_or_told(streaming.write_group(layers, name, path), path)


def _written_or_told(done: bool, path: str) -> None:
    from .problems import Problem
    from .translation import tr

    if not done:
        words = tr("{file} could not be written. Choose another place for the layer definition.")
        raise Problem(words.format(file=path))


def install() -> None:
    """Stand between QGIS and its project files. Without network."""
    _hooks.install()


def watch(failed: Callable[[Reference, Exception], None]) -> None:
    """Renew what the open project holds, now and later; ``failed`` hears, on the main thread, what could not be."""
    global _failed
    if _failed is None:
        _failed = failed
        project = QgsProject.instance()
        project.layersAdded.connect(_added)
        _added(project.mapLayers().values())


def _added(layers: Iterable[QgsMapLayer]) -> None:
    """Begin to renew once the project holds something streamed."""
    global _renewal
    if _renewal is None and any(isinstance(one, QgsRasterLayer) and MARK in one.source() for one in layers):
        from .layers.streaming import Renewal

        _renewal = Renewal(registry(), _Background(), _failed)
        _renewal.watch(QgsProject.instance())


def look_again() -> None:
    """Try once more what could not be renewed, asking for the master password where needed. Main thread."""
    from . import secrets

    secrets.unlock()
    if _renewal is not None:
        _renewal.look()


def close() -> None:
    """Leave project files alone. The open project keeps placeholders, which :func:`watch` makes live again."""
    global _registry, _renewal, _failed
    if _failed is not None:
        QgsProject.instance().layersAdded.disconnect(_added)
        _failed = None
    if _renewal is not None:
        _renewal.stop()
        _renewal = None
    if _registry is not None:
        from .layers import streaming

        streaming.withdraw(QgsProject.instance(), _registry.reference)
        _registry = None
    take_back()
    _hooks.remove()


def take_back() -> None:
    """Take from GDAL what it was given for streamed rasters: by :func:`close`, and once more when all work in the
    background has ended, which may have brought something meanwhile."""
    if _used:
        from .layers import streaming

        streaming.take_back()


class _Background:
    """The plugin's pool, made when it is first needed."""

    def run(self, *arguments: Any) -> Any:
        from .background import background

        return background().run(*arguments)
