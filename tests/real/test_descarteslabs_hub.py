"""The Descartes Labs catalog in the Hub of the real program, by mouse and keyboard: connected by a token file, walked,
uploaded into, asked what failed and why, and removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from descarteslabs_desk import NAME, connections, desk, dialog_of, june, pick, run, seen, write
from hub_dock import HubDockHands
from osgeo import gdal
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

ROOTS = ["My products", "All products", "Stored objects"]
TITLE = "Harvest mosaics"
WAY = (NAME, "My products", TITLE)


@pytest.fixture
def catalog(sandbox: SandboxProcess) -> Iterator[CatalogCalls]:
    with desk(sandbox) as found:
        yield found


@pytest.fixture
def product(catalog: CatalogCalls) -> str:
    """A product with four bands and no image."""
    found = catalog.product("harvest", title=TITLE, description="Field mosaics of the June flights", sensor="RX-4")
    for number, name in enumerate(("red", "green", "blue", "nir"), 1):
        catalog.band(found, name, number, default_range=[300, 2500], nodata=0)
    return found


def walked(*below: str) -> HubDockHands:
    """The Hub, unfolded down to there."""
    hub, way = HubDockHands(), (*WAY, *below)
    for depth in range(1, len(way) + 1):
        hub.unfold(*way[:depth])
    return hub


def upload(hub: HubDockHands, folder: Path) -> None:
    """“Upload images” in the menu of the heading: what is in a folder."""
    hub.menu("Upload images…", *WAY, "Images")
    dialog = dialog_of("Upload images")
    write(dialog, "FOLDER", str(folder))
    run(dialog)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files of a test are."""
    found = tmp_path / "flight"
    found.mkdir()
    return found


def window_of(name: str) -> Any:
    """A window of the plugin by its object name."""
    return hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog)
                                        and one.isVisible() and one.objectName() == name), None), name)


def test_a_connection_takes_its_login_from_a_token_file(sandbox: SandboxProcess, tmp_path: Path) -> None:
    ready = sandbox.ready["descarteslabs"]
    path = tmp_path / "token_info.json"
    path.write_text(json.dumps({"client_id": ready["client_id"], "refresh_token": ready["refresh_token"]}))

    def choose(dialog: Any) -> None:
        assert isinstance(dialog, QFileDialog)
        hands.keep_picture("descarteslabs-token-chooser")
        hands.write(dialog.findChild(QLineEdit, "fileNameEdit"), str(path))
        QTest.keyClick(dialog.findChild(QLineEdit, "fileNameEdit"), Qt.Key.Key_Return)

    def enter(dialog: Any) -> None:
        (combo,) = (one for one in dialog.findChildren(QComboBox) if one.findText("Geodata Pixel") >= 0)
        assert combo.findText("Descartes Labs catalog (private or sandbox server)") >= 0
        combo.setFocus()
        QTest.keyClicks(combo, "Descartes")
        hands.write(dialog.name, NAME)
        hands.write(dialog.address, ready["root"])
        hands.in_dialog(choose)
        hands.click(dialog.findChild(QPushButton, "imageryHubLoginFile"))
        hands.wait_for(lambda: "holds the login of the client" in dialog.status.text, "the login to be found")
        hands.click(dialog.test_button)
        hands.wait_for(lambda: dialog.status.text.startswith("Connected to Descartes Labs catalog as"), "the account")
        hands.keep_picture("descarteslabs-connection", dialog)
        hands.click(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))

    with desk(sandbox, saved=False):
        hub = HubDockHands()
        hands.in_dialog(enter)
        hands.click(hub.dock.findChild(QPushButton, "imageryHubConnectSandbox"))
        hands.wait_for(hub.tree.isVisible, "the tree")
        hub.unfold(NAME)
        hub.wait(ROOTS, NAME)
        kept = connections().get(NAME)
        assert (kept.options, kept.authcfg) == ({"login_file": str(path)}, "")


