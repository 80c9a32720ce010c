"""The dock for looking for imagery: what to look for above, what was found below, its footprints on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QSplitter, QWidget

from ...core import messages, tidying
from ...core.problems import Problem
from ...core.search import SearchRun
from ...core.sessions import sessions
from ..connections.factory import show_page
from .form import SearchForm
from .results import CONNECT, Results

if TYPE_CHECKING:
    from ..desk import Desk

MARGIN = 6


class SearchDock(QgsDockWidget):
    """One search at a time. Results stay when the dock is closed; their footprints leave the map until it is opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self.desk = desk
        self._run: SearchRun | None = None
        tidying.leave_out_what_is_there()
        self.form = SearchForm()
        self.results = Results(desk)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("imageryHubSearchSplitter")
        self.splitter.addWidget(_padded(self.form))
        self.splitter.addWidget(_padded(self.results))
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(1, False)
        self._fitted = False
        self.setWidget(self.splitter)
        self.form.asked.connect(self._asked)
        self.form.entered.connect(self._search)
        self.form.changed.connect(self._changed)
        self.results.settled.connect(self._progress)
        self.results.more.connect(self._more)
        self.results.again.connect(lambda lane: lane.proceed())
        self.results.relaxed.connect(self._relax)
        self.visibilityChanged.connect(self._look_if_open)
        self.closedStateChanged.connect(self._look_if_open)
        sessions().closed.connect(self._forget)
        self._changed()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The form as high as it needs at first, the rest for what is found."""
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            QTimer.singleShot(0, self._fit)

    def _fit(self) -> None:
        wanted = self.form.wanted_height()
        self.splitter.setSizes([wanted, max(self.splitter.height() - wanted, wanted)])

    def _look_if_open(self, _: bool) -> None:
        """A closed dock, also one that is unloaded, asks nobody and leaves nothing on the map. One behind another, of
        which only the tab is seen, is open."""
        if self.isHidden() and self._run is not None:
            self._run.stop()
        self.results.on_map(not self.isHidden())

    # ------------------------------------------------------------------ searching
    def _asked(self) -> None:
        if self._run is not None and self._run.asking:
            self._run.stop()
        elif not self.results.busy:
            self._search()

    def _search(self) -> None:
        """Start anew. What was found before goes."""
        problem = self.form.problem()
        try:
            queries = {} if problem else self.form.queries()
        except Problem as error:
            problem = messages.sentence(error)
        if problem:
            self.results.refuse(problem)
            return
        self._end()
        self.form.remember()
        run = self._run = SearchRun(queries, sessions().run_at_once, self)
        self.results.begin(run)
        run.arrived.connect(self.results.take)
        run.changed.connect(self._progress)
        run.start()

    def _progress(self) -> None:
        if self._run is not None:
            self.form.running(self._run.asking or self.results.busy)
            self.results.progress()

    def _more(self, everything: bool) -> None:
        if self._run is not None and (not self._run.asking or self._run.held_up):
            self._run.proceed(None) if everything else self._run.proceed()

    def _relax(self, name: str) -> None:
        """Leave a filter out, or let in what has no known place, and search again. Without a connection: make one."""
        if name == CONNECT:
            show_page(self.desk.iface)
            return
        if name == "without_place":
            self.form.without_place.setChecked(True)
        else:
            self.form.drop(name)
        self._search()

    def _changed(self) -> None:
        """Before the first search: say how to begin, or that a connection is missing."""
        if self._run is None:
            self.results.invite(bool(self.form.connections.offered))

    def _forget(self, platform: str, connection: str) -> None:
        """A connection was logged out of, changed or removed: nothing of it stays."""
        if self._run is not None and self._run.drop(platform, connection):
            self.results.forget(platform, connection)
            if not self._run.lanes:
                self._end()
                self._changed()

    def _end(self) -> None:
        """Stop and forget the search."""
        if self._run is not None:
            self._run.close()
            self._run.deleteLater()
            self._run = None
        self.form.running(False)
        self.results.clear()


def _padded(widget: QWidget) -> QWidget:
    widget.layout().setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    return widget
