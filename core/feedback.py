"""From a flow's progress to QGIS's feedback."""

from __future__ import annotations

import threading
from collections.abc import Callable

from qgis.core import QgsProcessingFeedback, QgsProcessingMultiStepFeedback

from ..providers.journal import Journal
from ..providers.work import Progress, Work
from .messages import progress_text


class FeedbackReporter:
    """Passes progress on, from any thread; says a text only when it changes."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self._feedback = feedback
        self._lock = threading.Lock()
        self._said = ""

    def __call__(self, progress: Progress) -> None:
        text = progress_text(progress.message, progress.facts) if progress.message else ""
        with self._lock:
            if progress.fraction is not None:
                self._feedback.setProgress(100 * progress.fraction)
            if text and text != self._said:
                self._said = text
                self._feedback.setProgressText(text)


class NotedFeedback(QgsProcessingMultiStepFeedback):
    """Passes everything on to another feedback, as steps of a model do, and gives each text to ``note`` as well."""

    def __init__(self, feedback: QgsProcessingFeedback, note: Callable[[str], None]) -> None:
        super().__init__(1, feedback)
        self._inner = feedback
        self._note = note
        if feedback.isCanceled():
            self.cancel()

    def setProgressText(self, text: str) -> None:  # noqa: N802 - QGIS's name
        self._note(text)
        super().setProgressText(text)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N802, N803 - QGIS's names
        self._note(error)
        super().reportError(error, fatalError)

    def pushWarning(self, warning: str) -> None:  # noqa: N802 - QGIS's name
        self._note(warning)
        super().pushWarning(warning)

    def pushInfo(self, info: str) -> None:  # noqa: N802 - QGIS's name
        self._note(info)
        super().pushInfo(info)


def work_for(feedback: QgsProcessingFeedback, journal: Journal | None = None) -> Work:
    """What a flow needs, steered and shown by a Processing feedback."""
    return Work(journal, report=FeedbackReporter(feedback), cancelled=feedback.isCanceled)
