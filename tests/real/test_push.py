"""Rasters pushed by hand: from the layer tree, from another program, by the keyboard; the platform tells what came."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from push_hands import (
    arrived,
    bytes_of,
    cell,
    choose_folder,
    connected,
    forms,
    image,
    jobs,
    middle,
    mime_of,
    names,
    open_form,
    part,
    rename,
    rows_of,
    states,
    table_of,
    tree_place,
)
from qgis.core import QgsProject
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from qgis.utils import iface
from sandbox_picterra import PicterraCalls
from sandbox_process import ROOT, SandboxProcess

GIVER = ROOT / "tests" / "support" / "drag_source.py"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Iterator[PicterraCalls]:
    with connected(sandbox) as found:
        yield found


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
    rename(form, 2, "East & west")
    hands.keep_picture("push-form", form)
    rename(form, 2, "East & <b>west</b> ../../x")
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
