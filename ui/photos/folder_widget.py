"""What Processing makes for the folder of photos: our field in dialogs, QGIS's widgets in the modeler and in batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsProcessingGui
from qgis.PyQt.QtWidgets import QWidget

from ..choices.wrapper import framed
from ..dialog_widgets import DialogWidget
from .folder_field import PhotoFolderField

SUBFOLDERS, FILES = "SUBFOLDERS", "PHOTO_FILES"
"""The parameters beside the folder (``algorithms.pix4d.photo_input``)."""


class PhotoFolderWidget(DialogWidget):
    """The class that the parameter's metadata names, see ``ui.choices.wrapper.ChoiceWidget``."""

    @classmethod
    def made(cls, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> Any:
        return PhotoFolderWrapper(parameter)


class PhotoFolderWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """Our field in the algorithm's dialog. The plain frame: see ``ui.choices.wrapper.ChoiceWrapper``."""

    def __init__(self, parameter: QgsProcessingParameterDefinition) -> None:
        super().__init__(parameter, QgsProcessingGui.WidgetType.Standard)
        self._siblings: dict[str, QgsAbstractProcessingParameterWidgetWrapper] = {}
        self.field: PhotoFolderField | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        self.field = PhotoFolderField()
        self.field.setToolTip(self.parameterDefinition().toolTip())
        self.field.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return framed(self.field)

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:  # noqa: N802
        super().postInitialize(wrappers)
        for wrapper in wrappers:
            definition = getattr(wrapper, "parameterDefinition", None)
            if definition is not None and definition().name() in (SUBFOLDERS, FILES):
                self._siblings[definition().name()] = wrapper
                wrapper.widgetValueHasChanged.connect(self._tell_others)

    def _tell_others(self, *_: Any) -> None:
        if self.field is None:
            return
        values = {name: wrapper.parameterValue() for name, wrapper in self._siblings.items()}
        files = values.get(FILES)
        named = [Path(str(one)) for one in files] if isinstance(files, list) else []
        self.field.set_others(values.get(SUBFOLDERS) is not False, named)

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.field is not None:
            self.field.set_value("" if value is None else str(value))

    def widgetValue(self) -> Any:  # noqa: N802
        return None if self.field is None else self.field.value() or None
