"""The pane below the tree: what is known of what is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLocale, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPalette, QPixmap
from qgis.PyQt.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...core import log, messages
from ...core.background import Errand
from ...core.platforms import PLATFORMS
from ...core.thumbnails import thumbnails
from ...core.translation import tr
from ..icons import icon
from ..nodes import classes
from ..nodes.description import Fact, Place
from .further import Further
from .items import ConnectionItem, NodeItem, StatusItem
from .legend_label import LegendLabel

PICTURE = 96
#: No picture is fetched of what the user only passes on the way.
PASSING = 250
PLAIN = Qt.TextFormat.PlainText


class DetailsPane(QScrollArea):
    """``asked`` carries what a button stands for: copy, page, again."""

    asked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubDetails")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._errand: Errand[Any] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PASSING)
        self._timer.timeout.connect(self._fetch)
        self._place: Place | None = None
        self._below: int | None = None
        self._more: dict[str, str] = {}
        self._further = Further(self._more_arrived)
        self.picture = QLabel()
        self.picture.setObjectName("imageryHubThumbnail")
        self.picture.setFixedSize(PICTURE, PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.name = self._label("imageryHubDetailsName", 1.15)
        self.state = self._label("imageryHubDetailsState")
        self.table = QWidget()
        self.table.setObjectName("imageryHubDetailsTable")
        self.table.setAccessibleName(tr("Details"))
        self._grid = QGridLayout(self.table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        self.copy = self._button("imageryHubCopyId", "mActionEditCopy.svg", tr("Copy ID"), "copy")
        self.page = self._button("imageryHubOpenPage", "mActionLink.svg", tr("Open on the Platform"), "page")
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

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.addWidget(self.name)
        words.addWidget(self.state)
        for button in (self.copy, self.page, self.again):
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch()
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addLayout(words, 1)
        head.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addStretch()
        self.setWidget(inner)

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
        self._fill([(tr("Platform"), self._text(item.platform_title)), (tr("Address"), self._text(address))])

    def show_place(self, place: Place, below: int | None = None) -> None:
        """An entry, and how many are below where that is known. Its picture follows."""
        kind, entry = place.kind, place.entry
        before, self._below = self._place, below
        if before == place and before.entry.state == entry.state:  # the same, told anew: its picture stays
            self._place = place
            self._say(place, below)
            if kind.further is not None and before.entry.details != entry.details:
                self._timer.start()
            return
        self._begin("", "")
        self._place, self._below = place, below
        self._say(place, below)
        self.copy.setVisible(not kind.group)
        self.page.setVisible(kind.page)
        self._picture_of(kind.icon)
        if self._has_picture(place) or kind.further is not None:
            self._timer.start()

    @staticmethod
    def _has_picture(place: Place) -> bool:
        kind = place.kind
        return kind.pictured or (kind.imagery and place.entry.state in ("", *kind.usual))

    def _fetch(self) -> None:
        place = self._place
        if place is None or not self.isVisible():
            return
        if self._has_picture(place):
            self._errand = thumbnails().of(
                place.platform, place.connection, place.entry, place.above, self._picture_arrived, self._picture_failed
            )
        self._further.ask(place)

    def _more_arrived(self, more: Mapping[str, str]) -> None:
        self._more = dict(more)
        if self._place is not None:
            self._say(self._place, self._below)

    def _picture_failed(self, error: Exception) -> None:
        """A raster is fine without a picture; why there is none is for who looks into the log."""
        log.info(messages.sentence(error))

    def _say(self, place: Place, below: int | None) -> None:
        kind, entry = place.kind, place.entry
        self.name.setText(place.name)
        state = kind.state(entry)
        words = tr("{count} in all").format(count=QLocale().toString(below)) if kind.group and below is not None else ""
        self.state.setText(words if kind.group else " · ".join(filter(None, (kind.title(), state))))
        known = {**entry.details, **self._more}
        facts = [(fact.title(), self._value(fact, known[fact.member])) for fact in kind.facts if fact.member in known]
        self._fill([*facts, *([] if kind.group else [(tr("ID"), self._text(entry.id))])])

    def _begin(self, title: str, words: str) -> None:
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        self._timer.stop()
        self._further.drop()
        self._place, self._more = None, {}
        self.name.setText(title)
        self.name.setVisible(bool(title) or not words)
        self.state.setText(words)
        self.picture.clear()
        self.picture.hide()
        self._fill([])
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

    def _value(self, fact: Fact, value: str) -> QLabel | LegendLabel:
        return LegendLabel(classes.read(value)) if fact.form == "classes" else self._text(fact.told(value))

    def _text(self, value: str) -> QLabel:
        label = self._label("imageryHubFact")
        label.setText(value)
        return label

    def _fill(self, facts: Sequence[tuple[str, QLabel | LegendLabel]]) -> None:
        while self._grid.count():
            self._grid.takeAt(0).widget().deleteLater()
        for row, (title, right) in enumerate(facts):
            left = self._label("imageryHubFactTitle")
            left.setText(title)
            left.setWordWrap(False)
            left.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            left.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            right.setAccessibleName(f"{title}: {right.text()}")
            self._grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(right, row, 1)
        self.table.setVisible(bool(facts))
