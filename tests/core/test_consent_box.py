"""The box that agrees to a charge, where the answer comes late and the dialog's page is left meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from imagery_hub.core.background import Errand
from imagery_hub.ui.run import consent
from imagery_hub.ui.run.consent import ConsentBox
from qgis.core import QgsApplication

HINT = "At least one unit is charged."


class Estimates:
    """Notes who asks, and answers when the test says so."""

    def __init__(self) -> None:
        self.errands: list[Errand[Any]] = []
        self.answers: list[Callable[[dict[str, Any]], None]] = []

    def ask(self, estimate: str, wanted: dict[str, Any], done: Any, failed: Any) -> Errand[Any]:
        self.errands.append(Errand(lambda _: {}, done, failed))
        self.answers.append(done)
        return self.errands[-1]


@pytest.fixture
def estimates(monkeypatch: pytest.MonkeyPatch, qgis_app: QgsApplication) -> Estimates:
    made = Estimates()
    monkeypatch.setattr(consent, "ask", made.ask)
    monkeypatch.setattr(consent, "PATIENCE_MS", 100)
    return made


def test_what_nobody_waited_for_is_asked_again_when_the_page_is_shown_again(estimates: Estimates, qtbot: Any) -> None:
    box = ConsentBox("I agree", HINT, "an estimate", "WORDS", lambda: {"CONNECTION": "Farm"})
    qtbot.addWidget(box)
    box.show()
    box.look()
    qtbot.waitUntil(lambda: len(estimates.errands) == 1 and box.box.isEnabled())
    assert box.charge.text() == f"What it costs is not known yet. {HINT}"
    box.hide()
    assert estimates.errands[0].cancelled
    box.show()
    qtbot.waitUntil(lambda: len(estimates.errands) == 2)
    estimates.answers[1]({"WORDS": "12 units are charged."})
    assert box.charge.text() == "12 units are charged." and box.box.isEnabled()
    box.box.setChecked(True)
    box.hide()
    box.show()
    qtbot.wait(consent.PAUSE_MS + 300)
    assert len(estimates.errands) == 2 and box.value()
