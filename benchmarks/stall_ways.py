"""A heartbeat in Qt's event loop while the plugin works: ``python -m benchmarks.stall_ways CASE [VALUE ...]``.

``idle SECONDS``, ``upload RASTER``, ``result FORM OPERATION FOLDER``, ``list EXPECTED``. The work runs as in QGIS:
algorithms by the jobs' runner in the plugin's pool, the listing by what fills a choice widget. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import qgis_process

BEAT_MS = 5
LONG_MS = 100.0


class Heartbeat:
    """A timer of the main thread. A gap is the time between two beats; ``waited`` is the part of it in which the thread
    could have run and the kernel gave the processor to others (/proc/self/task/TID/schedstat)."""

    def __init__(self) -> None:
        from qgis.PyQt.QtCore import Qt, QTimer

        self._status = os.open(f"/proc/self/task/{os.getpid()}/schedstat", os.O_RDONLY)
        self.gaps: list[tuple[float, float]] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """From now on."""
        self._before = self._now()
        self._timer.start()

    def stop(self) -> None:
        """The last gap counts too."""
        self._beat()
        self._timer.stop()

    def _now(self) -> tuple[float, float]:
        waited = int(os.pread(self._status, 100, 0).split()[1])
        return time.perf_counter() * 1000, waited / 1e6

    def _beat(self) -> None:
        now = self._now()
        self.gaps.append((now[0] - self._before[0], now[1] - self._before[1]))
        self._before = now

    def summary(self) -> dict[str, Any]:
        """Milliseconds: the longest gap, the longest without the kernel's part, and how many were long."""
        alone = sorted(gap - waited for gap, waited in self.gaps)
        walls = sorted(gap for gap, _ in self.gaps)
        return {
            "seconds": round(sum(walls) / 1000, 2),
            "beats": len(walls),
            "longest_ms": round(walls[-1], 1),
            "longest_without_waiting_for_a_processor_ms": round(alone[-1], 1),
            "p999_ms": round(walls[int(len(walls) * 0.999)], 1),
            "long_gaps": sum(gap > LONG_MS for gap in walls),
            "long_gaps_without_waiting": sum(gap > LONG_MS for gap in alone),
        }


def run(begin: Callable[[Callable[[str], None]], None]) -> dict[str, Any]:
    """Start some work when the event loop runs; it calls what it is given with a sentence, empty when all is well."""
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QApplication

    heart = Heartbeat()
    said: list[str] = []

    def end(words: str) -> None:
        said.append(words)
        heart.stop()
        QApplication.instance().quit()

    def start() -> None:
        heart.start()
        QTimer.singleShot(200, lambda: begin(end))

    QTimer.singleShot(0, start)
    QApplication.instance().exec()
    if said[-1]:
        raise RuntimeError(said[-1])
    return heart.summary()


def idle(end: Callable[[str], None], seconds: str) -> None:
    """Nothing at all."""
    from qgis.PyQt.QtCore import QTimer

    QTimer.singleShot(int(float(seconds) * 1000), lambda: end(""))


def upload(end: Callable[[str], None], raster: str) -> None:
    """The upload algorithm as a job."""
    _job(end, "imageryhub:picterra_uploadraster", {"INPUT": raster, "NAME": "benchmark"})


def result(end: Callable[[str], None], form: str, operation: str, folder: str) -> None:
    """Download and conversion of a result as a job."""
    target = str(Path(folder) / "stalls.gpkg")
    way = {"multipolygon": 1, "collection": 2}[form]
    _job(end, "imageryhub:picterra_downloadresult", {"OPERATION": operation, "WAY": way, "OUTPUT": target})


def _job(end: Callable[[str], None], algorithm: str, parameters: dict[str, Any]) -> None:
    from imagery_hub.core.jobs.runner import runner

    runner().ended.connect(lambda job, results, words: end(words))
    runner().start(algorithm, parameters)


def listing(end: Callable[[str], None], expected: str) -> None:
    """All pages of the choice of a raster, each asked for when the one before has come."""
    from imagery_hub.algorithms.picterra import listers
    from imagery_hub.ui.choices.source import ChoiceSource, Page

    source = ChoiceSource("picterra", lambda: listers.rasters, "rasters", lambda: "", dict)
    count = 0

    def came(page: Page) -> None:
        nonlocal count
        count += len(page.entries)
        if page.more:
            source.proceed(came, failed)
        else:
            end("" if count == int(expected) else f"{count} rasters of {expected} came")

    def failed(error: Exception) -> None:
        end(str(error) or type(error).__name__)

    source.begin("", came, failed)


CASES: dict[str, Any] = {"idle": idle, "upload": upload, "result": result, "list": listing}

if __name__ == "__main__":
    qgis_process.start()
    chosen, values = CASES[sys.argv[1]], sys.argv[2:]
    found = run(lambda end: chosen(end, *values))
    sys.stdout.write(json.dumps(found) + "\n")
    qgis_process.leave()
