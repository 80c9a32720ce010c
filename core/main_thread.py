"""Getting work onto the main thread, where widgets, the project and QGIS's password dialogs live."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from qgis.PyQt.QtCore import QCoreApplication, QObject, Qt, QThread, pyqtSignal

from . import log
from .problems import Problem
from .translation import tr

Result = TypeVar("Result")
#: A master password dialog may wait for a person.
PATIENCE_SECONDS = 600.0


class _Doorman(QObject):
    """Lives in the main thread and calls what other threads hand in."""

    _handed_in = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        application = QCoreApplication.instance()
        if application is not None:
            self.moveToThread(application.thread())
        self._handed_in.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def hand_in(self, function: Callable[[], None]) -> None:
        self._handed_in.emit(function)

    def _call(self, function: Callable[[], None]) -> None:
        try:
            function()
        except Exception as error:  # the event loop must not see it; nobody else is there to hear of it
            log.unexpected(error)


_doorman: _Doorman | None = None
_lock = threading.Lock()


def is_main_thread() -> bool:
    """Whether the caller runs on the main thread (or there is no application at all)."""
    application = QCoreApplication.instance()
    return application is None or QThread.currentThread() == application.thread()


def later(function: Callable[[], None]) -> None:
    """Call it on the main thread as soon as its event loop comes round. From any thread."""
    global _doorman
    with _lock:
        if _doorman is None:
            _doorman = _Doorman()
        doorman = _doorman
    doorman.hand_in(function)


def call(function: Callable[[], Result]) -> Result:
    """Call it on the main thread, wait, and give what it gave or raise what it raised. From any thread."""
    if is_main_thread():
        return function()
    ended = threading.Event()
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["result"] = function()
        except BaseException as error:  # carried over to the thread that asked
            outcome["error"] = error
        finally:
            ended.set()

    later(run)
    if not ended.wait(PATIENCE_SECONDS):
        raise Problem(tr("QGIS was too busy to answer a question of a running job. Start the job again."))
    if "error" in outcome:
        raise outcome["error"]
    result: Result = outcome["result"]
    return result
