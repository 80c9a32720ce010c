"""A platform that never answers keeps neither the plugin's unloading nor a closed dialog waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from imagery_hub.algorithms.provider import ImageryHubProvider
from imagery_hub.core import background, connections
from imagery_hub.ui import queries
from imagery_hub.ui.choices.source import ChoiceSource
from qgis.core import QgsApplication
from raw_server import RawRequest, RawServer

#: Far more than is needed: a server that never answers would use it up.
PATIENCE = 50.0


class Silence:
    """Takes requests and answers none before it is let go."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.over = threading.Event()

    def __call__(self, request: RawRequest) -> None:
        self.asked.set()
        self.over.wait(100)


@pytest.fixture
def silence(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Silence]:
    silence = Silence()
    with RawServer(silence) as server:
        monkeypatch.setenv("PICTERRA_API_KEY", "a-key-of-a-test")
        monkeypatch.setenv("PICTERRA_BASE_URL", server.address)
        yield silence
        silence.over.set()
    background.close()


def test_a_listing_that_hangs_ends_with_the_pool(silence: Silence, qtbot: Any) -> None:
    from imagery_hub.algorithms.picterra import listers

    told: list[Any] = []
    source = ChoiceSource("picterra", lambda: listers.rasters, "RASTER", lambda: "", dict)
    source.begin("", told.append, told.append)
    qtbot.waitUntil(silence.asked.is_set, timeout=20000)
    pool = background.background()
    background.begin_close()
    assert pool.close(PATIENCE)
    assert not silence.over.is_set()
    qtbot.wait(100)
    assert told == []


def test_a_listing_that_hangs_ends_when_another_one_begins(silence: Silence, qtbot: Any) -> None:
    from imagery_hub.algorithms.picterra import listers

    source = ChoiceSource("picterra", lambda: listers.rasters, "RASTER", lambda: "", dict)
    source.begin("", lambda page: None, lambda error: None)
    qtbot.waitUntil(silence.asked.is_set, timeout=20000)
    hanging = source._errand
    assert hanging is not None
    source.begin("other", lambda page: None, lambda error: None)
    qtbot.waitUntil(hanging.ended.is_set, timeout=int(1000 * PATIENCE))
    assert not silence.over.is_set()


def test_a_tried_connection_that_hangs_ends_when_it_is_dropped(silence: Silence, qtbot: Any) -> None:
    from imagery_hub.ui.connections.tester import ConnectionTester

    told: list[tuple[str, bool]] = []
    tester = ConnectionTester(lambda words, went: told.append((words, went)))
    tester.test(lambda: connections.credentials("picterra", ""))
    qtbot.waitUntil(silence.asked.is_set, timeout=20000)
    errand = tester._errand
    assert errand is not None
    tester.stop()
    qtbot.waitUntil(errand.ended.is_set, timeout=int(1000 * PATIENCE))
    assert not silence.over.is_set()
    assert told == []


def test_a_question_that_hangs_ends_when_nobody_waits_for_its_answer(silence: Silence, qtbot: Any) -> None:
    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    told: list[Any] = []
    try:
        errand = queries.ask("picterra_estimatecharge", {"CONNECTION": "", "RASTER": "r1"}, told.append, told.append)
        qtbot.waitUntil(silence.asked.is_set, timeout=20000)
        errand.cancel()
        qtbot.waitUntil(errand.ended.is_set, timeout=int(1000 * PATIENCE))
        assert not silence.over.is_set()
        qtbot.wait(100)
        assert told == []
    finally:
        QgsApplication.processingRegistry().removeProvider(provider)
