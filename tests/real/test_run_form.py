"""Running a detector on several rasters from the desk: what it costs, the consent, the layers; by mouse and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import hands
import numpy as np
import pytest
from hub_dock import HubDockHands
from picterra_scenes import FAR_RED, RED, Scene, trained
from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QCheckBox,
    QDialog,
    QDockWidget,
    QLineEdit,
    QListWidget,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from qgis.utils import iface
from sandbox_images import tile_megapixels, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess


@pytest.fixture
def scene(sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("PICTERRA_API_KEY", PICTERRA_KEY)
    monkeypatch.setenv("PICTERRA_BASE_URL", sandbox.address)
    calls = PicterraCalls(sandbox)
    found = trained(calls, tmp_path)
    calls.upload_raster(found.image, name="Second field")
    calls.upload_raster(found.image, name="Third field")
    hands.failures.clear()
    yield found
    for form in forms():
        form.close()
    QgsProject.instance().clear()
    QTest.qWait(200)


def forms() -> list[QDialog]:
    windows = QgsApplication.topLevelWidgets()
    return [one for one in windows if one.objectName() == "imageryHubRunForm" and one.isVisible()]


def open_form() -> QDialog:
    """Through the menus of the window."""
    hands.choose_of_plugin("Run Detector on Rasters…")
    return hands.wait_for(forms, "the form")[0]


def choose(field: QWidget, labels: list[str]) -> None:
    """Look on the platform and take entries by their names; several are ticked."""
    hands.click(field.findChild(QWidget, "imageryHubLook"))
    popup = hands.wait_for(QgsApplication.activePopupWidget, "the list")
    entries = popup.findChild(QListWidget)
    hands.wait_for(lambda: entries.count() >= len(labels), "entries")
    for label in labels:
        entry = next(entries.item(row) for row in range(entries.count()) if entries.item(row).text() == label)
        where = entries.visualItemRect(entry)
        place = where.center()
        if len(labels) > 1:
            place.setX(14)
        hands.click(entries.viewport(), place)
    if len(labels) > 1:
        hands.click(hands.button(popup, "Use Ticked"))
    hands.wait_for(lambda: not popup.isVisible(), "the end of the list")


def layers() -> list[QgsVectorLayer]:
    return [one for one in QgsProject.instance().mapLayers().values() if isinstance(one, QgsVectorLayer)]


def test_two_rasters_are_run_after_consent_and_their_results_come_as_layers(
    scene: Scene, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    form = open_form()
    run = hands.button(form, "Run")
    assert not run.isEnabled()
    choose(form.findChild(QWidget, "imageryHubRunModel"), ["squares"])
    choose(form.findChild(QWidget, "imageryHubRunItems"), ["Second field", "Third field"])
    assert form.items.field.currentText() == "Second field, Third field"
    table = form.findChild(QTreeWidget, "imageryHubRunTable")
    hands.wait_for(lambda: [table.topLevelItem(row).text(2) for row in range(table.topLevelItemCount())]
                   == ["10.00", "10.00"], "what it costs")
    assert not run.isEnabled()
    folder = form.findChild(QWidget, "imageryHubRunFolder").findChild(QLineEdit)
    results = tmp_path / "Farm" / "Detections of the spring flights"
    results.mkdir(parents=True)
    hands.write(folder, str(results))
    hands.tick(form.findChild(QCheckBox, "imageryHubRunConsent"))
    hands.keep_picture("run-form", form)
    assert run.isEnabled()
    sandbox.actor("docks")
    hands.click(run)
    hands.wait_for(lambda: len(layers()) == 2, "two layers", 60)
    sandbox.actor(None)
    found = {layer.featureCount() for layer in layers()}
    assert found == {len(RED) + len(FAR_RED)}
    names = {"squares on Second field", "squares on Third field"}
    assert {layer.name() for layer in layers()} == names
    assert {Path(layer.source().partition("|")[0]) for layer in layers()} == {results / f"{one}.gpkg" for one in names}
    assert hands.failures == []
    hands.keep_picture("run-collected")


def test_rasters_selected_in_the_hub_are_in_the_form(scene: Scene) -> None:
    hub = HubDockHands()
    account = hub.tree.model().index(0, 0).data()
    hub.unfold(account)
    hub.unfold(account, "All rasters")
    hub.click(account, "All rasters", "Third field")
    hands.wait_for(lambda: hub.index(account, "All rasters", "Second field").isValid(), "the other raster")
    place = hub.place(account, "All rasters", "Second field")
    QTest.mouseClick(hub.tree.viewport(), hands.LEFT, Qt.KeyboardModifier.ControlModifier, place)
    hub.menu("Run Detector…", account, "All rasters", "Second field")
    form = hands.wait_for(forms, "the form")[0]
    table = form.findChild(QTreeWidget, "imageryHubRunTable")
    hands.wait_for(lambda: sorted(table.topLevelItem(row).text(0) for row in range(table.topLevelItemCount()))
                   == ["Second field", "Third field"], "both rasters")
    assert hands.failures == []
    hands.click(hands.button(form, "Cancel"))


def test_more_than_the_least_is_told_with_its_bounds(
    scene: Scene, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """The image has 24 megapixels; from its zoom levels they can only be estimated."""
    calls = PicterraCalls(sandbox)
    pixels = np.full((1, 4000, 6000), 90, np.uint8)
    raster = calls.upload_raster(write_image(tmp_path / "large.tif", pixels), name="Large field")
    expected = tile_megapixels(6000, 4000, calls.get(f"rasters/{raster}/")["tiles_max_zoom"])
    form = open_form()
    choose(form.findChild(QWidget, "imageryHubRunModel"), ["squares"])
    choose(form.findChild(QWidget, "imageryHubRunItems"), ["Second field", "Large field"])
    table = form.findChild(QTreeWidget, "imageryHubRunTable")

    def told() -> dict[str, str]:
        rows = (table.topLevelItem(row) for row in range(table.topLevelItemCount()))
        return {row.text(0): row.text(2) for row in rows}

    hands.wait_for(lambda: len(told()) == 2 and "…" not in told().values(), "what it costs")
    assert told()["Second field"] == "10.00"
    about, low, high = map(float, re.findall(r"[0-9]+\.[0-9]+", told()["Large field"]))
    assert about == pytest.approx(expected, rel=0.01) and about > 12
    assert (low, high) == (pytest.approx(max(10, expected / 4), rel=0.01), pytest.approx(4 * expected, rel=0.01))
    assert low <= 24 <= high
    assert f"{10 + about:.2f} MP are charged: from {10 + low:.2f} to {10 + high:.2f}" in form.total.text()
    hands.keep_picture("run-form-estimate", form)
    hands.click(hands.button(form, "Cancel"))


def test_consent_is_asked_for_again_when_another_raster_is_chosen(scene: Scene) -> None:
    form = open_form()
    choose(form.findChild(QWidget, "imageryHubRunModel"), ["squares"])
    choose(form.findChild(QWidget, "imageryHubRunItems"), ["Second field", "Third field"])
    consent = form.findChild(QCheckBox, "imageryHubRunConsent")
    hands.wait_for(consent.isEnabled, "what it costs")
    hands.tick(consent)
    assert consent.isChecked()
    hands.click(form.findChild(QWidget, "imageryHubRunItems").findChild(QWidget, "imageryHubLook"))
    popup = hands.wait_for(QgsApplication.activePopupWidget, "the list")
    entries = popup.findChild(QListWidget)
    hands.wait_for(lambda: entries.count() >= 3, "entries")
    place = entries.visualItemRect(entries.item(0)).center()
    place.setX(14)
    hands.click(entries.viewport(), place)
    hands.click(hands.button(popup, "Use Ticked"))
    assert not consent.isChecked()
    assert not hands.button(form, "Run").isEnabled()
    hands.click(hands.button(form, "Cancel"))


def test_a_platform_that_is_not_there_is_said_in_the_form(scene: Scene, sandbox: SandboxProcess) -> None:
    form = open_form()
    choose(form.findChild(QWidget, "imageryHubRunModel"), ["squares"])
    sandbox.fault(operation="getRaster", kind="status", status=503, count=0)
    choose(form.findChild(QWidget, "imageryHubRunItems"), ["Second field", "Third field"])
    hands.wait_for(lambda: form.status.text, "the sentence", 60)
    assert not form.findChild(QCheckBox, "imageryHubRunConsent").isEnabled()
    hands.keep_picture("run-form-fault", form)
    hands.click(hands.button(form, "Cancel"))


def test_the_extent_of_the_map_restricts_a_run_and_the_result_goes_back_as_a_vector_layer(
    scene: Scene, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """What is found lies in the extent, and is pushed back from the dock for results."""
    image = QgsRasterLayer(str(scene.image), "Image")
    QgsProject.instance().addMapLayer(image)
    QgsProject.instance().setCrs(image.crs())
    whole = image.extent()
    pixel = whole.width() / image.width()
    west, north = whole.xMinimum(), whole.yMaximum()
    left = QgsRectangle(west, north - 125 * pixel, west + 112 * pixel, north)
    QTest.qWait(500)  # QGIS takes over the system of a first layer late
    iface.mapCanvas().setExtent(left)
    shown = iface.mapCanvas().extent()
    spots = [QgsPointXY(west + (one[0] + one[2]) / 2 * pixel, north - (one[1] + one[3]) / 2 * pixel)
             for one in (*RED, *FAR_RED)]
    form = open_form()
    choose(form.findChild(QWidget, "imageryHubRunModel"), ["squares"])
    choose(form.findChild(QWidget, "imageryHubRunItems"), ["Second field", "Third field"])
    hands.in_menu(lambda menu: hands.choose(menu, "Canvas Extent"))
    hands.click(form.findChild(QToolButton, "imageryHubArea"))
    hands.wait_for(lambda: "km" in form.area.text.text() or "m²" in form.area.text.text(), "the area")
    consent = form.findChild(QCheckBox, "imageryHubRunConsent")
    hands.wait_for(consent.isEnabled, "what it costs")
    hands.write(form.findChild(QWidget, "imageryHubRunFolder").findChild(QLineEdit), str(tmp_path))
    hands.tick(consent)
    hands.click(hands.button(form, "Run"))
    found = hands.wait_for(lambda: [one for one in layers() if " on " in one.name()][1:] and
                           [one for one in layers() if " on " in one.name()], "two layers", 60)
    assert hands.failures == []
    for layer in found:
        back = QgsCoordinateTransform(layer.crs(), image.crs(), QgsProject.instance())
        middles = [back.transform(one.geometry().centroid().asPoint()) for one in layer.getFeatures()]
        assert middles and all(shown.contains(one) for one in middles)
        assert len(middles) == len([spot for spot in spots if shown.contains(spot)]) < len(spots)

    iface.setActiveLayer(found[0])
    hands.click(hands.tool_button(results_action()))
    dock = hands.wait_for(lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubResultsDock"), "the dock")
    hands.wait_for(lambda: dock.title.text() == found[0].name(), "the result in the dock")
    hands.in_menu(lambda menu: hands.choose(menu, "Vector Layer of a Raster…"))
    hands.click(dock.findChild(QToolButton, "imageryHubSendResult"))
    window = hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog)
                                          and one.isVisible() and "pload vector layer" in one.windowTitle()), None),
                            "the algorithm's dialog")
    raster = window.mainWidget().wrappers["RASTER"].parameterValue()
    assert raster
    hands.click(hands.button(window, "Run"))
    calls = PicterraCalls(sandbox)
    hands.wait_for(lambda: [one for one in calls.get(f"rasters/{raster}/vector_layers/")["results"]
                            if one["count"] == found[0].featureCount() and not one.get("detector_id")],
                   "the layer on the platform", 30)
    hands.click(hands.wait_for(lambda: next((one for one in window.findChildren(QPushButton) if one.isVisible()
                                             and one.isEnabled() and one.text() == "Close"), None), "the end"))


def results_action() -> QAction:
    buttons = (one.defaultAction() for one in iface.mainWindow().findChildren(QToolButton))
    return next(one for one in buttons if one is not None and one.objectName() == "imageryHubShowResults")
