"""What lies in a scene of the sandbox's Pixxel, by the formulas of its land, and a detector that knows its lakes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr
from sandbox_picterra import PicterraCalls

from sandbox.pixxel.work import ground
from sandbox.pixxel.work.cube import grid_of, shared

WEST, SOUTH, EAST, NORTH = 75.61, 14.42, 75.66, 14.46
WAVELENGTHS = (645.0, 555.0, 465.0)
"""Of the bands that are nearest to red, green and blue."""
WHITE = 15000
PIXEL, MOST_PIXELS = 10.0, 65536


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


AREA, BOUNDS = box(WEST, SOUTH, EAST, NORTH), [WEST, SOUTH, EAST, NORTH]
BESIDE = box(WEST - 0.04, SOUTH, WEST, NORTH)
"""Other land, from which is learned."""


class Land:
    """The truth about what a scene shows of an area; ``scene`` is its STAC item."""

    def __init__(self, scene: dict[str, Any]) -> None:
        area = scene["geometry"]
        shape, self.epsg = shared((json.dumps(area),))
        self.grid = grid_of(shape, self.epsg, PIXEL, MOST_PIXELS)
        self.transform = self.grid.transform
        day = date.fromisoformat(scene["properties"]["datetime"][:10]).toordinal()
        cover = scene["properties"]["eo:cloud_cover"]
        x, y = self.grid.centres()
        self.inside = self._burnt(json.dumps(area))
        hidden = ground.clouds(self.epsg, x, y, day, cover)
        self.lying = np.where(hidden, ground.MATERIALS.index("cloud"), ground.materials(self.epsg, x, y, day))
        self.factor = ground.brightness(self.epsg, x, y)

    def water(self) -> np.ndarray:
        """Where lakes are seen."""
        found: np.ndarray = (self.lying == ground.MATERIALS.index("water")) & self.inside
        return found

    def picture(self) -> np.ndarray:
        """Red, green and blue from 0 to 255, as the model scales them."""
        bands = []
        for wavelength in WAVELENGTHS:
            table = np.array([ground.reflectance(one, wavelength) for one in ground.MATERIALS])
            stored = np.rint(table[self.lying] * self.factor * 50000)
            bands.append(np.where(self.inside, np.clip(np.rint(stored * 255 / WHITE), 0, 255), 0))
        return np.array(bands).astype(int)

    def burnt(self, path: str) -> np.ndarray:
        """The polygons of a file as a mask."""
        return self._mask(gdal.OpenEx(path, gdal.OF_VECTOR))

    def _burnt(self, geojson: str) -> np.ndarray:
        text = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": %s}]}'
        return self._mask(gdal.OpenEx(text % geojson, gdal.OF_VECTOR))

    def _mask(self, dataset: Any) -> np.ndarray:
        layer, target = dataset.GetLayer(), self.memory(1)
        move = osr.CoordinateTransformation(layer.GetSpatialRef(), target.GetSpatialRef())
        moved = ogr.GetDriverByName("Memory").CreateDataSource("")
        shapes = moved.CreateLayer("shapes", target.GetSpatialRef())
        for one in layer:
            shape = one.GetGeometryRef().Clone()
            if layer.GetSpatialRef().IsGeographic():
                shape.Segmentize(0.01)
            shape.Transform(move)
            feature = ogr.Feature(shapes.GetLayerDefn())
            feature.SetGeometry(shape)
            shapes.CreateFeature(feature)
        gdal.RasterizeLayer(target, [1], shapes, burn_values=[1])
        found: np.ndarray = target.ReadAsArray().astype(bool)
        return found

    def memory(self, bands: int, path: str = "") -> Any:
        """An empty raster of the scene's grid."""
        made = gdal.GetDriverByName("GTiff" if path else "MEM").Create(path, self.grid.width, self.grid.height, bands)
        made.SetGeoTransform(self.transform)
        system = osr.SpatialReference()
        system.ImportFromEPSG(self.epsg)
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        made.SetSpatialRef(system)
        return made


def water_detector(calls: PicterraCalls, folder: Path) -> str:
    """The id of a detector that was trained on the land beside, by plain HTTP."""
    land = Land({"geometry": BESIDE, "properties": {"datetime": "2024-01-17", "eo:cloud_cover": 0.0}})
    file = land.memory(3, str(folder / "beside.tif"))
    for number, band in enumerate(land.picture(), 1):
        file.GetRasterBand(number).WriteArray(band.astype(np.uint8))
    del file
    detector = calls.detector("lakes", detection_type="segmentation")
    raster = calls.upload_raster(folder / "beside.tif")
    calls.post(f"detectors/{detector}/training_rasters/", {"raster_id": raster})
    for kind, mask in (("training_area", land.inside), ("outline", land.water())):
        assert calls.annotate(detector, raster, kind, outlines(land, mask))["status"] == "success"
    calls.succeed(calls.post(f"detectors/{detector}/train/"))
    return detector


def outlines(land: Land, mask: np.ndarray) -> bytes:
    """A mask as a FeatureCollection in longitude and latitude."""
    raster = land.memory(1)
    raster.GetRasterBand(1).WriteArray(mask.astype(np.uint8))
    raster.GetRasterBand(1).SetNoDataValue(0)
    target = ogr.GetDriverByName("Memory").CreateDataSource("")
    shapes = target.CreateLayer("shapes", raster.GetSpatialRef())
    gdal.Polygonize(raster.GetRasterBand(1), raster.GetRasterBand(1), shapes, -1)
    globe = osr.SpatialReference()
    globe.ImportFromEPSG(4326)
    globe.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move, features = osr.CoordinateTransformation(raster.GetSpatialRef(), globe), []
    for one in shapes:
        shape = one.GetGeometryRef().Clone()
        shape.Transform(move)
        features.append({"type": "Feature", "properties": {}, "geometry": json.loads(shape.ExportToJson())})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode("utf-8")
