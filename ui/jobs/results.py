"""The layers that a finished job made, and bringing them onto the map once more."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsMapLayer,
    QgsProcessingOutputMapLayer,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputVectorLayer,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ...core.jobs import JobRecord, State
from ...core.problems import Problem
from ...core.translation import tr
from .words import about, algorithm_of

LAYERS = (QgsProcessingOutputMapLayer, QgsProcessingOutputRasterLayer, QgsProcessingOutputVectorLayer)


def layers_of(record: JobRecord) -> list[tuple[str, str, bool]]:
    """Title, source and whether it is a raster, of each layer in a file. Whether the file is there is not looked at."""
    algorithm = algorithm_of(record)
    if algorithm is None or record.state is not State.DONE:
        return []
    found = []
    for output in algorithm.outputDefinitions():
        source = record.results.get(output.name())
        if isinstance(output, LAYERS) and isinstance(source, str) and ("/" in source or "\\" in source):
            found.append((output.description(), source, isinstance(output, QgsProcessingOutputRasterLayer)))
    return found


def add_to_map(record: JobRecord) -> list[QgsMapLayer]:
    """Open the layers, with the style that is kept with them, and put them on top. :class:`Problem` when they are gone.

    Main thread.
    """
    added: list[QgsMapLayer] = []
    for title, source, is_raster in layers_of(record):
        path = Path(source.partition("|")[0])
        if not path.exists():
            words = tr("{file} is no longer there: temporary files go when QGIS ends. Open the job and run it again.")
            raise Problem(words.format(file=path.name))
        name = about(record) or title
        layer = QgsRasterLayer(source, name) if is_raster else QgsVectorLayer(source, name, "ogr")
        if not layer.isValid():
            raise Problem(tr("{file} cannot be opened as a layer.").format(file=path.name))
        QgsProject.instance().addMapLayer(layer)
        added.append(layer)
    return added
