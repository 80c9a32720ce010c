"""The raster service: pixels of images as streams, files and arrays (section 12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from ...errors import detail, invalid
from ...platform import Answer, Call
from ..records import Band, Image
from ..registry import operation
from ..work.mosaic import ALPHA, Mosaic, Source, Unfit, Wanted, mosaic
from ..work.streams import GDAL_TYPES, archive, describe, files, old_stream, stream
from ..world import World, visible
from .metadata import DERIVED

GDAL_COLORS = {"Ligntness": "Lightness"}
"""GDAL's names where the catalog has others."""


@operation("rasterArray")
def raster_array(world: World, call: Call) -> Answer:
    """The second version: a stream of blosc frames."""
    return _answer(world, call, stream)


@operation("rasterFile")
def raster_file(world: World, call: Call) -> Answer:
    """The first version: a file."""
    driver = call.body.get("of", "GTiff")
    return _answer(world, call, lambda made, about: files(made, about, driver))


@operation("rasterArrayV1")
def raster_array_v1(world: World, call: Call) -> Answer:
    """The first version: a NumPy archive, or frames without mask."""
    return _answer(world, call, old_stream if call.body.get("of") == "blosc" else archive)


def _answer(world: World, call: Call, write: Callable[[Mosaic, dict[str, Any]], bytes]) -> Answer:
    given = call.body
    if given.get("dltile"):
        raise invalid("dltile", "This service knows no tiles; send bounds, srs and resolution.")
    images = [_image(world, call, full) for full in given["ids"]]
    if not images:
        raise invalid("ids", "Name at least one image.")
    bands = _bands(world, call, images[0], given.get("bands"), given.get("processing_level"))
    try:
        made, about = _made(world, images, bands, given)
        return Answer(200, write(made, about), media_type="application/octet-stream")
    except Unfit as error:
        raise detail(400, str(error)) from error


def _image(world: World, call: Call, full: str) -> Image:
    one: Image = world.allowed(call.account, world.state.find_image(full), f"Image {full}")
    if not one.paths:
        raise detail(400, f"Image {full} has no pixels here.")
    return one


def _bands(world: World, call: Call, image: Image, names: list[str] | None, level: str | None) -> list[str]:
    """Names of the bands asked for: all of the product when none are. Assumed of the processing level: bands that say
    another one are not served."""
    known = [one for one in world.state.bands_of(image.product) if visible(one, call.account)
             and level in (None, one.attributes.get("processing_level") or level)]
    if not names:
        known.sort(key=lambda one: (one.attributes["srcfile"], one.attributes["srcband"]))
        names = [one.name for one in known]
    own = {one.name for one in known}
    for name in names:
        needed = set(DERIVED[name]["bands"]) if name in DERIVED else {name}
        if not needed <= own:
            words = f" of the processing level {level}" if level else ""
            raise detail(400, f"Product {image.product} has no band {name}{words}.")
    return names


def _made(world: World, images: list[Image], names: list[str], given: dict[str, Any]) -> tuple[Mosaic, dict[str, Any]]:
    """The mosaic, derived bands computed, and what is told of it."""
    read = list(dict.fromkeys(part for name in names for part in _parts(name)))
    derived = any(name in DERIVED for name in names)
    plain = {**given, "scales": None, "ot": "Float64"} if derived else given
    wanted = Wanted(tuple(read), tuple(tuple(_source(world, one, name) for name in read) for one in images), plain)
    made = mosaic(wanted)
    if derived:
        kinds = {_kind(world, images[0].product, name) for name in names}
        made = _computed(made, read, names, given, "uint16" if kinds <= {"Byte", "UInt16"} else "float64")
    about = describe(made.grid)
    about["id"] = images[0].id
    about["bands"] = [_about(world, images[0].product, number, name, made) for number, name in enumerate(names)]
    for number, scale in enumerate((given.get("scales") or [])[:len(names)]):
        if scale is not None:
            about["bands"][number]["noDataValue"] = None
    return made, about


def _parts(name: str) -> list[str]:
    return DERIVED[name]["bands"] if name in DERIVED else [name]


def _source(world: World, image: Image, name: str) -> Source:
    band: Band | None = world.state.bands.get((image.product, name))
    if band is None:
        raise Unfit(f"Product {image.product} has no band {name}.")
    number = int(band.attributes["srcfile"])
    if number >= len(image.paths):
        raise Unfit(f"Image {image.id} has no file for band {name}.")
    no_data = None if name == ALPHA else band.attributes.get("nodata")
    return Source(image.paths[number], int(band.attributes["srcband"]), no_data)


def _kind(world: World, product: str, name: str) -> str:
    """The data type of a band."""
    return str((DERIVED.get(name) or world.state.bands[product, name].attributes)["dtype"])


def _computed(made: Mosaic, read: list[str], names: list[str], given: dict[str, Any], kind: str) -> Mosaic:
    """Normalised differences of the read bands, spread over their data range; the rest as it is."""
    if given.get("scales") or given.get("ot") not in (None, GDAL_TYPES[kind], "Float64"):
        raise Unfit("Derived bands are neither scaled nor converted here.")
    shape = (len(names), *made.pixels.shape[1:])
    pixels = numpy.zeros(shape, "float64" if given.get("ot") == "Float64" else kind)
    mask = numpy.ones(shape, bool)
    for number, name in enumerate(names):
        places = [read.index(part) for part in _parts(name)]
        values, nothing = made.pixels[places[0]], made.mask[places].any(axis=0)
        if name in DERIVED:
            total = made.pixels[places].sum(axis=0)
            nothing = nothing | (total == 0)
            share = (made.pixels[places[0]] - made.pixels[places[1]]) / numpy.where(total == 0, 1, total)
            values = numpy.rint((share + 1) / 2 * 65535)
        pixels[number][~nothing] = values[~nothing].astype(pixels.dtype)
        mask[number] = nothing
    return Mosaic(made.grid, pixels, mask)


def _about(world: World, product: str, number: int, name: str, made: Mosaic) -> dict[str, Any]:
    band = world.state.bands.get((product, name))
    attributes = band.attributes if band is not None else {}
    color, no_data = attributes.get("color", "Undefined"), attributes.get("nodata")
    if no_data is not None and made.pixels.dtype.kind != "f":
        limits = numpy.iinfo(made.pixels.dtype)
        no_data = no_data if limits.min <= no_data <= limits.max and float(no_data).is_integer() else None
    return {"band": number + 1, "description": {"name": name, "product": product},
            "colorInterpretation": GDAL_COLORS.get(color, color), "type": GDAL_TYPES[made.pixels.dtype.name],
            "noDataValue": no_data, "metadata": {}}
