"""A polygon layer that goes to the platform: the parameter, its checks, and the file that is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProperty,
)

from ...core.area_input import INTEREST
from ...core.problems import Problem
from ...providers.work import Work
from ..parameters.area import area_parameter
from ..polygons import kind_problems, source_problems, unfiltered
from ..tables import WGS84
from .common import PicterraAlgorithm

FILE = "polygons.geojson"
ENDINGS = (".geojson", ".json")


def polygon_parameter(name: str, title: str, words: str, purpose: str = INTEREST) -> Any:
    """A polygon layer, which can also be drawn; ``purpose`` is noted with what is drawn."""
    return area_parameter(name, title, purpose=purpose, help=words)


def polygon_problems(
    algorithm: PicterraAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    may_be_empty: bool = False,
) -> Iterator[str]:
    """What is wrong with the layer as a whole. A file that QGIS cannot open, or not as polygons, says itself why."""
    title = algorithm.parameterDefinition(name).description()
    source = algorithm.parameterAsSource(parameters, name, context)
    file = geojson_file(algorithm, parameters, name, context)
    unclear = source is None or not source.sourceCrs().isValid() or bool(list(kind_problems(source, title)))
    if file is not None and unclear:
        from ...core.geometry.words import sentences
        from ...providers.shapes import geojson

        found = geojson.check(file)
        if found:
            yield f"“{title}”: {sentences(found)}"
            return
    yield from source_problems(source, title, may_be_empty=may_be_empty)


def geojson_file(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> Path | None:
    """The GeoJSON file behind the layer, when it is small enough to be looked at in a moment; None when it is something
    else."""
    from ...providers.shapes.geojson import SMALL

    value = parameters.get(name)
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    if not (isinstance(value, str) and os.path.isfile(value)):  # the text may be too long for a name
        layer = algorithm.parameterAsVectorLayer(parameters, name, context) if value else None
        value = layer.source().partition("|")[0] if layer is not None and layer.providerType() == "ogr" else ""
    path = Path(value)
    small = path.suffix.lower() in ENDINGS and os.path.isfile(path) and path.stat().st_size <= SMALL
    return path if small else None


def polygon_file(
    algorithm: PicterraAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    folder: Path,
    work: Work,
    raster_id: str = "",
    may_be_empty: bool = False,
) -> tuple[Path, int]:
    """Write the polygons for sending; gives the file and their number. With a raster they have to lie on it.

    Raises :class:`Problem` that names what is wrong with which feature, before anything is sent.
    """
    from ...core.geometry.export import FeatureExport, export_features
    from ...core.geometry.words import sentences
    from ...providers.shapes import geojson

    with unfiltered(context):
        source = algorithm.parameterAsSource(parameters, name, context)
        if source is None:
            raise QgsProcessingException(algorithm.invalidSourceError(parameters, name))
        file = geojson_file(algorithm, parameters, name, context)
        broken = [] if file is None else geojson.frame_findings(file)
        if source.sourceCrs() != QgsCoordinateReferenceSystem(WGS84):  # QGIS knows the system that the file names
            broken = [one for one in broken if one.problem != "other_crs"]
        if may_be_empty:
            broken = [one for one in broken if one.problem != "no_features"]
        if broken:
            raise Problem(sentences(broken))
        api = algorithm.platform.api.during(work)
        footprint = api.rasters.get(raster_id).get("footprint") if raster_id else None
        wanted = FeatureExport(footprint=footprint, context=context.transformContext(), may_be_empty=may_be_empty)
        target = folder / FILE
        count = export_features(source, target, wanted, cancelled=feedback.isCanceled)
    # Without a raster nothing else tells metres from degrees.
    found = [] if footprint or not count else geojson.check(target)
    if found:
        raise Problem(sentences(found))
    return target, count
