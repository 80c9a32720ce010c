"""What is known of the job that is selected: sentences, buttons and its log."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...algorithms.base import ImageryAlgorithm
from ...core.background import Errand, background
from ...core.jobs import JobRecord, State
from ...core.jobs.logbook import read_log
from ...core.jobs.progress import Shown
from ...core.jobs.record import OPEN
from ...core.jobs.store import store_path
from ...core.moments import shown_seconds
from ...core.translation import tr
from . import words
from .actions import DEEDS, deeds

BUTTONS_IN_A_ROW = 3


class Details(QWidget):
    """``act`` is called with the job and the deed whose button was pressed."""

    def __init__(self, act: Callable[[JobRecord, str], None]) -> None:
        super().__init__()
        self._act = act
        self._record: JobRecord | None = None
        self._keys: list[str] = []
        self._reading: Errand[str] | None = None
        self.title = _label("imageryHubJobTitle")
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.facts = _label("imageryHubJobFacts")
        self._buttons = QWidget()
        self._rows = QGridLayout(self._buttons)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.log = QPlainTextEdit()
        self.log.setObjectName("imageryHubJobLog")
        self.log.setAccessibleName(tr("Log of the job"))
        self.log.setReadOnly(True)
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setPlaceholderText(tr("Nothing was noted of this job."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 0, 0, 0)
        for widget in (self.title, self.facts, self._buttons):
            layout.addWidget(widget)
        layout.addWidget(self.log, 1)

    def show_job(self, record: JobRecord | None, shown: Shown) -> None:
        """Show this job; None shows nothing."""
        is_other = record is None or self._record is None or record.id != self._record.id
        changed = record != self._record
        self._record = record
        if record is None:
            self._clear()
            return
        self.title.setText(record.title)
        self.facts.setText(_facts(record, shown))
        self._show_buttons(deeds(record, shown))
        if is_other:
            self.log.clear()
        if is_other or changed or record.state is State.RUNNING:
            self._read_log(record, is_other)

    def _clear(self) -> None:
        self.title.setText(tr("Select a job to see its details and its log."))
        self.facts.clear()
        self.log.clear()
        self._show_buttons([])

    def _show_buttons(self, keys: list[str]) -> None:
        """A new row of buttons only when others fit: one that is being pressed must stay."""
        if keys == self._keys:
            return
        self._keys = keys
        while self._rows.count():
            widget = self._rows.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        for number, key in enumerate(keys):
            deed = DEEDS[key]
            button = QPushButton(deed.icon(), deed.title())
            button.setObjectName(f"imageryHubJob{key.title().replace(' ', '')}")
            button.setToolTip(deed.tip())
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _, key=key: self._record is not None and self._act(self._record, key))
            self._rows.addWidget(button, number // BUTTONS_IN_A_ROW, number % BUTTONS_IN_A_ROW)
        self._rows.setColumnStretch(BUTTONS_IN_A_ROW, 1)

    def _read_log(self, record: JobRecord, is_other: bool) -> None:
        if self._reading is not None and not self._reading.ended.is_set():
            if not is_other:
                return
            self._reading.cancel()  # that of the job before
        store, job = store_path(), record.id

        def show(text: str) -> None:
            if self._record is not None and self._record.id == job and text != self.log.toPlainText():
                self.log.setPlainText(text)
                self.log.verticalScrollBar().setValue(self.log.verticalScrollBar().maximum())

        self._reading = background().run(lambda errand: read_log(store, job), show)

    def close_down(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _facts(record: JobRecord, shown: Shown) -> str:
    running = words.progress(shown) if record.state is State.RUNNING else ""
    lines = [
        words.about(record),
        " · ".join(part for part in (words.state(record, shown), running) if part),
        record.message,
        record.obstacle if record.state is not State.DONE else "",
        tr("A file that has not arrived whole starts again from its beginning; one object remains on the platform.")
        if record.state in OPEN and _starts_again(record)
        else "",
        tr("Connection: {name}").format(name=words.connection(record)) if words.connection(record) else "",
        tr("Started {moment}").format(moment=shown_seconds(record.started or record.created)),
        tr("Ended {moment}").format(moment=shown_seconds(record.ended)) if record.ended else "",
    ]
    return "\n".join(line for line in lines if line)


def _starts_again(record: JobRecord) -> bool:
    algorithm = words.algorithm_of(record)
    return isinstance(algorithm, ImageryAlgorithm) and algorithm.starts_again_with(record.parameters)
