"""The list that opens below a chooser: search, pages, failures with a way on."""

from __future__ import annotations

import html

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QPoint, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...core import messages
from ...core.choices import Choice
from ...core.translation import tr
from .delegate import DETAIL, ChoiceDelegate
from .source import ChoiceSource, Page

TYPING_PAUSE = 300
CHOICE = Qt.ItemDataRole.UserRole


class ChoicePopup(QFrame):
    """Emits ``chosen`` with a list of :class:`Choice`. Closes on Escape or a click elsewhere."""

    chosen = pyqtSignal(list)

    def __init__(self, source: ChoiceSource, several: bool, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._source = source
        self._several = several
        self._ticked: dict[str, Choice] = {}
        self.search = QgsFilterLineEdit()
        self.search.setPlaceholderText(tr("Search…"))
        self.search.setShowSearchIcon(True)
        self.list = QListWidget()
        self.list.setItemDelegate(ChoiceDelegate(self.list))
        self.list.setAlternatingRowColors(True)
        self.list.setMinimumSize(360, 220)
        self.status = QLabel()
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.more = QPushButton(tr("Load More"))
        self.again = QPushButton(tr("Try Again"))
        self.take = QPushButton(tr("Use Ticked"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.status, 1)
        for button in (self.again, self.more, self.take):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        layout.addLayout(buttons)
        self.take.setVisible(several)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_PAUSE)
        self._timer.timeout.connect(lambda: self.refresh(by_itself=True))
        self.search.textEdited.connect(lambda _: self._timer.start())
        self.search.cleared.connect(self._timer.start)
        self.search.returnPressed.connect(self._first)
        self.again.clicked.connect(lambda: self.refresh())
        self.more.clicked.connect(self._proceed)
        self.take.clicked.connect(self._use_ticked)
        self.list.itemActivated.connect(self._activated)
        self.list.itemClicked.connect(self._activated)
        self.list.itemChanged.connect(self._tick)
        self.destroyed.connect(source.stop)

    def open_below(self, field: QWidget, ticked: str = "") -> None:
        """Show the list under the field and begin to fetch."""
        self._ticked = {one: Choice(one, one) for one in (part.strip() for part in ticked.split(",")) if one}
        self.resize(max(field.width(), 380), 320)
        self.move(field.mapToGlobal(QPoint(0, field.height())))
        self.show()
        self.search.setFocus()
        self.search.selectAll()  # what was looked for last stays, and typing replaces it
        self.refresh()

    def refresh(self, by_itself: bool = False) -> None:
        """Fetch anew what matches the search box; ``by_itself`` as in :meth:`ChoiceSource.begin`."""
        self._timer.stop()
        self.list.clear()
        self._waiting(tr("Loading…"))
        self._source.begin(self.search.text().strip(), self._arrived, self._failed, by_itself)

    def _proceed(self) -> None:
        self._waiting(tr("Loading…"))
        self._source.proceed(self._arrived, self._failed)

    def _waiting(self, text: str) -> None:
        self.status.setText(text)
        self.more.hide()
        self.again.hide()

    def _arrived(self, page: Page) -> None:
        self.list.blockSignals(True)
        for choice in page.entries:
            item = QListWidgetItem(choice.label or choice.id)
            item.setData(DETAIL, choice.detail)
            item.setToolTip(f"<p>{html.escape(choice.id)}</p>")
            item.setData(CHOICE, choice)
            if self._several:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                ticked = choice.id in self._ticked
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.more.setVisible(page.more)
        shown = self.list.count()
        self.status.setText(tr("{count} shown").format(count=shown) if shown else tr("Nothing found."))

    def _failed(self, error: Exception) -> None:
        self.status.setText(messages.sentence(error))
        self.more.hide()
        self.again.show()

    def _tick(self, item: QListWidgetItem) -> None:
        choice = item.data(CHOICE)
        if item.checkState() == Qt.CheckState.Checked:
            self._ticked[choice.id] = choice
        else:
            self._ticked.pop(choice.id, None)

    def _activated(self, item: QListWidgetItem) -> None:
        if not self._several:
            self._finish([item.data(CHOICE)])

    def _first(self) -> None:
        if not self._several and self.list.count():
            self._finish([self.list.item(max(0, self.list.currentRow())).data(CHOICE)])

    def _use_ticked(self) -> None:
        self._finish(list(self._ticked.values()))

    def _finish(self, choices: list[Choice]) -> None:
        self.hide()
        self.chosen.emit(choices)

    def hideEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Drop what is still on its way."""
        self._source.stop()
        super().hideEvent(event)
