"""Picterra: one algorithm per thing that a user would ask the platform for."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from . import (
    account,
    annotation_upload,
    detection,
    detection_areas,
    detectors,
    folders,
    markers,
    operations,
    pixels,
    polygon_uploads,
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
        polygon_uploads.ImportRaster,
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
        annotation_upload.SetAnnotations,
        training.TrainDetector,
        training.RecommendDataset,
        detection_areas.SetDetectionAreas,
        detection_areas.RemoveDetectionAreas,
        detection_areas.GetDetectionAreasUpload,
        detection.EstimateCharge,
        detection.RunDetector,
        results.DownloadResult,
        results.DownloadResultFile,
        results.WriteResultAddresses,
        pixels.ResultToPixels,
        operations.GetOperation,
        operations.RunAdvancedTool,
        polygon_uploads.UploadVectorLayer,
        vector_layers.ListVectorLayers,
        vector_layers.GetVectorLayer,
        vector_layers.EditVectorLayer,
        vector_layers.DeleteVectorLayer,
        vector_layer_files.DownloadVectorLayer,
        markers.ListMarkers,
        markers.CreateMarkers,
        account.GetUser,
        account.GetGrants,
        account.SetGrants,
    ]
