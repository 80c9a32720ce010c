"""Docks and forms whose answer comes when something else is shown, or when nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from held_errands import HeldErrands
from hyperspectral_cubes import write_cube
from imagery_hub.core.layers import provenance
from imagery_hub.core.layers.streaming import Reference, Renewal, SourceRegistry
from imagery_hub.ui.descarteslabs.bands import form as bands_form
from imagery_hub.ui.descarteslabs.bands.form import BandsForm
from imagery_hub.ui.results import dock as results_dock
from imagery_hub.ui.results.dock import ResultsDock
from imagery_hub.ui.spectra import dock as spectra_dock
from imagery_hub.ui.spectra.dock import SpectraDock
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMainWindow
from sandbox_images import plain_image


class Tree(QObject):
    """The layer tree's part that docks follow."""

    currentLayerChanged = pyqtSignal(object)  # noqa: N815 - QGIS's name

    def __init__(self) -> None:
        super().__init__()
        self.layer: Any = None

    def currentLayer(self) -> Any:  # noqa: N802 - QGIS's name
        return self.layer

    def choose(self, layer: Any) -> None:
        self.layer = layer
        self.currentLayerChanged.emit(layer)

    def refreshLayerSymbology(self, identity: str) -> None:  # noqa: N802 - QGIS's name
        pass


class Desk(QObject):
    leaving = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.tree, self.window = Tree(), QMainWindow()
        self.canvas = QgsMapCanvas(self.window)
        self.iface = SimpleNamespace(
            mainWindow=lambda: self.window, mapCanvas=lambda: self.canvas, layerTreeView=lambda: self.tree)


@pytest.fixture
def desk(qgis_app: QgsApplication) -> Iterator[Desk]:
    QgsProject.instance().clear()
    desk = Desk()
    desk.window.show()
    yield desk
    desk.window.close()
    QgsProject.instance().clear()


# ---------------------------------------------------------------------- spectra
@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldErrands:
    held = HeldErrands()
    for module in (bands_form, results_dock, spectra_dock):
        monkeypatch.setattr(module, "background", held)
    return held


@pytest.fixture
def spectra(desk: Desk, held: HeldErrands, tmp_path: Path) -> Iterator[SpectraDock]:
    """With two layers, whose cubes differ in their bands; the first is chosen."""
    for name, waves in (("first", (450.0, 550.0, 650.0)), ("second", (450.0, 550.0, 650.0, 750.0))):
        layer = QgsRasterLayer(str(write_cube(tmp_path / f"{name}.tif", waves, told=True)), name)
        QgsProject.instance().addMapLayer(layer)
    dock = SpectraDock(desk)  # type: ignore[arg-type]
    desk.tree.choose(layers()["first"])
    held.errands.clear()
    yield dock
    desk.leaving.emit()


def layers() -> dict[str, Any]:
    return {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()}


def test_band_facts_of_a_layer_are_dropped_when_another_is_chosen_though_colours_are_looked_for(
    spectra: SpectraDock, desk: Desk, held: HeldErrands
) -> None:
    desk.tree.choose(layers()["first"])
    spectra.panel.colors.click()
    desk.tree.choose(layers()["second"])
    facts_of_first, colors, facts_of_second = 0, 1, 2
    held.arrive(facts_of_second)
    shown = spectra.panel.about.text()
    assert "4" in shown
    held.arrive(facts_of_first)
    assert spectra.panel.about.text() == shown
    spectra.panel.status.success("of the second")
    held.arrive(colors)
    assert spectra.panel.status.text == "of the second"
    assert layers()["first"].renderer().type() == "multibandcolor", "the colours come all the same"


def test_a_layer_whose_colours_are_not_found_says_nothing_below_another(
    spectra: SpectraDock, desk: Desk, held: HeldErrands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str) -> None:
        raise RuntimeError("x")

    monkeypatch.setattr(spectra_dock.layers, "picture", refuse)
    spectra.panel.colors.click()
    desk.tree.choose(layers()["second"])
    held.arrive(0)
    assert spectra.panel.status.text == ""
    spectra.panel.colors.click()
    held.arrive(2)
    assert spectra.panel.status.text != ""


def test_a_pixel_that_is_being_read_is_cleared_too(spectra: SpectraDock, desk: Desk, held: HeldErrands) -> None:
    place = layers()["first"].extent().center()
    spectra._picked(place, False)
    held.arrive(0)
    assert len(spectra.profiles) == 1
    spectra._picked(place, True)
    spectra.panel.clear.click()
    held.arrive(1)
    assert (len(spectra.profiles), spectra.panel.status.text) == (0, "")


# ---------------------------------------------------------------------- results
def test_a_dock_that_was_closed_while_it_counted_counts_again(desk: Desk, held: HeldErrands, qtbot: Any) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=class_name:string", "found", "memory")
    provenance.write_layer(layer, provenance.made("picterra", "", "detections", {"detector": "d"}))
    QgsProject.instance().addMapLayer(layer)
    dock = ResultsDock(desk)  # type: ignore[arg-type]
    dock.show()
    desk.tree.choose(layer)
    assert len(held.errands) == 1
    dock.close()
    assert held.errands[0].cancelled
    dock.show()
    assert len(held.errands) == 2
    held.arrive(1)  # it is no file, which is told
    assert dock.summary.text() == "" and dock.status.text
    dock.close()
    dock.show()
    assert len(held.errands) == 2, "what was counted is not counted again"


# ---------------------------------------------------------------------- bands
def test_no_band_is_added_while_those_of_the_layer_are_read(
    qgis_app: QgsApplication, held: HeldErrands, qtbot: Any, tmp_path: Path
) -> None:
    path = [str(plain_image(tmp_path / "a.tif"))]
    form = BandsForm(lambda: path[0])
    qtbot.addWidget(form)
    form.show()
    form.others_changed()
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    assert form.table.rowCount() == 0
    held.arrive(0)
    there = form.table.rowCount()
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    assert form.table.rowCount() == there + 1
    path[0] = str(plain_image(tmp_path / "b.tif"))
    form.others_changed()
    Path(path[0]).unlink()
    held.arrive(1)
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    assert form.table.rowCount() == 1, "also after a file that could not be read"


# ---------------------------------------------------------------------- streamed layers
@pytest.mark.parametrize("gone", ["layer", "project"])
def test_a_streamed_layer_that_is_gone_raises_no_notice(qgis_app: QgsApplication, gone: str) -> None:
    reference = Reference("picterra", "Main", "raster", "3f1d-77", "tiles", {"zmin": "0", "zmax": "20"})
    project, registry, held = QgsProject(), SourceRegistry(), HeldErrands()
    failures: list[Reference] = []
    layer = QgsRasterLayer(reference.placeholder(), "x", "wms")
    project.addMapLayer(layer)
    renewal = Renewal(registry, held, lambda one, error: failures.append(one))
    renewal.watch(project)
    renewal.look()
    assert len(held.errands) == 1
    if gone == "layer":
        project.removeMapLayer(layer.id())
    else:
        project.clear()
    held.arrive(0)
    renewal.stop()
    assert failures == []
