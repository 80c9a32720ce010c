"""Many connections asked at once: limits, failures, and what they found put together."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from imagery_hub.core.network import NetworkSettings
from imagery_hub.core.platforms import PLATFORMS
from imagery_hub.core.problems import Problem
from imagery_hub.core.search import everywhere
from imagery_hub.core.search.addressees import named
from imagery_hub.core.search.everywhere import Addressee, Limits, Outcome, State, ask_all
from imagery_hub.core.search.merging import COLUMNS, merged, row
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.errors import Cancelled, Kind, ServerFault
from imagery_hub.providers.search import NARROWING, Hit, Hits, Query
from imagery_hub.providers.work import Work
from qgis.core import QgsApplication

pytestmark = pytest.mark.usefixtures("qgis_app")
PAGE = 10
LIMITS = Limits(30)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


class Platform:
    """``count`` images in pages of 10; ``deaf`` does not even look at being stopped; with ``others`` it answers when
    all of them are asked, too."""

    narrows = frozenset(NARROWING)

    def __init__(
        self, count: int, fail_at: int = -1, hang_at: int = -1, deaf: threading.Event | None = None,
        others: threading.Barrier | None = None,
    ) -> None:
        self.count, self.fail_at, self.hang_at, self.deaf, self.others = count, fail_at, hang_at, deaf, others
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        first = int(begin or 0)
        if self.others is not None:
            self.others.wait(20)  # breaks where they are not all here at the same time
        if self.deaf is not None:
            self.deaf.wait(60)
        if first == self.hang_at:
            work.wait(60)
        if first == self.fail_at:
            raise ServerFault(Kind.SERVER_FAULT)
        names = [str(number) for number in range(first, min(first + PAGE, self.count))]
        hits = [Hit(Entry("raster", name, name, footprint=SQUARE)) for name in names]
        return Hits(hits, self.count, str(first + PAGE) if first + PAGE < self.count else "")


class Other:
    """A platform without search."""

    def close(self) -> None: ...


class Credentials(connections.Credentials):
    """Those of a platform that is there already."""

    def connect(self, cancelled: Any = None) -> Any:
        return _platforms[self.name]


_platforms: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def unlocked(qgis_app: QgsApplication) -> Iterator[None]:
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    yield
    for name in connections.names():
        connections.remove(name)


def asked(name: str, platform: Any, address: str = "", options: Mapping[str, str] | None = None) -> Addressee:
    _platforms[name] = platform
    made = Credentials(PLATFORMS["picterra"], name, address or f"https://{name}.example.org", options or {}, {},
                       NetworkSettings.read())
    return Addressee("picterra", name, made)


def ids(outcome: Outcome) -> list[str]:
    return [one.hit.entry.id for one in outcome.found]


def test_each_goes_its_own_way_and_what_came_before_stays() -> None:
    platforms = [Platform(25), Platform(25, fail_at=20), Platform(25, hang_at=10)]
    told: list[tuple[str, int]] = []
    whole, failed, slow, unable, closed = ask_all(
        [*(asked(f"p{number}", one) for number, one in enumerate(platforms)), asked("other", Other()),
         Addressee("picterra", "shut", error=Problem("No key."))],
        Query(), Limits(1), told=lambda outcome, left: told.append((outcome.addressee.connection, left)),
    )
    assert (whole.state, ids(whole)) == (State.ANSWERED, [str(number) for number in range(25)])
    assert (failed.state, ids(failed)) == (State.FAILED, [str(number) for number in range(20)])
    assert failed.error.kind is Kind.SERVER_FAULT
    assert (slow.state, ids(slow), slow.error) == (State.SLOW, [str(number) for number in range(10)], None)
    assert (unable.state, ids(unable)) == (State.UNABLE, [])
    assert (closed.state, str(closed.error)) == (State.FAILED, "No key.")
    assert {name for name, _ in told} == {"p0", "p1", "p2", "other", "shut"}
    assert [left for _, left in told] == [4, 3, 2, 1, 0]
    assert told[-1][0] == "p2"
    assert all(one.closed.wait(5) for one in platforms)


def test_all_are_asked_at_the_same_time() -> None:
    together = threading.Barrier(20)
    outcomes = ask_all([asked(f"p{number}", Platform(1, others=together)) for number in range(20)], Query(), LIMITS)
    assert [(one.state, len(one.found)) for one in outcomes] == [(State.ANSWERED, 1)] * 20
    assert not together.broken


def test_who_hears_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everywhere, "GRACE_SECONDS", 0.2)
    gate = threading.Event()
    deaf = Platform(5, deaf=gate)
    try:
        slow, quick = ask_all([asked("deaf", deaf), asked("quick", Platform(5))], Query(), Limits(1))
        assert (slow.state, slow.found) == (State.SLOW, [])
        assert (quick.state, len(quick.found)) == (State.ANSWERED, 5)
        assert not deaf.closed.is_set()
    finally:
        gate.set()
    assert deaf.closed.wait(5)
    assert slow.found == []


@pytest.mark.parametrize(("most", "count", "state"), [
    (0, 35, State.ANSWERED), (12, 12, State.MORE), (20, 20, State.MORE), (35, 35, State.ANSWERED),
    (40, 35, State.ANSWERED)])
def test_no_more_than_wanted(most: int, count: int, state: State) -> None:
    (outcome,) = ask_all([asked("a", Platform(35))], Query(), Limits(30, most))
    assert (len(outcome.found), outcome.state) == (count, state)


def test_a_stop_ends_all() -> None:
    platforms = [Platform(5, hang_at=0), Platform(5, hang_at=0)]
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(Cancelled):
        ask_all([asked(f"p{number}", one) for number, one in enumerate(platforms)], Query(), LIMITS,
                cancelled=stop.is_set)
    assert all(one.closed.wait(5) for one in platforms)


def test_what_two_connections_to_the_same_place_found_is_there_once() -> None:
    first, second, elsewhere = ask_all(
        [asked("a", Platform(5), "https://same.example.org"),
         asked("b", Platform(8), "https://same.example.org/", {"variable": "PICTERRA_API_KEY"}),
         asked("c", Platform(3))], Query(), LIMITS)
    found = [(one.addressee.connection, two.hit.entry.id) for one, two in merged([first, second, elsewhere])]
    assert found == [*(("a", str(number)) for number in range(5)), *(("b", str(number)) for number in range(5, 8)),
                     *(("c", str(number)) for number in range(3))]


def test_rows_have_the_same_columns_whatever_is_known() -> None:
    (outcome,) = ask_all([asked("a", Platform(1))], Query(area=SQUARE), LIMITS)
    values = row(outcome.found[0])
    assert list(values) == [name for name, _ in COLUMNS]
    assert values["covered"] == 100.0
    assert [values[name] for name in ("platform", "connection", "kind", "id", "name", "datetime", "cloud_cover", "tag",
                                      "quick_look")] == ["Picterra", "a", "raster", "0", "0", None, None, None, None]


def test_connections_are_named_by_their_names_or_by_their_platforms() -> None:
    for name in ("Farm", "North, south", "North"):
        connections.save(Connection(name, "pixel"), {"username": "u", "password": "p"})
    assert named("Farm,picterra") == ([("pixel", "Farm"), ("picterra", "")], [])
    assert named(" North, south , North,Farm, Farm") == (
        [("pixel", "North, south"), ("pixel", "North"), ("pixel", "Farm")], [])
    assert named("nobody, Farm") == ([("pixel", "Farm")], ["nobody"])
    assert named("") == ([], [])
