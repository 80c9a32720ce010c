"""The items in the message bar: never more than one for what runs, one for how it ended, one for what can be taken back
and one for what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QProgressBar, QPushButton

from ...core import messages
from ...core.jobs import JobRecord, job_store
from ...core.jobs.heartbeat import heartbeat
from ...core.jobs.runner import runner
from ...core.poller import poller
from ...core.problems import Problem
from ...core.translation import tr
from ...core.undoing import Undo
from .. import operations
from . import words as words_of
from .actions import ANSWER
from .handler import JobsHandler

if TYPE_CHECKING:
    from ..desk import Desk

SECONDS = 1.0
SHOWN_SECONDS = 8
UNDO_SECONDS = 30
STEPS = 100
Button = tuple[str, str, Callable[[], None]]


class Item:
    """One place in the bar, empty or with an item. What is shown anew replaces what was there."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self.widget: Any = None

    @property
    def there(self) -> bool:
        """Whether the item is still shown; the user can close it."""
        return self.widget is not None and not sip.isdeleted(self.widget)

    def show(
        self, words: str, level: Qgis.MessageLevel, buttons: Sequence[Button], seconds: int, extra: Any = None
    ) -> None:
        """Show words, as plain text, with buttons (text, object name, deed)."""
        self.hide()
        self.widget = self._bar.createMessage(tr("Imagery Hub"), messages.rich_sentence(Problem(words)))
        if extra is not None:
            self.widget.layout().addWidget(extra)
        for text, name, deed in buttons:
            button = QPushButton(text)
            button.setObjectName(name)
            button.clicked.connect(deed)
            self.widget.layout().addWidget(button)
        self._bar.pushWidget(self.widget, level, seconds)

    def say(self, words: str) -> None:
        """Other words in the same item."""
        if self.there:
            self.widget.setText(messages.rich_sentence(Problem(words)))

    def hide(self) -> None:
        """Take it away."""
        if self.there:
            self._bar.popWidget(self.widget)
        self.widget = None


