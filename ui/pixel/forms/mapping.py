"""The form for a mapping of fields: field of the source, and what it becomes; for changes also what is done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ....core import messages
from ....core.choices import Choice
from ....core.translation import tr
from ....providers.errors import InputProblem
from ....providers.pixel import field_mapping
from ...buttons import push_button, tool_button
from ...forms.field import Form
from .filter_rows import DELETE
from .lookup import Lookup

KEEP = ""
COPIED = ("", "")
"""The target of a field that is copied into the metadata under its own name."""


class MapRow(QWidget):
    """One field and what it becomes. ``changes``: with what is done, of which “keep” is nothing."""

    changed = pyqtSignal()
    removed = pyqtSignal(object)

    def __init__(self, fields: Sequence[Choice], changes: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = {KEEP: tr("Keep"), "add": tr("Add"), "update": tr("Update"), "remove": tr("Remove")}
        self.operation = QComboBox()
        self.operation.setObjectName("imageryHubMapOperation")
        self.operation.setAccessibleName(tr("What is done"))
        for operation, title in titles.items():
            self.operation.addItem(title, operation)
        self.operation.setCurrentIndex(1)
        self.operation.setVisible(changes)
        self.external = QComboBox()
        self.external.setObjectName("imageryHubMapSource")
        self.external.setAccessibleName(tr("Field of the source"))
        self.external.setEditable(True)
        self.external.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.external.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.external.setMinimumContentsLength(14)
        self.external.lineEdit().setPlaceholderText(tr("Field of the source"))
        self.target = QComboBox()
        self.target.setObjectName("imageryHubMapTarget")
        self.target.setAccessibleName(tr("What it becomes"))
        self.target.addItem(tr("Metadata, as it is"), COPIED)
        for model, name in field_mapping.TARGETS:
            self.target.addItem(f"{model}: {name}", (model, name))
        self.remove = tool_button("imageryHubMapRemove", DELETE, tr("Remove the row"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.operation)
        layout.addWidget(self.external, 2)
        layout.addWidget(QLabel("→"))
        layout.addWidget(self.target, 2)
        layout.addWidget(self.remove)
        self.offer(fields)
        self.external.editTextChanged.connect(lambda _: self.changed.emit())
        self.target.currentIndexChanged.connect(self._turn)
        self.operation.currentIndexChanged.connect(self._turn)
        self.remove.clicked.connect(lambda: self.removed.emit(self))

    def offer(self, fields: Sequence[Choice]) -> None:
        """The fields of the source; what is in the field stays."""
        text = self.external.currentText()
        self.external.blockSignals(True)
        self.external.clear()
        for one in fields:
            self.external.addItem(one.id)
            if one.detail:
                self.external.setItemData(self.external.count() - 1, one.detail, Qt.ItemDataRole.ToolTipRole)
        self.external.setEditText(text)
        self.external.blockSignals(False)

    def _turn(self, *_: Any) -> None:
        removal = self.operation.currentData() == "remove"
        self.external.setEnabled(not removal or self.aim() == COPIED)
        self.changed.emit()

    def aim(self) -> tuple[str, str]:
        """Model and member; ``COPIED`` for the metadata."""
        model, name = self.target.currentData()
        return str(model), str(name)

    def show_row(self, external: str, aim: tuple[str, str], operation: str = "add") -> None:
        """Show these."""
        self.operation.setCurrentIndex(self.operation.findData(operation))
        index = next(one for one in range(self.target.count()) if tuple(self.target.itemData(one)) == tuple(aim))
        self.target.setCurrentIndex(index)
        self.external.setEditText(external)


class MappingForm(Form):
    """``fields`` looks up what the source has. With ``present``, which looks up the mapping of the service, the form is
    about changes."""

    def __init__(self, fields: Lookup, present: Lookup | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lookup, self._present = fields, present
        self.fields: Sequence[Choice] = ()
        self.rows: list[MapRow] = []
        self.add = push_button("imageryHubMapAdd", tr("Add Field"), "/symbologyAdd.svg")
        self.read = push_button("imageryHubMapRead", tr("Read the Source's Fields"), "/mActionRefresh.svg")
        self.load = push_button("imageryHubMapLoad", tr("Show the Present Mapping"), "/mActionFileOpen.svg")
        self.load.setVisible(present is not None)
        self.status = QLabel()
        self.status.setObjectName("imageryHubMapStatus")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.status.hide()
        head = QHBoxLayout()
        for widget in (self.add, self.read, self.load):
            head.addWidget(widget)
        head.addStretch(1)
        self._list = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addLayout(self._list)
        layout.addWidget(self.status)
        self.add.clicked.connect(self._row_wanted)
        self.read.clicked.connect(lambda: fields.look(True))
        fields.found.connect(self._found)
        for lookup in filter(None, (fields, present)):
            lookup.begun.connect(lambda: self._tell(tr("Asking …")))
            lookup.failed.connect(self._tell)
            lookup.dropped.connect(lambda: self._tell(""))
            self.destroyed.connect(lookup.stop)
        if present is not None:
            self.load.clicked.connect(lambda: present.look(True))
            present.found.connect(self._show_present)

    @property
    def changes(self) -> bool:
        """Whether it is about changes of a mapping that is there."""
        return self._present is not None

    def others_changed(self) -> None:
        self._lookup.forget()
        if self._present is not None:
            self._present.forget()

    def _row_wanted(self) -> None:
        row = self._append()
        self.changed.emit()
        row.external.setFocus()

    def _append(self) -> MapRow:
        row = MapRow(self.fields, self.changes)
        self.rows.append(row)
        self._list.addWidget(row)
        row.changed.connect(self.changed.emit)
        row.removed.connect(self._remove)
        return row

    def _remove(self, row: MapRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.changed.emit()

    def text(self) -> str:
        return field_mapping.dump(self._given())

    def _given(self) -> dict[str, Any]:
        found: dict[str, Any] = {"maps": []}
        for row in self.rows:
            operation, external = str(row.operation.currentData()), row.external.currentText().strip()
            if self.changes and operation == KEEP:
                continue
            if row.aim() == COPIED:
                found.setdefault(self._extra(operation), []).append(external)
                continue
            model, name = row.aim()
            made = {"model": model, "field_name": name}
            if operation != "remove" or not self.changes:
                made["external_field"] = external
            found["maps"].append({"operation": operation, **made} if self.changes else made)
        return found

    def _extra(self, operation: str) -> str:
        if not self.changes:
            return field_mapping.EXTRA
        return field_mapping.REMOVED if operation == "remove" else field_mapping.ADDED

    def problem(self) -> str:
        try:
            mapping = (field_mapping.parse_changes if self.changes else field_mapping.parse)(self.text())
        except InputProblem as error:
            return messages.sentence(error)
        known = [one.id for one in self.fields]
        unknown = [one for one in dict.fromkeys(field_mapping.fields_of(mapping)) if one not in known]
        if known and unknown:
            return tr("The source has no such fields: {fields}.").format(fields=", ".join(unknown))
        return ""

    def show_text(self, text: str) -> None:
        mapping = (field_mapping.parse_changes if self.changes else field_mapping.parse)(text)
        self._clear()
        for one in mapping.get("maps", ()):
            operation = one.get("operation", "add")
            self._append().show_row(one.get("external_field", ""), (one["model"], one["field_name"]), operation)
        for name, operation in (
            (field_mapping.EXTRA, "add"), (field_mapping.ADDED, "add"), (field_mapping.REMOVED, "remove")
        ):
            for external in mapping.get(name, ()):
                self._append().show_row(external, COPIED, operation)

    def _clear(self) -> None:
        self.blockSignals(True)
        for row in list(self.rows):
            self._remove(row)
        self.blockSignals(False)

    def _show_present(self, found: list[Choice]) -> None:
        """The mapping that the service has, which is kept; rows that say something else stay."""
        mapping = json.loads(found[0].id) if found else {}
        self._tell("" if found else tr("The platform does not tell the mapping of the service."))
        taken = {row.aim() for row in self.rows if row.aim() != COPIED}
        for one in mapping.get("maps") or ():
            aim = (one.get("model"), one.get("field_name"))
            if aim in field_mapping.TARGETS and aim not in taken:
                self._append().show_row(str(one.get("external_field") or ""), aim, KEEP)
        copied = {row.external.currentText() for row in self.rows if row.aim() == COPIED}
        for external in mapping.get(field_mapping.EXTRA) or ():
            if external not in copied:
                self._append().show_row(str(external), COPIED, KEEP)
        self.changed.emit()

    def _found(self, fields: list[Choice]) -> None:
        self.fields = fields
        for row in self.rows:
            row.offer(fields)
        count = sum(one.id != field_mapping.GEOMETRY for one in fields)
        self._tell(tr("The source has {count} fields.").format(count=count))
        self.changed.emit()

    def _tell(self, words: str) -> None:
        self.status.setText(words)
        self.status.setVisible(bool(words))
