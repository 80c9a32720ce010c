"""Parameters for the documented properties of products, bands and images: one for each, checked by the rules of
``providers.descarteslabs.properties`` before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qgis.core import QgsGeometry, QgsProcessingContext

from ...core.choices import Choice
from ...core.translation import tr
from ...providers.descarteslabs import present, properties
from ...providers.descarteslabs.properties import Rule
from ..parameters import choice_parameter, split_ids
from ..parameters.plain import absent, advanced, choice, given, helped, moment, number, string
from .common import CatalogAlgorithm

#: Those that most people need; the others are among the advanced ones.
FIRST = {
    "product": ("title", "description", "read", "writers", "start_datetime", "end_datetime", "resolution", "sensor"),
    "band": ("srcband", "dtype", "data_range", "type", "nodata", "default_range", "color", "colormap_name",
             "resolution", "resolution_unit", "wavelength_center", "wavelength_unit"),
    "image": ("acquired", "sat_id", "cloud_fraction", "geometry", "extra_properties"),
}
EMPTY = "EMPTY"
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
        made = number(key, title, words, max(rule.low, -most), min(rule.high, most), decimals=present.DECIMALS)
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


# ---------------------------------------------------------------------- what is there already
def declare_empty(algorithm: CatalogAlgorithm, kind: str) -> None:
    """Declare which properties a change empties: what is left empty in a form stays as it is."""
    words = tr(
        "The catalog's names of properties that lose what they have, separated by commas, whatever is given for them"
        " beside this: {names}. Others can be emptied by a replacement only."
    ).format(names=", ".join(present.can_be_empty(kind)))
    listers = {"product": empty_of_product, "band": empty_of_band, "image": empty_of_image}
    made = choice_parameter(EMPTY, tr("Properties to empty"), listers[kind], platform=algorithm.platform_key,
                            optional=True, several=True, help=words)
    algorithm.addParameter(made if kind == "product" else advanced(made))


def empty_of_product(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Properties of products that can be emptied; nothing is asked."""
    return _empty("product", search)


def empty_of_band(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The same of bands."""
    return _empty("band", search)


def empty_of_image(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The same of images."""
    return _empty("image", search)


def _empty(kind: str, search: str) -> Iterator[Choice]:
    called = titles()
    for name in present.can_be_empty(kind):
        if search.casefold() in f"{name} {called[name]}".casefold():
            yield Choice(name, called[name], name)


def emptied(kind: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that are to be emptied, as a request says that. Raises ``InputProblem`` for those that cannot."""
    value = parameters.get(EMPTY)
    names = [] if absent(value) else list(value) if isinstance(value, (list, tuple)) else split_ids(str(value))
    return {name: present.empty(kind, name) for name in names}


def as_parameters(kind: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that say an entry as it is now."""
    rules = properties.RULES[kind]
    return {name.upper(): _written(rules[name], value) for name, value in present.as_asked(kind, found).items()}


def _written(rule: Rule, value: Any) -> Any:
    """A property as it stands in its field."""
    if rule.kind == "moment":
        from ...core.layers import time

        return time.local_moment(str(value))
    if rule.kind == "colors":
        return "; ".join(" ".join(map(str, row)) for row in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
