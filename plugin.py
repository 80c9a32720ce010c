"""Floor 4: gives the plugin's parts to QGIS and takes them back. Nothing is built here before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication

if TYPE_CHECKING:
    from .algorithms.provider import ImageryHubProvider
    from .ui.connections.factory import OptionsFactory
    from .ui.desk import Desk

#: A script that QGIS is told to run at its start finds all algorithms.
SCRIPT = {"--code", "-f"}


class ImageryHubPlugin:
    """What QGIS loads. ``iface`` is None under ``qgis_process``."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._provider: ImageryHubProvider | None = None
        self._options: OptionsFactory | None = None
        self._desk: Desk | None = None

    def initProcessing(self) -> None:  # noqa: N802 - QGIS's name
        """Register the Processing provider, and what stands for streamed layers in projects."""
        self._register_algorithms(by_and_by=False)

    def _register_algorithms(self, by_and_by: bool) -> None:
        from .algorithms.provider import ImageryHubProvider
        from .core import live_sources

        if self._provider is None:
            self._provider = ImageryHubProvider(by_and_by)
            QgsApplication.processingRegistry().addProvider(self._provider)
            live_sources.install()

    def initGui(self) -> None:  # noqa: N802 - QGIS's name
        """Register everything. Without network, login or reading the project."""
        from .core.tidying import beside_the_main_thread

        # What comes in here stays to the end; to look through it for garbage meanwhile makes the start a tenth longer.
        beside_the_main_thread.begin()
        try:
            self._register()
        finally:
            beside_the_main_thread.end()

    def _register(self) -> None:
        from .core import live_sources
        from .ui.connections.factory import OptionsFactory
        from .ui.desk import Desk
        from .ui.stream_notice import StreamNotice

        self._register_algorithms(by_and_by=not SCRIPT & set(QgsApplication.arguments()))
        if self._iface.mainWindow().isVisible():  # switched on by the user, who has the window already
            self._provider.begin()
        else:
            self._iface.initializationCompleted.connect(self._provider.begin)
        live_sources.watch(StreamNotice(self._iface))
        self._options = OptionsFactory(self._provider.icon())
        self._iface.registerOptionsWidgetFactory(self._options)
        self._desk = Desk(self._iface)

    def unload(self) -> None:
        """Take everything back, and stop what runs."""
        from .core import background, live_sources, loaded_modules, poller, sessions, thumbnails, tidying
        from .core.arcgis import answers
        from .core.jobs import runner, store

        runner.begin_close()  # both pools at once, so that what they wait for ends while the rest is taken back
        background.begin_close()
        if self._desk is not None:
            self._desk.remove()
            self._desk = None
        if self._options is not None:
            self._iface.unregisterOptionsWidgetFactory(self._options)
            self._options = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        live_sources.close()
        thumbnails.close()
        sessions.close()
        runner.close()
        background.close()
        live_sources.take_back()
        answers.remove_all()
        poller.close()
        store.close_stores()
        tidying.close()
        loaded_modules.let_go(__package__)
