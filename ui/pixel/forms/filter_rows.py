"""The rows of the filter builder: conditions, and groups of which all or any have to be true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ....core.choices import Choice
from ....core.translation import tr
from ....providers.pixel import search_filter
from ...buttons import push_button, tool_button
from .values import ValueField, kind_of_field

DELETE = "/mActionDeleteSelected.svg"


def operator_titles() -> dict[str, str]:
    """The operators in words, in the order in which they are offered."""
    return {
        "==": tr("is"), "!=": tr("is not"), "<": tr("is less than"), "<=": tr("is at most"),
        ">": tr("is more than"), ">=": tr("is at least"), "~": tr("is like"), "!~": tr("is not like"),
        "contains": tr("contains"), "!contains": tr("does not contain"), "in": tr("is one of"),
        "!in": tr("is none of"),
    }


class ConditionRow(QWidget):
    """Field, operator and value. ``removed`` comes with the row itself."""

    changed = pyqtSignal()
    removed = pyqtSignal(object)

    def __init__(self, fields: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QComboBox()
        self.field.setObjectName("imageryHubFilterField")
        self.field.setAccessibleName(tr("Field"))
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.field.setMinimumContentsLength(14)
        self.field.lineEdit().setPlaceholderText(tr("Field"))
        self.operator = QComboBox()
        self.operator.setObjectName("imageryHubFilterOperator")
        self.operator.setAccessibleName(tr("Operator"))
        for operator, title in operator_titles().items():
            self.operator.addItem(title, operator)
            self.operator.setItemData(self.operator.count() - 1, operator, Qt.ItemDataRole.ToolTipRole)
        self.value = ValueField()
        self.remove = tool_button("imageryHubFilterRemove", DELETE, tr("Remove the condition"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field, 2)
        layout.addWidget(self.operator)
        layout.addWidget(self.value, 3)
        layout.addWidget(self.remove)
        self.offer(fields)
        self.field.editTextChanged.connect(lambda _: self.changed.emit())
        self.field.activated.connect(self._chosen)
        self.operator.currentIndexChanged.connect(self._turn)
        self.value.changed.connect(self.changed.emit)
        self.remove.clicked.connect(lambda: self.removed.emit(self))

    def offer(self, fields: Sequence[Choice]) -> None:
        """The fields that can be filtered by; what is in the field stays."""
        text = self.field.currentText()
        self.field.blockSignals(True)
        self.field.clear()
        for one in fields:
            self.field.addItem(one.id, one.detail)
            if one.detail:
                self.field.setItemData(self.field.count() - 1, one.detail, Qt.ItemDataRole.ToolTipRole)
        exactly = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive
        self.field.setCurrentIndex(self.field.findText(text, exactly))
        self.field.setEditText(text)
        self.field.blockSignals(False)

    def _chosen(self, index: int) -> None:
        self.value.suggest(kind_of_field(str(self.field.itemData(index) or "")))

    def _turn(self, *_: Any) -> None:
        self.value.set_operator(str(self.operator.currentData()))

    def filter(self) -> search_filter.Filter:
        """The comparison as it stands in the filter."""
        return {str(self.operator.currentData()): [{"var": self.field.currentText().strip()}, self.value.value()]}

    def show_filter(self, given: search_filter.Filter) -> bool:
        """Show a comparison; False when the row cannot."""
        ((operator, (field, value)),) = given.items()
        if not self.value.can_show(operator, value) or field["var"] != field["var"].strip():
            return False
        self.operator.setCurrentIndex(self.operator.findData(operator))
        self.field.setEditText(field["var"])
        self.value.show_value(value)
        return True


class GroupBox(QFrame):
    """Conditions and groups, of which all or any have to be true. ``inner``: it can be removed."""

    changed = pyqtSignal()
    removed = pyqtSignal(object)
    fields_wanted = pyqtSignal()

    def __init__(
        self, fields: Callable[[], Sequence[Choice]], inner: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fields = fields
        self.parts: list[ConditionRow | GroupBox] = []
        if inner:
            self.setFrameShape(QFrame.Shape.StyledPanel)
        self.mode = QComboBox()
        self.mode.setObjectName("imageryHubFilterMode")
        self.mode.setAccessibleName(tr("How conditions go together"))
        self.mode.addItem(tr("All of these are true"), "and")
        self.mode.addItem(tr("Any of these is true"), "or")
        self.add_condition = push_button("imageryHubFilterAdd", tr("Add Condition"), "/symbologyAdd.svg")
        self.add_group = push_button("imageryHubFilterAddGroup", tr("Add Group"), "/mActionAddGroup.svg")
        self.head = QHBoxLayout()
        for widget in (self.mode, self.add_condition, self.add_group):
            self.head.addWidget(widget)
        self.head.addStretch(1)
        if inner:
            remove = tool_button("imageryHubFilterRemoveGroup", DELETE, tr("Remove the group"))
            remove.clicked.connect(lambda: self.removed.emit(self))
            self.head.addWidget(remove)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0 if not inner else 6, 0, 0, 0)
        layout = QVBoxLayout(self)
        if not inner:
            layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.head)
        layout.addLayout(self._rows)
        self.mode.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.add_condition.clicked.connect(self._condition_wanted)
        self.add_group.clicked.connect(self._group_wanted)

    def _condition_wanted(self) -> None:
        self.fields_wanted.emit()
        row = self._append(ConditionRow(self._fields()))
        self.changed.emit()
        row.field.setFocus()

    def _group_wanted(self) -> None:
        group = self._append(GroupBox(self._fields, inner=True))
        group.mode.setCurrentIndex(1 - self.mode.currentIndex())
        group._condition_wanted()

    def _append(self, part: Any) -> Any:
        self.parts.append(part)
        self._rows.addWidget(part)
        part.changed.connect(self.changed.emit)
        part.removed.connect(self._remove)
        if isinstance(part, GroupBox):
            part.fields_wanted.connect(self.fields_wanted.emit)
        return part

    def _remove(self, part: Any) -> None:
        self.parts.remove(part)
        self._rows.removeWidget(part)
        part.hide()
        part.deleteLater()
        self.changed.emit()

    def clear(self) -> None:
        """Without any parts."""
        for part in list(self.parts):
            self._remove(part)

    def offer(self, fields: Sequence[Choice]) -> None:
        """The fields for all rows below."""
        for part in self.parts:
            part.offer(fields)

    def filter(self) -> search_filter.Filter | None:
        """What the group says; None for an empty one. A group of one is that one."""
        found = [one for one in (part.filter() for part in self.parts) if one is not None]
        if len(found) < 2:
            return found[0] if found else None
        return {str(self.mode.currentData()): found}

    def show_filter(self, given: search_filter.Filter) -> bool:
        """Show a filter, of which the outermost group is this one; False when some of it cannot be shown."""
        ((operator, inside),) = given.items()
        members = inside if operator in search_filter.GROUPS else [given]
        self.mode.setCurrentIndex(max(0, self.mode.findData(operator)))
        for one in members:
            inner = next(iter(one)) in search_filter.GROUPS
            part = self._append(GroupBox(self._fields, inner=True) if inner else ConditionRow(self._fields()))
            if not part.show_filter(one):
                return False
        return True
