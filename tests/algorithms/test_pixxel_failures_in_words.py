"""Every algorithm of Pixxel works, and where the key is refused it ends with a whole sentence that tells no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import failure_words
import pytest
from drawn_layers import layer
from failure_words import OPTIONAL
from pixel_logins import logins
from pixxel_workspace import Workspace
from qgis.core import QgsGeometry, QgsProcessingAlgorithm, QgsProcessingProvider
from sandbox_pixxel import PixxelCalls

pytestmark = pytest.mark.usefixtures("without_pauses")
#: What can open something: keys and signed addresses.
SECRETS = re.compile(r"[?&](?:token|sig\w*|X-\w+-\w+)=|Bearer|eyJ|marker-secret|sandbox-pixxel-key")
WKT = "POLYGON((75.62 14.43, 75.64 14.43, 75.64 14.45, 75.62 14.45, 75.62 14.43))"


class Attempts(failure_words.Attempts):
    """In a workspace that has one of each kind."""

    def __init__(self, run: Any, provider: QgsProcessingProvider, space: Workspace) -> None:
        super().__init__(run, provider, space.folder, last=("deleteinsight", "deletestore"))
        self.space = space

    def outcome(self, algorithm: QgsProcessingAlgorithm) -> str:
        words = super().outcome(algorithm)
        assert [one for one in (words, *self.run.messages) if SECRETS.search(one)] == [], algorithm.name()
        return words

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        also = self.space.also.get(algorithm.name().partition("_")[2], {})
        for one in algorithm.parameterDefinitions():
            name = one.name()
            if name in also:
                yield name, also[name]
            elif one.isDestination():
                yield name, self.destination(algorithm, one, ".zip")
            elif one.type() == "source" and not one.flags() & OPTIONAL:
                yield name, layer([QgsGeometry.fromWkt(WKT)], "EPSG:4326")
            elif not one.flags() & OPTIONAL and name in self.space.values:
                yield name, self.space.values[name]


@pytest.fixture
def attempts(run_pixxel: Any, imagery_hub: QgsProcessingProvider, pixxel: PixxelCalls, tmp_path: Any
             ) -> Iterator[Attempts]:
    with logins() as keep:
        yield Attempts(run_pixxel, imagery_hub, Workspace(run_pixxel, pixxel, tmp_path, keep))


def test_all_work_where_nothing_is_wrong(attempts: Attempts) -> None:
    """Or the failures below would prove nothing."""
    assert len(attempts.algorithms) >= 53
    assert {name: words for name, words in attempts.all().items() if words} == {}


def test_a_key_that_is_not_taken(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform answers as to a key that may not do it."""
    monkeypatch.setenv("PIXXEL_API_KEY", "marker-secret-not-the-key")
    told = attempts.all()
    assert {name: words for name, words in told.items() if "with the key of the connection" not in words} == {
        "pixxel_ping": ""}, "it asks without a key"
