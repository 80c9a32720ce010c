"""The pane below the tree: what is known of what is selected."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPixmap
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core.background import Errand
from ...core.moments import shown
from ...core.platforms import PLATFORMS
from ...core.thumbnails import thumbnails
from ...core.translation import tr
from ..icons import icon
from ..nodes.description import Fact, Place
from .items import ConnectionItem, NodeItem, StatusItem

PICTURE = 120
PLAIN = Qt.TextFormat.PlainText


class DetailsPane(QFrame):
    """``asked`` carries what a button stands for: copy, page, again."""

    asked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubDetails")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._errand: Errand[Any] | None = None
        self._place: Place | None = None
        self.picture = QLabel()
        self.picture.setObjectName("imageryHubThumbnail")
        self.picture.setFixedSize(PICTURE, PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setWordWrap(True)
        self.picture.setTextFormat(PLAIN)
        self.name = self._label("imageryHubDetailsName", 1.15)
        self.state = self._label("imageryHubDetailsState")
        self.table = QTableWidget(0, 2)
        self.table.setObjectName("imageryHubDetailsTable")
        self._prepare_table()
        self.copy = self._button("imageryHubCopyId", "mActionEditCopy.svg", tr("Copy ID"), "copy")
        self.page = self._button("imageryHubOpenPage", "mIconNetworkLogger.svg", tr("Open on the Platform"), "page")
        self.again = self._button("imageryHubAgain", "mActionRefresh.svg", tr("Try Again"), "again")
        self._lay_out()
        self.show_nothing()

    @staticmethod
    def _label(name: str, size: float = 1.0) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setTextFormat(PLAIN)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if size != 1.0:
            font = label.font()
            font.setPointSizeF(font.pointSizeF() * size)
            font.setBold(True)
            label.setFont(font)
        return label

    def _button(self, name: str, symbol: str, text: str, what: str) -> QPushButton:
        button = QPushButton(QgsApplication.getThemeIcon(f"/{symbol}"), text)
        button.setObjectName(name)
        button.clicked.connect(lambda: self.asked.emit(what))
        return button

    def _prepare_table(self) -> None:
        table = self.table
        table.setAccessibleName(tr("Details"))
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.addWidget(self.name)
        words.addWidget(self.state)
        words.addStretch()
        head = QHBoxLayout()
        head.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        buttons = QHBoxLayout()
        for button in (self.copy, self.page, self.again):
            buttons.addWidget(button)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self._rest = QVBoxLayout()
        layout.addLayout(self._rest)
        layout.setStretch(1, 1)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, 280)

    # ------------------------------------------------------------------ What is shown
    def show_nothing(self) -> None:
        """Nothing is selected."""
        self._begin("", tr("Select something to see what is known of it."))

    def show_several(self, count: int) -> None:
        """Several entries are selected."""
        words = tr("The menu offers what can be done with all of them.")
        self._begin(tr("{count} selected").format(count=count), words)
        self.copy.setVisible(True)

    def show_status(self, item: StatusItem) -> None:
        """A row that tells something; in full here."""
        above = item.parent()
        title = "" if not isinstance(above, NodeItem) else above.place.name
        self._begin(title, item.words)
        self.again.setText(item.action)
        self.again.setVisible(bool(item.action))

    def show_connection(self, item: ConnectionItem, address: str) -> None:
        """A connection."""
        words = tr("You are logged out.") if item.logged_out else PLATFORMS[item.place.platform].title
        self._begin(item.title, words)
        self._picture_of("log_out" if item.logged_out else "connection")
        self._fill([(tr("Platform"), item.platform_title), (tr("Address"), address)])

    def show_place(self, place: Place) -> None:
        """An entry. Its picture follows."""
        kind, entry = place.kind, place.entry
        if self._place == place and self._place.entry.state == entry.state:  # the same, told anew: its picture stays
            self._say(place)
            return
        self._begin("", "")
        self._place = place
        self._say(place)
        self.copy.setVisible(not kind.group)
        self.page.setVisible(kind.page)
        self._picture_of(kind.icon)
        if kind.imagery and entry.state in ("", *kind.usual):
            self._errand = thumbnails().of(
                place.platform, place.connection, entry.id, self._picture_arrived, lambda error: None
            )

    def _say(self, place: Place) -> None:
        kind, entry = place.kind, place.entry
        self.name.setText(place.name)
        state = kind.state(entry)
        self.state.setText(" · ".join(filter(None, (kind.title(), state))))
        facts = [(fact.title(), told(fact, entry.details[fact.member])) for fact in kind.facts
                 if fact.member in entry.details]
        self._fill([*facts, *([] if kind.group else [(tr("ID"), entry.id)])])

    def _begin(self, title: str, words: str) -> None:
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        self._place = None
        self.name.setText(title)
        self.name.setVisible(bool(title) or not words)
        self.state.setText(words)
        self.picture.clear()
        self.picture.hide()
        self.table.setRowCount(0)
        self.table.hide()
        for button in (self.copy, self.page, self.again):
            button.hide()

    def _picture_of(self, name: str) -> None:
        self.picture.setPixmap(icon(name).pixmap(48, 48))
        self.picture.show()

    def _picture_arrived(self, image: QImage) -> None:
        if not image.isNull():
            ratio = self.devicePixelRatioF()
            side = int(PICTURE * ratio)
            pixmap = QPixmap.fromImage(image).scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            pixmap.setDevicePixelRatio(ratio)
            self.picture.setPixmap(pixmap)

    def _fill(self, facts: list[tuple[str, str]]) -> None:
        self.table.setRowCount(len(facts))
        for row, pair in enumerate(facts):
            for column, text in enumerate(pair):
                cell = QTableWidgetItem(text)
                if column:
                    cell.setToolTip("")
                self.table.setItem(row, column, cell)
        self.table.setVisible(bool(facts))

    def close_down(self) -> None:
        """Drop what is under way."""
        self._begin("", "")


def told(fact: Fact, value: str) -> str:
    """A member's value as the user reads it."""
    if fact.form == "moment":
        return shown(value)
    if fact.form == "percent":
        return tr("{value} %").format(value=value)
    return value
