"""Rasters pushed by hand: from the layer tree, from another program, by the keyboard; the platform tells what came."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from drawn_layers import boxes_layer
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsSettings
from qgis.gui import QgsFileWidget, QgsMessageBarItem
from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QToolBar,
    QTreeView,
    QWidget,
)
from qgis.utils import iface
from sandbox_images import squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, ROOT, SandboxProcess

CONNECTION = "Orchards"
GIVER = ROOT / "tests" / "support" / "drag_source.py"


@pytest.fixture
def calls(sandbox: SandboxProcess, request: pytest.FixtureRequest) -> Iterator[PicterraCalls]:
    """A saved connection to an empty platform; what is asked from now on is asked by docks."""
    from imagery_hub.core import connections

    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    QgsSettings().remove("imagery_hub/push")  # an earlier test's folder is not on this platform
    connections.save(connections.Connection(CONNECTION, "picterra", sandbox.address), {"key": PICTERRA_KEY})
    sandbox.actor("docks", request.node.nodeid)
    iface.messageBar().clearWidgets()
    yield PicterraCalls(sandbox)
    told = [one.text() for one in iface.messageBar().findChildren(QgsMessageBarItem)]
    assert not [text for text in told if "executing Python" in text], told
    for form in forms():
        form.close()
    QgsProject.instance().clear()
    QTest.qWait(200)
    connections.remove(CONNECTION)
    hands.failures.clear()


def forms() -> list[QDialog]:
    return [one for one in iface.mainWindow().findChildren(QDialog, "imageryHubPushForm") if one.isVisible()]


def part(form: QDialog, kind: type[Any], name: str) -> Any:
    (found,) = form.findChildren(kind, name)
    return found


def open_form() -> QDialog:
    """By the button of the toolbar; put where it covers neither the layers nor the docks."""
    toolbar = iface.mainWindow().findChild(QToolBar, "imageryHubToolbar")
    action = next(one for one in toolbar.actions() if one.objectName() == "imageryHubPushPicterra")
    hands.click(hands.tool_button(action))
    form = hands.wait_for(forms, "the push form")[0]
    form.move(760, 120)
    QTest.qWait(300)
    return form


def tree_place(layer: QgsRasterLayer) -> QPoint:
    """Where a layer stands in QGIS's layer tree, on the screen."""
    view = iface.layerTreeView()
    view.setCurrentLayer(layer)
    QTest.qWait(100)
    return view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).center())


