"""From and to, each of which may be left open, with the ranges that are used most."""

from __future__ import annotations

from collections.abc import Callable

from qgis.gui import QgsDateEdit
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ...core.translation import tr

Range = tuple[QDate, QDate]
OPEN = QDate()


def presets(today: QDate) -> list[tuple[str, Range]]:
    """Title and range; an open end is an invalid date."""
    year = today.year()
    return [
        (tr("Today"), (today, today)),
        (tr("Last 7 days"), (today.addDays(-6), today)),
        (tr("Last 30 days"), (today.addDays(-29), today)),
        (tr("Last 12 months"), (today.addYears(-1).addDays(1), today)),
        (tr("This year"), (QDate(year, 1, 1), QDate(year, 12, 31))),
        (tr("Last year"), (QDate(year - 1, 1, 1), QDate(year - 1, 12, 31))),
        (tr("Any time"), (OPEN, OPEN)),
    ]


class _Day(QgsDateEdit):
    """Empty is shown as such at once; QGIS's own shows today's date in grey until the field has been left."""

    def empty(self) -> None:
        """No limit."""
        self.clear()
        if not self.hasFocus():
            self.displayNull()


class DateRange(QWidget):
    """Days of this computer's time zone, both included."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, today: Callable[[], QDate] = QDate.currentDate) -> None:
        super().__init__(parent)
        self._today = today
        self.first = self._edit("imageryHubSearchFrom", tr("First day"), tr("from any day"))
        self.last = self._edit("imageryHubSearchTo", tr("Last day"), tr("to any day"))
        self.menu_button = QToolButton()
        self.menu_button.setObjectName("imageryHubSearchPresets")
        self.menu_button.setText("▾")
        self.menu_button.setToolTip(tr("Often used ranges of days"))
        self.menu_button.setAccessibleName(tr("Often used ranges of days"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(self.menu_button)
        menu.aboutToShow.connect(lambda: self._offer(menu))
        self.menu_button.setMenu(menu)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.first, 0, 0)
        layout.addWidget(self.menu_button, 0, 1)
        layout.addWidget(self.last, 1, 0)
        self.setFocusProxy(self.first)

    def _edit(self, name: str, title: str, open_words: str) -> _Day:
        edit = _Day()
        edit.setObjectName(name)
        edit.setAllowNull(True)
        edit.setNullRepresentation(open_words)
        edit.setCalendarPopup(True)
        edit.setToolTip(tr("{title}, in this computer's time. Empty: no limit.").format(title=title))
        edit.setAccessibleName(title)
        edit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        edit.empty()
        edit.dateValueChanged.connect(lambda _: self.changed.emit())
        return edit

    def _offer(self, menu: QMenu) -> None:
        menu.clear()
        for title, days in presets(self._today()):
            menu.addAction(title).triggered.connect(lambda _=False, days=days: self.set_days(days))

    def days(self) -> Range:
        """First and last day; an open end is an invalid date."""
        first, last = (OPEN if edit.isNull() else edit.date() for edit in (self.first, self.last))
        return first, last

    def set_days(self, days: Range) -> None:
        """Show a range."""
        for edit, day in zip((self.first, self.last), days):
            if day.isValid():
                edit.setDate(day)
            else:
                edit.empty()

    def moments(self) -> tuple[str, str]:
        """The first and the last second, ISO 8601 in UTC; empty where it is open."""
        first, last = self.days()
        return _moment(first, QTime(0, 0)), _moment(last, QTime(23, 59, 59))

    @property
    def turned_round(self) -> bool:
        """Whether the first day lies after the last one."""
        first, last = self.days()
        return first.isValid() and last.isValid() and first > last


def _moment(day: QDate, time: QTime) -> str:
    if not day.isValid():
        return ""
    return str(QDateTime(day, time).toUTC().toString(Qt.DateFormat.ISODate))
