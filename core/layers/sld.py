"""Raster styles that a platform describes as SLD (OGC Styled Layer Descriptor 1.0), put on a layer.

QGIS writes SLD of rasters (``saveSldStyle``) and reads none, not even its own: ``loadSldStyle`` refuses with "Layer
type 1 not supported" or "NamedLayer element not found" (tried on 3.22.16, 3.40.6 and 3.44.15; a test asks the QGIS
that runs it). So the raster symbolizer is read here, by Qt's ``QXmlStreamReader``: colour maps, the choice of channels,
opacity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from qgis.core import (
    Qgis,
    QgsColorRampShader,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtCore import QXmlStreamReader
from qgis.PyQt.QtGui import QColor

from ..problems import Problem
from ..translation import tr
from . import style
from .gdal_calls import GdalFailed
from .hyperspectral import read_cube, stretch

LARGEST = 8 << 20
RED, GREEN, BLUE, GRAY = "RedChannel", "GreenChannel", "BlueChannel", "GrayChannel"
_TYPES = {
    "ramp": QgsColorRampShader.Type.Interpolated,
    "intervals": QgsColorRampShader.Type.Discrete,
    "values": QgsColorRampShader.Type.Exact,
}


@dataclass(frozen=True)
class Entry:
    """One colour of a colour map: for this value, or up to it where the map is of intervals."""

    quantity: float
    color: str
    label: str = ""
    opacity: float = 1.0


@dataclass
class Symbolizer:
    """The first raster symbolizer of a description. ``channels``: names of bands by channel."""

    kind: str = "ramp"
    entries: list[Entry] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=dict)
    opacity: float = 1.0


def read(text: str) -> Symbolizer:
    """What an SLD says of rasters; :class:`Problem` for one that is damaged or says nothing of them."""
    if len(text) > LARGEST:
        raise Problem(tr("The style is too large to be one."))
    reader = QXmlStreamReader(text)
    while not reader.atEnd():
        token = reader.readNext()
        if token == QXmlStreamReader.TokenType.DTD:
            raise Problem(tr("The style has a document type, which styles have no use for. It is not read."))
        if token == QXmlStreamReader.TokenType.StartElement and reader.name() == "RasterSymbolizer":
            found = _symbolizer(reader)
            if not reader.hasError():
                return found
    if reader.hasError():
        raise Problem(tr("The style is damaged. Ask the platform for it again."))
    raise Problem(tr("The style says nothing of rasters."))


def apply(layer: QgsRasterLayer, text: str) -> None:
    """Show a raster as an SLD says. :class:`Problem` for a style that does not fit, and the layer stays as it was."""
    found = read(text)
    names = _names(layer)
    bands = {channel: _band(name, names) for channel, name in found.channels.items()}
    if found.entries:
        layer.setRenderer(_colours(layer, found, bands.get(GRAY, 1)))
    elif {RED, GREEN, BLUE} <= set(bands):
        chosen = [bands[one] - 1 for one in (RED, GREEN, BLUE)]
        style.style_bands(layer, chosen, _ranges(layer, chosen))
    elif GRAY in bands:
        chosen = [bands[GRAY] - 1]
        style.style_bands(layer, chosen, _ranges(layer, chosen))
    else:
        raise Problem(tr("The style has neither colours nor bands."))
    layer.setOpacity(found.opacity)
    layer.triggerRepaint()


def _symbolizer(reader: QXmlStreamReader) -> Symbolizer:
    found = Symbolizer()
    inside: list[str] = []
    while not reader.atEnd():
        token = reader.readNext()
        if token == QXmlStreamReader.TokenType.StartElement:
            inside.append(reader.name())
            _begin(reader, inside, found)
        elif token == QXmlStreamReader.TokenType.EndElement:
            if not inside:
                break
            inside.pop()
        elif token == QXmlStreamReader.TokenType.Characters and inside and not reader.isWhitespace():
            _characters(inside, reader.text().strip(), found)
    if found.kind != "values":
        found.entries.sort(key=lambda one: one.quantity)
    return found


def _begin(reader: QXmlStreamReader, inside: Sequence[str], found: Symbolizer) -> None:
    if inside[-1] == "ColorMap":
        kind = _attribute(reader, "type").lower()
        found.kind = kind if kind in _TYPES else "ramp"
    elif inside[-1] == "ColorMapEntry":
        quantity, color = _number(_attribute(reader, "quantity")), _attribute(reader, "color")
        if quantity is not None and QColor(color).isValid():
            opacity = _number(_attribute(reader, "opacity"))
            share = 1.0 if opacity is None else _share(opacity)
            found.entries.append(Entry(quantity, color, _attribute(reader, "label"), share))


def _attribute(reader: QXmlStreamReader, name: str) -> str:
    return str(reader.attributes().value(name) or "")


def _characters(inside: Sequence[str], text: str, found: Symbolizer) -> None:
    if inside[-1] == "Opacity" and len(inside) == 1:
        opacity = _number(text)
        found.opacity = _share(1.0 if opacity is None else opacity)
    elif inside[-1] == "SourceChannelName" and len(inside) > 1:
        found.channels[inside[-2]] = text


def _colours(layer: QgsRasterLayer, found: Symbolizer, band: int) -> QgsSingleBandPseudoColorRenderer:
    items = [QgsColorRampShader.ColorRampItem(one.quantity, _color(one), one.label or f"{one.quantity:g}")
             for one in found.entries]  # fmt: skip
    bounds = [one.quantity for one in found.entries if math.isfinite(one.quantity)] or [0.0]
    low, high = min(bounds), max(bounds)
    function = QgsColorRampShader(low, high, _ramp(found.entries, low, high), _TYPES[found.kind])
    function.setColorRampItemList(items)
    shader = QgsRasterShader(low, high)
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), band, shader)
    renderer.setClassificationMin(low)
    renderer.setClassificationMax(high)
    renderer.setMinMaxOrigin(QgsRasterMinMaxOrigin())  # as given: not computed anew
    return renderer


def _ramp(entries: Sequence[Entry], low: float, high: float) -> QgsGradientColorRamp:
    """What QGIS's dialog begins with, should the user classify anew."""
    inner = [one for one in entries if low < one.quantity < high]
    stops = [QgsGradientStop((one.quantity - low) / (high - low), _color(one)) for one in inner]
    return QgsGradientColorRamp(_color(entries[0]), _color(entries[-1]), False, stops)


def _ranges(layer: QgsRasterLayer, chosen: Sequence[int]) -> list[tuple[float, ...]]:
    """Between which values the chosen bands, counted from 0, are shown: between those of nearly all pixels; pictures
    of 8 bits as they are."""
    if all(layer.dataProvider().dataType(one + 1) == Qgis.DataType.Byte for one in chosen):
        return []
    ranges: list[tuple[float, ...]] = [()] * layer.bandCount()
    for one in chosen:
        ranges[one] = stretch(layer, one + 1)
    return ranges


def _names(layer: QgsRasterLayer) -> list[str]:
    try:
        names = [one.name for one in read_cube(layer.source()).bands]
    except GdalFailed:
        names = []
    return names if len(names) == layer.bandCount() else [""] * layer.bandCount()


def _band(name: str, names: Sequence[str]) -> int:
    """The number of a band that a style calls by number or by name."""
    if name in names:
        return names.index(name) + 1
    if name.isdigit() and 1 <= int(name) <= len(names):
        return int(name)
    raise Problem(tr("The style shows the band {band}, which the layer does not have.").format(band=name))


def _color(entry: Entry) -> QColor:
    color = QColor(entry.color)
    color.setAlphaF(entry.opacity)
    return color


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
