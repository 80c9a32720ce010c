"""The push form: what becomes a row, what is said of wrong ones, and what the algorithm is given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.algorithms.provider import ImageryHubProvider
from imagery_hub.core import live_sources
from imagery_hub.core.jobs.runner import runner
from imagery_hub.core.layers import time
from imagery_hub.core.layers.streaming import Reference
from imagery_hub.core.problems import Problem
from imagery_hub.core.secrets import SecretsLocked
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import operations
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.push import drops, memory, opening, pushed, sources
from imagery_hub.ui.push.form import PushForm
from imagery_hub.ui.push.plan import plan_of
from imagery_hub.ui.push.sources import Source
from qgis.core import QgsApplication, QgsMimeDataUtils, QgsProject, QgsRasterLayer, QgsSettings, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDateTime, QMimeData, QObject, Qt, QUrl
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMainWindow, QToolButton
from sandbox_images import plain_image

UTC = Qt.TimeSpec.UTC


class Interface:
    def __init__(self) -> None:
        self.window = QMainWindow()
        self.canvas = QgsMapCanvas(self.window)

    def mainWindow(self) -> QMainWindow:  # noqa: N802 - QGIS's name
        return self.window

    def mapCanvas(self) -> QgsMapCanvas:  # noqa: N802 - QGIS's name
        return self.canvas


class Desk(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.iface = Interface()
        self.shown: list[str] = []

    def show_dock(self, key: str) -> None:
        self.shown.append(key)


@pytest.fixture
def desk(qgis_app: QgsApplication) -> Iterator[Desk]:
    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    QgsSettings().remove(memory.GROUP)
    desk = Desk()
    yield desk
    opening.close_forms()
    QgsProject.instance().clear()
    QgsSettings().remove(memory.GROUP)
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the form gives to the runner; a name with "refuse" in it is refused."""
    found: list[dict[str, Any]] = []

    def start(algorithm_id: str, parameters: dict[str, Any]) -> str:
        if "refuse" in parameters["NAME"]:
            raise Problem("The algorithm says no.")
        found.append({"": algorithm_id, **parameters})
        return str(len(found))

    monkeypatch.setattr(operations, "start", start)
    return found


def form_with(desk: Desk, qtbot: Any, *found: Source) -> PushForm:
    plan = plan_of("picterra")
    assert plan is not None
    form = opening.open_form(desk, plan, "", None, found)
    qtbot.waitUntil(lambda: not any(row.pending for row in form.model.rows), timeout=30000)
    qtbot.wait(50)
    return form


def layer_of(path: Path, name: str) -> QgsRasterLayer:
    layer = QgsRasterLayer(str(path), name)
    assert QgsProject.instance().addMapLayer(layer) is not None
    return layer


def dragged(*layers: Any) -> QMimeData:
    """What QGIS's layer tree gives along."""
    return QgsMimeDataUtils.encodeUriList([QgsMimeDataUtils.Uri(one) for one in layers])


def test_three_rasters_become_three_jobs_with_what_was_said_of_them(
    desk: Desk, qtbot: Any, tmp_path: Path, started: list[dict[str, Any]]
) -> None:
    first, second = plain_image(tmp_path / "a_2024-06-02.tif"), plain_image(tmp_path / "b.tif")
    layer = layer_of(plain_image(tmp_path / "c.tif"), "../../x")
    time.set_raster_range(layer, "2020-02-03T04:05:00Z", "2020-02-03T05:00:00Z")
    form = form_with(desk, qtbot, sources.of_file(first), sources.of_file(second), sources.of_layer(layer))
    assert [row.name for row in form.model.rows] == ["a_2024-06-02", "b", "../../x"]
    assert [row.origin for row in form.model.rows] == [
        "From the date in the file's name.", "", "From the temporal properties of the layer."]
    tag, cloud = (form.parts.common.editors[name] for name in ("USER_TAG", "CLOUD_COVERAGE"))
    QTest.keyClicks(tag, "june")
    cloud.setValue(0)
    QTest.mouseClick(form.parts.common.button, Qt.MouseButton.LeftButton)
    form.parts.destination.target.set_value("folder-1")
    assert form.parts.push.text() == "&Push 3 Rasters"
    QTest.mouseClick(form.parts.push, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.shown == ["jobs"])
    common = {"": "picterra_uploadraster", "CONNECTION": "", "USER_TAG": "june", "CLOUD_COVERAGE": 0,
              "MULTISPECTRAL": True, "FOLDER": "folder-1"}
    assert started == [
        {**common, "INPUT": str(first), "NAME": "a_2024-06-02", "CAPTURED_AT": moment("2024-06-02T00:00:00Z")},
        {**common, "INPUT": str(second), "NAME": "b"},
        {**common, "INPUT": str(tmp_path / "c.tif"), "NAME": "../../x", "CAPTURED_AT": moment("2020-02-03T04:05:00Z")},
    ]
    runner().ended.emit("2", {"RASTER_ID": "r2"}, "")
    runner().ended.emit("3", {}, "It failed.")
    assert pushed.origin_of(layer) is None
    runner().ended.emit("3", {"RASTER_ID": "r3"}, "")
    assert pushed.origin_of(layer).ids == {"raster": "r3"}
    again = form_with(desk, qtbot)
    assert again is not form
    assert again.parts.common.given() == {"USER_TAG": "june", "CLOUD_COVERAGE": 0, "MULTISPECTRAL": True}
    assert again.parts.destination.target.value() == "folder-1"


