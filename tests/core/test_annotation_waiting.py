"""Waiting for a platform's answer about annotations ends when the session, the dock or the shown set goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

import pytest
from imagery_hub.core import background
from imagery_hub.core.background import Errand
from imagery_hub.core.pushes import Push
from imagery_hub.core.sessions import Sessions, sessions
from imagery_hub.core.sessions import close as close_sessions
from imagery_hub.ui.annotations import actions
from imagery_hub.ui.annotations.actions import Actions
from imagery_hub.ui.annotations.opening import Opening
from imagery_hub.ui.annotations.plan import Subject
from qgis.core import QgsApplication, QgsProject
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

    def say(self, state: str, words: str, way_on: str = "", go: Any = None) -> None:
        self.said.append((state, words, way_on))


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
