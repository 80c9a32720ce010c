"""Waiting for a platform's answer about annotations ends when the session, the dock or the shown set goes; an answer
that comes after that to a later question changes nothing that is shown."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

import pytest
from held_errands import HeldErrands
from imagery_hub.core import background
from imagery_hub.core.background import Errand
from imagery_hub.core.layers import provenance
from imagery_hub.core.pushes import Push
from imagery_hub.core.pushes.copies import PUSHED, Copy
from imagery_hub.core.sessions import Sessions, sessions
from imagery_hub.core.sessions import close as close_sessions
from imagery_hub.ui.annotations import actions, copying, entry, exchanging, files
from imagery_hub.ui.annotations import layers as set_layers
from imagery_hub.ui.annotations.actions import Actions
from imagery_hub.ui.annotations.exchange import Restoration
from imagery_hub.ui.annotations.exchanging import Exchanging
from imagery_hub.ui.annotations.opening import Opening
from imagery_hub.ui.annotations.plan import Looked, Subject
from qgis.core import Qgis, QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject

SUBJECT = Subject("picterra", "Farm", {"detector": "d", "raster": "r"})
OTHER = Subject("picterra", "Farm", {"detector": "e", "raster": "r"})


class Dock(QObject):
    """Notes what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, ...]] = []
        self.openings: WeakSet[Opening] = WeakSet()
        self.subject: Subject | None = SUBJECT
        self.layers: dict[str, Any] = {}
        self.shown: list[Subject] = []

    def say(self, state: str, words: str, way_on: str = "", go: Any = None) -> None:
        self.said.append((state, words, way_on))

    def show_set(self, subject: Subject) -> None:
        self.shown.append(subject)


@pytest.fixture
def dock(qgis_app: QgsApplication) -> Iterator[Dock]:
    QgsProject.instance().clear()
    yield Dock()
    close_sessions()
    background.close()


