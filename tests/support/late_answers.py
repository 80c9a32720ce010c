"""Answers of background questions that arrive when a test says so, for tests of what comes too late."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from imagery_hub.core.background import Errand
from imagery_hub.core.sessions import Sessions
from qgis.PyQt.QtCore import QCoreApplication

PATIENCE_SECONDS = 60


class LateAnswer:
    """A function of which one answer is held back: it tells what was so when it was asked."""

    def __init__(self, real: Callable[..., Any], failure: Exception | None, after: int, go: threading.Event) -> None:
        self._real, self._failure, self._after, self._go = real, failure, after, go
        self._calls = itertools.count()
        self.asked = threading.Event()

    def __call__(self, *given: Any) -> Any:
        late = next(self._calls) == self._after
        answer = self._real(*given)
        if late:
            self.asked.set()
            self._go.wait(PATIENCE_SECONDS)
            if self._failure is not None:
                raise self._failure
        return answer


class LateAnswers:
    """Holds answers back, and notes what is asked of the sessions from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._go = threading.Event()
        self._errands: list[Errand[Any]] = []
        run, errands = Sessions.run, self._errands

        def noted(sessions: Sessions, *given: Any) -> Errand[Any]:
            errands.append(run(sessions, *given))
            return errands[-1]

        monkeypatch.setattr(Sessions, "run", noted)

    def hold(self, module: Any, name: str, failure: Exception | None = None, after: int = 0) -> LateAnswer:
        """Hold back the next answer of a module's function, or one ``after`` others; ``failure`` takes its place."""
        late = LateAnswer(getattr(module, name), failure, after, self._go)
        self._monkeypatch.setattr(module, name, late)
        return late

    def release(self) -> None:
        """Let them arrive."""
        self._go.set()

    def arrive(self, qtbot: Any) -> None:
        """Let them arrive, and come back when all that was asked is answered and heard."""
        self.release()
        qtbot.waitUntil(lambda: all(one.ended.is_set() for one in self._errands), timeout=PATIENCE_SECONDS * 1000)
        QCoreApplication.processEvents()  # an errand hands its answer to the main thread before it has ended
