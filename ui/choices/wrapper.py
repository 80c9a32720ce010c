"""What Processing makes for a choice parameter: our widget in dialogs, QGIS's own in the modeler."""

from __future__ import annotations

import weakref
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingModelAlgorithm, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsGui, QgsProcessingGui
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QHBoxLayout, QWidget

from ...algorithms.parameters.choice import lister_named
from .chooser import Chooser
from .source import ChoiceSource, SwitchedSource

CONNECTION = "CONNECTION"
_frames: list[tuple[QWidget, weakref.ref[QWidget]]] = []


def modeler_widget(parameter: QgsProcessingParameterDefinition, dialog: QWidget) -> QWidget | None:
    """QGIS's own widget with "Value", "Model Input", "Algorithm Output" ..., or None outside the modeler."""
    model = getattr(dialog, "model", None)
    if not isinstance(model, QgsProcessingModelAlgorithm):
        return None
    widget = QgsGui.processingGuiRegistry().createModelerParameterWidget(
        model, dialog.childId, parameter, dialog.context
    )
    widget.setDialog(dialog)
    return widget


def dialog_kind(dialog: QWidget) -> QgsProcessingGui.WidgetType:
    """Whether a wrapper is for the batch table or for the ordinary dialog."""
    batch = "Batch" in type(dialog).__name__
    return QgsProcessingGui.WidgetType.Batch if batch else QgsProcessingGui.WidgetType.Standard


def framed(widget: QWidget) -> QWidget:
    """A plain widget that holds this one, see :class:`ChoiceWrapper`.

    The frame's first Python object has to outlive the widget: the new one that QGIS makes takes the reference of the
    first away, while Qt's widget goes on asking the first for what it implements, to its very end. When it was freed,
    QGIS crashed now and then while a dialog was deleted. It is let go of with the next dialog, not by a signal of the
    widget's end: Python may collect garbage then, in the midst of what is being deleted.
    """
    frame = QWidget()
    _frames[:] = [(one, held) for one, held in _frames if (inner := held()) is not None and not sip.isdeleted(inner)]
    _frames.append((frame, weakref.ref(widget)))
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    frame.setFocusProxy(widget)
    return frame


class ChoiceWidget:
    """The class that a parameter's metadata names; making one gives the right object for the dialog.

    Processing makes an object of any class named there and uses it as the wrapper, in the modeler too. A class whose
    ``__new__`` answers with another object keeps the modeler's own widget, "Algorithm Output" included.
    """

    def __new__(  # type: ignore[misc]
        cls,
        parameter: QgsProcessingParameterDefinition,
        dialog: QWidget,
        row: int = 0,
        column: int = 0,
        **settings: Any,
    ) -> Any:
        return modeler_widget(parameter, dialog) or ChoiceWrapper(parameter, dialog, settings)


class ChoiceWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """Our widget in the algorithm dialog and in the batch table.

    What ``createWidget`` gives loses its Python side at once: QGIS hands the same widget out again as a new Python
    object, which makes the first one invalid. Hence a plain frame around the widget that has a Python class.
    """

    def __init__(
        self, parameter: QgsProcessingParameterDefinition, dialog: QWidget, settings: dict[str, Any]
    ) -> None:
        super().__init__(parameter, dialog_kind(dialog))
        self._settings = settings
        self._connection = str(settings.get("connection", CONNECTION))
        self._siblings: dict[str, QgsAbstractProcessingParameterWidgetWrapper] = {}
        self.chooser: Chooser | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        self.chooser = Chooser(self._source(), several=bool(self._settings["several"]))
        self.chooser.setToolTip(self.parameterDefinition().toolTip())
        self.chooser.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return framed(self.chooser)

    def _source(self) -> ChoiceSource:
        """What is listed; with ``by`` the value of that parameter says which of the ``listers`` it is."""
        by = self._settings.get("by")
        if not by:
            return self._listed(self._settings["platform"], self._settings["lister"])
        several = {value: self._listed(*one) for value, one in self._settings["listers"].items()}
        first = next(iter(several.values()))
        return SwitchedSource(lambda: several.get(self._value_of(by), first))

    def _listed(self, platform: str, lister: str) -> ChoiceSource:
        return ChoiceSource(
            platform,
            lambda: lister_named(lister),
            lister,
            lambda: self._value_of(self._connection),
            lambda: {name: self._value_of(name) for name in self._settings["depends"]},
        )

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:  # noqa: N802
        super().postInitialize(wrappers)
        wanted = {self._connection, *self._settings["depends"], self._settings.get("by", "")}
        for wrapper in wrappers:
            definition = getattr(wrapper, "parameterDefinition", None)
            if definition is not None and definition().name() in wanted:
                self._siblings[definition().name()] = wrapper
        if self.chooser is not None:
            self.chooser.recall()
            if self._connection in self._siblings:
                self._siblings[self._connection].widgetValueHasChanged.connect(self.chooser.recall)

    def _value_of(self, name: str) -> str:
        wrapper = self._siblings.get(name)
        value = None if wrapper is None else wrapper.parameterValue()
        return "" if value is None else str(value)

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.chooser is not None:
            self.chooser.set_value("" if value is None else str(value))

    def widgetValue(self) -> Any:  # noqa: N802
        return "" if self.chooser is None else self.chooser.value()
