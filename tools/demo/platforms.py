"""The tile of the demo put into all five platforms and fetched back, by the plugin's algorithms.

Each function leaves what it fetched in a folder and gives a :class:`Panel`: what of it is shown, and in which words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsHueSaturationFilter,
    QgsLayerDefinition,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from tools.demo.looks import label_by, outlined

Run = Callable[..., dict[str, Any]]
"""Runs an algorithm by its name, with its parameters by theirs."""
AROUND_METRES = 20.0
"""So much more is asked of the satellite, whose pixels are of ten metres."""
SHEETS = ("north-west", "north-east", "south-west", "south-east")


@dataclass
class Panel:
    """``words``: what is shown; ``way``: how it came there and back; ``day`` (ISO 8601) belongs to ``event``, such as
    “published”. ``layers`` from the top to the bottom; ``source``: the file that was fetched."""

    platform: str
    words: str
    way: str
    event: str
    day: str
    layers: list[QgsMapLayer]
    source: Path


@dataclass(frozen=True)
class Tile:
    """The image, what was detected on it, and where that lies on Picterra."""

    image: Path
    detections: str
    raster: str

    def box(self) -> QgsRectangle:
        """Where it is, in its own reference system."""
        return QgsRasterLayer(str(self.image), "tile").extent()

    def crs(self) -> str:
        """Its reference system, as Processing takes it."""
        return str(QgsRasterLayer(str(self.image), "tile").crs().authid())


def today() -> str:
    """The day of the run."""
    return datetime.now().astimezone().date().isoformat()


def picterra(run: Run, tile: Tile, folder: Path) -> Panel:
    """The raster as the platform keeps it, with what its detector found."""
    raster = folder / "picterra.tif"
    run("picterra_downloadraster", RASTER=tile.raster, OUTPUT=str(raster))
    found = vector(tile.detections, "Detections")
    words = f"{found.featureCount()} tree crowns that a detector found"
    way = "Uploaded, learned from and run by the model “Detect objects, from image to score”."
    return Panel("Picterra", words, way, "detected", today(), [found, picture(raster)], raster)


def pix4d(run: Run, tile: Tile, folder: Path) -> Panel:
    """Sent over from Picterra as an orthomosaic, with the crowns as annotations."""
    project = run("pix4d_createproject", NAME="Tree crowns", CRS=tile.crs())["PROJECT_ID"]
    run("senditem", KIND="Picterra raster", ITEM=tile.raster, TARGET="PIX4D project", PLACE=project)
    named = run("native:fieldcalculator", INPUT=tile.detections, FIELD_NAME="name", FIELD_TYPE=2,
                FORMULA="round(\"area_m2\") || ' m²'", OUTPUT=str(folder / "named.gpkg"))["OUTPUT"]
    run("pix4d_pushannotations", PROJECT=project, POLYGONS=named, CONFIRM=True)
    ortho, crowns = folder / "pix4d.tif", folder / "pix4d_annotations.gpkg"
    run("pix4d_downloadoutput", PROJECT=project, RESULT="ortho", OUTPUT=str(ortho), LOAD=False)
    told = run("pix4d_getannotations", PROJECT=project, POLYGONS=str(crowns))
    shown = outlined(vector(str(crowns), "Annotations"), "#ffd400")
    label_by(shown, "name", "#ffd400")
    words = f"{told['COUNT']} annotations with their areas, on the orthomosaic"
    grey = picture(ortho)
    grey.hueSaturationFilter().setGrayscaleMode(QgsHueSaturationFilter.GrayscaleMode.GrayscaleLuminosity)
    grey.brightnessFilter().setBrightness(12)
    way = "Raster by “Send to another platform” from Picterra, crowns by “Push annotations”."
    return Panel("PIX4D cloud", words, way, "annotated", today(), [shown, grey], ortho)


def pixel(run: Run, tile: Tile, folder: Path) -> Panel:
    """As sheets in a data collection, which is published by the shipped model and drawn by its service."""
    sheets = cut(tile.image, folder / "sheets")
    area = polygon(tile.box(), tile.crs(), folder / "project_area.gpkg")
    project = run("pixel_createproject", NAME="Forest", AREA=area)["PROJECT_ID"]
    place = run("pixel_createcollection", PROJECT=project, NAME="Sheets", TYPE="RGB",
                RULES=json.dumps({"format": "GTiff", "num_bands": 3}))["COLLECTION_ID"]
    run("pixel_uploadoptimisepublish", COLLECTION=place, FOLDER=str(sheets), NAME="Forest", CRS=tile.crs(), PUBLIC=True,
        **{"check:Checked rasters": str(folder / "checked.gpkg"), "upload:Files that failed": "memory:"})
    footprints, definition = folder / "pixel_footprints.gpkg", folder / "pixel.qlr"
    run("pixel_rasterstolayer", COLLECTION=place, OUTPUT=str(footprints))
    service = run("pixel_listservices", TYPE="Image", NAME="Forest")["SERVICES"].split(",")[0]
    run("pixel_addservice", SERVICE=service, DEFINITION=str(definition))
    shown = outlined(vector(str(footprints), "Sheets"), "#ffffff", "dash")
    label_by(shown, "name", "#ffffff")
    words = f"{shown.featureCount()} rasters of a data collection, drawn by its image service"
    way = "Checked, sent, optimised and published by the model “Rasters to a published service”."
    return Panel("Geodata Pixel", words, way, "published", today(), [shown, *defined(definition)], footprints)


def pixxel(run: Run, tile: Tile, folder: Path) -> Panel:
    """A scene of the archive, ordered for the place and fetched from the catalog."""
    area = polygon(tile.box().buffered(AROUND_METRES), tile.crs(), folder / "ordered_area.gpkg")
    scenes = run("pixxel_searcharchive", AREA=area, CLOUD=5, COLLECTIONS="pixxel-td-l2a", MAXIMUM=1)["ITEM_IDS"]
    project = run("pixxel_listprojects")["PROJECT_IDS"].split(",")[0]
    entry = run("pixxel_orderarchive", PROJECT=project, AREA=area, NAME="Forest", USECASE="forestry", ITEMS=scenes,
                CONFIRM=True, WAIT=True)["CATALOG_IDS"]
    told = run("pixxel_getcatalogentry", CATALOG=entry)
    got = run("pixxel_downloadcatalog", CATALOGS=entry, OUTPUT=str(folder / "pixxel.zip"))
    cube = picture(Path(got["IMAGE"]))  # with the style that lies beside it
    words = f"Pixels of {cube.rasterUnitsPerPixelX():.0f} m with {cube.bandCount()} bands, three of them shown"
    way = "Found in the archive, ordered for this place, delivered, fetched from the catalog."
    return Panel("Pixxel", words, way, "captured", told["DATETIME"][:10], [cube], Path(got["IMAGE"]))


def descarteslabs(run: Run, tile: Tile, folder: Path) -> Panel:
    """A product of what was computed from the orthomosaic that came back from PIX4D."""
    raster = greenness(folder / "pix4d.tif", folder / "greenness.tif")
    product = f"greenness_{today().replace('-', '')}"
    bands = json.loads(run("descarteslabs_layertoproduct", INPUT=str(raster), ID=product)["BANDS_JSON"])
    bands[0].update(name="greenness", color="Palette", colormap_name="viridis", default_range=[-0.05, 0.2])
    added = run("descarteslabs_layertoproduct", INPUT=str(raster), ID=product, TITLE="Greenness", SEND=True,
                BANDS=json.dumps(bands))
    pixels = folder / "descarteslabs.tif"
    run("descarteslabs_fetchpixels", IMAGE=added["IMAGE_IDS"], OUTPUT=str(pixels))
    words = "Excess green, in the colours of the product's band"
    way = "Computed from PIX4D's orthomosaic, sent by “Add layer as a product”, pixels fetched."
    return Panel("Descartes Labs catalog", words, way, "added", today(), [picture(pixels)], pixels)


ALL = (picterra, pix4d, pixel, pixxel, descarteslabs)


# ---------------------------------------------------------------------- what is put in
def cut(image: Path, folder: Path) -> Path:
    """The image in four sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    tile = gdal.Open(str(image))
    width, height = tile.RasterXSize // 2, tile.RasterYSize // 2
    for number, name in enumerate(SHEETS):
        row, column = divmod(number, 2)
        window = [column * width, row * height, width, height]
        gdal.Translate(str(folder / f"{name}.tif"), tile, srcWin=window, bandList=[1, 2, 3])
    return folder


