"""Inside the real QGIS, started by ``desk_speed``: all docks open, a heartbeat, and some work.

DESK_CASE names the case, DESK_VALUES its values as JSON, DESK_FOUND the file for what was found.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QModelIndex, QTimer
from qgis.PyQt.QtWidgets import QDockWidget, QPushButton, QTableView, QTreeView
from qgis.utils import iface, plugins

from .stall_ways import Heartbeat

SETTLE_MS = 4000
LOOK_MS = 50


class Work:
    """One case: ``begin`` starts it, ``over`` tells whether it has ended."""

    def __init__(self, begin: Callable[[], None], over: Callable[[], bool]) -> None:
        self.begin, self.over = begin, over


def job(algorithm: str, parameters: dict[str, Any]) -> Work:
    """An algorithm as the desk starts it; its layers come onto the map."""
    from imagery_hub.core.jobs.runner import runner
    from imagery_hub.ui import operations

    said: list[str] = []

    def begin() -> None:
        runner().ended.connect(lambda job, results, words: said.append(words))
        operations.start(algorithm, parameters)

    def over() -> bool:
        if said and said[-1]:
            raise RuntimeError(said[-1])
        return bool(said) and not iface.mapCanvas().isDrawing()

    return Work(begin, over)


def upload(raster: str) -> Work:
    """1 GiB to the platform."""
    return job("picterra_uploadraster", {"CONNECTION": "", "INPUT": raster, "NAME": "benchmark"})


def result(operation: str, target: str) -> Work:
    """A million polygons to a layer on the map, which the dock for results then counts."""
    fetched = job("picterra_downloadresult", {"CONNECTION": "", "OPERATION": operation, "OUTPUT": target})
    dock = iface.mainWindow().findChild(QDockWidget, "imageryHubResultsDock")
    chosen: list[bool] = []

    def over() -> bool:
        if not fetched.over():
            return False
        if not chosen:
            layer = next(iter(QgsProject.instance().mapLayers().values()))
            iface.setActiveLayer(layer)
            iface.zoomToActiveLayer()
            chosen.append(True)
        return bool(dock.summary.text()) and "…" not in dock.summary.text() and not iface.mapCanvas().isDrawing()

    return Work(fetched.begin, over)


def listing(expected: int) -> Work:
    """All rasters in the tree of the Hub dock, page by page, by scrolling to its end."""
    tree = iface.mainWindow().findChild(QDockWidget, "imageryHubHubDock").findChild(QTreeView, "imageryHubTree")

    def branch() -> QModelIndex:
        model, index = tree.model(), QModelIndex()
        for name in (None, "All rasters"):
            rows = [model.index(row, 0, index) for row in range(model.rowCount(index))]
            index = next((one for one in rows if name is None or one.data() == name), QModelIndex())
            if not index.isValid():
                return index
            tree.expand(index)
        return index

    def over() -> bool:
        index = branch()
        bar = tree.verticalScrollBar()
        bar.setValue(bar.maximum())
        return index.isValid() and tree.model().rowCount(index) >= expected

    return Work(lambda: None, over)


def searching(expected: int) -> Work:
    """All rasters in the table of the Search dock, by scrolling to its end."""
    dock = iface.mainWindow().findChild(QDockWidget, "imageryHubSearchDock")
    table = dock.findChild(QTableView, "imageryHubSearchTable")

    def over() -> bool:
        bar = table.verticalScrollBar()
        bar.setValue(bar.maximum())
        more = dock.findChild(QPushButton, "imageryHubSearchMore")
        if more is not None and more.isVisible() and more.isEnabled():
            more.click()
        return table.model().rowCount() >= expected

    return Work(lambda: dock.findChild(QPushButton, "imageryHubSearchStart").click(), over)


def idle(seconds: float) -> Work:
    """Nothing but the open docks."""
    over: list[bool] = []
    return Work(lambda: QTimer.singleShot(int(seconds * 1000), lambda: over.append(True)), lambda: bool(over))


CASES: dict[str, Callable[..., Work]] = {
    "idle": idle, "upload": upload, "result": result, "list": listing, "search": searching,
}


def run() -> None:
    """Open the docks, then the heartbeat, then the work."""
    try:
        window = iface.mainWindow()
        window.resize(1600, 1000)
        iface.newProject(False)
        desk = next(one for one in vars(plugins["imagery_hub"]).values() if type(one).__name__ == "Desk")
        for plan in sys.modules[type(desk).__module__].DOCKS:
            desk.show_dock(plan.key)
        QTimer.singleShot(SETTLE_MS, work)
    except BaseException:
        leave(None)


class Watch:
    """The heartbeat of a case, and the look whether it is over."""

    def __init__(self, case: Work) -> None:
        self.case = case
        self.heart = Heartbeat()
        self.timer = QTimer()
        self.timer.timeout.connect(self.look)

    def start(self) -> None:
        self.heart.start()
        self.case.begin()
        self.timer.start(LOOK_MS)

    def look(self) -> None:
        try:
            if self.case.over():
                self.timer.stop()
                self.heart.stop()
                leave(self.heart.summary())
        except BaseException:
            leave(None)


watches: list[Watch] = []


def work() -> None:
    """Begin the case."""
    try:
        watches.append(Watch(CASES[os.environ["DESK_CASE"]](*json.loads(os.environ["DESK_VALUES"]))))
        watches[0].start()
    except BaseException:
        leave(None)


def leave(found: dict[str, Any] | None) -> None:
    """Note what was found and end QGIS."""
    if found is None:
        traceback.print_exc()
    else:
        Path(os.environ["DESK_FOUND"]).write_text(json.dumps(found), "utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if found else 1)


def begin() -> None:
    """Called when QGIS is up."""
    Path(os.environ["STARTED"]).touch()
    QTimer.singleShot(1500, run)
