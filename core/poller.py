"""One timer for everything that has to be looked at from time to time."""

from __future__ import annotations

import time
from collections.abc import Callable

from qgis.PyQt.QtCore import QObject, QTimer

from . import log

TICK_MILLISECONDS = 1000


class Poller(QObject):
    """Calls each visitor on the main thread when its interval has passed; the timer rests while there is none.

    Visitors are short: what waits for a network goes to ``background``.
    """

    def __init__(self, tick: int = TICK_MILLISECONDS, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._visitors: dict[Callable[[], None], tuple[float, float]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(tick)
        self._timer.timeout.connect(self.visit)

    def add(self, visitor: Callable[[], None], seconds: float) -> None:
        """Call it every so many seconds from now on."""
        self._visitors[visitor] = (seconds, self._now() + seconds)
        self._timer.start()

    def remove(self, visitor: Callable[[], None]) -> None:
        """Call it no more."""
        self._visitors.pop(visitor, None)
        if not self._visitors:
            self._timer.stop()

    def visit(self) -> None:
        """Call who is due. One that fails is noted and does not keep the others from their turn."""
        now = self._now()
        for visitor, (seconds, due) in list(self._visitors.items()):
            if visitor in self._visitors and due <= now:
                self._visitors[visitor] = (seconds, now + seconds)
                try:
                    visitor()
                except Exception as error:  # an event loop must not see it
                    log.unexpected(error)

    @property
    def resting(self) -> bool:
        """Whether the timer is off."""
        return not self._timer.isActive()


_poller: Poller | None = None


def poller() -> Poller:
    """The poller of this QGIS. Main thread only."""
    global _poller
    if _poller is None:
        _poller = Poller()
    return _poller


def close() -> None:
    """Stop the timer."""
    global _poller
    if _poller is not None:
        _poller.deleteLater()
        _poller = None
