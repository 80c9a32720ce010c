"""Orthomosaic, models, indices and contours as files, written by GDAL."""

from __future__ import annotations

import json
import math

import numpy as np
from osgeo import gdal, ogr, osr

from .block import Block
from .grids import Grid
from .mosaic import Mosaic
from .shelf import Shelf
from .surface import Surface

NOTHING = -10000.0
"""Where a model has no height."""
SMALLEST = 256
"""Pixels of the longer side below which no more overviews are made."""
PLAIN = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=2", "BIGTIFF=IF_SAFER"]
FLOATING = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3", "BIGTIFF=IF_SAFER"]
CLOUD = ["COMPRESS=DEFLATE", "PREDICTOR=YES", "BLOCKSIZE=256", "RESAMPLING=AVERAGE", "OVERVIEWS=IGNORE_EXISTING"]


def memory(block: Block, grid: Grid, bands: list[np.ndarray], kind: int, nothing: float | None = None) -> gdal.Dataset:
    """A raster in memory, in the output system."""
    raster = gdal.GetDriverByName("MEM").Create("", grid.columns, grid.rows, len(bands), kind)
    raster.SetGeoTransform(grid.transform(block.origin))
    raster.SetSpatialRef(block.system.raster_system)
    for number, values in enumerate(bands):
        band = raster.GetRasterBand(number + 1)
        band.WriteArray(values)
        if nothing is not None:
            band.SetNoDataValue(nothing)
    return raster


def write_ortho(shelf: Shelf, block: Block, mosaic: Mosaic) -> None:
    """Transparent and opaque orthomosaic, their bundles, the cloud-optimised one, picture and facts."""
    colours = [np.where(mosaic.seen, np.clip(np.rint(mosaic.bands[..., band]), 0, 255), 255).astype(np.uint8)
               for band in range(3)]
    raster = memory(block, mosaic.grid, [*colours, (mosaic.seen * 255).astype(np.uint8)], gdal.GDT_Byte)
    for number, meaning in enumerate((gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand, gdal.GCI_AlphaBand)):
        raster.GetRasterBand(number + 1).SetColorInterpretation(meaning)
    opaque = gdal.Translate("", raster, format="MEM", bandList=[1, 2, 3])
    base = f"results/ortho/{shelf.stem}_transparent_ortho"
    _geotiff(shelf, raster, f"{base}.tif", [*PLAIN, "ALPHA=NON-PREMULTIPLIED", "PHOTOMETRIC=RGB"])
    shelf.add("ortho", "ortho", f"{base}.tif")
    shelf.bundle("ortho", "ortho_rgba_bundle", f"{base}.zip", _with_companions(shelf, block, mosaic.grid, base))
    base = f"results/ortho/{shelf.stem}_ortho_rgb"
    _geotiff(shelf, opaque, f"{base}.tif", [*PLAIN, "PHOTOMETRIC=RGB"])
    shelf.add("ortho", "ortho_rgb", f"{base}.tif")
    shelf.bundle("ortho", "ortho_rgb_bundle", f"{base}.zip", _with_companions(shelf, block, mosaic.grid, base))
    _cloud(shelf, raster, "ortho", "ortho_cloud_optimized", "post_processing/ortho/cloud_optimized_ortho.tif")
    _picture(shelf, raster, "ortho", "ortho_thumb", "post_processing/ortho/ortho_thumb.png")
    _picture(shelf, raster, "project_thumb", "project_thumb", "post_processing/project_thumb.png", 256)
    _facts(shelf, block, mosaic.grid, "ortho", "ortho_metadata", "post_processing/ortho/ortho_metadata.json", {})


def write_models(shelf: Shelf, block: Block, surface: Surface) -> None:
    """Surface and terrain model, the cloud-optimised surface model, contours, pictures and facts."""
    for name, heights in (("dsm", surface.dsm), ("dtm", surface.dtm)):
        values = np.where(surface.covered, heights + block.origin[2], NOTHING).astype(np.float32)
        raster = memory(block, surface.grid, [values], gdal.GDT_Float32, NOTHING)
        base = f"results/dsm_dtm/{shelf.stem}_{name}"
        _geotiff(shelf, raster, f"{base}.tif", FLOATING)
        shelf.add("dsm" if name == "dsm" else "dtm", name, f"{base}.tif")
        shelf.bundle("dsm" if name == "dsm" else "dtm", f"{name}_bundle", f"{base}.zip",
                     _with_companions(shelf, block, surface.grid, base))
        if name == "dsm":
            _cloud(shelf, raster, "dsm_cloud_optimized", "dsm_cloud_optimized",
                   "post_processing/dsm/cloud_optimized_dsm.tif")
            shade = gdal.DEMProcessing("", raster, "hillshade", format="MEM", scale=1.0)
            _picture(shelf, shade, "dsm", "dsm_thumb", "post_processing/dsm/dsm_thumb.png")
            _picture(shelf, shade, "dsm", "dsm_preview", "post_processing/dsm/dsm_preview.png", 1024)
            seen = values[surface.covered]
            _facts(shelf, block, surface.grid, "dsm", "dsm_metadata", "post_processing/dsm/dsm_metadata.json",
                   {"min": round(float(seen.min()), 3), "max": round(float(seen.max()), 3)})
        else:
            _contours(shelf, block, raster, values[surface.covered])


