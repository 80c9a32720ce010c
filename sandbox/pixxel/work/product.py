"""Bundles: the files of section 7.5 in a ZIP, made for one or more catalog entries, or of files that are there."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal, ogr
from PIL import Image

from .cube import Recipe, is_bad, make
from .pictures import colours

ZIP_TIME = (2024, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Product:
    """What a catalog entry is delivered as: the name of its files, its recipe, and its STAC item."""

    name: str
    recipe: Recipe
    item: dict[str, Any]


def products(path: Path, wanted: list[Product]) -> int:
    """Write the ZIP of some products, each in a folder of its own name where there are several. Gives its size."""
    scratch = path.with_suffix(".files")
    try:
        with zipfile.ZipFile(path, "w") as archive:
            scratch.mkdir()
            for number, one in enumerate(wanted):
                folder = scratch / str(number)
                folder.mkdir()
                _files(folder, one)
                # A scene can have been ordered in several parts.
                again = sum(each.name == one.name for each in wanted[:number])
                inner = "" if len(wanted) == 1 else f"{one.name}_{again + 1}/" if again else f"{one.name}/"
                for file in sorted(folder.iterdir()):
                    _add(archive, file, inner + file.name)
                shutil.rmtree(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return path.stat().st_size


def bundle(path: Path, files: list[tuple[str, Path]]) -> int:
    """A ZIP of files that are there. Gives its size."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, file in files:
            _add(archive, file, name)
    return path.stat().st_size


def _add(archive: zipfile.ZipFile, file: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, ZIP_TIME)
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w", force_zip64=True) as target, file.open("rb") as source:
        shutil.copyfileobj(source, target, 1024 * 1024)


def _files(folder: Path, one: Product) -> None:
    facts = make(folder / f"{one.name}.tif", one.recipe, folder / f"{one.name}_QM.tif")
    picture = io.BytesIO()
    Image.fromarray(colours(one.recipe)[0], "RGB").save(picture, "JPEG", quality=90)
    (folder / f"{one.name}.jpg").write_bytes(picture.getvalue())
    footprint = ogr.CreateGeometryFromJson(one.recipe.areas[0])
    for area in one.recipe.areas[1:]:
        footprint = footprint.Intersection(ogr.CreateGeometryFromJson(area))
    west, east, south, north = footprint.GetEnvelope()
    around = {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north],
                                                  [west, south]]]}
    _geojson(folder / f"{one.name}_footprint.geojson", json.loads(footprint.ExportToJson()), one.item)
    _geojson(folder / f"{one.name}_bbox.geojson", around, one.item)
    (folder / f"{one.name}.hdr").write_text(_header(one, facts), "utf-8")
    (folder / f"{one.name}.xml").write_text(_metadata(one, facts), "utf-8")


def _geojson(path: Path, geometry: dict[str, Any], item: dict[str, Any]) -> None:
    feature = {"type": "Feature", "properties": {"id": item["id"]}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")


def _header(one: Product, facts: dict[str, Any]) -> str:
    """An ENVI header: what the bands are."""
    bands = one.recipe.bands
    return "\n".join([
        "ENVI", f"description = {{{one.name}}}", f"samples = {facts['width']}", f"lines = {facts['height']}",
        f"bands = {len(bands)}", "data type = 12", "interleave = bsq", "data ignore value = 0",
        f"reflectance scale factor = {one.recipe.full_scale}", "wavelength units = Nanometers",
        f"band names = {{{', '.join(name for name, _, _ in bands)}}}",
        f"wavelength = {{{', '.join(f'{value:g}' for _, value, _ in bands)}}}",
        f"fwhm = {{{', '.join(f'{width:g}' for _, _, width in bands)}}}",
        f"bbl = {{{', '.join('0' if is_bad(value) else '1' for _, value, _ in bands)}}}", ""])


def _metadata(one: Product, facts: dict[str, Any]) -> str:
    found = {"id": one.item["id"], "acquired": one.item["properties"]["datetime"], "level": one.recipe.level,
             "epsg": facts["epsg"], "resolution": facts["resolution"], "cloud_cover": facts["cloud_cover"]}
    lines = [f"  <{name}>{escape(str(value))}</{name}>" for name, value in found.items()]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<product>", *lines, "</product>", ""])


def filler(path: Path, size: int) -> int:
    """A ZIP of about ``size`` bytes of noise, for measurements of downloads."""
    generator = numpy.random.default_rng(7)
    with zipfile.ZipFile(path, "w") as archive, archive.open(
            zipfile.ZipInfo("noise.bin", ZIP_TIME), "w", force_zip64=True) as target:
        for start in range(0, size, 1 << 22):
            target.write(generator.bytes(min(1 << 22, size - start)))
    return path.stat().st_size


gdal.UseExceptions()
