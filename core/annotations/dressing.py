"""Files of annotations that look right and know where they came from, wherever they are opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

from ...providers.pix4d.project_records import Annotation
from ..layers import metadata, provenance, style, time
from ..layers.gdal_calls import GdalFailed
from ..problems import Problem
from ..translation import tr
from . import files, looks


def make_dressed(
    path: Path,
    records: Iterable[Annotation],
    crs: QgsCoordinateReferenceSystem,
    origins: Mapping[str, provenance.Provenance],
    title: str,
    captured: str = "",
) -> files.Made:
    """As :func:`.files.make`, with style, titles of the columns and description in the file. Not for the main thread.
    ``title`` names the project, ``captured`` is when its photos were taken, where that is known. Raises
    :class:`Problem` where it cannot be written."""
    try:
        made = files.make(path, records, crs, origins)
    except (OSError, GdalFailed) as error:
        raise Problem(
            tr("{file} cannot be written. Look whether its folder is there and the disk has space left, or choose"
               " another place.").format(file=path.name)
        ) from error
    for kind, origin in origins.items():
        words = f"{looks.titles()[kind]} ({title})"
        layer = QgsVectorLayer(f"{path}|layername={kind}", words, "ogr")
        if not layer.isValid():
            raise Problem(tr("The layer {file} was written but cannot be opened.").format(file=path.name))
        looks.dress(layer, kind)
        time.set_vector_range(layer, captured)
        provenance.write_layer(layer, origin)
        lines = [f"{role}: {value}" for role, value in origin.ids.items()]
        metadata.describe(layer, metadata.Description(words, "\n".join(lines), ["PIX4D"], [origin.created]))
        metadata.save_default(layer)
        style.save_default(layer, words)
        del layer  # the file must not be open while the next table is written
    return made
