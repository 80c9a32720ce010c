"""Work beside the main thread: bounded, cancelled, delivered on the main thread, ended on unload."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from imagery_hub.core import main_thread
from imagery_hub.core.background import Background
from imagery_hub.core.poller import Poller
from imagery_hub.core.shown_task import ShownTask
from imagery_hub.core.waiting import task_pool
from qgis.core import QgsApplication, QgsTask

pytestmark = pytest.mark.usefixtures("qgis_app")


@pytest.fixture
def pool() -> Iterator[Background]:
    pool = Background(3)
    yield pool
    assert pool.close()


def test_results_arrive_on_the_main_thread(pool: Background, qtbot: Any) -> None:
    heard: list[tuple[Any, bool]] = []
    ran: list[bool] = []
    pool.run(lambda errand: ran.append(main_thread.is_main_thread()) or 42,
             lambda result: heard.append((result, main_thread.is_main_thread())))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(42, True)]
    assert ran == [False]


class Owned:
    """Notes on which thread it goes."""

    gone: ClassVar[list[bool]] = []

    def __del__(self) -> None:
        self.gone.append(main_thread.is_main_thread())


def test_what_the_work_holds_is_let_go_of_on_the_main_thread(pool: Background, qtbot: Any) -> None:
    Owned.gone.clear()

    def fail(errand: Any, owned: Owned) -> None:
        raise ValueError(owned)

    for number in range(120):
        owned = Owned()
        if number % 3 == 0:
            pool.run(lambda errand, owned=owned: fail(errand, owned), None, lambda error: None)
        else:
            errand = pool.run(lambda errand, owned=owned: [owned], lambda result, owned=owned: None)
            if number % 3 == 1:
                errand.cancel()
        del owned
    errand = None
    qtbot.waitUntil(lambda: len(Owned.gone) == 120)
    assert all(Owned.gone)


def test_failures_arrive_on_the_main_thread(pool: Background, qtbot: Any) -> None:
    heard: list[Exception] = []

    def fail(errand: Any) -> None:
        raise ValueError("no")

    pool.run(fail, None, heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], ValueError)


def test_no_more_run_at_once_than_there_are_threads(pool: Background, qtbot: Any) -> None:
    gate, lock = threading.Event(), threading.Lock()
    now, most, done = [0], [0], []

    def work(errand: Any) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        gate.wait(20)
        with lock:
            now[0] -= 1

    for _ in range(10):
        pool.run(work, done.append)
    qtbot.waitUntil(lambda: now[0] == 3)
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 10)
    assert most == [3]


def test_a_cancelled_errand_gives_no_result_even_when_it_is_on_its_way(pool: Background, qtbot: Any) -> None:
    heard: list[Any] = []
    on_the_way = pool.run(lambda errand: 1, heard.append, heard.append)
    assert on_the_way.ended.wait(10)  # its result waits for the event loop
    on_the_way.cancel()
    seen: list[bool] = []
    gate = threading.Event()
    under_way = pool.run(lambda errand: (gate.wait(10), seen.append(errand.cancelled)), heard.append, heard.append)
    under_way.cancel()
    gate.set()
    assert under_way.ended.wait(10)
    qtbot.wait(50)
    assert heard == []
    assert seen in ([True], [])


def test_closing_cancels_and_ends_the_threads(qtbot: Any) -> None:
    pool = Background(2)
    heard: list[Any] = []
    errands = [pool.run(lambda errand: errand.ended.wait(0.05) or errand.cancelled, heard.append) for _ in range(6)]
    assert pool.close()
    assert all(errand.cancelled for errand in errands)
    late = pool.run(lambda errand: heard.append("late"))
    assert late.cancelled
    qtbot.wait(50)
    assert heard == []
    assert not [thread for thread in threading.enumerate() if thread.name == "Imagery Hub" and thread in pool._threads]


def test_the_main_thread_answers_a_worker(qtbot: Any) -> None:
    heard: list[Any] = []

    def ask() -> None:
        heard.append(main_thread.call(main_thread.is_main_thread))
        try:
            main_thread.call(lambda: 1 // 0)
        except ZeroDivisionError as error:
            heard.append(type(error))

    worker = threading.Thread(target=ask)
    worker.start()
    qtbot.waitUntil(lambda: len(heard) == 2)
    worker.join()
    assert heard == [True, ZeroDivisionError]


def test_shown_tasks_show_progress_and_leave_the_pool_free(qtbot: Any) -> None:
    stopped: list[str] = []
    count = task_pool().maxThreadCount() + 2
    tasks = [ShownTask(f"t{number}", lambda: stopped.append("stop")) for number in range(count)]
    for task in tasks:
        QgsApplication.taskManager().addTask(task)
    qtbot.waitUntil(lambda: all(task.status() == QgsTask.TaskStatus.Running for task in tasks))
    tasks[0].setProgress(40)
    assert tasks[0].progress() == 40
    ran = threading.Event()
    other = QgsTask.fromFunction("other", lambda task: ran.set())
    QgsApplication.taskManager().addTask(other)
    qtbot.waitUntil(ran.is_set)
    tasks[1].cancel()
    assert stopped == ["stop"]
    for task in tasks:
        task.end(task is not tasks[1])
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def test_the_poller_visits_who_is_due_and_rests_without_visitors(qtbot: Any) -> None:
    clock = [0.0]
    poller = Poller(10**6, lambda: clock[0])
    visits: list[str] = []

    def often() -> None:
        visits.append("often")

    def failing() -> None:
        visits.append("failing")
        raise ValueError("x")

    poller.add(failing, 10)
    poller.add(often, 2)
    assert not poller.resting
    for clock[0] in (1, 2, 3, 4, 10):
        poller.visit()
    assert visits == ["often", "often", "failing", "often"]
    poller.remove(often)
    poller.remove(failing)
    assert poller.resting


def test_one_timer_drives_the_poller(qtbot: Any) -> None:
    poller = Poller(10)
    visits: list[int] = []
    poller.add(lambda: visits.append(1), 0.0)
    qtbot.waitUntil(lambda: len(visits) >= 2)
    poller.deleteLater()
