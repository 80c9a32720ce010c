"""Picterra: one algorithm per thing that a user would ask the platform for."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from . import detectors, folders, raster_reading, rasters


def algorithms() -> list[type[QgsProcessingAlgorithm]]:
    """The algorithm classes of this package."""
    return [
        rasters.UploadRaster,
        rasters.UploadRasters,
        rasters.EditRaster,
        rasters.DeleteRaster,
        raster_reading.ListRasters,
        raster_reading.GetRaster,
        raster_reading.DownloadRaster,
        folders.ListFolders,
        folders.CreateFolder,
        folders.GetFolder,
        folders.ListFolderDetectors,
        detectors.CreateDetector,
        detectors.EditDetector,
        detectors.ListDetectors,
        detectors.GetDetector,
        detectors.DeleteDetector,
    ]
