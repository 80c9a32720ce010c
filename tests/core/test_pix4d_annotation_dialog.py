"""The plan of a push as the dialog shows it, and what is said of its end; the platform's answers are the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import background
from imagery_hub.core.background import Errand
from imagery_hub.core.layers import provenance
from imagery_hub.core.problems import Problem
from imagery_hub.core.sessions import Sessions
from imagery_hub.core.sessions import close as close_sessions
from imagery_hub.ui.annotations import exchanging
from imagery_hub.ui.annotations.exchange import LEAVE, MINE, THEIRS, Choices, Comparison
from imagery_hub.ui.annotations.exchange_dialog import ExchangeDialog
from imagery_hub.ui.annotations.exchanging import Exchanging
from imagery_hub.ui.annotations.plan import Subject, plan_of, plans
from imagery_hub.ui.pix4d.annotations import parameters
from osgeo import gdal
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject

SUBJECT = Subject("pix4d", "Surveys", {"project": "7"}, {"project": "Quarry"})
PATH = Path("annotations.gpkg")


@pytest.fixture
def asked(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, Any]]]:
    """What waits for an answer: who hears it, and who hears of a failure."""
    waiting: list[tuple[Any, Any]] = []

    def run(self: Sessions, platform: str, connection: str, do: Any, done: Any, failed: Any) -> Errand[Any]:
        waiting.append((done, failed))
        return Errand(lambda _: None, None, None)

    monkeypatch.setattr(Sessions, "run", run)
    yield waiting
    close_sessions()
    background.close()


@pytest.fixture
def shown(asked: list[tuple[Any, Any]], qtbot: Any) -> Callable[[Comparison], ExchangeDialog]:
    """The dialog, once this was the answer."""

    def show(found: Comparison) -> ExchangeDialog:
        dialog = ExchangeDialog(SUBJECT, PATH)
        qtbot.addWidget(dialog)
        dialog.show()
        assert not dialog.push.isEnabled()
        asked[-1][0]((SUBJECT, found))
        return dialog

    return show


def test_nothing_to_do(shown: Any) -> None:
    dialog = shown(Comparison("Nothing to push. Unchanged: 2.", 0, 0))
    assert dialog.here.text() == "Nothing to push. Unchanged: 2."
    assert not dialog.push.isEnabled()
    for one in (dialog.remove, dialog.elsewhere, dialog.update_layers, dialog.conflicts, dialog.both):
        assert not one.isVisible()


def test_removals_can_be_left_out(shown: Any) -> None:
    dialog = shown(Comparison("Removed: 3.", 3, 3))
    assert dialog.push.isEnabled()
    assert "3" in dialog.remove.text()
    dialog.remove.setChecked(False)
    assert not dialog.push.isEnabled()
    assert dialog.choices == Choices(remove=False)


def test_only_the_layers_can_be_brought_up_to_date(shown: Any) -> None:
    dialog = shown(Comparison("Nothing to push.", 0, 0, elsewhere="Changed elsewhere: 1."))
    assert dialog.elsewhere.isVisible()
    assert (dialog.push.text(), dialog.push.isEnabled()) == ("Update Layers", True)
    dialog.update_layers.setChecked(False)
    assert not dialog.push.isEnabled()


@pytest.mark.parametrize(("choice", "text", "enabled"), [
    (LEAVE, "Push", False), (MINE, "Push", True), (THEIRS, "Update Layers", True)])
def test_conflicts_wait_for_a_decision(shown: Any, choice: str, text: str, enabled: bool) -> None:
    dialog = shown(Comparison("Unchanged: 1.", 0, 0, conflicts=["Changed on both sides: 1."]))
    dialog.both.setCurrentIndex(dialog.both.findData(choice))
    assert (dialog.push.text(), dialog.push.isEnabled()) == (text, enabled)
    assert dialog.choices.conflicts == choice


def test_what_cannot_be_sent_is_corrected_first(shown: Any) -> None:
    dialog = shown(Comparison("Added: 1.", 1, 0, problems=["Points, feature 1: “red” is no colour."]))
    assert not dialog.push.isEnabled()
    assert "“red” is no colour" in dialog.status.text


def test_a_failure_is_said_and_can_be_tried_again(asked: list[tuple[Any, Any]], qtbot: Any) -> None:
    dialog = ExchangeDialog(SUBJECT, PATH)
    qtbot.addWidget(dialog)
    dialog.show()
    asked[-1][1](Problem("The platform could not be reached."))
    assert dialog.status.text == "The platform could not be reached."
    dialog._again.click()
    assert len(asked) == 2
    asked[-1][0]((SUBJECT, Comparison("Added: 1.", 1, 0)))
    assert dialog.push.isEnabled()


def test_the_algorithm_gets_the_file_and_what_was_ticked() -> None:
    given = parameters(SUBJECT, PATH, Choices(remove=False, conflicts=MINE, update=False))
    assert given["POINTS"] == "annotations.gpkg|layername=point"
    assert given["CIRCLES"] == "annotations.gpkg|layername=circle"
    assert (given["REMOVE"], given["CONFLICTS"], given["UPDATE"], given["CONFIRM"]) == (False, MINE, False, True)
    assert (given["PROJECT"], given["CONNECTION"]) == ("7", "Surveys")
    algorithm = plan_of("pix4d").exchange.algorithm  # type: ignore[union-attr]
    assert algorithm == "pix4d_pushannotations"
    assert [one.platform for one in plans()] == ["picterra", "pix4d"]


def output(folder: Path, kind: str, project: str = "7") -> QgsRasterLayer:
    """An output of a project on the map."""
    path = folder / f"{kind}-{project}.tif"
    gdal.GetDriverByName("GTiff").Create(str(path), 4, 4)
    layer = QgsRasterLayer(str(path), kind)
    ids = {"project": project, "type": kind, "output": f"{project}:1"}
    provenance.write_layer(layer, provenance.made("pix4d", "Surveys", "output", ids))
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_heights_come_from_the_project_s_surface_on_the_map(qgis_app: QgsApplication, tmp_path: Path) -> None:
    plan = plan_of("pix4d")
    assert plan is not None
    ortho, other = output(tmp_path, "ortho_cloud_optimized"), output(tmp_path, "dsm", "8")
    assert "SURFACE" not in parameters(SUBJECT, PATH, Choices())
    surface = output(tmp_path, "dsm")
    assert parameters(SUBJECT, PATH, Choices())["SURFACE"] == surface.id()
    found = [plan.is_imagery(SUBJECT, provenance.read(one)) for one in (ortho, other, surface)]  # type: ignore[arg-type]
    assert found == [True, False, False]
    QgsProject.instance().clear()


class Dock(QObject):
    """Notes what is said, also in the message bar."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.bar: list[tuple[str, ...]] = []
        self.subject: Subject | None = SUBJECT
        self.layers: dict[str, Any] = {}
        bar = SimpleNamespace(pushMessage=lambda *words: self.bar.append(words))
        self.desk = SimpleNamespace(iface=SimpleNamespace(messageBar=lambda: bar))

    def say(self, state: str, words: str) -> None:
        self.said.append((state, words))

    def look_again(self) -> None:
        self.said.append(("looked", ""))