@pytest.mark.needs_assumed("descarteslabs D23")
def test_the_whole_tree(catalog: CatalogCalls, product: str, folder: Path) -> None:
    hub = walked()
    hub.wait(["Images", "Bands", "Uploads"], *WAY)
    hub.click(*WAY)
    assert hub.facts()["Description"] == "Field mosaics of the June flights"
    assert hub.facts()["Sensor"] == "RX-4"
    hub.unfold(*WAY, "Bands")
    hub.wait(["blue", "green", "nir", "red", "ndvi", "ndwi"], *WAY, "Bands")  # the last two are computed
    hub.click(*WAY, "Bands", "nir")
    hands.wait_for(lambda: hub.facts().get("Range for showing") == "300, 2500", "what is known of the band")
    assert hub.facts()["Data type"] == "UInt16" and hub.facts()["No-data value"] == "0"
    hands.keep_picture("descarteslabs-hub-bands", hub.dock)
    hub.unfold(*WAY, "Images")
    hub.wait(["No image yet. Drag files or layers here to upload."], *WAY, "Images")
    june(folder / "fields_june.tif")
    upload(hub, folder)
    hub.wait(["fields_june"], *WAY, "Images")
    hub.click(*WAY, "Images", "fields_june")
    hands.wait_for(lambda: "Acquired" in hub.facts(), "what is known of the image")
    hands.keep_picture("descarteslabs-hub-image", hub.dock)
    hub.unfold(*WAY, "Uploads")
    hub.wait(["fields_june.tif"], *WAY, "Uploads")
    hands.keep_picture("descarteslabs-hub", hub.dock)
    assert catalog.catalog(f"products/{product}/images/fields_june")["raster_size"] == [80, 60]


def test_results_are_filtered_and_a_failure_shows_its_log_and_stack_trace(
    catalog: CatalogCalls, product: str, folder: Path
) -> None:
    good = june(folder / "good.tif")
    gdal.Translate(str(folder / "two_bands.tif"), str(good), bandList=[1, 2])
    hub = walked("Images")
    upload(hub, folder)
    hub.wait(["good"], *WAY, "Images")
    hub.unfold(*WAY, "Uploads")
    hands.wait_for(lambda: sorted(hub.texts(*WAY, "Uploads")) == ["good.tif", "two_bands.tif"], "both uploads")

    hub.menu("List uploads…", *WAY, "Uploads")
    dialog = dialog_of("List uploads")
    combo: Any = seen(dialog, "STATUS")
    pick(combo if isinstance(combo, QComboBox) else combo.findChild(QComboBox), "FAILURE")
    write(dialog, "OUTPUT", str(folder / "failed.gpkg"))
    run(dialog)
    table = hands.wait_for(lambda: next((one for one in QgsProject.instance().mapLayers().values()
                                         if isinstance(one, QgsVectorLayer)), None), "the table of results")
    assert [(one["id"], one["status"]) for one in table.getFeatures()] == [("two_bands.tif", "FAILURE")]

    hub.click(*WAY, "Uploads", next(one for one in hub.texts(*WAY, "Uploads") if one.startswith("two_bands")))
    hub.key(Qt.Key.Key_Return)
    window = window_of("imageryHubUploadWindow")
    hands.wait_for(lambda: "could not read it" in window.status.text, "what became of it")
    assert "ValueError" in window.status.text
    assert "two_bands.tif" in window.findChild(QPlainTextEdit, "imageryHubUploadLogText").toPlainText()
    trace = window.findChild(QPlainTextEdit, "imageryHubUploadTrace")
    assert trace.isVisible() and trace.toPlainText().startswith("Traceback (most recent call last):")
    assert "exception" in window.findChild(QLabel, "imageryHubUploadFacts").text()
    hands.keep_picture("descarteslabs-upload-log", window)
    hands.click(window.copy)
    assert "Traceback" in QgsApplication.clipboard().text()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    hub.menu("Show Log", *WAY, "Uploads", next(one for one in hub.texts(*WAY, "Uploads") if one.startswith("good")))
    window = window_of("imageryHubUploadWindow")
    hands.wait_for(lambda: window.status.text == "The catalog has read it.", "what became of the other")
    assert not window.findChild(QPlainTextEdit, "imageryHubUploadTrace").isVisible()
    window.close()


def test_a_product_is_removed_with_all_in_it_by_its_typed_name(
    catalog: CatalogCalls, product: str, folder: Path
) -> None:
    hub = walked("Images")
    june(folder / "fields_june.tif")
    upload(hub, folder)
    hub.wait(["fields_june"], *WAY, "Images")
    hub.click(*WAY)
    hub.key(Qt.Key.Key_Delete)
    dialog = dialog_of("Remove product")
    hands.tick(seen(dialog, "CASCADE"))
    write(dialog, "CONFIRM", "Harvest")
    log = run(dialog, close=False)
    assert "It is called “Harvest mosaics”" in log and catalog.there(f"products/{product}")
    hands.keep_picture("descarteslabs-remove-refused", dialog)
    hands.click(hands.button(dialog, "Change Parameters"))
    write(dialog, "CONFIRM", TITLE)
    hands.keep_picture("descarteslabs-remove", dialog)
    log = run(dialog).replace("'", "")  # QGIS 3.44 lists results without them
    assert "DELETED: 5" in log and "COMPLETED: True" in log and "FAILED: 0" in log
    assert not catalog.there(f"products/{product}")
    assert catalog.sent("POST", "metadata/v1/search", json={"products": [product]}) == []
    hub.wait(["No product yet. “Add product” in the menu makes one."], NAME, "My products")
