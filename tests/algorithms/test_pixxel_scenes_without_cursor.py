"""Scenes where the platform sends no cursor, as its schema has it (P07): all on one large page, and beyond the largest
one a sentence about those that there is no way to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from imagery_hub.providers.pixxel.client import scenes as client
from imagery_hub.providers.pixxel.flows import imagery
from sandbox_pixxel import SHAPE, PixxelCalls
from sandbox_pixxel import environment as pixxel_environment
from sandbox_process import SandboxProcess

TD2 = "0005c5bb-0bd2-4c80-9393-4a808341c54c"
HERE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
START, END = "2024-01-01T00:00:00Z", "2024-03-01T00:00:00Z"
EVERYWHERE = "imageryhub:searcheverywhere"
SMALL = 3


@pytest.fixture
def total(
    run_pixxel: Any, pixxel: PixxelCalls, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """How many scenes fit, on a platform without cursors whose pages are small unless larger ones are asked for."""
    for name, value in pixxel_environment(sandbox).items():
        monkeypatch.setenv(name, value)
    sandbox.settings(drop_assumed=True)
    monkeypatch.setattr(imagery, "PAGE", SMALL)
    monkeypatch.setattr(client.Scenes.all, "__defaults__", (SMALL,))
    (satellite,) = (one for one in pixxel.get("v0/satellites")["satellites"] if one["id"] == TD2)
    of_all = [{"collection_id": one["id"], "satellite_id": TD2} for one in satellite["collections"]]
    body = {"start_date": START, "end_date": END, "geometry": SHAPE, "limit": 10000, "satellites": of_all}
    found = len(pixxel.post("v0/search", body)["items"])
    assert found > 2 * SMALL
    yield found


def search(run_pixxel: Any, **more: Any) -> Any:
    return run_pixxel("searchscenes", SATELLITE=TD2, AREA_TEXT=HERE, START=START, END=END, **more)


def everywhere(run: Any, **more: Any) -> Any:
    filters = json.dumps({"pixxel": {"on": "scenes", "satellite": TD2}})
    return run(EVERYWHERE, CONNECTIONS="pixxel", AREA_TEXT=HERE, FROM=START, TO=END, FILTERS=filters, OUTPUT="memory:",
               **more)


def test_all_come(run: Any, run_pixxel: Any, total: int) -> None:
    assert search(run_pixxel)["COUNT"] == total
    assert not [one for one in run_pixxel.messages if "no way to" in one]
    assert everywhere(run, MAXIMUM=0)["COUNT"] == total
    assert not [one for one in run.messages if "no way to" in one]


def test_what_there_is_no_way_to_is_told(
    run: Any, run_pixxel: Any, total: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = SMALL + 2
    monkeypatch.setattr(client, "SCENES_AT_ONCE", largest)
    assert search(run_pixxel)["COUNT"] == largest
    words = f"The platform gave {largest} of {total} scenes and no way to the others. Narrow the search."
    assert words in run_pixxel.messages
    assert everywhere(run, MAXIMUM=0)["COUNT"] == largest
    words = f"The platform gives no way to {total - largest} more. Narrow the search."
    assert any(one.endswith(words) for one in run.messages)
    assert everywhere(run, MAXIMUM=SMALL)["COUNT"] == SMALL
    assert any("there are more" in one for one in run.messages)