def moment(text: str) -> QDateTime:
    return QDateTime.fromString(text, Qt.DateFormat.ISODate)


def test_wrong_ones_are_named_in_their_rows_and_are_not_sent(
    desk: Desk, qtbot: Any, tmp_path: Path, started: list[dict[str, Any]]
) -> None:
    (tmp_path / "empty.tif").touch()
    good = plain_image(tmp_path / "good.tif")
    paths = [tmp_path / "empty.tif", good, tmp_path / "gone.tif"]
    form = form_with(desk, qtbot, *(sources.of_file(one) for one in paths))
    states = [row.state()[1] for row in form.model.rows]
    assert states == ["The file empty.tif is empty.", "Ready.", "There is no file gone.tif. Choose one that is there."]
    assert [row.ready for row in form.model.rows] == [False, True, False]
    first = form.model.index(0, 0)
    assert not form.model.flags(first) & Qt.ItemFlag.ItemIsUserCheckable
    assert form.parts.status.text == "The file empty.tif is empty."
    QTest.mouseClick(form.parts.push, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(desk.shown))
    assert [one["INPUT"] for one in started] == [str(good)]


def test_a_row_without_a_name_waits_for_one(desk: Desk, qtbot: Any, tmp_path: Path) -> None:
    form = form_with(desk, qtbot, sources.of_file(plain_image(tmp_path / "a.tif")))
    assert form.model.setData(form.model.index(0, 0), "  ")
    assert form.model.rows[0].state()[1] == "It has no name. Give it one."
    qtbot.waitUntil(lambda: not form.parts.push.isEnabled())
    assert form.model.setData(form.model.index(0, 0), "x" * 4000)
    qtbot.waitUntil(form.parts.push.isEnabled)


def test_one_that_is_refused_stays_and_says_why(
    desk: Desk, qtbot: Any, tmp_path: Path, started: list[dict[str, Any]]
) -> None:
    names = ("one", "refuse me", "three")
    form = form_with(desk, qtbot, *(sources.of_file(plain_image(tmp_path / f"{name}.tif")) for name in names))
    QTest.mouseClick(form.parts.push, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(form.model.rows) == 1)
    assert [one["NAME"] for one in started] == ["one", "three"]
    assert form.isVisible()
    qtbot.waitUntil(lambda: form.parts.status.text == "The algorithm says no.")
    assert form.parts.push.isEnabled()


