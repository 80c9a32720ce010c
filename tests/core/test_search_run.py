"""A search over several connections: batches, stop, failures, late answers, 20,000 images."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import background, connections, sessions
from imagery_hub.core.background import Background, Errand
from imagery_hub.core.connections import Connection
from imagery_hub.core.search import BATCH, Found, LaneState, Relaxation, SearchRun, less_narrow
from imagery_hub.core.search import lane as lane_module
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.errors import Kind, ServerFault
from imagery_hub.providers.search import NARROWING, TEXT, Hit, Hits, Query
from imagery_hub.providers.work import Work
from imagery_hub.ui.search.status import counted

pytestmark = pytest.mark.usefixtures("qgis_app")
PAGE = 20


class Platform:
    """``count`` images in pages of 20. ``gate`` holds each page back, ``fail_at`` breaks the page that begins there,
    ``withheld`` more fit."""

    narrows = frozenset(NARROWING)

    def __init__(self, count: int, gate: threading.Event | None = None) -> None:
        self.count, self.gate, self.fail_at, self.asked = count, gate, -1, []
        self.withheld = 0

    def close(self) -> None: ...

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        self.asked.append(begin)
        if self.gate is not None:
            while not self.gate.wait(0.01):
                work.check_cancelled()
        first = int(begin or 0)
        if first == self.fail_at:
            raise ServerFault(Kind.SERVER_FAULT)
        square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
        names = [str(number) for number in range(first, min(first + PAGE, self.count))]
        following = str(first + PAGE) if first + PAGE < self.count else ""
        hits = [Hit(Entry("raster", name, name, footprint=square)) for name in names]
        return Hits(hits, self.count + self.withheld, following, 0 if following else self.withheld)


class Other:
    """A platform without search."""


@pytest.fixture
def pool() -> Iterator[Background]:
    pool = Background(4)
    yield pool
    assert pool.close()


class Search:
    """A run over platforms by connection, with what arrived."""

    def __init__(self, pool: Background, platforms: dict[str, Any], query: Query | None = None) -> None:
        def run(key: str, connection: str, do: Callable[..., Any], done: Any = None, failed: Any = None) -> Errand[Any]:
            return pool.run(
                lambda errand: do(platforms[connection], Work(cancelled=lambda: errand.cancelled)), done, failed)

        self.found: list[Found] = []
        self.run = SearchRun({("picterra", name): query or Query() for name in platforms}, run)
        self.run.arrived.connect(self.found.extend)

    def lane(self, name: str) -> Any:
        return next(one for one in self.run.lanes if one.connection == name)

    def ids(self, name: str) -> list[str]:
        return [one.hit.entry.id for one in self.found if one.connection == name]


def test_a_batch_is_fetched_and_the_rest_when_asked_for(pool: Background, qtbot: Any) -> None:
    platform = Platform(BATCH + 50)
    search = Search(pool, {"a": platform})
    search.run.start()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert len(search.found) == BATCH
    assert search.run.more
    assert (search.run.total, search.run.looked) == (BATCH + 50, BATCH)
    search.run.proceed()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert search.ids("a") == [str(number) for number in range(BATCH + 50)]
    assert search.lane("a").state is LaneState.ENDED
    assert len(platform.asked) == len(set(platform.asked)) == 13


def test_what_there_is_no_way_to_is_told_beside_the_count(pool: Background, qtbot: Any) -> None:
    platform = Platform(30)
    platform.withheld = 12
    search = Search(pool, {"a": platform, "b": Platform(5)})
    search.run.start()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert [search.lane(one).withheld for one in "ab"] == [12, 0]
    assert counted(search.run, 35) == "35 shown of 47; the platform gives no way to 12 more, so narrow the search"


def test_a_failure_keeps_what_came_before_and_is_taken_up_at_its_page(pool: Background, qtbot: Any) -> None:
    platform = Platform(55)
    platform.fail_at = 20
    search = Search(pool, {"a": platform, "b": Platform(30)})
    search.run.start()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert search.ids("a") == [str(number) for number in range(20)]
    assert len(search.ids("b")) == 30
    (failed,) = search.run.failed
    assert failed.error.kind is Kind.SERVER_FAULT
    platform.fail_at = -1
    failed.proceed()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert search.ids("a") == [str(number) for number in range(55)]
    assert platform.asked == ["", "20", "20", "40"]
    assert search.run.failed == []


def test_a_slow_connection_holds_no_other_up(pool: Background, qtbot: Any) -> None:
    gate = threading.Event()
    search = Search(pool, {"slow": Platform(5, gate), "quick": Platform(5)})
    search.run.start()
    qtbot.waitUntil(lambda: search.lane("quick").state is LaneState.ENDED)
    assert search.run.asking
    assert search.ids("slow") == []
    gate.set()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert len(search.ids("slow")) == 5


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Platforms by the names of saved connections, which the sessions open."""
    platforms: dict[str, Any] = {}
    monkeypatch.setattr(connections, "get", lambda name: Connection(name, "picterra"))
    monkeypatch.setattr(connections, "credentials",
                        lambda platform, name: SimpleNamespace(connect=lambda: platforms[name]))
    yield platforms
    sessions.close()
    background.close()


