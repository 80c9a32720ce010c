"""How layers of what was found look: outlines, quick looks in map tips, capture times."""

from __future__ import annotations

from pathlib import Path

from osgeo import gdal
from qgis.core import QgsVectorLayer

from ..layers.gdal_calls import must
from ..layers.style import save_default, style_kind
from ..layers.time import set_capture
from ..pixel.look import escaped
from .found import QUICK_LOOK

SIDE = 240
NAMED_BY = ("item_id", "name")


def map_tip(names: list[str]) -> str:
    """Name, moment, cloud cover and, where there is one, the quick look."""
    name = next((one for one in NAMED_BY if one in names), "")
    tip = f"<b>[% {escaped(f'coalesce({chr(34)}{name}{chr(34)}, {chr(39) * 2})')} %]</b>" if name else ""
    if "connection" in names:
        home = "\"platform\" || if(\"connection\" = '', '', ' (' || \"connection\" || ')')"
        tip += f"<br>[% {escaped(home)} %]"
    if "datetime" in names:
        shown = "coalesce(format_date(\"datetime\", 'yyyy-MM-dd HH:mm'), '')"
        tip += f"<br>[% {escaped(shown)} %]"
    if "cloud_cover" in names:
        tip += "[% if(\"cloud_cover\" is null, '', '<br>' || round(\"cloud_cover\") || ' %') %]"
    if QUICK_LOOK not in names:
        return tip
    place = escaped(f"if(left(\"{QUICK_LOOK}\", 1) = '/', '', '/') || \"{QUICK_LOOK}\"")
    picture = f"'<br><img src=\"file://' || {place} || '\" width=\"{SIDE}\">'"
    return f"{tip}[% if(\"{QUICK_LOOK}\" is null, '', {picture}) %]"


def style(layer: QgsVectorLayer) -> None:
    """Outlines, map tips, and each feature at its own time."""
    names = layer.fields().names()
    style_kind(layer, "footprint")
    name = next((one for one in NAMED_BY if one in names), "")
    if name:
        layer.setDisplayExpression(f'"{name}"')
    layer.setMapTipTemplate(map_tip(names))
    set_capture(layer)


def save_style(destination: str) -> str:
    """Keep the style in a GeoPackage as its default, and give the name of its table; empty for another destination."""
    path = Path(destination.partition("|")[0])
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return ""
    layer = QgsVectorLayer(destination, path.stem, "ogr")
    if not layer.isValid():
        return ""
    style(layer)
    save_default(layer, "Pixxel")
    del layer
    dataset = must(lambda: gdal.OpenEx(str(path), gdal.OF_VECTOR), "open")
    return str(dataset.GetLayer(0).GetName())
