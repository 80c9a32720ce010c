"""What Processing makes for an area parameter: our field in dialogs, QGIS's own widgets in the modeler and in batch."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsGui, QgsProcessingGui
from qgis.PyQt.QtWidgets import QWidget

from ..choices.wrapper import dialog_kind, framed, modeler_widget
from .field import AreaField
from .footprint import tells_raster


def in_dialog_only(parameter: QgsProcessingParameterDefinition, dialog: QWidget) -> Any:
    """QGIS's own wrapper in batch and widget in the modeler; None in an algorithm's dialog."""
    if dialog_kind(dialog) == QgsProcessingGui.WidgetType.Batch:
        wrapper = QgsGui.processingGuiRegistry().createParameterWidgetWrapper(
            parameter, QgsProcessingGui.WidgetType.Batch
        )
        wrapper.setDialog(dialog)
        return wrapper
    return modeler_widget(parameter, dialog)


class AreaWidget:
    """The class that a parameter's metadata names, see ``ui.choices.wrapper.ChoiceWidget``."""

    def __new__(  # type: ignore[misc]
        cls,
        parameter: QgsProcessingParameterDefinition,
        dialog: QWidget,
        row: int = 0,
        column: int = 0,
        **settings: Any,
    ) -> Any:
        return in_dialog_only(parameter, dialog) or AreaWrapper(parameter, settings)


class AreaWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """Our field in the algorithm's dialog. The plain frame: see ``ui.choices.wrapper.ChoiceWrapper``."""

    def __init__(self, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> None:
        super().__init__(parameter, QgsProcessingGui.WidgetType.Standard)
        self._settings = settings
        self.field: AreaField | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        definition = self.parameterDefinition()
        self.field = AreaField(definition, str(self._settings.get("purpose", "")))
        self.field.combo.setWidgetContext(self.widgetContext())
        if definition.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional or definition.defaultValue():
            self.field.combo.setValue(definition.defaultValue(), QgsProcessingContext())
        self.field.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return framed(self.field)

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:  # noqa: N802
        super().postInitialize(wrappers)
        if self.field is None:
            return
        for wrapper in wrappers:
            definition = getattr(wrapper, "parameterDefinition", None)
            if definition is not None and tells_raster(definition()):
                self.field.rasters.append(wrapper)
                wrapper.widgetValueHasChanged.connect(self.field.show_facts)

    def setWidgetContext(self, context: Any) -> None:  # noqa: N802
        super().setWidgetContext(context)
        if self.field is not None:
            self.field.combo.setWidgetContext(context)

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.field is not None:
            self.field.set_value(value, context)

    def widgetValue(self) -> Any:  # noqa: N802
        return None if self.field is None else self.field.value()
