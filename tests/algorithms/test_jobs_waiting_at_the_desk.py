"""More jobs of the desk than turns, while a second QGIS of the same profile shows and continues jobs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from imagery_hub.algorithms.base import ImageryAlgorithm
from imagery_hub.core.jobs import JobStore, State, owner, store
from imagery_hub.core.jobs import runner as runner_module
from imagery_hub.core.jobs.heartbeat import heartbeat
from imagery_hub.core.jobs.runner import Runner
from imagery_hub.core.jobs.turns import AT_ONCE
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterString

REFUSED = "Another run is working on the job “Takes a step”"
TAKEN: list[str] = []
GATE = threading.Event()


class TakesStep(ImageryAlgorithm):
    """Waits for the gate of the test, then takes a step."""

    journaled = True

    def name(self) -> str:
        return "test_takes_step"

    def displayName(self) -> str:
        return "Takes a step"

    def initAlgorithm(self, configuration: Any = None) -> None:
        super().initAlgorithm(configuration)
        self.addParameter(QgsProcessingParameterString("NAME", "Name"))

    def operate(self, parameters: Any, context: Any, feedback: Any, work: Any) -> dict[str, Any]:
        while not GATE.is_set():
            work.wait(0.02)
        work.once("order", lambda: TAKEN.append(self.parameterAsString(parameters, "NAME", context)))
        return {}


@pytest.fixture(autouse=True)
def clean(
    qgis_app: QgsApplication, qgis_processing: None, hub: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    TAKEN.clear()
    GATE.clear()
    monkeypatch.setattr(QgsApplication, "qgisSettingsDirPath", staticmethod(lambda: str(tmp_path)))
    monkeypatch.setattr(runner_module, "add_to_history", lambda *_: None)
    monkeypatch.setattr(heartbeat, "_interval", 0.05)
    hub(TakesStep)
    yield
    store.close_stores()


@pytest.fixture
def jobs() -> JobStore:
    return store.job_store()


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    GATE.set()
    assert runner.close()


@pytest.fixture
def said(runner: Runner) -> list[tuple[str, str]]:
    """How jobs ended: their ids, and what was said."""
    said: list[tuple[str, str]] = []
    runner.ended.connect(lambda job, results, words: said.append((job, words)))
    return said


def start(runner: Runner, name: str) -> str:
    return runner.start("imageryhubtest:test_takes_step", {"NAME": name})


def fill_the_turns(runner: Runner, qtbot: Any) -> None:
    started = [start(runner, "before") for _ in range(AT_ONCE)]
    qtbot.waitUntil(lambda: all(heartbeat.pulse(job) is not None for job in started))


def open_the_gate(runner: Runner, qtbot: Any) -> None:
    GATE.set()
    qtbot.waitUntil(lambda: runner.running == [], timeout=20000)


def second_qgis(patch: pytest.MonkeyPatch) -> None:
    """What this thread does to the store is another process's doing. Those that run jobs stay who they are."""
    mine, here = owner.me(), threading.current_thread()
    patch.setattr(owner, "me", lambda: "elsewhere|2|x" if threading.current_thread() is here else mine)


def continued_and_stopped_there(jobs: JobStore, job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It took the job for abandoned; the user continued it there, and stopped it."""
    with monkeypatch.context() as patch:
        second_qgis(patch)
        patch.setattr(owner, "is_gone", lambda *_: True)
        assert jobs.claim(job)
        assert jobs.end(job, State.STOPPED)


def test_what_waits_for_long_is_not_taken_for_abandoned(
    qtbot: Any, runner: Runner, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_turns(runner, qtbot)
    waiting = start(runner, "waits")
    jobs._do("UPDATE job SET beat = 0 WHERE id = ?", (waiting,))
    qtbot.waitUntil(lambda: time.time() - jobs.get(waiting).beat < owner.STALE_SECONDS)
    with monkeypatch.context() as patch:
        second_qgis(patch)
        assert jobs.pause_abandoned() == []
    assert jobs.get(waiting).state is State.WAITING
    open_the_gate(runner, qtbot)
    assert jobs.get(waiting).state is State.DONE
    assert TAKEN.count("waits") == 1


def test_what_was_stopped_elsewhere_does_not_run_when_its_turn_comes(
    qtbot: Any, runner: Runner, jobs: JobStore, said: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_turns(runner, qtbot)
    waiting = start(runner, "waits")
    continued_and_stopped_there(jobs, waiting, monkeypatch)
    open_the_gate(runner, qtbot)
    assert "waits" not in TAKEN
    assert jobs.get(waiting).state is State.STOPPED
    assert [REFUSED in words for job, words in said if job == waiting] == [True]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_is_continued_waits_as_well_and_runs_unless_it_was_stopped_elsewhere_since(
    qtbot: Any, runner: Runner, jobs: JobStore, said: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch,
    elsewhere: bool,
) -> None:
    job = start(runner, "continued")
    qtbot.waitUntil(lambda: heartbeat.pulse(job) is not None)
    with qtbot.waitSignal(runner.ended):
        runner.stop(job)
    assert jobs.get(job).state is State.STOPPED
    said.clear()
    fill_the_turns(runner, qtbot)
    runner.resume(job)
    if elsewhere:
        continued_and_stopped_there(jobs, job, monkeypatch)
    open_the_gate(runner, qtbot)
    assert TAKEN.count("continued") == (0 if elsewhere else 1)
    assert jobs.get(job).state is (State.STOPPED if elsewhere else State.DONE)
    assert [REFUSED in words for one, words in said if one == job] == [elsewhere]


def test_what_was_stopped_elsewhere_can_be_continued_here_while_it_still_waits(
    qtbot: Any, runner: Runner, jobs: JobStore, said: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_turns(runner, qtbot)
    waiting = start(runner, "waits")
    first = runner._running[waiting]
    continued_and_stopped_there(jobs, waiting, monkeypatch)
    runner.go_on(waiting)
    first.feedback.cancel()  # so that it does not wait for a turn
    qtbot.waitUntil(lambda: said != [])
    assert REFUSED in said[0][1]
    assert waiting in runner.running, "the other one still waits, and can be stopped"
    open_the_gate(runner, qtbot)
    assert TAKEN.count("waits") == 1
    assert jobs.get(waiting).state is State.DONE
    assert [words for job, words in said[1:] if job == waiting] == [""]


def test_a_stopped_job_is_continued_without_the_desk(hub: Any, jobs: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.create("imageryhubtest:test_takes_step", "Takes a step", {"NAME": "continued"})
    continued_and_stopped_there(jobs, job, monkeypatch)
    GATE.set()
    values = {"NAME": "continued", "JOB": job}
    _, fine = hub(TakesStep).run(values, QgsProcessingContext(), QgsProcessingFeedback(), {}, False)
    assert fine
    assert jobs.get(job).state is State.DONE
    assert TAKEN == ["continued"]


def test_unloading_ends_the_beats_of_what_waits(qtbot: Any, jobs: JobStore) -> None:
    runner = Runner(threads=AT_ONCE)  # the one that waits has no thread of its own
    fill_the_turns(runner, qtbot)
    start(runner, "waits")
    assert runner.close()
    assert heartbeat._waiting == {}
    qtbot.waitUntil(lambda: heartbeat._thread is None)
