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
from qgis.core import QgsApplication
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QMainWindow

JOB = "job of the test"
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
            gate.wait(20)
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
    qtbot.waitUntil(lambda: dock._loaded and not dock.panel.status.text.startswith("Reading"), timeout=10000)


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
    qtbot.waitUntil(lambda: quarries.begun == 3)
    quarries.marks["1"] = {EARLY: Mark(10, 20, "m1")}
    runner().ended.emit(JOB, {}, "")
    assert mark_drafts.kept(NAME, "1") == ({LATER: Mark(30, 40)}, frozenset())
    gate.set()
    read(dock, qtbot)
    assert dock._marks.changes() == Changes({LATER: Mark(30, 40)}, {}, {})
    assert dock._marks.at(EARLY) == Mark(10, 20, "m1")


def test_another_project_can_be_sent_when_the_job_of_the_first_has_ended(
    dock: MarksDock, quarries: Quarries, qtbot: Any
) -> None:
    opened(dock, "1")
    read(dock, qtbot)
    dock._marks.place(EARLY, 10, 20)
    dock.panel.send.click()
    opened(dock, "2")
    read(dock, qtbot)
    dock._marks.place(EARLY, 1, 2)
    assert not dock.panel.send.isEnabled()
    runner().ended.emit(JOB, {}, "")
    assert dock.panel.send.isEnabled()
    assert mark_drafts.kept(NAME, "1") == ({}, frozenset())


def test_a_failed_job_is_told_with_its_project(dock: MarksDock, quarries: Quarries, qtbot: Any) -> None:
    opened(dock, "1")
    read(dock, qtbot)
    dock._marks.place(EARLY, 10, 20)
    dock.panel.send.click()
    opened(dock, "2")
    read(dock, qtbot)
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
    qtbot.waitUntil(lambda: quarries.begun == 2)
    quarries.marks["1"] = {EARLY: Mark(10, 20, "m1")}
    dock._refresh("The marks are there.")
    qtbot.waitUntil(lambda: dock.panel.status.text == "The marks are there.")
    gate.set()
    qtbot.waitUntil(lambda: quarries.answered == 3)
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
    qtbot.waitUntil(lambda: quarries.begun == 2)
    dock.panel.refresh.click()
    qtbot.waitUntil(lambda: dock.panel.status.text == "The marks are there.")
    gate.set()
    dock.panel.refresh.click()
    qtbot.waitUntil(lambda: dock.panel.status.text == "")


# ---------------------------------------------------------------------- files
@pytest.fixture
def photos(quarries: Quarries) -> Iterator[PhotoFiles]:
    made = PhotoFiles(NAME, "1", ["a.jpg"])
    yield made
    made.close()


def gated(monkeypatch: pytest.MonkeyPatch, folder: Path) -> threading.Event:
    """Looking through this folder waits for the gate."""
    gate, match = threading.Event(), files_module.match_folder

    def slow(keys: list[str], looked: Path) -> Any:
        if looked == folder:
            gate.wait(20)
        return match(keys, looked)

    monkeypatch.setattr(files_module, "match_folder", slow)
    return gate


def test_the_folder_that_was_chosen_last_is_the_one(
    photos: PhotoFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: Any
) -> None:
    told: list[str] = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_bytes(b"no picture")
    gate = gated(monkeypatch, tmp_path / "first")
    photos.look_in(tmp_path / "first", lambda _: told.append("first"), lambda error: told.append(str(error)))
    late = photos._errands[0]
    photos.look_in(tmp_path / "second", lambda _: told.append("second"), lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: told == ["second"])
    gate.set()
    qtbot.waitUntil(late.ended.is_set)
    qtbot.wait(200)
    assert told == ["second"] and photos.paths == {"a.jpg": tmp_path / "second" / "a.jpg"}
    assert photos.remembered() == tmp_path / "second"


def test_a_photo_that_is_on_its_way_is_not_fetched_again(
    photos: PhotoFiles, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    gate, told = threading.Event(), []
    fetched: list[str] = []

    def download(address: Callable[[], str], target: Path, *_: Any) -> None:
        fetched.append(target.name)
        gate.wait(20)
        if len(fetched) == 1:
            raise OSError("cut off")

    monkeypatch.setattr(files_module, "download", download)
    monkeypatch.setattr(files_module, "ProjectStorage", lambda *_: SimpleNamespace(address=lambda key: lambda: key))
    for _ in range(3):
        photos.fetch("a.jpg", lambda: told.append("done"), lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: len(fetched) == 1)
    gate.set()
    qtbot.waitUntil(lambda: told == ["cut off"])
    photos.fetch("a.jpg", lambda: told.append("done"), lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: told == ["cut off", "done"])
    assert len(fetched) == 2
