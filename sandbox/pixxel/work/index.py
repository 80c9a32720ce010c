"""Indices of imagery: computed from its bands, coloured, cut into the classes of a legend, drawn, and told as SLD."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal
from PIL import Image, ImageDraw

from .arithmetic import bands_of, evaluate

gdal.UseExceptions()
NO_DATA = -9999.0
USUAL_BINS = 5
COLORMAPS = {"rdylgn": ("#a50026", "#fee08b", "#006837"), "viridis": ("#440154", "#21918c", "#fde725"),
             "rplumbo": ("#0d0887", "#cc4778", "#f0f921"), "blues": ("#f7fbff", "#6baed6", "#08306b"),
             "greys": ("#000000", "#808080", "#ffffff"), "rplumbho": ("#0d0887", "#cc4778", "#f0f921")}
_GREY = ("<ChannelSelection><GrayChannel><SourceChannelName>1</SourceChannelName></GrayChannel>"
         "</ChannelSelection>")
Json = dict[str, Any]


def read(path: Path, names: list[str]) -> tuple[dict[str, Any], Any, float]:
    """Reflectance of bands by name, where there are data, and the reflectance of one digital number."""
    source = gdal.Open(str(path))
    places = {source.GetRasterBand(one).GetDescription(): one for one in range(1, source.RasterCount + 1)}
    raw = {name: source.GetRasterBand(places[name]).ReadAsArray() for name in names}
    scale = source.GetRasterBand(1).GetScale() or 1.0
    seen = numpy.logical_and.reduce([one != 0 for one in raw.values()])
    return {name: one * scale for name, one in raw.items()}, seen, scale


def compute(source: Path, target: Path, expression: str, kind: str, rescale: tuple[float, float],
            resolution: float | None = None) -> Json:
    """Write an index (kind index: 32-bit numbers) or a picture (composite, grayscale: 8 bits, black and white where
    ``rescale`` says in digital numbers, 0 no data). Tells smallest and largest value and the size of a pixel."""
    bands, seen, scale = read(source, bands_of(expression))
    values = evaluate(expression, bands)
    seen = seen & numpy.logical_and.reduce([numpy.isfinite(one) for one in values])
    model = gdal.Open(str(source))
    if kind == "index":
        layers, number, empty = [numpy.where(seen, values[0], NO_DATA).astype(numpy.float32)], gdal.GDT_Float32, NO_DATA
    else:
        low, high = (value * scale for value in rescale)
        layers = [numpy.where(seen, numpy.clip((one - low) / (high - low) * 254 + 1, 1, 255), 0).astype(numpy.uint8)
                  for one in values]
        number, empty = gdal.GDT_Byte, 0
    raster = gdal.GetDriverByName("MEM").Create("", model.RasterXSize, model.RasterYSize, len(layers), number)
    raster.SetGeoTransform(model.GetGeoTransform())
    raster.SetProjection(model.GetProjection())
    for position, one in enumerate(layers, 1):
        raster.GetRasterBand(position).SetNoDataValue(empty)
        raster.GetRasterBand(position).WriteArray(one)
    own = model.GetGeoTransform()[1]
    size = max(resolution or own, own)
    options: Json = {"format": "GTiff", "creationOptions": ["COMPRESS=DEFLATE"]}
    if size > own:
        gdal.Warp(str(target), raster, xRes=size, yRes=size, resampleAlg="average", **options)
    else:
        gdal.Translate(str(target), raster, **options)
    found = values_of(target)
    known = found[numpy.isfinite(found)] if kind == "index" else numpy.zeros(1)
    return {"resolution": size, "min": float(known.min()) if known.size else 0.0,
            "max": float(known.max()) if known.size else 0.0}


def values_of(path: Path) -> Any:
    """The first band as numbers; not a number where there are no data."""
    raster = gdal.Open(str(path))
    band = raster.GetRasterBand(1)
    values = band.ReadAsArray().astype(float)
    return numpy.where(values == band.GetNoDataValue(), numpy.nan, values)


def shades(colormap: str, count: int) -> list[str]:
    """Colours at equal distances along a colour map."""
    stops = [[int(one[place:place + 2], 16) for place in (1, 3, 5)] for one in COLORMAPS[colormap]]
    places = numpy.linspace(0, len(stops) - 1, count) if count > 1 else numpy.array([1.0])
    channels = [numpy.interp(places, range(len(stops)), [one[channel] for one in stops]) for channel in range(3)]
    return [f"#{round(red):02x}{round(green):02x}{round(blue):02x}" for red, green, blue in zip(*channels)]


def bins(low: float, high: float, colormap: str, count: int = USUAL_BINS) -> list[Json]:
    """A legend of equal classes."""
    edges = [float(one) for one in numpy.linspace(low, high, count + 1)]
    return [{"label": f"{first:.2f} to {last:.2f}", "color": colour, "min": first, "max": last}
            for first, last, colour in zip(edges, edges[1:], shades(colormap, count))]


def measured(path: Path, legend: list[Json]) -> list[Json]:
    """A legend with the area of each class, in square metres and percent of what has data. A value belongs to the
    first class whose bounds hold it, both included."""
    values = values_of(path)
    pixel = abs(gdal.Open(str(path)).GetGeoTransform()[1]) ** 2
    total, left = int(numpy.isfinite(values).sum()), numpy.isfinite(values)
    found = []
    for one in legend:
        with numpy.errstate(invalid="ignore"):
            here = left & (values >= one["min"] - 1e-9) & (values <= one["max"] + 1e-9)
        left &= ~here
        count = int(here.sum())
        found.append({**one, "area": count * pixel, "area_percentage": round(100 * count / total, 4) if total else 0.0})
    return found


def png(path: Path, legend: list[Json]) -> bytes:
    """A picture of what :func:`compute` wrote, with the legend drawn below it; white where there is nothing."""
    raster = gdal.Open(str(path))
    if legend:
        values = values_of(path)
        picture = numpy.full((*values.shape, 3), 255, dtype=numpy.uint8)
        for one in reversed(legend):
            with numpy.errstate(invalid="ignore"):
                here = (values >= one["min"] - 1e-9) & (values <= one["max"] + 1e-9)
            picture[here] = [int(one["color"][place:place + 2], 16) for place in (1, 3, 5)]
    else:
        layers = raster.ReadAsArray().reshape(raster.RasterCount, raster.RasterYSize, raster.RasterXSize)
        layers = layers if len(layers) == 3 else numpy.repeat(layers[:1], 3, axis=0)
        blank = layers.max(axis=0)[..., None] == 0
        picture = numpy.where(blank, 255, numpy.moveaxis(layers, 0, -1)).astype(numpy.uint8)
    image = Image.fromarray(picture, "RGB")
    width = max(image.width, 160 if legend else 1)
    whole = Image.new("RGB", (width, image.height + 16 * len(legend)), "white")
    whole.paste(image, (0, 0))
    pen = ImageDraw.Draw(whole)
    for row, one in enumerate(legend):
        top = image.height + 16 * row
        pen.rectangle((2, top + 2, 22, top + 13), fill=one["color"], outline="black")
        pen.text((28, top + 2), one["label"].encode("latin-1", "replace").decode("latin-1"), fill="black")
    stream = io.BytesIO()
    whole.save(stream, "PNG")
    return stream.getvalue()


def sld(name: str, legend: list[Json], kind: str) -> str:
    """A Styled Layer Descriptor 1.0.0: intervals up to each upper bound, or the bands of a picture."""
    if kind == "index":
        entries = "".join(f'<ColorMapEntry color="{one["color"]}" quantity="{one["max"]!r}" '
                          f'label="{escape(str(one["label"]))}"/>' for one in legend)
        inner = f'{_GREY}<ColorMap type="intervals">{entries}</ColorMap>'
    elif kind == "composite":
        channels = "".join(f"<{colour}Channel><SourceChannelName>{number}</SourceChannelName></{colour}Channel>"
                           for number, colour in enumerate(("Red", "Green", "Blue"), 1))
        inner = f"<ChannelSelection>{channels}</ChannelSelection>"
    else:
        inner = _GREY
    return ('<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" '
            'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer>'
            f"<Name>{escape(name)}</Name><UserStyle><Name>{escape(name)}</Name><FeatureTypeStyle><Rule>"
            f"<RasterSymbolizer><Opacity>1.0</Opacity>{inner}</RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle>"
            "</NamedLayer></StyledLayerDescriptor>")
