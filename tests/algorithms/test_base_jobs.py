"""Algorithms with a journal: noted, stopped, taken up again; and the pool of QGIS left free while they wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from imagery_hub.algorithms.base import ImageryAlgorithm
from imagery_hub.algorithms.jobs.resume import ResumeJob
from imagery_hub.core import main_thread, waiting
from imagery_hub.core.jobs import JobStore, State, owner, store
from imagery_hub.core.jobs.heartbeat import heartbeat
from imagery_hub.core.jobs.runner import Runner
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import Kind, Refused
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterString,
    QgsProject,
    QgsTask,
    QgsVectorLayer,
)

TAKEN: list[str] = []
HOOK: dict[str, Callable[[Any], None]] = {}


class Steps(ImageryAlgorithm):
    """Two steps; a hook of the test is called between them."""

    journaled = True

    def name(self) -> str:
        return "test_steps"

    def displayName(self) -> str:
        return "Steps"

    def initAlgorithm(self, configuration: Any = None) -> None:
        super().initAlgorithm(configuration)
        self.addParameter(QgsProcessingParameterString("TEXT", "Text"))
        self.addOutput(QgsProcessingOutputString("ID", "Id"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if self.parameterAsString(parameters, "TEXT", context) == "wrong":
            yield "Give another text."

    def operate(self, parameters: Any, context: Any, feedback: Any, work: Any) -> dict[str, Any]:
        def take(step: str) -> str:
            TAKEN.append(step)
            return f"{step}-done"

        work.once("first", lambda: take("first"))
        work.progress(0.5)
        HOOK.get("between", lambda work: None)(work)
        return {"ID": work.once("second", lambda: take("second"))}


@pytest.fixture(autouse=True)
def clean(qgis_app: QgsApplication, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    TAKEN.clear()
    HOOK.clear()
    monkeypatch.setattr(QgsApplication, "qgisSettingsDirPath", staticmethod(lambda: str(tmp_path)))
    yield
    store.close_stores()


@pytest.fixture
def jobs() -> JobStore:
    return store.job_store()


def run(algorithm: Any, **values: Any) -> dict[str, Any]:
    feedback = values.pop("feedback", None) or QgsProcessingFeedback()
    results, fine = algorithm.run(values, QgsProcessingContext(), feedback, {}, False)
    if not fine:
        raise QgsProcessingException(feedback.htmlLog())
    return results


def test_a_run_is_noted_with_its_parameters_and_results(hub: Any, jobs: JobStore) -> None:
    assert run(hub(Steps), TEXT="a") == {"ID": "second-done"}
    (record,) = jobs.all()
    assert (record.algorithm, record.title, record.state) == ("imageryhubtest:test_steps", "Steps", State.DONE)
    assert record.parameters == {"TEXT": "a"}
    assert record.results == {"ID": "second-done"}
    assert record.obstacle == ""


def test_a_failed_run_goes_on_where_it_stopped(hub: Any, jobs: JobStore) -> None:
    def refuse(work: Any) -> None:
        raise Refused(Kind.FORBIDDEN, facts={"host": "far.example"}, status=403, words="Not in your plan")

    HOOK["between"] = refuse
    with pytest.raises(QgsProcessingException, match="does not allow"):
        run(hub(Steps), TEXT="a")
    (record,) = jobs.all()
    assert record.state is State.FAILED
    assert "“Not in your plan”" in record.message
    HOOK.clear()
    assert run(hub(Steps), TEXT="a", JOB=record.id) == {"ID": "second-done"}
    assert TAKEN == ["first", "second"]
    assert [one.state for one in jobs.all()] == [State.DONE]


def test_a_cancelled_run_is_stopped_and_can_go_on(hub: Any, jobs: JobStore) -> None:
    feedback = QgsProcessingFeedback()
    HOOK["between"] = lambda work: (feedback.cancel(), work.check_cancelled())
    with pytest.raises(QgsProcessingException, match="Stopped as asked"):
        run(hub(Steps), TEXT="a", feedback=feedback)
    (record,) = jobs.all()
    assert record.state is State.STOPPED
    HOOK.clear()
    run(hub(Steps), TEXT="a", JOB=record.id)
    assert TAKEN == ["first", "second"]


def test_who_lost_its_job_is_told_so_instead_of_having_asked_for_a_stop(
    hub: Any, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The computer slept; meanwhile another process, which goes on with the job, took it over."""
    def lose(work: Any) -> None:
        (record,) = jobs.all()
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(owner, "is_gone", lambda *_: True)
            elsewhere.setattr(owner, "me", lambda: "another|1|x")
            assert jobs.claim(record.id)

    HOOK["between"] = lose
    with pytest.raises(QgsProcessingException, match="has taken over") as told:
        run(hub(Steps), TEXT="a")
    assert "asked" not in str(told.value)
    assert TAKEN == ["first"]
    assert jobs.all()[0].state is State.RUNNING


