"""The list of what is wrong with a set: a click or Enter goes there."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QListWidget, QListWidgetItem, QStyle, QVBoxLayout, QWidget

from ...core.pushes.checks import Trouble
from ...core.translation import tr
from .plan import Subject

TROUBLE = Qt.ItemDataRole.UserRole
#: More are counted, not listed.
MOST = 500


class ProblemList(QWidget):
    """Emits ``wanted`` with the :class:`Trouble` that is to be shown on the map."""

    wanted = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setObjectName("imageryHubProblemsTitle")
        self.title.setWordWrap(True)
        self.list = QListWidget()
        self.list.setObjectName("imageryHubProblems")
        self.list.setAccessibleName(tr("Problems of the annotations"))
        self.list.setToolTip(tr("Click a problem, or press Enter on it, to see it on the map"))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.title.setBuddy(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self.list, 1)
        self.list.itemClicked.connect(self._want)
        self.list.itemActivated.connect(self._want)
        self._shown: list[Trouble] = []
        self.wait()

    def wait(self) -> None:
        """Nothing was looked at yet."""
        self.list.clear()
        self._shown = []
        self.title.setText(tr("Problems"))

    def show_troubles(self, subject: Subject, troubles: Sequence[Trouble]) -> None:
        """List them, what is serious first; the chosen one stays chosen."""
        serious = sum(one.serious for one in troubles)
        if not troubles:
            self.title.setText(tr("No problems found."))
        else:
            self.title.setText(
                tr("To correct before pushing: {serious}. To look at: {others}.").format(
                    serious=serious, others=len(troubles) - serious
                )
            )
        if list(troubles[:MOST]) == self._shown:
            return
        chosen = self.list.currentItem().data(TROUBLE) if self.list.currentItem() is not None else None
        self._shown = list(troubles[:MOST])
        self.list.clear()
        style = self.style()
        icons = {
            True: style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxCritical),
            False: style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning),
        }
        for one in self._shown:
            title = subject.plan.kind(one.kind).title()
            if one.feature > 0:  # what is not saved yet has no number that means anything
                title = tr("{kind}, feature {feature}").format(kind=title, feature=one.feature)
            text = tr("{what}: {words}").format(what=title, words=one.words)
            item = QListWidgetItem(icons[one.serious], text)
            item.setData(TROUBLE, one)
            self.list.addItem(item)
            if one == chosen:
                self.list.setCurrentItem(item)
        if len(troubles) > MOST:
            left = QListWidgetItem(tr("There are more: {count}.").format(count=len(troubles) - MOST))
            left.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(left)

    def _want(self, item: QListWidgetItem) -> None:
        trouble = item.data(TROUBLE)
        if trouble is not None:
            self.wanted.emit(trouble)
