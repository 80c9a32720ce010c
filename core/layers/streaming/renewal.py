"""Putting live sources under layers, after a project was read and before they expire."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QTimer

from . import layers
from .reference import Reference
from .registry import Live, SourceRegistry

#: A source is renewed this many seconds before it expires.
AHEAD = 300.0
#: A source that does not tell when it ends is asked for anew when it comes into a project, unless it is as fresh as
#: this, in seconds: as when it was just put there.
FRESH = 30.0


class Runner(Protocol):
    """``core.background.Background``, as far as it is needed here."""

    def run(
        self, do: Callable[[Any], Any], done: Callable[[Any], None] | None, failed: Callable[[Exception], None] | None
    ) -> Any:
        """Do it beside the main thread; ``done`` and ``failed`` are called on the main thread."""


class Renewal:
    """Watches a project. ``failed`` is told which reference could not be renewed and why; its layer stays empty. Of
    layers that are gone by then nothing is told."""

    def __init__(
        self,
        registry: SourceRegistry,
        background: Runner,
        failed: Callable[[Reference, Exception], None] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._registry = registry
        self._background = background
        self._failed = failed or (lambda reference, error: None)
        self._now = now
        self._under_way: set[Reference] = set()
        self._doubted: set[Reference] = set()
        self._project: QgsProject | None = None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    def watch(self, project: QgsProject) -> None:
        """Renew what the project holds now and whatever is added to it."""
        self._project = project
        project.layersAdded.connect(self._added)
        self._added(list(project.mapLayers().values()))

    def stop(self) -> None:
        """Leave the project alone."""
        self._timer.stop()
        if self._project is not None:
            self._project.layersAdded.disconnect(self._added)
            self._project = None
        self._doubted.clear()

    def look(self) -> None:
        """Renew every layer that is empty or about to expire, and wake up again for the next."""
        for reference in self._due():
            self._renew(reference)
        self._wait()

    def _added(self, added: Iterable[QgsMapLayer]) -> None:
        found = [(one, reference) for one in added if (reference := self._reference(one))]
        for layer, reference in found:
            layers.set_extent(layer, reference.facts)
            if self._registry.expiry(reference) is None and self._registry.age(reference) > FRESH:
                self._doubted.add(reference)
        if found:
            QTimer.singleShot(0, self.look)

    def _reference(self, layer: QgsMapLayer) -> Reference | None:
        return self._registry.reference(layer.source()) if isinstance(layer, QgsRasterLayer) else None

    def _shown(self) -> dict[Reference, list[QgsRasterLayer]]:
        shown: dict[Reference, list[QgsRasterLayer]] = {}
        for layer in self._project.mapLayers().values() if self._project else ():
            reference = self._reference(layer)
            if reference is not None:
                shown.setdefault(reference, []).append(layer)
        return shown

    def _due(self) -> list[Reference]:
        found = []
        for reference, shown in self._shown().items():
            live = self._registry.live(reference)
            expiry = live.expires if live else None
            soon = expiry is not None and expiry - self._now() <= AHEAD
            if live is None or soon or reference in self._doubted:
                found.append(reference)
            elif reference.form != "tiles" and any(one.source() != layers.source_of(reference, live) for one in shown):
                self._show(reference, live)
        return [one for one in found if one not in self._under_way]

    def _renew(self, reference: Reference) -> None:
        self._under_way.add(reference)

        def fetch(errand: Any) -> Live:
            return self._registry.renew(reference)

        def arrived(live: Live) -> None:
            self._under_way.discard(reference)
            self._doubted.discard(reference)
            self._show(reference, live)
            self._wait()

        def refused(error: Exception) -> None:
            self._under_way.discard(reference)
            if reference in self._shown():
                self._failed(reference, error)

        self._background.run(fetch, arrived, refused)

    def _show(self, reference: Reference, live: Live) -> None:
        """Under all layers of the reference. What a project file holds does not change, so neither does its state."""
        unsaved = self._project is not None and self._project.isDirty()
        for layer in self._shown().get(reference, ()):
            layers.show(layer, reference, live)
        if self._project is not None and not unsaved:
            self._project.setDirty(False)

    def _wait(self) -> None:
        """Sleep until the first live source comes near its end."""
        times = [self._registry.expiry(one) for one in self._shown()]
        ends = [one for one in times if one is not None]
        if ends:
            seconds = max(5.0, min(ends) - AHEAD - self._now())
            self._timer.start(int(min(seconds, 86400.0) * 1000))
