"""Polygons of the platform to one styled layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsVectorLayer,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..own_look import own_look
from ..parameters.plain import file_named

if TYPE_CHECKING:  # QGIS starts without what only a finished download needs
    from ...core.layers import provenance, style

SUFFIXES = (".gpkg", ".fgb")


def layer_outputs(algorithm: QgsProcessingAlgorithm) -> None:
    """Declare what :func:`make_layer` gives."""
    algorithm.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of objects")))
    algorithm.addOutput(QgsProcessingOutputString("CLASS_NAMES", tr("Class names, one to a line")))
    algorithm.addOutput(QgsProcessingOutputString("CLASS_COUNTS", tr("Number of objects of each class")))
    algorithm.addOutput(QgsProcessingOutputNumber("AREA", tr("Area of all objects (square metres)")))


def target_problems(value: Any) -> Iterator[str]:
    """The problem when the layer is to go to a file of another kind. What QGIS names itself is a GeoPackage."""
    file = file_named(value)
    if file is not None and file.suffix.lower() not in SUFFIXES:
        yield tr("The layer cannot be written to {file}. Give a name that ends in .gpkg or .fgb.").format(
            file=file.name
        )


def make_layer(
    classes: Sequence[Any],
    target: Path,
    origin: provenance.Provenance,
    title: str,
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    work: Work,
    captured: str = "",
) -> dict[str, Any]:
    """Convert the files of the classes (``ClassFiles``) and give the declared outputs.

    Style, origin and description are kept in the file (beside it for a FlatGeobuf), so that the layer looks right and
    knows where it came from wherever it is opened, also when ``qgis_process`` made it. ``captured``: when the imagery
    that it was drawn from was.
    """
    from ...core.layers import style
    from ...core.layers.convert import ResultFile, Steering, convert

    files = [ResultFile(path, one.name) for one in classes for path in one.files]
    steering = Steering(lambda fraction: work.progress(fraction, "converting"), feedback.isCanceled)
    made = convert(files, target, steering=steering)
    colors = {one.name: one.color for one in classes}
    styles = [style.ClassStyle(one.name, colors.get(one.name, ""), one.count) for one in made.classes]
    _dress(target, made.layer, styles, origin, title, captured)
    own_look(context, str(target))
    return {
        "COUNT": made.count,
        "CLASS_NAMES": "\n".join(one.name for one in made.classes),
        "CLASS_COUNTS": ",".join(str(one.count) for one in made.classes),
        "AREA": sum(one.area_m2 for one in made.classes),
    }


def _dress(
    target: Path, table: str, styles: Sequence[style.ClassStyle], origin: provenance.Provenance, title: str,
    captured: str,
) -> None:
    """Style, origin and description into the file."""
    from ...core.layers import metadata, provenance, style, time

    database = target.suffix.lower() == ".gpkg"
    layer = QgsVectorLayer(f"{target}|layername={table}" if database else str(target), title, "ogr")
    if not layer.isValid():
        raise Problem(tr("The layer {file} was written but cannot be opened.").format(file=target.name))
    style.style_classes(layer, styles)
    time.set_vector_range(layer, captured)
    provenance.write_layer(layer, origin)
    lines = [f"{role}: {value}" for role, value in origin.ids.items()]
    metadata.describe(layer, metadata.Description(title, "\n".join(lines), ["Picterra"], [origin.created]))
    metadata.save_default(layer)
    if not database:
        layer.saveNamedStyle(str(target.with_suffix(".qml")))
        return
    style.save_default(layer, title)
    del layer  # the file must not be open while GDAL writes its metadata
    provenance.write_file(target, table, origin)
