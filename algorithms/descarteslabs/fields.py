"""Parameters for the documented properties of products, bands and images: one for each, checked by the rules of
``providers.descarteslabs.properties`` before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from qgis.core import QgsGeometry, QgsProcessingContext

from ...core.translation import tr
from ...providers.descarteslabs import properties
from ...providers.descarteslabs.properties import Rule
from ..parameters.plain import advanced, choice, given, helped, moment, number, string
from .common import CatalogAlgorithm

#: Those that most people need; the others are among the advanced ones.
FIRST = {
    "product": ("title", "description", "read", "writers", "start_datetime", "end_datetime", "resolution", "sensor"),
    "band": ("srcband", "dtype", "data_range", "type", "nodata", "default_range", "color", "colormap_name",
             "resolution", "resolution_unit", "wavelength_center", "wavelength_unit"),
    "image": ("acquired", "sat_id", "cloud_fraction", "geometry", "extra_properties"),
}
WHOLE = 2**31 - 1
"""What the fields for whole numbers can hold: with a greater bound they hold nothing at all."""
NEEDED = {"product": ("title", "description"), "band": ("srcband", "dtype", "data_range", "type"), "image": ()}


def titles() -> dict[str, str]:
    """What the properties are called; the platform's own names are said in their helps."""
    return {
        "title": tr("Title"), "description": tr("Description"), "read": tr("Who may read"),
        "writers": tr("Who may change"), "owners": tr("Owners"), "start_datetime": tr("Begin"),
        "end_datetime": tr("End"), "resolution": tr("Resolution"), "sensor": tr("Sensor"), "revisit": tr("Revisit"),
        "swath": tr("Swath"), "orbit": tr("Orbit"), "processing_level": tr("Processing level"), "notes": tr("Notes"),
        "spectral_bands": tr("Number of spectral bands"), "native_bands": tr("Names of native bands"),
        "srcband": tr("Number of the band in the file"), "srcfile": tr("Number of the file"),
        "jpx_layer": tr("Layer of JPEG 2000"), "dtype": tr("Data type"), "data_range": tr("Range of values"),
        "type": tr("Type of band"), "nodata": tr("No-data value"), "default_range": tr("Range for showing"),
        "physical_range": tr("Physical range"), "color": tr("Colour"), "colormap_name": tr("Colour map by name"),
        "colormap": tr("Colour map"), "resolution_unit": tr("Unit of the resolution"),
        "wavelength_center": tr("Centre of the wavelength"), "wavelength_fwhm": tr("Width of the wavelength (FWHM)"),
        "wavelength_min": tr("Least wavelength"), "wavelength_max": tr("Greatest wavelength"),
        "wavelength_unit": tr("Unit of the wavelength"), "data_description": tr("What the values are"),
        "data_unit": tr("Unit of the values"), "data_unit_description": tr("What the unit is"),
        "name_common": tr("Common name"), "name_vendor": tr("The vendor's name"),
        "vendor_order": tr("Place in the vendor's order"), "res_factor": tr("Factor of the resolution"),
        "acquired": tr("Acquired"), "sat_id": tr("Satellite"), "cloud_fraction": tr("Share of clouds"),
        "cloud_fraction_0": tr("Share of clouds (data provider)"), "fill_fraction": tr("Share of filled pixels"),
        "geometry": tr("Footprint"), "extra_properties": tr("Extra properties"),
        "absolute_orbit": tr("Absolute orbit"), "archived": tr("Archived"), "area": tr("Area (km²)"),
        "azimuth_angle": tr("Azimuth angle"), "bits_per_pixel": tr("Bits per pixel"),
        "bright_fraction": tr("Share of bright pixels"), "bucket": tr("Bucket"),
        "cirrus_fraction": tr("Share of cirrus"), "cs_code": tr("Code of the reference system"),
        "datastrip_id": tr("Data strip id"), "degraded_fraction_0": tr("Share of degraded pixels"),
        "descartes_version": tr("Version of the processing"), "directory": tr("Directory"),
        "duration": tr("Duration (s)"), "earth_sun_distance": tr("Distance of earth and sun"), "files": tr("Files"),
        "file_md5s": tr("Checksums of the files"), "file_sizes": tr("Sizes of the files"),
        "geotrans": tr("Geotransform"), "identifier": tr("Identifier"), "incidence_angle": tr("Incidence angle"),
        "pass": tr("Pass"), "processed": tr("Processed"), "proj4": tr("PROJ text"), "projcs": tr("Name of the system"),
        "published": tr("Published"), "raster_size": tr("Width and height in pixels"),
        "reflectance_scale": tr("Scale of reflectance"), "relative_orbit": tr("Relative orbit"),
        "roll_angle": tr("Roll angle"), "safe_id": tr("SAFE id"),
        "scan_gap_interpolation": tr("Interpolation of scan gaps"),
    }