def middle(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(widget.rect().center())


def table_of(form: QDialog) -> QTableView:
    return part(form, QTableView, "imageryHubPushTable")


def cell(form: QDialog, row: int, column: int) -> str:
    return str(table_of(form).model().index(row, column).data() or "")


def names(form: QDialog) -> list[str]:
    return [cell(form, row, 0) for row in range(table_of(form).model().rowCount())]


def last_column(form: QDialog) -> int:
    return table_of(form).model().columnCount() - 1


def states(form: QDialog) -> list[str]:
    return [cell(form, row, last_column(form)) for row in range(table_of(form).model().rowCount())]


def arrived(calls: PicterraCalls, count: int) -> dict[str, dict[str, Any]]:
    """The rasters of the platform by name once there are so many and all are processed."""
    def ready() -> list[dict[str, Any]]:
        found = calls.get("rasters/")["results"]
        return found if len(found) == count and all(one["status"] == "ready" for one in found) else []

    return {one["name"]: calls.get(f"rasters/{one['id']}/") for one in hands.wait_for(ready, f"{count} rasters")}


def bytes_of(calls: PicterraCalls, raster: dict[str, Any]) -> bytes:
    address = calls.get(f"rasters/{raster['id']}/download/")["download_url"]
    return calls.session.get(address, timeout=60).content


def image(path: Path, seed: int) -> Path:
    return squares_image(path, [(10 * seed, 10, 10 * seed + 30, 60)], [(100, 100, 140, 130 + seed)])


def test_layers_from_the_tree_go_up_together(calls: PicterraCalls, tmp_path: Path) -> None:
    files = [image(tmp_path / f"{name}.tif", number) for number, name in
             enumerate(("north_2024-06-02", "south_20240603_0941", "east"), 1)]
    layers = [iface.addRasterLayer(str(one), f"Meadow {one.stem}") for one in files]
    folder = calls.post("folders/", {"name": "June flights"})["id"]
    form = open_form()
    zone = part(form, QLabel, "imageryHubPushDropZone")
    hands.keep_picture("push-empty", form)
    for number, layer in enumerate(layers):
        target = middle(zone) if number == 0 else middle(table_of(form).viewport())
        hands.drag(tree_place(layer), target)
        hands.wait_for(lambda count=number + 1: len(names(form)) == count, "the dropped layer")
    assert QgsProject.instance().count() == 3  # a drop is no move
    hands.wait_for(lambda: states(form) == ["Ready."] * 3, "the files to be looked into")
    assert names(form) == [layer.name() for layer in layers]
    hands.write(part(form, QLineEdit, "imageryHubPush_USER_TAG"), "june")
    cloud = part(form, QWidget, "imageryHubPush_CLOUD_COVERAGE")
    hands.click(cloud, QPoint(12, cloud.height() // 2))
    QTest.keyClick(cloud, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(cloud, "7")
    hands.click(part(form, QPushButton, "imageryHubPushApply"))
    choose_folder(form, "June")
    rename(form, 2, "East & <b>west</b> ../../x")
    hands.keep_picture("push-form", form)
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    hands.wait_for(lambda: not forms(), "the form to close")
    rasters = arrived(calls, 3)
    hands.keep_picture("push-jobs")
    expected = {"Meadow north_2024-06-02": "2024-06-02T00:00", "Meadow south_20240603_0941": "2024-06-03T09:41",
                "East & <b>west</b> ../../x": ""}
    assert {name: (raster.get("captured_at") or "")[:16] for name, raster in rasters.items()} == expected
    for file, name in zip(files, expected):
        raster = rasters[name]
        assert (raster["folder_id"], raster["user_tag"], raster["cloud_coverage"]) == (folder, "june", 7)
        assert bytes_of(calls, raster) == file.read_bytes()
    assert iface.mainWindow().findChild(QWidget, "imageryHubJobsDock").isVisible()
    assert not hands.failures


def test_a_raster_of_the_browser_panel(calls: PicterraCalls, tmp_path: Path) -> None:
    file = image(tmp_path / "in the panel.tif", 2)
    iface.browserModel().addFavoriteDirectory(str(tmp_path), "Flights")
    try:
        form = open_form()
        place = browser_place("Favorites", "Flights", file.name)
        hands.drag(place, middle(part(form, QLabel, "imageryHubPushDropZone")))
        hands.wait_for(lambda: names(form) == [file.stem], "the dropped raster")
        hands.wait_for(lambda: states(form) == ["Ready."], "the file to be looked into")
        hands.click(part(form, QPushButton, "imageryHubPushStart"))
        hands.wait_for(lambda: not forms(), "the form to close")
        assert bytes_of(calls, arrived(calls, 1)[file.stem]) == file.read_bytes()
    finally:
        favorites = iface.browserModel().findPath("favorites:")
        item = next(one for one in iface.browserModel().dataItem(favorites).children() if one.name() == "Flights")
        iface.browserModel().removeFavorite(iface.browserModel().findItem(item))


def browser_place(*way: str) -> QPoint:
    """Where an item of QGIS's Browser panel is on the screen; what is above is opened by the keyboard."""
    tree = iface.mainWindow().findChild(QDockWidget, "Browser").findChild(QTreeView)
    return place_in(tree, *way)


def choose_folder(form: QDialog, text: str) -> None:
    """By the list that the button opens."""
    chooser = part(form, QWidget, "imageryHubPushTarget")
    hands.click(chooser.findChild(QWidget, "imageryHubLook"))
    popup = hands.wait_for(QApplication.activePopupWidget, "the list of folders")
    entries = popup.findChild(QAbstractItemView)
    hands.wait_for(lambda: entries.model().rowCount() > 0, "folders")
    first = next(row for row in range(entries.model().rowCount())
                 if text in str(entries.model().index(row, 0).data()))
    hands.click_entry(entries, entries.model().index(first, 0))
    hands.wait_for(lambda: text in chooser.findChild(QComboBox).currentText(), "the folder to be chosen")


def rename(form: QDialog, row: int, text: str) -> None:
    """In the list, with the keyboard."""
    table = table_of(form)
    hands.click_entry(table, table.model().index(row, 0))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = hands.wait_for(lambda: table.viewport().findChild(QLineEdit), "the editor of a name")
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    hands.wait_for(lambda: cell(form, row, 0) == text, "the new name")


def test_files_from_another_program_and_from_the_clipboard(calls: PicterraCalls, tmp_path: Path) -> None:
    good, empty, unplaced = image(tmp_path / "field.tif", 1), tmp_path / "empty.tif", tmp_path / "photo.png"
    empty.touch()
    from osgeo import gdal

    gdal.Translate(str(unplaced), str(good), format="PNG", creationOptions=["WORLDFILE=NO"])
    (tmp_path / "photo.png.aux.xml").unlink(missing_ok=True)
    form = open_form()
    giver = subprocess.Popen(["/usr/bin/python3", str(GIVER), "300", "500", str(good), str(empty)],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert giver.stdout is not None
        assert giver.stdout.readline() == "ready\n"
        hands.drag(QPoint(380, 530), middle(part(form, QLabel, "imageryHubPushDropZone")))
        hands.wait_for(lambda: names(form) == ["field", "empty"], "the dropped files")
    finally:
        giver.communicate("", timeout=10)
    QApplication.clipboard().setMimeData(mime_of(unplaced))
    hands.click(table_of(form).viewport(), QPoint(300, table_of(form).viewport().height() - 10))
    QTest.keySequence(table_of(form), QKeySequence(QKeySequence.StandardKey.Paste))
    hands.wait_for(lambda: names(form) == ["field", "empty", "photo"], "the pasted file")
    hands.wait_for(lambda: not any("looked into" in one for one in states(form)), "the files to be looked into")
    assert states(form)[0] == "Ready."
    assert states(form)[1] == "The file empty.tif is empty."
    assert "longitude 0, latitude 0" in states(form)[2]
    hands.click_entry(table_of(form), table_of(form).model().index(1, 0))
    hands.keep_picture("push-wrong", form)
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    hands.wait_for(lambda: not forms(), "the form to close")
    rasters = arrived(calls, 2)
    assert bytes_of(calls, rasters["field"]) == good.read_bytes()
    assert bytes_of(calls, rasters["photo"]) == unplaced.read_bytes()


def mime_of(*paths: Path) -> Any:
    from qgis.PyQt.QtCore import QMimeData, QUrl

    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def open_send_menu(layer: Any, act: Any) -> None:
    """Right-click on a layer, then the entry “Send to”; ``act`` gets its menu."""
    view = iface.layerTreeView()
    view.setCurrentLayer(layer)
    QTest.qWait(100)

    def in_context(menu: QMenu) -> None:
        action = next(one for one in menu.actions() if one.text() == "Send to")
        hands.in_submenu(action.menu(), act)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         menu.actionGeometry(action).center())

    hands.in_menu(in_context)
    place = tree_place(layer)
    subprocess.Popen(["xdotool", "mousemove", str(place.x()), str(place.y()), "click", "3"]).wait(timeout=10)


def algorithm_dialog(title: str) -> Any:
    shown = (one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
    return next((one for one in shown if title in one.windowTitle()), None)


def test_polygons_become_a_vector_layer_of_a_raster(calls: PicterraCalls, tmp_path: Path) -> None:
    drawn = boxes_layer([(10, 10, 40, 40)])
    QgsProject.instance().addMapLayer(drawn)
    seen: list[str] = []

    def look(menu: QMenu) -> None:
        seen.extend(action.text() for action in menu.actions())
        hands.keep_picture("send-to")
        hands.choose(menu, "Vector Layer of a Raster…")

    open_send_menu(drawn, look)
    dialog = hands.wait_for(lambda: hands.failures or algorithm_dialog("ector layer"), "the algorithm's dialog")
    assert not hands.failures, hands.failures
    assert seen[:3] == ["Vector Layer of a Raster…", "Annotations of a Detector…", "Detection Areas of a Raster…"]
    wrappers = dialog.mainWidget().wrappers
    assert wrappers["INPUT"].parameterValue() == drawn.id()
    assert wrappers["CONNECTION"].parameterValue() == CONNECTION
    dialog.close()


def hub_place(*way: str) -> QPoint:
    """Where an entry of the Hub tree is on the screen."""
    return place_in(iface.mainWindow().findChild(QTreeView, "imageryHubTree"), *way)


def place_in(tree: QTreeView, *way: str) -> QPoint:
    """Where a row of a tree is on the screen; its branch is opened on the way, by the keyboard."""
    model, index = tree.model(), QModelIndex()
    for text in way:
        def child(parent: QModelIndex = index, text: str = text) -> QModelIndex | None:
            rows = (model.index(row, 0, parent) for row in range(model.rowCount(parent)))
            return next((one for one in rows if str(one.data()).startswith(text)), None)

        index = hands.wait_for(child, f"{text} in the tree")
        if text != way[-1]:
            hands.click_entry(tree, index)
            QTest.keyClick(tree, Qt.Key.Key_Right)
    tree.scrollTo(index)
    QTest.qWait(300)
    return tree.viewport().mapToGlobal(tree.visualRect(index).center())


def show_hub() -> None:
    """By its button, with room for its tree."""
    toolbar = iface.mainWindow().findChild(QToolBar, "imageryHubToolbar")
    show = next(one for one in toolbar.actions() if one.objectName() == "imageryHubShowHub")
    if not show.isChecked():
        hands.click(hands.tool_button(show))
    browser = iface.mainWindow().findChild(QDockWidget, "Browser")
    if browser.isVisible():
        hands.click(browser.findChild(QAbstractButton, "qt_dockwidget_closebutton"))


@pytest.mark.parametrize("way", [("Folders", "Harvest"), ()], ids=["folder", "connection"])
def test_a_layer_dropped_on_the_hub_goes_there(calls: PicterraCalls, tmp_path: Path, way: tuple[str, ...]) -> None:
    file = image(tmp_path / "meadow.tif", 2)
    folder = calls.post("folders/", {"name": "Harvest"})["id"]
    layer = iface.addRasterLayer(str(file), "Meadow")
    show_hub()
    target = hub_place(CONNECTION, *way)
    hands.keep_picture("push-hub")
    hands.drag(tree_place(layer), target)
    form = hands.wait_for(forms, "the push form")[0]
    hands.wait_for(lambda: states(form) == ["Ready."], "the file to be looked into")
    assert QgsProject.instance().count() == 1  # a drop is no move
    assert iface.layerTreeView().layerTreeModel().rootGroup().findLayer(layer.id()) is not None
    chosen = part(form, QWidget, "imageryHubPushTarget").findChild(QComboBox).currentText()
    assert chosen == ("Harvest" if way else "")
    assert part(form, QComboBox, "imageryHubConnection").currentText() == CONNECTION
    hands.keep_picture("push-dropped")
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    raster = arrived(calls, 1)["Meadow"]
    assert (raster["folder_id"] == folder) == bool(way)
    assert bytes_of(calls, raster) == file.read_bytes()


def jobs() -> QTreeView:
    dock = iface.mainWindow().findChild(QDockWidget, "imageryHubJobsDock")
    return hands.wait_for(lambda: dock.findChild(QTreeView, "imageryHubJobsList"), "the list of jobs")


def rows_of(view: QTreeView) -> list[list[str]]:
    model = view.model()
    return [[str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            for row in range(model.rowCount())]


def test_a_raster_is_pushed_by_its_menu_and_then_sent_to_a_detector(calls: PicterraCalls, tmp_path: Path) -> None:
    layer = iface.addRasterLayer(str(image(tmp_path / "field.tif", 3)), "Field & <i>brook</i>")
    seen: list[tuple[str, bool]] = []

    def push(menu: QMenu) -> None:
        seen.extend((action.text(), action.isEnabled()) for action in menu.actions())
        hands.keep_picture("send-to-raster")
        hands.choose(menu, "Push Raster…")

    open_send_menu(layer, push)
    form = hands.wait_for(lambda: hands.failures or forms(), "the push form")[0]
    assert not hands.failures, hands.failures
    assert seen[:2] == [("Push Raster…", True), ("Run a Detector on It: push it first", False)]
    hands.wait_for(lambda: states(form) == ["Ready."], "the file to be looked into")
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    hands.wait_for(lambda: not forms(), "the form to close")
    raster = arrived(calls, 1)[layer.name()]
    hands.wait_for(lambda: layer.customProperty("imageryhub/pushed"), "the layer to know what it became")
    open_send_menu(layer, lambda menu: hands.choose(menu, "Run a Detector on It…"))
    form = hands.wait_for(lambda: hands.failures or algorithm_dialog("etect"), "the form for detectors")
    assert not hands.failures, hands.failures
    hands.keep_picture("send-to-detector", form)
    assert layer.name() in texts_of(form)
    assert raster["id"] in str(layer.customProperty("imageryhub/pushed"))
    form.close()


def texts_of(window: QWidget) -> list[str]:
    """What is written in the fields and lists of a window."""
    found = [one.currentText() for one in window.findChildren(QComboBox)]
    for view in window.findChildren(QAbstractItemView):
        model = view.model()
        if model is not None:
            found += [str(model.index(row, 0).data() or "") for row in range(model.rowCount())]
    return found


def test_one_of_three_fails_and_is_retried_alone(
    calls: PicterraCalls, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    files = [image(tmp_path / f"{name}.tif", number) for number, name in enumerate(("one", "two", "three"), 1)]
    sandbox.fault(kind="status", operation="startRasterUpload", status=400, after=1)
    form = open_form()
    QApplication.clipboard().setMimeData(mime_of(*files))
    QTest.keySequence(form, QKeySequence(QKeySequence.StandardKey.Paste))
    hands.wait_for(lambda: states(form) == ["Ready."] * 3, "the files to be looked into")
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    hands.wait_for(lambda: not forms(), "the form to close")
    assert len(arrived(calls, 2)) == 2
    view = jobs()

    dock = iface.mainWindow().findChild(QDockWidget, "imageryHubJobsDock")

    def chosen() -> QPushButton | None:
        """The button for the failed job, once it stays chosen while the others come in."""
        failed = [number for number, row in enumerate(rows_of(view)) if "Failed" in row]
        if failed:
            hands.click_entry(view, view.model().index(failed[0], 0))
        shown = [one for one in dock.findChildren(QPushButton) if one.text() == "Retry" and one.isVisible()]
        return shown[0] if shown else None

    retry = hands.wait_for(chosen, "the failed job")
    hands.keep_picture("push-failed")
    before = sandbox.last_entry()
    hands.click(retry)
    rasters = arrived(calls, 3)
    assert {name: bytes_of(calls, rasters[name]) for name in rasters} == {
        file.stem: file.read_bytes() for file in files}
    again = [one for one in sandbox.log(after=before) if one["operation"] == "startRasterUpload"]
    assert len(again) == 1


def test_what_is_no_file_is_written_to_a_geotiff_first(calls: PicterraCalls, tmp_path: Path) -> None:
    import zipfile

    file, target = image(tmp_path / "packed.tif", 2), tmp_path / "written.tif"
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as packed:
        packed.write(file, "packed.tif")
    layer = iface.addRasterLayer(f"/vsizip/{tmp_path}/packed.zip/packed.tif", "Packed")
    form = open_form()
    hands.drag(tree_place(layer), middle(part(form, QLabel, "imageryHubPushDropZone")))
    hands.wait_for(lambda: names(form) == ["Packed"], "the dropped layer")
    assert "Write it to a GeoTIFF first" in states(form)[0]
    assert not part(form, QPushButton, "imageryHubPushStart").isEnabled()

    def fill(dialog: QDialog) -> None:
        hands.keep_picture("push-write", dialog)
        hands.write(dialog.findChild(QgsFileWidget).lineEdit(), str(target))
        hands.click(hands.button(dialog, "OK"))

    hands.in_dialog(fill)
    hands.click(part(form, QPushButton, "imageryHubPushWrite"))
    hands.wait_for(lambda: hands.failures or states(form) == ["Ready."], "the GeoTIFF")
    assert not hands.failures, hands.failures
    hands.click(part(form, QPushButton, "imageryHubPushStart"))
    hands.wait_for(lambda: not forms(), "the form to close")
    raster = arrived(calls, 1)["Packed"]
    assert bytes_of(calls, raster) == target.read_bytes()
    from osgeo import gdal

    assert gdal.Open(str(target)).GetRasterBand(1).Checksum() == gdal.Open(str(file)).GetRasterBand(1).Checksum()


def test_by_keyboard_alone(calls: PicterraCalls, tmp_path: Path) -> None:
    file = image(tmp_path / "typed.tif", 3)
    form = open_form()

    def fill(dialog: QDialog) -> None:
        QTest.keyClicks(dialog.findChild(QLineEdit, "fileNameEdit"), str(file))
        QTest.keyClick(dialog.findChild(QLineEdit, "fileNameEdit"), Qt.Key.Key_Return)

    hands.in_dialog(fill)
    QTest.keyClick(form, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    hands.wait_for(lambda: hands.failures or names(form) == ["typed"], "the chosen file")
    assert not hands.failures, hands.failures
    hands.wait_for(lambda: states(form) == ["Ready."], "the file to be looked into")
    table = table_of(form)
    form.activateWindow()  # a window manager gives the focus back when a dialog closes; there is none here
    QTest.qWait(100)
    table.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_F2):
        QTest.keyClick(table, key)
    editor = hands.wait_for(lambda: table.viewport().findChild(QLineEdit), "the editor of a tag")
    QTest.keyClicks(editor, "by hand")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    hands.wait_for(lambda: cell(form, 0, 2) == "by hand", "the tag")
    form.resize(580, 620)
    hands.keep_picture("push-narrow", form)
    assert form.width() == 580
    QTest.keyClick(form, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    hands.wait_for(lambda: not forms(), "the form to close")
    raster = arrived(calls, 1)["typed"]
    assert raster["user_tag"] == "by hand"
    assert bytes_of(calls, raster) == file.read_bytes()


def test_the_menu_of_a_folder_opens_the_form_for_it(calls: PicterraCalls) -> None:
    calls.post("folders/", {"name": "Harvest"})
    show_hub()
    place = hub_place(CONNECTION, "Folders", "Harvest")
    hands.in_menu(lambda menu: hands.choose(menu, "Push Rasters…"))
    subprocess.Popen(["xdotool", "mousemove", str(place.x()), str(place.y()), "click", "3"]).wait(timeout=10)
    form = hands.wait_for(lambda: hands.failures or forms(), "the push form")[0]
    assert not hands.failures, hands.failures
    assert part(form, QWidget, "imageryHubPushTarget").findChild(QComboBox).currentText() == "Harvest"
    assert names(form) == []
