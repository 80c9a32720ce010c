"""Products, bands and arrays of the Descartes Labs catalog in the forms of the real program: refused before anything is
sent, then added, changed and removed, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import numpy as np
import pytest
from algorithm_hands import AlgorithmHands
from descarteslabs_calls import DescartesCalls
from descarteslabs_desk import NAME, desk, dialog_of, june, pick, run, seen, write
from hub_dock import HubDockHands
from osgeo import gdal
from push_hands import open_send_menu, tree_place
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRasterLayer, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

TITLE = "Harvest mosaics"
WAY = (NAME, "My products", TITLE)


@pytest.fixture
def catalog(sandbox: SandboxProcess) -> Iterator[CatalogCalls]:
    with desk(sandbox) as found:
        yield found


def refused(dialog: Any) -> str:
    """Press “Run” where something is wrong; what QGIS's box says."""
    told: list[str] = []

    def agree(box: Any) -> None:
        told.append(box.text())
        hands.click(hands.button(box, "OK"))

    hands.in_dialog(agree)
    hands.click(dialog.runButton())
    hands.wait_for(lambda: told, "the refusal")
    return told[0]


def choose(dialog: Any, name: str, text: str) -> None:
    widget = seen(dialog, name)
    pick(widget if isinstance(widget, QComboBox) else widget.findChild(QComboBox), text)


def walked(*below: str) -> HubDockHands:
    hub, way = HubDockHands(), (*WAY, *below)
    for depth in range(1, len(way) + 1):
        hub.unfold(*way[:depth])
    return hub


def test_a_product_is_added_and_changed_in_its_forms(catalog: CatalogCalls) -> None:
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.unfold(NAME, "My products")
    hub.wait(["No product yet. “Add product” in the menu makes one."], NAME, "My products")
    before = catalog.sandbox.last_entry()
    hub.menu("Add product…", NAME, "My products")
    dialog = dialog_of("Add product")
    write(dialog, "ID", "harvest")
    write(dialog, "TITLE", TITLE)
    write(dialog, "DESCRIPTION", "Field mosaics of the June flights")
    write(dialog, "READ", "acme")
    hands.keep_picture("descarteslabs-add-product", dialog)
    assert "“acme” does not fit “read”" in refused(dialog)
    assert catalog.sandbox.last_entry() == before, "nothing is sent of what breaks a rule"
    write(dialog, "READ", "org:acme")
    run(dialog)
    hub.wait([TITLE], NAME, "My products")
    product = "acme:harvest"
    found = catalog.catalog(f"products/{product}")
    assert (found["description"], found["read"]) == ("Field mosaics of the June flights", ["org:acme"])
    catalog.band(product, "red")

    def seen_by(somebody: DescartesCalls) -> bool:
        address = f"metadata/v1/catalog/products/{product}/bands/red"
        return bool(somebody.request("GET", address).status_code == 200)

    other = DescartesCalls(catalog.sandbox, "other")
    assert not seen_by(other)
    hub.click(*WAY)
    hub.key(Qt.Key.Key_F2)
    dialog = dialog_of("Change product")
    write(dialog, "READ", "org:acme, email:other@acme.example")
    hands.tick(seen(dialog, "SET_GLOBAL_PERMISSIONS"))
    assert "Tick" in refused(dialog), "access of all bands and images is not changed by the way"
    hands.tick(seen(dialog, "CONFIRM"))
    run(dialog)
    assert catalog.catalog(f"products/{product}")["read"] == ["org:acme", "email:other@acme.example"]
    hands.wait_for(lambda: seen_by(other), "the band to be seen by somebody else")


def test_a_band_is_added_changed_and_removed_in_its_forms(catalog: CatalogCalls) -> None:
    product = catalog.product("harvest", title=TITLE)
    hub = walked("Bands")
    hub.menu("Add band…", *WAY, "Bands")
    dialog = dialog_of("Add band")
    write(dialog, "NAME", "red")
    write(dialog, "SRCBAND", "1")
    choose(dialog, "DTYPE", "UInt16")
    write(dialog, "DATA_RANGE", "0, 70000")
    choose(dialog, "TYPE", "spectral")
    write(dialog, "NODATA", "0")
    hands.keep_picture("descarteslabs-add-band", dialog)
    before = catalog.sandbox.last_entry()
    assert "beyond what UInt16 can hold" in refused(dialog)
    write(dialog, "DATA_RANGE", "0, 10000")
    write(dialog, "RESOLUTION", "3")
    assert "“resolution_unit” is missing" in refused(dialog)
    assert catalog.sandbox.last_entry() == before
    choose(dialog, "RESOLUTION_UNIT", "meters")
    run(dialog)
    hands.wait_for(lambda: "red" in hub.texts(*WAY, "Bands"), "the band in the tree")
    found = catalog.catalog(f"products/{product}/bands/red")
    assert (found["srcband"], found["nodata"], found["data_range"]) == (1, 0, [0, 10000])
    assert (found["resolution"], found["resolution_unit"]) == (3, "meters")

    hub.click(*WAY, "Bands", "red")
    hub.key(Qt.Key.Key_F2)
    dialog = dialog_of("Change band")
    write(dialog, "DEFAULT_RANGE", "200, 3000")
    run(dialog)
    found = catalog.catalog(f"products/{product}/bands/red")
    assert (found["default_range"], found["data_range"]) == ([200, 3000], [0, 10000])
    hands.wait_for(lambda: hub.facts().get("Range for showing") == "200, 3000", "the change in the details")

    hub.click(*WAY, "Bands", "red")
    hub.key(Qt.Key.Key_Delete)
    dialog = dialog_of("Remove bands")
    assert "Tick" in refused(dialog)
    hands.tick(seen(dialog, "CONFIRM"))
    run(dialog)
    assert not catalog.there(f"products/{product}/bands/red")
    hub.wait(["No band yet."], *WAY, "Bands")


