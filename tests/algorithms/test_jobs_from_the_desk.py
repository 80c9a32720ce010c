"""What the desk starts: outputs in their places and on the map, the history written once, nothing left of a refusal."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.algorithms.base import ImageryAlgorithm
from imagery_hub.core import connections, poller
from imagery_hub.core.jobs import JobStore, State, store
from imagery_hub.core.jobs import runner as runner_module
from imagery_hub.core.jobs.heartbeat import heartbeat
from imagery_hub.core.jobs.logbook import read_log
from imagery_hub.core.jobs.runner import Runner
from imagery_hub.core.problems import NotBegun, Problem
from imagery_hub.core.secrets import SecretsLocked
from imagery_hub.ui import operations
from imagery_hub.ui.jobs import handler as handler_module
from imagery_hub.ui.jobs import notices as notices_module
from imagery_hub.ui.jobs.actions import OPEN
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMessageBar

HOOK: dict[str, Any] = {}


class Makes(ImageryAlgorithm):
    """A layer in a sink, one in a file, and an optional one that is not made unless asked for."""

    journaled = True

    def name(self) -> str:
        return "test_makes"

    def displayName(self) -> str:
        return "Makes layers"

    def initAlgorithm(self, configuration: Any = None) -> None:
        super().initAlgorithm(configuration)
        self.addParameter(QgsProcessingParameterString("NAME", "Name", optional=True))
        self.addParameter(QgsProcessingParameterFeatureSink("POINTS", "Points"))
        self.addParameter(QgsProcessingParameterVectorDestination("FILE", "File"))
        self.addParameter(
            QgsProcessingParameterVectorDestination("MORE", "More", optional=True, createByDefault=False)
        )

    def operate(self, parameters: Any, context: Any, feedback: Any, work: Any) -> dict[str, Any]:
        feedback.pushInfo("making layers")
        HOOK.get("do", lambda work: None)(work)
        sink, points = self.parameterAsSink(parameters, "POINTS", context, QgsFields(), QgsWkbTypes.Type.Point)
        one = QgsFeature()
        one.setGeometry(QgsGeometry.fromWkt("POINT (7 46)"))
        sink.addFeature(one, QgsFeatureSink.Flag.FastInsert)
        made = {"POINTS": points}
        for name in ("FILE", "MORE"):
            if parameters.get(name):
                made[name] = self.parameterAsOutputLayer(parameters, name, context)
                layer = QgsVectorLayer("Point?crs=EPSG:4326", "x", "memory")
                QgsVectorFileWriter.writeAsVectorFormatV3(
                    layer, made[name], context.transformContext(), QgsVectorFileWriter.SaveVectorOptions()
                )
        return made


class Brief(ImageryAlgorithm):
    """Without a journal."""

    def name(self) -> str:
        return "test_brief"

    def displayName(self) -> str:
        return "Brief"

    def operate(self, parameters: Any, context: Any, feedback: Any, work: Any) -> dict[str, Any]:
        HOOK.get("do", lambda work: None)(work)
        return {}


@pytest.fixture(autouse=True)
def clean(
    qgis_app: QgsApplication, qgis_processing: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    HOOK.clear()
    monkeypatch.setattr(QgsApplication, "qgisSettingsDirPath", staticmethod(lambda: str(tmp_path)))
    QgsProject.instance().clear()
    yield
    QgsProject.instance().clear()
    store.close_stores()


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(
        runner_module, "add_to_history", lambda algorithm, parameters, context: written.append(parameters)
    )
    return written


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    assert runner.close()


@pytest.fixture
def jobs() -> JobStore:
    return store.job_store()


def names() -> list[str]:
    return sorted(layer.name() for layer in QgsProject.instance().mapLayers().values())


def test_outputs_that_were_not_named_are_made_and_shown_as_the_toolbox_does(
    hub: Any, qtbot: Any, runner: Runner, jobs: JobStore, history: list[dict[str, Any]]
) -> None:
    hub(Makes)
    with qtbot.waitSignal(runner.ended) as ended:
        job = runner.start("imageryhubtest:test_makes", {"NAME": "North"})
    assert ended.args[2] == ""
    assert "MORE" not in ended.args[1]
    assert Path(ended.args[1]["FILE"]).is_file()
    assert names() == ["File", "Points"]
    assert set(runner.layers[job]) == set(QgsProject.instance().mapLayers())
    (points,) = QgsProject.instance().mapLayersByName("Points")
    assert points.featureCount() == 1
    assert history == [{"NAME": "North", "POINTS": "TEMPORARY_OUTPUT", "FILE": "TEMPORARY_OUTPUT"}]
    record = jobs.get(job)
    assert (record.state, record.about) == (State.DONE, "North")
    log = read_log(jobs.path, job)
    assert [part in log for part in ("Begun with QGIS", "making layers", "The job is done.")] == [True] * 3


def test_who_places_the_layers_itself_gets_them_alone_also_when_it_is_continued(
    hub: Any, qtbot: Any, runner: Runner, tmp_path: Path, history: list[dict[str, Any]]
) -> None:
    hub(Makes)
    HOOK["do"] = lambda work: work.wait(60)
    with qtbot.waitSignal(runner.ended):
        job = runner.start("imageryhubtest:test_makes", {"FILE": str(tmp_path / "a.gpkg")}, on_map=False, tell=False)
        qtbot.waitUntil(lambda: heartbeat.pulse(job) is not None)
        runner.stop(job)
    assert job in runner.stopped
    assert job in runner.quiet
    HOOK.clear()
    with qtbot.waitSignal(runner.ended) as ended:
        runner.resume(job)
    assert ended.args[2] == ""
    assert (tmp_path / "a.gpkg").is_file()
    assert names() == []
    assert len(history) == 1


def test_a_refusal_before_the_first_step_leaves_no_job(hub: Any, qtbot: Any, runner: Runner, jobs: JobStore) -> None:
    def refuse(work: Any) -> None:
        raise NotBegun("Nothing was run. It would cost 3. Tick the box.")

    hub(Makes)
    HOOK["do"] = refuse
    with qtbot.waitSignal(runner.ended) as ended:
        runner.start("imageryhubtest:test_makes", {})
    assert "Tick the box" in ended.args[2]
    assert jobs.all() == []


def test_a_run_is_paused_and_goes_on(hub: Any, qtbot: Any, runner: Runner, jobs: JobStore) -> None:
    steps: list[int] = []

    def count(work: Any) -> None:
        for number in range(200):
            work.once(f"step {number}", lambda number=number: steps.append(number))
            work.wait(0.02)

    hub(Makes)
    HOOK["do"] = count
    with qtbot.waitSignal(runner.ended, timeout=60000) as ended:
        job = runner.start("imageryhubtest:test_makes", {})
        qtbot.waitUntil(lambda: len(steps) > 3)
        runner.pause(job)
        qtbot.wait(300)
        reached = len(steps)
        qtbot.wait(500)
        assert len(steps) == reached < 200
        assert heartbeat.pulse(job).shown.paused
        runner.go_on(job)
    assert ended.args[2] == ""
    assert steps == list(range(200))


def test_unloading_leaves_running_jobs_to_the_next_start(hub: Any, qtbot: Any, jobs: JobStore) -> None:
    runner = Runner()
    hub(Makes)
    HOOK["do"] = lambda work: work.wait(60)
    job = runner.start("imageryhubtest:test_makes", {})
    qtbot.waitUntil(lambda: heartbeat.pulse(job) is not None)
    assert runner.close()
    assert jobs.get(job).state is State.PAUSED
    assert not jobs.get(job).obstacle


def test_what_has_no_journal_is_listed_for_this_session_and_can_be_run_again(
    hub: Any, qtbot: Any, runner: Runner, jobs: JobStore
) -> None:
    def refuse(work: Any) -> None:
        raise Problem("Not now.")

    hub(Brief)
    HOOK["do"] = refuse
    with qtbot.waitSignal(runner.ended):
        job = runner.start("imageryhubtest:test_brief", {})
        assert runner.brief[job].state is State.RUNNING
    assert (runner.brief[job].state, runner.brief[job].message) == (State.FAILED, "Not now.")
    HOOK.clear()
    with qtbot.waitSignal(runner.ended) as ended:
        runner.go_on(job)
    assert ended.args[2] == ""
    (record,) = runner.brief.values()
    assert record.state is State.DONE
    assert jobs.all() == []


def test_an_open_question_is_kept_with_its_step(hub: Any, qtbot: Any, runner: Runner, jobs: JobStore) -> None:
    def doubt(work: Any) -> None:
        work.journal.begin("start", {"raster": "r"})
        work.once("start", lambda: "never")

    hub(Makes)
    HOOK["do"] = doubt
    with qtbot.waitSignal(runner.ended) as ended:
        job = runner.start("imageryhubtest:test_makes", {})
    assert "“start”" in ended.args[2]
    assert (jobs.get(job).state, jobs.get(job).question) == (State.FAILED, "start")


def test_more_jobs_than_turns_wait_and_a_paused_one_gives_its_turn(
    hub: Any, qtbot: Any, runner: Runner, jobs: JobStore
) -> None:
    gate = threading.Event()
    hub(Makes)

    def wait(work: Any) -> None:
        while not gate.is_set():
            work.wait(0.02)

    HOOK["do"] = wait
    started = [runner.start("imageryhubtest:test_makes", {}) for _ in range(6)]

    def running() -> list[str]:
        return [job for job in started if jobs.get(job).state is State.RUNNING]

    qtbot.waitUntil(lambda: len(running()) == 4)
    qtbot.wait(300)
    assert len(running()) == 4
    runner.pause(running()[0])
    qtbot.waitUntil(lambda: len(running()) == 5)
    assert runner.running == started
    for job in running():
        runner.go_on(job)
    gate.set()
    qtbot.waitUntil(lambda: runner.running == [], timeout=20000)
    assert all(jobs.get(job).state is State.DONE for job in started)


def test_results_are_taken_one_after_the_other_whatever_listens_to_the_project(
    hub: Any, qtbot: Any, runner: Runner, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    hub(Makes)
    HOOK["do"] = lambda work: gate.wait(10)
    depth, deepest, nested = 0, 0, 0
    show = runner_module.outputs.show_on_map

    def counted(*arguments: Any) -> list[str]:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)
        try:
            return show(*arguments)
        finally:
            depth -= 1

    def let_events_through(layers: list[Any]) -> None:
        nonlocal nested
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            QgsApplication.processEvents()
        nested += 1

    monkeypatch.setattr(runner_module.outputs, "show_on_map", counted)
    QgsProject.instance().layersAdded.connect(let_events_through)
    try:
        started = [runner.start("imageryhubtest:test_makes", {}) for _ in range(4)]
        gate.set()
        qtbot.waitUntil(lambda: runner.running == [], timeout=20000)
    finally:
        QgsProject.instance().layersAdded.disconnect(let_events_through)
    assert deepest == 1
    assert nested == 8
    assert [len(runner.layers[job]) for job in started] == [2, 2, 2, 2]


def test_what_is_complete_is_run_and_what_is_not_or_costs_is_opened(
    hub: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(operations, "open_dialog", lambda name, values: opened.append((name, values)))

    class Needs(Brief):
        def name(self) -> str:
            return "test_needs"

        def initAlgorithm(self, configuration: Any = None) -> None:
            super().initAlgorithm(configuration)
            self.addParameter(QgsProcessingParameterString("ID", "Id"))

    class Costs(Brief):
        def name(self) -> str:
            return "test_costs"

        def initAlgorithm(self, configuration: Any = None) -> None:
            super().initAlgorithm(configuration)
            self.addParameter(QgsProcessingParameterBoolean("CONFIRM", "Confirm", defaultValue=False))

    for one in (Makes, Needs, Costs):
        hub(one)
    try:
        with qtbot.waitSignal(runner_module.runner().ended) as ended:
            job = operations.perform("imageryhubtest:test_makes", {})
        assert ended.args[0] == job != ""
        assert operations.perform("imageryhubtest:test_needs", {}) == ""
        assert operations.perform("imageryhubtest:test_costs", {"CONFIRM": True}) == ""
        assert opened == [("imageryhubtest:test_needs", {}), ("imageryhubtest:test_costs", {"CONFIRM": True})]
        with pytest.raises(Problem, match="no algorithm"):
            operations.perform("imageryhubtest:nothing", {})
    finally:
        runner_module.close()


@pytest.fixture
def window(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The part of the desk that messages about jobs need."""
    bar = QgsMessageBar()
    for module in (notices_module, handler_module):
        monkeypatch.setattr(module, "runner", lambda: runner)
    yield SimpleNamespace(iface=SimpleNamespace(messageBar=lambda: bar), bar=bar)
    poller.close()


