"""PIX4D cloud: one algorithm per thing that a user would ask the platform for.

To add algorithms, write a module beside this one with classes of :class:`.common.Pix4dAlgorithm` (``called``, ``kind``;
see ``drive.py``), import it here and put its classes into the list below, in the order of the toolbox. Choices of
projects, sites, folders and organizations are declared by the functions of ``common``. What an algorithm changes in the
Hub's tree is told in ``ui/pix4d/nodes.py``, ``CHANGES``.

``projects`` holds what is done with a project as such (create it empty, edit, delete); what brings photos into one is a
module of its own and takes the parameters of a new project from ``new_project``.
"""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from . import (
    account,
    depth_maps,
    mark_changes,
    photo_packing,
    photo_places,
    photo_upload,
    photos,
    project_creation,
)


def algorithms() -> list[type[QgsProcessingAlgorithm]]:
    """The algorithm classes of this package."""
    return [
        # projects
        project_creation.CreateProject,
        # photos
        photo_places.PhotosToPoints,
        photo_places.PhotoCoverage,
        photo_upload.UploadPhotos,
        photo_packing.PackPhotos,
        photo_upload.UploadArchive,
        depth_maps.UploadDepthMaps,
        photo_upload.UploadExtras,
        photos.ListPhotos,
        photos.GetPhoto,
        photos.PhotoTags,
        photos.ExcludePhotos,
        photos.DeletePhotos,
        photos.DownloadInputs,
        depth_maps.ListDepthMaps,
        depth_maps.DeleteDepthMaps,
        depth_maps.ListExtras,
        # control points
        mark_changes.ChangeMarks,
        # sharing and access
        account.GetUser,
    ]
