"""What becomes of a step in doubt: how often it is taken again at once, and how long what it may have made is looked
for before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from imagery_hub.providers.errors import (
    Cancelled,
    ConnectionFailed,
    Kind,
    OpenQuestion,
    PlatformError,
    Refused,
    ServerFault,
)
from imagery_hub.providers.picterra.flows import rasters
from imagery_hub.providers.picterra.flows.markers import create_markers
from imagery_hub.providers.picterra.flows.operations import commit_again
from imagery_hub.providers.steps import ATTEMPTS, LOOKS, Doubt, create, delete_once, settle
from imagery_hub.providers.work import NOT_THERE, Work

UNANSWERED = [
    ConnectionFailed(Kind.TIMED_OUT),
    ConnectionFailed(Kind.INTERRUPTED),
    ServerFault(Kind.SERVER_FAULT, status=502),
    ServerFault(Kind.SERVER_FAULT, status=504),
]


@pytest.mark.parametrize(
    ("reason", "expected"), [("not_json", ATTEMPTS), ("missing_member", 1)], ids=["spoilt", "whole but lacking"]
)
def test_only_an_answer_that_was_spoilt_on_its_way_is_asked_for_again(reason: str, expected: int) -> None:
    asked = []

    def take() -> str:
        asked.append(reason)
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": reason}, status=201)

    with pytest.raises(PlatformError):
        settle(Work(pause=lambda seconds: None), "slot", take, lambda: NOT_THERE)
    assert len(asked) == expected


class Slow:
    """A platform whose things show up only so many seconds after the request for them failed."""

    def __init__(self, error: PlatformError, seconds: float) -> None:
        self.error, self.seconds, self.now = error, seconds, 0.0
        self.made: list[float] = []
        self.pauses: list[float] = []
        self.work = Work(pause=self.wait)

    def wait(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def make(self, *given: Any) -> Any:
        self.made.append(self.now + self.seconds)
        if len(self.made) == 1:
            raise self.error
        return {"id": f"made {len(self.made)}"}

    def ids(self) -> set[str]:
        return {f"made {number}" for number, moment in enumerate(self.made, 1) if self.now >= moment}


@pytest.mark.parametrize("error", UNANSWERED, ids=lambda error: f"{error.kind.value} {error.status}")
@pytest.mark.parametrize("seconds", [0, 5, 55])
def test_what_shows_up_late_is_not_made_a_second_time(error: PlatformError, seconds: float) -> None:
    slow = Slow(error, seconds)
    assert create(slow.work, "create", lambda: str(slow.make()["id"]), slow.ids) == "made 1"
    assert len(slow.made) == 1


def test_what_never_shows_up_is_made_again_after_a_while() -> None:
    slow = Slow(UNANSWERED[0], 1e9)
    assert create(slow.work, "create", lambda: str(slow.make()["id"]), slow.ids) == "made 2"
    assert sum(slow.pauses) >= sum(LOOKS) >= 60


def test_what_the_platform_itself_says_is_believed_at_once() -> None:
    slow = Slow(ServerFault(Kind.SERVER_FAULT, status=500), 1e9)
    assert create(slow.work, "create", lambda: str(slow.make()["id"]), slow.ids) == "made 2"
    assert sum(slow.pauses) < 5


def test_the_looking_can_be_stopped() -> None:
    slow = Slow(UNANSWERED[0], 1e9)
    work = Work(pause=slow.wait, cancelled=lambda: slow.now > 8)
    with pytest.raises(Cancelled):
        create(work, "create", lambda: str(slow.make()["id"]), slow.ids)
    assert len(slow.made) == 1
    assert slow.now < 20


class Markers:
    """The part of a client that markers need."""

    def __init__(self, slow: Slow) -> None:
        self.markers, self._slow = self, slow

    def during(self, work: Work) -> Markers:
        return self

    def list(self, raster: str) -> Any:
        return [type("Page", (), {"records": [{"id": one} for one in self._slow.ids()]})]

    def create_on_raster(self, *given: Any) -> Any:
        return self._slow.make()


def test_a_marker_that_shows_up_late_is_not_made_a_second_time() -> None:
    slow = Slow(UNANSWERED[0], 20)
    assert create_markers(Markers(slow), "r", "", [(9.0, 46.0, "one")], slow.work) == ["made 1"]  # type: ignore
    assert len(slow.made) == 1


def again(slow: Slow, commit: Callable[[], Any]) -> Any:
    return commit_again(slow.work, slow.ids, commit, "vector_layer_id", Doubt())


def test_a_commit_that_is_refused_the_second_time_was_taken_the_first_time() -> None:
    slow = Slow(UNANSWERED[0], 30)
    slow.made = [30]

    def refuse() -> Any:
        raise Refused(Kind.REFUSED, status=400)

    assert again(slow, refuse) == {"vector_layer_id": "made 1"}


@pytest.mark.parametrize("seconds", [0, 5, 55])
def test_what_a_commit_made_late_is_not_committed_again(seconds: float) -> None:
    slow = Slow(UNANSWERED[0], seconds)
    slow.made = [seconds]
    assert again(slow, slow.make) == {"vector_layer_id": "made 1"}
    assert len(slow.made) == 1


def test_a_commit_that_was_never_taken_is_taken_now() -> None:
    assert again(Slow(UNANSWERED[0], 30), lambda: {"operation_id": "o"}) == {"operation_id": "o"}


def test_what_was_taken_and_does_not_show_up_is_asked() -> None:
    slow = Slow(UNANSWERED[0], 1e9)
    answers = [UNANSWERED[0], Refused(Kind.CONFLICT, status=409)]

    def commit() -> Any:
        raise answers.pop(0)

    with pytest.raises(OpenQuestion):
        settle(slow.work, "commit", commit, lambda: again(slow, commit))


@pytest.mark.parametrize("doubtful", [True, False])
def test_what_is_gone_was_deleted_only_by_an_attempt_of_ours(doubtful: bool) -> None:
    """The first attempt takes effect after its answer was waited for, and after the look."""
    answers: list[PlatformError] = [UNANSWERED[0]] if doubtful else []

    def delete() -> None:
        raise answers.pop(0) if answers else Refused(Kind.NOT_FOUND, status=404)

    work = Work(pause=lambda seconds: None)
    if doubtful:
        delete_once(work, delete, lambda: {"id": "still there"})
        return
    with pytest.raises(Refused):
        delete_once(work, delete, lambda: {"id": "still there"})


@pytest.mark.parametrize("record", [{}, {"status": None}, {"status": ""}])
def test_a_raster_that_does_not_tell_its_state_is_not_followed_for_ever(record: dict[str, Any]) -> None:
    asked: list[str] = []

    class Rasters:
        def get(self, raster_id: str) -> Any:
            asked.append(raster_id)
            assert len(asked) < 10
            return record

    api = type("Client", (), {"rasters": Rasters()})()
    with pytest.raises(ServerFault) as caught:
        rasters._follow_raster(api, rasters.COMMITTED, "r", Work(pause=lambda seconds: None))
    assert caught.value.facts["member"] == "status"
