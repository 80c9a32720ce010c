"""The next page comes while one is worked on."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from imagery_hub.providers.steps import one_ahead


def test_the_next_thing_is_asked_for_before_this_one_is_done() -> None:
    asked = [threading.Event() for _ in range(4)]

    def things() -> Iterator[int]:
        for number, event in enumerate(asked):
            event.set()
            yield number

    seen = []
    for number in one_ahead(things()):
        seen.append(number)
        if number < 3:
            assert asked[number + 1].wait(10)
        if number < 2:
            assert not asked[number + 2].is_set()
    assert seen == [0, 1, 2, 3]


def test_nothing_and_what_fails_on_the_way() -> None:
    assert list(one_ahead(iter([]))) == []

    def failing() -> Iterator[str]:
        yield "first"
        raise ValueError("the second")

    found = one_ahead(failing())
    assert next(found) == "first"
    with pytest.raises(ValueError, match="the second"):
        next(found)


def test_who_stops_early_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    found = one_ahead(iter(range(1000)))
    assert next(found) == 0
    found.close()
    assert set(threading.enumerate()) <= before
