"""“Send to” for the Descartes Labs catalog: what a raster layer is offered, and which connections are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from imagery_hub.algorithms.provider import ImageryHubProvider
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from imagery_hub.ui import operations
from imagery_hub.ui.descarteslabs.layer_menu import SENDS, id_of
from imagery_hub.ui.layer_menu import entries
from imagery_hub.ui.layer_menu.sends import Account, accounts
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QMenu
from sandbox_images import plain_image

VARIABLES = ("DESCARTESLABS_CLIENT_ID", "DESCARTESLABS_CLIENT_SECRET", "DESCARTESLABS_REFRESH_TOKEN",
             "DESCARTESLABS_TOKEN_INFO_PATH")
OFFERED = ["Add This Layer as a Product…", "Image of a Product…", "Array of a Product…"]


@pytest.fixture(autouse=True)
def registered(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("PICTERRA_API_KEY", *VARIABLES):
        monkeypatch.delenv(name, raising=False)
    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    yield
    for name in connections.names():
        connections.remove(name)
    QgsProject.instance().clear()
    QgsApplication.processingRegistry().removeProvider(provider)


def token_file(folder: Path) -> Path:
    path = folder / "token_info.json"
    path.write_text(json.dumps({"client_id": "cid-0042", "refresh_token": "marker-secret-refresh-000"}))
    return path


def shown(one: QgsRasterLayer, *more: QgsRasterLayer) -> list[str]:
    menu = QMenu()
    entries.fill(menu, one, [one, *more], None)
    return [action.text() if action.isEnabled() else f"({action.text()})" for action in menu.actions()]


def test_a_connection_of_a_token_file_alone_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert accounts() == []
    monkeypatch.setenv("DESCARTESLABS_TOKEN_INFO_PATH", str(token_file(tmp_path)))
    assert accounts() == [Account("descarteslabs", "")]
    monkeypatch.delenv("DESCARTESLABS_TOKEN_INFO_PATH")
    connections.save(Connection("Fields", "descarteslabs", "", {"login_file": str(token_file(tmp_path))}), {})
    assert accounts() == [Account("descarteslabs", "Fields")]


def test_a_raster_becomes_a_product(tmp_path: Path) -> None:
    connections.save(Connection("Fields", "descarteslabs", "", {"login_file": str(token_file(tmp_path))}), {})
    one = QgsRasterLayer(str(plain_image(tmp_path / "a.tif")), "June flight (north)")
    two = QgsRasterLayer(str(plain_image(tmp_path / "b.tif")), "b")
    QgsProject.instance().addMapLayers([one, two])
    assert shown(one) == OFFERED
    assert shown(one, two) == [f"({title.rstrip('…')}: select one layer only)" for title in OFFERED]
    assert shown(QgsRasterLayer("/nowhere.tif", "x"))[0].startswith("(")
    for send in SENDS:
        assert send.raster is not None
        algorithm = operations.algorithm(send.algorithm)
        assert all(algorithm.parameterDefinition(name) is not None for name in send.raster(one))
    assert SENDS[0].raster is not None
    assert SENDS[0].raster(one) == {"INPUT": one.id(), "ID": "june_flight_north", "TITLE": "June flight (north)"}


def test_names_become_ids() -> None:
    assert [id_of(name) for name in ("Äcker 2021/06", "a:b", "???")] == ["cker_2021_06", "a_b", ""]
