"""A field for an id: type it, take one of those used before, or look for it on the platform."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ...algorithms.parameters.choice import split_ids
from ...core.choices import Choice
from ...core.translation import tr
from . import memory
from .popup import ChoicePopup
from .source import ChoiceSource

#: Marks the entry that stands for several ids.
TOGETHER = Qt.ItemDataRole.UserRole + 1


class Chooser(QWidget):
    """``value`` is the id (ids separated by commas where several are allowed); names are shown where they are known."""

    changed = pyqtSignal()

    def __init__(self, source: ChoiceSource, several: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._several = several
        self.field = QComboBox()
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.field.setMinimumContentsLength(12)
        self.field.setCompleter(None)  # it would turn the beginning of a known name into that name while an id is typed
        self.field.lineEdit().setPlaceholderText(tr("Choose, or type an id"))
        self.button = QToolButton()
        self.button.setObjectName("imageryHubLook")
        self.button.setText("…")
        self.button.setToolTip(tr("Look on the platform"))
        self.button.setIcon(QgsApplication.getThemeIcon("/search.svg"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        layout.addWidget(self.button)
        self.setFocusProxy(self.field)
        self._popup: ChoicePopup | None = None
        self.recall()
        self.field.editTextChanged.connect(lambda _: self.changed.emit())
        self.button.clicked.connect(self.look)

    def recall(self, *_: object) -> None:
        """Offer what was chosen before with this connection; what is in the field stays."""
        value = self.value()
        self.field.blockSignals(True)
        self.field.clear()
        for choice in memory.recall(self._source.memory_key()):
            self._add(choice)
        self.set_value(value)
        self.field.blockSignals(False)

    def _add(self, choice: Choice) -> None:
        if self.field.findData(choice.id) < 0:
            self.field.addItem(choice.label or choice.id, choice.id)

    def value(self) -> str:
        """The id, or what was typed."""
        text = self.field.currentText()
        index = self.field.currentIndex()
        if index < 0 or self.field.itemText(index) != text:
            index = self.field.findText(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive)
        if index >= 0 and self.field.findData(text) < 0:
            return str(self.field.itemData(index))
        return text.strip()

    def set_value(self, value: str) -> None:
        """Show an id, by its name where that is known; several, when all names are."""
        index = self.field.findData(value)
        if index < 0:
            index = self._add_several(value)
        self.field.setCurrentIndex(index)
        if index < 0:
            self.field.setEditText(value)

    def _add_several(self, value: str) -> int:
        """An entry of its own for these ids together, in the place of the one before; -1 when a name is not known."""
        places = [self.field.findData(one) for one in split_ids(value)]
        if not self._several or len(places) < 2 or min(places) < 0:
            return -1
        names = ", ".join(self.field.itemText(place) for place in places)
        self.field.blockSignals(True)  # what is shown in between is nobody's choice
        before = self.field.findData(True, TOGETHER)
        if before >= 0:
            self.field.removeItem(before)
        self.field.addItem(names, value)
        last = self.field.count() - 1
        self.field.setItemData(last, True, TOGETHER)
        self.field.blockSignals(False)
        return int(last)

    def choose(self, choices: Iterable[Choice]) -> None:
        """Show these, by their names; only the first where one is allowed."""
        taken = list(choices) if self._several else list(choices)[:1]
        for choice in taken:
            memory.remember(self._source.memory_key(), choice)
            self._add(choice)
        self.set_value(",".join(choice.id for choice in taken))
        self.changed.emit()

    def label_of(self, identity: str) -> str:
        """The name of an id where it is known."""
        index = self.field.findData(identity)
        return self.field.itemText(index) if index >= 0 else identity

    def look(self) -> None:
        """Open the list of what the platform has."""
        if self._popup is None:
            self._popup = ChoicePopup(self._source, self._several, self)
            self._popup.chosen.connect(self.choose)
        self._popup.open_below(self, self.value() if self._several else "")
