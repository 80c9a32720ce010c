"""PIX4D cloud: one algorithm per thing that a user would ask the platform for.

To add algorithms, write a module beside this one with classes of :class:`.common.Pix4dAlgorithm` (``called``, ``kind``;
see ``drive.py``) and put these into the list below, in the order of the toolbox. Choices of projects,
sites, folders and organizations are declared by the functions of ``common``. What an algorithm changes in the Hub's
tree is told in ``ui/pix4d/nodes.py``, ``CHANGES``.

``projects`` holds what is done with a project as such (create it empty, edit, delete); what brings photos into one is a
module of its own and takes the parameters of a new project from ``new_project``.
"""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS = (
    # projects
    "project_creation:CreateProject",
    "projects:EditProject",
    "projects:DeleteProject",
    "projects:ListProjects",
    "projects:GetProject",
    # photos
    "photo_places:PhotosToPoints",
    "photo_places:PhotoCoverage",
    "photo_upload:UploadPhotos",
    "photo_packing:PackPhotos",
    "photo_upload:UploadArchive",
    "depth_maps:UploadDepthMaps",
    "photo_upload:UploadExtras",
    "photos:ListPhotos",
    "photos:GetPhoto",
    "photos:PhotoTags",
    "photos:ExcludePhotos",
    "photos:DeletePhotos",
    "photos:DownloadInputs",
    "depth_maps:ListDepthMaps",
    "depth_maps:DeleteDepthMaps",
    "depth_maps:ListExtras",
    # control points
    "gcps:RegisterGcps",
    "gcps:ListGcps",
    "gcps:ChangeGcps",
    "gcp_editing:EditGcp",
    "gcp_editing:DeleteGcps",
    "mtps:RegisterMtps",
    "mtps:ListMtps",
    "mtps:EditMtp",
    "mtps:DeleteMtps",
    "marks:RegisterMarks",
    "marks:ListMarks",
    "marks:MoveMark",
    "marks:DeleteMarks",
    "mark_changes:ChangeMarks",
    # processing
    "systems:CheckCrs",
    "systems:ValidateWkt",
    "regions:SetRegion",
    "regions:GetRegion",
    "regions:ResetRegion",
    "options:SetOptions",
    "options:GetOptions",
    "processing:StartProcessing",
    "processing:FollowProcessing",
    "unused_photos:ListUnusedPhotos",
    # results
    "results_list:ListOutputs",
    "results_map:AddOutput",
    "sites_over_time:AddSite",
    "results_download:DownloadOutput",
    "results_download:DownloadResults",
    "results_download:DownloadOutputsArchive",
    "outputs_register:RegisterOutput",
    "outputs_register:RegisterOutputs",
    "outputs_register:DeleteOutputs",
    # volumes
    "volumes:MeasureVolumes",
    # annotations
    "annotations:GetAnnotations",
    "annotation_push:PushAnnotations",
    "annotation_removal:DeleteAnnotations",
    "annotation_removal:DeleteAllAnnotations",
    # sites and drive
    "drive:ListDrive",
    "drive:GetDrivePath",
    "drive:MoveInDrive",
    "folders:CreateFolder",
    "folders:RenameFolder",
    "folders:DeleteFolder",
    "sites:CreateSite",
    "sites:EditSite",
    "sites:DeleteSite",
    "sites:ListSites",
    "sites:GetSite",
    "storage:CheckStorage",
    # sharing and access
    "sharing:CreateShareLink",
    "sharing:ListShareLinks",
    "embedding:WriteShareLink",
    "sharing:EditShareLink",
    "sharing:SwitchShareLinks",
    "sharing:DeleteShareLink",
    "embedding:CheckEmbedding",
    "access:ListAccess",
    "access:GetAccess",
    "access:InviteUsers",
    "access:RemoveAccess",
    "account:GetUser",
)
