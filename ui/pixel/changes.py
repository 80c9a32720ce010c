"""Below which kinds of entries an algorithm of Geodata Pixel changes something: the tree is read anew there."""

from __future__ import annotations

_PROJECTS = ("projects", "project")
_COLLECTIONS = ("project",)
_ITEMS = ("images", "rasters", "point_clouds")
_UPLOADS = (*_ITEMS, "upload_jobs")
_COPIES = ("optimized_rasters", "optimized_clouds")

CHANGES: dict[str, tuple[str, ...]] = {
    "pixel_createproject": _PROJECTS,
    "pixel_editproject": _PROJECTS,
    "pixel_moveprojects": _PROJECTS,
    "pixel_deleteprojects": (*_PROJECTS, "deleted_projects"),
    "pixel_restoreprojects": (*_PROJECTS, "deleted_projects"),
    "pixel_createcollection": _COLLECTIONS,
    "pixel_editcollection": _COLLECTIONS,
    "pixel_movecollections": _COLLECTIONS,
    "pixel_deletecollections": (*_COLLECTIONS, "deleted_collections"),
    "pixel_restorecollections": (*_COLLECTIONS, "deleted_collections"),
    "pixel_uploadimages": _UPLOADS,
    "pixel_uploadrasters": _UPLOADS,
    "pixel_uploadpointclouds": _UPLOADS,
    "pixel_retryuploads": _UPLOADS,
    "pixel_pushmetadata": _ITEMS,
    "pixel_editimage": _ITEMS,
    "pixel_editraster": _ITEMS,
    "pixel_editpointcloud": _ITEMS,
    "pixel_moveimages": _ITEMS,
    "pixel_moverasters": _ITEMS,
    "pixel_movepointclouds": _ITEMS,
    "pixel_deleteimages": _ITEMS,
    "pixel_deleterasters": _ITEMS,
    "pixel_deletepointclouds": _ITEMS,
    "pixel_optimiserasters": _COPIES,
    "pixel_optimisepointclouds": _COPIES,
    "pixel_deleteoptimised": _COPIES,
    "pixel_addattachments": ("attachments",),
    "pixel_moveattachment": ("attachments",),
    "pixel_deleteattachment": ("attachments",),
    "pixel_createharvestservice": ("harvests",),
    "pixel_updateharvestservice": ("harvests",),
    "pixel_deleteharvestservice": ("harvests",),
    "pixel_startharvestservice": ("harvests", "harvest", "images"),
    "pixel_stopharvestservice": ("harvests", "harvest", "images"),
    "pixel_createimageservice": ("services",),
    "pixel_createfeatureservice": ("services",),
    "pixel_editimageservice": ("services",),
    "pixel_editfeatureservice": ("services",),
    "pixel_startservice": ("services",),
    "pixel_stopservice": ("services",),
    "pixel_refreshservice": ("services",),
    "pixel_deleteservice": ("services",),
    "pixel_edituser": ("tenant",),
    "pixel_createanalysisservice": ("analyses",),
    "pixel_editanalysisservice": ("analyses",),
    "pixel_deleteanalysisservice": ("analyses",),
    "pixel_createanalysistask": ("analysis_service",),
    "pixel_runanalysistask": ("analysis_service",),
    "pixel_revokeanalysistask": ("analysis_service",),
    "pixel_deleteanalysistask": ("analysis_service",),
}
