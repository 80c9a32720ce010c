"""What Processing makes for a parameter that has a form: the form in dialogs, QGIS's own widgets in the modeler, with a
button that opens the form, and in batch, where the text is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import (
    QgsAbstractProcessingParameterWidgetWrapper,
    QgsProcessingGui,
)
from qgis.PyQt.QtWidgets import QWidget

from ..choices.wrapper import framed
from ..dialog_widgets import DialogWidget
from .field import Form, FormField
from .modeler import with_button
from .values_of import text_of

Values = Callable[[str], str]
"""The value of another parameter of the dialog, by its name."""


class FormWidget(DialogWidget):
    """The class that a parameter's metadata names, see ``ui.choices.wrapper.ChoiceWidget``."""

    @classmethod
    def in_modeler(
        cls, parameter: QgsProcessingParameterDefinition, dialog: QWidget, settings: dict[str, Any]
    ) -> Any:
        qgis_own = super().in_modeler(parameter, dialog, settings)
        if qgis_own is None:
            return None
        return with_button(qgis_own, dialog, parameter.description(), lambda values: cls.form(settings, values))

    @classmethod
    def made(cls, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> Any:
        return FormWrapper(parameter, settings, cls.form, cls.heeded(settings))

    @staticmethod
    def form(settings: dict[str, Any], values: Values) -> Form:
        """The form itself; ``values`` can be asked once all widgets of the dialog are there."""
        raise NotImplementedError

    @staticmethod
    def heeded(settings: dict[str, Any]) -> tuple[str, ...]:
        """The parameters at whose change the form is told (``Form.others_changed``)."""
        return ()


class FormWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """A form in the algorithm's dialog. The plain frame: see ``ui.choices.wrapper.ChoiceWrapper``."""

    def __init__(
        self,
        parameter: QgsProcessingParameterDefinition,
        settings: dict[str, Any],
        make: Callable[[dict[str, Any], Values], Form],
        heeded: tuple[str, ...],
    ) -> None:
        super().__init__(parameter, QgsProcessingGui.WidgetType.Standard)
        self._settings, self._make, self._heeded = settings, make, heeded
        self._siblings: dict[str, QgsAbstractProcessingParameterWidgetWrapper] = {}
        self.field: FormField | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        self.field = FormField(self._make(self._settings, self._value_of))
        self.field.setToolTip(self.parameterDefinition().toolTip())
        self.field.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return framed(self.field)

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:  # noqa: N802
        super().postInitialize(wrappers)
        for wrapper in wrappers:
            definition = getattr(wrapper, "parameterDefinition", None)
            if definition is None:
                continue
            self._siblings[definition().name()] = wrapper
            if definition().name() in self._heeded:
                wrapper.widgetValueHasChanged.connect(self._others_changed)
        self._others_changed()

    def _others_changed(self, *_: Any) -> None:
        if self.field is not None:
            self.field.form.others_changed()

    def _value_of(self, name: str) -> str:
        wrapper = self._siblings.get(name)
        return "" if wrapper is None else text_of(wrapper.parameterDefinition(), wrapper.parameterValue())

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.field is not None:
            text = json.dumps(value) if isinstance(value, (dict, list)) else str(value or "")
            self.field.set_value(text)

    def widgetValue(self) -> Any:  # noqa: N802
        return "" if self.field is None else self.field.value()
