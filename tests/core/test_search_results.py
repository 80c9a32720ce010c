"""The part of the search dock below the form: what it says when nothing was found, and what it lets go of."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import background, live_sources
from imagery_hub.core.background import Errand
from imagery_hub.core.search import LaneState, Relaxation, SearchRun
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.search import Query
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.search import preview, quick_look
from imagery_hub.ui.search import results as module
from imagery_hub.ui.search.quick_look import QuickLook
from imagery_hub.ui.search.results import Results
from qgis.core import QgsApplication, QgsGeometry, QgsRasterLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMainWindow, QToolButton
from sandbox_images import plain_image

LOOKING = "Nothing was found. Looking which filter is to blame…"
FARM, WOOD = ("picterra", "Farm"), ("picterra", "Wood")


class Asked:
    """Stands for the sessions: notes who was asked, and answers when the test says so."""

    def __init__(self) -> None:
        self.errands: dict[tuple[str, str], Errand[Any]] = {}
        self.answers: dict[tuple[str, str], Callable[[Any], None]] = {}

    def run_at_once(self, platform: str, connection: str, do: Any, done: Any, failed: Any) -> Errand[Any]:
        self.errands[platform, connection] = errand = Errand(do, done, failed)
        self.answers[platform, connection] = done
        return errand


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    made = Asked()
    monkeypatch.setattr(module, "sessions", lambda: made)
    return made


@pytest.fixture
def results(qgis_app: QgsApplication) -> Iterator[Results]:
    window, canvas = QMainWindow(), QgsMapCanvas()
    iface = SimpleNamespace(mainWindow=lambda: window, mapCanvas=lambda: canvas)
    made = Results(SimpleNamespace(iface=iface))
    yield made
    made.clear()
    made.deleteLater()
    canvas.deleteLater()


def ended(results: Results, *keys: tuple[str, str]) -> SearchRun:
    """A search with two filters that found nothing anywhere."""
    run = SearchRun(dict.fromkeys(keys, Query(text="palm", tag="2024")), lambda *_: None, results)
    for lane in run.lanes:
        lane.state = LaneState.ENDED
    results.begin(run)
    results.progress()
    return run


def ways(results: Results) -> list[str]:
    return [one.text() for one in results.nothing.findChildren(QToolButton) if not one.isHidden()]


def test_what_a_connection_told_goes_with_it(results: Results, asked: Asked) -> None:
    run = ended(results, FARM, WOOD)
    assert (results.nothing.words.text(), set(asked.errands)) == (LOOKING, {FARM, WOOD})
    asked.answers[FARM]([Relaxation("text", 7, False)])
    asked.answers[WOOD]([Relaxation("tag", 3, False)])
    assert [one for one in ways(results) if "7" in one or "3" in one] == ["With any name: 7", "With any tag: 3"]
    run.drop(*FARM)
    results.forget(*FARM)
    QgsApplication.sendPostedEvents(None, 52)  # what was given to deleteLater
    assert ways(results) == ["With any tag: 3"]


def test_a_connection_that_goes_while_it_is_asked_is_waited_for_no_more(results: Results, asked: Asked) -> None:
    run = ended(results, FARM, WOOD)
    asked.answers[WOOD]([])
    assert results.nothing.words.text() == LOOKING
    run.drop(*FARM)
    results.forget(*FARM)
    assert asked.errands[FARM].cancelled
    assert results.nothing.words.text() != LOOKING
    assert asked.errands.keys() == {FARM, WOOD}


def test_a_search_anew_asks_anew(results: Results, asked: Asked) -> None:
    ended(results, FARM)
    first = asked.errands.pop(FARM)
    ended(results, FARM)
    assert first.cancelled
    assert results.nothing.words.text() == LOOKING and FARM in asked.errands


def test_a_quick_look_that_nobody_waits_for_dies_on_the_main_thread(
    qgis_app: QgsApplication, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plain_image(tmp_path / "one.tif")
    begun, goes_on, died = threading.Event(), threading.Event(), []

    def open_layer(*_: Any) -> QgsRasterLayer:
        begun.set()
        goes_on.wait(10)
        layer = QgsRasterLayer(str(path), "one")
        weakref.finalize(layer, lambda: died.append(threading.current_thread()))
        return layer

    monkeypatch.setattr(live_sources, "open_layer", open_layer)
    monkeypatch.setattr(quick_look, "sessions", lambda: SimpleNamespace(run=_run))
    parent = QObject()
    look = QuickLook(parent)
    look.show(Place("picterra", "Farm", Entry("raster", "r", "One")))
    assert begun.wait(10)
    look.hide()
    goes_on.set()
    qtbot.waitUntil(lambda: bool(died))
    assert died == [threading.main_thread()]
    background.close()


def _run(platform: str, connection: str, do: Any, done: Any, failed: Any) -> Errand[Any]:
    streams = SimpleNamespace(stream=lambda *_: None)
    return background.background().run(lambda errand: do(streams, None), done, failed)


def test_the_picture_that_a_closed_dock_dropped_comes_when_it_is_opened_again(
    results: Results, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    asked: list[Errand[Any]] = []

    def of(*_: Any) -> Errand[Any]:
        asked.append(Errand(lambda _: None, None, None))
        return asked[-1]

    monkeypatch.setattr(preview, "thumbnails", lambda: SimpleNamespace(of=of))
    row = SimpleNamespace(
        texts=["palm"] * 20,
        place=Place("picterra", "Farm", Entry("raster", "1", "palm")),
        found=SimpleNamespace(
            shape=QgsGeometry.fromWkt("POINT(1 2)"), hit=SimpleNamespace(entry=Entry("raster", "1", "palm"))
        ),
    )
    results.preview.show_rows([row])
    qtbot.waitUntil(lambda: len(asked) == 1)
    results.on_map(False)
    assert asked[0].cancelled
    results.on_map(True)
    qtbot.waitUntil(lambda: len(asked) == 2)
    results.on_map(True)
    qtbot.wait(2 * preview.REST)
    assert len(asked) == 2 and not asked[1].cancelled
