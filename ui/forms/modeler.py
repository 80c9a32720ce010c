"""The forms in the modeler: QGIS's own widget stays, with “Value”, “Model Input”, “Algorithm Output” ..., and beside it
a button opens the form, which writes the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProcessingModelChildParameterSource, QgsProcessingParameterDefinition
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ...core.translation import tr
from ..buttons import tool_button
from .field import Form, FormField
from .values_of import text_of

Values = Callable[[str], str]


def with_button(widget: Any, dialog: Any, title: str, make: Callable[[Values], Form]) -> Any:
    """QGIS's widget of the modeler with the button. ``make`` makes the form when it is wanted; ``dialog`` is that of
    the model's step, whose other values the form asks for."""
    button = tool_button("imageryHubModelForm", QIcon(), tr("Fill in by a form"))
    button.setText("{ }")
    button.clicked.connect(lambda: FormDialog(title, make(lambda name: _other(dialog, name)), widget).open())
    if widget.layout() is not None:
        widget.layout().addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return widget


class FormDialog(QDialog):
    """A form by itself; accepted, its text is the value of the modeler's ``target``."""

    def __init__(self, title: str, form: Form, target: Any) -> None:
        super().__init__(target.window())
        self._target = target
        self.setObjectName("imageryHubModelFormDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(640, 320)
        self.field = FormField(form)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form.others_changed()
        self.field.set_value(_static(target))

    def accept(self) -> None:
        """Hand the text over."""
        self._target.setWidgetValue(QgsProcessingModelChildParameterSource.fromStaticValue(self.field.value()))
        super().accept()


def _static(widget: Any) -> str:
    """The value that was typed for a parameter; empty when it comes from elsewhere."""
    source = widget.value()
    value = source.staticValue() if isinstance(source, QgsProcessingModelChildParameterSource) else None
    return "" if value is None else str(value)


def _other(dialog: Any, name: str) -> str:
    """The value of another parameter of the step, as far as it is known before the model runs."""
    panel = getattr(getattr(dialog, "widget", None), "widget", None)
    widget = getattr(panel, "wrappers", {}).get(name)
    definition: QgsProcessingParameterDefinition | None = dialog.algorithm().parameterDefinition(name)
    if not isinstance(widget, QWidget) or not hasattr(widget, "value") or definition is None:
        return ""
    source = widget.value()
    value = source.staticValue() if isinstance(source, QgsProcessingModelChildParameterSource) else None
    return text_of(definition, value)
