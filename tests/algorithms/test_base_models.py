"""Our algorithms as children of a model, which QGIS prepares in a worker thread; failures; the history."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import qgis.utils
from imagery_hub.algorithms.base import ImageryAlgorithm
from imagery_hub.core import connections, history, log, main_thread
from imagery_hub.core.connections import Connection
from imagery_hub.core.problems import Problem
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingOutputString,
    QgsProcessingParameterString,
)

SEEN: list[tuple[str, str, bool]] = []
CLOSED: list[str] = []
OPENED: list[weakref.ref[Any]] = []
FAILURE: list[Exception] = []


class Platform:
    def __init__(self, key: str) -> None:
        self.key = key
        OPENED.append(weakref.ref(self))

    def close(self) -> None:
        CLOSED.append(self.key)


class Echo(ImageryAlgorithm):
    platform_key = "picterra"

    def name(self) -> str:
        return "test_echo"

    def displayName(self) -> str:
        return "Echo"

    def initAlgorithm(self, configuration: Any = None) -> None:
        super().initAlgorithm(configuration)
        self.addParameter(QgsProcessingParameterString("TEXT", "Text"))
        self.addOutput(QgsProcessingOutputString("TEXT_OUT", "Text"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if self.parameterAsString(parameters, "TEXT", context) == "wrong!":
            yield "Give another text."

    def operate(self, parameters: Any, context: Any, feedback: Any, work: Any) -> dict[str, Any]:
        if FAILURE:
            raise FAILURE.pop()
        text = self.parameterAsString(parameters, "TEXT", context)
        SEEN.append((text, self.platform.key, main_thread.is_main_thread()))
        return {"TEXT_OUT": text + "!"}


@pytest.fixture(autouse=True)
def connection(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    SEEN.clear()
    CLOSED.clear()
    OPENED.clear()
    FAILURE.clear()
    monkeypatch.setattr(connections.Credentials, "connect", lambda self: Platform(self.secrets["key"]))
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    connections.save(Connection("Saved", "picterra"), {"key": "marker-secret-33"})
    yield
    QgsApplication.authManager().setMasterPassword("test-master", True)
    connections.remove("Saved")


def model_of(algorithm_id: str, first: str) -> QgsProcessingModelAlgorithm:
    """Two children; the second takes the first one's output."""
    model = QgsProcessingModelAlgorithm("two", "two")
    static = QgsProcessingModelChildParameterSource.fromStaticValue
    for name, text in (
        ("one", static(first)),
        ("two", QgsProcessingModelChildParameterSource.fromChildOutput("one", "TEXT_OUT")),
    ):
        child = QgsProcessingModelChildAlgorithm(algorithm_id)
        child.setChildId(name)
        child.addParameterSources("CONNECTION", [static("Saved")])
        child.addParameterSources("TEXT", [text])
        model.addChildAlgorithm(child)
    model.initAlgorithm()
    return model


def test_children_get_their_secret_in_a_worker_thread(hub: Any, qtbot: Any) -> None:
    model = model_of(hub(Echo).id(), "a")
    context = QgsProcessingContext()
    done: list[bool] = []
    task = QgsProcessingAlgRunnerTask(model, {}, context)
    task.executed.connect(lambda fine, results: done.append(fine))
    QgsApplication.taskManager().addTask(task)
    qtbot.waitUntil(lambda: bool(done), timeout=20000)
    assert done == [True]
    assert SEEN == [("a", "marker-secret-33", False), ("a!", "marker-secret-33", False)]
    assert CLOSED == ["marker-secret-33"] * 2


def test_a_child_is_validated_although_a_model_skips_the_check(hub: Any) -> None:
    model = model_of(hub(Echo).id(), "wrong")
    feedback = QgsProcessingFeedback()
    _, fine = model.run({}, QgsProcessingContext(), feedback)
    assert not fine
    assert "Give another text." in feedback.textLog()
    assert [text for text, _, _ in SEEN] == ["wrong"]


def test_a_locked_database_is_said_by_the_model(hub: Any) -> None:
    QgsApplication.authManager().clearMasterPassword()
    feedback = QgsProcessingFeedback()
    _, fine = model_of(hub(Echo).id(), "a").run({}, QgsProcessingContext(), feedback)
    assert not fine
    assert "master password" in feedback.textLog()
    assert SEEN == []


def test_what_nobody_foresaw_is_a_sentence_and_its_traceback_is_in_the_log_without_the_secret(hub: Any) -> None:
    heard: list[str] = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: heard.append(f"{tag}: {text}"))
    FAILURE.append(ZeroDivisionError("with marker-secret-33"))
    algorithm = hub(Echo)
    with pytest.raises(QgsProcessingException, match="ZeroDivisionError"):
        algorithm.run({"TEXT": "a", "CONNECTION": "Saved"}, QgsProcessingContext(), QgsProcessingFeedback(), {}, False)
    logged = [text for text in heard if text.startswith(log.TAG)]
    assert any("in operate" in text for text in logged)
    assert not any("marker-secret-33" in text for text in heard)


@pytest.mark.parametrize("text", ["fails", "wrong!"])
def test_what_a_failed_run_held_is_let_go_of(hub: Any, text: str) -> None:
    """QGIS's bindings keep what a step raises for ever."""
    if text == "fails":
        FAILURE.append(Problem("It failed."))
    algorithm, context = hub(Echo).create(), QgsProcessingContext()
    held = [weakref.ref(algorithm), weakref.ref(context)]
    _, fine = algorithm.run({"TEXT": text, "CONNECTION": "Saved"}, context, QgsProcessingFeedback())
    assert not fine
    del algorithm, context
    gc.collect()
    assert [one() for one in held + OPENED] == [None] * (3 if text == "fails" else 2)


def test_runs_from_elsewhere_get_a_history_entry(
    hub: Any, qgis_processing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qgis.gui import QgsGui

    entries: list[str] = []
    monkeypatch.setattr(qgis.utils, "iface", object())
    if not hasattr(QgsGui, "historyProviderRegistry"):
        from processing.core.ProcessingLog import ProcessingLog

        monkeypatch.setattr(ProcessingLog, "addToLog", staticmethod(entries.append))
    else:
        earlier = {one.id for one in QgsGui.historyProviderRegistry().queryEntries(providerId="processing")}
    history.add_to_history(hub(Echo), {"TEXT": "a", "CONNECTION": "Saved"}, QgsProcessingContext())
    if hasattr(QgsGui, "historyProviderRegistry"):
        found = QgsGui.historyProviderRegistry().queryEntries(providerId="processing")
        entries = [one.entry["python_command"] for one in found if one.id not in earlier]
    assert len(entries) == 1
    assert "imageryhubtest:test_echo" in entries[0]
    assert "'CONNECTION':'Saved'" in entries[0].replace(": ", ":")


def test_without_a_window_there_is_no_history(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qgis.utils, "iface", None)
    asked: list[str] = []
    algorithm = hub(Echo)
    monkeypatch.setattr(type(algorithm), "asPythonCommand", lambda *arguments: asked.append("command"), raising=False)
    history.add_to_history(algorithm, {"TEXT": "a"}, QgsProcessingContext())
    assert asked == []
