"""The widget of a CONNECTION parameter: the saved connections of a platform."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from ...core import connections
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from .wrapper import dialog_kind, framed, modeler_widget


class ConnectionWidget:
    """The class that the parameter's metadata names; see ``ChoiceWidget`` for why it is not the wrapper itself."""

    def __new__(  # type: ignore[misc]
        cls,
        parameter: QgsProcessingParameterDefinition,
        dialog: QWidget,
        row: int = 0,
        column: int = 0,
        **settings: Any,
    ) -> Any:
        return modeler_widget(parameter, dialog) or ConnectionWrapper(parameter, dialog, settings["platform"])


class ConnectionWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """A combo box with the saved connections and the environment; another one that a parameter names is added."""

    def __init__(self, parameter: QgsProcessingParameterDefinition, dialog: QWidget, platform: str) -> None:
        super().__init__(parameter, dialog_kind(dialog))
        self._platform = platform
        self.combo: ConnectionCombo | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        self.combo = ConnectionCombo(self._platform)
        self.combo.setToolTip(self.parameterDefinition().toolTip())
        self.combo.currentTextChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return framed(self.combo)

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.combo is not None and value:
            self.combo.choose(str(value))

    def widgetValue(self) -> Any:  # noqa: N802
        return "" if self.combo is None else self.combo.value()


class ConnectionCombo(QComboBox):
    """The saved connections of a platform, or of all without one, kept up to date; the environment variables come last.
    """

    def __init__(self, platform: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubConnection")
        # As wide as the dialog lets it be: the entry for the environment is long.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self._platform = platform
        self._fill()
        connections.signals.changed.connect(self._fill)

    def _fill(self) -> None:
        chosen = self.value() if self.count() else None
        self.blockSignals(True)
        self.clear()
        for name in connections.names(self._platform):
            self.addItem(name, name)
        self.addItem(self._environment(), "")
        self.blockSignals(False)
        if chosen is not None:
            self.choose(chosen)

    def _environment(self) -> str:
        if not self._platform:
            return tr("From the environment")
        variables = ", ".join(one.variable for one in PLATFORMS[self._platform].secrets)
        return tr("From the environment ({variables})").format(variables=variables)

    def choose(self, name: str) -> None:
        """Show a connection; one that is not there is added, so that the algorithm can say what is wrong with it."""
        index = self.findData(name)
        if index < 0:
            self.insertItem(0, name, name)
            index = 0
        self.setCurrentIndex(index)

    def value(self) -> str:
        """The name of the connection, empty for the environment."""
        return str(self.currentData() or "")
