"""Work of a remote import, run in a worker process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..jobs import WorkFailed


def import_area(area: Path, target: Path) -> Any:
    """Check the area of interest, fetch its imagery, and report on the image."""
    from .work import geojson, importing, rasters

    checked = geojson.check(area)
    if not checked.valid:
        raise WorkFailed(f"The area of interest cannot be used. {checked.message}")
    if checked.polygons == 0:
        raise WorkFailed("The area of interest holds no polygon.")
    try:
        importing.render_area(area, target)
    except ValueError as error:
        raise WorkFailed(str(error)) from error
    report = rasters.inspect(target)
    if not report.valid:
        raise WorkFailed(report.message)
    return report