class Together(Platform):
    """Answers when all others are asked, too."""

    def __init__(self, others: threading.Barrier) -> None:
        super().__init__(1)
        self.others = others

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        self.others.wait(20)  # breaks where they are not all here at the same time
        return super().search(query, begin, work)


def test_all_are_asked_at_the_same_time(many: dict[str, Any], qtbot: Any) -> None:
    together = threading.Barrier(20)
    many.update({f"c{number}": Together(together) for number in range(20)})
    run = SearchRun({("picterra", name): Query() for name in many}, sessions.sessions().run_at_once)
    run.start()
    qtbot.waitUntil(lambda: not run.asking, timeout=30_000)
    assert [lane.state for lane in run.lanes] == [LaneState.ENDED] * 20
    assert not together.broken


def test_many_slow_connections_hold_neither_the_quick_one_nor_the_docks_up(
    many: dict[str, Any], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many slow ones as the pool for short errands has threads."""
    monkeypatch.setattr(lane_module, "SLOW_SECONDS", 0.5)
    gate = threading.Event()
    many.update({f"slow {number}": Platform(5, gate) for number in range(background.THREADS)}, quick=Platform(5))
    run = SearchRun({("picterra", name): Query() for name in many}, sessions.sessions().run_at_once)
    found: list[Found] = []
    run.arrived.connect(found.extend)
    run.start()
    qtbot.waitUntil(lambda: len(run.slow) == background.THREADS)
    (quick,) = [lane for lane in run.lanes if lane.connection == "quick"]
    assert quick.state is LaneState.ENDED and {one.connection for one in found} == {"quick"}
    heard: list[str] = []
    sessions.sessions().run("picterra", "slow 0", lambda platform, work: "a thumbnail", heard.append)
    qtbot.waitUntil(lambda: heard == ["a thumbnail"])
    assert len(run.slow) == background.THREADS
    gate.set()
    qtbot.waitUntil(lambda: not run.asking)
    assert len(found) == 5 * (background.THREADS + 1)


def test_a_stop_keeps_what_was_found_and_can_be_gone_on_from(pool: Background, qtbot: Any) -> None:
    gate = threading.Event()
    platform = Platform(100, gate)
    search = Search(pool, {"a": platform})
    search.run.start()
    qtbot.waitUntil(lambda: bool(platform.asked))
    search.run.stop()
    assert search.lane("a").state is LaneState.STOPPED
    gate.set()
    qtbot.wait(100)
    assert search.found == []
    assert search.run.more
    search.run.proceed(None)
    qtbot.waitUntil(lambda: not search.run.asking)
    assert len(search.ids("a")) == 100


def test_late_answers_of_a_closed_search_reach_nobody(pool: Background, qtbot: Any) -> None:
    gate = threading.Event()
    platform = Platform(10, gate)
    search = Search(pool, {"a": platform})
    heard: list[int] = []
    search.run.start()
    search.run.changed.connect(lambda: heard.append(1))
    qtbot.waitUntil(lambda: bool(platform.asked))
    search.run.close()
    gate.set()
    qtbot.wait(150)
    assert (search.found, heard) == ([], [])


def test_a_connection_that_was_logged_out_of_is_forgotten(pool: Background, qtbot: Any) -> None:
    gate = threading.Event()
    search = Search(pool, {"a": Platform(10, gate), "b": Platform(10)})
    search.run.start()
    assert search.run.drop("picterra", "a")
    assert not search.run.drop("picterra", "a")
    gate.set()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert {one.connection for one in search.found} == {"b"}


def test_a_platform_that_cannot_be_searched_says_so(pool: Background, qtbot: Any) -> None:
    search = Search(pool, {"a": Other()})
    search.run.start()
    qtbot.waitUntil(lambda: bool(search.run.failed))
    assert "Picterra cannot be searched" in str(search.run.failed[0].error)


def test_what_moves_to_the_next_page_is_shown_once(pool: Background, qtbot: Any) -> None:
    class Moving(Platform):
        def search(self, query: Query, begin: str, work: Work) -> Hits:
            return super().search(query, str(int(begin) - 1) if begin else "", work)

    search = Search(pool, {"a": Moving(30)})
    search.run.start()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert search.ids("a") == [str(number) for number in range(30)]


def test_twenty_thousand_arrive_in_order_and_whole(pool: Background, qtbot: Any) -> None:
    area = {"type": "Polygon", "coordinates": [[[0.5, 0.5], [2, 0.5], [2, 2], [0.5, 2], [0.5, 0.5]]]}
    search = Search(pool, {"a": Platform(20000)}, Query(area=area))
    search.run.proceed(None)
    qtbot.waitUntil(lambda: not search.run.asking, timeout=60000)
    assert search.ids("a") == [str(number) for number in range(20000)]
    assert search.run.total == 20000


def test_what_would_help_when_nothing_was_found() -> None:
    class Narrow(Platform):
        narrows = frozenset({TEXT, "tag", "max_cloud"})

        def search(self, query: Query, begin: str, work: Work) -> Hits:
            return Hits([], 0 if query.text else 7)

    query = Query(area={"type": "Polygon"}, text="orchard", tag="x", captured_after="2024-01-01T00:00:00Z")
    assert less_narrow(Narrow(0), query, Work()) == [Relaxation(TEXT, 7, anywhere=True)]


def test_who_gives_nothing_for_a_while_is_slow_and_need_not_be_waited_for(
    pool: Background, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "SLOW_SECONDS", 0.2)
    gate = threading.Event()
    search = Search(pool, {"a": Platform(BATCH + 50), "b": Platform(5, gate)})
    search.run.start()
    qtbot.waitUntil(lambda: search.lane("a").state is LaneState.PAUSED and search.lane("b").slow)
    assert search.run.held_up and search.run.slow == [search.lane("b")]
    search.run.proceed()  # the others go on without it
    qtbot.waitUntil(lambda: search.lane("a").state is LaneState.ENDED)
    assert len(search.ids("a")) == BATCH + 50 and search.ids("b") == []
    search.lane("b").give_up()
    assert search.lane("b").given_up and search.lane("b").more and not search.run.asking and not search.run.held_up
    gate.set()
    search.lane("b").proceed()
    qtbot.waitUntil(lambda: search.lane("b").state is LaneState.ENDED)
    assert not search.lane("b").given_up and len(search.ids("b")) == 5


def test_where_little_fits_not_all_is_looked_through_at_once(pool: Background, qtbot: Any) -> None:
    platform = Platform(5000)
    platform.narrows = frozenset()
    search = Search(pool, {"a": platform}, Query(text="4999"))
    search.run.start()
    qtbot.waitUntil(lambda: not search.run.asking)
    assert (search.run.looked, search.run.more, search.found) == (lane_module.MOST_LOOKED, True, [])
    search.run.proceed(None)
    qtbot.waitUntil(lambda: not search.run.asking)
    assert search.ids("a") == ["4999"] and not search.run.more
