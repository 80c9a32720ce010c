"""Marking control points in photos in the real program: found in the Hub, marked by clicks, sent, and read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import hands
import pytest
from hub_dock import HubDockHands
from map_hands import settled
from osgeo import gdal
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsProject, QgsRasterLayer
from qgis.gui import QgsRubberBand, QgsVertexMarker
from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QDockWidget, QLineEdit, QPushButton, QToolButton, QTreeView
from qgis.utils import iface
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"
WAY = ("Survey firm", "All projects", "Quarry")


@dataclass
class Site:
    """The project, the folder with its photos, and where the points are: longitude, latitude, height."""

    project: StoredProject
    folder: Path
    points: dict[str, tuple[float, float, float]]

    def marks(self) -> dict[tuple[str, str], tuple[float, float]]:
        found = self.project.calls.get(f"{self.project.path}mark/")["marks"]
        return {(one["gcp"], one["photo"].rpartition("/")[2]): (one["x"], one["y"]) for one in found}


@pytest.fixture
def quarry(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Site]:
    """Twelve photos over made-up land, two control points whose places are true, one tie point."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    iface.newProject(False)
    calls = Pix4dCalls(sandbox)
    project = StoredProject(sandbox, calls, int(calls.project("Quarry", coordinate_system="EPSG:32632")["id"]))
    flight = test_flight()
    folder = tmp_path / "Quarry, May" / "photos"
    folder.mkdir(parents=True)
    for path in flight.photos[:12]:
        (folder / path.name).symlink_to(path)
    project.register(project.store(flight.photos[:12]))
    points = places(flight.terrain, flight.photos[4], flight.photos[5])
    body = [{"name": name, "point_type": kind, "x": x, "y": y, "z": z, "xy_accuracy": 0.02, "z_accuracy": 0.03}
            for (name, (x, y, z)), kind in zip(points.items(), ("GCP", "CHECKPOINT"))]
    calls.post(f"{project.path}gcp/register/", {"gcps": body})
    calls.post(f"{project.path}mtp/", {"mtps": [{"name": "Manhole", "is_checkpoint": False}]})
    save(sandbox)
    sandbox.actor("docks")
    hands.failures.clear()
    yield Site(project, folder, points)
    sandbox.clear_faults()
    module = import_module("imagery_hub.core.connections")
    for name in module.names():
        module.remove(name)
    iface.newProject(False)
    assert not hands.failures


def save(sandbox: SandboxProcess) -> None:
    module, ready = import_module("imagery_hub.core.connections"), sandbox.ready["pix4d"]
    options = {"s3_endpoint": ready["storage"]} if ready.get("storage") else {}
    module.save(module.Connection("Survey firm", "pix4d", ready["root"], options),
                {"client_id": ready["client_id"], "client_secret": ready["client_secret"]})


def places(terrain: Path, *photos: Path) -> dict[str, tuple[float, float, float]]:
    """A point near the middle of each of these photos: UTM coordinates and the true height."""
    from imagery_hub.core.geometry.reproject import wgs84
    from imagery_hub.core.photos.reading import read
    from qgis.core import QgsCoordinateTransform, QgsPointXY

    grid = gdal.Open(str(terrain))
    left, cell, _, top, _, down = grid.GetGeoTransform()
    heights = grid.GetRasterBand(1).ReadAsArray()
    to_utm = QgsCoordinateTransform(wgs84(), QgsCoordinateReferenceSystem("EPSG:32632"), QgsProject.instance())
    found = {}
    for number, path in enumerate(photos):
        photo = read(path)
        assert photo is not None and photo.longitude is not None and photo.latitude is not None
        place = to_utm.transform(QgsPointXY(photo.longitude, photo.latitude))
        row, column = int((place.y() - top) / down), int((place.x() - left) / cell)
        found[f"P{number + 1}"] = (place.x(), place.y(), float(heights[row, column]))
    return found


