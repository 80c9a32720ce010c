"""What the detector looks at: pixels, their colours and textures, measured at the size of the objects sought."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from osgeo import gdal
from scipy import ndimage

from ...raster_pixels import Window

LARGEST_OBJECT = 64
"""Objects wider than twice this many pixels are looked at in a reduced image; time and memory stay bounded so."""

MOST_BANDS = 8
SCALES = (0.04, 0.1, 0.2)
"""Radii of the smoothing, as fractions of the objects' diameter."""

REACH = 3 * max(SCALES)
"""How far away, in diameters, a pixel can still influence a feature."""


@dataclass(frozen=True)
class View:
    """How rasters are looked at. ``factor``: how many pixels make one of the reduced image; ``diameter``: of the
    typical object, in reduced pixels; ``bands``: how many bands are used."""

    factor: int
    diameter: float
    bands: int


def view_for(diameter: float, bands: int) -> View:
    """The view for objects of this typical diameter in the raster's pixels."""
    factor = max(1, int(diameter // LARGEST_OBJECT))
    return View(factor, max(4.0, diameter / factor), min(bands, MOST_BANDS))


def colour_bands(dataset: gdal.Dataset) -> list[int]:
    """Numbers of the bands that hold colour or spectrum, the alpha band left out."""
    numbers = range(1, dataset.RasterCount + 1)
    return [n for n in numbers if dataset.GetRasterBand(n).GetColorInterpretation() != gdal.GCI_AlphaBand]


def stretch(dataset: gdal.Dataset) -> np.ndarray:
    """Per colour band the range that becomes 0 to 1: all of 8 bit, else from the 1st to the 99th percentile."""
    ranges = []
    for number in colour_bands(dataset):
        band = dataset.GetRasterBand(number)
        if band.DataType == gdal.GDT_Byte:
            ranges.append((0.0, 255.0))
            continue
        width, height = min(512, dataset.RasterXSize), min(512, dataset.RasterYSize)
        sample = band.ReadAsArray(buf_xsize=width, buf_ysize=height).astype(np.float64)
        sample = sample[np.isfinite(sample) & (sample != _no_data(band))]
        low, high = np.percentile(sample, (1, 99)) if sample.size else (0.0, 1.0)
        ranges.append((low, high if high > low else low + 1.0))
    return np.array(ranges, dtype=np.float32)


def read(dataset: gdal.Dataset, window: Window, view: View, ranges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The window (in reduced pixels) as bands x rows x columns, 0 to 1, and where the image holds data."""
    left, top, width, height = window
    factor = view.factor
    place = (
        left * factor,
        top * factor,
        min(width * factor, dataset.RasterXSize - left * factor),
        min(height * factor, dataset.RasterYSize - top * factor),
    )
    options = {"buf_xsize": width, "buf_ysize": height, "resample_alg": gdal.GRIORA_Average if factor > 1 else 0}
    bands = colour_bands(dataset)[: view.bands]
    picture = np.empty((view.bands, height, width), dtype=np.float32)
    empty = np.ones((height, width), dtype=bool)
    for index in range(view.bands):
        number = bands[min(index, len(bands) - 1)]
        low, high = ranges[min(index, len(ranges) - 1)]  # of colour bands, as alpha may lie before them
        band = dataset.GetRasterBand(number)
        values = band.ReadAsArray(*place, **options).astype(np.float32)
        missing = ~np.isfinite(values)
        if band.GetNoDataValue() is not None:
            missing |= values == _no_data(band)
        empty &= missing
        picture[index] = np.clip((np.where(np.isfinite(values), values, low) - low) / (high - low), 0, 1)
    if dataset.GetRasterBand(1).GetMaskFlags() & gdal.GMF_ALPHA:
        empty |= dataset.GetRasterBand(1).GetMaskBand().ReadAsArray(*place, buf_xsize=width, buf_ysize=height) == 0
    return picture, ~empty


def _no_data(band: gdal.Band) -> float:
    value = band.GetNoDataValue()
    return math.nan if value is None else np.float32(value)


def reduced_size(dataset: gdal.Dataset, view: View) -> tuple[int, int]:
    """Width and height of the reduced image."""
    return math.ceil(dataset.RasterXSize / view.factor), math.ceil(dataset.RasterYSize / view.factor)


def compute(picture: np.ndarray, view: View) -> np.ndarray:
    """Features of every pixel, rows x columns x features, 32-bit floats.

    Colours; colour ratios (which shade does not change much) and each band's excess over the others (greenness for
    one); per scale their local means, the local spread of brightness, the gradient and the difference to the next
    scale, which answers to round things of that size.
    """
    brightness = picture.mean(axis=0)
    total = picture.sum(axis=0) + 0.02
    layers = [brightness, *picture]
    relative = [band / total for band in picture] if len(picture) > 1 else []
    excess = [(len(picture) + 1) * band - picture.sum(axis=0) for band in picture] if len(picture) > 1 else []
    layers += relative + excess
    previous = [brightness, *excess]
    for scale in SCALES:
        sigma = max(0.5, scale * view.diameter)
        smooth = _smooth(brightness, sigma)
        spread = np.sqrt(np.maximum(_smooth(brightness * brightness, sigma) - smooth * smooth, 0))
        means = [smooth, *(_smooth(layer, sigma) for layer in excess)]
        layers += means + [spread, _gradient(means[-1])]
        layers += [_smooth(layer, sigma) for layer in relative]
        layers += [before - now for before, now in zip(previous, means)]
        previous = means
    return np.stack(layers, axis=-1).astype(np.float32)


def _smooth(layer: np.ndarray, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(layer, sigma, mode="nearest", truncate=3.0)


def _gradient(layer: np.ndarray) -> np.ndarray:
    return np.hypot(ndimage.sobel(layer, axis=0, mode="nearest"), ndimage.sobel(layer, axis=1, mode="nearest"))
