"""Does what the buttons, keys and messages of the desk say to jobs."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ...core import messages
from ...core.job_events import events
from ...core.jobs import JobRecord, job_store, questions
from ...core.jobs import parameters as parameter_values
from ...core.jobs.runner import runner
from ...core.problems import Problem
from ...core.secrets import SecretsLocked
from ...core.translation import tr
from .. import operations
from . import results, words
from .actions import ADD, ANSWER, CANCEL, FOLLOW_NO_MORE, GO_ON, OPEN, PAUSE, REMOVE, RETRY
from .question import AGAIN, DONE, QuestionDialog

if TYPE_CHECKING:
    from ..desk import Desk

UNDO_SECONDS = 20


class JobsHandler(QObject):
    """Main thread. What cannot be done is said in the message bar."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._closed = False
        self._offered: list[QWidget] = []
        self._deeds: dict[str, Callable[[JobRecord], None]] = {
            PAUSE: lambda record: runner().pause(record.id),
            GO_ON: lambda record: runner().go_on(record.id),
            RETRY: lambda record: runner().go_on(record.id),
            CANCEL: lambda record: runner().stop(record.id),
            FOLLOW_NO_MORE: lambda record: runner().stop(record.id),
            ANSWER: self._answer,
            ADD: self._add,
            OPEN: self._open,
            REMOVE: lambda record: self.remove([record.id]),
        }

    def do(self, record: JobRecord, key: str) -> bool:
        """Do one thing with one job; False when it could not be done."""
        try:
            self._deeds[key](record)
        except Exception as error:
            self.refused(record.title, error)
            return False
        events.changed.emit()
        return True

    def refused(self, title: str, error: Exception) -> None:
        """Say why something could not be done."""
        self._desk.iface.messageBar().pushMessage(
            html.escape(title), messages.rich_sentence(error), Qgis.MessageLevel.Warning, 0
        )

    def go_on(self, records: Sequence[JobRecord], locked: Callable[[list[JobRecord], str], None]) -> None:
        """Continue several jobs, one in each round of the event loop.

        ``locked`` is called when the keys stayed locked, with the jobs that stay as they are and the sentence why.
        """
        left = list(records)

        def proceed() -> None:
            if self._closed or not left:
                return
            record = left.pop(0)
            try:
                runner().go_on(record.id)
            except SecretsLocked as error:
                locked([record, *left], messages.sentence(error))
                return
            except Exception as error:
                self.refused(record.title, error)
            QTimer.singleShot(0, proceed)

        proceed()

    def close(self) -> None:
        """Do nothing more, and offer nothing."""
        self._closed = True
        for item in filter(_is_there, self._offered):
            self._desk.iface.messageBar().popWidget(item)
        self._offered.clear()

    def _add(self, record: JobRecord) -> None:
        for layer in results.add_to_map(record):
            self._desk.iface.setActiveLayer(layer)

    @staticmethod
    def _open(record: JobRecord) -> None:
        algorithm = words.algorithm_of(record)
        if algorithm is None:
            words_of_it = tr("This job needs the algorithm {id}, which is not in this QGIS.")
            raise Problem(words_of_it.format(id=record.algorithm))
        values = parameter_values.from_json(record.parameters)
        values.pop(operations.CONFIRM, None)  # who agreed then has not agreed to a second time
        operations.open_dialog(
            record.algorithm, operations.as_given(values, algorithm.destinationParameterDefinitions())
        )

    def _answer(self, record: JobRecord) -> None:
        question = questions.question_of(job_store(), record)
        if question is None:
            runner().go_on(record.id)
            return
        algorithm = words.algorithm_of(record)
        costs = algorithm is not None and algorithm.parameterDefinition(operations.CONFIRM) is not None
        dialog = QuestionDialog(question, words.about(record), costs, self._desk.iface.mainWindow())
        dialog.exec()
        answer, value = dialog.answer, dialog.value
        dialog.deleteLater()
        if answer == DONE:
            questions.it_was_done(job_store(), question, value)
        elif answer == AGAIN:
            questions.do_it_again(job_store(), question)
        else:
            return
        runner().go_on(record.id)

    # ------------------------------------------------------------------ taking off the list
    def remove(self, jobs: Sequence[str]) -> None:
        """Take jobs off the list; the message bar has an "Undo" for a while."""
        brief = {job: runner().brief.pop(job) for job in jobs if job in runner().brief and job not in runner().running}
        removed = job_store().remove(job for job in jobs if job not in brief)
        count = len(removed) + len(brief)
        events.changed.emit()
        if not count:
            return
        bar = self._desk.iface.messageBar()
        text = tr("One job was taken off the list.") if count == 1 else tr("{count} jobs were taken off the list.")
        item = bar.createMessage(tr("Imagery Hub"), text.format(count=count))
        button = QPushButton(tr("Undo"))
        button.setObjectName("imageryHubUndoRemove")

        def undo() -> None:
            job_store().bring_back(removed)
            runner().brief.update(brief)
            events.changed.emit()
            bar.popWidget(item)

        button.clicked.connect(undo)
        item.layout().addWidget(button)
        bar.pushWidget(item, Qgis.MessageLevel.Info, UNDO_SECONDS)
        self._offered = [*filter(_is_there, self._offered), item]


def _is_there(item: QWidget) -> bool:
    return not sip.isdeleted(item)
