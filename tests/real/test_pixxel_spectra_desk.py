"""From Pixxel's catalog to the spectrum of a pixel in the real program: found, downloaded, opened, clicked, and held
against the ground that the sandbox's imagery is made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hands
import map_hands
import numpy
import pixxel_desk as desk
import pytest
from algorithm_hands import AlgorithmHands
from connected import layers, told
from hub_dock import HubDockHands
from pixxel_desk import NAME, PLOT, ZONE
from pixxel_hands import look_in, program
from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDockWidget, QToolButton
from qgis.utils import iface
from sandbox_pixxel import CROPS, ITEM, PixxelCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands

from sandbox.pixxel.work import ground

DAY = date(2024, 1, 17)
HERE = QgsRectangle(75.60, 14.41, 75.66, 14.46)
ELSEWHERE = {"type": "Polygon", "coordinates": [[[10.0, 50.0], [10.04, 50.0], [10.04, 50.03], [10.0, 50.0]]]}
WAVELENGTHS = [450.0 + 15 * band for band in range(31)]


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def delivered(sandbox: SandboxProcess, calls: PixxelCalls, tmp_path: Path) -> Iterator[str]:
    """A connection, and the scene of the notes in the catalog, among others, one of them elsewhere; its id there."""
    QgsSettings().setValue("imagery_hub/add_to_map/folder", str(tmp_path))
    desk.delivered(sandbox, 3)
    desk.delivered(sandbox, 1, area=ELSEWHERE)
    item = {"project_id": CROPS, "name": "Plot scan", "usecase": "agriculture", "item_ids": [ITEM], "geometry": {
        "type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": PLOT}]}}
    made = calls.post("v0/orders", {"dry_run": False, "order_items": [item]})["order_items"][0]["id"]
    found = calls.until(lambda: calls.post("v0/catalogs/search", {"order_item_ids": [made]})["catalogs"], bool)
    sandbox.settings(pixxel_bundle_seconds=1.5)
    with program(sandbox, HERE):
        yield str(found[0]["id"])
    QgsSettings().remove("imagery_hub/add_to_map")
    iface.messageBar().clearWidgets()


@pytest.fixture
def profiles() -> Iterator[Any]:
    """The dock of spectral profiles, opened by its button."""
    toggle = next(one for one in iface.mainWindow().findChildren(QToolButton) if one.isVisible()
                  and one.defaultAction() is not None and one.defaultAction().objectName() == "imageryHubShowSpectra")
    hands.click(toggle)
    dock: Any = hands.wait_for(lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubSpectraDock"), "the dock")
    hands.wait_for(dock.isVisible, "the dock to be seen")
    yield dock
    if len(dock.profiles):
        hands.click(dock.findChild(QToolButton, "imageryHubClearSpectra"))
    hands.click(toggle)
    hands.wait_for(lambda: not dock.isVisible(), "the dock to close")


def lying(x: float, y: float) -> str:
    """What the ground is of at a place of the UTM zone."""
    return ground.MATERIALS[int(ground.materials(ZONE, numpy.array([x]), numpy.array([y]), DAY.toordinal())[0])]


def places(layer: QgsRasterLayer) -> dict[str, tuple[float, float]]:
    """For each material the middle of a pixel well inside the image."""
    extent, found = layer.extent(), {}
    for row in range(10, layer.height() - 10, 5):
        for column in range(10, layer.width() - 10, 5):
            x = extent.xMinimum() + (column + 0.5) * layer.rasterUnitsPerPixelX()
            y = extent.yMaximum() - (row + 0.5) * layer.rasterUnitsPerPixelY()
            found.setdefault(lying(x, y), (x, y))
    return found


def pick(dock: Any, place: tuple[float, float]) -> Any:
    """Go there and click the pixel; its profile."""
    x, y = place
    map_hands.look_at(f"EPSG:{ZONE}", QgsRectangle(x - 400, y - 300, x + 400, y + 300))
    button = dock.findChild(QToolButton, "imageryHubPickSpectrum")
    if not button.isChecked():
        hands.click(button)
    before = len(dock.profiles)
    keys = Qt.KeyboardModifier.ShiftModifier if before else hands.PLAIN
    map_hands.press(map_hands.pixel(x, y), keys=keys)
    hands.wait_for(lambda: len(dock.profiles) == before + 1, "the profile")
    return list(dock.profiles)[-1]


def holds_the_truth(profile: Any, place: tuple[float, float]) -> None:
    spectrum = profile.spectrum
    assert [band.wavelength for band in spectrum.bands] == WAVELENGTHS
    # stored in whole numbers of 1/50000
    assert list(spectrum.values) == pytest.approx(desk.true_spectrum(*place, DAY, WAVELENGTHS), abs=1.01e-5)
    assert [band.number for band in spectrum.bands if band.bad] == [22], "the band in which oxygen swallows the light"


def test_from_the_search_to_the_spectrum_of_a_pixel(
    delivered: str, sandbox: SandboxProcess, profiles: Any, tmp_path: Path
) -> None:
    dock = SearchHands()
    try:
        look_in(dock, "Catalog")
        map_hands.look_at("EPSG:4326", HERE)
        dock.draw([(75.605, 14.415), (75.655, 14.415), (75.655, 14.455), (75.605, 14.455)])
        assert len(dock.search()) == 4 and ITEM in dock.names(), "all but the one elsewhere"
        dock.click_row(ITEM)
        hands.wait_for(lambda: dock.part("Picture").pixmap().width() > 60, "the quick look")
        hands.keep_picture("pixxel_catalog_search")
        before = sandbox.last_entry()
        hands.double_click_entry(dock.table, dock.index(ITEM))
        told("is on the map", 90)
    finally:
        hands.click(dock.part("Clear"))
        dock.close()
    polls = sandbox.log(operation="getCatalogDownload", after=before)
    assert len(sandbox.log(operation="createCatalogDownload", after=before)) == 1 and len(polls) >= 2, "followed"
    assert not sandbox.log(after=before, flag="api-key-sent-to-storage")
    layer = next(one for one in layers() if isinstance(one, QgsRasterLayer))
    assert Path(layer.source()).is_relative_to(tmp_path) and layer.bandCount() == 31
    assert layer.bandName(15).endswith("B015 660 nm") or "660" in layer.bandName(15)
    renderer = layer.renderer()
    assert isinstance(renderer, QgsMultiBandColorRenderer)
    shown = [WAVELENGTHS[band - 1] for band in (renderer.redBand(), renderer.greenBand(), renderer.blueBand())]
    assert shown == pytest.approx([650, 550, 465], abs=10)
    iface.setActiveLayer(layer)
    found = places(layer)
    assert {"crop", "soil"} <= set(found)
    for name in ("crop", "soil"):
        holds_the_truth(pick(profiles, found[name]), found[name])
    hands.keep_picture("pixxel_spectra")


def test_from_the_tree_by_the_algorithms_dialog(
    delivered: str, sandbox: SandboxProcess, calls: PixxelCalls, profiles: Any
) -> None:
    told = calls.post("v0/catalogs/search", {"limit": 100})["catalogs"]
    clouds = {one["id"]: one["details"]["properties"]["eo:cloud_cover"] for one in told}
    most = int(sorted(clouds.values())[2])
    clear = {one for one, cover in clouds.items() if cover <= most}
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.unfold(NAME, "Catalog")
    hub.menu("Search catalog…", NAME, "Catalog")
    dialog = AlgorithmHands("Search catalog")
    dialog.write("CLOUD", str(most))
    dialog.keep_picture("pixxel_search_catalog")
    dialog.run()
    dialog.close()
    (footprints,) = layers()
    assert footprints.name() == "Catalog" and 0 < len(clear) < len(clouds) == 5
    assert {one["catalog_id"] for one in footprints.getFeatures()} == clear
    hub.menu("Download from catalog…", NAME, "Catalog", ITEM)
    dialog = AlgorithmHands("Download from catalog")
    assert dialog.value("CATALOGS") == delivered
    dialog.keep_picture("pixxel_download_catalog")
    dialog.run(90)
    dialog.close()
    layer = hands.wait_for(lambda: next((one for one in layers() if isinstance(one, QgsRasterLayer)), None), "the cube")
    iface.setActiveLayer(layer)
    place = places(layer)["crop"]
    holds_the_truth(pick(profiles, place), place)
