"""How layers of images and rasters look: camera directions, small pictures in map tips, times, what is not edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from osgeo import gdal
from qgis.core import (
    QgsEditorWidgetSetup,
    QgsMarkerSymbol,
    QgsProperty,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ..layers.gdal_calls import must
from ..layers.style import save_default, style_kind
from ..layers.time import set_vector_field
from ..photos.look import marker_property
from ..translation import tr
from .columns import COLLECTION, IDENTITY, PROJECT, RECORD, THUMBNAIL

HEADING = "cam_heading"
READ_ONLY = (IDENTITY, PROJECT, COLLECTION, "file_name", "file_size", "created_at", "updated_at", "format", "data_type",
             "num_bands", "srid", "cell_width", "cell_height", "width", "height", THUMBNAIL)
"""Columns that a push does not send."""
SIDE = 240


def escaped(expression: str) -> str:
    """An expression whose text stands in HTML: names are made by others."""
    for mark, word in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;")):
        expression = f"replace({expression}, '{mark}', '{word}')"
    return expression


def map_tip(thumbnails: bool) -> str:
    """Name, date and, where there is one, the small picture."""
    tip = "<b>[% {} %]</b><br>[% {} %]".format(
        escaped("coalesce(\"name\", '')"), escaped("coalesce(\"capture_date\", '')")
    )
    if not thumbnails:
        return tip
    place = escaped(f"if(left(\"{THUMBNAIL}\", 1) = '/', '', '/') || \"{THUMBNAIL}\"")
    picture = f"'<br><img src=\"file://' || {place} || '\" width=\"{SIDE}\">'"
    return f"{tip}[% if(\"{THUMBNAIL}\" is null, '', {picture}) %]"


def style_images(layer: QgsVectorLayer) -> None:
    """An arrow where the camera looked; a dot for images that do not tell it. The picture is in the map tip."""
    symbol = QgsMarkerSymbol.createSimple(
        {"name": "arrow", "color": "#ffd400", "outline_color": "#333333", "outline_width": "0.2", "size": "4.5"}
    )
    marker = symbol.symbolLayer(0)
    shape = QgsProperty.fromExpression(f"if(\"{HEADING}\" is null, 'circle', 'arrow')")
    marker.setDataDefinedProperty(marker_property("Name"), shape)
    marker.setDataDefinedProperty(
        marker_property("Angle"), QgsProperty.fromExpression(f'coalesce("{HEADING}", 0)')
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    _common(layer)


def style_rasters(layer: QgsVectorLayer) -> None:
    """Outlines of what the rasters cover."""
    style_kind(layer, "footprint")
    _common(layer)


def style_views(layer: QgsVectorLayer) -> None:
    """What images show, so that those below can be seen."""
    style_kind(layer, "area")
    layer.setDisplayExpression('"name"')


def _common(layer: QgsVectorLayer) -> None:
    names = layer.fields().names()
    layer.setDisplayExpression('"name"')
    layer.setMapTipTemplate(map_tip(THUMBNAIL in names))
    set_vector_field(layer, "capture_date")
    form = layer.editFormConfig()
    for index, name in enumerate(names):
        if name == RECORD:
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))
        elif name in READ_ONLY:
            form.setReadOnly(index, True)
    layer.setEditFormConfig(form)


STYLES: dict[str, Callable[[QgsVectorLayer], None]] = {
    "images": style_images, "rasters": style_rasters, "views": style_views,
}


def save_style(destination: str, kind: str) -> str:
    """Keep the style in a GeoPackage as its default, and give the name of its table; empty for another destination."""
    path = Path(destination.partition("|")[0])
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return ""
    layer = QgsVectorLayer(destination, path.stem, "ogr")
    if not layer.isValid():
        return ""
    STYLES[kind](layer)
    save_default(layer, tr("Geodata Pixel"))
    del layer
    dataset = must(lambda: gdal.OpenEx(str(path), gdal.OF_VECTOR), "open")
    return str(dataset.GetLayer(0).GetName())
