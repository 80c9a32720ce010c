"""What was deleted softly is taken back from the message bar, whoever ran the deletion."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import poller
from imagery_hub.core.jobs import runner as runner_module
from imagery_hub.core.jobs.runner import Runner
from imagery_hub.ui import message_bar, operations
from imagery_hub.ui.jobs import handler as handler_module
from imagery_hub.ui.jobs import notices as notices_module
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QPushButton
from sandbox_pixel import PixelCalls, path_of


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """A runner of this test."""
    found = Runner(2)
    for module in (runner_module, notices_module, handler_module, operations):
        monkeypatch.setattr(module, "runner", lambda: found)
    yield found
    assert found.close()


@pytest.fixture
def bar(runner: Runner) -> Iterator[QgsMessageBar]:
    """A message bar with what the desk says in it."""
    made = QgsMessageBar()
    desk: Any = SimpleNamespace(iface=SimpleNamespace(messageBar=lambda: made), built=lambda name: None)
    told = message_bar.JobMessages(desk)
    yield made
    told.remove()
    poller.close()


def undo_button(bar: QgsMessageBar) -> QPushButton:
    (button,) = bar.findChildren(QPushButton, "imageryHubUndo")
    return button


def test_a_project_deleted_from_the_desk_comes_back(
    run_pixel: Any, pixel: PixelCalls, bar: QgsMessageBar, runner: Runner, qtbot: Any
) -> None:
    project = pixel.project()
    with qtbot.waitSignal(runner.ended):
        operations.start("pixel_deleteprojects", {"PROJECTS": project, "CONNECTION": ""})
    assert not pixel.there(f"projects/{project}")
    assert bar.currentItem().text() == "“Ring road bridges 2025” was deleted. It can be restored for 60 days."
    with qtbot.waitSignal(runner.ended):
        undo_button(bar).click()
    assert pixel.there(f"projects/{project}")
    assert bar.currentItem().text() == f"“Restore projects: {project}” is done."


def test_another_job_that_ends_does_not_take_the_way_back_away(
    run_pixel: Any, pixel: PixelCalls, bar: QgsMessageBar, runner: Runner, qtbot: Any
) -> None:
    place = pixel.collection(pixel.project())
    with qtbot.waitSignal(runner.ended):
        operations.start("pixel_deletecollections", {"COLLECTIONS": place, "CONNECTION": ""})
    with qtbot.waitSignal(runner.ended):
        operations.start("pixel_getuser", {"CONNECTION": ""})
    with qtbot.waitSignal(runner.ended):
        undo_button(bar).click()
    assert pixel.there(path_of(place))


def test_a_deletion_from_the_toolbox_can_be_taken_back_too(
    run_pixel: Any, pixel: PixelCalls, bar: QgsMessageBar, runner: Runner, qtbot: Any
) -> None:
    project, other = pixel.project(), pixel.project("Other")
    run_pixel("deleteprojects", PROJECTS=f"{project},{other}")
    qtbot.waitUntil(lambda: bar.currentItem() is not None)
    assert bar.currentItem().text().startswith("2 projects were deleted.")
    with qtbot.waitSignal(runner.ended):
        undo_button(bar).click()
    assert pixel.there(f"projects/{project}") and pixel.there(f"projects/{other}")


def test_a_way_back_that_does_not_begin_says_why(
    run_pixel: Any, pixel: PixelCalls, bar: QgsMessageBar, runner: Runner, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = pixel.project()
    with qtbot.waitSignal(runner.ended):
        operations.start("pixel_deleteprojects", {"PROJECTS": project, "CONNECTION": ""})
    monkeypatch.delenv("PIXEL_PASSWORD")
    undo_button(bar).click()
    assert "PIXEL_PASSWORD" in bar.currentItem().text()


def test_nothing_is_offered_when_the_deletion_fails(
    run_pixel: Any, bar: QgsMessageBar, runner: Runner, qtbot: Any
) -> None:
    with qtbot.waitSignal(runner.ended):
        operations.start("pixel_deleteprojects", {"PROJECTS": "999999", "CONNECTION": ""})
    assert "failed" in bar.currentItem().text()
    assert bar.findChildren(QPushButton, "imageryHubUndo") == []
