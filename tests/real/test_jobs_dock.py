"""The dock for jobs, by mouse and keyboard: pausing, continuing, cancelling, retrying; results, log, messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hands import button, click, failures, in_dialog, keep_picture, place_of, tool_button, wait_for, write
from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsMessageBarItem
from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QToolBar,
    QTreeView,
    QWidget,
)
from qgis.utils import iface, loadPlugin, startPlugin, unloadPlugin
from sandbox_images import squares_image, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

JOB, STATE, PROGRESS, ACTIONS = 0, 2, 3, 5
UPLOAD, DOWNLOAD = "imageryhub:picterra_uploadraster", "imageryhub:picterra_downloadraster"


@pytest.fixture
def platform(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxProcess]:
    """The connection comes from the environment; the plugin starts with no jobs."""
    monkeypatch.setenv("PICTERRA_API_KEY", PICTERRA_KEY)
    monkeypatch.setenv("PICTERRA_BASE_URL", sandbox.address)
    forget_jobs()
    iface.messageBar().clearWidgets()
    yield sandbox
    sandbox.clear_faults()
    dock = iface.mainWindow().findChild(QDockWidget, "imageryHubJobsDock")
    if dock is not None and dock.isVisible():
        click(toggle())
    QgsProject.instance().clear()
    for dialog in iface.mainWindow().findChildren(QDialog):
        dialog.close()


@contextmanager
def by_the_dock(platform: SandboxProcess) -> Iterator[None]:
    """What the platform is asked inside is the doing of clicks."""
    platform.actor("docks")
    yield
    platform.actor(None)


def forget_jobs() -> None:
    """What other tests left in the profile. A state that is made, not a deed of the user."""
    from imagery_hub.core.jobs import job_store

    for record in job_store().all():
        job_store().forget(record.id)
    QTest.qWait(1500)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Twelve megabytes that cannot be packed."""
    pixels = np.random.default_rng(3).integers(0, 255, (3, 2000, 2000), np.uint8)
    return write_image(tmp_path / "large field.tif", pixels)


