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
from imagery_hub.ui.picterra.run import PLAN
from imagery_hub.ui.pixel.forms.lookup import Lookup
from imagery_hub.ui.run.consent import ConsentBox
from imagery_hub.ui.run.estimates import Estimates
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


def test_the_charge_of_many_rasters_is_not_asked_for_again_until_the_password_is_given(
    saved: str, calls: PicterraCalls, tmp_path: Any, qtbot: Any
) -> None:
    pixels = np.full((1, 100, 100), 90, np.uint8)
    raster = calls.upload_raster(write_image(tmp_path / "field.tif", pixels), name="Field")
    parent = QWidget()
    qtbot.addWidget(parent)
    estimates = Estimates(PLAN, parent)
    with refused_password() as password:
        for typed in (["f"], ["fi"], ["fi", raster]):
            estimates.want(typed, saved, "")
            assert all("master password" in estimates.found[one].problem for one in typed)
        assert password.times == 1
        assert QgsApplication.authManager().setMasterPassword(MASTER, True)
        estimates.want([raster], saved, "")
        qtbot.waitUntil(lambda: raster in estimates.found, timeout=20000)
        assert estimates.found[raster].charged == 10 and password.times == 1


def test_fields_to_filter_by_are_not_looked_up_again_by_themselves(
    saved: str, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagery_hub.ui.pixel.forms.lookup.PLATFORM", "picterra")  # of which a connection is there
    typed, told = {"CONNECTION": saved, "ON": ""}, []
    lookup = Lookup("a:b", lambda name: typed.get(name, ""), lambda: {"ON": typed["ON"]})
    lookup.failed.connect(told.append)
    with refused_password() as password:
        lookup.look()
        for letter in "or":
            typed["ON"] += letter
            lookup.look(by_itself=True)
        assert password.times == 1 and len(told) == 3 and "master password" in told[2]
        lookup.look(True)
        assert password.times == 2
