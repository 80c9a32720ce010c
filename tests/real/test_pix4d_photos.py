"""Photos into a project of PIX4D in the real program: from the Hub's menu to the photos on the platform, by mouse."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import hands
import pytest
from hub_dock import HubDockHands
from photo_files import Shot, flight, jpeg
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from qgis.core import QgsApplication
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QLabel, QLineEdit
from qgis.utils import iface
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
WAY = ("Survey firm", "All projects", "Quarry")


@pytest.fixture
def project(sandbox: SandboxProcess) -> Iterator[StoredProject]:
    """An empty project of a saved connection."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    calls, ready = Pix4dCalls(sandbox), sandbox.ready["pix4d"]
    made = StoredProject(sandbox, calls, int(calls.project("Quarry")["id"]))
    module = import_module("imagery_hub.core.connections")
    module.save(module.Connection("Survey firm", "pix4d", ready["root"], {"s3_endpoint": ready["storage"]}),
                {"client_id": ready["client_id"], "client_secret": ready["client_secret"]})
    sandbox.actor("docks")
    hands.failures.clear()
    yield made
    for one in dialogs():
        one.close()
    module = import_module("imagery_hub.core.connections")
    for name in module.names():
        module.remove(name)
    iface.newProject(False)
    QTest.qWait(200)
    assert not hands.failures


def dialogs() -> list[QDialog]:
    return [one for one in QgsApplication.topLevelWidgets()
            if isinstance(one, QDialog) and type(one).__name__ == "AlgorithmDialog" and one.isVisible()]


def told(dialog: QDialog, words: str) -> None:
    """Wait until the count below the folder says this."""
    label = dialog.findChild(QLabel, "photo_count")
    hands.wait_for(lambda: words in label.text(), f"“{words}” instead of “{label.text()}”")


def test_a_folder_of_photos_is_counted_and_sent(project: StoredProject, tmp_path: Path) -> None:
    season = tmp_path / "Quarry" / "Photos of the second survey in May"
    photos = flight(season / "flight", 8)
    jpeg(photos[3], Shot())
    hub = HubDockHands()
    for depth in range(1, len(WAY)):
        hub.unfold(*WAY[:depth])
    hub.menu("Upload photos…", *WAY)
    dialog = hands.wait_for(dialogs, "the form")[0]
    field = dialog.findChild(QgsFileWidget, "photo_folder").findChild(QLineEdit)
    hands.write(field, str(season))
    told(dialog, "8 photos")
    told(dialog, "1 of 8 photos do not say where they were taken.")
    hands.keep_picture("pix4d-upload-photos", dialog)
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: len(project.photos()) == 8, "the photos on the platform", 60)
    assert project.names() == [f"flight/{path.name}" for path in photos]
    assert project.stored() == {f"flight/{path.name}": path.read_bytes() for path in photos}


def test_the_details_of_a_photo_show_it(project: StoredProject) -> None:
    photos = test_flight().photos[:2]
    project.register(project.store(photos))
    hub = HubDockHands()
    for depth in range(1, len(WAY) + 1):
        hub.unfold(*WAY[:depth])
    hub.unfold(*WAY, "Photos")
    hub.click(*WAY, "Photos", photos[1].name)
    hands.wait_for(lambda: hub.thumbnail().width() > 60, "the picture")  # the icon has 48
    found = hub.thumbnail().toImage()
    assert found.width() * 3 == pytest.approx(found.height() * 4, abs=4)
    assert hub.facts()["Width (pixels)"] == "600"
    hands.keep_picture("pix4d-photo-details", hub.dock)
