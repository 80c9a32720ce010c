"""What an image service answers by REST: its page, pictures, values at a place, and its legend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..records import Service
from .pictures import TYPES, NoPicture, View, picture, terrain, value_at
from .published import ImageData, default_srid, short_name

PIXELS = 400


def described(service: Service, data: ImageData) -> dict[str, Any]:
    """The service's page, with the members that QGIS reads."""
    srid = default_srid(service)
    left, bottom, right, top = data.bounds(srid)
    reference = {"wkid": srid, "latestWkid": srid}
    extent = {"xmin": left, "ymin": bottom, "xmax": right, "ymax": top, "spatialReference": reference}
    cell = data.cell(srid)
    functions = [{"name": one, "description": one, "help": ""} for one in ("None", *data.functions)]
    return {
        "currentVersion": 10.91, "serviceDescription": service.description, "name": short_name(service),
        "description": service.description, "copyrightText": "", "extent": extent, "initialExtent": extent,
        "fullExtent": extent, "spatialReference": reference, "pixelSizeX": cell, "pixelSizeY": cell,
        "bandCount": 1 if data.terrain else 3, "pixelType": "F32" if data.terrain else "U8",
        "minPixelSize": 0, "maxPixelSize": 0, "maxImageHeight": 4100, "maxImageWidth": 4100,
        "serviceDataType": "esriImageServiceDataTypeElevation" if data.terrain else "esriImageServiceDataTypeRGB",
        "supportedImageFormatTypes": "PNG32,PNG24,PNG,JPG,TIFF,PNG8,JPGPNG", "singleFusedMapCache": False,
        "capabilities": "Image,Metadata", "allowRasterFunction": data.terrain, "rasterFunctionInfos": functions}


def exported(service: Service, data: ImageData, asked: Mapping[str, str]) -> tuple[bytes, str]:
    """A picture and its media type. Raises :class:`~.pictures.NoPicture`."""
    if asked.get("f", "image") != "image":
        raise NoPicture("The sandbox exports pictures with f=image only.")
    own = default_srid(service)
    srid = srid_of(asked.get("imageSR"), own)
    if srid_of(asked.get("bboxSR"), own) != srid:
        raise NoPicture("The sandbox wants bbox and picture in one coordinate system.")
    try:
        width, height = (int(one) for one in asked.get("size", f"{PIXELS},{PIXELS}").split(","))
        left, bottom, right, top = (float(one) for one in asked["bbox"].split(","))
    except (KeyError, ValueError):
        raise NoPicture("bbox is four numbers and size two, with commas between.") from None
    name = asked.get("format", "png32").lower()
    if name not in TYPES:
        raise NoPicture(f"{name} is not a format of this service.")
    view = View((left, bottom, right, top), srid, width, height, TYPES[name], asked.get("transparent") != "false")
    return drawn(data, view, _function(asked.get("renderingRule"))), TYPES[name]


def drawn(data: ImageData, view: View, function: str | None) -> bytes:
    """A picture of the service's rasters, of heights by a raster function."""
    if data.terrain:
        return terrain(data.paths, view, function)
    if function not in (None, "None"):
        raise NoPicture(f"This service has no raster function {function}.")
    return picture(data.paths, view)


def _function(rule: str | None) -> str | None:
    if not rule:
        return None
    try:
        name = json.loads(rule).get("rasterFunction")
    except (ValueError, AttributeError):
        raise NoPicture("renderingRule is an object with rasterFunction.") from None
    return None if name in (None, "None") else str(name)


def srid_of(text: str | None, usual: int) -> int:
    """EPSG code of ``25833`` or ``{"wkid": 25833}``."""
    digits = "".join(one for one in (text or "").partition(",")[0] if one.isdigit())
    return int(digits) if digits else usual


def identified(service: Service, data: ImageData, asked: Mapping[str, str]) -> dict[str, Any]:
    """The values at a point, as an image service tells them. QGIS sends its point without quotation marks."""
    srid = default_srid(service)
    text = asked.get("geometry", "").strip("{} ")
    try:
        x, y = (float(one.rpartition(":")[2]) for one in text.split(",")[:2])
    except ValueError:
        raise NoPicture("The geometry is a point.") from None
    values = value_at(data.paths, x, y, srid)
    words = ", ".join(f"{one:g}" for one in values) if values is not None else "NoData"
    return {"objectId": 0, "name": "Pixel", "value": words,
            "location": {"x": x, "y": y, "spatialReference": {"wkid": srid}}, "properties": None, "results": []}


def legend(service: Service) -> dict[str, Any]:
    """A legend without entries, since pictures of imagery explain themselves."""
    return {"layers": [{"layerId": 0, "layerName": short_name(service), "layerType": "Raster Layer", "legend": []}]}
