"""Pixels of the Descartes Labs catalog on the map of the real program: shown by the default range and the colour map of
their bands, which is looked at on the map itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
import requests
from analytic_images import LEFT, PIXEL, TOP
from descarteslabs_desk import COLOURS, NAME, cover, desk, dialog_of, june, run, write
from hub_dock import HubDockHands
from map_hands import look_at, settled
from map_hands import pixel as place_on_map
from qgis.core import (
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSettings,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def catalog(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[CatalogCalls]:
    (tmp_path / "downloads").mkdir()
    QgsSettings().setValue("imagery_hub/add_to_map/folder", str(tmp_path / "downloads"))
    with desk(sandbox) as found:
        yield found
    QgsSettings().remove("imagery_hub/add_to_map")


def stored(catalog: CatalogCalls, product: str, file: Path) -> None:
    """An upload the vendor's way, read by the catalog."""
    name = f"metadata/v1/catalog/products/{product}/images/upload/{file.name}"
    address = catalog.request("POST", name, json={"process_controls": {"upload_type": "file"}}).text
    assert requests.put(address, data=file.read_bytes(), timeout=60).status_code == 200
    hands.wait_for(lambda: catalog.there(f"products/{product}/uploads/{file.name}"), "the catalog to read it")


def layer() -> Any:
    """The only raster layer, once it is there and drawn."""
    found = hands.wait_for(lambda: next((one for one in QgsProject.instance().mapLayers().values()
                                         if isinstance(one, QgsRasterLayer)), None), "the layer", 60)
    look_at(found.crs().authid(), QgsRectangle(found.extent()))
    settled()
    QTest.qWait(300)
    return found


def colour_at(column: float, row: float) -> tuple[int, int, int]:
    """What the map shows of a pixel of the file."""
    spot: QPoint = place_on_map(LEFT + (column + 0.5) * PIXEL, TOP - (row + 0.5) * PIXEL)
    shown = QColor(iface.mapCanvas().grab().toImage().pixelColor(spot))
    return shown.red(), shown.green(), shown.blue()


def near(one: tuple[int, ...], other: tuple[float, ...], by: float = 4) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other))


def unfolded(title: str) -> HubDockHands:
    hub, way = HubDockHands(), (NAME, "My products", title, "Images")
    for depth in range(1, len(way) + 1):
        hub.unfold(*way[:depth])
    return hub


def test_an_image_comes_onto_the_map_in_its_default_range(catalog: CatalogCalls, tmp_path: Path) -> None:
    product = catalog.product("harvest", title="Harvest mosaics")
    for number, name in enumerate(("red", "green", "blue", "nir"), 1):
        more = {"color": name.title()} if number < 4 else {}
        catalog.band(product, name, number, default_range=[500, 2500], nodata=0, **more)
    stored(catalog, product, june(tmp_path / "fields_june.tif"))
    hub = unfolded("Harvest mosaics")
    hub.menu("Add to Map", NAME, "My products", "Harvest mosaics", "Images", "fields_june")
    found = layer()
    assert found.name() == "fields_june" and isinstance(found.renderer(), QgsMultiBandColorRenderer)
    stretch = found.renderer().redContrastEnhancement()
    assert (stretch.minimumValue(), stretch.maximumValue()) == (500, 2500)
    for column in (30, 50, 70):
        red = 200 + (3000 - 200) * column / 79
        truth = tuple(min(max((red * part - 500) / 2000 * 255, 0), 255) for part in (1.0, 0.8, 0.5))
        assert near(colour_at(column, 30), truth, 6), (column, colour_at(column, 30), truth)
    hands.keep_picture("descarteslabs-pixels")
    hub.click(NAME, "My products", "Harvest mosaics", "Images", "fields_june")
    hub.key(Qt.Key.Key_Return)
    QTest.qWait(500)
    assert len(QgsProject.instance().mapLayers()) == 1, "it is on the map already"


def test_classes_come_back_in_the_colours_of_the_catalog(catalog: CatalogCalls, tmp_path: Path) -> None:
    product = catalog.product("cover", title="Land cover")
    catalog.band(product, "class", 1, dtype="Byte", data_range=[0, 255], type="class", color="Palette",
                 colormap=[list(one) for one in reversed(COLOURS)])
    stored(catalog, product, cover(tmp_path / "cover.tif"))
    hub = unfolded("Land cover")
    hub.menu("Add to Map", NAME, "My products", "Land cover", "Images", "cover")
    found = layer()
    assert isinstance(found.renderer(), QgsPalettedRasterRenderer)
    for column, colour in zip((10, 30, 50), reversed(COLOURS)):
        assert near(colour_at(column, 20), colour[:3]), "the colours of the catalog, not those of the file"
    hands.keep_picture("descarteslabs-classes")


def test_one_band_is_fetched_by_the_dialog_in_its_colour_map(catalog: CatalogCalls, tmp_path: Path) -> None:
    product = catalog.product("harvest", title="Harvest mosaics")
    for number, name in enumerate(("red", "green", "blue"), 1):
        catalog.band(product, name, number, nodata=0)
    catalog.band(product, "nir", 4, default_range=[1000, 8000], colormap_name="viridis", color="Palette")
    stored(catalog, product, june(tmp_path / "fields_june.tif"))
    hub = unfolded("Harvest mosaics")
    hub.menu("Fetch pixels of images…", NAME, "My products", "Harvest mosaics", "Images", "fields_june")
    dialog = dialog_of("Fetch pixels of images")
    write(dialog, "BANDS", "nir")
    hands.keep_picture("descarteslabs-fetch", dialog)
    run(dialog)
    found = layer()
    assert isinstance(found.renderer(), QgsSingleBandPseudoColorRenderer)
    shader = found.renderer().shader().rasterShaderFunction()
    assert (shader.minimumValue(), shader.maximumValue()) == (1000, 8000)
    assert near(colour_at(40, 1), (70, 8, 92), 12), "viridis begins in dark violet"
    assert near(colour_at(40, 58), (246, 230, 36), 14), "and ends in yellow"
    hands.keep_picture("descarteslabs-viridis")
