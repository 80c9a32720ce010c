"""Every path of the platform, by the operation id of the contract (``pixxel.openapi.yaml``).

Paths are relative to the root of the host; singular and plural as the platform has them (notes, section 3.3). What
costs tokens or moves data is never repeated by itself (ASSUMED P06); a POST that only asks may be.
"""

from __future__ import annotations

from ..http.operation import Operation, Repeat, delete, get, patch, post, put

_AOIS = "v0/aois"
_AOI = _AOIS + "/{aoi_id}"
_VISUALIZATIONS = _AOI + "/visualizations"
_VISUALIZATION = _VISUALIZATIONS + "/{visualization_id}"
_INSIGHTS = "v0/aoi/{aoi_id}/insights"
_INSIGHT = _INSIGHTS + "/{insight_id}"
_COLLECTIONS = "v0/archives/collections"
_COLLECTION = _COLLECTIONS + "/{cid}"
_CATALOGS = "v0/catalogs"
_WORKFLOW = "v0/workflows/{workflow_id}"
_JOBS = _WORKFLOW + "/jobs"
_JOB = _JOBS + "/{job_id}"

_READ = Repeat.SAFE
"""A POST that only asks."""
_COSTS = Repeat.NEVER
"""A POST that costs tokens or moves data."""

PATHS: dict[str, Operation] = {
    # the service, projects (sections 1, 6)
    "ping": get("ping"),
    "listProjects": get("v0/projects"),
    "getProject": get("v0/projects/{id}"),
    # scenes (7)
    "listSatellites": get("v0/satellites"),
    "searchImages": post("v0/search", _READ),
    "listCollections": get(_COLLECTIONS),
    "getCollection": get(_COLLECTION),
    "listCollectionItems": get(_COLLECTION + "/items"),
    "getCollectionItem": get(_COLLECTION + "/items/{id}"),
    "searchArchive": post("v0/archives/search", _READ),
    # areas, assets, their bundles (8, 9); the name of an area is unique, so a second one is refused
    "createAoi": post(_AOIS),
    "listAois": get(_AOIS),
    "getAoi": get("v0/aoi/{aoi_id}"),
    "listAssets": get(_AOI + "/assets"),
    "createAoiDownload": post(_AOI + "/downloads"),
    "getAoiDownload": get(_AOI + "/downloads/{download_id}"),
    # indices and visualizations (10, 11)
    "createIndex": post("v0/indices"),
    "listIndices": get("v0/indices"),
    "createVisualization": post(_VISUALIZATIONS),
    "listVisualizations": get(_VISUALIZATIONS),
    "updateLegend": put(_VISUALIZATION + "/metadata"),
    "rollbackLegend": patch(_VISUALIZATION + "/metadata"),
    "renderPng": post(_VISUALIZATION + "/png", _READ),
    "renderSld": post(_VISUALIZATION + "/sld", _READ),
    # the order desk (12)
    "listBandsets": get("v0/bandsets"),
    "listOrders": get("v0/orders"),
    "createOrder": post("v0/orders", _COSTS),
    "getOrder": get("v0/orders/{id}"),
    "listOrderItems": get("v0/order-items"),
    "getOrderItem": get("v0/order-items/{id}"),
    "downloadOrderReport": get("v0/reports"),
    # the catalog, its downloads and deliveries (13)
    "searchCatalogs": post(_CATALOGS + "/search", _READ),
    "getCatalog": get(_CATALOGS + "/{id}"),
    "createCatalogDownload": post(_CATALOGS + "/download"),
    "getCatalogDownload": get(_CATALOGS + "/download/{download_id}"),
    "createDeliveries": post(_CATALOGS + "/deliveries", _COSTS),
    "listDeliveries": get(_CATALOGS + "/deliveries"),
    # stores (14)
    "listStores": get("v0/stores"),
    "createStore": post("v0/stores"),
    "deleteStore": delete("v0/stores/{id}"),
    # blocks and insights (16)
    "listBlocks": get("v0/blocks"),
    "listInsightBlocks": get("v0/blocks/insights", "P19"),
    "listWorkflowBlocks": get("v0/blocks/workflows", "P19"),
    "listBlockVersions": get("v0/blocks/{name}"),
    "getBlockVersion": get("v0/blocks/{name}/versions/{version}"),
    "createInsight": post(_INSIGHTS, _COSTS),
    "listInsights": get(_INSIGHTS),
    "downloadInsight": put(_INSIGHT + "/download"),
    "deleteInsight": delete(_INSIGHT),
    # workflows, jobs, tasks (17)
    "listWorkflows": get("v0/workflows"),
    "getWorkflow": get(_WORKFLOW),
    "estimateWorkflow": get(_WORKFLOW + "/estimate"),
    "createJob": post(_JOBS, _COSTS),
    "listJobs": get(_JOBS),
    "getJob": get(_JOB),
    "downloadJob": put(_JOB + "/download"),
    "downloadTask": put(_JOB + "/tasks/{task_id}/download"),
}