class MarksHands:
    """The dock as a user has it before the eyes."""

    def __init__(self) -> None:
        self.dock: Any = hands.wait_for(
            lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubMarksDock"), "the dock"
        )
        hands.wait_for(self.dock.isVisible, "the dock to be seen")
        self.points = self.part(QTreeView, "Points")
        self.photos = self.part(QComboBox, "Photos")
        self.view: Any = self.dock.findChild(QTreeView, "imageryHubMarksPoints").window().findChild(
            import_module("imagery_hub.ui.photos.view").PhotoView, "imageryHubPhotoView"
        )

    def part(self, kind: type, name: str) -> Any:
        return self.dock.findChild(kind, f"imageryHubMarks{name}")

    def button(self, name: str) -> Any:
        return self.dock.findChild(QToolButton, f"imageryHub{name}") or self.dock.findChild(
            QPushButton, f"imageryHub{name}")

    def rows(self) -> list[tuple[str, ...]]:
        model = self.points.model()
        return [tuple(str(model.index(row, column).data()) for column in range(3)) for row in range(model.rowCount())]

    def choose(self, name: str) -> None:
        model = self.points.model()
        hands.click_entry(self.points, model.index([one[0] for one in self.rows()].index(name), 0))

    def photo(self) -> str:
        return self.photos.currentText()

    def seen(self) -> None:
        def there() -> bool:
            """The one that is chosen, not the one before it."""
            shown = self.dock._shown
            return self.view.isVisible() and self.view.has_photo and shown and shown == self.dock.panel.bar.current

        hands.wait_for(there, "the photo")
        QTest.qWait(400)  # the whole one follows the coarse one

    def mark(self, x: float, y: float) -> None:
        """Click on this pixel of the photo."""
        hands.click(self.view.viewport(), self.view.mapFromScene(QPointF(x, y)))

    def key(self, key: Any, held: Any = hands.PLAIN) -> None:
        QTest.keyClick(self.view, key, held)
        QTest.qWait(80)


def opened(quarry: Site) -> MarksHands:
    hub = HubDockHands()
    for depth in range(len(WAY) - 1):
        hub.unfold(*WAY[: depth + 1])
    hub.menu("Mark Points in Photos", *WAY)
    marks = MarksHands()
    hands.wait_for(lambda: len(marks.rows()) == 3, "the points")
    return marks


def choose_folder(marks: MarksHands, folder: Path) -> None:
    def type_in(dialog: QDialog) -> None:
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        hands.write(field, str(folder))
        QTest.keyClick(field, Qt.Key.Key_Return)

    hands.in_dialog(type_in)
    hands.click(marks.button("MarksFolder"))
    hands.wait_for(lambda: "12 of 12 photos" in marks.dock.panel.status.text, "the photos")


def expected(quarry: Site, point: str, photo: str) -> tuple[float, float]:
    """Where the point truly is in a photo, by the camera that took it."""
    import numpy as np

    from sandbox.pix4d.work.camera import Camera, rotation
    from sandbox.pix4d.work.geodesy import LocalSystem
    from sandbox.pix4d.work.photo_facts import read_facts
    from sandbox.pix4d.work.terrain import geographic, reference, transformed

    facts = read_facts(quarry.folder / photo)
    x, y, z = quarry.points[point]
    (place,) = transformed(reference(32632), geographic(), np.array([[x, y]]))
    local = LocalSystem(*facts.place)
    camera = Camera(np.zeros(3), rotation(*facts.attitude), facts.focal, facts.width, facts.height, facts.centre)
    columns, rows, seen = camera.project(local.from_geodetic(np.array([[place[0], place[1], z]])))
    assert seen[0]
    return float(columns[0]), float(rows[0])


