"""Where an image lies on the earth."""

from __future__ import annotations

from pathlib import Path

from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()

IMAGE_DRIVERS = ["GTiff", "PNG", "JPEG", "XPM"]
"""Accepted formats (notes 9.1). Others stay shut: a VRT, for one, could name any file or address."""

UNPLACED_PIXEL = 0.1
"""Metres in EPSG:3857 per pixel of an image without georeference (notes 9.12)."""


def crs(code: int) -> osr.SpatialReference:
    """The coordinate system of an EPSG code, with x before y whatever the authority says."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(code)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def is_georeferenced(dataset: gdal.Dataset) -> bool:
    """True with a geotransform and a coordinate system, or with ground control points that have one."""
    if dataset.GetGCPCount() and dataset.GetGCPSpatialRef() is not None:
        return True
    return dataset.GetGeoTransform(can_return_null=True) is not None and dataset.GetSpatialRef() is not None


def open_placed(path: Path) -> gdal.Dataset:
    """Opens an image so that it has an affine geotransform and a coordinate system.

    Images without georeference get the place of notes 9.12: top-left corner at longitude 0, latitude 0, pixels of
    0.1 m in EPSG:3857. Images with ground control points are warped on the fly. Raises RuntimeError (GDAL's).
    """
    dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, allowed_drivers=IMAGE_DRIVERS)
    if not is_georeferenced(dataset):
        right, bottom = dataset.RasterXSize * UNPLACED_PIXEL, -dataset.RasterYSize * UNPLACED_PIXEL
        return gdal.Translate(
            "", dataset, format="VRT", outputSRS="EPSG:3857", outputBounds=[0, 0, right, bottom], noData="none"
        )
    if dataset.GetGeoTransform(can_return_null=True) is None:
        return gdal.Warp("", dataset, format="VRT", dstAlpha=True)
    return dataset


def pixel_to_world(transform: tuple[float, ...], column: float, row: float) -> tuple[float, float]:
    """The place of a pixel corner in the coordinate system of the raster."""
    return (
        transform[0] + column * transform[1] + row * transform[2],
        transform[3] + column * transform[4] + row * transform[5],
    )


def to_lonlat(dataset: gdal.Dataset) -> osr.CoordinateTransformation:
    """From the coordinate system of the raster to longitude and latitude in WGS 84."""
    source = dataset.GetSpatialRef().Clone()
    source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(source, crs(4326))


def from_lonlat(dataset: gdal.Dataset) -> osr.CoordinateTransformation:
    """From longitude and latitude in WGS 84 to the coordinate system of the raster."""
    target = dataset.GetSpatialRef().Clone()
    target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(crs(4326), target)
