"""A master password that was refused: what looks by itself does not have QGIS ask for it again, what the user asks for
does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from imagery_hub.core import connections
from imagery_hub.core.choices import Choice
from imagery_hub.core.connections import Connection
from imagery_hub.ui.choices.popup import ChoicePopup
from imagery_hub.ui.choices.source import ChoiceSource, SwitchedSource
from imagery_hub.ui.run.consent import ConsentBox
from password_dialog import refused_password
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget
from sandbox_images import write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "test-master"


@pytest.fixture
def saved(sandbox: SandboxProcess, imagery_hub: Any) -> Iterator[str]:
    """A connection of the profile; QGIS's database of keys is open."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword(MASTER, True)
    yield connections.save(Connection("Farm", "picterra", sandbox.address), {"key": PICTERRA_KEY}).name
    assert manager.setMasterPassword(MASTER, True)
    connections.remove("Farm")


def test_the_charge_is_not_asked_for_again_until_the_password_is_given(
    saved: str, calls: PicterraCalls, tmp_path: Any, qtbot: Any
) -> None:
    pixels = np.full((1, 100, 100), 90, np.uint8)
    raster = calls.upload_raster(write_image(tmp_path / "field.tif", pixels), name="Field")
    wanted = {"CONNECTION": saved, "RASTER": "first"}
    box = ConsentBox("Agree", "It costs.", "picterra_estimatecharge", "CHARGE", lambda: dict(wanted))
    qtbot.addWidget(box)
    with refused_password() as password:
        box.show()
        box.look()
        qtbot.waitUntil(box.box.isEnabled, timeout=20000)
        assert "master password" in box.charge.text() and password.times == 1
        wanted["RASTER"] = "second"
        box.look()
        assert not box.box.isEnabled()
        qtbot.waitUntil(box.box.isEnabled, timeout=20000)
        assert "not known yet" in box.charge.text() and password.times == 1
        assert QgsApplication.authManager().setMasterPassword(MASTER, True)
        wanted["RASTER"] = raster
        box.look()
        qtbot.waitUntil(lambda: "charged" in box.charge.text(), timeout=20000)
        assert password.times == 1


@pytest.mark.parametrize("switched", [False, True])
def test_a_search_that_is_typed_does_not_ask_again_but_trying_again_does(
    saved: str, switched: bool, qtbot: Any
) -> None:
    def rasters(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
        return iter([Choice("r1", "Orchard")])

    source = ChoiceSource("picterra", lambda: rasters, "rasters", lambda: saved, dict)
    field = QWidget()
    qtbot.addWidget(field)
    popup = ChoicePopup(SwitchedSource(lambda: source) if switched else source, False, field)
    with refused_password() as password:
        popup.open_below(field)
        assert "master password" in popup.status.text() and password.times == 1
        for letter in "or":
            popup.status.clear()
            QTest.keyClicks(popup.search, letter)
            qtbot.waitUntil(lambda: "master password" in popup.status.text(), timeout=20000)
        assert password.times == 1 and popup.again.isVisible()
        QTest.mouseClick(popup.again, Qt.MouseButton.LeftButton)
        assert password.times == 2
        assert QgsApplication.authManager().setMasterPassword(MASTER, True)
        QTest.keyClicks(popup.search, "c")
        qtbot.waitUntil(lambda: popup.list.count() == 1, timeout=20000)
        assert password.times == 2
    popup.hide()
