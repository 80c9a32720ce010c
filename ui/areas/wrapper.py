"""What Processing makes for an area parameter: our field in dialogs, QGIS's own widgets in the modeler and in batch."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsProcessingGui
from qgis.PyQt.QtWidgets import QWidget

from ..choices.wrapper import framed
from ..dialog_widgets import DialogWidget
from .field import AreaField
from .footprint import tells_raster


class AreaWidget(DialogWidget):
    """The class that a parameter's metadata names, see ``ui.choices.wrapper.ChoiceWidget``."""

    @classmethod
    def made(cls, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> Any:
        return AreaWrapper(parameter, settings)


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
