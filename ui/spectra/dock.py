"""The dock “Spectral Profile”: click a pixel on the map, read its values through all bands, compare several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsMapLayer, QgsPointXY, QgsProject, QgsRasterLayer
from qgis.gui import QgsDockWidget, QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QGuiApplication, QKeySequence

from ...core import messages
from ...core.background import Errand, background
from ...core.compat import QShortcut
from ...core.layers import spectra, style
from ...core.layers.hyperspectral import Cube
from ...core.layers.spectra import Spectrum
from ...core.translation import tr
from . import layers
from .panel import SpectraPanel
from .picking import PickTool, Pins, moved
from .profiles import MOST, Profile, Profiles

if TYPE_CHECKING:
    from ..desk import Desk


class SpectraDock(QgsDockWidget):
    """Reads the current layer of the layer tree; profiles of other layers stay to be compared with."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self._desk = desk
        self._canvas = desk.iface.mapCanvas()
        self._layer: QgsRasterLayer | None = None
        self._reading: Errand[Spectrum] | None = None
        self._looking: Errand[Cube] | None = None
        self._recoloring: Errand[Any] | None = None
        self._before: QgsMapTool | None = None
        self.profiles = Profiles(self)
        self.panel = SpectraPanel()
        self.setWidget(self.panel)
        self._tool = PickTool(self._canvas)
        self._pins = Pins(self._canvas, self)
        self._connect()
        self._show_layer(desk.iface.layerTreeView().currentLayer())
        self._tell()

    def _connect(self) -> None:
        panel = self.panel
        self._desk.iface.layerTreeView().currentLayerChanged.connect(self._show_layer)
        QgsProject.instance().layersWillBeRemoved.connect(self._forget_layers)
        self._desk.leaving.connect(self._leave)
        self._tool.picked.connect(self._picked)
        self._tool.left.connect(lambda: self.panel.pick.setChecked(False))
        self._tool.deactivated.connect(lambda: self.panel.pick.setChecked(False))
        panel.pick.toggled.connect(self._pick)
        self.profiles.changed.connect(self._tell)
        panel.list.chosen_changed.connect(self._draw)
        panel.list.renamed.connect(self._rename)
        panel.plot.pointed.connect(lambda _: self._show_values())
        for button, do in (
            (panel.middle, self._in_middle), (panel.keep, self.profiles.keep), (panel.colors, self._recolor),
            (panel.copy, self._copy), (panel.remove, self._remove), (panel.clear, self._clear),
        ):  # fmt: skip
            button.clicked.connect(lambda checked=False, do=do: do())
        for keys, do in (
            ("K", self.profiles.keep), ("M", self._in_middle), (QKeySequence.StandardKey.Copy, self._copy),
            (QKeySequence.StandardKey.Delete, self._remove),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    # ------------------------------------------------------------------ The layer
    def _show_layer(self, layer: QgsMapLayer | None) -> None:
        if self._looking is not None:
            self._looking.cancel()
        fits = layers.has_profiles(layer)
        self._layer = layer if fits else None
        self.panel.status.clear()
        self.panel.nothing.setText("" if fits else layers.why_not(layer))
        self.panel.title.setText(layer.name() if fits else "")
        self.panel.about.clear()
        if fits:
            source = layers.source_of(layer)
            self._looking = background().run(
                lambda errand: layers.read_cube(source), self._looked, lambda error: self._failed(error)
            )
        self._tell()

    def _looked(self, cube: Cube) -> None:
        self.panel.about.setText(layers.about(cube))

    def _forget_layers(self, ids: list[str]) -> None:
        gone = set(ids)
        if self._layer is not None and self._layer.id() in gone:
            self._show_layer(None)
        self.profiles.remove(lambda one: one.layer_id in gone)

    def _recolor(self) -> None:
        layer = self._layer
        if layer is None:
            return
        source, identity = layers.source_of(layer), layer.id()
        self.panel.status.busy(tr("Looking for the bands and their range…"))

        def done(found: tuple[tuple[int, int, int], list[tuple[float, ...]]]) -> None:
            if self._layer is layer:
                self.panel.status.clear()
            there = QgsProject.instance().mapLayer(identity)
            if there is not None:
                style.style_bands(there, *found)
                self._desk.iface.layerTreeView().refreshLayerSymbology(identity)
                QgsProject.instance().setDirty(True)

        def failed(error: Exception) -> None:
            if self._layer is layer:
                self._failed(error)

        self._recoloring = background().run(lambda errand: layers.picture(source), done, failed)

    # ------------------------------------------------------------------ Picking
    def _pick(self, on: bool) -> None:
        if on:
            self._before = self._canvas.mapTool()
            self._canvas.setMapTool(self._tool)
            self._canvas.setFocus()
        elif self._canvas.mapTool() is self._tool:
            before, self._before = self._before, None
            if before is not None and not sip.isdeleted(before):
                self._canvas.setMapTool(before)
            else:
                self._canvas.unsetMapTool(self._tool)

    def _in_middle(self) -> None:
        self._picked(self._canvas.center(), False)

    def _picked(self, place: QgsPointXY, add: bool) -> None:
        """``place`` is in the map's reference system."""
        layer = self._layer
        if layer is None:
            self.panel.status.failure(layers.why_not(self._desk.iface.layerTreeView().currentLayer()))
            return
        if (add or self.profiles.following is None) and self.profiles.is_full:
            words = tr("{count} profiles are all that can be told apart. Remove one first.")
            self.panel.status.failure(words.format(count=MOST))
            return
        own = moved(place, self._canvas.mapSettings().destinationCrs(), layer.crs())
        if own is None:
            self.panel.status.failure(tr("There is no pixel of this layer."))
            return
        if self._reading is not None:
            self._reading.cancel()
        source, identity, name, system = layers.source_of(layer), layer.id(), layer.name(), layer.crs()
        self.panel.status.busy(tr("Reading the pixel…"))

        def done(found: Spectrum) -> None:
            self.panel.status.clear()
            if QgsProject.instance().mapLayer(identity) is None:
                return
            if found.is_empty:
                self.panel.status.failure(tr("This pixel has no data."))
                return
            self.profiles.show(
                lambda number, title: Profile(number, title, identity, name, own, system, found), add
            )

        self._reading = background().run(lambda errand: spectra.read(source, own.x(), own.y()), done, self._failed)

    def _failed(self, error: Exception) -> None:
        self.panel.status.failure(messages.sentence(error))

    # ------------------------------------------------------------------ Profiles
    def _rename(self, number: int, name: str) -> None:
        for one in self.profiles:
            if one.number == number:
                one.name = name.strip() or one.name
        self._tell()

    def _remove(self) -> None:
        chosen = self.panel.list.chosen
        self.profiles.remove(lambda one: one.number in chosen)

    def _clear(self) -> None:
        if self._reading is not None and not self._reading.ended.is_set():
            self._reading.cancel()
            self.panel.status.clear()
        self.profiles.remove(lambda one: True)

    def _copy(self) -> None:
        """The selected profiles, or all where none is selected."""
        chosen = self.panel.list.chosen
        wanted = [one for one in self.profiles if not chosen or one.number in chosen]
        if wanted:
            QGuiApplication.clipboard().setText(spectra.table([(one.name, one.spectrum) for one in wanted]))
            words = tr("{count} profiles are on the clipboard, as CSV.") if len(wanted) > 1 else \
                tr("The profile is on the clipboard, as CSV.")
            self.panel.status.success(words.format(count=len(wanted)))

    # ------------------------------------------------------------------ Looks
    def _tell(self) -> None:
        """Show what is known now."""
        panel, all_of_them = self.panel, list(self.profiles)
        panel.pages.setCurrentIndex(1 if self._layer is not None or all_of_them else 0)
        if self._layer is None and all_of_them:
            panel.title.setText(tr("No layer to read from"))
            panel.about.setText(layers.why_not(self._desk.iface.layerTreeView().currentLayer()))
        several = len({one.layer_id for one in all_of_them}) > 1
        panel.list.show_profiles(all_of_them, several)
        for button in (panel.pick, panel.middle, panel.colors):
            button.setEnabled(self._layer is not None)
        panel.keep.setEnabled(self.profiles.following is not None)
        for button in (panel.copy, panel.clear):
            button.setEnabled(bool(all_of_them))

    def _draw(self) -> None:
        chosen, all_of_them = self.panel.list.chosen, list(self.profiles)
        hint = tr("Press “Pick on Map” and click a pixel. Shift+click puts further ones beside it.")
        self.panel.plot.show_profiles(all_of_them, chosen, hint)
        self._pins.show(all_of_them, chosen)
        self.panel.remove.setEnabled(bool(chosen))
        self._show_values()

    def _show_values(self) -> None:
        plot = self.panel.plot
        at, known = plot.pointed_at, {one.number: one for one in self.profiles}
        title = plot.side_title()
        if at is not None:
            title = tr("At {wavelength:g} nm") if plot.by_wavelength else tr("In band {wavelength:g}")
            title = title.format(wavelength=round(at, 1))

        def text(number: int) -> str:
            found = plot.value_at(known[number], at) if at is not None and number in known else None
            if found is None:
                return ""
            band, value = found
            if value is None:
                return tr("no data")
            return tr("{value} (bad)").format(value=f"{value:.5g}") if band.bad else f"{value:.5g}"

        self.panel.list.show_values(text, title)

    # ------------------------------------------------------------------ The end
    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """The map is no longer clicked for a dock that is closed; its profiles stay until it is opened again."""
        self.panel.pick.setChecked(False)
        super().closeEvent(event)

    def _leave(self) -> None:
        """The plugin is unloaded: let go of the map and of the project."""
        self.panel.pick.setChecked(False)
        for errand in (self._reading, self._looking, self._recoloring):
            if errand is not None:
                errand.cancel()
        self._pins.leave()
        self._tool.deleteLater()  # it is a child of the map, which stays
        QgsProject.instance().layersWillBeRemoved.disconnect(self._forget_layers)
        self._desk.iface.layerTreeView().currentLayerChanged.disconnect(self._show_layer)
