"""Rings of objects are destroyed on the main thread while our threads are at work, and Python's ways come back."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from imagery_hub.core import main_thread, tidying
from imagery_hub.core.background import Background
from imagery_hub.core.shown_task import ShownTask
from qgis.core import QgsApplication

pytestmark = pytest.mark.usefixtures("qgis_app")


class Ringed:
    """Refers to itself, so that only the collector frees it; notes on which thread it goes."""

    gone: ClassVar[list[bool]] = []

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.gone.append(main_thread.is_main_thread())


@pytest.fixture(autouse=True)
def usual_ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tidying, "INTERVAL_MILLISECONDS", 20)
    assert gc.isenabled()
    Ringed.gone.clear()
    gc.collect()
    yield
    tidying.close()
    assert gc.isenabled()


@pytest.fixture
def pool() -> Iterator[Background]:
    pool = Background(2)
    yield pool
    assert pool.close()


def litter() -> int:
    """Enough new objects for Python to look for garbage many times."""
    return len([[number] for number in range(200_000)])


def test_rings_go_on_the_main_thread_while_a_worker_is_at_work(pool: Background, qtbot: Any) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(errand: Any) -> int:
        begun.set()
        go_on.wait(10)
        kept = [Ringed() for _ in range(1000)]
        del kept
        return litter()

    heard: list[int] = []
    pool.run(work, heard.append)
    qtbot.waitUntil(begun.is_set)
    for _ in range(1000):
        Ringed()
    go_on.set()
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.waitUntil(gc.isenabled)
    gc.collect()
    assert len(Ringed.gone) == 2000
    assert all(Ringed.gone)


def test_the_main_thread_looks_while_the_work_goes_on(pool: Background, qtbot: Any) -> None:
    end = threading.Event()
    pool.run(lambda errand: end.wait(30))
    qtbot.waitUntil(lambda: not gc.isenabled())
    for _ in range(5000):
        Ringed()
    qtbot.waitUntil(lambda: len(Ringed.gone) == 5000)
    assert all(Ringed.gone)
    assert not end.is_set()
    end.set()
    qtbot.waitUntil(gc.isenabled)


def test_the_main_thread_itself_is_left_alone() -> None:
    with tidying.beside_the_main_thread:
        assert gc.isenabled()


def test_what_somebody_else_switched_off_stays_off(pool: Background, qtbot: Any) -> None:
    heard: list[int] = []
    gc.disable()
    try:
        pool.run(lambda errand: litter(), heard.append)
        qtbot.waitUntil(lambda: bool(heard))
        qtbot.wait(50)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_two_workers_and_the_last_gives_back(pool: Background, qtbot: Any) -> None:
    first, second = threading.Event(), threading.Event()
    pool.run(lambda errand: first.wait(30))
    pool.run(lambda errand: second.wait(30))
    qtbot.waitUntil(lambda: not gc.isenabled())
    first.set()
    qtbot.wait(50)
    assert not gc.isenabled()
    second.set()
    qtbot.waitUntil(gc.isenabled)


class InWindow:
    """QGIS with its window, which the tests of this tier run without."""

    @staticmethod
    def platform() -> str:
        return "desktop"


def test_a_task_of_qgis_is_covered_from_its_making_to_its_end(monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> None:
    monkeypatch.setattr(tidying, "QgsApplication", InWindow)
    task = ShownTask("Waiting", lambda: None)
    assert not gc.isenabled()
    QgsApplication.taskManager().addTask(task)
    qtbot.wait(50)
    assert not gc.isenabled()
    task.end(True)
    qtbot.waitUntil(gc.isenabled)


def test_without_a_window_the_main_thread_works_itself() -> None:
    assert tidying.handover() is None
    assert gc.isenabled()
