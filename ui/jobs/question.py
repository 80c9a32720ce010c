"""Asks whether the platform took a step that was begun and never answered."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...core.jobs.questions import Question
from ...core.translation import tr

DONE, AGAIN, LATER = "done", "again", "later"


class QuestionDialog(QDialog):
    """``answer`` is DONE (then ``value`` is the id), AGAIN or LATER; ``costs`` says that a repeat may be charged."""

    def __init__(self, question: Question, about: str, costs: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubQuestion")
        self.setWindowTitle(tr("A step in doubt"))
        self.answer = LATER
        layout = QVBoxLayout(self)
        layout.addWidget(_plain(
            tr("“{title}” ({about}) was cut off in the step “{step}”: it was sent, and no answer came. From here"
               " it cannot be told whether the platform took it. Look there, in its web application, before you"
               " answer.").format(
                title=question.title, about=about or tr("no name"), step=question.step)
        ))
        if question.facts:
            layout.addWidget(_plain(tr("Known of the step: {facts}").format(facts=question.facts)))
        if costs:
            layout.addWidget(_plain(tr("If the platform took it, doing it again costs a second time.")))
        self.field = QLineEdit()
        self.field.setObjectName("imageryHubQuestionId")
        if question.answer is not None:
            form = QFormLayout()
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)  # an id has room
            form.addRow(tr("{name}, as the platform or a list here shows it").format(name=question.asked), self.field)
            if question.answer.several:
                self.field.setPlaceholderText(tr("With commas between them"))
            layout.addLayout(form)
        buttons = QDialogButtonBox()
        done = self._button(tr("It Was Done"), DONE, tr("Go on with what the platform made, by the id above"))
        again = self._button(tr("Do It Again"), AGAIN, tr("The platform did not take it: send it once more"))
        later = self._button(tr("Decide Later"), LATER, tr("Leave the job as it is"))
        done.setObjectName("imageryHubQuestionDone")
        again.setObjectName("imageryHubQuestionAgain")
        done.setVisible(question.answer is not None)
        done.setEnabled(False)
        self.field.textChanged.connect(lambda text: done.setEnabled(bool(text.strip())))
        for button, role in (
            (done, QDialogButtonBox.ButtonRole.AcceptRole),
            (again, QDialogButtonBox.ButtonRole.DestructiveRole),
            (later, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(button, role)
        later.setDefault(True)
        layout.addWidget(buttons)
        self.resize(480, self.sizeHint().height())

    @property
    def value(self) -> str:
        """The id that was given."""
        return self.field.text().strip()

    def _button(self, text: str, answer: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._decide(answer))
        return button

    def _decide(self, answer: str) -> None:
        self.answer = answer
        self.done(0 if answer == LATER else 1)


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
