"""Rasters from and onto trees, and “Send to” in the menu of layers; the platform tells what came."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from drawn_layers import boxes_layer
from push_hands import (
    CONNECTION,
    algorithm_dialog,
    arrived,
    browser_place,
    bytes_of,
    connected,
    forms,
    hub_place,
    image,
    middle,
    names,
    open_form,
    open_send_menu,
    part,
    show_hub,
    states,
    texts_of,
    tree_place,
)
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QMenu,
    QPushButton,
    QWidget,
)
from qgis.utils import iface
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Iterator[PicterraCalls]:
    with connected(sandbox) as found:
        yield found


def test_a_raster_of_the_browser_panel(calls: PicterraCalls, tmp_path: Path) -> None:
    file = image(tmp_path / "in the panel.tif", 2)
    iface.browserModel().addFavoriteDirectory(str(tmp_path), "Flights")
    try:
        form = open_form()
        place = browser_place("Favorites", "Flights", file.name)
        hands.drag(place, middle(part(form, QLabel, "imageryHubPushDropZone")))
        hands.wait_for(lambda: names(form) == [file.stem], "the dropped raster")
        hands.wait_for(lambda: states(form) == ["Ready."], "the file to be looked into")
        hands.click(part(form, QPushButton, "imageryHubPushStart"))
        hands.wait_for(lambda: not forms(), "the form to close")
        assert bytes_of(calls, arrived(calls, 1)[file.stem]) == file.read_bytes()
    finally:
        favorites = iface.browserModel().findPath("favorites:")
        item = next(one for one in iface.browserModel().dataItem(favorites).children() if one.name() == "Flights")
        iface.browserModel().removeFavorite(iface.browserModel().findItem(item))


@pytest.mark.parametrize("way", [("Folders", "Harvest"), ()], ids=["folder", "connection"])
def test_a_layer_dropped_on_the_hub_goes_there(calls: PicterraCalls, tmp_path: Path, way: tuple[str, ...]) -> None:
    file = image(tmp_path / "meadow.tif", 2)
    folder = calls.post("folders/", {"name": "Harvest"})["id"]
    layer = iface.addRasterLayer(str(file), "Meadow")
    show_hub()
    target = hub_place(CONNECTION, *way)
    hands.keep_picture("push-hub")
    hands.drag(tree_place(layer), target)
    form = hands.wait_for(forms, "the push form")[0]
    hands.wait_for(lambda: states(form) == ["Ready."], "the file to be looked into")
    assert QgsProject.instance().count() == 1  # a drop is no move
    assert iface.layerTreeView().layerTreeModel().rootGroup().findLayer(layer.id()) is not None
    chosen = part(form, QWidget, "imageryHubPushTarget").findChild(QComboBox).currentText()
    assert chosen == ("Harvest" if way else "")
    assert part(form, QComboBox, "imageryHubConnection").currentText() == CONNECTION
    hands.keep_picture("push-dropped")
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    raster = arrived(calls, 1)["Meadow"]
    assert (raster["folder_id"] == folder) == bool(way)
    assert bytes_of(calls, raster) == file.read_bytes()


def test_the_menu_of_a_folder_opens_the_form_for_it(calls: PicterraCalls) -> None:
    calls.post("folders/", {"name": "Harvest"})
    show_hub()
    place = hub_place(CONNECTION, "Folders", "Harvest")
    hands.in_menu(lambda menu: hands.choose(menu, "Push Rasters…"))
    hands.real_right_click(place)
    form = hands.wait_for(lambda: hands.failures or forms(), "the push form")[0]
    assert not hands.failures, hands.failures
    assert part(form, QWidget, "imageryHubPushTarget").findChild(QComboBox).currentText() == "Harvest"
    assert names(form) == []


def test_polygons_become_a_vector_layer_of_a_raster(calls: PicterraCalls, tmp_path: Path) -> None:
    drawn = boxes_layer([(10, 10, 40, 40)])
    QgsProject.instance().addMapLayer(drawn)
    seen: list[str] = []

    def look(menu: QMenu) -> None:
        seen.extend(action.text() for action in menu.actions())
        hands.keep_picture("send-to")
        hands.choose(menu, "Vector Layer of a Raster…")

    open_send_menu(drawn, look)
    dialog = hands.wait_for(lambda: hands.failures or algorithm_dialog("ector layer"), "the algorithm's dialog")
    assert not hands.failures, hands.failures
    assert seen[:3] == ["Vector Layer of a Raster…", "Annotations of a Detector…", "Detection Areas of a Raster…"]
    wrappers = dialog.mainWidget().wrappers
    assert wrappers["INPUT"].parameterValue() == drawn.id()
    assert wrappers["CONNECTION"].parameterValue() == CONNECTION
    dialog.close()


def test_a_raster_is_pushed_by_its_menu_and_then_sent_to_a_detector(calls: PicterraCalls, tmp_path: Path) -> None:
    layer = iface.addRasterLayer(str(image(tmp_path / "field.tif", 3)), "Field & brook")
    seen: list[tuple[str, bool]] = []

    def push(menu: QMenu) -> None:
        seen.extend((action.text(), action.isEnabled()) for action in menu.actions())
        hands.keep_picture("send-to-raster")
        hands.choose(menu, "Push Raster…")

    open_send_menu(layer, push)
    form = hands.wait_for(lambda: hands.failures or forms(), "the push form")[0]
    assert not hands.failures, hands.failures
    assert seen[:2] == [("Push Raster…", True), ("Run a Detector on It: push it first", False)]
    hands.wait_for(lambda: states(form) == ["Ready."], "the file to be looked into")
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    hands.wait_for(lambda: not forms(), "the form to close")
    raster = arrived(calls, 1)[layer.name()]
    hands.wait_for(lambda: layer.customProperty("imageryhub/pushed"), "the layer to know what it became")
    open_send_menu(layer, lambda menu: hands.choose(menu, "Run a Detector on It…"))
    form = hands.wait_for(lambda: hands.failures or algorithm_dialog("etect"), "the form for detectors")
    assert not hands.failures, hands.failures
    hands.keep_picture("send-to-detector", form)
    assert layer.name() in texts_of(form)
    assert raster["id"] in str(layer.customProperty("imageryhub/pushed"))
    form.close()
