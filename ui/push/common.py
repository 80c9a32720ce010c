"""What all rasters have in common: where they go, and values that are put into all rows."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QFormLayout, QGridLayout, QGroupBox, QLabel, QPushButton, QWidget

from ...core.choices import Choice
from ...core.translation import tr
from ..choices.connection import ConnectionCombo
from ..choices.fields import chooser_for
from .editors import editor_for, show_value, value_of
from .plan import PushPlan


class Destination(QWidget):
    """Connection and target, such as a folder. ``changed`` when another connection is chosen."""

    changed = pyqtSignal()

    def __init__(self, plan: PushPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self.connection = ConnectionCombo(plan.platform)
        definition = plan.definition(plan.target)
        self.target = chooser_for(definition, self.connection.value)
        self.target.setObjectName("imageryHubPushTarget")
        self.target.field.setAccessibleName(definition.description())
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("{platform} connection").format(platform=plan.title), self.connection)
        layout.addRow(definition.description(), self.target)
        self.connection.currentIndexChanged.connect(lambda _: self._switched())

    def _switched(self) -> None:
        self.target.set_value("")
        self.target.recall()
        self.changed.emit()

    def choose(self, connection: str, target: Choice | None = None) -> None:
        """Show a connection and, where it is known, the target by its name."""
        self.connection.choose(connection)
        if target is not None and target.label:
            self.target.choose([target])
        elif target is not None:
            self.target.recall()
            self.target.set_value(target.id)


class CommonValues(QGroupBox):
    """Values for all rows; ``applied`` carries them by parameter. Empty ones leave the rows as they are."""

    applied = pyqtSignal(dict)

    def __init__(self, plan: PushPlan, parent: QWidget | None = None) -> None:
        super().__init__(tr("The same for all"), parent)
        names = [plan.captured, *plan.remembered]
        self._fields = [one for one in plan.fields() if one.name in names]
        self.editors = {one.name: editor_for(one) for one in self._fields}
        self.button = QPushButton(QgsApplication.getThemeIcon("/mActionSelectAll.svg"), tr("&Apply to All"))
        self.button.setObjectName("imageryHubPushApply")
        self.button.setAutoDefault(False)
        self.button.setToolTip(tr("Put these values into every row. What is empty here stays as it is there."))
        self._lay_out()
        self.button.clicked.connect(lambda: self.applied.emit(self.given()))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        for number, one in enumerate(self._fields):
            editor = self.editors[one.name]
            editor.setObjectName(f"imageryHubPush_{one.name}")
            row, column = divmod(number, 2)
            if not isinstance(editor, QCheckBox):
                title = tr("{title} (UTC)").format(title=one.title) if one.kind == "moment" else one.title
                label = QLabel(title)
                label.setBuddy(editor)
                grid.addWidget(label, row, 2 * column)
            grid.addWidget(editor, row, 2 * column + 1)
        grid.addWidget(self.button, (len(self._fields) + 1) // 2, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def values(self) -> dict[str, Any]:
        """All of them, None and empty texts included."""
        return {name: value_of(editor) for name, editor in self.editors.items()}

    def given(self) -> dict[str, Any]:
        """Those that say something."""
        return {name: value for name, value in self.values().items() if value not in (None, "")}

    def show_values(self, values: dict[str, Any]) -> None:
        """Put values into the fields; those that are not there become empty."""
        for one in self._fields:
            show_value(self.editors[one.name], values.get(one.name, one.default))
