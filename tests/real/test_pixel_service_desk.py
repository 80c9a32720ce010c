"""Pixel's ArcGIS services in the real program: from the tree onto the map, limited to a GDO user, with its terrain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import numpy as np
import pytest
from hub_dock import HubDockHands
from map_hands import look_at, settled
from pixel_logins import logins
from pixel_services import BOX, GDO, image_options, optimised, started, terrain
from qgis.core import QgsApplication, QgsProject, QgsRectangle
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialog
from qgis.utils import iface
from quarry import connections
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

NAME = "Fjord"


@pytest.fixture
def service(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Any]:
    """A connection, a GDO user's login, and a running service on heights that only this user sees."""
    assert QgsApplication.authManager().setMasterPassword("master-of-the-test", True)
    calls, ready, module = PixelCalls(sandbox), sandbox.ready["pixel"], connections()
    one = started(calls, "Image", optimised(calls, "DTM", terrain(tmp_path / "dtm.tif")),
                  image_options([GDO[0]]), "Oslo terrain")
    options = {name: ready[name] for name in ("tenant", "login", "services")}
    # QGIS draws what lies around the map ahead, and gives that up whenever the map changes: see ``map_hands.settled``.
    iface.mapCanvas().setPreviewJobsEnabled(False)
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    hands.failures.clear()
    with logins("master-of-the-test") as keep:
        secrets = {name: ready[name] for name in ("username", "password")}
        module.save(module.Connection(NAME, "pixel", ready["root"], options), secrets)
        keep("Basic", username=GDO[0], password=GDO[1])
        yield one
        settled()
        module.remove(NAME)
    settled()
    iface.newProject(False)
    iface.mapCanvas().setPreviewJobsEnabled(True)
    iface.messageBar().clearWidgets()
    settled()
    assert not hands.failures


def window_of(title: str) -> Any:
    return hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog)
                                        and one.isVisible() and title in one.windowTitle()), None), title)


def in_view(widget: Any) -> Any:
    """Scrolled into view."""
    area = widget.parentWidget()
    while area is not None and not hasattr(area, "ensureWidgetVisible"):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(widget)
    QTest.qWait(100)
    return widget


def drawn() -> np.ndarray:
    """The map as it is shown, when it is drawn."""
    canvas = iface.mapCanvas()
    settled()
    canvas.refresh()
    settled()
    QTest.qWait(300)
    picture = canvas.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32)
    data = picture.constBits().asstring(picture.sizeInBytes())
    return np.frombuffer(data, np.uint8).reshape(picture.height(), picture.width(), 4)[..., 2::-1]


def test_a_limited_service_comes_onto_the_map(service: Any, sandbox: SandboxProcess) -> None:
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.unfold(NAME, "ArcGIS services")
    hands.wait_for(lambda: hub.index(NAME, "ArcGIS services", "Oslo terrain").isValid(), "the service")
    hub.double_click(NAME, "ArcGIS services", "Oslo terrain")
    dialog = window_of("Add service to map")
    hands.choose_in_list(in_view(dialog.findChild(QComboBox, "cmbConfigSelect")), "GDO user")
    hands.keep_picture("pixel-add-service", dialog)
    hands.click(hands.button(dialog, "Run"))
    layer = hands.wait_for(lambda: next(iter(QgsProject.instance().mapLayers().values()), None), "the layer")
    hands.wait_for(lambda: hands.button(dialog, "Close").isEnabled(), "the end")
    hands.click(hands.button(dialog, "Close"))
    assert layer.name() == "Oslo terrain"
    assert layer.providerType() == "arcgismapserver"
    settled()
    look_at("EPSG:25833", QgsRectangle(*BOX))
    shown = drawn()
    middle = shown[shown.shape[0] // 2, shown.shape[1] // 2]
    assert middle.max() > 60
    assert shown.std() > 20
    hands.keep_picture("pixel-service")
    assert all("token=" not in one["path"] for one in sandbox.log())


def test_a_login_that_is_known_brings_a_service_by_its_menu(service: Any, sandbox: SandboxProcess) -> None:
    from imagery_hub.core.arcgis import tokens

    login = next(one for one in QgsApplication.authManager().configIds()
                 if QgsApplication.authManager().configAuthMethodKey(one) == "Basic" and one not in _of_connections())
    tokens.opened(login, sandbox.address + "/", lambda given: ("soon-renewed-token", 0.0))
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.unfold(NAME, "ArcGIS services")
    hub.menu("Add to Map", NAME, "ArcGIS services", "Oslo terrain")
    layer = hands.wait_for(lambda: next(iter(QgsProject.instance().mapLayers().values()), None), "the layer")
    assert layer.name() == "Oslo terrain"
    settled()
    look_at("EPSG:25833", QgsRectangle(*BOX))
    assert drawn().std() > 20


def _of_connections() -> set[str]:
    return {one.authcfg for one in connections().saved()}
