"""How pixels of the Descartes Labs catalog can be asked for, by algorithm; GDAL does the same to what was sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import LEFT, PIXEL, TOP, write_image
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)
from sandbox_descarteslabs import CatalogCalls

PIXELS = (np.arange(40 * 30 * 3).reshape(40, 30, 3) + 1).astype("uint16")
EAST, SOUTH = LEFT + 30 * PIXEL, TOP - 40 * PIXEL


def to_degrees(x: float, y: float) -> tuple[float, float]:
    utm, degrees = (QgsCoordinateReferenceSystem(one) for one in ("EPSG:32617", "EPSG:4326"))
    found = QgsCoordinateTransform(utm, degrees, QgsProject.instance()).transform(x, y)
    return found.x(), found.y()


class Fetching:
    """Fetches pixels of one image, and lets GDAL take the same of the file that it was made of."""

    def __init__(self, run: Any, catalog: CatalogCalls, folder: Path) -> None:
        self.run, self.folder = run, folder
        product = catalog.product("options")
        for number, (name, level) in enumerate((("blue", "toa"), ("red", "surface"), ("nir", None)), 1):
            more = {"processing_level": level} if level else {}
            catalog.band(product, name, number, nodata=0, **more)
        self.source = write_image(folder / "june.tif", PIXELS)
        self.image = run("uploadimages", PRODUCT=product, FILES=[str(self.source)])["IMAGE_IDS"]

    def __call__(self, bands: str = "red", **options: Any) -> Any:
        target = self.folder / "back.tif"
        self.run("fetchpixels", IMAGE=self.image, BANDS=bands, OUTPUT=str(target), **options)
        dataset = gdal.Open(str(target))
        assert dataset is not None
        return dataset

    def on_grid_of(self, dataset: Any, band: int = 2, **options: Any) -> Any:
        """GDAL's own pixels of the source on the grid of what was fetched."""
        west, across, _, north, _, down = dataset.GetGeoTransform()
        width, height = dataset.RasterXSize, dataset.RasterYSize
        single = gdal.Translate("", str(self.source), format="VRT", bandList=[band], noData=0)
        return gdal.Warp("", single, format="MEM", width=width, height=height, dstSRS=dataset.GetProjection(),
                         outputBounds=(west, north + height * down, west + width * across, north), **options
                         ).ReadAsArray()


@pytest.fixture
def fetch(run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path) -> Fetching:
    return Fetching(run_descarteslabs, catalog, tmp_path)


@pytest.mark.parametrize("way", [0, 1, 2])
def test_another_reference_system(fetch: Fetching, way: int) -> None:
    found = fetch(CRS="EPSG:32616", WAY=way)
    assert found.GetSpatialRef().GetAuthorityCode(None) == "32616"
    pixels = found.ReadAsArray()
    assert np.array_equal(pixels, fetch.on_grid_of(found)) and 1000 < np.count_nonzero(pixels) <= 1300
    degrees = fetch(CRS="EPSG:4326")
    west, across, _, north, _, down = degrees.GetGeoTransform()
    corners = [to_degrees(x, y) for x in (LEFT, EAST) for y in (SOUTH, TOP)]
    assert west == pytest.approx(min(one[0] for one in corners), abs=across)
    assert north == pytest.approx(max(one[1] for one in corners), abs=-down)
    assert np.array_equal(degrees.ReadAsArray(), fetch.on_grid_of(degrees))


def test_a_resolution_and_how_pixels_are_made(fetch: Fetching) -> None:
    found = {}
    for method in ("near", "average", "bilinear", "mode", "max"):
        dataset = fetch(RESOLUTION=0.5, RESAMPLING=method)
        assert dataset.GetGeoTransform() == pytest.approx((LEFT, 0.5, 0, TOP, 0, -0.5))
        assert (dataset.RasterXSize, dataset.RasterYSize) == (6, 8)
        found[method] = dataset.ReadAsArray()
        assert np.array_equal(found[method], fetch.on_grid_of(dataset, resampleAlg=method)), method
    # Five by five pixels become one: GDAL agrees with plain arithmetic.
    blocks = PIXELS[..., 1].reshape(8, 5, 6, 5).astype(float)
    assert np.abs(found["average"] - blocks.mean(axis=(1, 3))).max() <= 0.5
    assert np.array_equal(found["max"], blocks.max(axis=(1, 3)))
    assert len({one.tobytes() for one in found.values()}) >= 4, "each method is another"