def declare_properties(
    algorithm: CatalogAlgorithm, kind: str, needed: bool = True, without: Iterable[str] = ()
) -> None:
    """Declare a parameter for each property; ``needed``: those that must be said are not optional."""
    left_out = set(without)
    for name, rule in properties.RULES[kind].items():
        if name in left_out:
            continue
        parameter = _parameter(name, rule, optional=not (needed and name in NEEDED[kind]))
        algorithm.addParameter(parameter if name in FIRST[kind] else advanced(parameter))


def _parameter(name: str, rule: Rule, optional: bool) -> Any:
    title, key = titles()[name], name.upper()
    words = _words(rule).format(name=name)
    if rule.kind == "moment":
        return helped(moment(key, title), words)
    if rule.kind == "choice":
        made = choice(key, title, words, rule.choices)
    elif rule.kind in ("integer", "number"):
        kind, most = (0, WHOLE) if rule.kind == "integer" else (1, 1.7e308)
        made = number(key, title, words, max(rule.low, -most), min(rule.high, most))
        made.setDataType(type(made.dataType())(kind))
    else:
        made = string(key, title, words, optional=optional)
    if not optional:
        made.setFlags(made.flags() & ~made.Flag.FlagOptional)
    return made


def _words(rule: Rule) -> str:
    return {
        "integer": tr("A whole number, “{name}” of the catalog."),
        "number": tr("A number, “{name}” of the catalog."),
        "moment": tr("Date and time, “{name}” of the catalog."),
        "choice": tr("One of the catalog's words for “{name}”."),
        "texts": tr("Texts separated by commas, “{name}” of the catalog."),
        "places": tr("One text, or one for each file, separated by commas, “{name}” of the catalog."),
        "access": tr("Separated by commas, each with org:, group:, email: or user: first, “{name}” of the catalog."),
        "integers": tr("Whole numbers separated by commas, “{name}” of the catalog."),
        "numbers": tr("Numbers separated by commas, “{name}” of the catalog."),
        "range": tr("Two numbers separated by a comma, the lesser first, “{name}” of the catalog."),
        "colors": tr("Red, green, blue and opacity for each value from 0 on, as in 0 0 0 255; 255 0 0 255, “{name}”."),
        "object": tr("An object of JSON with texts and numbers, “{name}” of the catalog."),
        "shape": tr("GeoJSON or well-known text in longitude and latitude, “{name}” of the catalog."),
    }.get(rule.kind, tr("A text, “{name}” of the catalog."))


def properties_of(
    algorithm: CatalogAlgorithm, kind: str, parameters: dict[str, Any], context: QgsProcessingContext,
    partial: bool = False,
) -> dict[str, Any]:
    """The properties that are given, as a request holds them; ``partial``: the rest is there already. Raises
    ``InputProblem`` for what breaks a rule."""
    found: dict[str, Any] = {}
    for name, rule in properties.RULES[kind].items():
        key = name.upper()
        if algorithm.parameterDefinition(key) is None or not given(parameters, key):
            continue
        found[name] = properties.value_of(rule, name, _given(algorithm, rule, key, parameters, context))
    properties.check(kind, found, partial=partial)
    return found


def _given(
    algorithm: CatalogAlgorithm, rule: Rule, key: str, parameters: dict[str, Any], context: QgsProcessingContext
) -> Any:
    if rule.kind == "moment":
        return algorithm.moment(parameters, key, context)
    if rule.kind in ("integer", "number"):
        return algorithm.parameterAsDouble(parameters, key, context)
    if isinstance(parameters[key], (list, tuple, dict)):
        return parameters[key]
    if rule.kind == "choice":
        chosen = algorithm.parameterAsEnumString(parameters, key, context)
        return chosen or parameters[key]  # QGIS gives nothing for what is not allowed
    text = algorithm.text(parameters, key, context)
    return _geojson(text) if rule.kind == "shape" else text


def _geojson(text: str) -> Any:
    """Well-known text as GeoJSON, which is what the catalog keeps; another text as it is."""
    shape = QgsGeometry.fromWkt(text)
    return text if shape.isNull() else json.loads(shape.asJson(9))


def moments(algorithm: CatalogAlgorithm, kind: str) -> list[str]:
    """The parameters of moments, which QGIS would silently take for not given."""
    return [
        name.upper() for name, rule in properties.RULES[kind].items()
        if rule.kind == "moment" and algorithm.parameterDefinition(name.upper()) is not None
    ]