class Dock:
    """What a user sees of the dock."""

    def __init__(self) -> None:
        click(toggle())
        self.dock = wait_for(lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubJobsDock"), "the dock")
        self.list: QTreeView = self.part(QTreeView, "imageryHubJobsList")
        wait_for(lambda: self.rows() == 0, "the list without the jobs of the tests before")

    def part(self, kind: type[Any], name: str) -> Any:
        (found,) = self.dock.findChildren(kind, name)
        return found

    def rows(self) -> int:
        return self.list.model().rowCount()

    def text(self, column: int, row: int = 0) -> str:
        return str(self.list.model().index(row, column).data() or "")

    def wait_for_state(self, state: str, seconds: float = 30, row: int = 0) -> None:
        try:
            wait_for(lambda: self.rows() > row and self.text(STATE, row).startswith(state), f"state {state}", seconds)
        except BaseException:
            print(self.text(STATE, row), self.part(QLabel, "imageryHubJobFacts").text())
            raise

    def press(self, name: str) -> None:
        """A button of the details."""
        click(wait_for(lambda: self.visible(name), name))

    def visible(self, name: str) -> QPushButton | None:
        return next((one for one in self.dock.findChildren(QPushButton, name) if one.isVisible()), None)

    def press_in_row(self, key: str, row: int = 0) -> None:
        """A small button of a row."""
        index: QModelIndex = self.list.model().index(row, ACTIONS)
        place_of(self.list, index)
        delegate = self.list.itemDelegateForColumn(ACTIONS)
        places = dict(delegate.places(self.list.visualRect(index), index))
        click(self.list.viewport(), places[key].center())

    def key(self, key: Qt.Key) -> None:
        self.list.setFocus()
        QTest.keyClick(self.list, key)
        QTest.qWait(100)

    def log(self) -> str:
        return str(self.part(QPlainTextEdit, "imageryHubJobLog").toPlainText())


def toggle() -> QWidget:
    (bar,) = iface.mainWindow().findChildren(QToolBar, "imageryHubToolbar")
    (action,) = [one for one in bar.actions() if one.objectName() == "imageryHubShowJobs"]
    return tool_button(action)


def messages() -> list[str]:
    items = [one for one in iface.messageBar().findChildren(QgsMessageBarItem) if one.text()]
    return [one.text() for one in items]


def wait_for_message(words: str) -> None:
    wait_for(lambda: any(words in text for text in messages()), f"the message “{words}”")


def run_by_toolbox(algorithm: str, **parameters: Any) -> QDialog:
    """Processing's own dialog, run by its button, then put aside."""
    import processing

    dialog = processing.createAlgorithmDialog(algorithm, parameters)
    dialog.show()
    dialog.move(900, 30)
    QTest.qWait(300)
    click(button(dialog, "Run"))
    return dialog


def visible_dialogs() -> list[QDialog]:
    return [one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


def done_bytes(dock: Dock) -> str:
    """As the details tell it: 5.6 MB of 12.0 MB."""
    return dock.part(QLabel, "imageryHubJobFacts").text().partition(" · ")[2].partition(" of ")[0]


def rasters(platform: SandboxProcess) -> list[dict[str, Any]]:
    return PicterraCalls(platform).get("rasters/")["results"]


def stored_bytes(platform: SandboxProcess, raster: str) -> bytes:
    calls = PicterraCalls(platform)
    address = calls.get(f"rasters/{raster}/download/")["download_url"]
    return calls.session.get(address, timeout=60).content


def test_an_upload_is_paused_continued_cancelled_and_taken_up_again(platform: SandboxProcess, large: Path) -> None:
    platform.fault(kind="slow_upload", method="PUT", bytes_per_second=300_000, count=0)
    dock = Dock()
    empty = dock.part(QLabel, "imageryHubJobsEmpty")
    wait_for(empty.isVisible, "the empty state")
    assert "No jobs yet" in empty.text()
    keep_picture("jobs_empty", dock.dock)

    dialog = run_by_toolbox(UPLOAD, INPUT=str(large), NAME="Large field")
    dock.wait_for_state("Sending")
    assert "large field.tif" in dock.text(JOB)
    wait_for_message("One job is running.")
    (bar,) = [one for one in iface.messageBar().findChildren(QProgressBar, "imageryHubJobsProgress") if one.isVisible()]
    wait_for(lambda: bar.value() > 0, "progress in the message bar")
    wait_for(lambda: "/s" in dock.text(PROGRESS) and "left" in dock.text(PROGRESS), "speed and time left")

    dock.press("imageryHubJobPause")
    dock.wait_for_state("Paused")
    QTest.qWait(500)
    before = done_bytes(dock)
    assert before.endswith("MB")
    QTest.qWait(2500)
    assert done_bytes(dock) == before
    keep_picture("jobs_paused", dock.dock)
    dock.key(Qt.Key.Key_Space)
    dock.wait_for_state("Sending")
    wait_for(lambda: done_bytes(dock) != before, "more bytes after the pause")

    dock.press_in_row("cancel")
    dock.wait_for_state("Stopped")
    wait_for(lambda: "Stopped as asked" in dock.log(), "the end in the log")
    assert "Sending" in dock.log()
    wait_for(lambda: not any("is running" in text for text in messages()), "the item to go")
    dialog.close()

    platform.clear_faults()
    platform.fault(kind="slow_upload", method="PUT", bytes_per_second=800_000, count=0)
    with by_the_dock(platform):
        dock.press("imageryHubJobContinue")
        dock.wait_for_state("Sending")
        iface.newProject(False)  # as the user may do meanwhile
        QTest.qWait(1000)
        assert dock.text(STATE) == "Sending"
        platform.clear_faults()
        dock.wait_for_state("Done", 60)
    wait_for_message("“Upload raster: large field.tif” is done.")
    (raster,) = rasters(platform)
    assert raster["name"] == "Large field"
    assert stored_bytes(platform, raster["id"]) == large.read_bytes()
    assert "Continued with QGIS" in dock.log()


def test_a_failed_job_is_shown_with_its_log_and_retried(platform: SandboxProcess, large: Path) -> None:
    platform.fault(kind="status", operation="commitRaster", status=403, count=2)
    dock = Dock()
    dialog = run_by_toolbox(UPLOAD, INPUT=str(large), NAME="Refused")
    dock.wait_for_state("Failed")
    dialog.close()
    dock.press("imageryHubJobRetry")
    wait_for_message("“Upload raster: large field.tif” failed")
    keep_picture("jobs_failed_message")
    click(toggle())
    (show,) = iface.messageBar().findChildren(QPushButton, "imageryHubJobsShowFailed")
    click(show)
    wait_for(dock.list.isVisible, "the dock")
    wait_for(lambda: "does not allow" in dock.log(), "the sentence in the log")
    keep_picture("jobs_failed", dock.dock)
    dock.press_in_row("retry")
    dock.wait_for_state("Done")
    assert len(rasters(platform)) == 1


def test_results_come_to_the_map_and_finished_jobs_off_the_list_and_back(
    platform: SandboxProcess, tmp_path: Path
) -> None:
    source = squares_image(tmp_path / "squares.tif", [(20, 20, 60, 60)], [])
    raster = PicterraCalls(platform).upload_raster(source, name="Squares")
    dock = Dock()
    target = tmp_path / "fetched.tif"
    dialog = run_by_toolbox(DOWNLOAD, RASTER=raster, OUTPUT=str(target))
    dock.wait_for_state("Done")
    dialog.close()
    assert target.read_bytes() == source.read_bytes()
    QgsProject.instance().clear()
    dock.press("imageryHubJobAdd")
    (layer,) = wait_for(lambda: list(QgsProject.instance().mapLayers().values()), "the layer")
    assert layer.isValid()
    assert Path(layer.source()) == target

    dock.press("imageryHubJobOpen")
    opened = wait_for(lambda: [one for one in visible_dialogs() if hasattr(one, "mainWidget")], "the dialog")[0]
    assert opened.mainWidget().wrappers["RASTER"].parameterValue() == raster
    assert opened.createProcessingParameters()["OUTPUT"] is not None
    opened.close()

    click(dock.part(QPushButton, "imageryHubJobsClear"))
    wait_for(lambda: dock.rows() == 0, "an empty list")
    (undo,) = iface.messageBar().findChildren(QPushButton, "imageryHubUndoRemove")
    click(undo)
    wait_for(lambda: dock.rows() == 1, "the job to come back")

    write(dock.part(QWidget, "imageryHubJobsSearch"), "nothing like it")
    wait_for(dock.part(QLabel, "imageryHubJobsEmpty").isVisible, "the page that says so")
    dock.press("imageryHubJobsShowAll")
    assert dock.rows() == 1
    states = dock.part(QComboBox, "imageryHubJobsFilter")
    click(states)
    QTest.keyClick(states, Qt.Key.Key_Down)
    QTest.keyClick(states, Qt.Key.Key_Return)
    wait_for(lambda: dock.rows() == 0, "no running job")
    dock.press("imageryHubJobsShowAll")

    dock.key(Qt.Key.Key_Return)
    assert not dock.part(QPlainTextEdit, "imageryHubJobLog").isVisible()
    dock.key(Qt.Key.Key_Return)
    assert dock.part(QPlainTextEdit, "imageryHubJobLog").isVisible()
    dock.key(Qt.Key.Key_Delete)
    wait_for(lambda: dock.rows() == 0, "the job to go")


def test_several_run_at_once_under_one_item(platform: SandboxProcess, tmp_path: Path, large: Path) -> None:
    platform.fault(kind="slow_upload", method="PUT", bytes_per_second=400_000, count=0)
    dock = Dock()
    dialogs = [run_by_toolbox(UPLOAD, INPUT=str(large), NAME=f"Field {number}") for number in range(3)]
    wait_for_message("3 jobs are running.")
    assert len([text for text in messages() if "running" in text]) == 1
    for dialog in dialogs:
        dialog.hide()
    wait_for(lambda: all(dock.text(STATE, row) == "Sending" for row in range(3)), "three to send")
    QTest.qWait(1500)
    keep_picture("jobs-running")
    (stop,) = iface.messageBar().findChildren(QPushButton, "imageryHubJobsCancel")
    click(stop)
    wait_for(lambda: all(dock.text(STATE, row) == "Stopped" for row in range(3)), "all to stop")
    wait_for(lambda: not any("running" in text for text in messages()), "the item to go")


def test_a_step_in_doubt_is_asked_about_and_goes_on_with_the_answer(
    platform: SandboxProcess, tmp_path: Path
) -> None:
    """The connection broke when the training was sent. What the user finds on the platform settles it."""
    calls = PicterraCalls(platform)
    slot = calls.post("rasters/upload/file/", {"name": "some", "multispectral": False})
    image = squares_image(tmp_path / "squares.tif", [(20, 20, 60, 60)], [])
    assert calls.put(slot["upload_url"], image.read_bytes()) == 200
    operation = calls.post(f"rasters/{slot['raster_id']}/commit/")["operation_id"]
    platform.fault(kind="lost_cut", operation="trainDetector", count=1)
    dock = Dock()
    dialog = run_by_toolbox("imageryhub:picterra_traindetector", DETECTOR=calls.detector("Trees"), CONFIRM=True)
    dock.wait_for_state("Needs your answer")
    dialog.close()

    def answer(asked: QDialog) -> None:
        keep_picture("jobs-question")
        done = asked.findChild(QPushButton, "imageryHubQuestionDone")
        assert not done.isEnabled()
        write(asked.findChild(QLineEdit, "imageryHubQuestionId"), operation)
        click(done)

    in_dialog(answer)
    with by_the_dock(platform):
        dock.press("imageryHubJobAnswer")
        assert failures == []
        dock.wait_for_state("Done")
    assert len([one for one in platform.log() if one["operation"] == "trainDetector"]) == 1


def test_what_the_platform_goes_on_with_is_followed_no_more(platform: SandboxProcess, tmp_path: Path) -> None:
    platform.fault(kind="delay", operation="trainDetector", seconds=20)
    dock = Dock()
    detector = PicterraCalls(platform).detector("Trees")
    dialog = run_by_toolbox("imageryhub:picterra_traindetector", DETECTOR=detector, CONFIRM=True)
    wait_for(lambda: dock.visible("imageryHubJobFollowNoMore"), "the button for what cannot be cancelled")
    assert dock.visible("imageryHubJobFollowNoMore").text() == "Stop Following"
    dock.press("imageryHubJobFollowNoMore")
    dock.wait_for_state("Stopped", 60)
    dialog.close()


def test_two_downloads_never_write_the_same_file(platform: SandboxProcess, large: Path, tmp_path: Path) -> None:
    raster = PicterraCalls(platform).upload_raster(large, name="Large")
    platform.fault(kind="slow_answer", operation="getBlob", bytes_per_second=800_000, count=0)
    dock = Dock()
    target = str(tmp_path / "same.tif")
    dialogs = [run_by_toolbox(DOWNLOAD, RASTER=raster, OUTPUT=target) for _ in range(2)]
    dock.wait_for_state("Failed")
    click(dock.list.viewport(), place_of(dock.list, dock.list.model().index(0, JOB)))
    wait_for(lambda: "Another download is writing same.tif" in dock.part(QLabel, "imageryHubJobFacts").text(),
             "the sentence")
    platform.clear_faults()
    dock.wait_for_state("Done", 60, row=1)
    assert Path(target).read_bytes() == large.read_bytes()
    for dialog in dialogs:
        dialog.close()


def test_it_fits_a_narrow_tall_dock(platform: SandboxProcess, tmp_path: Path) -> None:
    source = squares_image(tmp_path / "squares.tif", [(20, 20, 60, 60)], [])
    dock = Dock()
    dialog = run_by_toolbox(UPLOAD, INPUT=str(source), NAME="Squares")
    dock.wait_for_state("Done")
    dialog.close()
    window = dock.dock
    window.setFloating(True)
    window.resize(580, 1000)
    window.move(0, 0)
    QTest.qWait(500)
    try:
        assert (window.width(), window.height()) == (580, 1000)
        assert dock.part(QPlainTextEdit, "imageryHubJobLog").y() > 0
        keep_picture("jobs_narrow", window)
    finally:
        window.setFloating(False)


def test_unloading_leaves_nothing(platform: SandboxProcess) -> None:
    from imagery_hub.core.jobs import State, job_store

    dock = Dock()
    job = job_store().create(DOWNLOAD, "Ended", {})
    assert job_store().end(job, State.DONE)
    wait_for(lambda: [dock.text(JOB, row) for row in range(dock.rows())] == ["Ended"], "the job of the test")
    clear = dock.part(QPushButton, "imageryHubJobsClear")
    wait_for(clear.isEnabled, "something to clear")
    click(clear)
    wait_for(lambda: iface.messageBar().findChildren(QPushButton, "imageryHubUndoRemove"), "the way back")
    assert unloadPlugin("imagery_hub")
    QTest.qWait(200)
    assert iface.mainWindow().findChild(QDockWidget, "imageryHubJobsDock") is None
    assert iface.messageBar().findChildren(QPushButton, "imageryHubUndoRemove") == []
    assert loadPlugin("imagery_hub")
    assert startPlugin("imagery_hub")


