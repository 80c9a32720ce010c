"""What a parameter's metadata names as its widget: our own in an algorithm's dialog, QGIS's elsewhere."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import QgsGui, QgsProcessingGui
from qgis.PyQt.QtWidgets import QWidget

from .choices.wrapper import dialog_kind, modeler_widget


class DialogWidget:
    """Making one gives the right object for the dialog, see ``ui.choices.wrapper.ChoiceWidget``: QGIS's own widget in
    the modeler and its own wrapper in batch, in an algorithm's dialog what :meth:`made` gives."""

    def __new__(  # type: ignore[misc]
        cls,
        parameter: QgsProcessingParameterDefinition,
        dialog: QWidget,
        row: int = 0,
        column: int = 0,
        **settings: Any,
    ) -> Any:
        if dialog_kind(dialog) == QgsProcessingGui.WidgetType.Batch:
            wrapper = QgsGui.processingGuiRegistry().createParameterWidgetWrapper(
                parameter, QgsProcessingGui.WidgetType.Batch
            )
            wrapper.setDialog(dialog)
            return wrapper
        return cls.in_modeler(parameter, dialog, settings) or cls.made(parameter, settings)

    @classmethod
    def in_modeler(
        cls, parameter: QgsProcessingParameterDefinition, dialog: QWidget, settings: dict[str, Any]
    ) -> Any:
        """QGIS's widget of the modeler; None in an algorithm's dialog."""
        return modeler_widget(parameter, dialog)

    @classmethod
    def made(cls, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> Any:
        """Our wrapper; ``settings`` are those of the metadata."""
        raise NotImplementedError
