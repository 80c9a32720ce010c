"""Long lists of the Hub are sorted a little at a time, whatever comes in between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hub_models import NAME, connected, loaded, names, settled, top
from imagery_hub.core.sessions import sessions
from imagery_hub.ui.hub.items import NodeItem
from imagery_hub.ui.hub.model import HubModel
from imagery_hub.ui.hub.order import Order
from pretended_platform import PretendedPlatform, raster
from qgis.PyQt.QtCore import QPersistentModelIndex
from qgis.PyQt.QtTest import QAbstractItemModelTester

pytestmark = pytest.mark.usefixtures("qgis_app")
COUNT = 2500
SORTED = [f"raster {number}" for number in range(COUNT)]


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendedPlatform]:
    held = [raster(number) for number in range(COUNT)]
    random.Random(7).shuffle(held)
    with connected(monkeypatch, {("rasters", ""): held}) as pretended:
        pretended.page_size = 2000
        yield pretended


@pytest.fixture
def model(platform: PretendedPlatform) -> Iterator[HubModel]:
    model = HubModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    model.close()
    del tester


def whole(model: HubModel, qtbot: Any) -> NodeItem:
    item = loaded(model, "rasters", qtbot)
    model.more(item)
    settled(item, qtbot)
    assert item.rowCount() == COUNT
    return item


def test_the_rows_move_once_and_at_the_end(model: HubModel, qtbot: Any) -> None:
    item = whole(model, qtbot)
    before = names(item)
    chosen = QPersistentModelIndex(item.child(3).index())
    seen: list[list[str]] = []
    model.changed.connect(lambda: seen.append(names(item)))
    model.set_order(Order.NAME)
    assert names(item) == before, "nothing waits for the sorting"
    qtbot.waitUntil(lambda: names(item) != before)
    assert seen == [SORTED]
    assert chosen.data() == before[3]
    model.set_order(Order.PLATFORM)
    qtbot.waitUntil(lambda: names(item) == before)


def test_the_last_choice_counts(model: HubModel, qtbot: Any) -> None:
    item = whole(model, qtbot)
    model.set_order(Order.DATE)
    model.set_order(Order.STATE)
    model.set_order(Order.NAME)
    qtbot.waitUntil(lambda: names(item) == SORTED)
    qtbot.wait(100)
    assert names(item) == SORTED


def test_a_page_that_comes_meanwhile_is_sorted_in(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    item = loaded(model, "rasters", qtbot)
    first = names(item)
    platform.gate.clear()
    model.more(item)
    model.set_order(Order.NAME)
    platform.gate.set()
    settled(item, qtbot)
    qtbot.waitUntil(lambda: names(item) == SORTED)
    assert len(first) == 2000 and item.rowCount() == COUNT


def test_what_is_searched_meanwhile_is_shown_in_order(
    model: HubModel, platform: PretendedPlatform, qtbot: Any
) -> None:
    platform.searching.clear()
    item = whole(model, qtbot)
    model.set_order(Order.NAME)
    model.set_search("raster 12")
    wanted = [name for name in SORTED if name.startswith("raster 12")]
    qtbot.waitUntil(lambda: names(item) == wanted)
    model.set_search("")
    assert names(item) == SORTED


def test_log_out_ends_it(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    whole(model, qtbot)
    model.set_order(Order.NAME)
    sessions().log_out("picterra", NAME)
    qtbot.wait(200)
    assert names(top(model)) == []
    assert not model.findChildren(type(model._sorting))[0]._timer.isActive()
