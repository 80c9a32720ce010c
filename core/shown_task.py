"""Progress in QGIS's task manager for work that is done elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

from qgis.core import QgsTask

from .tidying import handover
from .waiting import place_given_back


class ShownTask(QgsTask):
    """Shows progress and a cancel button. Its thread sleeps, and gives its place in the pool back meanwhile.

    Add it to ``QgsApplication.taskManager()``, call ``setProgress``, and ``end`` when it is over. It holds itself until
    QGIS is through with it: a task whose Python part is gone by then crashes QGIS now and then (seen on 3.22).
    """

    _under_way: ClassVar[set[ShownTask]] = set()

    def __init__(self, title: str, stop: Callable[[], None]) -> None:
        # Nothing is lost when QGIS ends in the middle, so that it need not ask what is to become of it.
        super().__init__(title, QgsTask.Flag.CanCancel | QgsTask.Flag.CancelWithoutPrompt)
        self._stop = stop
        self._ended = threading.Event()
        self._succeeded = False
        self._handover = handover()
        self._under_way.add(self)

    def run(self) -> bool:
        """Wait for the end."""
        with place_given_back():
            self._ended.wait()
        return self._succeeded

    def finished(self, result: bool) -> None:
        """Called on the main thread when the task is over, whether it ran or not."""
        self._handover = None
        self._under_way.discard(self)

    def end(self, succeeded: bool) -> None:
        """The work is over."""
        self._succeeded = succeeded
        self._ended.set()

    def cancel(self) -> None:
        """The user pressed cancel: the work is asked to stop, and the task goes on to sleep until it has."""
        self._stop()
        super().cancel()
