"""Polygons of the platform to one styled layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ...core.layers.convert import ResultFile, Steering, convert
from ...core.translation import tr
from ...providers.work import Work

SUFFIXES = (".gpkg", ".fgb")


def layer_outputs(algorithm: QgsProcessingAlgorithm) -> None:
    """Declare what :func:`make_layer` gives."""
    algorithm.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of objects")))
    algorithm.addOutput(QgsProcessingOutputString("CLASS_NAMES", tr("Class names, one to a line")))
    algorithm.addOutput(QgsProcessingOutputString("CLASS_COUNTS", tr("Number of objects of each class")))
    algorithm.addOutput(QgsProcessingOutputNumber("AREA", tr("Area of all objects (square metres)")))


def target_problems(value: Any) -> Iterator[str]:
    """The problem when the layer is to go to a file of another kind. What QGIS names itself is a GeoPackage."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink.staticValue()
    if not isinstance(value, str) or not value or value in ("TEMPORARY_OUTPUT", "memory:"):
        return
    if Path(value).suffix.lower() not in SUFFIXES:
        yield tr("The layer cannot be written to {file}. Give a name that ends in .gpkg or .fgb.").format(
            file=Path(value).name
        )


def make_layer(
    classes: Sequence[Any], target: Path, feedback: QgsProcessingFeedback, work: Work
) -> dict[str, Any]:
    """Convert the files of the classes (``ClassFiles``) and give the declared outputs."""
    files = [ResultFile(path, one.name) for one in classes for path in one.files]
    steering = Steering(lambda fraction: work.progress(fraction, "converting"), feedback.isCanceled)
    made = convert(files, target, steering=steering)
    return {
        "COUNT": made.count,
        "CLASS_NAMES": "\n".join(one.name for one in made.classes),
        "CLASS_COUNTS": ",".join(str(one.count) for one in made.classes),
        "AREA": sum(one.area_m2 for one in made.classes),
    }
