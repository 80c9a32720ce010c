"""Every path of the platform, by the operation id of the contract (``pixel.openapi.yaml``).

Paths are relative to the root of their host: ``PATHS`` to the tenant's API, ``LOGIN`` to the login server, ``SERVICES``
to the ArcGIS server. Their slashes are significant and no redirect helps (notes, section 3). When a request may be
repeated by itself is said row by row: a PUT that says the new state of members is, a PUT that starts or moves something
is not. The storage (``postPresignedForm``, ``putPresignedPart``) is sent to where the answers point and has no path of
ours.
"""

from __future__ import annotations

from ..http.operation import Operation, Repeat, delete, get, patch, post, put

_PROJECT = "projects/{project_id}"
_COLLECTIONS = _PROJECT + "/data_collections/"
_COLLECTION = _COLLECTIONS + "{data_collection_id}"
_IMAGE = _COLLECTION + "/images/{image_id}"
_RASTER = _COLLECTION + "/rasters/{raster_id}"
_OPTIMIZED = _COLLECTION + "/rasters/optimized/"
_CLOUDS = _COLLECTION + "/point_clouds/"
_CLOUD = _CLOUDS + "{point_cloud_id}"
_UPLOADS = _COLLECTION + "/upload_jobs/"
_HARVESTS = _COLLECTION + "/harvest_services/"
_HARVEST = _HARVESTS + "{service_id}"
_ARCGIS = "arcgis_services/{service_type}/"
_ANALYSES = "analysis/services/"
_ANALYSIS = _ANALYSES + "{service_id}"
_TASKS = _ANALYSIS + "/tasks/"
_TASK = _TASKS + "{task_id}"

_READ = Repeat.SAFE
"""A POST that only asks."""


def _act(path: str) -> Operation:
    """A PUT that starts or moves something: doing it twice may be refused, or done twice."""
    return Operation("PUT", path, Repeat.WHEN_THROTTLED)


