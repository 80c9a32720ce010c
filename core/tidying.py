"""When and where Python looks for garbage: shorter pauses while long lists come in, and never beside the main thread.

**Where.** Python looks for rings of objects in whichever thread happens to make a new one, and destroys what it finds
there. QGIS's own Python parts leave such rings with layers and widgets in them (the context of Processing's dialog is
one). Destroyed in a worker, they send events to their parents on the main thread; ``QgsApplication`` passes each on to
``QgsCustomization`` by a queued signal, whose addresses are stale when it arrives, and QGIS crashes now and then (seen
on 3.22 and 3.44). So while threads of ours are at work, they do not look, and a timer on the main thread does.

**How long.** QGIS and its plugins hold some 120,000 objects that stay to the end. A full collection looks at each of
them, and takes 50 to 100 ms for that, during which the window stands still; thousands of new rows bring one about. What
is there when a dock with long lists is built is therefore left out (``gc.freeze``): it is freed as ever when nobody
refers to it, only not looked through for rings, until the plugin is unloaded.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from qgis.PyQt.QtCore import QCoreApplication, QTimer

from . import main_thread

INTERVAL_MILLISECONDS = 1000


class _Elsewhere:
    """How many threads beside the main one are at work for us; while there are any, the main thread alone looks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._working = 0
        self._switched_off = False
        self._looking = False
        self._timer: QTimer | None = None

    def enter(self) -> None:
        with self._lock:
            self._working += 1
            if self._working == 1 and gc.isenabled():
                gc.disable()
                self._switched_off = True
            begins, self._looking = not self._looking, True
        if begins:
            main_thread.later(self._begin)

    def leave(self) -> None:
        with self._lock:
            self._working -= 1
            self._give_back()

    def close(self) -> None:
        with self._lock:
            timer, self._timer = self._timer, None
            self._looking = False
        if timer is not None:
            timer.stop()
            timer.deleteLater()

    def _give_back(self) -> None:
        if self._working == 0 and self._switched_off:
            self._switched_off = False
            gc.enable()

    def _begin(self) -> None:
        if not self._looking or QCoreApplication.closingDown():
            return
        self._timer = self._timer or QTimer()
        self._timer.setInterval(INTERVAL_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            working = self._working
        if working:
            look()
        else:
            self.close()


_elsewhere = _Elsewhere()


@contextmanager
def beside_the_main_thread() -> Iterator[None]:
    """While inside, garbage is looked for on the main thread only. On the main thread itself nothing changes."""
    if main_thread.is_main_thread():
        yield
        return
    _elsewhere.enter()
    try:
        yield
    finally:
        _elsewhere.leave()


def look() -> None:
    """Look through what Python would look through by now, by its own thresholds."""
    for generation in (2, 1, 0):
        threshold = gc.get_threshold()[generation]
        if threshold and gc.get_count()[generation] > threshold:
            gc.collect(generation)
            return


def leave_out_what_is_there() -> None:
    """From now on look through newer objects only."""
    gc.freeze()


def close() -> None:
    """Look through all again."""
    _elsewhere.close()
    gc.unfreeze()
