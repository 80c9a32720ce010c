"""What “Send to” offers for the Descartes Labs catalog: its order and its words."""

from __future__ import annotations

import re
from typing import Any

from qgis.core import QgsRasterLayer

from ...core.translation import tr
from ..layer_menu.sends import Send


def id_of(name: str) -> str:
    """An id made of a layer's name, of letters, digits and signs that the catalog takes."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_").lower()


def _product(layer: QgsRasterLayer) -> dict[str, Any]:
    return {"INPUT": layer.id(), "ID": id_of(layer.name()), "TITLE": layer.name()}


def _array(layer: QgsRasterLayer) -> dict[str, Any]:
    return {"INPUT": layer.id(), "IMAGE_ID": id_of(layer.name())}


SENDS = (
    Send("descarteslabs_layertoproduct", lambda: tr("Add This Layer as a Product…"), raster=_product),
    Send("descarteslabs_uploadimages", lambda: tr("Image of a Product…"), raster=lambda one: {"FILES": [one.id()]}),
    Send("descarteslabs_uploadarray", lambda: tr("Array of a Product…"), raster=_array),
)