def test_what_qgis_says_of_a_source_is_noted_without_its_secret(hub: Any, jobs: JobStore) -> None:
    def refuse(work: Any) -> None:
        raise QgsProcessingException("Could not load https://far.example/a.tif?X-Signature=" + "ab12" * 4)

    HOOK["between"] = refuse
    with pytest.raises(QgsProcessingException):
        run(hub(Steps), TEXT="a")
    assert "far.example" in jobs.all()[0].message
    assert "ab12" not in jobs.all()[0].message


def test_results_are_noted_away_from_the_main_thread_without_looking_at_the_project(
    hub: Any, qtbot: Any, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_here() -> QgsProject:
        assert main_thread.is_main_thread()
        return PROJECT()

    PROJECT = QgsProject.instance
    monkeypatch.setattr(QgsProject, "instance", staticmethod(only_here))
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    task = QgsProcessingAlgRunnerTask(hub(Steps), {"TEXT": "a"}, context, feedback)
    with qtbot.waitSignal(task.executed, timeout=10000) as told:
        QgsApplication.taskManager().addTask(task)
    assert told.args == [True, {"ID": "second-done"}]
    assert jobs.all()[0].results == {"ID": "second-done"}


def test_a_run_whose_address_is_none_has_failed(hub: Any, jobs: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    class Connected(Steps):
        platform_key = "picterra"

    monkeypatch.setenv("PICTERRA_API_KEY", "marker-secret-key")
    monkeypatch.setenv("PICTERRA_BASE_URL", "ftp://far.example")
    with pytest.raises(QgsProcessingException, match="is not an address"):
        run(hub(Connected), TEXT="a")
    (record,) = jobs.all()
    assert record.state is State.FAILED
    assert "is not an address" in record.message


def test_a_store_that_cannot_be_read_is_said_by_the_validator(hub: Any, tmp_path: Any) -> None:
    store.close_stores()
    (tmp_path / "imagery_hub").mkdir(exist_ok=True)
    (tmp_path / "imagery_hub" / "jobs.sqlite").write_bytes(b"no database, but long enough to be looked at" * 100)
    fine, words = hub(ResumeJob).checkParameterValues({"JOB": "some"}, QgsProcessingContext())
    assert not fine
    assert "QGIS profile" in words


def test_a_done_job_is_not_done_again(hub: Any, jobs: JobStore) -> None:
    run(hub(Steps), TEXT="a")
    with pytest.raises(QgsProcessingException, match="done already"):
        run(hub(Steps), TEXT="a", JOB=jobs.all()[0].id)
    with pytest.raises(QgsProcessingException, match="There is no job"):
        run(hub(Steps), TEXT="a", JOB="unknown")
    assert TAKEN == ["first", "second"]


def test_the_validator_speaks_in_both_places_and_nothing_is_noted(hub: Any, jobs: JobStore) -> None:
    algorithm = hub(Steps)
    assert algorithm.checkParameterValues({"TEXT": "wrong"}, QgsProcessingContext()) == (False, "Give another text.")
    with pytest.raises(QgsProcessingException, match="Give another text"):
        run(algorithm, TEXT="wrong")
    assert jobs.all() == []


def test_a_memory_layer_is_an_obstacle_that_is_said(hub: Any, jobs: JobStore) -> None:
    layer = QgsVectorLayer("Point?crs=EPSG:4326", "Drawn <here>", "memory")
    run(hub(Steps), TEXT="a", LAYER=layer)
    assert "“Drawn <here>”" in jobs.all()[0].obstacle


def test_the_pool_of_qgis_is_free_while_algorithms_wait(hub: Any, qtbot: Any) -> None:
    """As many waiting runs as the pool has threads, and still another task gets its turn."""
    pool = waiting.task_pool()
    gate = threading.Event()
    HOOK["between"] = lambda work: gate.wait(30)
    places = pool.maxThreadCount()
    algorithms = [hub(Steps) for _ in range(places + 1)]
    contexts = [QgsProcessingContext() for _ in algorithms]
    tasks = [QgsProcessingAlgRunnerTask(algorithm, {"TEXT": "a"}, context)
             for algorithm, context in zip(algorithms, contexts)]
    done: list[bool] = []
    for task in tasks:
        task.executed.connect(lambda fine, results: done.append(fine))
        QgsApplication.taskManager().addTask(task)
    ran = threading.Event()
    other = QgsTask.fromFunction("other", lambda task: ran.set())
    try:
        qtbot.waitUntil(lambda: TAKEN.count("first") == places + 1, timeout=10000)
        QgsApplication.taskManager().addTask(other)
        qtbot.waitUntil(ran.is_set, timeout=10000)
        assert done == []
    finally:
        gate.set()
    qtbot.waitUntil(lambda: len(done) == places + 1, timeout=10000)
    assert all(done)
    qtbot.waitUntil(lambda: pool.activeThreadCount() == 0, timeout=10000)


def test_without_giving_places_back_the_pool_would_be_full(
    hub: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counter-example, so that the test above is known to be able to fail."""
    monkeypatch.setattr(waiting, "POOLED", "no thread is called so")
    gate = threading.Event()
    HOOK["between"] = lambda work: gate.wait(30)
    places = waiting.task_pool().maxThreadCount()
    tasks = []
    contexts = [QgsProcessingContext() for _ in range(places + 1)]
    done: list[bool] = []
    for context in contexts:
        tasks.append(QgsProcessingAlgRunnerTask(hub(Steps), {"TEXT": "a"}, context))
        tasks[-1].executed.connect(lambda fine, results: done.append(fine))
        QgsApplication.taskManager().addTask(tasks[-1])
    qtbot.waitUntil(lambda: TAKEN.count("first") == places, timeout=10000)
    qtbot.wait(300)
    assert TAKEN.count("first") == places
    gate.set()
    qtbot.waitUntil(lambda: len(done) == places + 1, timeout=10000)


# ------------------------------------------------------------------ The runner
@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    assert runner.close()


def test_the_runner_works_beside_the_main_thread_and_tells_the_end(
    hub: Any, qtbot: Any, runner: Runner, jobs: JobStore
) -> None:
    hub(Steps)
    threads: list[str] = []
    HOOK["between"] = lambda work: threads.append(threading.current_thread().name)
    with qtbot.waitSignal(runner.ended) as ended:
        job = runner.start("imageryhubtest:test_steps", {"TEXT": "a"})
        assert runner.running == [job]
    assert ended.args == [job, {"ID": "second-done"}, ""]
    assert threads == ["Imagery Hub"]
    assert jobs.get(job).state is State.DONE
    assert runner.running == []


def test_the_runner_stops_and_resumes(hub: Any, qtbot: Any, runner: Runner, jobs: JobStore) -> None:
    hub(Steps)
    HOOK["between"] = lambda work: work.wait(60)
    with qtbot.waitSignal(runner.ended) as ended:
        job = runner.start("imageryhubtest:test_steps", {"TEXT": "a"})
        qtbot.waitUntil(lambda: TAKEN == ["first"])
        runner.stop(job)
    assert "Stopped as asked" in ended.args[2]
    assert jobs.get(job).state is State.STOPPED
    HOOK.clear()
    with qtbot.waitSignal(runner.ended) as ended:
        runner.resume(job)
    assert ended.args == [job, {"ID": "second-done"}, ""]
    assert TAKEN == ["first", "second"]


def test_a_run_of_the_toolbox_can_be_watched_and_stopped_too(
    hub: Any, qtbot: Any, runner: Runner, jobs: JobStore
) -> None:
    HOOK["between"] = lambda work: work.wait(60)
    context = QgsProcessingContext()
    task = QgsProcessingAlgRunnerTask(hub(Steps), {"TEXT": "a"}, context)
    done: list[bool] = []
    task.executed.connect(lambda fine, results: done.append(fine))
    QgsApplication.taskManager().addTask(task)
    qtbot.waitUntil(lambda: TAKEN == ["first"])
    (record,) = jobs.all()
    qtbot.waitUntil(lambda: heartbeat.pulse(record.id).progress.fraction == 0.5)
    runner.stop(record.id)
    qtbot.waitUntil(lambda: bool(done))
    assert jobs.get(record.id).state is State.STOPPED


def test_the_algorithm_continue_job_goes_on_with_the_journal(hub: Any, qtbot: Any, jobs: JobStore) -> None:
    hub(Steps)
    hub(ResumeJob)

    def refuse(work: Any) -> None:
        raise Refused(Kind.FORBIDDEN, status=403)

    HOOK["between"] = refuse
    with pytest.raises(QgsProcessingException):
        run(hub(Steps), TEXT="a")
    (record,) = jobs.all()
    HOOK.clear()
    context = QgsProcessingContext()
    task = QgsProcessingAlgRunnerTask(hub(ResumeJob), {"JOB": record.id}, context)
    ended: list[tuple[bool, dict[str, Any]]] = []
    task.executed.connect(lambda fine, results: ended.append((fine, results)))
    QgsApplication.taskManager().addTask(task)
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [(True, {"JOB_ID": record.id, "RESULTS": '{"ID": "second-done"}'})]
    assert TAKEN == ["first", "second"]
    assert jobs.get(record.id).state is State.DONE
    for job, words in ((record.id, "done already"), ("nothing", "There is no job nothing")):
        fine, said = hub(ResumeJob).checkParameterValues({"JOB": job}, QgsProcessingContext())
        assert not fine
        assert words in said


def test_the_runner_says_what_is_wrong_before_it_starts(hub: Any, runner: Runner, jobs: JobStore) -> None:
    hub(Steps)
    with pytest.raises(Problem, match="Give another text"):
        runner.start("imageryhubtest:test_steps", {"TEXT": "wrong"})
    with pytest.raises(Problem, match="no algorithm"):
        runner.start("imageryhubtest:nothing", {})
    assert jobs.all() == []


def test_cancelling_in_the_task_manager_stops_the_job(hub: Any, qtbot: Any, runner: Runner, jobs: JobStore) -> None:
    hub(Steps)
    HOOK["between"] = lambda work: work.wait(60)
    with qtbot.waitSignal(runner.ended) as ended:
        job = runner.start("imageryhubtest:test_steps", {"TEXT": "a"})
        qtbot.waitUntil(lambda: TAKEN == ["first"])
        (task,) = [task for task in QgsApplication.taskManager().tasks() if task.description() == "Steps"]
        task.cancel()
    assert jobs.get(job).state is State.STOPPED
    assert "Stopped" in ended.args[2]
