"""The dock for what runs and what ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsSettings
from qgis.gui import QgsDockWidget, QgsFilterLineEdit
from qgis.PyQt.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ...core import messages
from ...core.jobs import JobRecord
from ...core.jobs.progress import Shown
from ...core.translation import tr
from ..status import StatusLine
from .actions import GO_ON, PAUSE, REMOVE, RETRY, deeds
from .delegate import ButtonsDelegate, ProgressDelegate
from .details import Details
from .feed import JobsFeed
from .handler import JobsHandler
from .model import ACTIONS, ALL, CONNECTION, FINISHED, JOB, PROGRESS, RUNNING, STARTED, STATE, UNFINISHED, JobsModel

if TYPE_CHECKING:
    from ..desk import Desk

FILTER = "imagery_hub/jobs/filter"
DETAILS = "imagery_hub/jobs/details"
WIDE = 760
#: In a narrower list these columns are left to the details.
SPARE = {CONNECTION: 720, STARTED: 880}
WIDTHS = {CONNECTION: 130, STATE: 130, PROGRESS: 190, STARTED: 130, ACTIONS: 84}


class JobsDock(QgsDockWidget):
    """All jobs of the profile, whoever works on them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self.desk = desk
        self._wanted = ""
        self.feed = JobsFeed()
        self._handler = JobsHandler(desk)
        self.model = JobsModel(self.feed.progress, self)
        self.list = self._make_list()
        self.details = Details(self._handler.do)
        self._splitter = QSplitter()
        self._splitter.addWidget(self.list)
        self._splitter.addWidget(self.details)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setChildrenCollapsible(False)
        self.details.setVisible(QgsSettings().value(DETAILS, True, type=bool))
        self._pages = QStackedWidget()
        self._empty = self._make_empty()
        self._trouble = StatusLine()
        self._trouble.setVisible(False)
        for page in (self._splitter, self._empty):
            self._pages.addWidget(page)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.addLayout(self._make_bar())
        layout.addWidget(self._trouble)
        layout.addWidget(self._pages, 1)
        self.setWidget(content)
        self._connect()
        self._filter()
        self._show_job()
        self.feed.look()

    def _connect(self) -> None:
        self.feed.changed.connect(self._take)
        self.feed.moved.connect(self._move)
        self.feed.failed.connect(self._fail)
        self.states.currentIndexChanged.connect(self._filter)
        self.search.textChanged.connect(self._filter)
        self.clear.clicked.connect(lambda: self._handler.remove(self.model.finished()))
        self.list.selectionModel().selectionChanged.connect(self._show_job)
        self.list.installEventFilter(self)

    # ------------------------------------------------------------------ building
    def _make_bar(self) -> QHBoxLayout:
        self.states = QComboBox()
        self.states.setObjectName("imageryHubJobsFilter")
        self.states.setAccessibleName(tr("Which jobs to show"))
        for key, title in (
            (ALL, tr("All")), (RUNNING, tr("Running")), (UNFINISHED, tr("Unfinished")), (FINISHED, tr("Finished")),
        ):
            self.states.addItem(title, key)
        self.states.setCurrentIndex(max(0, self.states.findData(QgsSettings().value(FILTER, ALL))))
        self.search = QgsFilterLineEdit()
        self.search.setObjectName("imageryHubJobsSearch")
        self.search.setPlaceholderText(tr("Search jobs"))
        self.search.setShowClearButton(True)
        self.search.setShowSearchIcon(True)
        self.search.setMaximumWidth(360)
        self.clear = QPushButton(tr("Clear Finished"))
        self.clear.setObjectName("imageryHubJobsClear")
        self.clear.setToolTip(tr("Take all jobs that are done off the list"))
        bar = QHBoxLayout()
        bar.addWidget(self.states)
        bar.addWidget(self.search, 2)
        bar.addStretch(1)
        bar.addWidget(self.clear)
        return bar

    def _make_list(self) -> QTreeView:
        view = QTreeView()
        view.setObjectName("imageryHubJobsList")
        view.setAccessibleName(tr("Jobs"))
        view.setModel(self.model)
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setAlternatingRowColors(True)
        view.setAllColumnsShowFocus(True)
        view.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        view.setToolTip(tr("Space pauses and continues, Del removes, Enter shows the details"))
        view.setItemDelegateForColumn(PROGRESS, ProgressDelegate(view))
        view.setItemDelegateForColumn(ACTIONS, ButtonsDelegate(self._handler.do, view))
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(JOB, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        return view

    def _make_empty(self) -> QWidget:
        page = QWidget()
        self._nothing = QLabel()
        self._nothing.setObjectName("imageryHubJobsEmpty")
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._show_all = QPushButton(tr("Show All"))
        self._show_all.setObjectName("imageryHubJobsShowAll")
        self._show_all.clicked.connect(self._unfilter)
        layout = QVBoxLayout(page)
        layout.addStretch(1)
        layout.addWidget(self._nothing)
        layout.addWidget(self._show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        return page

    # ------------------------------------------------------------------ what is shown
    def _take(self) -> None:
        self._trouble.setVisible(False)
        self.model.show(self.feed.records)
        self._look_over()
        if self._wanted:
            self.show_job(self._wanted)
        self._show_job()

    def _move(self) -> None:
        self.model.moved()
        self._show_job()

    def _fail(self, error: Exception) -> None:
        self._trouble.failure(messages.sentence(error))
        self._trouble.setVisible(True)

    def _filter(self) -> None:
        QgsSettings().setValue(FILTER, self.states.currentData())
        self.model.filter(self.states.currentData(), self.search.text())
        self._look_over()

    def _unfilter(self) -> None:
        self.search.clear()
        self.states.setCurrentIndex(0)

    def _look_over(self) -> None:
        """The page that fits, and whether there is something to clear."""
        some, rows = bool(self.model.total), self.model.rowCount()
        self._pages.setCurrentWidget(self._splitter if rows else self._empty)
        self._show_all.setVisible(some)
        self._nothing.setText(
            tr("No job fits the search.")
            if some
            else tr(
                "No jobs yet. What you send to a platform, fetch from it or let it work on appears here, with its"
                " progress, and can be paused, continued and looked up."
            )
        )
        self.clear.setEnabled(bool(self.model.finished()))
        if rows and not self.list.selectionModel().hasSelection():
            self._select(self.model.index(0, JOB))

    def _select(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.list.selectionModel().setCurrentIndex(index, flags)

    def show_job(self, job: str) -> None:
        """Select a job, with its details, once the list was read. One that is filtered away is brought back."""
        self.details.setVisible(True)
        self._wanted = "" if self.feed.loaded else job
        if not self.model.find(job).isValid():
            self._unfilter()
        index = self.model.find(job)
        if index.isValid():
            self._select(index)
            self.list.scrollTo(index)

    def _selected(self) -> list[JobRecord]:
        found = (self.model.record(index) for index in self.list.selectionModel().selectedRows())
        return [record for record in found if record is not None]

    def _show_job(self) -> None:
        record = self.model.record(self.list.currentIndex()) if self._selected() else None
        if record is None:
            self.details.show_job(None, Shown())
        else:
            self.details.show_job(record, self.feed.progress(record))

    # ------------------------------------------------------------------ keys and size
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self.list and event.type() == QEvent.Type.Resize:
            self._fit_columns(self.list.width())
        if watched is self.list and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Space:
                self._pause_or_go_on()
            elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self._remove()
            elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._toggle_details()
            else:
                return False
            return True
        return super().eventFilter(watched, event)

    def _fit_columns(self, width: int) -> None:
        """The job's name keeps room enough to be read."""
        for column, least in SPARE.items():
            self.list.setColumnHidden(column, width < least)
        narrow = width < SPARE[CONNECTION]
        for column in (STATE, PROGRESS):
            self.list.header().resizeSection(column, WIDTHS[column] * 4 // 5 if narrow else WIDTHS[column])

    def _pause_or_go_on(self) -> None:
        for record in self._selected():
            fitting = deeds(record, self.feed.progress(record))
            key = next((one for one in (PAUSE, GO_ON, RETRY) if one in fitting), "")
            if key and not self._handler.do(record, key):
                return

    def _remove(self) -> None:
        """What still runs is left alone: it is cancelled by its own button."""
        jobs = [record.id for record in self._selected() if REMOVE in deeds(record, self.feed.progress(record))]
        self._handler.remove(jobs)

    def _toggle_details(self) -> None:
        shown = not self.details.isVisible()
        self.details.setVisible(shown)
        QgsSettings().setValue(DETAILS, shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        self._splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def close_down(self) -> None:
        """Read no more, for unloading."""
        self._handler.close()
        self.details.close_down()
        self.feed.close()