def test_pixels_are_aligned_to_the_resolution(fetch: Fetching) -> None:
    box = f"{LEFT + 0.33},{LEFT + 2.05},{TOP - 3.02},{TOP - 0.41} [EPSG:32617]"
    plain, aligned = fetch(EXTENT=box, RESOLUTION=0.2), fetch(EXTENT=box, RESOLUTION=0.2, ALIGNED=True)
    west, across, _, north, _, down = aligned.GetGeoTransform()
    assert west / 0.2 == pytest.approx(round(west / 0.2), abs=1e-4)
    assert north / 0.2 == pytest.approx(round(north / 0.2), abs=1e-4)
    assert west <= LEFT + 0.33 and north >= TOP - 0.41 and across == pytest.approx(0.2)
    assert np.array_equal(aligned.ReadAsArray(), fetch.on_grid_of(aligned))
    assert plain.GetGeoTransform()[0] == pytest.approx(LEFT + 0.33), "without it the extent begins where it was given"


def test_pixels_are_cut_along_an_area(fetch: Fetching) -> None:
    corners = [(LEFT + 0.5, TOP - 0.5), (LEFT + 2.5, TOP - 0.5), (LEFT + 0.5, TOP - 3.5)]
    ring = ", ".join("{} {}".format(*to_degrees(*one)) for one in (*corners, corners[0]))
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON (({ring}))"))
    layer.dataProvider().addFeatures([feature])
    found = fetch(AREA=layer)
    pixels = found.ReadAsArray()
    west, _, _, north, _, _ = found.GetGeoTransform()
    assert (west, north) == pytest.approx((LEFT + 0.5, TOP - 0.5), abs=PIXEL)
    assert abs(np.count_nonzero(pixels) - 300) <= 12, "half of 20 by 30 pixels"
    cut = str(fetch.folder / "cut.geojson")
    Path(cut).write_text(json.dumps(json.loads(feature.geometry().asJson(12))), "utf-8")
    expected = fetch.on_grid_of(found, cutlineDSName=cut)
    assert np.count_nonzero(pixels != expected) <= 8, "but for pixels right on the edge"


@pytest.mark.parametrize(("kind", "dtype"), [("Byte", "uint8"), ("Float32", "float32"), ("Int32", "int32")])
def test_another_data_type(fetch: Fetching, kind: str, dtype: str) -> None:
    found = fetch(DATA_TYPE=kind)
    assert gdal.GetDataTypeName(found.GetRasterBand(1).DataType) == kind
    expected = gdal.Translate("", str(fetch.source), format="MEM", bandList=[2],
                              outputType=gdal.GetDataTypeByName(kind)).ReadAsArray()
    assert found.ReadAsArray().dtype == dtype and np.array_equal(found.ReadAsArray(), expected)


def test_values_are_scaled(fetch: Fetching) -> None:
    scales = [[0, 4000, 0, 255], [0, 4000, 100, 200]]
    found = fetch("red,nir", SCALES=scales, DATA_TYPE="Byte")
    for number, (low, high, least, greatest) in enumerate(scales, 1):
        expected = gdal.Translate("", str(fetch.source), format="MEM", bandList=[number + 1],
                                  outputType=gdal.GDT_Byte, scaleParams=[[low, high, least, greatest]]).ReadAsArray()
        pixels = found.GetRasterBand(number).ReadAsArray()
        assert np.abs(pixels.astype(int) - expected).max() <= 1 and pixels.max() == expected.max()
    assert np.array_equal(fetch("red", SCALES=json.dumps(scales[:1]), DATA_TYPE="Byte").ReadAsArray(),
                          found.GetRasterBand(1).ReadAsArray()), "the same as text"


def test_a_processing_level_chooses_among_the_bands(fetch: Fetching) -> None:
    found = fetch("", PROCESSING_LEVEL="surface")
    assert np.array_equal(found.ReadAsArray(), np.moveaxis(PIXELS[..., 1:], 2, 0))
    assert np.array_equal(fetch("", PROCESSING_LEVEL="toa").ReadAsArray(), np.moveaxis(PIXELS[..., [0, 2]], 2, 0))
    assert "refused the request" in fetch.run.fails(
        "fetchpixels", IMAGE=fetch.image, BANDS="blue", PROCESSING_LEVEL="surface",
        OUTPUT=str(fetch.folder / "x.tif"))