def test_points_are_marked_by_clicks_and_sent(quarry: Site, sandbox: SandboxProcess) -> None:
    marks = opened(quarry)
    assert marks.rows() == [("P1", "control point", "0"), ("P2", "check point", "0"), ("Manhole", "tie point", "0")]
    hands.keep_picture("pix4d-marks-no-photos")
    choose_folder(marks, quarry.folder)
    marks.seen()
    first = marks.photo()
    assert first == test_flight().photos[4].name  # the one right above the point
    true = expected(quarry, "P1", first)
    middle = marks.view.mapToScene(marks.view.viewport().rect().center())
    assert (middle.x(), middle.y()) == (pytest.approx(true[0], abs=40), pytest.approx(true[1], abs=40))
    hands.keep_picture("pix4d-marks-expected")
    marks.mark(*true)
    assert marks.rows()[0][2] == "1"
    marks.key(Qt.Key.Key_N)
    marks.seen()
    second = marks.photo()
    assert second != first
    marks.mark(*expected(quarry, "P1", second))
    assert marks.rows()[0][2] == "2"
    hands.keep_picture("pix4d-marks")
    assert marks.button("SendMarks").text() == "Send 2 Marks"
    hands.click(marks.button("SendMarks"))
    hands.wait_for(lambda: len(quarry.marks()) == 2, "the marks at the platform")
    for photo in (first, second):
        x, y = expected(quarry, "P1", photo)
        assert quarry.marks()["P1", photo] == (pytest.approx(x, abs=1.5), pytest.approx(y, abs=1.5))
    hands.wait_for(lambda: not marks.button("SendMarks").isEnabled(), "nothing left to send")

    # Moved by keys, and back in the first photo removed.
    marks.seen()
    before = quarry.marks()["P1", second]
    marks.view.setFocus()
    for _ in range(3):
        marks.key(Qt.Key.Key_Right)
    marks.key(Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    marks.key(Qt.Key.Key_P)
    marks.seen()
    assert marks.photo() == first
    marks.key(Qt.Key.Key_Delete)
    assert marks.rows()[0][2] == "1"
    marks.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert marks.rows()[0][2] == "2"
    marks.key(Qt.Key.Key_Delete)
    hands.click(marks.button("SendMarks"))
    hands.wait_for(lambda: len(quarry.marks()) == 1, "the mark to be gone")
    assert quarry.marks()["P1", second] == (pytest.approx(before[0] + 3), pytest.approx(before[1] - 10))


def test_the_point_and_its_photo_are_shown_on_the_map(quarry: Site) -> None:
    layer = QgsRasterLayer(str(test_flight().orthoimage), "Orthoimage")
    QgsProject.instance().addMapLayer(layer)
    iface.mapCanvas().setDestinationCrs(layer.crs())
    marks = opened(quarry)
    choose_folder(marks, quarry.folder)
    marks.seen()
    hands.click(marks.button("MarkOnMap"))
    settled()
    x, y, _ = quarry.points["P1"]
    centre = iface.mapCanvas().extent().center()
    assert (centre.x(), centre.y()) == (pytest.approx(x, abs=2), pytest.approx(y, abs=2))
    items = iface.mapCanvas().scene().items()
    spots = [(one.center().x(), one.center().y()) for one in items if isinstance(one, QgsVertexMarker)]
    assert (pytest.approx(x, abs=0.01), pytest.approx(y, abs=0.01)) in spots
    assert any(isinstance(one, QgsRubberBand) and one.asGeometry().contains(centre) for one in items)
    hands.keep_picture("pix4d-marks-map")


def test_a_photo_that_is_not_here_is_fetched(quarry: Site) -> None:
    marks = opened(quarry)
    marks.choose("Manhole")
    assert "is not on this computer" in marks.dock.panel.nothing.text()
    hands.click(marks.button("FetchPhoto"))
    marks.seen()
    marks.mark(100, 120)
    assert marks.rows()[2][2] == "1"


def test_what_was_not_sent_is_there_again_after_the_project_was_left(quarry: Site, sandbox: SandboxProcess) -> None:
    other = Pix4dCalls(sandbox).project("Pit")
    marks = opened(quarry)
    choose_folder(marks, quarry.folder)
    marks.seen()
    marks.mark(200, 150)
    hub = HubDockHands()
    hands.click(hub.button("imageryHubRefresh"))
    hub.menu("Mark Points in Photos", *WAY[:2], "Pit")
    hands.wait_for(lambda: marks.rows() == [], "the other project")
    assert "no photos yet" in marks.dock.panel.nothing.text()
    assert other["id"] and quarry.marks() == {}
    hub.menu("Mark Points in Photos", *WAY)
    hands.wait_for(lambda: marks.rows() and marks.rows()[0][2] == "1", "the mark")
    assert marks.button("SendMarks").isEnabled()