PATHS: dict[str, Operation] = {
    # users and plugins (sections 2, 13, 17); an account that is created twice is refused
    "getMe": get("users/me"),
    "createOidcUser": post("users/oidc/"),
    "updateOidcUser": put("users/oidc/{user_id}/"),
    "listPlugins": get("plugins/"),
    # projects (6, 12)
    "listProjects": get("projects/"),
    "createProject": post("projects/"),
    "listDeletedProjects": get("projects/deleted"),
    "getProject": get(_PROJECT),
    "updateProject": put(_PROJECT),
    "deleteProject": delete(_PROJECT),
    "restoreProject": post(_PROJECT + "/restore"),
    "moveProject": _act(_PROJECT + "/move"),
    # data collections (7, 12)
    "listDataCollections": get(_COLLECTIONS),
    "createDataCollection": post(_COLLECTIONS),
    "listDeletedDataCollections": get(_COLLECTIONS + "deleted"),
    "getDataCollection": get(_COLLECTION),
    "updateDataCollection": put(_COLLECTION),
    "deleteDataCollection": delete(_COLLECTION),
    "restoreDataCollection": post(_COLLECTION + "/restore"),
    "moveDataCollection": _act(_COLLECTION + "/move"),
    # images (8)
    "listImages": get(_COLLECTION + "/images/"),
    "getImage": get(_IMAGE),
    "updateImage": put(_IMAGE),
    "deleteImage": delete(_IMAGE),
    "getImageMetadata": get(_IMAGE + "/metadata"),
    "moveImage": _act(_IMAGE + "/move"),
    # rasters (8)
    "listRasters": get(_COLLECTION + "/rasters/"),
    "getRaster": get(_RASTER),
    "updateRaster": put(_RASTER),
    "deleteRaster": delete(_RASTER),
    "moveRaster": _act(_RASTER + "/move"),
    # optimised rasters (14); registering twice gives the same (ASSUMED A21), so flows look first
    "listOptimizedRasters": get(_OPTIMIZED),
    "createOptimizedRasters": post(_OPTIMIZED),
    "runOptimizedRasters": post(_OPTIMIZED + "run"),
    "deleteOptimizedRasters": delete(_RASTER + "/optimized"),
    # uploads (9): one that was told to be finished is on its way, so flows look first
    "listUploadJobs": get(_UPLOADS),
    "createUploadJobs": post(_UPLOADS),
    "createMultipartUploadJobs": post(_UPLOADS + "multipart"),
    "uploadFinished": _act(_UPLOADS + "{upload_job_id}/uploadFinished"),
    "multipleUploadFinished": _act(_UPLOADS + "multiple_uploadFinished"),
    "getJob": get("jobs/{job_id}"),
    "getJobGroup": get("jobs/groups/{group_id}"),
    # attachments (15); who owns them is in the query
    "listAttachments": get("attachments/"),
    "createAttachments": post("attachments/"),
    "deleteAttachment": delete("attachments/"),
    "updateAttachment": put("attachments/update"),
    "moveAttachment": _act("attachments/move"),
    # search (11)
    "searchInfo": get("search/info"),
    "search": post("search/", _READ),
    # harvest services (16.1); a change lists operations, of which a second one may be refused
    "listHarvestServices": get(_HARVESTS),
    "createHarvestService": post(_HARVESTS),
    "getHarvestService": get(_HARVEST),
    "updateHarvestService": _act(_HARVEST),
    "deleteHarvestService": delete(_HARVEST),
    "listHarvestTasks": get(_HARVEST + "/", assumed="A23"),
    "startHarvestService": post(_HARVEST + "/start"),
    "stopHarvestService": post(_HARVEST + "/stop"),
    # ArcGIS services (16.2); a change says all options
    "listGdoUsers": get("arcgis_services/gdo-users"),
    "listArcgisServices": get(_ARCGIS),
    "createArcgisService": post(_ARCGIS),
    "getArcgisService": get(_ARCGIS + "{service_id}"),
    "updateArcgisService": put(_ARCGIS + "{service_id}"),
    "deleteArcgisService": delete(_ARCGIS + "{service_id}"),
    "startArcgisService": _act(_ARCGIS + "{service_id}/start"),
    "stopArcgisService": _act(_ARCGIS + "{service_id}/stop"),
    "refreshArcgisService": _act(_ARCGIS + "{service_id}/refresh"),
    # point clouds (8, 17); moved by POST
    "listPointClouds": get(_CLOUDS),
    "getPointCloud": get(_CLOUD),
    "updatePointCloud": put(_CLOUD),
    "deletePointCloud": delete(_CLOUD),
    "movePointCloud": post(_CLOUD + "/move"),
    "listOptimizedPointClouds": get(_CLOUDS + "optimized/"),
    "createOptimizedPointClouds": post(_CLOUDS + "optimized/"),
    "runOptimizedPointClouds": post(_CLOUDS + "optimized/run"),
    "deleteOptimizedPointCloud": delete(_CLOUD + "/optimized"),
    # analysis (17)
    "listAnalysisModules": get("analysis/modules/"),
    "listAnalysisServices": get(_ANALYSES),
    "createAnalysisService": post(_ANALYSES),
    "patchAnalysisService": patch(_ANALYSIS),
    "deleteAnalysisService": delete(_ANALYSIS),
    "listAnalysisTasks": get(_TASKS),
    "createAnalysisTask": post(_TASKS),
    "deleteAnalysisTask": delete(_TASK),
    "runAnalysisTask": post(_TASK + "/run"),
    "revokeAnalysisTask": post(_TASK + "/revoke"),
}
NEW_HARVEST_TASKS = Operation("GET", _HARVEST + "/", Repeat.WHEN_THROTTLED, "A23")
"""``listHarvestTasks`` with ``get_new``: each task is handed out once, so a lost answer must not be asked for again."""

LOGIN: dict[str, Operation] = {
    # section 2; sent by providers/http/grants.py with the secrets in its form
    "getToken": post("realms/{realm}/protocol/openid-connect/token", _READ),
}

SERVICES: dict[str, Operation] = {
    # section 16.2; a form with the secrets of a GDO user
    "generateArcgisToken": post("arcgis/tokens/generateToken", _READ),
}