def greenness(ortho: Path, target: Path) -> Path:
    """The excess green of an image, ``(2 G - R - B) / (R + G + B)``."""
    source = gdal.Open(str(ortho))
    red, green, blue = (source.GetRasterBand(number).ReadAsArray().astype(float) for number in (1, 2, 3))
    total = numpy.maximum(red + green + blue, 1)
    size = source.RasterXSize, source.RasterYSize
    made = gdal.GetDriverByName("GTiff").Create(str(target), *size, 1, gdal.GDT_Float32)
    made.SetGeoTransform(source.GetGeoTransform())
    made.SetSpatialRef(source.GetSpatialRef())
    made.GetRasterBand(1).WriteArray(((2 * green - red - blue) / total).astype(numpy.float32))
    made.FlushCache()
    return target


def polygon(box: QgsRectangle, crs: str, target: Path) -> str:
    """A layer of one rectangle."""
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(box))
    layer.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(target), layer.transformContext(), options)
    return str(target)


# ---------------------------------------------------------------------- what came back
def vector(source: str, name: str) -> QgsVectorLayer:
    """A layer that was fetched; raises RuntimeError when it cannot be opened."""
    return opened(QgsVectorLayer(source, name, "ogr"))


def picture(path: Path) -> QgsRasterLayer:
    """The same of a raster, with the style beside it."""
    return opened(QgsRasterLayer(str(path), path.stem))


def opened(layer: Any) -> Any:
    if not layer.isValid():
        raise RuntimeError(f"{layer.name()} cannot be opened.")
    return layer


def defined(path: Path) -> list[QgsMapLayer]:
    """The layers of a definition file."""
    project, root = QgsProject(), QgsLayerTreeGroup()
    done, words = QgsLayerDefinition.loadLayerDefinition(str(path), project, root)
    found = [opened(project.takeMapLayer(one)) for one in list(project.mapLayers().values())]
    if not done or not found:
        raise RuntimeError(words or "The service gave no layer.")
    return found
