"""How annotations look: in their own colours where they have some, over any imagery; hidden ones are faint."""

from __future__ import annotations

from qgis.core import (
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ..translation import tr
from .fields import COLUMNS, ID, RECORD, SHOWN
from .shapes import CIRCLE, LINE, POINT, POLYGON

COLORS = {POINT: "#ffcc00", LINE: "#ff7f2a", POLYGON: "#f0e442", CIRCLE: "#56b4e9"}
"""Of those that have none."""
CASING, WIDTH, CASING_WIDER, SIZE = QColor(16, 16, 16, 165), 0.7, 0.5, 3.2
FILL = 0.15
FAINT = 30
"""Opacity of hidden ones, per cent."""


def titles() -> dict[str, str]:
    """What the layers are called, by kind."""
    return {POINT: tr("Points"), LINE: tr("Lines"), POLYGON: tr("Polygons"), CIRCLE: tr("Circles")}


def own_color(column: str) -> str:
    """The expression for a colour of the platform: QGIS reads the opacity first, the platform writes it last."""
    return (
        f"CASE WHEN \"{column}\" ~ '^#[0-9A-Fa-f]{{8}}$' THEN '#' || substr(\"{column}\", 8, 2)"
        f" || substr(\"{column}\", 2, 6) WHEN \"{column}\" ~ '^#[0-9A-Fa-f]{{6}}$' THEN \"{column}\" END"
    )


def symbol(kind: str, color: str = "") -> QgsSymbol:
    """The symbol of a kind."""
    edge = QColor(color or COLORS[kind])
    made: QgsSymbol
    if kind == POINT:
        made = QgsMarkerSymbol.createSimple({"name": "circle", "size": str(SIZE), "outline_width": "0.5"})
        layer = made.symbolLayer(0)
        layer.setColor(edge)
        layer.setStrokeColor(CASING)
        _own(layer, QgsSymbolLayer.Property.PropertyFillColor, "color")
        _faint(made)
        return made
    if kind == LINE:
        made = QgsLineSymbol.createSimple({})
        made.changeSymbolLayer(0, _line(CASING, WIDTH + CASING_WIDER))
    else:
        inside = QColor(edge)
        inside.setAlphaF(FILL)
        made = QgsFillSymbol.createSimple({})
        fill = QgsSimpleFillSymbolLayer(inside, Qt.BrushStyle.SolidPattern, edge, Qt.PenStyle.NoPen)
        _own(fill, QgsSymbolLayer.Property.PropertyFillColor, "color_fill")
        made.changeSymbolLayer(0, fill)
        made.appendSymbolLayer(_line(CASING, WIDTH + CASING_WIDER))
    own = _line(edge, WIDTH)
    _own(own, QgsSymbolLayer.Property.PropertyStrokeColor, "color")
    made.appendSymbolLayer(own)
    _faint(made)
    return made


def _line(color: QColor, width: float) -> QgsSimpleLineSymbolLayer:
    made = QgsSimpleLineSymbolLayer(color, width)
    made.setPenJoinStyle(Qt.PenJoinStyle.RoundJoin)
    made.setPenCapStyle(Qt.PenCapStyle.RoundCap)
    return made


def _own(
    layer: QgsSimpleMarkerSymbolLayer | QgsSimpleFillSymbolLayer | QgsSimpleLineSymbolLayer,
    what: QgsSymbolLayer.Property,
    column: str,
) -> None:
    layer.setDataDefinedProperty(what, QgsProperty.fromExpression(own_color(column)))


def _faint(made: QgsSymbol) -> None:
    hidden = QgsProperty.fromExpression(f'if("visible" = false, {FAINT}, 100)')
    made.setDataDefinedProperty(QgsSymbol.Property.PropertyOpacity, hidden)


def dress(layer: QgsVectorLayer, kind: str) -> None:
    """Style, labels and form of a layer of annotations."""
    layer.setRenderer(QgsSingleSymbolRenderer(symbol(kind)))
    settings = QgsPalLayerSettings()
    settings.fieldName = "name"
    words = QgsTextFormat()
    words.setSize(9)
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.8)
    words.setBuffer(halo)
    settings.setFormat(words)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
    layer.setDisplayExpression(f'coalesce("name", "{ID}")')
    dress_form(layer)


def dress_form(layer: QgsVectorLayer) -> None:
    """Titles of the columns; what only the platform writes cannot be edited, and its whole record is not shown."""
    form: QgsEditFormConfig = layer.editFormConfig()
    fields = layer.fields()
    for one in COLUMNS:
        index = fields.lookupField(one.name)
        if index >= 0:
            layer.setFieldAlias(index, one.title())
            if one.yes_or_no:
                layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("CheckBox", {}))
    for name, title in {ID: lambda: tr("Annotation id"), **SHOWN}.items():
        index = fields.lookupField(name)
        if index >= 0:
            layer.setFieldAlias(index, title())
            form.setReadOnly(index, True)
    for name in (RECORD, "fid"):
        index = fields.lookupField(name)
        if index >= 0:
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))
    layer.setEditFormConfig(form)
    columns = layer.attributeTableConfig()
    columns.update(fields)
    for number, column in enumerate(columns.columns()):
        if column.name in (RECORD, "fid"):
            columns.setColumnHidden(number, True)
    layer.setAttributeTableConfig(columns)
