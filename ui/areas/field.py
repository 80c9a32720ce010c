"""The widget for an area in an algorithm's dialog: QGIS's own list of layers, a button that draws, and the facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import qgis.utils
from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsProject,
    QgsProperty,
    QgsVectorLayer,
)
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsProcessingMapLayerComboBox
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...core.geometry import kept
from ...core.geometry.kept import Area
from ...core.translation import tr
from ..drawing import layer as areas_layer
from ..icons import icon
from . import facts as known
from .footprint import outside, shown_raster
from .menu import AreaMenu


class AreaField(QWidget):
    """``value`` is what QGIS's own widget gives for a layer, and a file of kept areas for what was drawn."""

    changed = pyqtSignal()

    def __init__(self, parameter: QgsProcessingParameterDefinition, purpose: str) -> None:
        super().__init__()
        self._areas: list[Area] = []
        #: The widgets of the dialog that name a raster, on which the areas should lie.
        self.rasters: list[QgsAbstractProcessingParameterWidgetWrapper] = []
        self._watched: set[str] = set()
        self._look: known.LayerFacts | None = None
        self._problem: known.Facts | None = None
        self.combo = QgsProcessingMapLayerComboBox(parameter)
        self.combo.setToolTip(parameter.toolTip())
        self.chosen = QLineEdit()
        self.chosen.setObjectName("imageryHubChosenArea")
        self.chosen.setReadOnly(True)
        self.chosen.setToolTip(parameter.toolTip())
        self.back = QToolButton()
        self.back.setObjectName("imageryHubAreaBack")
        self.back.setIcon(QgsApplication.getThemeIcon("/mIconClearText.svg"))
        self.back.setToolTip(tr("Choose a layer instead"))
        self.back.setAccessibleName(tr("Choose a layer instead"))
        self.button = draw_button()
        self.menu = AreaMenu(self.button, self.take, self._fail, purpose)
        self.button.setMenu(self.menu)
        self.facts = facts_label()
        self.show_problem = QToolButton()
        self.show_problem.setObjectName("imageryHubShowProblem")
        self.show_problem.setText(tr("Zoom to It"))
        self._lay_out()
        self.combo.valueChanged.connect(self._layer_chosen)
        self.back.clicked.connect(lambda: self.take([]))
        self.show_problem.clicked.connect(self._zoom)
        QgsProject.instance().layersAdded.connect(self._watch)
        self._watch()
        self.show_facts()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.combo, 1)
        row.addWidget(self.chosen, 1)
        row.addWidget(self.back)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.facts, 1)
        below.addWidget(self.show_problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addLayout(below)
        self.setFocusProxy(self.combo)

    # ------------------------------------------------------------------ the value
    def value(self) -> Any:
        """What the algorithm gets. Drawn areas are kept as they are at this moment."""
        if self._areas:
            return kept.keep([areas_layer.now(one) for one in self._areas])
        value = self.combo.value()
        found = self._drawn_layer(value)
        areas = [] if found is None else list(areas_layer.areas_in(*found))
        return kept.keep(areas) if areas else value

    def _drawn_layer(self, value: Any) -> tuple[QgsVectorLayer, bool] | None:
        """The areas layer that a value names, whose last edits are in no file yet, and whether only its selection."""
        layer, selected = _layer(value)
        plain = not isinstance(value, QgsProcessingFeatureSourceDefinition) or (
            value.featureLimit < 0 and not int(value.flags)
        )
        return (layer, selected) if plain and layer is not None and areas_layer.is_areas(layer) else None

    def set_value(self, value: Any, context: QgsProcessingContext) -> None:
        """Show a layer, or kept areas. Those that are in a layer of the project unchanged follow its edits again."""
        if kept.is_kept(value):
            self.take([_alive(one) for one in kept.kept(value)])
        else:
            self._areas = []
            self.combo.setValue(value, context)
            self.show_facts()

    def take(self, areas: Sequence[Area]) -> None:
        """Choose these; none: a layer again."""
        self._areas = list(areas)
        self._watch()
        self.show_facts()
        self.changed.emit()

    def _layer_chosen(self) -> None:
        if not self._areas:
            self.show_facts()
            self.changed.emit()

    # ------------------------------------------------------------------ what is shown
    def _watch(self, *_: object) -> None:
        """Follow edits of what was drawn, undone ones included."""
        for layer in areas_layer.all_layers():
            if layer.id() not in self._watched:
                self._watched.add(layer.id())
                layer.undoStack().indexChanged.connect(self._edited)

    def _edited(self, *_: object) -> None:
        if self._areas or self._drawn_layer(self.combo.value()) is not None:
            self.show_facts()

    def show_facts(self, *_: object) -> None:
        """Tell number, size and problems of what is chosen now."""
        if self._look is not None:
            self._look.stop()
            self._look.deleteLater()
            self._look = None
        drawn = bool(self._areas)
        self.combo.setVisible(not drawn)
        self.chosen.setVisible(drawn)
        self.back.setVisible(drawn)
        self._tell("")
        if drawn:
            now = [areas_layer.now(one) for one in self._areas]
            names = ", ".join(one.name for one in now[:3]) + (", …" if len(now) > 3 else "")
            self.chosen.setText(names)
            facts = known.of(now)
            raster = shown_raster(self.rasters)
            if raster is not None and not facts.problem:
                facts.problem = outside(now, raster)
                facts.place, facts.crs = now[0].geometry, now[0].crs
            self._tell(facts)
            return
        layer, selected = _layer(self.combo.value())
        if layer is not None:
            self._look = known.LayerFacts(layer, selected, self)
            self._look.told.connect(self._tell)

    def _tell(self, facts: known.Facts | str) -> None:
        self._problem = facts if isinstance(facts, known.Facts) and facts.problem else None
        words = facts if isinstance(facts, str) else facts.problem or facts.words()
        self.facts.setText(words)
        self.facts.setVisible(bool(words))
        self.show_problem.setVisible(self._problem is not None and bool(self._problem.place))

    def _fail(self, words: str) -> None:
        self.facts.setText(words)
        self.facts.show()

    def _zoom(self) -> None:
        """Show the place of the problem on the map."""
        facts = self._problem
        if facts is None or facts.place is None or facts.crs is None or qgis.utils.iface is None:
            return
        canvas = qgis.utils.iface.mapCanvas()
        place = QgsGeometry(facts.place)
        project = QgsProject.instance()
        try:
            place.transform(QgsCoordinateTransform(facts.crs, canvas.mapSettings().destinationCrs(), project))
        except QgsCsException:
            self._fail(tr("The map's coordinate reference system cannot show that place."))
            return
        box = place.boundingBox()
        if box.width() or box.height():
            canvas.setExtent(box.buffered(max(box.width(), box.height()) / 2))
        else:
            canvas.setCenter(box.center())
        canvas.refresh()
        canvas.flashGeometries([place])


def draw_button() -> QToolButton:
    """The button beside a field, for an :class:`AreaMenu`."""
    button = QToolButton()
    button.setObjectName("imageryHubDraw")
    button.setText(tr("Draw"))
    button.setIcon(icon("area"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolTip(tr("Draw the area on the map, or take what is there"))
    return button


def facts_label() -> QLabel:
    """The line below a field."""
    label = QLabel()
    label.setObjectName("imageryHubAreaFacts")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return label


def _layer(value: Any) -> tuple[QgsVectorLayer | None, bool]:
    """The layer of the project that a value of QGIS's own widget names, and whether only its selection is meant."""
    selected = False
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        selected, value = value.selectedFeaturesOnly, value.source
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    if isinstance(value, QgsVectorLayer):
        return value, selected
    layer = QgsProject.instance().mapLayer(value) if isinstance(value, str) else None
    return (layer, selected) if isinstance(layer, QgsVectorLayer) else (None, selected)


def _alive(area: Area) -> Area:
    """The area itself when it is still as it is in its layer, else what was kept, which follows nothing."""
    now = areas_layer.now(area)
    if now is not area and now.geometry.isGeosEqual(area.geometry):
        return now
    return Area(area.geometry, area.crs, area.name, area.purpose)
