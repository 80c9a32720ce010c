"""The widget for a polygon that an algorithm takes as a text: typed, or drawn on the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameters,
    QgsProject,
    QgsReferencedGeometry,
)
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsProcessingGui
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QLineEdit, QWidget

from ...core.geometry.kept import Area
from ...core.geometry.reproject import wgs84
from ...core.geometry.together import together
from ...core.problems import Problem
from ...core.translation import tr
from ..choices.wrapper import framed
from ..dialog_widgets import DialogWidget
from . import facts as known
from .field import draw_button, facts_label
from .menu import AreaMenu

#: Decimals of a degree: a millimetre.
DECIMALS = 8


class GeometryField(QWidget):
    """``value`` is the text that QGIS's own widget would give: WKT, behind its system where that is told. What is drawn
    is taken as it is then, in EPSG:4326."""

    changed = pyqtSignal()

    def __init__(self, parameter: QgsProcessingParameterDefinition, purpose: str) -> None:
        super().__init__()
        self._parameter = parameter
        self.text = QLineEdit()
        self.text.setObjectName("imageryHubGeometry")
        self.text.setToolTip(parameter.toolTip())
        self.text.setClearButtonEnabled(True)
        self.text.setPlaceholderText(tr("Draw it, or type WKT, as in CRS=EPSG:4326;Polygon ((…))"))
        self.button = draw_button()
        self.menu = AreaMenu(self.button, self.take, self._say, purpose)
        self.button.setMenu(self.menu)
        self.facts = facts_label()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 0, 0)
        layout.addWidget(self.button, 0, 1)
        layout.addWidget(self.facts, 1, 0, 1, 2)
        self.setFocusProxy(self.text)
        self.text.textChanged.connect(self._changed)
        self._say("")

    def value(self) -> str:
        """The text."""
        return str(self.text.text().strip())

    def set_value(self, value: Any) -> None:
        """Show a text or a geometry."""
        if isinstance(value, QgsReferencedGeometry):
            self._show(value, value.crs())
        elif isinstance(value, QgsGeometry):
            self.text.setText(value.asWkt(DECIMALS))
        else:
            self.text.setText("" if value is None else str(value))

    def take(self, areas: Sequence[Area]) -> None:
        """Choose these; what cannot be placed on the globe is refused in words."""
        try:
            shape = together(areas)
        except Problem as problem:
            self._say(str(problem))
            return
        if shape is not None:
            self._show(shape, wgs84())

    def _show(self, shape: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> None:
        self.text.setText(f"CRS={crs.authid()};{shape.asWkt(DECIMALS)}")
        self.text.setCursorPosition(0)

    def _changed(self) -> None:
        self._say(self._words())
        self.changed.emit()

    def _words(self) -> str:
        """How large it is, or what is wrong with it."""
        if not self.value():
            return ""
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        given = {self._parameter.name(): self.value()}
        shape = QgsProcessingParameters.parameterAsGeometry(self._parameter, given, context)
        crs = QgsProcessingParameters.parameterAsGeometryCrs(self._parameter, given, context)
        if shape.isEmpty():
            return tr("This is no polygon in WKT.")
        facts = known.of([Area(shape, crs if crs.isValid() else wgs84())])
        return facts.problem or facts.words()

    def _say(self, words: str) -> None:
        self.facts.setText(words)
        self.facts.setVisible(bool(words))


class GeometryWidget(DialogWidget):
    """The class that a parameter's metadata names, see ``ui.choices.wrapper.ChoiceWidget``."""

    @classmethod
    def made(cls, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> Any:
        return GeometryWrapper(parameter, settings)


class GeometryWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """Our field in the algorithm's dialog. The plain frame: see ``ui.choices.wrapper.ChoiceWrapper``."""

    def __init__(self, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> None:
        super().__init__(parameter, QgsProcessingGui.WidgetType.Standard)
        self._settings = settings
        self.field: GeometryField | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        self.field = GeometryField(self.parameterDefinition(), str(self._settings.get("purpose", "")))
        self.field.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return framed(self.field)

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.field is not None:
            self.field.set_value(value)

    def widgetValue(self) -> Any:  # noqa: N802
        return None if self.field is None else self.field.value()
