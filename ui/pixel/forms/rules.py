"""The form of the rules for rasters: of each rule it offers what the type of the collection allows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from ....core import messages
from ....core.translation import tr
from ....providers.errors import InputProblem
from ....providers.pixel import raster_rules
from ...forms.field import Form

CHOICES = ("format", "data_type", "num_bands")
SOME_BANDS = (1, 2, 3, 4, 5, 6, 7, 8)
FREE = "raster"


class RulesForm(Form):
    """``collection_type`` gives the type that is chosen beside the form."""

    def __init__(self, collection_type: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked = collection_type
        self._type = ""
        self._combos = {name: _combo(name) for name in CHOICES}
        self.system = QgsProjectionSelectionWidget()
        self.system.setOptionVisible(QgsProjectionSelectionWidget.CrsOption.CrsNotSet, True)
        self.system.setNotSetText(tr("Any"))
        self.system.setCrs(QgsCoordinateReferenceSystem())
        self.width, self.height = _size("imageryHubCellWidth"), _size("imageryHubCellHeight")
        self.width.setAccessibleName(tr("Cell width"))
        self.height.setAccessibleName(tr("Cell height"))
        self.none = QLabel(tr("This type of collection takes no rules for rasters."))
        self.none.setWordWrap(True)
        self.rows = QWidget()
        titles = (tr("Format"), tr("Data type"), tr("Number of bands"))
        layout = QFormLayout(self.rows)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, combo in zip(titles, self._combos.values()):
            combo.setAccessibleName(title)
            layout.addRow(title, combo)
            combo.currentTextChanged.connect(lambda _: self.changed.emit())
        layout.addRow(tr("Reference system"), self.system)
        sizes = QHBoxLayout()
        sizes.setContentsMargins(0, 0, 0, 0)
        for part in (self.width, QLabel("×"), self.height):
            sizes.addWidget(part)
        layout.addRow(tr("Cell size"), sizes)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.none)
        whole.addWidget(self.rows, 1)
        self.system.crsChanged.connect(lambda _: self.changed.emit())
        for edit in (self.width, self.height):
            edit.textChanged.connect(self._size_changed)
        self._show_type(FREE)

    def combo(self, member: str) -> QComboBox:
        """The choice of a format, data type or number of bands."""
        return self._combos[member]

    def others_changed(self) -> None:
        asked = self._asked() or FREE
        if asked != self._type:
            self._show_type(asked)
            self.changed.emit()

    def _show_type(self, collection_type: str) -> None:
        """Offer what the type allows. What was chosen stays where it is allowed."""
        self._type = collection_type
        known = raster_rules.RULES.get(collection_type)
        self.none.setVisible(known is None)
        self.rows.setVisible(known is not None)
        if known is None:
            return
        for member, combo in self._combos.items():
            values = known.values(member) or SOME_BANDS
            before = "" if combo.currentData() == "" else combo.currentText()
            combo.blockSignals(True)
            combo.clear()
            if not known.required:
                combo.addItem(tr("Any"), "")
            for value in values:
                combo.addItem(str(value), value)
            combo.setEditable(member == "num_bands" and not known.required)
            combo.setEnabled(combo.count() > 1)
            combo.setCurrentIndex(max(0, combo.findText(before)))
            combo.blockSignals(False)

    def _size_changed(self, *_: Any) -> None:
        for edit, other in ((self.width, self.height), (self.height, self.width)):
            edit.setPlaceholderText(tr("The same") if other.text().strip() else tr("Any"))
        self.changed.emit()

    def text(self) -> str:
        return raster_rules.dump(self._given())

    def _given(self) -> dict[str, Any]:
        """What is chosen, as it is; what cannot be meant is left to the validator."""
        if self._type not in raster_rules.RULES:
            return {}
        found = {name: value for name, value in ((one, self._chosen(one)) for one in CHOICES) if value != ""}
        system = self.system.crs().authid() if self.system.crs().isValid() else ""
        if system:
            code = system.removeprefix("EPSG:")
            found["srid"] = int(code) if code.isdigit() else system
        sizes = [self.width.text().strip(), self.height.text().strip()]
        if any(sizes):
            found["cell_size"] = [_number(one or "".join(sizes)) for one in sizes]
        return found

    def _chosen(self, member: str) -> Any:
        combo = self._combos[member]
        text = combo.currentText().strip()
        index = combo.findText(text)
        if index >= 0:
            return combo.itemData(index)
        return int(text) if text.isascii() and text.isdigit() else text

    def problem(self) -> str:
        try:
            rules = raster_rules.parse(self.text())
        except InputProblem as error:
            return messages.sentence(error)
        return " ".join(messages.sentence(one) for one in raster_rules.findings(self._type, rules))

    def show_text(self, text: str) -> None:
        rules = raster_rules.parse(text)
        collection_type = self._asked() or self._type
        for wrong in raster_rules.findings(collection_type, rules) if rules else ():
            raise wrong
        self._show_type(collection_type)
        for member, combo in self._combos.items():
            value = str(rules.get(member, ""))
            index = combo.findText(value) if value else 0
            combo.setCurrentIndex(index)
            if index < 0:
                combo.setEditText(value)
        code = rules.get("srid")
        system = QgsCoordinateReferenceSystem(f"EPSG:{code}") if code else QgsCoordinateReferenceSystem()
        if code and not system.isValid():
            raise InputProblem("pixel_rules_srid", value=str(code))
        self.system.setCrs(system)
        sizes = rules.get("cell_size") or ("", "")
        for edit, size in zip((self.width, self.height), sizes):
            edit.setText(f"{size:.15g}" if size else "")


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(f"imageryHubRule_{name}")
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo


def _size(name: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    edit.setPlaceholderText(tr("Any"))
    edit.setToolTip(tr("In units of the reference system. Empty: any size."))
    edit.setAlignment(Qt.AlignmentFlag.AlignRight)
    return edit


def _number(text: str) -> Any:
    """The number of a text, with a point or a comma; the text itself where there is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text
