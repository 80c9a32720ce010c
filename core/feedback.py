"""From a flow's progress to QGIS's feedback."""

from __future__ import annotations

import threading

from qgis.core import QgsProcessingFeedback

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


def work_for(feedback: QgsProcessingFeedback, journal: Journal | None = None) -> Work:
    """What a flow needs, steered and shown by a Processing feedback."""
    return Work(journal, report=FeedbackReporter(feedback), cancelled=feedback.isCanceled)
