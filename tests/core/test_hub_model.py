"""The tree of the Hub dock: pages, late answers, failures, refreshing, searching, sorting, log out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hub_models import NAME, PATIENCE_MS, branch, connected, loaded, names, phase, settled, top
from imagery_hub.core import connections, sessions
from imagery_hub.core.connections import Connection
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui.hub import rows
from imagery_hub.ui.hub.items import NodeItem, Phase, Status, StatusItem
from imagery_hub.ui.hub.model import HubModel
from imagery_hub.ui.hub.order import Order
from imagery_hub.ui.hub.tree import HubTree
from pretended_platform import PretendedPlatform, raster
from qgis.PyQt.QtCore import QItemSelectionModel, QPersistentModelIndex
from qgis.PyQt.QtTest import QAbstractItemModelTester

pytestmark = pytest.mark.usefixtures("qgis_app")


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendedPlatform]:
    with connected(monkeypatch, {("rasters", ""): [raster(number) for number in range(90)]}) as pretended:
        yield pretended


@pytest.fixture
def model(platform: PretendedPlatform) -> Iterator[HubModel]:
    model = HubModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    model.close()
    del tester


def status(item: NodeItem) -> StatusItem | None:
    last = item.child(item.rowCount() - 1)
    return last if isinstance(last, StatusItem) else None


def test_nothing_is_asked_before_a_branch_is_opened(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    branch(model, "rasters", qtbot)
    assert platform.asked == []
    assert names(top(model)) == ["Folders", "All rasters", "Detectors"]


def test_pages_come_one_by_one(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    item = loaded(model, "rasters", qtbot)
    assert names(item) == [f"raster {number}" for number in range(20)]
    assert status(item).status is Status.MORE
    assert status(item).words == "20 of 90."
    assert all(model.hasChildren(child.index()) for child in rows.node_items(item))
    for _ in range(4):
        model.more(item)
        settled(item, qtbot)
    assert names(item) == [f"raster {number}" for number in range(90)]
    assert status(item) is None
    model.more(item)
    assert platform.asked == [("rasters", "", begin) for begin in ("", "20", "40", "60", "80")]


def test_one_request_per_branch_at_a_time(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    item = branch(model, "rasters", qtbot)
    platform.gate.clear()
    for _ in range(5):
        model.open(item)
        model.more(item)
        model.refresh(item)
    qtbot.waitUntil(lambda: platform.under_way == 1)
    platform.gate.set()
    settled(item, qtbot)
    assert len(platform.asked) == 1
    assert platform.most_under_way == 1


def test_views_hear_what_a_branch_says(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    item = branch(model, "rasters", qtbot)
    heard: list[str] = []
    model.dataChanged.connect(lambda index, *_: heard.append(index.data()))
    platform.refuse = True
    model.open(item)
    settled(item, qtbot)
    assert heard[-1].endswith("Try Again")
    assert model.item(0).rowCount() == 3


def test_who_asks_what_is_promised_leaves_no_empty_row(
    model: HubModel, platform: PretendedPlatform, qtbot: Any
) -> None:
    """A screen reader does; Qt then puts a plain row in the place of the promise."""
    item = branch(model, "rasters", qtbot)
    assert model.index(0, 0, item.index()).data() is None
    model.open(item)
    settled(item, qtbot)
    assert all(isinstance(item.child(row), (NodeItem, StatusItem)) for row in range(item.rowCount()))


def test_an_empty_branch_says_what_to_do(model: HubModel, qtbot: Any) -> None:
    item = loaded(model, "folders", qtbot)
    assert names(item) == []
    assert status(item).status is Status.EMPTY
    assert "Create folder" in status(item).words


def test_a_page_that_failed_can_be_taken_up_again(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    item = loaded(model, "rasters", qtbot)
    platform.refuse = True
    model.more(item)
    settled(item, qtbot)
    assert (status(item).status, status(item).action) == (Status.FAILED, "Try Again")
    assert "example.test" in status(item).words
    assert len(names(item)) == 20
    platform.refuse = False
    model.again(item)
    settled(item, qtbot)
    assert len(names(item)) == 40
    assert platform.asked[-1] == platform.asked[-2] == ("rasters", "", "20")


def test_an_answer_that_comes_after_log_out_is_dropped(
    model: HubModel, platform: PretendedPlatform, qtbot: Any
) -> None:
    item = branch(model, "rasters", qtbot)
    platform.gate.clear()
    model.open(item)
    qtbot.waitUntil(lambda: platform.under_way == 1)
    sessions.sessions().log_out("picterra", NAME)
    platform.gate.set()
    qtbot.waitUntil(lambda: platform.under_way == 0 and platform.closed)
    qtbot.wait(50)
    assert names(top(model)) == []
    assert (status(top(model)).status, status(top(model)).action) == (Status.LOGGED_OUT, "Log In")
    asked = len(platform.asked)
    model.open(top(model))
    assert len(platform.asked) == asked
    model.again(top(model))
    assert names(loaded(model, "rasters", qtbot))[0] == "raster 0"


def test_a_later_search_drops_the_answer_of_the_earlier(
    model: HubModel, platform: PretendedPlatform, qtbot: Any
) -> None:
    item = loaded(model, "rasters", qtbot)
    platform.gate.clear()
    model.set_search("raster 8")
    model.open(item)
    qtbot.waitUntil(lambda: platform.under_way == 1)
    model.set_search("raster 77")
    model.open(item)
    platform.gate.set()
    qtbot.waitUntil(lambda: platform.under_way == 0 and phase(item) is Phase.READY)
    assert names(item) == ["raster 77"]
    model.set_search("nothing like it")
    model.open(item)
    settled(item, qtbot)
    assert status(item).words == "Nothing found for “nothing like it”."
    model.set_search("")
    model.open(item)
    settled(item, qtbot)
    assert len(names(item)) == 20


def test_where_the_platform_does_not_search_what_is_loaded_is_narrowed(
    model: HubModel, platform: PretendedPlatform, qtbot: Any
) -> None:
    platform.searching = set()
    item = loaded(model, "rasters", qtbot)
    model.set_search("raster 1")
    assert names(item) == ["raster 1", *(f"raster {number}" for number in range(10, 20))]
    assert status(item).words == "Looked through 20 of 90."
    model.more(item)
    settled(item, qtbot)
    assert {search for _, search, _ in platform.asked} == {""}
    model.set_search("")
    assert len(names(item)) == 40


def test_refreshing_keeps_selection_and_expansion(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    item = loaded(model, "rasters", qtbot)
    model.more(item)
    settled(item, qtbot)
    tree = HubTree(model)
    tree.resize(300, 200)
    tree.show()
    tree.expand(top(model).index())
    tree.expand(item.index())
    kept = next(child for child in rows.node_items(item) if child.place.entry.id == "r25")
    tree.expand(kept.index())
    settled(kept, qtbot)
    tree.selectionModel().select(kept.index(), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    tree.scrollTo(kept.index(), tree.ScrollHint.PositionAtTop)
    here = QPersistentModelIndex(kept.index())
    before = tree.visualRect(kept.index()).top()
    held = platform.held["rasters", ""]
    platform.held["rasters", ""] = [raster(900), raster(901), *held[:3], *held[5:25],
                                    replace(held[25], name="renamed", state="failed"), *held[26:]]
    model.refresh(item)
    settled(item, qtbot)
    assert names(item)[:6] == ["raster 900", "raster 901", "raster 0", "raster 1", "raster 2", "raster 5"]
    assert "renamed" in names(item)
    assert here.isValid()
    assert here.data() == "renamed"
    assert tree.selectionModel().isSelected(kept.index())
    assert tree.isExpanded(kept.index())
    assert tree.visualRect(kept.index()).top() == before
    tree.close()


def test_a_refresh_after_a_job_keeps_what_is_beyond_its_pages(
    model: HubModel, platform: PretendedPlatform, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagery_hub.ui.hub.model.REFRESHED_PAGES", 1)
    item = loaded(model, "rasters", qtbot)
    for _ in range(2):
        model.more(item)
        settled(item, qtbot)
    platform.held["rasters", ""].insert(0, raster(900))
    platform.asked.clear()
    model.refresh_changed("picterra", NAME, "picterra_uploadraster")
    settled(item, qtbot)
    qtbot.waitUntil(lambda: len(names(item)) == 61)
    assert names(item) == ["raster 900", *(f"raster {number}" for number in range(60))]
    assert platform.asked == [("rasters", "", "")]
    model.refresh_changed("picterra", NAME, "picterra_listrasters")
    assert len(platform.asked) == 1


@pytest.mark.parametrize("asking", ["refresh", "more"])
def test_what_changes_while_an_answer_is_on_its_way_is_asked_for_again(
    model: HubModel, platform: PretendedPlatform, qtbot: Any, asking: str
) -> None:
    item = loaded(model, "rasters", qtbot)
    platform.asked.clear()
    platform.gate.clear()
    (model.refresh if asking == "refresh" else model.more)(item)
    qtbot.waitUntil(lambda: platform.under_way == 1, timeout=PATIENCE_MS)
    for _ in range(3):
        del platform.held["rasters", ""][0]
        model.refresh_changed("picterra", NAME, "picterra_deleteraster")
    platform.gate.set()
    qtbot.waitUntil(lambda: names(item)[0] == "raster 3", timeout=PATIENCE_MS)
    settled(item, qtbot)
    assert not {"raster 0", "raster 1", "raster 2"} & set(names(item))
    asked = {"refresh": ["", ""], "more": ["20", "", "20"]}[asking]
    assert platform.asked == [("rasters", "", begin) for begin in asked]


def test_sorting_is_over_what_is_loaded_and_what_comes(
    model: HubModel, platform: PretendedPlatform, qtbot: Any
) -> None:
    platform.held["rasters", ""] = [raster(number) for number in (9, 10, 1, 30, 2)] * 1
    platform.page_size = 3
    item = loaded(model, "rasters", qtbot)
    model.set_order(Order.NAME)
    assert names(item) == ["raster 1", "raster 9", "raster 10"]
    chosen = QPersistentModelIndex(item.child(1).index())
    model.more(item)
    settled(item, qtbot)
    assert names(item) == ["raster 1", "raster 2", "raster 9", "raster 10", "raster 30"]
    assert chosen.data() == "raster 9"
    model.set_order(Order.DATE)
    assert names(item) == ["raster 10", "raster 9", "raster 2", "raster 30", "raster 1"]
    assert chosen.data() == "raster 9"
    model.set_order(Order.PLATFORM)
    assert names(item) == ["raster 9", "raster 10", "raster 1", "raster 30", "raster 2"]


def test_the_states_of_rasters_show(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    from imagery_hub.ui.hub.appearance import BAD, BESIDE

    platform.held["rasters", ""] = [raster(1), raster(2, state="processing"), raster(3, state="failed"),
                                    raster(4, state="thinking"), raster(5, name="", state="")]
    item = loaded(model, "rasters", qtbot)
    shown = [child.index().data(BESIDE) for child in rows.node_items(item)]
    assert shown[1:4] == ["processing", "failed", "thinking"]
    assert shown[0] not in ("ready", "")
    assert [bool(child.index().data(BAD)) for child in rows.node_items(item)] == [False, False, True, False, False]
    assert names(item)[4] == "r5"


def test_names_of_a_platform_are_data(model: HubModel, platform: PretendedPlatform, qtbot: Any) -> None:
    from qgis.PyQt.QtCore import Qt

    platform.held["rasters", ""] = [raster(1, name="<b>a</b>\n" + "x" * 9000)]
    item = loaded(model, "rasters", qtbot)
    index = item.child(0).index()
    assert index.data().startswith("<b>a</b> x")
    assert len(index.data()) <= 400
    assert "&lt;b&gt;a" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_changed_list_of_connections_keeps_the_others(
    model: HubModel, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = loaded(model, "rasters", qtbot)
    known = connections.available()
    monkeypatch.setattr(connections, "available", lambda: [Connection("Another", "picterra"), *known])
    connections.signals.changed.emit()
    assert [one.title for one in model.connection_items()] == ["Another", NAME]
    assert len(names(item)) == 20
    monkeypatch.setattr(connections, "available", lambda: [Connection("Another", "picterra")])
    connections.signals.changed.emit()
    assert [one.title for one in model.connection_items()] == ["Another"]


def test_what_is_dragged_holds_places(model: HubModel, qtbot: Any) -> None:
    from imagery_hub.ui.nodes.description import places_in

    item = loaded(model, "rasters", qtbot)
    mime = model.mimeData([item.child(0).index(), item.child(2).index(), item.index(), top(model).index()])
    places = places_in(mime)
    assert [place.entry.id for place in places] == ["r0", "r2"]
    assert {(place.platform, place.connection) for place in places} == {("picterra", NAME)}
    assert mime.text() == "r0\nr2"
    assert model.mimeData([item.index()]) is None


@pytest.fixture
def waiting(qtbot: Any) -> Callable[[Callable[[], Any]], None]:
    return lambda ready: qtbot.waitUntil(ready, timeout=60_000)


def test_a_hundred_thousand_entries(
    model: HubModel, platform: PretendedPlatform, qtbot: Any, waiting: Callable[[Callable[[], Any]], None]
) -> None:
    platform.held["rasters", ""] = [Entry("raster", str(number), f"raster {number}") for number in range(100_000)]
    platform.page_size = 5_000
    item = loaded(model, "rasters", qtbot)
    tree = HubTree(model)
    tree.show()
    tree.expand(top(model).index())
    tree.expand(item.index())
    while item.branch.following:
        model.more(item)
        settled(item, qtbot)
    tree.executeDelayedItemsLayout()
    assert item.rowCount() == 100_000
    assert item.child(99_999).place.name == "raster 99999"
    tree.scrollTo(item.child(99_999).index())
    assert tree.visualRect(item.child(99_999).index()).isValid()
    begun = time.monotonic()
    tree.doItemsLayout()
    print(f"layout of 100,000 rows: {1000 * (time.monotonic() - begun):.0f} ms")
    tree.close()
