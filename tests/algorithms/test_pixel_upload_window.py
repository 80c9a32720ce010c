"""The window in which files for Pixel are looked at, made to fit and sent: by mouse, against the sandbox."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core.jobs.runner import runner
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import entry_windows, operations
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.pixel.uploads.files import STATE, WAY, FileItem
from imagery_hub.ui.pixel.uploads.service import UploadService
from imagery_hub.ui.pixel.uploads.sorts import sort_of
from imagery_hub.ui.pixel.uploads.window import UploadWindow
from imagery_hub.ui.push import file_drops
from photo_files import Shot, jpeg
from pixel_rasters import Made
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QMimeData, Qt, QUrl
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QFileDialog, QMainWindow
from sandbox_pixel import PixelCalls

RULES = '{"format": "GTiff", "data_type": "uint8", "num_bands": 3}'
BERGEN = (-32000.0, 6735000.0)


@pytest.fixture
def collection(run_pixel: Any, pixel: PixelCalls) -> str:
    return pixel.collection(pixel.project(), "RGB", "Orthophotos May")


def place_of(collection: str, sort: str = "raster.RGB") -> Place:
    entry = Entry(f"collection.{sort}", collection, "Orthophotos May", details={"rules": RULES})
    return Place("pixel", "", entry)


@pytest.fixture
def opened(qtbot: Any) -> Iterator[Callable[[Place], UploadWindow]]:
    shown: list[UploadWindow] = []

    def opened(place: Place) -> UploadWindow:
        sort = sort_of(place)
        assert sort is not None
        window = UploadWindow(place, sort)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(window)
        window.show()
        shown.append(window)
        return window

    yield opened
    for one in shown:
        one.close()


def looked(qtbot: Any, window: UploadWindow) -> dict[str, FileItem]:
    """The rows by name, once each has its verdict."""
    qtbot.waitUntil(window.again.isEnabled, timeout=30000)
    assert all(one.verdict is not None for one in window.files.items()), window.status.text
    return {one.text(0): one for one in window.files.items()}


def click(button: Any) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def rasters(tmp_path: Path) -> Path:
    """A folder with a raster that fits, one that can be made to fit, one elsewhere, and a text."""
    folder = tmp_path / "flight"
    (folder / "more").mkdir(parents=True)
    Made().write(folder / "good")
    Made(data_type="uint16", peak=900.0).write(folder / "more" / "deep")
    Made(origin=BERGEN).write(folder / "far")
    (folder / "text.tif").write_text("This is no raster.")
    return folder


@pytest.mark.needs_assumed("pixel DataCollection.raster_info")
def test_each_file_is_judged_made_to_fit_and_sent(
    opened: Callable[[Place], UploadWindow], collection: str, pixel: PixelCalls, rasters: Path, tmp_path: Path,
    qtbot: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = opened(place_of(collection))
    assert not window.send.isEnabled()
    assert window.rules.text() == "Rules for rasters: GTiff, uint8, 3 bands."
    window.add_paths([rasters])
    rows = looked(qtbot, window)
    assert {name: row.verdict.fits for name, row in rows.items() if row.verdict} == {
        "good.tif": True, "deep.tif": False, "far.tif": False, "text.tif": False
    }
    assert "uint16" in rows["deep.tif"].text(STATE)
    assert "gdal_translate" in rows["deep.tif"].text(WAY)
    assert rows["text.tif"].text(WAY) == ""
    assert "1 of 4 files fit. 1 can be made to fit." in window.status.text
    before = (rasters / "more" / "deep.tif").read_bytes()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    click(window.fit)
    qtbot.waitUntil(lambda: not window._fitting and "deep.tif" in {one.text(0) for one in window.files.items()}
                    and len(window.files.items()) == 4 and window.again.isEnabled(), timeout=30000)
    rows = looked(qtbot, window)
    assert rows["deep.tif"].verdict is not None
    assert rows["deep.tif"].verdict.fits
    assert rows["deep.tif"].path == tmp_path / "fitted_1" / "deep.tif"
    assert (rasters / "more" / "deep.tif").read_bytes() == before
    rows["good.tif"].setCheckState(0, Qt.CheckState.Unchecked)
    ended: list[str] = []
    runner().ended.connect(lambda job, results, words: ended.append(words))
    click(window.send)
    qtbot.waitUntil(lambda: bool(ended), timeout=60000)
    assert ended == [""]
    assert [Path(one["name"]).stem for one in pixel.read(collection, "rasters/")] == ["deep"]
    assert {one.text(0) for one in window.files.items()} == {"good.tif", "far.tif", "text.tif"}


def test_layers_and_files_are_taken_once_and_can_be_taken_out(
    opened: Callable[[Place], UploadWindow], collection: str, rasters: Path, qtbot: Any
) -> None:
    window = opened(place_of(collection))
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(rasters / "good.tif")), QUrl.fromLocalFile(str(rasters))])
    window.add_dropped(dropped)
    rows = looked(qtbot, window)
    assert len(rows) == 4
    rows["far.tif"].setSelected(True)
    click(window.remove)
    assert "far.tif" not in {one.text(0) for one in window.files.items()}
    (rasters / "good.tif").unlink()
    click(window.again)
    qtbot.waitUntil(lambda: window.again.isEnabled(), timeout=30000)
    assert not window.send.isEnabled(), "what is not there any more cannot be sent"


def test_a_check_that_fails_is_told_and_can_be_repeated(
    opened: Callable[[Place], UploadWindow], collection: str, rasters: Path, qtbot: Any, sandbox: Any
) -> None:
    window = opened(place_of(collection.split("/")[0] + "/999999"))
    window.add_paths([rasters / "good.tif"])
    qtbot.waitUntil(lambda: window.again.isEnabled() and bool(window.status.text), timeout=30000)
    assert "does not know" in window.status.text
    assert not window.send.isEnabled()
    assert window.files.items()[0].verdict is None


@pytest.mark.needs_assumed("pixel Project.area_of_interest")
def test_metadata_can_be_given_in_the_form(
    opened: Callable[[Place], UploadWindow], collection: str, rasters: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(operations, "open_dialog", lambda name, values: asked.append((name, values)))
    window = opened(place_of(collection))
    window.add_paths([rasters / "good.tif", rasters / "far.tif"])
    looked(qtbot, window)
    click(window.describe)
    assert asked == [("pixel_uploadrasters", {
        "CONNECTION": "", "COLLECTION": collection, "FILES": [str(rasters / "good.tif")]})]


@pytest.mark.needs_assumed("pixel Project.area_of_interest")
def test_images_are_looked_at_by_their_positions(
    opened: Callable[[Place], UploadWindow], run_pixel: Any, pixel: PixelCalls, tmp_path: Path, qtbot: Any
) -> None:
    inside, outside, without = (tmp_path / f"{name}.jpg" for name in ("inside", "outside", "without"))
    jpeg(inside, Shot(59.91, 10.74))
    jpeg(outside, Shot(60.39, 5.32))
    jpeg(without, Shot())
    window = opened(place_of(pixel.collection(pixel.project()), "image"))
    assert not window.fit.isVisible()
    window.add_paths([tmp_path])
    rows = looked(qtbot, window)
    fits = {name: row.verdict.fits for name, row in rows.items() if row.verdict}
    assert fits == {"inside.jpg": True, "outside.jpg": False, "without.jpg": False}
    assert "outside the area" in rows["outside.jpg"].text(STATE)


def test_a_folder_is_looked_through_beside_the_window(
    opened: Callable[[Place], UploadWindow], collection: str, rasters: Path, tmp_path: Path, qtbot: Any
) -> None:
    window = opened(place_of(collection))
    empty = tmp_path / "notes"
    empty.mkdir()
    (empty / "readme.txt").write_text("nothing", "utf-8")
    window.add_paths([empty])
    assert "Looking for files" in window.status.text
    qtbot.waitUntil(lambda: "There are no such files in notes." in window.status.text, timeout=10000)
    assert not window.send.isEnabled()
    window.add_paths([rasters])
    assert window.files.items() == []
    qtbot.waitUntil(lambda: len(window.files.items()) == 4, timeout=10000)
    again = opened(place_of(collection))
    again.add_paths([rasters])
    walk = again._walks[0]
    again.reject()
    assert walk.cancelled


def test_dropped_files_open_the_window_of_their_collection(
    collection: str, rasters: Path, qtbot: Any, run_pixel: Any
) -> None:
    main = QMainWindow()
    qtbot.addWidget(main)
    service = UploadService(SimpleNamespace(iface=SimpleNamespace(mainWindow=lambda: main)))  # type: ignore[arg-type]
    try:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(rasters / "good.tif"))])
        heading = Place("pixel", "", Entry("rasters", collection, ""), (place_of(collection).entry,))
        assert file_drops.can_drop(mime, heading)
        assert file_drops.drop(mime, heading)
        assert file_drops.drop(mime, place_of(collection))
        (window,) = service._open
        assert [one.text(0) for one in window.files.items()] == ["good.tif"]
        assert [one.name for one in entry_windows.fitting([place_of(collection)])] == ["imageryHubPixelUploads"]
        assert entry_windows.fitting([Place("pixel", "", Entry("project", "10", "P"))]) == []
        window.close()
        assert service._open == []
    finally:
        service.remove()


def test_a_layer_without_a_file_says_why(
    opened: Callable[[Place], UploadWindow], collection: str, rasters: Path, qtbot: Any
) -> None:
    from imagery_hub.ui.push import sources

    layer = QgsRasterLayer(str(rasters / "good.tif"), "Good")
    shutil.copy(rasters / "good.tif", rasters / "copy.tif")
    QgsProject.instance().addMapLayer(layer, False)
    try:
        window = opened(place_of(collection))
        window.add([sources.Source("Server", problem="It is drawn by a server."), sources.of_layer(layer)])
        rows = looked(qtbot, window)
        assert rows["Server"].text(STATE) == "It is drawn by a server."
        assert rows["good.tif"].verdict is not None
        assert rows["good.tif"].verdict.fits
    finally:
        QgsProject.instance().removeMapLayer(layer.id())