@pytest.fixture
def waiting(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> tuple[Opening, Errand[Any]]:
    """An opening whose answer never comes."""
    errand: Errand[Any] = Errand(lambda _: None, None, None)
    monkeypatch.setattr(Sessions, "run", lambda *_: errand)
    opening = Opening(SimpleNamespace(show_dock=lambda key: dock), SUBJECT)
    opening.start()
    return opening, errand


def test_a_log_out_is_said_and_can_be_tried_again(dock: Dock, waiting: tuple[Opening, Errand[Any]]) -> None:
    sessions().log_out("picterra", "Else")
    assert dock.said == [("busy", "Asking the platform…", "")]
    sessions().log_out("picterra", "Farm")
    assert dock.said[1:] == [("failure", "The connection was closed before the platform answered.", "Try Again")]
    QgsProject.instance().clear()
    assert len(dock.said) == 2


def test_a_dock_that_leaves_hears_nothing_of_the_project(dock: Dock, waiting: tuple[Opening, Errand[Any]]) -> None:
    opening, errand = waiting
    assert list(dock.openings) == [opening]
    opening.stop()
    assert errand.cancelled
    QgsProject.instance().clear()
    assert len(dock.said) == 1


def test_shapes_of_one_set_are_not_put_into_another(dock: Dock, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[Any] = []
    monkeypatch.setattr(actions, "shapes_of", lambda push: [])
    monkeypatch.setattr(Actions, "_put_back", lambda *arguments: put.append(arguments))
    subject = Actions(dock)
    push = Push("1", SUBJECT.key("outline"), 0.0, 0, Path("x"))
    subject._restore(SUBJECT, push, False)
    dock.subject = OTHER
    qtbot.waitUntil(lambda: bool(dock.said))
    assert put == [] and dock.said[0][0] == "failure"
    dock.subject = SUBJECT
    subject._restore(SUBJECT, push, False)
    qtbot.waitUntil(lambda: len(put) == 1)


class Openings:
    """Openings whose answers come when the test says so. ``zoomed`` notes the map, ``bar`` the message bar."""

    def __init__(self, dock: Dock, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self.asked: list[tuple[Any, Any]] = []
        self.zoomed: list[Subject] = []
        self.bar: list[tuple[Any, ...]] = []
        bar = SimpleNamespace(pushMessage=lambda *words: self.bar.append(words))
        self.active: list[Any] = []
        self.made: list[Opening] = []
        iface = SimpleNamespace(
            messageBar=lambda: bar, activeLayer=lambda: self.active[0], setActiveLayer=self.active.append)
        self._desk: Any = SimpleNamespace(show_dock=lambda key: dock, iface=iface)
        monkeypatch.setattr(Sessions, "run", lambda *given: self.asked.append(given[-2:]))
        monkeypatch.setattr(Opening, "_zoom", lambda _, subject, layers: self.zoomed.append(subject))
        monkeypatch.setattr(Opening, "_begin_map", lambda *_: None)
        monkeypatch.setattr(Opening, "_add_raster", lambda *_: None)

    def start(self, subject: Subject, opened: Any = None) -> None:
        self.made.append(Opening(self._desk, subject, opened))
        self.made[-1].start()

    def arrive(self, number: int, subject: Subject, joined: bool = True) -> None:
        self.asked[number][0]((Looked({}, joined=joined), files.find_or_make(subject, [self._folder])))

    def fail(self, number: int) -> None:
        self.asked[number][1](RuntimeError("x"))


@pytest.fixture
def openings(dock: Dock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Openings]:
    monkeypatch.setattr(files, "last_pushed", lambda subject: {})
    yield Openings(dock, tmp_path, monkeypatch)
    QgsProject.instance().clear()


def test_of_two_openings_the_later_has_dock_and_map(dock: Dock, openings: Openings) -> None:
    openings.start(SUBJECT)
    openings.start(OTHER)
    openings.arrive(1, OTHER)
    said = list(dock.said)
    assert said[-1][0] == "success"
    openings.arrive(0, SUBJECT)
    assert set(set_layers.subjects(QgsProject.instance())) == {SUBJECT, OTHER}
    assert (dock.shown, openings.zoomed, dock.said) == ([OTHER], [OTHER], said)


def test_a_failure_of_the_earlier_leaves_what_the_later_says(dock: Dock, openings: Openings) -> None:
    openings.start(SUBJECT)
    openings.start(OTHER)
    openings.arrive(1, OTHER)
    said = list(dock.said)
    openings.fail(0)
    assert (dock.said, dock.shown) == (said, [OTHER])
    assert len(openings.bar) == 1, "it is told all the same"


def test_what_hinders_the_earlier_is_told_in_the_message_bar(dock: Dock, openings: Openings) -> None:
    openings.start(SUBJECT)
    openings.start(OTHER)
    openings.arrive(1, OTHER)
    said = list(dock.said)
    openings.arrive(0, SUBJECT, joined=False)
    assert dock.said == said
    assert [words for _, words, _ in openings.bar] == [html.escape(SUBJECT.plan.not_joined())]
    openings.start(SUBJECT)
    openings.start(OTHER)
    openings.bar.clear()
    sessions().closed.emit("picterra", "Farm")
    assert [words for _, words, _ in openings.bar] == ["The connection was closed before the platform answered."]


def test_what_was_copied_is_told_in_the_dock_of_its_set_only(
    dock: Dock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar: list[tuple[Any, ...]] = []
    heard: list[Any] = []
    opened: list[Any] = []
    monkeypatch.setattr(entry, "_open", lambda what, desk, then, always_ask: opened.append(then))
    monkeypatch.setattr(entry, "copy", lambda *given: heard.append(given[-2:]))
    message_bar = SimpleNamespace(pushMessage=lambda *words: bar.append(words))
    desk: Any = SimpleNamespace(show_dock=lambda key: dock, iface=SimpleNamespace(messageBar=lambda: message_bar))
    layer, _ = _polygons()
    entry.send(layer, desk)
    opened[0](SUBJECT, {"outline": layer})
    arrived, failed = heard[0]
    arrived(12)
    assert dock.said[0][1].startswith("Copied: 12.") and bar == []
    dock.subject = OTHER
    arrived(12)
    failed("No.")
    assert len(dock.said) == 1
    assert [(words[:10], level) for _, words, level in bar] == [
        ("Copied: 12", Qgis.MessageLevel.Success), ("No.", Qgis.MessageLevel.Warning)]


def test_a_set_that_is_being_opened_is_asked_for_once(dock: Dock, openings: Openings) -> None:
    opened: list[str] = []
    openings.start(SUBJECT, lambda *_: opened.append("first"))
    openings.start(OTHER)
    openings.start(SUBJECT, lambda *_: opened.append("second"))
    assert len(openings.asked) == 2
    openings.arrive(0, SUBJECT)
    openings.arrive(1, OTHER)
    assert opened == ["first", "second"]
    assert dock.shown == [SUBJECT], "it was wanted last"
    openings.start(SUBJECT)
    assert len(openings.asked) == 3, "what has come can be asked for again"


def test_imagery_of_the_earlier_leaves_the_layer_that_is_drawn_in(openings: Openings, qtbot: Any) -> None:
    openings.start(SUBJECT)
    openings.start(OTHER)
    openings.arrive(1, OTHER)
    openings.arrive(0, SUBJECT)
    drawn = set_layers.layers_of(QgsProject.instance(), OTHER)["outline"]
    openings.active.append(drawn)
    openings.made[0]._wait_for_raster(SUBJECT)
    imagery = QgsVectorLayer("Polygon?crs=EPSG:4326", "x", "memory")
    provenance.write_layer(imagery, provenance.made("picterra", "Farm", "raster", {"raster": "r"}))
    QgsProject.instance().addMapLayer(imagery)
    qtbot.waitUntil(lambda: openings.active == [drawn, drawn], timeout=30000)


@pytest.mark.parametrize("kinds, stays", [(("outline", "outline"), [1]), (("outline", "training_area"), [1, 0])])
def test_of_two_restored_pushes_of_one_kind_the_later_stays(
    dock: Dock, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], stays: list[int]
) -> None:
    held, put = HeldErrands(), []
    monkeypatch.setattr(actions, "background", held)
    monkeypatch.setattr(actions, "shapes_of", lambda push: [])
    monkeypatch.setattr(Actions, "_put_back", lambda _, push, shapes, push_too: put.append(int(push.id)))
    subject = Actions(dock)
    for number, kind in enumerate(kinds):
        subject._restore(SUBJECT, Push(str(number), SUBJECT.key(kind), 0.0, 0, Path("x")), False)
    held.arrive(1)
    held.arrive(0)
    assert put == stays


def test_of_two_restored_copies_the_later_stays(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    held, applied = HeldErrands(), []
    exchange = SimpleNamespace(restore=lambda path, file, kind: Restoration({}, {}, [len(file.name)], []))
    monkeypatch.setattr(exchanging, "background", held)
    monkeypatch.setattr(exchanging, "file_of", lambda layers: Path("now"))
    monkeypatch.setattr(exchanging, "apply", lambda layer, wanted: applied.append(wanted.gone))
    dock.layers = {"point": SimpleNamespace(isEditable=lambda: False)}
    dock.subject = what = SimpleNamespace(plan=SimpleNamespace(exchange=exchange))  # type: ignore[assignment]
    subject = Exchanging(dock)
    for name in ("1", "22"):
        subject.restore(what, Copy(0.0, PUSHED, 0, Path(name)), False)
    held.arrive(1)
    held.arrive(0)
    subject.leave()
    assert applied == [[2]]


def _polygons() -> tuple[QgsVectorLayer, str]:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "x", "memory")
    QgsProject.instance().addMapLayer(layer)
    return layer, layer.id()


def test_nothing_is_copied_into_a_layer_that_was_removed(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    held, heard = HeldErrands(), []
    monkeypatch.setattr(copying, "background", held)
    (source, _), (target, identity) = _polygons(), _polygons()
    copying.copy(source, target, SUBJECT, False, "", heard.append, heard.append)
    QgsProject.instance().removeMapLayer(identity)
    held.arrive(0)
    assert heard == []


def test_a_result_that_was_removed_is_not_sent(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[Any] = []
    opened: list[Any] = []
    monkeypatch.setattr(entry, "_open", lambda what, desk, then, always_ask: opened.append(then))
    monkeypatch.setattr(entry, "copy", lambda *given: copied.append(given))
    layer, identity = _polygons()
    entry.send(layer, SimpleNamespace(show_dock=lambda key: dock))  # type: ignore[arg-type]
    QgsProject.instance().removeMapLayer(identity)
    opened[0](SUBJECT, {"outline": layer})
    assert copied == []
