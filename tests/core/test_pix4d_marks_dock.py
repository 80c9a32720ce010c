"""The dock for marking points, where answers come late: of the project, of a job, of a folder, of a photo."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hub_models import NAME, connected
from imagery_hub.core.jobs.runner import runner
from imagery_hub.core.photos import mark_drafts
from imagery_hub.core.photos.marks import Changes, Key, Mark
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import operations
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.pix4d.marks import dock as dock_module
from imagery_hub.ui.pix4d.marks import files as files_module
from imagery_hub.ui.pix4d.marks.dock import MarksDock
from imagery_hub.ui.pix4d.marks.files import PhotoFiles
from imagery_hub.ui.pix4d.marks.project import MarkedProject
from qgis.core import QgsApplication, QgsSettings
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QMainWindow

JOB = "job of the test"
PATIENCE_MS = 60000
READING = "Reading points, photos and marks…"
EARLY, LATER = Key("P1", "a.jpg"), Key("P1", "b.jpg")


class Quarries:
    """Projects of a platform in memory. Each reading takes what there is when it begins; those that were asked to
    ``wait`` answer when their gate is opened."""

    def __init__(self) -> None:
        self.marks: dict[str, dict[Key, Mark]] = {"1": {}, "2": {}}
        self.waiting: list[threading.Event] = []
        self.errors: list[Exception | None] = []
        self.begun = self.answered = 0

    def wait(self, error: Exception | None = None) -> threading.Event:
        """The next reading waits, and ends with this error."""
        gate = threading.Event()
        self.waiting.append(gate)
        self.errors.append(error)
        return gate

    def read(self, platform: Any, project: MarkedProject, *_: Any) -> MarkedProject:
        found = replace(project, marks=dict(self.marks[project.id]))
        gate, error = (self.waiting.pop(0), self.errors.pop(0)) if self.waiting else (None, None)
        self.begun += 1
        if gate is not None:
            gate.wait(60)
        self.answered += 1
        if error is not None:
            raise error
        return found


@pytest.fixture
def quarries(monkeypatch: pytest.MonkeyPatch, qgis_app: QgsApplication) -> Iterator[Quarries]:
    made = Quarries()
    monkeypatch.setattr(dock_module, "read_project", made.read)
    monkeypatch.setattr(operations, "start", lambda *_, **__: JOB)
    with connected(monkeypatch, {}) as platform:
        platform.api, platform.engine = SimpleNamespace(during=lambda work: None), None
        yield made
    for project in made.marks:
        mark_drafts.keep(NAME, project, Changes())


@pytest.fixture
def dock(quarries: Quarries, qtbot: Any) -> Iterator[MarksDock]:
    window, canvas = QMainWindow(), QgsMapCanvas()
    made = MarksDock(SimpleNamespace(iface=SimpleNamespace(mainWindow=lambda: window, mapCanvas=lambda: canvas)))
    yield made
    made.leave()
    made.deleteLater()
    canvas.deleteLater()
    window.deleteLater()


def opened(dock: MarksDock, project: str) -> None:
    dock.open_project(Place("pix4d", NAME, Entry("project", project, f"Quarry {project}")))


def read(dock: MarksDock, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: dock._loaded and not dock.panel.status.text.startswith("Reading"), timeout=PATIENCE_MS)


def test_a_job_ends_while_its_project_is_read_again(dock: MarksDock, quarries: Quarries, qtbot: Any) -> None:
    opened(dock, "1")
    read(dock, qtbot)
    dock._marks.place(EARLY, 10, 20)
    dock.panel.send.click()
    dock._marks.place(LATER, 30, 40)
    opened(dock, "2")
    read(dock, qtbot)
    gate = quarries.wait()
    opened(dock, "1")
    qtbot.waitUntil(lambda: quarries.begun == 3, timeout=PATIENCE_MS)
    quarries.marks["1"] = {EARLY: Mark(10, 20, "m1")}
    runner().ended.emit(JOB, {}, "")
    assert mark_drafts.kept(NAME, "1") == ({LATER: Mark(30, 40)}, frozenset())
    gate.set()
    read(dock, qtbot)
    assert dock._marks.changes() == Changes({LATER: Mark(30, 40)}, {}, {})
    assert dock._marks.at(EARLY) == Mark(10, 20, "m1")


def sent_and_left(dock: MarksDock, qtbot: Any) -> None:
    """A mark of the first project is being sent, and the second one is open."""
    opened(dock, "1")
    read(dock, qtbot)
    dock._marks.place(EARLY, 10, 20)
    dock.panel.send.click()
    opened(dock, "2")
    read(dock, qtbot)


def test_another_project_can_be_sent_when_the_job_of_the_first_has_ended(
    dock: MarksDock, quarries: Quarries, qtbot: Any
) -> None:
    sent_and_left(dock, qtbot)
    dock._marks.place(EARLY, 1, 2)
    assert not dock.panel.send.isEnabled()
    runner().ended.emit(JOB, {}, "")
    assert dock.panel.send.isEnabled()
    assert mark_drafts.kept(NAME, "1") == ({}, frozenset())


def test_a_failed_job_is_told_with_its_project(dock: MarksDock, quarries: Quarries, qtbot: Any) -> None:
    sent_and_left(dock, qtbot)
    runner().ended.emit(JOB, {}, "The disk is full.")
    assert dock.panel.status.text == "The marks of Quarry 1 were not sent: The disk is full."


@pytest.mark.parametrize("error", [None, OSError("late")])
def test_an_older_reading_neither_replaces_nor_fails_a_newer_one(
    dock: MarksDock, quarries: Quarries, qtbot: Any, error: Exception | None
) -> None:
    opened(dock, "1")
    read(dock, qtbot)
    gate = quarries.wait(error)
    dock.panel.refresh.click()
    qtbot.waitUntil(lambda: quarries.begun == 2, timeout=PATIENCE_MS)
    quarries.marks["1"] = {EARLY: Mark(10, 20, "m1")}
    dock._refresh("The marks are there.")
    qtbot.waitUntil(lambda: dock.panel.status.text == "The marks are there.", timeout=PATIENCE_MS)
    gate.set()
    qtbot.waitUntil(lambda: quarries.answered == 3, timeout=PATIENCE_MS)
    qtbot.wait(200)
    assert dock._marks.at(EARLY) == Mark(10, 20, "m1")
    assert dock.panel.status.text == "The marks are there."


def test_what_was_sent_is_told_though_it_is_read_again_meanwhile(
    dock: MarksDock, quarries: Quarries, qtbot: Any
) -> None:
    opened(dock, "1")
    read(dock, qtbot)
    gate = quarries.wait()
    dock._refresh("The marks are there.")
    qtbot.waitUntil(lambda: quarries.begun == 2, timeout=PATIENCE_MS)
    dock.panel.refresh.click()
    qtbot.waitUntil(lambda: dock.panel.status.text == "The marks are there.", timeout=PATIENCE_MS)
    gate.set()
    dock.panel.refresh.click()
    qtbot.waitUntil(lambda: dock.panel.status.text == "", timeout=PATIENCE_MS)


def test_what_a_failed_reading_would_have_said_is_not_said_later(
    dock: MarksDock, quarries: Quarries, qtbot: Any
) -> None:
    opened(dock, "1")
    read(dock, qtbot)
    quarries.wait(OSError("cut off")).set()
    dock._refresh("The marks are there.")
    qtbot.waitUntil(lambda: dock.panel.status.text not in ("", READING), timeout=PATIENCE_MS)
    assert dock.panel.status.text != "The marks are there."
    dock.panel.refresh.click()
    qtbot.waitUntil(lambda: quarries.answered == 3 and dock.panel.status.text != READING, timeout=PATIENCE_MS)
    assert dock.panel.status.text == ""


# ---------------------------------------------------------------------- files
@pytest.fixture
def photos(quarries: Quarries) -> Iterator[PhotoFiles]:
    made = PhotoFiles(NAME, "1", ["a.jpg", "b.jpg"])
    yield made
    made.close()
    QgsSettings().remove(made._setting())


class Folders:
    """The folder “first”, which takes long to look through, and others. ``told`` are the counts."""

    def __init__(self, photos: PhotoFiles, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[tuple[str, int]] = []
        self.gate = threading.Event()
        self._photos, self._top = photos, top
        match = files_module.match_folder

        def slow(keys: list[str], folder: Path) -> Any:
            if folder.name == "first":
                self.gate.wait(60)
            return match(keys, folder)

        monkeypatch.setattr(files_module, "match_folder", slow)

    def look(self, folder: str, *names: str) -> None:
        (self._top / folder).mkdir()
        for name in names:
            (self._top / folder / name).write_bytes(b"no picture")
        self._photos.look_in(
            self._top / folder, lambda count: self.told.append((folder, count)), lambda error: pytest.fail(str(error)))

    def found(self) -> dict[str, str]:
        return {key: path.parent.name for key, path in self._photos.paths.items()}


@pytest.fixture
def folders(photos: PhotoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    return Folders(photos, tmp_path, monkeypatch)


def ended(photos: PhotoFiles, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not photos.looking, timeout=PATIENCE_MS)


def test_the_folder_that_was_chosen_last_is_the_one(photos: PhotoFiles, folders: Folders, qtbot: Any) -> None:
    folders.look("first", "a.jpg")
    folders.look("second", "a.jpg")
    qtbot.waitUntil(lambda: folders.told == [("second", 1)], timeout=PATIENCE_MS)
    assert photos.looking
    folders.gate.set()
    ended(photos, qtbot)
    assert folders.told == [("second", 1)] and folders.found() == {"a.jpg": "second"}
    remembered = photos.remembered()
    assert remembered is not None and remembered.name == "second"


@pytest.mark.parametrize(
    "second, told, found",
    [
        ([], [("second", 0), ("first", 2)], {"a.jpg": "first", "b.jpg": "first"}),
        (["b.jpg"], [("second", 1), ("first", 1)], {"a.jpg": "first", "b.jpg": "second"}),
    ],
)
def test_an_earlier_folder_gives_what_the_later_lacks(
    photos: PhotoFiles, folders: Folders, qtbot: Any, second: list[str], told: list[Any], found: dict[str, str]
) -> None:
    folders.look("first", "a.jpg", "b.jpg")
    folders.look("second", *second)
    qtbot.waitUntil(lambda: len(folders.told) == 1, timeout=PATIENCE_MS)
    folders.gate.set()
    ended(photos, qtbot)
    assert (folders.told, folders.found()) == (told, found)
    remembered = photos.remembered()
    assert remembered is not None and remembered.name == ("second" if second else "first")


def test_a_photo_that_is_on_its_way_is_not_fetched_again(
    photos: PhotoFiles, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    gate, told = threading.Event(), []
    fetched: list[str] = []

    def download(address: Callable[[], str], target: Path, *_: Any) -> None:
        fetched.append(target.name)
        gate.wait(60)
        if len(fetched) == 1:
            raise OSError("cut off")

    monkeypatch.setattr(files_module, "download", download)
    monkeypatch.setattr(files_module, "ProjectStorage", lambda *_: SimpleNamespace(address=lambda key: lambda: key))
    for _ in range(3):
        photos.fetch("a.jpg", lambda: told.append("done"), lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: len(fetched) == 1, timeout=PATIENCE_MS)
    gate.set()
    qtbot.waitUntil(lambda: told == ["cut off"], timeout=PATIENCE_MS)
    photos.fetch("a.jpg", lambda: told.append("done"), lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: told == ["cut off", "done"], timeout=PATIENCE_MS)
    assert len(fetched) == 2
