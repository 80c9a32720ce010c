"""The builder of filters for Pixel's search."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ....core import messages
from ....core.choices import Choice
from ....core.translation import tr
from ....providers.errors import InputProblem
from ....providers.pixel import search_filter
from ...buttons import tool_button
from ...forms.field import Form
from .filter_rows import GroupBox
from .lookup import Lookup

REFRESH = "/mActionRefresh.svg"


class FilterForm(Form):
    """``lookup`` finds the fields that can be filtered by; it is asked when the first condition is added."""

    def __init__(self, lookup: Lookup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lookup = lookup
        self.fields: Sequence[Choice] = ()
        self.group = GroupBox(lambda: self.fields)
        self.refresh = tool_button("imageryHubFilterFields", REFRESH, tr("Read the fields from the platform"))
        self.group.head.addWidget(self.refresh)
        self.status = QLabel()
        self.status.setObjectName("imageryHubFilterStatus")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.status.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.group)
        layout.addWidget(self.status)
        self.group.changed.connect(self.changed.emit)
        self.group.fields_wanted.connect(lookup.look)
        self.refresh.clicked.connect(lambda: lookup.look(True))
        lookup.begun.connect(lambda: self._tell(tr("Reading the fields …")))
        lookup.found.connect(self._found)
        lookup.failed.connect(self._tell)
        lookup.dropped.connect(lambda: self._tell(""))
        self.destroyed.connect(lookup.stop)

    def others_changed(self) -> None:
        self._lookup.forget()
        if self.group.parts:
            self._lookup.look(by_itself=True)

    def text(self) -> str:
        return search_filter.dump(self.group.filter())

    def problem(self) -> str:
        try:
            given = search_filter.parse(self.text())
        except InputProblem as error:
            return messages.sentence(error)
        known = [one.id for one in self.fields]
        unknown = search_filter.unknown_fields(given, known) if known else []
        if unknown:
            return tr("These fields cannot be filtered by: {fields}.").format(fields=", ".join(unknown))
        return ""

    def show_text(self, text: str) -> None:
        given = search_filter.parse(text)
        made = GroupBox(lambda: self.fields)
        fits = given is None or made.show_filter(given)
        made.deleteLater()
        if not fits:
            raise InputProblem("pixel_filter_form")
        self.group.blockSignals(True)
        self.group.clear()
        if given is not None:
            self.group.show_filter(given)
        self.group.blockSignals(False)

    def _found(self, fields: list[Choice]) -> None:
        self.fields = fields
        self.group.offer(fields)
        self._tell("" if fields else tr("The platform names no fields to filter by."))
        self.changed.emit()

    def _tell(self, words: str) -> None:
        self.status.setText(words)
        self.status.setVisible(bool(words))
