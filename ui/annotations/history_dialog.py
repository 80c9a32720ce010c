"""What was pushed from here before, and going back to it."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core import messages, moments
from ...core.background import background
from ...core.pushes import Push, push_history
from ...core.pushes.copies import CAME, PUSHED, Copy, copies
from ...core.translation import tr
from ..help import HelpKey
from ..status import StatusLine
from .plan import Subject

PUSH = Qt.ItemDataRole.UserRole


class HistoryDialog(QDialog):
    """Emits ``restore`` with a :class:`Push`, or with a :class:`Copy` of a set that is pushed as a whole, and whether
    it is to be pushed again too."""

    restore = pyqtSignal(object, bool)

    def __init__(self, subject: Subject, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubPushes")
        self.setWindowTitle(tr("Previous Pushes"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        HelpKey(self, "annotations")
        self._subject = subject
        whole = subject.plan.exchange is not None
        explanation = QLabel(
            tr("What was pushed from this profile, the latest first. To take a push back, choose the one before it.")
        )
        explanation.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setObjectName("imageryHubPushList")
        self.list.setRootIsDecorated(False)
        self.list.setHeaderLabels([tr("When"), tr("What"), tr("Shapes")])
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.setAlternatingRowColors(True)
        self.status = StatusLine()
        self.status.busy(tr("Loading…"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        action = QDialogButtonBox.ButtonRole.ActionRole
        self.again = buttons.addButton(tr("Push This Again…"), action)
        self.again.setObjectName("imageryHubPushAgain")
        self.again.setToolTip(
            tr("Put it into the layers instead of what is there, save them, then show the plan of the push")
            if whole
            else tr("Put it into the layer instead of what is there, then show the plan of the push")
        )
        self.back = buttons.addButton(tr("Restore into Layer"), action)
        self.back.setObjectName("imageryHubRestore")
        self.back.setToolTip(tr("Put it into the layer instead of what is there; Undo takes it back"))
        buttons.rejected.connect(self.reject)
        self.again.clicked.connect(lambda: self._take(True))
        self.back.clicked.connect(lambda: self._take(False))
        layout = QVBoxLayout(self)
        for widget in (explanation, self.list, self.status, buttons):
            layout.addWidget(widget)
        self.resize(480, 360)
        self.list.itemSelectionChanged.connect(self._look)
        self._look()
        self._errand = background().run(lambda errand: self._read(), self._show, self._failed)
        self.finished.connect(lambda _: self._errand.cancel())

    def _read(self) -> list[tuple[str, Push | Copy]]:
        if self._subject.plan.exchange is not None:
            titles = {CAME: tr("As it came from the platform"), PUSHED: tr("Pushed")}
            return [(titles.get(one.reason, ""), one) for one in copies().list(self._subject.key("set"))]
        history = push_history()
        found: list[tuple[str, Push | Copy]] = []
        for kind in self._subject.plan.kinds:
            for part in self._subject.parts(kind):
                title = self._subject.part_title(kind, part)
                found += [(title, push) for push in history.pushes(self._subject.key(kind.key, part))]
        return sorted(found, key=lambda row: -row[1].created)

    def _show(self, rows: list[tuple[str, Push | Copy]]) -> None:
        for title, push in rows:
            item = QTreeWidgetItem([moments.shown_seconds(push.created), title, str(push.count)])
            item.setData(0, PUSH, push)
            self.list.addTopLevelItem(item)
        if rows:
            self.status.clear()
        else:
            self.status.busy(tr("Nothing was pushed from here yet."))

    def _failed(self, error: Exception) -> None:
        self.status.failure(messages.sentence(error))

    def _look(self) -> None:
        chosen = bool(self.list.selectedItems())
        self.again.setEnabled(chosen)
        self.back.setEnabled(chosen)

    def _take(self, push_too: bool) -> None:
        chosen = self.list.selectedItems()
        if chosen:
            push = chosen[0].data(0, PUSH)
            self.accept()
            self.restore.emit(push, push_too)
