"""“Send to”: what each kind of layer is offered, what is filled in, and why something is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from drawn_layers import layer, utm_box, utm_point
from imagery_hub.algorithms.provider import ImageryHubProvider
from imagery_hub.core import connections, live_sources
from imagery_hub.core.connections import Connection
from imagery_hub.core.layers import provenance
from imagery_hub.core.layers.streaming import Reference
from imagery_hub.ui import operations
from imagery_hub.ui.layer_menu import entries, sends
from imagery_hub.ui.layer_menu.sends import Account, Send
from imagery_hub.ui.push import pushed
from qgis.core import QgsApplication, QgsFeature, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtWidgets import QMenu
from sandbox_images import plain_image

POLYGONS = ["Vector Layer of a Raster…", "Annotations of a Detector…", "Detection Areas of a Raster…",
            "Area of a Raster to Import…"]


@pytest.fixture(autouse=True)
def registered(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PICTERRA_API_KEY", raising=False)
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    connect("Orchards")
    yield
    for name in connections.names():
        connections.remove(name)
    QgsProject.instance().clear()
    QgsApplication.processingRegistry().removeProvider(provider)


def connect(name: str) -> None:
    connections.save(Connection(name, "picterra", "http://127.0.0.1:1/"), {"key": "marker-secret-key-000"})


def shown(one: Any, *more: Any) -> list[str]:
    """The entries for a layer, disabled ones in brackets; those of a submenu follow its title."""
    menu = QMenu()
    entries.fill(menu, one, [one, *more], None)
    return listed(menu)


def listed(menu: QMenu) -> list[str]:
    found = []
    for action in menu.actions():
        found.append(action.text() if action.isEnabled() else f"({action.text()})")
        if action.menu() is not None:
            found += [f"> {text}" for text in listed(action.menu())]
    return found


def raster(path: Path, name: str = "meadow") -> QgsRasterLayer:
    return QgsRasterLayer(str(plain_image(path)), name)


def test_polygons_points_and_lines() -> None:
    assert shown(layer([utm_box((1, 1, 9, 9))])) == POLYGONS
    assert shown(layer([utm_point(3, 3)], kind="Point")) == ["Markers on a Raster…"]
    lines = QgsVectorLayer("LineString?crs=EPSG:4326", "roads", "memory")
    lines.dataProvider().addFeature(QgsFeature())
    assert shown(lines) == ["(Picterra takes no layers of the type Line)"]


def test_what_pix4d_takes() -> None:
    connections.remove("Orchards")
    connections.save(Connection("Quarries", "pix4d"), {"client_id": "an-id", "client_secret": "marker-secret-00"})
    polygons = layer([utm_box((1, 1, 9, 9))])
    assert shown(polygons)[:3] == [
        "Volumes in a Project…", "Region of Interest of a Project…", "Annotations of a Project…"]
    points = layer([utm_point(3, 3)], kind="Point")
    assert shown(points)[:2] == ["Annotations of a Project…", "Control Points of a Project…"]
    push = next(one for one in sends.sends_of("pix4d") if one.algorithm == "pix4d_pushannotations")
    origin = provenance.made("pix4d", "Quarries", "annotations", {"project": "12"})
    filled = sends.parameters(push, Account("pix4d", "Quarries"), points, origin)
    assert filled == {"CONNECTION": "Quarries", "POINTS": points.id(), "PROJECT": "12"}


def test_layers_without_anything_to_send_say_so() -> None:
    assert shown(QgsVectorLayer("Polygon?crs=EPSG:4326", "x", "memory")) == ["(The layer is empty)"]
    table = QgsVectorLayer("None?field=a:string", "x", "memory")
    assert shown(table) == ["(The layer has no geometry)"]
    assert shown(QgsVectorLayer("/nowhere.gpkg", "x", "ogr")) == ["(QGIS cannot read the layer)"]
    connections.remove("Orchards")
    assert shown(layer([utm_box((1, 1, 9, 9))])) == [
        "(Make a connection under Settings > Options > Imagery Hub first)"]


def test_a_local_raster_is_pushed_first(tmp_path: Path) -> None:
    one, two = raster(tmp_path / "a.tif"), raster(tmp_path / "b.tif")
    first = shown(one)
    assert first[:3] == ["Push Raster…", "(Run a Detector on It: push it first)",
                         "(Training Set of a Detector: push it first)"]
    assert shown(one, two)[0] == "Push 2 Rasters…"


def test_after_it_was_pushed_it_can_be_worked_on(tmp_path: Path) -> None:
    one = raster(tmp_path / "a.tif")
    origin = provenance.made("picterra", "Orchards", "raster", {"raster": "r1"})
    one.setCustomProperty(pushed.PROPERTY, origin.text())
    assert shown(one)[:2] == ["Push Raster…", "Run a Detector on It…"]
    connect("Another")
    found = shown(one)
    assert found[0] == "Orchards"
    assert "> Run a Detector on It…" in found
    other = found[found.index("Another") + 1:]
    assert other[:2] == ["> Push Raster…", "> (Run a Detector on It: push it first)"]


def test_a_streamed_raster_goes_on_and_is_not_pushed() -> None:
    tiles = QgsRasterLayer(Reference("picterra", "Orchards", "raster", "r1", "tiles").placeholder(), "tiles", "wms")
    found = shown(tiles)
    assert found[0].startswith("(It is shown from Picterra, where it is already.")
    assert found[1:3] == ["Run a Detector on It…", "Training Set of a Detector…"]
    live_sources.close()


def test_a_name_made_elsewhere_is_no_shortcut() -> None:
    connect("R&D <b>")
    found = shown(layer([utm_box((1, 1, 9, 9))]))
    assert [text for text in found if not text.startswith(">")] == ["Orchards", "R&&D <b>"]


def test_the_dialog_is_filled_from_the_layer_and_from_where_it_came() -> None:
    drawn = layer([utm_box((1, 1, 9, 9))])
    QgsProject.instance().addMapLayer(drawn)
    ids = {"raster": "r1", "detector": "d1", "operation": "o1"}
    provenance.write_layer(drawn, provenance.made("picterra", "Orchards", "detections", ids))
    origin = entries.origin_of(drawn)
    send = next(one for one in sends.for_layer("picterra", drawn) if one.algorithm == "picterra_uploadvectorlayer")
    values = sends.parameters(send, Account("picterra", "Orchards"), drawn, origin)
    assert values == {"CONNECTION": "Orchards", "INPUT": drawn.id(), "NAME": "drawn", "RASTER": "r1"}
    elsewhere = sends.parameters(send, Account("picterra", "Another"), drawn, origin)
    assert elsewhere == {"CONNECTION": "Another", "INPUT": drawn.id(), "NAME": "drawn"}
    annotations = sends.parameters(Send("picterra_setannotations", str), Account("picterra", "Orchards"), drawn, origin)
    assert (annotations["DETECTOR"], annotations["RASTER"]) == ("d1", "r1")


def test_every_entry_names_an_algorithm_that_there_is() -> None:
    for send in sends.sends_of("picterra"):
        assert operations.algorithm(send.algorithm) is not None
        assert send.title().endswith("…")
        assert not send.opener or send.found_opener() is not None
