"""How drawn areas look: an outline and a light hatch, so that the imagery below stays visible; a colour per purpose."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsPalLayerSettings,
    QgsRendererCategory,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from ...core.area_input import DETECTION, INTEREST, TRAINING
from ...core.geometry.kept import AREA, KEY, NAME, PURPOSE
from ...core.translation import tr

#: Told apart in light and in dark imagery, and by people who see colours differently.
COLOURS = {INTEREST: "#e69f00", DETECTION: "#56b4e9", TRAINING: "#cc79a7"}


def purposes() -> dict[str, str]:
    """What areas are for, as it is stored, and as it is shown."""
    return {INTEREST: tr("Area of Interest"), DETECTION: tr("Detection Area"), TRAINING: tr("Training Area")}


def dress(layer: QgsVectorLayer) -> None:
    """Give an areas layer its looks, its form and what keeps its fields right."""
    titles = purposes()
    categories = [QgsRendererCategory(one, symbol(colour), titles[one]) for one, colour in COLOURS.items()]
    categories.append(QgsRendererCategory("", symbol(COLOURS[INTEREST]), tr("Other")))
    layer.setRenderer(QgsCategorizedSymbolRenderer(PURPOSE, categories))
    layer.setLabeling(QgsVectorLayerSimpleLabeling(_labels()))
    layer.setLabelsEnabled(True)
    number = layer.fields().lookupField
    layer.setEditorWidgetSetup(number(PURPOSE), QgsEditorWidgetSetup("ValueMap", {
        "map": [{title: one} for one, title in titles.items()]
    }))
    layer.setEditorWidgetSetup(number(KEY), QgsEditorWidgetSetup("Hidden", {}))
    authid = layer.crs().authid() or "WKT:" + layer.crs().toWkt()
    quoted = authid.replace("'", "''")
    layer.setDefaultValueDefinition(number(AREA), QgsDefaultValue(f"imagery_hub_km2($geometry, '{quoted}')", True))
    layer.setDefaultValueDefinition(number(KEY), QgsDefaultValue("uuid('WithoutBraces')", False))
    layer.setDefaultValueDefinition(number("created"), QgsDefaultValue("now()", False))
    layer.setDefaultValueDefinition(number(NAME), QgsDefaultValue(_next_name(), False))
    form = layer.editFormConfig()
    form.setSuppress(QgsEditFormConfig.FeatureFormSuppress.SuppressOn)
    form.setReadOnly(number(AREA), True)
    layer.setEditFormConfig(form)
    layer.setDisplayExpression(f'"{NAME}"')


def _next_name() -> str:
    """An expression for "Area 3" where there are two."""
    before, _, after = tr("Area {number}").replace("'", "''").partition("{number}")
    pattern = f"'^{before}(\\\\d+){after}$'"
    highest = f"maximum(to_int(regexp_substr(\"{NAME}\", {pattern})), filter:=regexp_match(\"{NAME}\", {pattern}) > 0)"
    return f"concat('{before}', coalesce({highest}, 0) + 1, '{after}')"


def symbol(colour: str) -> QgsFillSymbol:
    """An outline with a wide and thin hatch."""
    made = QgsFillSymbol.createSimple(
        {"style": "no", "outline_color": colour, "outline_width": "0.6", "joinstyle": "miter"}
    )
    hatch = QgsLinePatternFillSymbolLayer()
    hatch.setLineAngle(45)
    hatch.setDistance(4)
    line = QgsLineSymbol.createSimple({"line_color": colour, "line_width": "0.15"})
    line.setOpacity(0.7)
    hatch.setSubSymbol(line)
    made.appendSymbolLayer(hatch)
    return made


def _labels() -> QgsPalLayerSettings:
    labels = QgsPalLayerSettings()
    labels.fieldName = f"concat(\"{NAME}\", '\\n', format_number(\"{AREA}\", if(\"{AREA}\" < 1, 4, 2)), ' km²')"
    labels.isExpression = True
    text = QgsTextFormat()
    text.setSize(9)
    text.setColor(QColor("#202020"))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(1)
    buffer.setColor(QColor("#ffffff"))
    text.setBuffer(buffer)
    labels.setFormat(text)
    return labels