def write_band(shelf: Shelf, block: Block, grid: Grid, values: np.ndarray, output_type: str, relative: str,
               result_type: str) -> None:
    """One band of numbers, such as an index or a reflectance; NaN where there is none."""
    filled = np.where(np.isfinite(values), values, NOTHING).astype(np.float32)
    _geotiff(shelf, memory(block, grid, [filled], gdal.GDT_Float32, NOTHING), relative, FLOATING)
    shelf.add(result_type, output_type, relative)


def write_picture(shelf: Shelf, grey: np.ndarray, seen: np.ndarray, output_type: str, relative: str,
                  result_type: str) -> None:
    """A small picture of a band that is stretched to bytes."""
    raster = gdal.GetDriverByName("MEM").Create("", grey.shape[1], grey.shape[0], 2)
    raster.GetRasterBand(1).WriteArray(grey.astype(np.uint8))
    raster.GetRasterBand(2).WriteArray((seen * 255).astype(np.uint8))
    _picture(shelf, raster, result_type, output_type, relative)


# ---------------------------------------------------------------------- kinds of files
def _geotiff(shelf: Shelf, raster: gdal.Dataset, relative: str, options: list[str]) -> None:
    written = gdal.GetDriverByName("GTiff").CreateCopy(str(shelf.place(relative)), raster, options=options)
    levels = [2**power for power in range(1, 12)
              if max(raster.RasterXSize, raster.RasterYSize) / 2 ** (power - 1) > SMALLEST]
    if levels:
        with_options = {"COMPRESS_OVERVIEW": "DEFLATE"}
        for name, value in with_options.items():
            gdal.SetConfigOption(name, value)
        written.BuildOverviews("AVERAGE", levels)
        for name in with_options:
            gdal.SetConfigOption(name, None)
    written.FlushCache()


def _cloud(shelf: Shelf, raster: gdal.Dataset, result_type: str, output_type: str, relative: str) -> None:
    gdal.GetDriverByName("COG").CreateCopy(str(shelf.place(relative)), raster, options=CLOUD).FlushCache()
    shelf.add(result_type, output_type, relative)


def _picture(shelf: Shelf, raster: gdal.Dataset, result_type: str, output_type: str, relative: str,
             size: int = 512) -> None:
    shrink = max(raster.RasterXSize, raster.RasterYSize) / size
    columns, rows = (max(1, round(side / max(shrink, 1))) for side in (raster.RasterXSize, raster.RasterYSize))
    gdal.Translate(str(shelf.place(relative)), raster, format="PNG", width=columns, height=rows,
                   resampleAlg="average", creationOptions=["WORLDFILE=NO"])
    shelf.place(relative + ".aux.xml").unlink(missing_ok=True)
    shelf.add(result_type, output_type, relative)


def _with_companions(shelf: Shelf, block: Block, grid: Grid, base: str) -> list[str]:
    """A TIFF's name and those of its companions, which are written: ``.prj`` and ``.tfw``."""
    transform = grid.transform(block.origin)
    lines = (transform[1], 0.0, 0.0, transform[5], transform[0] + transform[1] / 2, transform[3] + transform[5] / 2)
    shelf.place(f"{base}.tfw").write_text("".join(f"{value:.10f}\n" for value in lines), encoding="ascii")
    shelf.place(f"{base}.prj").write_text(block.system.wkt, encoding="utf-8")
    return [f"{base}.tif", f"{base}.tfw", f"{base}.prj"]


def _facts(shelf: Shelf, block: Block, grid: Grid, result_type: str, output_type: str, relative: str,
           more: dict[str, object]) -> None:
    transform = grid.transform(block.origin)
    facts = {"crs": block.system.opf(), "width": grid.columns, "height": grid.rows, "transform": list(transform),
             "pixel_size": grid.cell, **more}
    shelf.place(relative).write_text(json.dumps(facts, indent=1), encoding="utf-8")
    shelf.add(result_type, output_type, relative)


# ---------------------------------------------------------------------- contours
def _contours(shelf: Shelf, block: Block, raster: gdal.Dataset, heights: np.ndarray) -> None:
    """Lines at round heights, ten to twenty-five of them, as Shapefile and DXF."""
    span = max(float(heights.max() - heights.min()), 0.1)
    interval = 10 ** math.floor(math.log10(span / 10))
    interval *= next(step for step in (1, 2, 5, 10) if span / (interval * step) <= 25)
    for driver, ending in (("ESRI Shapefile", "shp"), ("DXF", "dxf")):
        relative = f"results/contours/{shelf.stem}_contours.{ending}"
        source = ogr.GetDriverByName(driver).CreateDataSource(str(shelf.place(relative)))
        system = osr.SpatialReference(block.system.wkt)
        layer = source.CreateLayer("contours" if ending == "shp" else "entities", system, ogr.wkbLineString25D)
        options = [f"LEVEL_INTERVAL={interval}", f"NODATA={NOTHING}"]
        if ending == "shp":
            layer.CreateField(ogr.FieldDefn("ID", ogr.OFTInteger))
            layer.CreateField(ogr.FieldDefn("ELEVATION", ogr.OFTReal))
            options += ["ID_FIELD=0", "ELEV_FIELD=1"]
        gdal.ContourGenerateEx(raster.GetRasterBand(1), layer, options=options)
        del layer, source
    members = sorted(f"results/contours/{path.name}" for path in (shelf.folder / "results/contours").iterdir())
    shelf.bundle("dsm", "contour_files_bundle", f"results/contours/{shelf.stem}_contours.zip", members)
