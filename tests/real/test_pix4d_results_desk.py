"""PIX4D's results in the real program: streamed, downloaded or opened by double click; a site by its menu."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from connected import layers, names, press, told
from hub_dock import HubDockHands
from imagery_hub.core.layers import provenance
from pix4d_results import EAST, GROUND, NORTH, cone, orthomosaic, surface
from pix4d_stored_results import Results
from qgis.core import QgsApplication, QgsPointXY, QgsProject, QgsRasterLayer, QgsSettings
from qgis.PyQt.QtCore import QObject, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface
from quarry import connections, save_connection
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
NAME = "Surveys"
WAY = (NAME, "All projects", "Pit", "Outputs")


@pytest.fixture
def project(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Results]:
    """A connection, and a project in a site with a surface model, an orthomosaic, a terrain model and a report."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    QgsSettings().setValue("imagery_hub/add_to_map/folder", str(tmp_path / "downloads"))
    (tmp_path / "downloads").mkdir()
    calls = Pix4dCalls(sandbox)
    site = calls.site("Gravel")
    members = calls.project("Pit", acquisition_date="2026-03-15T10:00:00Z", coordinate_system="EPSG:32632",
                            parent_type="project_group", parent_uuid=site["uuid"])
    made = Results(sandbox, calls, members["id"])
    made.give(surface(tmp_path / "dsm.tif", cone(40, 40, 20, 10)), "dsm")
    made.give(surface(tmp_path / "dtm.tif", None, 200), "dtm")
    made.give(orthomosaic(tmp_path / "ortho.tif", (90, 120, 60)), "ortho")
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.4 a report")
    made.give(report, "quality_report")
    for kind in ("dsm", "ortho"):
        made.wait_for(f"{kind}_cloud_optimized")
    sandbox.actor("docks")
    hands.failures.clear()
    save_connection(sandbox, NAME)
    yield made
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    for name in connections().names():
        connections().remove(name)
    QgsSettings().remove("imagery_hub/add_to_map")
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    QTest.qWait(200)
    assert not hands.failures


@pytest.fixture
def hub(project: Results) -> HubDockHands:
    found = HubDockHands()
    for depth in range(1, len(WAY) + 1):
        found.unfold(*WAY[:depth])
    return found


def test_a_surface_model_is_streamed_by_a_double_click_and_not_put_there_twice(hub: HubDockHands) -> None:
    entry = "Surface model (DSM, cloud-optimised)"
    hub.double_click(*WAY, entry)
    told(f"“Pit: {entry}” is on the map.")
    (layer,) = layers()
    assert isinstance(layer, QgsRasterLayer) and layer.isValid() and layer.name() == f"Pit: {entry}"
    assert layer.source().startswith("/vsimem/imageryhub/")
    value, fine = layer.dataProvider().sample(QgsPointXY(EAST + 40, NORTH - 40), 1)
    assert fine and value == pytest.approx(GROUND + 10, abs=0.2)
    assert layer.renderer().type() == "singlebandpseudocolor" and layer.temporalProperties().isActive()
    origin = provenance.read(layer)
    assert origin is not None and origin.connection == NAME
    hands.keep_picture("pix4d-surface-model")
    hub.double_click(*WAY, entry)
    told("is on the map already")
    assert len(layers()) == 1


def test_what_has_no_cloud_optimised_form_is_downloaded_with_its_look(hub: HubDockHands, tmp_path: Path) -> None:
    hub.double_click(*WAY, "Terrain model (DTM)")
    told("is on the map.")
    (layer,) = layers()
    assert Path(layer.source()).parent == tmp_path / "downloads"
    assert layer.name() == "Pit: Terrain model (DTM)" and layer.renderer().type() == "singlebandpseudocolor"
    hub.double_click(*WAY, "Terrain model (DTM)")
    press(told("is on the map already"), "imageryHubAddAgain")
    again, _ = hands.wait_for(lambda: layers() if len(layers()) == 2 else [], "the second layer")
    assert again.source() == layer.source() and again.renderer().type() == "singlebandpseudocolor"


class Opened(QObject):
    """Stands where the system's program would be started."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[QUrl] = []

    @pyqtSlot(QUrl)
    def show(self, address: QUrl) -> None:
        self.addresses.append(address)


def test_a_report_is_opened_by_the_systems_program(hub: HubDockHands) -> None:
    program = Opened()
    QDesktopServices.setUrlHandler("file", program, "show")
    try:
        hub.double_click(*WAY, "Quality report (PDF)")
        told("was saved in")
        (address,) = hands.wait_for(lambda: program.addresses, "the report opened")
    finally:
        QDesktopServices.unsetUrlHandler("file")
    path = Path(address.toLocalFile())
    assert path.suffix == ".pdf" and path.read_bytes() == b"%PDF-1.4 a report"
    assert not layers()


def test_a_project_saved_with_it_holds_no_secret(
    hub: HubDockHands, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    hub.double_click(*WAY, "Orthomosaic (cloud-optimised)")
    press(told("is on the map."), "imageryHubZoom")
    file = tmp_path / "pit.qgz"
    assert QgsProject.instance().write(str(file))
    with zipfile.ZipFile(file) as archive:
        text = "".join(archive.read(one).decode("utf-8", "replace") for one in archive.namelist())
    assert "imageryhub:pix4d/" in text and "vsis3" not in text
    issued = [one for one in sandbox.control("GET", "issued")["secrets"] if len(one) > 8]
    assert issued and not [one for one in issued if one in text]


def test_a_site_comes_as_a_group_from_its_menu(project: Results) -> None:
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.unfold(NAME, "All sites")
    hub.menu("Add site over time to map…", NAME, "All sites", "Gravel")
    dialog = hands.wait_for(
        lambda: [one for one in QgsApplication.topLevelWidgets()
                 if type(one).__name__ == "AlgorithmDialog" and one.isVisible()], "the form")[0]
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: names() == ["Pit: Orthomosaic (cloud-optimised)"], "the layer", 60)
    group = QgsProject.instance().layerTreeRoot().findGroup("Gravel")
    assert group is not None and len(group.findLayers()) == 1
    dialog.close()
