"""Answers of the Descartes Labs catalog in the spellings that its clients and servers have had."""

from __future__ import annotations

import pytest
from imagery_hub.providers.descarteslabs.client.answers import flat, listed, mapped, tidy
from imagery_hub.providers.descarteslabs.records import Band


@pytest.mark.parametrize(("answer", "place"), [
    ({"srcband": 3, "srcfile": 1}, (3, 1)), ({"src_band": 3, "src_file": 1}, (3, 1)),
    ({"srcband": 3, "src_band": 9, "srcfile": 1, "src_file": 9}, (3, 1)), ({"src_band": 0, "src_file": 0}, (0, 0)),
])
def test_the_place_of_a_band_is_read_in_either_spelling(answer: dict[str, int], place: tuple[int, int]) -> None:
    """ASSUMED D06: which of them an answer has is not known."""
    whole = {"id": "p:nir", **answer}
    for found in (tidy(whole), flat(whole, Band), listed([whole], Band)[0], mapped({"p:nir": answer}, Band)["p:nir"]):
        assert (found["srcband"], found["srcfile"]) == place
