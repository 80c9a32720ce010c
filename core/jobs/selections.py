"""What was selected in a layer when a job was started with it: a later session has no selection.

The features are kept as a GeoPackage in the profile as long as a job names it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from qgis.core import QgsApplication, QgsProject, QgsVectorFileWriter, QgsVectorLayer

NAME, ENDING = "selections", ".gpkg"
#: More features are not copied while the window waits.
MOST = 5000
#: A file is written before the job that names it.
YOUNG_SECONDS = 3600.0


def folder() -> Path:
    """Where they are kept, in the profile."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / NAME


def keep(layer: QgsVectorLayer) -> str:
    """Write the selected features as they are now; the file's path, empty where they are too many or the disk is full.
    Main thread."""
    if layer.selectedFeatureCount() > MOST:
        return ""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{uuid.uuid4().hex}{ENDING}"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = "selected"
    options.onlySelectedFeatures = True
    options.layerOptions = ["FID=imagery_hub_fid", "SPATIAL_INDEX=NO"]  # a column may be called fid
    context = QgsProject.instance().transformContext()
    done = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), context, options)
    if done[0] != QgsVectorFileWriter.WriterError.NoError:
        path.unlink(missing_ok=True)
        return ""
    return str(path)


def remove_unused(place: Path, named: Callable[[str], bool]) -> None:
    """Remove the files there that no job names."""
    for path in place.glob(f"*{ENDING}"):
        if path.stat().st_mtime < time.time() - YOUNG_SECONDS and not named(path.name):
            path.unlink(missing_ok=True)
