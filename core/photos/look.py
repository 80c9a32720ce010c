"""How layers made of photos look on the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsMarkerSymbol,
    QgsProperty,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsSymbolLayer,
    QgsVectorLayer,
)

from ..layers.style import save_default, style_kind
from ..layers.time import set_capture
from ..translation import tr

HEADING = "heading"
GREEN, RED = "#33a02c", "#e31a1c"


def style_positions(layer: QgsVectorLayer) -> None:
    """An arrow that points where the top of the photo does; a dot for photos that do not tell their heading."""
    symbol = QgsMarkerSymbol.createSimple(
        {"name": "arrow", "color": "#ffd400", "outline_color": "#333333", "outline_width": "0.2", "size": "4.5"}
    )
    marker = symbol.symbolLayer(0)
    shape = QgsProperty.fromExpression(f"if(\"{HEADING}\" is null, 'circle', 'arrow')")
    marker.setDataDefinedProperty(marker_property("Name"), shape)
    marker.setDataDefinedProperty(
        marker_property("Angle"),
        QgsProperty.fromExpression(f'coalesce("{HEADING}", 0)'),
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.setDisplayExpression('"name"')


def marker_property(name: str) -> Any:
    """A property of symbol layers; since QGIS 3.36 without the word before its name."""
    found = getattr(QgsSymbolLayer.Property, name, None)
    return getattr(QgsSymbolLayer.Property, f"Property{name}") if found is None else found


def style_coverage(layer: QgsVectorLayer) -> None:
    """An outline over what lies below."""
    style_kind(layer, "footprint")


def style_places(layer: QgsVectorLayer) -> None:
    """Dots where images are: green inside the area of a project, red outside, blue where a table told the place."""
    kinds = (
        ("outside", RED, tr("outside the area")), ("given", "#1f78b4", tr("position of the table")),
        ("inside", GREEN, tr("inside the area")),
    )

    def dot(colour: str) -> QgsSymbol:
        look = {"name": "circle", "color": colour, "outline_color": "#ffffff", "size": "2.6"}
        return QgsMarkerSymbol.createSimple(look)

    sort = "if(\"state\" = 'outside', 'outside', if(\"given\", 'given', 'inside'))"
    layer.setRenderer(_by_kind(sort, kinds, dot))
    layer.setDisplayExpression('"name"')


def style_checked(layer: QgsVectorLayer) -> None:
    """Outlines of rasters: green for those that fit, red for others."""
    kinds = (("fits", GREEN, tr("fits")), ("refused", RED, tr("would be refused")))

    def outline(colour: str) -> QgsSymbol:
        return QgsFillSymbol.createSimple({"style": "no", "outline_color": colour, "outline_width": "0.6"})

    layer.setRenderer(_by_kind("if(\"fits\", 'fits', 'refused')", kinds, outline))
    layer.setDisplayExpression('"name"')


def _by_kind(
    expression: str, kinds: Sequence[tuple[str, str, str]], symbol: Callable[[str], QgsSymbol]
) -> QgsCategorizedSymbolRenderer:
    """A colour for each value of an expression; the legend names them."""
    found = [QgsRendererCategory(value, symbol(colour), words) for value, colour, words in kinds]
    return QgsCategorizedSymbolRenderer(expression, found)


STYLES = {
    "positions": style_positions, "coverage": style_coverage, "places": style_places, "checked": style_checked,
}


def save_style(destination: str, kind: str) -> bool:
    """Keep the style of that kind in a GeoPackage as its default; False for another destination."""
    path = Path(destination.partition("|")[0])
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return False
    layer = QgsVectorLayer(destination, path.stem, "ogr")
    if not layer.isValid():
        return False
    STYLES[kind](layer)
    set_capture(layer)
    save_default(layer, tr("Photos"))
    return True
