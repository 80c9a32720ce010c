"""How layers and texts of the demo look, in older and newer versions of QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsFillSymbol,
    QgsLayout,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPalLayerSettings,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

MILLIMETERS = QgsUnitTypes.LayoutUnit.LayoutMillimeters
INK = "#202020"


def outline(color: str, line: str, width: float) -> QgsSingleSymbolRenderer:
    """Polygons without a filling."""
    look = {"style": "no", "outline_color": color, "outline_style": line, "outline_width": str(width)}
    return QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look))


def outlined(layer: QgsVectorLayer, color: str, line: str = "solid") -> QgsVectorLayer:
    """The layer in outlines."""
    layer.setRenderer(outline(color, line, 0.4))
    return layer


def label_by(layer: QgsVectorLayer, field: str, color: str) -> None:
    """Write a field into the polygons."""
    settings = QgsPalLayerSettings()
    settings.fieldName = field
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.centroidInside = True
    settings.setFormat(text(7, color, True))
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def text(size: float, color: str, halo: bool = False, bold: bool = False) -> QgsTextFormat:
    """How letters look, on imagery with a dark edge."""
    font = QFont("Open Sans")
    font.setBold(bold)
    made = QgsTextFormat()
    made.setFont(font)
    made.setSize(size)
    made.setColor(QColor(color))
    if halo:
        buffer = QgsTextBufferSettings()
        buffer.setEnabled(True)
        buffer.setSize(0.8)
        buffer.setColor(QColor(INK))
        made.setBuffer(buffer)
    return made


def write(
    layout: QgsLayout, words: str, size: float, place: tuple[float, float, float, float], bold: bool = False,
    color: str = INK,
) -> QgsLayoutItemLabel:
    """A text on the page; ``place`` is left, top, width and height in millimetres."""
    label = QgsLayoutItemLabel(layout)
    label.setText(words)
    set_font(label, size, bold, color)
    put(layout, label, *place)
    return label


def set_font(item: Any, size: float, bold: bool, color: str = INK) -> None:
    """Legends and labels take formats in newer versions of QGIS, fonts in older ones."""
    if hasattr(item, "setTextFormat"):
        item.setTextFormat(text(size, color, bold=bold))
        return
    font = QFont("Open Sans")
    font.setPointSizeF(size)
    font.setBold(bold)
    item.setFont(font)
    if hasattr(item, "setFontColor"):
        item.setFontColor(QColor(color))


def put(layout: QgsLayout, item: QgsLayoutItem, left: float, top: float, width: float, height: float) -> None:
    """Add an item where it belongs."""
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(left, top, MILLIMETERS))
    item.attemptResize(QgsLayoutSize(width, height, MILLIMETERS))


def save_page(layout: QgsLayout, target: Path, dpi: int) -> None:
    """Draw the only page of a layout into a picture. QGIS's own export would try to georeference it, which PNG cannot
    be. Raises RuntimeError when it cannot be written."""
    if not QgsLayoutExporter(layout).renderPageToImage(0, dpi=dpi).save(str(target)):
        raise RuntimeError(f"{target.name} could not be written.")