def pixels_of(catalog: CatalogCalls, product: str, name: str) -> tuple[Any, int]:
    """What the catalog stored of an image, opened by GDAL: its pixels, and how many overviews it has."""
    answer = catalog.request("GET", f"storage/v1/products/get/{product}/{name}")
    assert answer.status_code == 200, answer.text
    gdal.FileFromMemBuffer("/vsimem/arrived.tif", answer.content)
    try:
        dataset = gdal.Open("/vsimem/arrived.tif")
        return dataset.ReadAsArray(), dataset.GetRasterBand(1).GetOverviewCount()
    finally:
        gdal.Unlink("/vsimem/arrived.tif")


def test_a_layer_goes_into_a_product_as_an_array_and_as_a_file(catalog: CatalogCalls, tmp_path: Path) -> None:
    product = catalog.product("harvest", title=TITLE)
    for number, name in enumerate(("red", "green", "blue", "nir"), 1):
        catalog.band(product, name, number, nodata=0)
    file = june(tmp_path / "fields_june.tif")
    truth = gdal.Open(str(file)).ReadAsArray()
    layer = QgsRasterLayer(str(file), "June flight")
    QgsProject.instance().addMapLayer(layer)
    open_send_menu(layer, lambda menu: hands.choose(menu, "Array of a Product…"))
    dialog = dialog_of("Upload array")
    assert dialog.mainWidget().wrappers["IMAGE_ID"].parameterValue() == "june_flight"
    write(dialog, "PRODUCT", product)
    write(dialog, "OVERVIEWS", "2, 4")
    choose(dialog, "RESAMPLER", "average")
    hands.keep_picture("descarteslabs-array", dialog)
    run(dialog)
    pixels, overviews = pixels_of(catalog, product, "june_flight.tif")
    assert np.array_equal(pixels, truth) and overviews == 2
    found = catalog.catalog(f"products/{product}/images/june_flight")
    assert (found["cs_code"], found["geotrans"]) == ("EPSG:32617", [404000.0, 0.1, 0.0, 3285000.0, 0.0, -0.1])

    np.save(tmp_path / "index.npy", np.moveaxis(truth, 0, 2) // 2)
    open_send_menu(layer, lambda menu: hands.choose(menu, "Array of a Product…"))
    dialog = dialog_of("Upload array")
    write(dialog, "PRODUCT", product)
    write(dialog, "ARRAY", str(tmp_path / "index.npy"))
    write(dialog, "IMAGE_ID", "index")
    hands.keep_picture("descarteslabs-array-file", dialog)
    run(dialog)
    assert np.array_equal(pixels_of(catalog, product, "index.tif")[0], truth // 2)
    assert catalog.catalog(f"products/{product}/images/index")["geotrans"] == found["geotrans"]

    hub = walked("Images")
    hub.wait(["june_flight", "index"], *WAY, "Images")
    heading = hub.place(*WAY, "Images")
    hands.drag(tree_place(layer), hub.tree.viewport().mapToGlobal(heading))
    dialog = dialog_of("Upload images")
    hands.keep_picture("descarteslabs-dropped", dialog)
    run(dialog)
    hands.wait_for(lambda: sorted(hub.texts(*WAY, "Images")) == ["fields_june", "index", "june_flight"], "all")
    assert np.array_equal(pixels_of(catalog, product, "fields_june.tif")[0], truth)
    assert QgsProject.instance().count() == 1, "a drop is no move"


def test_an_entry_of_an_image_is_added_changed_and_removed_in_its_forms(catalog: CatalogCalls) -> None:
    product = catalog.product("harvest", title=TITLE)
    hub = walked("Images")
    hub.menu("Add image entry…", *WAY, "Images")
    dialog = dialog_of("Add image entry")
    write(dialog, "ID", "june")
    write(dialog, "CLOUD_FRACTION", "0.25")
    write(dialog, "SAT_ID", "RX-4")
    write(dialog, "GEOMETRY", "POLYGON ((10 59, 10.1 59, 10.1 59.1")
    before = catalog.sandbox.last_entry()
    assert "does not fit “geometry”" in refused(dialog)
    assert catalog.sandbox.last_entry() == before
    write(dialog, "GEOMETRY", "POLYGON ((10 59, 10.1 59, 10.1 59.1, 10 59))")
    run(dialog)
    hub.wait(["june"], *WAY, "Images")
    found = catalog.catalog(f"products/{product}/images/june")
    assert (found["cloud_fraction"], found["sat_id"], found["geometry"]["type"]) == (0.25, "RX-4", "Polygon")

    hub.click(*WAY, "Images", "june")
    hub.key(Qt.Key.Key_F2)
    dialog = dialog_of("Change image")
    write(dialog, "CLOUD_FRACTION", "0.5")
    run(dialog)
    found = catalog.catalog(f"products/{product}/images/june")
    assert (found["cloud_fraction"], found["sat_id"]) == (0.5, "RX-4")

    hub.click(*WAY, "Images", "june")
    hub.key(Qt.Key.Key_Delete)
    dialog = dialog_of("Remove images")
    assert "Tick" in refused(dialog)
    hands.tick(seen(dialog, "CONFIRM"))
    run(dialog)
    assert not catalog.there(f"products/{product}/images/june")
    hub.wait(["No image yet. Drag files or layers here to upload."], *WAY, "Images")


def field_text(dialog: Any, name: str) -> str:
    """What stands in the field of a parameter."""
    return str(dialog.mainWidget().wrappers[name].parameterValue())


def test_the_rows_of_a_layer_become_entries_of_images(catalog: CatalogCalls) -> None:
    product = catalog.product("harvest", title=TITLE)
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=image_id:string&field=sat_id:string", "Flights", "memory")
    rows = []
    for name, west in (("june", 10.0), ("july", 10.5)):
        row = QgsFeature(layer.fields())
        row.setAttributes([name, "RX-4"])
        row.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 59, west + 0.2, 59.2)))
        rows.append(row)
    assert layer.dataProvider().addFeatures(rows)[0]
    QgsProject.instance().addMapLayer(layer)
    hub = walked("Images")
    hub.menu("Add image entries of a layer…", *WAY, "Images")
    dialog = dialog_of("Add image entries of a layer")
    assert dialog.mainWidget().wrappers["PRODUCT"].parameterValue() == product
    choose(dialog, "INPUT", "Flights [EPSG:4326]")
    hands.keep_picture("descarteslabs-image-entries", dialog)
    run(dialog)
    hub.wait(["july", "june"], *WAY, "Images")
    found = catalog.catalog(f"products/{product}/images/july")
    assert (found["sat_id"], found["storage_state"]) == ("RX-4", "remote")
    assert found["geometry"]["coordinates"][0][0][0] >= 10.5


