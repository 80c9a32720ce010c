"""The plan of a push: what would change against the last push from here, in words, before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...core import messages, moments
from ...core.background import Errand
from ...core.sessions import sessions
from ...core.translation import tr
from ...providers.work import Work
from ..help import HelpKey
from ..status import StatusLine
from .plan import Subject, told
from .pushing import Part, prepare
from .watch import snapshots


def words(part: Part) -> str:
    """What pushing this part does, as whole sentences."""
    changes = part.changes
    if part.serious:
        return tr(
            "It cannot be pushed: shapes that the platform would refuse: {count}. They are in the list of problems."
        ).format(count=part.serious)
    if part.last is None:
        if not changes.count:
            return tr("Nothing is drawn, and nothing was pushed from here before. Tick it to remove what may be there.")
        return tr(
            "Nothing was pushed from here before, so what is on the platform is not known. It will be replaced by what"
            " is drawn: {count}."
        ).format(count=changes.count)
    when = moments.shown_seconds(part.last.created)
    if changes.removes_all:
        return tr(
            "The layer is empty: all that were pushed last ({count}, {when}) will be removed. Tick it to remove them."
        ).format(count=changes.removed, when=when)
    if not changes.any:
        return tr("No change since the last push ({when}): {count}.").format(when=when, count=changes.unchanged)
    return tr(
        "Added: {added}. Changed: {changed}. Removed: {removed}. Unchanged: {unchanged}. Compared with the last push"
        " ({when})."
    ).format(
        added=changes.added, changed=changes.changed, removed=changes.removed, unchanged=changes.unchanged, when=when
    )


def ticked_first(part: Part) -> bool:
    """Whether it is pushed unless the user says otherwise: never what removes all of a kind."""
    return not part.serious and part.changes.any and part.changes.count > 0


class PushDialog(QDialog):
    """Shows the plan; ``chosen`` is what the user wants pushed once it was accepted. ``only`` limits what is ticked at
    first to some (kind, part)."""

    def __init__(
        self,
        subject: Subject,
        layers: Mapping[str, QgsVectorLayer],
        parent: QWidget | None = None,
        only: Collection[tuple[str, str]] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubPushPlan")
        self.setWindowTitle(tr("Push Annotations"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        HelpKey(self, "annotations")
        self._only = only
        self._boxes: list[tuple[QCheckBox, Part]] = []
        self.subject = subject
        self._taken = snapshots(layers)
        self._heading = QLabel()
        self._heading.setObjectName("imageryHubPushOf")
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setWordWrap(True)
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self._other_name = StatusLine()
        self._other_name.setObjectName("imageryHubPushOtherName")
        self._other_name.hide()
        self.warning = StatusLine()
        self.warning.setObjectName("imageryHubPushUnseen")
        self.warning.failure(subject.plan.unseen())
        self.status = StatusLine()
        self._list = QVBoxLayout()
        inner = QWidget()
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(self._list)
        outer.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.push = self.buttons.addButton(tr("Push"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.push.setObjectName("imageryHubPushNow")
        self.push.setEnabled(False)
        self.push.setToolTip(tr("Replace what is ticked on the platform"))
        self._again = self.buttons.addButton(tr("Try Again"), QDialogButtonBox.ButtonRole.ActionRole)
        self._again.setToolTip(tr("Ask the platform once more"))
        self._again.clicked.connect(self._ask)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self._heading, self._other_name, self.warning, scroll, self.status, self.buttons):
            layout.addWidget(widget)
        layout.setStretchFactor(scroll, 1)
        self.resize(540, 540)
        self._sessions = sessions()
        self._sessions.closed.connect(self._closed)
        self.finished.connect(self._leave)
        self._ask()

    def _ask(self) -> None:
        """What a project says of its layers may be a stranger's words: the platform names what will be replaced."""
        subject, taken = self.subject, self._taken

        def look(platform: Any, work: Work) -> tuple[Subject, list[Part]]:
            named = told(subject, subject.plan.look(platform, subject.ids, work))
            return named, prepare(named, taken, work.cancelled)

        self._again.hide()
        self.status.busy(tr("Asking the platform, and comparing with the last push…"))
        self._errand: Errand[Any] = self._sessions.run(
            subject.platform, subject.connection, look, self._show, self._failed
        )

    def _leave(self, _: int) -> None:
        self._sessions.closed.disconnect(self._closed)
        self._errand.cancel()

    def _closed(self, platform: str, connection: str) -> None:
        """Logged out, changed or removed: the answer will not come."""
        if (platform, connection) == (self.subject.platform, self.subject.connection) and not self._boxes:
            self.status.failure(tr("The connection was closed before the platform answered."))
            self._again.show()

    @property
    def chosen(self) -> list[Part]:
        """What is ticked."""
        return [part for box, part in self._boxes if box.isChecked()]

    def _failed(self, error: Exception) -> None:
        self.status.failure(messages.sentence(error))
        self._again.show()

    def _show(self, found: tuple[Subject, Sequence[Part]]) -> None:
        known = self.subject.title()
        self.subject, parts = found
        self._heading.setText(self.subject.title())
        if self.subject.title() != known:
            self._other_name.failure(
                tr("The layers know it as “{title}”. The heading above is what the platform calls it now.").format(
                    title=known)
            )
            self._other_name.show()
        for part in parts:
            self._add(part)
        self._tell()

    def _add(self, part: Part) -> None:
        box = QCheckBox(part.title.replace("&", "&&"))
        box.setObjectName(f"imageryHubPush_{part.kind}")
        wanted = self._only is None or (part.kind, part.part) in self._only
        box.setChecked(wanted and ticked_first(part))
        box.setEnabled(not part.serious)
        box.toggled.connect(self._tell)
        text = QLabel(words(part))
        text.setObjectName(f"imageryHubPushWords_{part.kind}")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setIndent(22)
        box.setAccessibleDescription(text.text())
        self._list.addWidget(box)
        self._list.addWidget(text)
        self._boxes.append((box, part))

    def _tell(self, *_: object) -> None:
        chosen = self.chosen
        self.push.setEnabled(bool(chosen))
        gone = [part.title for part in chosen if not part.changes.count]
        if gone:
            self.status.failure(
                tr("All of these will be removed from the platform: {kinds}.").format(kinds=", ".join(gone))
            )
        elif chosen:
            self.status.clear()
        else:
            self.status.busy(tr("Nothing is ticked. Tick what is to be replaced."))