DONE = {"ADDED": 2, "CHANGED": 1, "REMOVED": 0, "REFUSED": 0}


@pytest.mark.parametrize(("results", "words", "state", "told"), [
    (DONE, "", "success", "Pushed. Added: 2, changed: 1, removed: 0."),
    ({**DONE, "ADDED_ELSEWHERE": 3, "CHANGED_ELSEWHERE": 1}, "", "success", "Brought in from elsewhere: 4."),
    ({**DONE, "REFUSED": 2}, "", "failure", "Refused by the platform: 2."),
    ({}, "The platform <b>refused</b>.", "failure", "The platform <b>refused</b>."),
])
def test_the_end_of_a_push_is_told(
    qgis_app: QgsApplication, qtbot: Any, monkeypatch: pytest.MonkeyPatch, results: dict[str, Any], words: str,
    state: str, told: str,
) -> None:
    started: list[tuple[str, dict[str, Any]]] = []

    def start(algorithm: str, given: dict[str, Any], on_map: bool, tell: bool) -> str:
        started.append((algorithm, given))
        return "job"

    kept: list[str] = []
    keeper = SimpleNamespace(keep=lambda key, path, reason, count: kept.append(reason))
    monkeypatch.setattr(exchanging.operations, "start", start)
    monkeypatch.setattr(exchanging, "copies", lambda: keeper)
    monkeypatch.setattr(exchanging, "rows_in", lambda path, tables: 0)
    dock = Dock()
    pushing = Exchanging(dock)  # type: ignore[arg-type]
    pushing._send(SUBJECT, PATH, Choices())
    assert started[0][0] == "pix4d_pushannotations"
    pushing._runner.ended.emit("another job", {}, "")
    pushing._runner.ended.emit("job", results, words)
    assert dock.said[-1][0] == state
    assert told in dock.said[-1][1]
    assert "<b>" not in dock.bar[0][1]
    if words:
        assert kept == []
    else:
        qtbot.waitUntil(lambda: kept == ["pushed"])
    pushing.leave()
    background.close()
