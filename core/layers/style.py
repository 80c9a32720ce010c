"""Styles from what platforms know, as QGIS renderers.

A style is put on the layer and, for a GeoPackage, saved as the table's default, so that the layer looks right wherever
it is opened and when ``qgis_process`` made it.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsContrastEnhancement,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFillSymbol,
    QgsMarkerSymbol,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
    QgsRendererCategory,
    QgsSingleBandGrayRenderer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from ..problems import Problem
from ..translation import tr

#: Share of a fill's colour that is seen over the imagery.
FILL_OPACITY = 0.25
OUTLINE_WIDTH = 0.5


@dataclass(frozen=True)
class ClassStyle:
    """A class of objects. ``color`` is ``#rrggbb``, or "" for one of ours; ``count`` is shown in the legend."""

    name: str
    color: str = ""
    count: int | None = None


@dataclass(frozen=True)
class _Look:
    color: str
    fill: float
    line: str = "solid"


#: Kinds of areas that are drawn for a platform: colour, share of fill, line.
_KINDS = {
    "outline": _Look("#ff9d00", FILL_OPACITY),
    "training_area": _Look("#e6007e", 0.0, "dash"),
    "testing_area": _Look("#00a0df", 0.0, "dash"),
    "validation_area": _Look("#59b300", 0.0, "dash"),
    "detection_area": _Look("#8a2be2", 0.0, "dot"),
    "footprint": _Look("#2a7fff", 0.08),
    "area": _Look("#ffd400", 0.1),
}


def class_colors(names: Sequence[str]) -> list[str]:
    """Colours well apart from each other for classes that have none; the same names give the same colours."""
    found = []
    for index, _ in enumerate(names):
        hue = (0.08 + index * 0.618033988749895) % 1.0
        red, green, blue = colorsys.hls_to_rgb(hue, 0.5, 0.9)
        found.append(f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}")
    return found


def area_symbol(color: str, fill: float = FILL_OPACITY, line: str = "solid") -> QgsFillSymbol:
    """A fill through which the image is seen, with an outline that is seen on it. ``fill`` is 0 to 1."""
    edge = QColor(color) if QColor(color).isValid() else QColor("#ff9d00")
    inside = QColor(edge)
    inside.setAlphaF(fill)
    return QgsFillSymbol.createSimple(
        {
            "color": ",".join(str(one) for one in (inside.red(), inside.green(), inside.blue(), inside.alpha())),
            "style": "solid" if fill else "no",
            "outline_color": edge.name(),
            "outline_width": str(OUTLINE_WIDTH),
            "outline_style": line,
        }
    )


def classes_renderer(field: str, classes: Sequence[ClassStyle]) -> QgsCategorizedSymbolRenderer:
    """One category for each class, with its colour and count. Without classes one for everything."""
    spare = class_colors([one.name for one in classes])
    categories = []
    for one, own in zip(classes, spare):
        color = one.color if QColor(one.color).isValid() else own
        label = one.name or tr("Without class")
        if one.count is not None:
            label = tr("{name} ({count})").format(name=label, count=one.count)
        categories.append(QgsRendererCategory(one.name, area_symbol(color), label))
    if not categories:
        categories.append(QgsRendererCategory(None, area_symbol("#a0a0a0"), tr("Other")))
    return QgsCategorizedSymbolRenderer(field, categories)


def style_classes(layer: QgsVectorLayer, classes: Sequence[ClassStyle], field: str = "class_name") -> None:
    """Results by class. Objects that are drawn into the layer get one of its classes, or they would not be seen."""
    layer.setRenderer(classes_renderer(field, classes))
    layer.setDisplayExpression(f'"{field}"')
    index = layer.fields().indexOf(field)
    if classes and index >= 0:
        choices = {"map": [{one.name or tr("Without class"): one.name} for one in classes]}
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueMap", choices))
        layer.setDefaultValueDefinition(index, QgsDefaultValue(QgsExpression.quotedString(classes[0].name)))


def style_kind(layer: QgsVectorLayer, kind: str) -> None:
    """Areas of one kind: those of ``_KINDS``, and ``marker`` for points with a ``text``."""
    layer.setRenderer(QgsSingleSymbolRenderer(kind_symbol(kind)))


def kind_symbol(kind: str, fill: float | None = None) -> QgsSymbol:
    """The symbol of a kind, with its own share of fill or this; KeyError for a kind that is not known."""
    if kind == "marker":
        return QgsMarkerSymbol.createSimple(
            {"name": "pin", "color": "#ffd400", "outline_color": "#333333", "size": "5", "vertical_anchor_point": "2"}
        )
    look = _KINDS[kind]
    return area_symbol(look.color, look.fill if fill is None else fill, look.line)


def save_default(layer: QgsVectorLayer, name: str, description: str = "") -> None:
    """Save the layer's style in its GeoPackage as the default; raises :class:`Problem` when that fails."""
    words = layer.saveStyleToDatabase(name, description, True, "")
    if words:
        raise Problem(tr("The style could not be saved in {file}: {words}").format(file=layer.name(), words=words))


def style_bands(
    layer: QgsRasterLayer,
    bands: Sequence[int],
    ranges: Sequence[Sequence[float]] = (),
) -> None:
    """Show these bands, counted from 0 as platforms do, as red, green and blue, or one as grey.

    ``ranges`` are [minimum, maximum] of each band of the raster (Picterra's band specification). Bands that the raster
    does not have are taken as its last one.
    """
    provider = layer.dataProvider()
    most = max(layer.bandCount(), 1)
    numbers = [min(max(one, 0), most - 1) + 1 for one in bands] or [1]
    limits: Mapping[int, Sequence[float]] = {index + 1: one for index, one in enumerate(ranges)}
    if len(numbers) < 3:
        grey = QgsSingleBandGrayRenderer(provider, numbers[0])
        enhancement = _stretch(layer, numbers[0], limits)
        if enhancement is not None:
            grey.setContrastEnhancement(enhancement)
        layer.setRenderer(grey)
    else:
        color = QgsMultiBandColorRenderer(provider, *numbers[:3])
        setters = (color.setRedContrastEnhancement, color.setGreenContrastEnhancement, color.setBlueContrastEnhancement)
        for setter, number in zip(setters, numbers):
            enhancement = _stretch(layer, number, limits)
            if enhancement is not None:
                setter(enhancement)
        layer.setRenderer(color)
    layer.triggerRepaint()


def _stretch(
    layer: QgsRasterLayer, number: int, limits: Mapping[int, Sequence[float]]
) -> QgsContrastEnhancement | None:
    if number not in limits or len(limits[number]) != 2 or limits[number][0] >= limits[number][1]:
        return None
    made = QgsContrastEnhancement(layer.dataProvider().dataType(number))
    made.setMinimumValue(float(limits[number][0]))
    made.setMaximumValue(float(limits[number][1]))
    made.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    return made
