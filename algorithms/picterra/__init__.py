"""Picterra: one algorithm per thing that a user would ask the platform for."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from . import (
    account,
    detection,
    detectors,
    folders,
    operations,
    pixels,
    raster_reading,
    rasters,
    results,
    training,
    vector_layer_files,
    vector_layers,
)


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
        training.AddRastersToDetector,
        training.ListTrainingRasters,
        training.TrainDetector,
        training.RecommendDataset,
        detection.EstimateCharge,
        detection.RunDetector,
        results.DownloadResult,
        results.DownloadResultFile,
        results.WriteResultAddresses,
        pixels.ResultToPixels,
        operations.GetOperation,
        operations.RunAdvancedTool,
        vector_layers.ListVectorLayers,
        vector_layers.GetVectorLayer,
        vector_layers.EditVectorLayer,
        vector_layers.DeleteVectorLayer,
        vector_layer_files.DownloadVectorLayer,
        account.GetUser,
        account.GetGrants,
        account.SetGrants,
    ]