class JobNotices(QObject):
    """Main thread. ``look`` is called whenever a job began or ended here."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._handler = JobsHandler(desk)
        bar = desk.iface.messageBar()
        self._running, self._ended, self._waiting, self._undoable = Item(bar), Item(bar), Item(bar), Item(bar)
        self._bar = QProgressBar()
        self._shown: set[str] = set()
        self._titles: dict[str, str] = {}
        self._undo: dict[str, Undo] = {}
        self._unfinished: list[JobRecord] = []
        self._failures = 0
        self._tick = self._show_running
        runner().started.connect(self._begun)
        runner().ended.connect(self._over)
        for job in runner().running:  # the first of a session began before this was made
            self._begun(job)

    # ------------------------------------------------------------------ what runs
    def look(self) -> None:
        """Keep an eye on what runs; a second later it is shown, so that what is quick does not flicker."""
        if self._jobs():
            poller().add(self._tick, SECONDS)
        else:
            self._nothing_runs()

    @staticmethod
    def _jobs() -> set[str]:
        return {*runner().running, *(pulse.job for pulse in heartbeat.pulses())}

    def _nothing_runs(self) -> None:
        poller().remove(self._tick)
        self._running.hide()
        self._shown = set()

    def _show_running(self) -> None:
        jobs = self._jobs()
        if not jobs:
            self._nothing_runs()
            return
        words = tr("One job is running.") if len(jobs) == 1 else tr("{count} jobs are running.")
        words = words.format(count=len(jobs))
        paused = sum(pulse.hold.paused for pulse in heartbeat.pulses())
        if paused:
            words += " " + tr("{count} of them stand still.").format(count=paused)
        if jobs - self._shown:
            self._bar = QProgressBar()
            self._bar.setObjectName("imageryHubJobsProgress")
            self._bar.setMaximumWidth(200)
            buttons: list[Button] = [
                (tr("Show"), "imageryHubJobsShow", self._show_dock),
                (tr("Cancel") if len(jobs) == 1 else tr("Cancel All"), "imageryHubJobsCancel", self._stop_all),
            ]
            self._running.show(words, Qgis.MessageLevel.Info, buttons, 0, self._bar)
        else:
            self._running.say(words)
        self._shown = jobs
        if self._running.there:
            self._show_progress(jobs)

    def _show_progress(self, jobs: set[str]) -> None:
        """The mean of what is known; a moving bar while nothing is."""
        known = [share for share in (self._fraction(job) for job in jobs) if share is not None]
        self._bar.setRange(0, STEPS if known else 0)
        if known:
            self._bar.setValue(int(STEPS * sum(known) / len(jobs)))

    @staticmethod
    def _fraction(job: str) -> float | None:
        pulse = heartbeat.pulse(job)
        if pulse is not None:
            return pulse.progress.fraction
        percent = runner().percent(job)
        return percent / 100 if percent else None

    def _show_dock(self) -> None:
        self._desk.show_dock("jobs")

    def _stop_all(self) -> None:
        for job in self._jobs():
            runner().stop(job)

    # ------------------------------------------------------------------ how it ended
    def _begun(self, job: str) -> None:
        record = runner().brief.get(job) or job_store().get(job)
        self._titles[job] = runner().title(job) if record is None else words_of.name(record)
        if any(record.id == job for record in self._unfinished):
            self._waiting.hide()

    def _over(self, job: str, results: dict[str, Any], words: str) -> None:
        title, undo = self._titles.pop(job, ""), self._undo.pop(job, None)
        if undo is not None and not words:
            self._show_undo(undo)
            return
        if job in runner().stopped or job in runner().quiet:
            return
        record = job_store().get(job) if words else None
        if record is not None and record.question:
            self._asks(record)
        elif words:
            self._failed(job, title, words)
        elif not (self._ended.there and self._failures):
            self._done(job, title)

    def _failed(self, job: str, title: str, words: str) -> None:
        self._failures = self._failures + 1 if self._ended.there else 1
        if self._failures > 1:
            told = tr("{count} jobs failed, the last one was “{title}”: {reason}")
        else:
            told = tr("“{title}” failed: {reason}")
        told = told.format(count=self._failures, title=title, reason=words)
        show: Button = (tr("Show"), "imageryHubJobsShowFailed", lambda: self._show_job(job))
        self._ended.show(told, Qgis.MessageLevel.Warning, [show], 0)

    def _asks(self, record: JobRecord) -> None:
        self._failures = 0
        told = tr("“{title}” needs your answer: it is not known whether the platform took a step that was sent.")
        buttons: list[Button] = [
            (tr("Answer…"), "imageryHubJobsAnswer", lambda: self._answer(record)),
            (tr("Show"), "imageryHubJobsShowFailed", lambda: self._show_job(record.id)),
        ]
        self._ended.show(told.format(title=words_of.name(record)), Qgis.MessageLevel.Warning, buttons, 0)

    def _answer(self, record: JobRecord) -> None:
        self._ended.hide()
        self._handler.do(record, ANSWER)

    def _show_job(self, job: str) -> None:
        self._ended.hide()
        self._desk.show_dock("jobs").show_job(job)

    def _done(self, job: str, title: str) -> None:
        self._failures = 0
        layers = runner().layers.get(job, [])
        buttons: list[Button] = []
        if layers:
            buttons.append((tr("Zoom To"), "imageryHubJobsZoom", lambda: self._zoom(layers)))
        words = tr("“{title}” is done.").format(title=title)
        self._ended.show(words, Qgis.MessageLevel.Success, buttons, SHOWN_SECONDS)

    # ------------------------------------------------------------------ what can be taken back
    def offer_undo(self, undo: Undo) -> None:
        """Say what was done, with a button that takes it back: when the job is over, at once where it is not ours."""
        if undo.job in runner().running:
            self._undo[undo.job] = undo
        else:
            self._show_undo(undo)

    def _show_undo(self, undo: Undo) -> None:
        button: Button = (tr("Undo"), "imageryHubUndo", lambda: self._take_back(undo))
        self._undoable.show(undo.words, Qgis.MessageLevel.Info, [button], UNDO_SECONDS)

    def _take_back(self, undo: Undo) -> None:
        self._undoable.hide()
        try:
            operations.start(undo.algorithm, dict(undo.parameters))
        except Problem as error:
            self._undoable.show(messages.sentence(error), Qgis.MessageLevel.Warning, [], 0)

    def _zoom(self, layers: Sequence[str]) -> None:
        for identity in layers:
            layer = QgsProject.instance().mapLayer(identity)
            if layer is not None and layer.isSpatial():
                self._desk.iface.setActiveLayer(layer)
                self._desk.iface.zoomToActiveLayer()
                return

    # ------------------------------------------------------------------ what waits since the last session
    def unfinished(self, records: Sequence[JobRecord], refusal: str = "") -> None:
        """Offer to continue what was cut off when QGIS ended; once more when that was refused."""
        self._unfinished = list(records)
        stuck = sum(bool(record.obstacle) for record in records)
        words = tr("One job was not finished.") if len(records) == 1 else tr("{count} jobs were not finished.")
        words = words.format(count=len(records))
        if stuck:
            words += " " + tr("{count} of them cannot be continued.").format(count=stuck)
        buttons: list[Button] = [(tr("Show"), "imageryHubJobsShowUnfinished", self._show_unfinished)]
        if stuck < len(records):
            buttons.insert(0, (tr("Continue"), "imageryHubJobsContinue", self._continue))
        level = Qgis.MessageLevel.Warning if refusal else Qgis.MessageLevel.Info
        self._waiting.show(f"{words} {refusal}".strip(), level, buttons, 0)

    def _show_unfinished(self) -> None:
        self._waiting.hide()
        self._desk.show_dock("jobs").show_job(self._unfinished[0].id)

    def _continue(self) -> None:
        """The master password is asked for now. While it is not given, the offer stays."""
        wanted = [record for record in self._unfinished if not record.obstacle]
        self._waiting.hide()
        self._handler.go_on(wanted, self.unfinished)

    def remove(self) -> None:
        """Take everything back."""
        self._handler.close()
        poller().remove(self._tick)
        runner().started.disconnect(self._begun)
        runner().ended.disconnect(self._over)
        for item in (self._running, self._ended, self._waiting, self._undoable):
            item.hide()
