"""How annotations look: seen on light and on dark imagery, without hiding it, told apart without colours too.

Each line has a dark casing below it, and each kind a line of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsRendererCategory,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...core.translation import tr
from .plan import CLASS_FIELD, AnnotationClass, AnnotationKind

CASING, CASING_SHARE, CASING_WIDER = "#101010", 0.65, 0.5
#: Lightness that the colour of a class has at least.
LIGHTEST_DARK = 0.6
#: For classes without a colour of their own; told apart by all kinds of eyes (Okabe and Ito).
CLASS_COLORS = ("#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#f0e442", "#d55e00", "#0072b2")
#: Dashes and gaps in millimetres.
PATTERNS = {"dash": [3.0, 1.6], "dot": [0.8, 1.4]}


def symbol(kind: AnnotationKind, color: str = "") -> QgsFillSymbol:
    """The symbol of a kind, in its colour or in that of a class."""
    edge = bright(QColor(color)) if QColor(color).isValid() else QColor(kind.color)
    inside = QColor(edge)
    inside.setAlphaF(kind.fill)
    style = Qt.BrushStyle.SolidPattern if kind.fill else Qt.BrushStyle.NoBrush
    fill = QgsSimpleFillSymbolLayer(inside, style, edge, Qt.PenStyle.NoPen)
    casing = QColor(CASING)
    casing.setAlphaF(CASING_SHARE)
    made = QgsFillSymbol.createSimple({})  # a list of layers given to the constructor is freed with the list
    made.changeSymbolLayer(0, fill)
    made.appendSymbolLayer(_line(casing, kind.width + CASING_WIDER))
    made.appendSymbolLayer(_line(edge, kind.width, PATTERNS.get(kind.line)))
    return made


def bright(color: QColor) -> QColor:
    """The colour light enough to be seen on its casing and on dark imagery."""
    hue, saturation, lightness, _ = color.getHslF()
    return QColor.fromHslF(max(hue, 0.0), saturation, max(lightness, LIGHTEST_DARK))


def _line(color: QColor, width: float, pattern: Sequence[float] | None = None) -> QgsSimpleLineSymbolLayer:
    made = QgsSimpleLineSymbolLayer(color, width)
    made.setWidthUnit(QgsUnitTypes.RenderUnit.RenderMillimeters)
    made.setPenJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if pattern:
        made.setUseCustomDashPattern(True)
        made.setCustomDashVector(list(pattern))
        made.setPenCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def renderer(kind: AnnotationKind, classes: Sequence[AnnotationClass]) -> QgsFeatureRenderer:
    """One symbol, or one for each class where there are several."""
    if not kind.classes or len(classes) < 2:
        return QgsSingleSymbolRenderer(symbol(kind))  # ours is seen on any imagery, a class's own may not be
    spare = [CLASS_COLORS[number % len(CLASS_COLORS)] for number in range(len(classes))]
    categories = [
        QgsRendererCategory(one.id, symbol(kind, one.color or own), one.name or one.id)
        for one, own in zip(classes, spare)
    ]
    categories.append(QgsRendererCategory(None, symbol(kind, "#a0a0a0"), tr("Without class")))
    return QgsCategorizedSymbolRenderer(CLASS_FIELD, categories)