@pytest.mark.parametrize("title", ["Change product", "Replace product"])
def test_the_form_of_a_product_shows_what_it_has(catalog: CatalogCalls, title: str) -> None:
    product = catalog.product("harvest", title=TITLE, sensor="RX-4", notes="dry", read=["org:acme"],
                              start_datetime="2021-06-01T10:20:30Z", resolution="3 m")
    hub = walked()
    before = catalog.catalog(f"products/{product}")
    hub.menu(f"{title}…", *WAY)
    dialog = dialog_of(title)
    assert [field_text(dialog, one) for one in ("TITLE", "DESCRIPTION", "SENSOR", "READ", "RESOLUTION")] == [
        TITLE, "Field mosaics", "RX-4", "org:acme", "3 m"]
    hands.keep_picture("descarteslabs-" + title.lower().replace(" ", "-"), dialog)
    write(dialog, "SENSOR", "RX-5")
    run(dialog)
    found = catalog.catalog(f"products/{product}")
    assert found == {**before, "sensor": "RX-5"}, "what nobody touched is as it was"


def test_what_a_product_has_is_emptied_in_its_form(catalog: CatalogCalls) -> None:
    product = catalog.product("harvest", title=TITLE, read=["org:acme"], sensor="RX-4")
    hub = walked()
    hub.click(*WAY)
    hub.key(Qt.Key.Key_F2)
    dialog = dialog_of("Change product")
    AlgorithmHands("Change product").look_up("EMPTY", "Who may read")
    hands.keep_picture("descarteslabs-empty", dialog)
    run(dialog)
    found = catalog.catalog(f"products/{product}")
    assert (found["read"], found["sensor"]) == ([], "RX-4")
