"""Every path of the platform, by the operation id of the contract (``picterra.openapi.yaml``).

Paths are relative to the API root. When a request may be repeated by itself is said row by row; the reasons are in
``docs/architecture.md``, "Repeats". The two storage operations ``putBlob`` and ``getBlob`` have no path of ours: their
addresses are handed out signed, and the transfer engine uses them byte for byte (notes, section 8).
"""

from __future__ import annotations

from ..http.operation import Operation, Repeat, delete, get, post, put

_SLOT = Repeat.SAFE
"""A slot that nobody uses is nothing. Not so for a raster's slot, which makes a record."""

PATHS: dict[str, Operation] = {
    # account (section 9.11; client 4.0.0, alpha and beta)
    "getUserInfo": get("users/me/"),
    "getGrants": get("authorization/grants/{kind}/{resource_id}/"),
    "setGrants": post("authorization/grants/{kind}/{resource_id}/", Repeat.SAFE),
    # rasters (9.1, 9.2, 9.10)
    "listRasters": get("rasters/"),
    "startRasterUpload": post("rasters/upload/file/"),
    "commitRaster": post("rasters/{raster_id}/commit/"),
    "getRaster": get("rasters/{raster_id}/"),
    "editRaster": put("rasters/{raster_id}/"),
    "deleteRaster": delete("rasters/{raster_id}/"),
    "getRasterDownloadUrl": get("rasters/{raster_id}/download/"),
    "startRasterImport": post("rasters/import/", _SLOT),
    "commitRasterImport": post("rasters/import/{upload_id}/commit/", Repeat.ONLY_RATE_LIMITED),
    # detection areas (9.3)
    "startDetectionAreasUpload": post("rasters/{raster_id}/detection_areas/upload/file/", _SLOT),
    "commitDetectionAreasUpload": post("rasters/{raster_id}/detection_areas/upload/{upload_id}/commit/"),
    "getDetectionAreasUpload": get("rasters/{raster_id}/detection_areas/upload/{upload_id}/"),
    "deleteDetectionAreas": delete("rasters/{raster_id}/detection_areas/"),
    # markers (9.9)
    "listRasterMarkers": get("rasters/{raster_id}/markers/"),
    "createRasterMarker": post("rasters/{raster_id}/markers/"),
    "createDetectorMarker": post("detectors/{detector_id}/training_rasters/{raster_id}/markers/"),
    # vector layers (9.7, 9.8); the upload routes take the id of the raster (quirk 2)
    "listRasterVectorLayers": get("rasters/{raster_id}/vector_layers/"),
    "startVectorLayerUpload": post("vector_layers/{raster_id}/upload/", _SLOT),
    "commitVectorLayerUpload": post("vector_layers/{raster_id}/upload/{upload_id}/commit/"),
    "getVectorLayer": get("vector_layers/{vector_layer_id}/"),
    "editVectorLayer": put("vector_layers/{vector_layer_id}/"),
    "deleteVectorLayer": delete("vector_layers/{vector_layer_id}/"),
    "startVectorLayerDownload": post("vector_layers/{vector_layer_id}/download/", Repeat.SAFE),
    # folders (9.11)
    "listFolders": get("folders/"),
    "createFolder": post("folders/"),
    "getFolder": get("folders/{folder_id}/"),
    "listFolderDetectors": get("folders/{folder_id}/detectors/"),
    # detectors (9.4, 9.5, 9.6)
    "listDetectors": get("detectors/"),
    "createDetector": post("detectors/"),
    "getDetector": get("detectors/{detector_id}/"),
    "editDetector": put("detectors/{detector_id}/"),
    "deleteDetector": delete("detectors/{detector_id}/"),
    "runDetector": post("detectors/{detector_id}/run/", Repeat.NEVER),
    "trainDetector": post("detectors/{detector_id}/train/", Repeat.NEVER),
    "runDatasetRecommendation": post("detectors/{detector_id}/dataset_recommendation/", Repeat.NEVER),
    "listDetectorRasters": get("detectors/{detector_id}/training_rasters/"),
    "addRasterToDetector": post("detectors/{detector_id}/training_rasters/", Repeat.SAFE, assumed="A38"),
    "startAnnotationsUpload": post(
        "detectors/{detector_id}/training_rasters/{raster_id}/{annotation_type}/upload/bulk/", _SLOT
    ),
    "commitAnnotationsUpload": post(
        "detectors/{detector_id}/training_rasters/{raster_id}/{annotation_type}/upload/bulk/{upload_id}/commit/"
    ),
    # advanced tools (section 14: withdrawn; which ids exist is not known)
    "runAdvancedTool": post("advanced_tools/{tool_id}/run/", Repeat.NEVER, assumed="A40"),
    # operations (section 7)
    "getOperation": get("operations/{operation_id}/"),
}
