"""The locator bar's filter: asked by a QgsLocator as QGIS asks it, over a platform in memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from hub_models import NAME, branch, connected, phase, settled
from imagery_hub.core.compat import kept_in
from imagery_hub.core.sessions import sessions
from imagery_hub.providers.capabilities import Entry, Way
from imagery_hub.ui.hub.items import Phase
from imagery_hub.ui.hub.panel import HubPanel
from imagery_hub.ui.locator import asking
from imagery_hub.ui.locator.filter import HubFilter, place_of
from imagery_hub.ui.nodes.description import Place
from pretended_platform import PretendedPlatform, raster
from qgis.core import QgsLocator, QgsLocatorContext, QgsLocatorResult
from qgis.gui import QgsMapCanvas

RASTERS = [raster(number) for number in range(60)]
DETECTORS = [Entry("detector", "d1", "raster finder")]


@pytest.fixture
def platform(qgis_app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendedPlatform]:
    with connected(monkeypatch, {("rasters", ""): RASTERS, ("detectors", ""): DETECTORS}) as held:
        yield held


class Bar:
    """A locator with our filter, without its widget. ``found`` are the results of the last text."""

    def __init__(self, desk: Any) -> None:
        self.locator = QgsLocator()
        self.filter = HubFilter(desk)
        self.locator.registerFilter(self.filter)
        self.found: list[QgsLocatorResult] = []
        # What the signal brings is QGIS's own, and gone afterwards.
        self.locator.foundResult.connect(lambda one: self.found.append(QgsLocatorResult(one)))

    def type(self, text: str) -> None:
        self.found.clear()
        self.locator.fetchResults(text, QgsLocatorContext())

    def names(self) -> list[str]:
        return sorted(one.displayString for one in self.found)


@pytest.fixture
def bar(platform: PretendedPlatform) -> Iterator[Bar]:
    made = Bar(None)
    yield made
    platform.gate.set()
    made.locator.cancel()
    made.locator.deregisterFilter(made.filter)


def ended(bar: Bar) -> bool:
    return not bar.locator.isRunning()


def test_entries_are_found_by_a_part_of_their_name(bar: Bar, platform: PretendedPlatform, qtbot: Any) -> None:
    bar.type("hub Raster 4")
    qtbot.waitUntil(lambda: ended(bar) and bool(bar.found))
    (more,) = [one for one in bar.found if place_of(kept_in(one)) is None]
    assert more.displayString == f"{NAME} may hold more" and "All rasters" in more.description
    bar.found.remove(more)
    assert bar.names() == ["raster 4", *(f"raster {number}" for number in range(40, 49))]
    assert {one.group for one in bar.found} == {NAME}
    place = place_of(kept_in(next(one for one in bar.found if one.displayString == "raster 44")))
    assert place is not None and (place.platform, place.connection, place.entry.id) == ("picterra", NAME, "r44")
    assert [one.kind for one in place.above] == ["rasters"]


def test_a_list_that_is_not_narrowed_is_looked_through(
    bar: Bar, platform: PretendedPlatform, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.searching = set()
    bar.type("hub raster 59")
    qtbot.waitUntil(lambda: ended(bar) and bool(bar.found))
    assert bar.names() == ["raster 59"], "it is on the third page"
    monkeypatch.setattr(asking, "PAGES", 2)
    bar.type("hub raster 59")
    qtbot.waitUntil(lambda: ended(bar) and bool(bar.found))
    assert bar.names() == [f"{NAME} may hold more"]


def test_what_a_platform_finds_deeper_is_listed_with_its_way(
    bar: Bar, platform: PretendedPlatform, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(text: str, most: int, work: Any) -> Iterator[Way]:
        yield Way(Entry("raster", "deep", f"{text} deep"), (Entry("folders", "", ""), Entry("folder", "f1", "Fields")))
        yield Way(None, (Entry("folders", "", ""),))

    monkeypatch.setattr(PretendedPlatform, "find", staticmethod(find), raising=False)
    bar.type("hub Seeds")
    qtbot.waitUntil(lambda: ended(bar) and len(bar.found) == 2)
    assert bar.names() == [f"{NAME} may hold more", "Seeds deep"]
    place = place_of(kept_in(next(one for one in bar.found if one.displayString == "Seeds deep")))
    assert place is not None and [one.id for one in place.above] == ["", "f1"]


def test_a_slow_connection_is_named_and_still_listed(
    bar: Bar, platform: PretendedPlatform, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SLOW_SECONDS", 0.2)
    platform.gate.clear()
    bar.type("hub raster 33")
    qtbot.waitUntil(lambda: bar.names() == [f"{NAME} has not answered yet"])
    platform.gate.set()
    qtbot.waitUntil(lambda: ended(bar))
    assert bar.names() == [f"{NAME} has not answered yet", "raster 33"]


def test_without_the_prefix_or_with_two_letters_nothing_is_asked(
    bar: Bar, platform: PretendedPlatform, qtbot: Any
) -> None:
    for text in ("raster", "hub ra"):
        bar.type(text)
        qtbot.waitUntil(lambda: ended(bar))
    assert not platform.asked and not bar.found


def test_a_connection_that_cannot_be_asked_is_named(bar: Bar, platform: PretendedPlatform, qtbot: Any) -> None:
    platform.refuse = True
    bar.type("hub raster")
    qtbot.waitUntil(lambda: ended(bar) and bool(bar.found))
    (only,) = bar.found
    assert NAME in only.displayString and only.description.endswith(".")
    assert place_of(kept_in(only)) is None


def test_what_is_asked_ends_when_something_else_is_typed(bar: Bar, platform: PretendedPlatform, qtbot: Any) -> None:
    platform.gate.clear()
    bar.type("hub raster 1")
    qtbot.waitUntil(lambda: platform.under_way == 1)
    bar.locator.cancelWithoutBlocking()
    platform.gate.set()
    qtbot.waitUntil(lambda: platform.under_way == 0 and ended(bar))
    assert len(platform.asked) == 1 and not bar.found


def test_nothing_is_asked_of_a_connection_that_was_logged_out(
    bar: Bar, platform: PretendedPlatform, qtbot: Any
) -> None:
    sessions().log_out("picterra", NAME)
    bar.type("hub raster")
    qtbot.waitUntil(lambda: ended(bar))
    assert not platform.asked and not bar.found


def shown(panel: HubPanel, name: str) -> bool:
    return [place.name for place in panel.tree.places()] == [name]


@pytest.fixture
def panel(platform: PretendedPlatform, qtbot: Any) -> Iterator[HubPanel]:
    canvas = QgsMapCanvas()
    panel = HubPanel(SimpleNamespace(iface=SimpleNamespace(mainWindow=lambda: None, mapCanvas=lambda: canvas)))
    qtbot.addWidget(panel)
    panel.show()
    yield panel
    platform.gate.set()
    panel.model.close()


def test_a_result_opens_the_entry_in_the_hub(bar: Bar, panel: HubPanel, qtbot: Any) -> None:
    bar.filter._desk = SimpleNamespace(show_dock=lambda key: SimpleNamespace(panel=panel))
    bar.type("hub raster 5")
    qtbot.waitUntil(lambda: ended(bar) and len(bar.found) == 11)
    for wanted in ("raster 5", "raster 57"):  # on the first page of its list, and not
        bar.filter.triggerResult(next(one for one in bar.found if one.displayString == wanted))
        qtbot.waitUntil(partial(shown, panel, wanted))


def test_what_arrives_after_a_list_failed_leaves_rows_and_selection(
    panel: HubPanel, platform: PretendedPlatform, qtbot: Any
) -> None:
    rasters, detectors = branch(panel.model, "rasters", qtbot), branch(panel.model, "detectors", qtbot)
    platform.refuse = True
    panel.reveal(Place("picterra", NAME, RASTERS[5], (rasters.place.entry,)))
    qtbot.waitUntil(lambda: phase(rasters) is Phase.FAILED)
    platform.refuse = False
    panel.tree.setCurrentIndex(detectors.index())
    panel.tree.setExpanded(rasters.index(), False)
    panel.model.open(detectors)
    settled(detectors, qtbot)
    assert not panel.tree.isExpanded(rasters.index())
    panel.model.again(rasters)
    settled(rasters, qtbot)
    assert phase(rasters) is Phase.READY
    assert panel.tree.currentIndex() == detectors.index()
    panel.reveal(Place("picterra", NAME, RASTERS[5], (rasters.place.entry,)))
    assert shown(panel, "raster 5"), "asked for again, it is found"
