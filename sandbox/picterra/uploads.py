"""Work on uploaded GeoJSON, run in worker processes: a file that cannot be used ends its job with a sentence (A19)."""

from __future__ import annotations

from pathlib import Path

from ..jobs import WorkFailed
from . import layer_files
from .layer_files import LayerFile
from .records import Polygons


def check_polygons(source: Path, target: Path, what: str) -> Polygons:
    """Check an uploaded file and move it to its place."""
    from .work import geojson

    report = geojson.check(source)
    if not report.valid:
        raise WorkFailed(f"The {what} cannot be used. {report.message}")
    source.replace(target)
    return Polygons(target, report.polygons)


def read_layer(source: Path, target: Path, per_part: int) -> LayerFile:
    """Check an uploaded layer and rewrite it to its place."""
    from .work import geojson

    report = geojson.check(source)
    if not report.valid:
        raise WorkFailed(f"The vector layer cannot be used. {report.message}")
    return layer_files.normalise(source, target, per_part)
