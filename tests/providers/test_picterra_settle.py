"""How often a step in doubt is taken again at once."""

from __future__ import annotations

import pytest
from imagery_hub.providers.errors import Kind, PlatformError, ServerFault
from imagery_hub.providers.picterra.flows.steps import ATTEMPTS, settle
from imagery_hub.providers.work import NOT_THERE, Work


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
