"""The plan of a push to a platform that hands annotations out: what would change there, what others changed, and what
both did, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...core import messages
from ...core.background import Errand
from ...core.sessions import sessions
from ...core.translation import tr
from ...providers.work import Work
from ..help import HelpKey
from ..status import StatusLine
from .exchange import LEAVE, MINE, THEIRS, Choices, Comparison
from .plan import Subject, told


class ExchangeDialog(QDialog):
    """Compares the set's file with the platform and shows the outcome; ``choices`` is what the user wants once it was
    accepted."""

    def __init__(self, subject: Subject, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubPushPlan")
        self.setWindowTitle(tr("Push Annotations"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        HelpKey(self, "annotations")
        self.subject = subject
        self._path = path
        self._found: Comparison | None = None
        self._heading = _text("imageryHubPushOf")
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self.here = _text("imageryHubPushHere")
        self.remove = QCheckBox()
        self.remove.setObjectName("imageryHubPushRemove")
        self.remove.setChecked(True)
        self.elsewhere = _text("imageryHubPushElsewhere")
        self.update_layers = QCheckBox(tr("Bring these changes into the layers"))
        self.update_layers.setObjectName("imageryHubPushUpdate")
        self.update_layers.setChecked(True)
        self.conflicts = _text("imageryHubPushConflicts")
        self.both = QComboBox()
        self.both.setObjectName("imageryHubPushBoth")
        self.both.setAccessibleName(tr("What was changed on both sides"))
        for title, value in (
            (tr("Leave both sides as they are"), LEAVE),
            (tr("Push what is in the layers"), MINE),
            (tr("Take what is on the platform"), THEIRS),
        ):
            self.both.addItem(title, value)
        self.status = StatusLine()
        inner = QWidget()
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(0, 0, 0, 0)
        self._parts = (self.here, self.remove, self.elsewhere, self.update_layers, self.conflicts, self.both)
        for widget in self._parts:
            outer.addWidget(widget)
            widget.hide()
        outer.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.push = self.buttons.addButton(tr("Push"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.push.setObjectName("imageryHubPushNow")
        self.push.setEnabled(False)
        self._again = self.buttons.addButton(tr("Try Again"), QDialogButtonBox.ButtonRole.ActionRole)
        self._again.setToolTip(tr("Ask the platform once more"))
        self._again.clicked.connect(self._ask)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for one in (self._heading, scroll, self.status, self.buttons):
            layout.addWidget(one)
        layout.setStretchFactor(scroll, 1)
        self.resize(520, 380)
        for box in (self.remove, self.update_layers):
            box.toggled.connect(self._tell)
        self.both.currentIndexChanged.connect(self._tell)
        self._sessions = sessions()
        self._sessions.closed.connect(self._closed)
        self.finished.connect(self._leave)
        self._ask()

    def _ask(self) -> None:
        subject, path, exchange = self.subject, self._path, self.subject.plan.exchange
        if exchange is None:
            return

        def look(platform: Any, work: Work) -> tuple[Subject, Comparison]:
            """The platform names what will be changed: what a project says of its layers may be a stranger's words."""
            named = told(subject, subject.plan.look(platform, subject.ids, work))
            return named, exchange.compare(platform, named, path, work)

        self._again.hide()
        self.status.busy(tr("Comparing with the platform…"))
        self._errand: Errand[Any] = self._sessions.run(
            subject.platform, subject.connection, look, self._show, self._failed
        )

    def _leave(self, _: int) -> None:
        self._sessions.closed.disconnect(self._closed)
        self._errand.cancel()

    def _closed(self, platform: str, connection: str) -> None:
        """Logged out, changed or removed: the answer will not come."""
        if (platform, connection) == (self.subject.platform, self.subject.connection) and self._found is None:
            self.status.failure(tr("The connection was closed before the platform answered."))
            self._again.show()

    def _failed(self, error: Exception) -> None:
        self.status.failure(messages.sentence(error))
        self._again.show()

    @property
    def choices(self) -> Choices:
        """What is ticked."""
        return Choices(self.remove.isChecked(), str(self.both.currentData()), self.update_layers.isChecked())

    def _show(self, answer: tuple[Subject, Comparison]) -> None:
        self.subject, found = answer
        self._found = found
        self._heading.setText(self.subject.title())
        self.here.setText(found.here)
        self.remove.setText(tr("Delete on the platform what was deleted in the layers: {count}").format(
            count=found.removes))
        self.elsewhere.setText(found.elsewhere)
        self.conflicts.setText("\n".join(found.conflicts))
        shown = (True, found.removes > 0, *[bool(found.elsewhere)] * 2, *[bool(found.conflicts)] * 2)
        for widget, there in zip(self._parts, shown):
            widget.setVisible(there)
        self._tell()

    def _tell(self, *_: object) -> None:
        found = self._found
        if found is None:
            return
        choices = self.choices
        decided = bool(found.conflicts) and choices.conflicts != LEAVE
        sends = found.sends - (0 if choices.remove else found.removes)
        pushes = sends > 0 or (decided and choices.conflicts == MINE)
        updates = (bool(found.elsewhere) and choices.update) or (decided and choices.conflicts == THEIRS)
        self.push.setText(tr("Push") if pushes or not updates else tr("Update Layers"))
        self.push.setEnabled(not found.problems and (pushes or updates))
        if found.problems:
            self.status.failure("\n".join([tr("Correct this first:"), *found.problems]))
        else:
            self.status.clear()


def _text(name: str) -> QLabel:
    made = QLabel()
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    return made
