"""Areas that are asked about or ordered: polygons of a layer in longitude and latitude."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsGeometry, QgsProcessingContext

from ...core.problems import Problem
from ...core.translation import tr
from ..parameters.area import area_parameter, polygon_parameter
from ..parameters.plain import advanced, given, helped
from ..platform_algorithm import PlatformAlgorithm
from ..polygons import source_problems, unfiltered

AREA, AREA_TEXT = "AREA", "AREA_TEXT"


def declare_area(algorithm: PlatformAlgorithm, words: str, optional: bool = True, as_text: bool = True) -> None:
    """Declare ``AREA``, drawn or a layer, and the same as a text for models and scripts."""
    algorithm.addParameter(area_parameter(AREA, tr("Area"), optional=optional or as_text, help=words))
    if as_text:
        text = tr("The same as one polygon in text, for models and scripts: CRS=EPSG:4326;POLYGON((...)).")
        algorithm.addParameter(advanced(helped(polygon_parameter(AREA_TEXT, tr("Area as text"), optional=True), text)))


def area_problems(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, needed: bool = False
) -> Iterator[str]:
    """What is wrong with the area as it is given."""
    if given(parameters, AREA):
        source = algorithm.parameterAsSource(parameters, AREA, context)
        yield from source_problems(source, algorithm.parameterDefinition(AREA).description())
    text = algorithm.parameterDefinition(AREA_TEXT) is not None and given(parameters, AREA_TEXT)
    if text and algorithm.parameterAsGeometry(parameters, AREA_TEXT, context).isEmpty():
        yield tr("The area as text is no polygon. Give one such as POLYGON((75 14, 76 14, 76 15, 75 14)).")
    if text and given(parameters, AREA):
        yield tr("The area is given twice. Give a layer or a text.")
    if needed and not text and not given(parameters, AREA):
        yield tr("“{parameter}” is empty. Give a value.").format(
            parameter=algorithm.parameterDefinition(AREA).description()
        )


def polygons(
    algorithm: PlatformAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> list[dict[str, Any]]:
    """The polygons, each as GeoJSON in WGS 84; none when no area is given. Raises :class:`Problem` for damaged ones."""
    from ...core.geometry.reproject import to_platform, wgs84
    from ...core.geometry.validity import findings
    from ...core.geometry.words import sentences

    found: list[tuple[QgsGeometry, Any, str]] = []
    if algorithm.parameterDefinition(AREA_TEXT) is not None and given(parameters, AREA_TEXT):
        crs = algorithm.parameterAsGeometryCrs(parameters, AREA_TEXT, context)
        shape = algorithm.parameterAsGeometry(parameters, AREA_TEXT, context)
        found.append((shape, crs if crs.isValid() else wgs84(), "1"))
    elif given(parameters, AREA):
        with unfiltered(context):
            source = algorithm.parameterAsSource(parameters, AREA, context)
            crs = source.sourceCrs()
            found += [(one.geometry(), crs, str(one.id())) for one in source.getFeatures() if one.hasGeometry()]
    wrong = [one for shape, _, name in found for one in findings(shape, name)]
    if wrong:
        raise Problem(sentences(wrong))
    return [plain(to_platform(shape, crs, context.transformContext())) for shape, crs, _ in found]


def plain(shape: dict[str, Any]) -> dict[str, Any]:
    """A polygon of one piece as a Polygon, which is all that some requests take."""
    if shape.get("type") == "MultiPolygon" and len(shape["coordinates"]) == 1:
        return {"type": "Polygon", "coordinates": shape["coordinates"][0]}
    return shape


def together(shapes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """All of them as one shape; None for none."""
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    pieces = []
    for one in shapes:
        pieces += [one["coordinates"]] if one["type"] == "Polygon" else one["coordinates"]
    return {"type": "MultiPolygon", "coordinates": pieces}


def single(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape, which must be one polygon. Raises :class:`Problem`."""
    if shape.get("type") != "Polygon":
        words = tr("The area has {count} pieces, and the platform takes one polygon. Draw one around them.")
        raise Problem(words.format(count=len(shape.get("coordinates") or ())))
    return shape
