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
from types import TracebackType

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer

from . import main_thread

INTERVAL_MILLISECONDS = 1000


class BesideTheMainThread:
    """How much is at work beside the main thread for us; while there is any, the main thread alone looks.

    As a context it is for code that another thread runs; on the main thread itself it changes nothing. Who hands work
    to another thread says ``begin`` before, and ``end`` when it is over: making a context may already set Python
    looking, and so may the rest of a thread after one, which is why ``end`` takes effect on the main thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._working = 0
        self._switched_off = False
        self._looking = False
        self._timer: QTimer | None = None

    def __enter__(self) -> None:
        if threading.get_ident() != threading.main_thread().ident:
            self.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if threading.get_ident() != threading.main_thread().ident:
            self.end()

    def begin(self) -> None:
        """One more is at work. From any thread."""
        with self._lock:
            self._working += 1
            if self._working == 1 and gc.isenabled():
                gc.disable()
                self._switched_off = True
            begins, self._looking = not self._looking, True
        if begins:
            main_thread.later(self._begin_to_look)

    def end(self) -> None:
        """One less is at work. From any thread."""
        if threading.get_ident() == threading.main_thread().ident:
            self._ended()
        else:
            main_thread.later(self._ended)

    def close(self) -> None:
        """Stop the timer. On the main thread."""
        with self._lock:
            timer, self._timer = self._timer, None
            self._looking = False
        if timer is not None:
            timer.stop()

    def _ended(self) -> None:
        with self._lock:
            self._working -= 1
            if self._working == 0 and self._switched_off:
                self._switched_off = False
                gc.enable()

    def _begin_to_look(self) -> None:
        if self._looking and self._timer is None:
            self._timer = QTimer()
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


beside_the_main_thread = BesideTheMainThread()


class Handover:
    """From where the main thread prepares work to where another thread is at it: to the end of this object."""

    def __init__(self) -> None:
        beside_the_main_thread.begin()

    def __del__(self) -> None:
        beside_the_main_thread.end()


def handover() -> Handover | None:
    """To be made on the main thread, and kept. None where no other thread will do the work, as in ``qgis_process``."""
    in_window = QgsApplication.platform() == "desktop"
    return Handover() if in_window and threading.get_ident() == threading.main_thread().ident else None


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
    beside_the_main_thread.close()
    gc.unfreeze()