def test_no_row_is_removed_while_they_are_started(
    desk: Desk, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    removable: list[bool] = []

    def start(algorithm_id: str, parameters: dict[str, Any]) -> str:
        tried.append(parameters["NAME"])
        removable.append(form.parts.remove.isEnabled())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        if parameters["NAME"] == "a":
            raise Problem("The algorithm says no.")
        return str(len(tried))

    monkeypatch.setattr(operations, "start", start)
    form = form_with(desk, qtbot, *(sources.of_file(plain_image(tmp_path / f"{name}.tif")) for name in "abc"))
    (button,) = [one for one in form.findChildren(QToolButton) if one.defaultAction() is form.parts.remove]
    form.parts.choose(form.model.rows[2])
    qtbot.waitUntil(form.parts.remove.isEnabled)
    QTest.mouseClick(form.parts.push, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(form.model.rows) == 1)
    assert (tried, removable) == (["a", "b", "c"], [False] * 3)
    qtbot.waitUntil(form.parts.remove.isEnabled)


def test_a_row_that_is_gone_already_is_not_removed_again(desk: Desk, qtbot: Any, tmp_path: Path) -> None:
    form = form_with(desk, qtbot, *(sources.of_file(plain_image(tmp_path / f"{name}.tif")) for name in "ab"))
    rows = form.model.rows
    form.model.remove(rows[:1])
    form.model.remove(rows)
    assert form.model.rows == []


def test_nothing_more_is_tried_while_the_keys_are_locked(
    desk: Desk, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def start(algorithm_id: str, parameters: dict[str, Any]) -> str:
        tried.append(parameters["NAME"])
        raise SecretsLocked("Enter the master password.")

    monkeypatch.setattr(operations, "start", start)
    form = form_with(desk, qtbot, *(sources.of_file(plain_image(tmp_path / f"{name}.tif")) for name in "abc"))
    QTest.mouseClick(form.parts.push, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.parts.status.text == "Enter the master password.")
    assert tried == ["a"]
    assert form.isVisible()
    assert desk.shown == []
    qtbot.waitUntil(form.parts.push.isEnabled)


def test_the_same_file_comes_once(desk: Desk, qtbot: Any, tmp_path: Path) -> None:
    path = plain_image(tmp_path / "a.tif")
    form = form_with(desk, qtbot, sources.of_file(path), sources.of_layer(layer_of(path, "shown otherwise")))
    assert [row.name for row in form.model.rows] == ["a"]
    assert "not added again" in form.parts.summary.text()


def test_what_is_no_file_says_why(desk: Desk, qtbot: Any, tmp_path: Path) -> None:
    server = QgsRasterLayer("type=xyz&url=http://127.0.0.1:1/{z}/{x}/{y}.png&zmax=3&zmin=0", "map", "wms")
    assert server.isValid()
    drawn = sources.of_layer(server)
    assert "drawn by a server (WMS)" in drawn.problem
    assert drawn.writable
    streamed = QgsRasterLayer(Reference("picterra", "mine", "raster", "r1", "tiles").placeholder(), "tiles", "wms")
    refused = sources.of_layer(streamed)
    assert "It is shown from Picterra, where it is already." in refused.problem
    assert not refused.writable
    shapes = sources.of_layer(QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory"))
    assert shapes.problem == "It is not a raster layer."
    lost = sources.of_layer(QgsRasterLayer(str(tmp_path / "gone.tif"), "gone"))
    assert "cannot read the layer" in lost.problem
    form = form_with(desk, qtbot, drawn, refused, shapes, lost)
    assert not form.parts.push.isEnabled()
    assert form.parts.write.isEnabled()
    live_sources.close()


def test_layers_of_the_tree_and_files_from_outside_are_understood(desk: Desk, tmp_path: Path) -> None:
    layer = layer_of(plain_image(tmp_path / "a.tif"), "meadow")
    vector = QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory")
    suffixes = (".tif",)
    (found,) = sources.of_mime(dragged(layer), suffixes)
    assert (found.title, found.path, found.layer) == ("meadow", tmp_path / "a.tif", layer.id())
    assert not sources.may_hold_rasters(dragged(vector))
    mime = QMimeData()
    plain_image(tmp_path / "b.tif")
    (tmp_path / "notes.txt").write_text("x")
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.org/c.tif")])
    assert sources.may_hold_rasters(mime)
    assert [one.title for one in sources.of_mime(mime, suffixes)] == ["a", "b"]
    place = Place("picterra", "mine", Entry("raster", "r1", "Meadow")).mime()
    place.setUrls(mime.urls())
    assert not sources.may_hold_rasters(place)
    other = QMimeData()
    other.setUrls([QUrl("https://example.org/c.tif")])
    assert not sources.may_hold_rasters(other)


def test_rasters_of_the_browser_panel_are_taken_by_their_files(desk: Desk, tmp_path: Path) -> None:
    path = plain_image(tmp_path / "a.tif")
    uri = QgsMimeDataUtils.Uri()
    uri.layerType, uri.providerKey, uri.name, uri.uri = "raster", "gdal", "a.tif", str(path)
    service = QgsMimeDataUtils.Uri()
    service.layerType, service.providerKey, service.name, service.uri = "raster", "wms", "Streets", "type=xyz&url=x"
    found = sources.of_mime(QgsMimeDataUtils.encodeUriList([uri, service]), (".tif",))
    assert [(one.title, one.path) for one in found] == [("a", path), ("Streets", None)]
    assert "not a file on this computer" in found[1].problem


def test_a_thousand_files_are_added_at_once(desk: Desk, qtbot: Any, tmp_path: Path) -> None:
    one = plain_image(tmp_path / "0.tif").read_bytes()
    for number in range(1, 1000):
        (tmp_path / f"{number}.tif").write_bytes(one)
    form = form_with(desk, qtbot, *sources.of_paths([tmp_path], (".tif",)))
    qtbot.waitUntil(lambda: form.parts.push.text() == "&Push 1000 Rasters", timeout=30000)
    assert all(row.ready for row in form.model.rows)


def test_places_that_take_rasters_open_the_form_for_them(desk: Desk, qtbot: Any, tmp_path: Path) -> None:
    mime = dragged(layer_of(plain_image(tmp_path / "a.tif"), "meadow"))
    folder = Place("picterra", "mine", Entry("folder", "f1", "Orchards"))
    below = Place("picterra", "mine", Entry("folder_rasters", "f1", "Rasters"), (Entry("folder", "f1", "Orchards"),))
    detector = Place("picterra", "mine", Entry("detector", "d1", "Trees"))
    assert [drops.can_drop(mime, one) for one in (folder, below, detector)] == [True, True, False]
    assert not drops.drop(mime, detector, desk)
    assert drops.drop(mime, below, desk)
    plan = plan_of("picterra")
    assert plan is not None
    form = opening.open_form(desk, plan)
    assert form.parts.destination.connection.value() == "mine"
    assert form.parts.destination.target.value() == "f1"
    assert form.parts.destination.target.field.currentText() == "Orchards"
    assert [row.name for row in form.model.rows] == ["meadow"]
