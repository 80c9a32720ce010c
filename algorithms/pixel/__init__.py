"""Geodata Pixel: one algorithm per thing that a user would ask the platform for.

To add algorithms, write a module beside this one with classes of :class:`.common.PixelAlgorithm` (``called``, ``kind``;
see ``projects.py``) and put these into the list below, in the order of the toolbox. Choices of projects and data
collections are declared by the functions of ``common``, which says how both are named. What an algorithm changes in the
Hub's tree is told in ``ui/pixel/nodes.py``, ``CHANGES``.
"""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS: tuple[str, ...] = (
    # projects
    "projects:CreateProject",
    "projects:EditProject",
    "removal:MoveProjects",
    "removal:DeleteProjects",
    "removal:RestoreProjects",
    "projects:ListProjects",
    "removal:ListDeleted",
    "projects:GetProject",
    # data collections
    "collections:CreateCollection",
    "collections:EditCollection",
    "removal:MoveCollections",
    "removal:DeleteCollections",
    "removal:RestoreCollections",
    "collections:ListCollections",
    "removal:ListDeletedCollections",
    "collections:GetCollection",
    # uploads
    "upload_checks:CheckRasters",
    "raster_fitting:FitRasters",
    "uploads:UploadRasters",
    "image_checks:CheckImages",
    "uploads:UploadImages",
    "uploads:UploadPointClouds",
    "upload_jobs:RetryUploads",
    "upload_jobs:ListUploadJobs",
    # images and rasters
    "item_layers:ImagesToLayer",
    "item_layers:RastersToLayer",
    "raster_map:AddRaster",
    "metadata_push:PushMetadata",
    "item_edit:EditImage",
    "item_edit:EditRaster",
    "item_edit:EditPointCloud",
    "item_removal:MoveImages",
    "item_removal:MoveRasters",
    "item_removal:MovePointClouds",
    "item_removal:DeleteImages",
    "item_removal:DeleteRasters",
    "item_removal:DeletePointClouds",
    "downloads:DownloadFiles",
    "item_reading:ImageMetadata",
    "item_reading:ListPointClouds",
    "item_reading:GetImage",
    "item_reading:GetRaster",
    "item_reading:GetPointCloud",
    # search
    "search:Search",
    "search:SearchInfo",
    # optimisation
    "optimisation:OptimiseRasters",
    "optimisation:OptimisePointClouds",
    "optimised:ListOptimised",
    "optimised:DeleteOptimised",
    # attachments
    "attachments:AddAttachments",
    "attachments:MoveAttachment",
    "attachments:DownloadAttachments",
    "attachments:ListAttachments",
    "attachments:DeleteAttachment",
    # harvest services
    "harvest:CreateHarvestService",
    "harvest:UpdateHarvestService",
    "harvest_runs:StartHarvestService",
    "harvest_runs:StopHarvestService",
    "harvest_runs:ListHarvestTasks",
    "harvest:ListHarvestServices",
    "harvest:GetHarvestService",
    "harvest:DeleteHarvestService",
    "harvest_runs:ListSourceFields",
    # ArcGIS services
    "service_creation:CreateImageService",
    "service_creation:CreateFeatureService",
    "service_creation:EditImageService",
    "service_creation:EditFeatureService",
    "service_running:StartService",
    "service_running:StopService",
    "service_running:RefreshService",
    "service_map:AddService",
    "services:ListServices",
    "services:ListGdoUsers",
    "services:GetService",
    "service_running:DeleteService",
    # analysis
    "analysis:CreateAnalysisService",
    "analysis:EditAnalysisService",
    "analysis:ListAnalysisModules",
    "analysis:ListAnalysisServices",
    "analysis:DeleteAnalysisService",
    "analysis_tasks:CreateAnalysisTask",
    "analysis_tasks:RunAnalysisTask",
    "analysis_tasks:RevokeAnalysisTask",
    "analysis_tasks:ListAnalysisTasks",
    "analysis_tasks:DeleteAnalysisTask",
    # users
    "users:GetUser",
    "users:ListPlugins",
    "users:CreateUser",
    "users:EditUser",
)
