"""The value that a condition compares with: a text, a number, a moment, nothing, or a list of texts or numbers."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import Any

from qgis.PyQt.QtCore import QDateTime, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from ....core.translation import tr
from ....providers.pixel import search_filter

TEXT, NUMBER, MOMENT, NOTHING = "text", "number", "moment", "nothing"
FORMAT = "yyyy-MM-ddTHH:mm:ss"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_NUMBERS = ("INT", "FLOAT", "DOUBLE", "REAL", "NUMERIC", "DECIMAL")
_MOMENTS = ("DATETIME", "TIMESTAMP")


def kind_of_field(database_type: str) -> str:
    """The kind of value that fits a field, by the type that the platform tells; a text where it tells none."""
    known = database_type.upper()
    if any(part in known for part in _MOMENTS):
        return MOMENT
    return NUMBER if any(part in known for part in _NUMBERS) else TEXT


def kinds_for(operator: str) -> tuple[str, ...]:
    """What an operator can compare with."""
    if operator in search_filter.PATTERNS:
        return (TEXT,)
    if operator in search_filter.LISTS or operator in search_filter.MEMBERSHIPS:
        return (TEXT, NUMBER)
    return (TEXT, NUMBER, MOMENT, NOTHING) if operator in ("==", "!=") else (TEXT, NUMBER, MOMENT)


class ValueField(QWidget):
    """The kind, and the editor for it."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operator = "=="
        self.kind = QComboBox()
        self.kind.setObjectName("imageryHubValueKind")
        self.kind.setAccessibleName(tr("Kind of value"))
        self.line = QLineEdit()
        self.line.setObjectName("imageryHubValue")
        self.line.setAccessibleName(tr("Value"))
        self.moment = QDateTimeEdit(QDateTime.currentDateTimeUtc())
        self.moment.setTimeSpec(Qt.TimeSpec.UTC)
        self.moment.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
        self.moment.setCalendarPopup(True)
        self.moment.setToolTip(tr("In UTC"))
        self._editors = QStackedWidget()
        for editor in (self.line, self.moment, QWidget()):
            self._editors.addWidget(editor)
        self._editors.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.kind)
        layout.addWidget(self._editors, 1)
        self.set_operator("==")
        self.kind.currentIndexChanged.connect(self._turn)
        self.line.textChanged.connect(lambda _: self.changed.emit())
        self.moment.dateTimeChanged.connect(lambda _: self.changed.emit())

    def set_operator(self, operator: str) -> None:
        """Offer the kinds that it compares with; the kind that was chosen stays where it is one of them."""
        titles = {TEXT: tr("Text"), NUMBER: tr("Number"), MOMENT: tr("Moment"), NOTHING: tr("Nothing")}
        before = self.kind.currentData()
        self._operator = operator
        self.kind.blockSignals(True)
        self.kind.clear()
        for one in kinds_for(operator):
            self.kind.addItem(titles[one], one)
        self.kind.setCurrentIndex(max(0, self.kind.findData(before)))
        self.kind.blockSignals(False)
        self._turn()

    def suggest(self, kind: str) -> None:
        """Choose a kind where nothing was given yet."""
        if not self.line.text() and self.kind.findData(kind) >= 0:
            self.kind.setCurrentIndex(self.kind.findData(kind))

    def value(self) -> Any:
        """As it stands in the filter. A number that is none is NaN, which no filter takes."""
        kind = self.kind.currentData()
        if kind == NOTHING:
            return None
        if kind == MOMENT:
            return self.moment.dateTime().toUTC().toString(FORMAT)
        read = _number if kind == NUMBER else str
        if self._operator in search_filter.LISTS:
            return [read(one) for one in _split(self.line.text())]
        return read(self.line.text())

    def can_show(self, operator: str, value: Any) -> bool:
        """Whether showing this value and reading it again gives the same."""
        if operator in search_filter.LISTS:
            kinds = {isinstance(one, str) for one in value}
            lines = any("\n" in one or "\r" in one or one != one.strip() for one in value if isinstance(one, str))
            return None not in value and len(kinds) == 1 and not lines
        return not (isinstance(value, str) and ("\n" in value or "\r" in value))

    def show_value(self, value: Any) -> None:
        """Show a value of the operator that was set; see :meth:`can_show`."""
        kind, text = TEXT, ""
        if value is None:
            kind = NOTHING
        elif isinstance(value, list):
            kind, text = (TEXT if isinstance(value[0], str) else NUMBER), _joined(value)
        elif not isinstance(value, str):
            kind, text = NUMBER, repr(value)
        elif _MOMENT.fullmatch(value) and self.kind.findData(MOMENT) >= 0 and _moment(value).isValid():
            kind = MOMENT
            self.moment.setDateTime(_moment(value))
        else:
            text = value
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.line.setText(text)
        self._turn()

    def _turn(self, *_: Any) -> None:
        kind = self.kind.currentData()
        self._editors.setCurrentIndex({MOMENT: 1, NOTHING: 2}.get(str(kind), 0))
        self.kind.setEnabled(self.kind.count() > 1)
        hint = ""
        if self._operator in search_filter.LISTS:
            hint = tr("Several, separated by commas")
        elif self._operator in search_filter.PATTERNS:
            hint = tr("% stands for anything")
        self.line.setPlaceholderText(hint)
        self.changed.emit()


def _number(text: str) -> Any:
    try:
        found = float(text)
    except ValueError:
        return math.nan
    whole = text.strip().lstrip("+-")
    return int(text) if whole.isascii() and whole.isdigit() else found


def _moment(text: str) -> QDateTime:
    found = QDateTime.fromString(text, FORMAT)
    found.setTimeSpec(Qt.TimeSpec.UTC)
    return found


def _split(text: str) -> list[str]:
    """The parts of a line, separated by commas; one with a comma stands in quotation marks."""
    rows = list(csv.reader([text], skipinitialspace=True))
    return [one.strip() for one in rows[0]] if rows else []


def _joined(values: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([one if isinstance(one, str) else repr(one) for one in values])
    return line.getvalue()