def test_the_first_job_of_a_session_is_named_when_it_is_done(
    hub: Any, qtbot: Any, runner: Runner, window: Any
) -> None:
    hub(Brief)
    go = threading.Event()
    HOOK["do"] = lambda work: go.wait(10)
    runner.start("imageryhubtest:test_brief", {})
    notices = notices_module.JobNotices(window)  # made when the first one begins
    with qtbot.waitSignal(runner.ended):
        go.set()
    assert window.bar.currentItem().text() == "“Brief” is done."
    notices.remove()


def test_a_job_is_opened_anew_without_the_consent_of_before(
    hub: Any, qtbot: Any, runner: Runner, window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[dict[str, Any]] = []
    monkeypatch.setattr(operations, "open_dialog", lambda algorithm, parameters: opened.append(parameters))
    hub(Brief)
    with qtbot.waitSignal(runner.ended):
        job = runner.start("imageryhubtest:test_brief", {"CONFIRM": True, "NAME": "x"})
    assert handler_module.JobsHandler(window).do(runner.brief[job], OPEN)
    (parameters,) = opened
    assert parameters["NAME"] == "x" and "CONFIRM" not in parameters


def test_locked_keys_are_told_as_such(
    hub: Any, runner: Runner, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that who starts several does not have QGIS ask for its master password for each."""

    def locked(platform: str, name: str) -> Any:
        raise SecretsLocked("Enter the master password.")

    class Locked(Brief):
        platform_key = "picterra"

    monkeypatch.setattr(connections, "credentials", locked)
    hub(Locked)
    with pytest.raises(SecretsLocked, match=r"Enter the master password\."):
        runner.start("imageryhubtest:test_brief", {})
    assert runner.running == [] and jobs.all() == []
