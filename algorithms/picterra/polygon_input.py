"""A polygon layer that goes to the platform: the parameter, its checks, and the file that is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)

from ...core.area_input import INTEREST
from ...core.problems import Problem
from ...providers.work import Work
from ..parameters.area import area_parameter
from ..polygons import source_problems, unfiltered
from .common import PicterraAlgorithm

FILE = "polygons.geojson"


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
    """What is wrong with the layer as a whole."""
    title = algorithm.parameterDefinition(name).description()
    source = algorithm.parameterAsSource(parameters, name, context)
    yield from source_problems(source, title, may_be_empty=may_be_empty)


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
