"""Every path of the platform, by the operation id of the contract (``pix4d.openapi.yaml``).

Paths are relative to the root of their host (notes, section 1): ``PATHS`` to the main API's, ``WEBGIS`` to the
geospatial services', ``EMBED`` to the framed editor's. Those of the first two end with a slash, always (section 3).
When a request may be repeated by itself is said row by row; the reasons are in ``docs/architecture.md``, "Repeats".
Storage (row 80 of section 25) is plain S3 and has no path of ours.
"""

from __future__ import annotations

from ..http.operation import Operation, Repeat, delete, get, patch, post, put

_PROJECTS = "project/api/v3/projects/"
_PROJECT = _PROJECTS + "{project_id}/"
_PHOTO = _PROJECT + "photos/{photo_id}/"
_GROUPS = "project/api/v3/project_groups/"
_TOKENS = "common/api/v3/permission-token/"
_DRIVE = "common/api/v4/drive/"
_NODE = _DRIVE + "{parent_type}/{parent_uuid}/"
_FOLDERS = "common/api/v4/folders/"
_ACCESS = "common/api/v4/access/{resource_type}/{resource_uuid}/"

_READ = Repeat.SAFE
"""A POST that only asks: credentials, a check."""
_REPLACES = Repeat.SAFE
"""A POST that says the whole new state: options are overwritten, an output replaces the one of its type."""

PATHS: dict[str, Operation] = {
    # tokens (section 2); sent by providers/http/grants.py with the secrets in its form
    "getToken": post("oauth2/token/", _READ),
    # projects (7.1, 9)
    "listProjects": get(_PROJECTS),
    "createProject": post(_PROJECTS),
    "getProject": get(_PROJECT),
    "updateProject": patch(_PROJECT),
    "deleteProject": delete(_PROJECT),
    # storage credentials (6)
    "getProjectS3Credentials": get(_PROJECT + "s3_credentials/"),
    "getProjectGroupS3Credentials": get(_GROUPS + "{group_id}/s3_credentials/"),
    "getSeveralS3Credentials": post(_PROJECTS + "s3_credentials/", _READ, assumed="A67"),
    # inputs (7.3, 7.4, 16): that a key registered twice makes one photo is ASSUMED (A18), so flows look first
    "bulkRegisterInputs": post(_PROJECT + "inputs/bulk_register/"),
    "deleteInput": delete(_PROJECT + "inputs/{input_id}/"),
    "getInputsArchive": get(_PROJECT + "inputs/zip/"),
    # extras (7.5), depth data (16)
    "listExtras": get(_PROJECT + "extras/"),
    "registerExtra": post(_PROJECT + "extras/"),
    "listDepthData": get(_PROJECT + "depth_data/", assumed="A50"),
    "deleteDepthData": delete(_PHOTO + "depth_data/", assumed="A50"),
    # photos (16)
    "listPhotos": get(_PROJECT + "photos/"),
    "getPhoto": get(_PHOTO),
    "updatePhoto": patch(_PHOTO),
    "getPhotoExif": get(_PHOTO + "exif/"),
    "getPhotoXmp": get(_PHOTO + "xmp/"),
    # control points (13): registrations are all or nothing and refuse what is there already
    "listGcps": get(_PROJECT + "gcp/"),
    "registerGcps": post(_PROJECT + "gcp/register/"),
    "updateGcp": patch(_PROJECT + "gcp/{gcp_name}/"),
    "deleteGcp": delete(_PROJECT + "gcp/{gcp_name}/"),
    "listMtps": get(_PROJECT + "mtp/"),
    "registerMtps": post(_PROJECT + "mtp/"),
    "updateMtp": patch(_PROJECT + "mtp/{mtp_id}/"),
    "deleteMtp": delete(_PROJECT + "mtp/{mtp_id}/"),
    "listMarks": get(_PROJECT + "mark/"),
    "registerMarks": post(_PROJECT + "mark/register/"),
    "updateMark": patch(_PROJECT + "mark/{mark_id}/"),
    "deleteMark": delete(_PROJECT + "mark/{mark_id}/"),
    # options and processing (7.7, 10); the start is paid for
    "getProcessingOptions": get(_PROJECT + "processing_options/"),
    "setProcessingOptions": post(_PROJECT + "processing_options/", _REPLACES),
    "replaceProcessingOptions": put(_PROJECT + "processing_options/"),
    "patchProcessingOptions": patch(_PROJECT + "processing_options/"),
    "startProcessing": post(_PROJECT + "start_processing/", Repeat.NEVER),
    "validateWkt": post(_PROJECTS + "validate_wkt/", _READ, assumed="A68"),
    # outputs (17)
    "listOutputs": get(_PROJECT + "outputs/"),
    "registerOutput": post(_PROJECT + "outputs/", _REPLACES),
    "bulkRegisterOutputs": post(_PROJECT + "outputs/bulk_register/", _REPLACES, assumed="A52"),
    "getOutput": get(_PROJECT + "outputs/{output_id}/"),
    "deleteOutput": delete(_PROJECT + "outputs/{output_id}/"),
    "getOutputsArchive": get(_PROJECT + "outputs/zip/"),
    # sites (18)
    "listProjectGroups": get(_GROUPS),
    "createProjectGroup": post(_GROUPS),
    "getProjectGroup": get(_GROUPS + "{group_id}/"),
    "updateProjectGroup": patch(_GROUPS + "{group_id}/"),
    "deleteProjectGroup": delete(_GROUPS + "{group_id}/"),
    # account (23)
    "getCurrentUser": get("common/api/v3/me/", assumed="A66"),
    # share tokens (21)
    "listPermissionTokens": get(_TOKENS),
    "createPermissionToken": post(_TOKENS),
    "updatePermissionTokenByTarget": patch(_TOKENS),
    "getPermissionToken": get(_TOKENS + "{token}/"),
    "updatePermissionToken": patch(_TOKENS + "{token}/"),
    "deletePermissionToken": delete(_TOKENS + "{token}/"),
    # drive and folders (19); sources of a move must have the same parent, so a second one may be refused
    "listDrive": get(_NODE),
    "getDrivePath": get(_NODE + "path/"),
    "searchDrive": get(_NODE + "search/"),
    "moveBatch": Operation("PUT", _DRIVE + "move_batch/", Repeat.WHEN_THROTTLED),
    "createFolder": post(_FOLDERS),
    "renameFolder": patch(_FOLDERS + "{folder_uuid}/"),
    "deleteFolder": delete(_FOLDERS + "{folder_uuid}/"),
    # access (22); an invitation sends e-mails
    "listMembers": get(_ACCESS, assumed="A64"),
    "listAssignableRoles": get(_ACCESS + "assignable_roles/", assumed="A64"),
    "getAccessDetail": get(_ACCESS + "details/", assumed="A64"),
    "listInvitations": get(_ACCESS + "invitations/", assumed="A64"),
    "invite": post(_ACCESS + "invitations/", assumed="A64"),
    "removeMembership": delete(_ACCESS + "memberships/{accessrole_uuid}/", assumed="A64"),
}

WEBGIS: dict[str, Operation] = {
    # annotations (20)
    "createAnnotations": post("v1/annotations/"),
    "listAnnotations": get("v1/annotations/"),
    "deleteAnnotations": delete("v1/annotations/"),
    "overwriteAnnotation": put("v1/annotations/{annotation_id}/"),
    "deleteAnnotation": delete("v1/annotations/{annotation_id}/"),
    "deleteAllAnnotations": delete("v1/annotations/all/", assumed="A61"),
    # volumes (15): it changes nothing, but a 504 means that the same request will last too long again
    "computeVolume": post("v1/project/{project_id}/volumes/"),
}
VOLUMES_FALLBACK = post("v1/projects/{project_id}/volumes")
"""How the vendor's demo notebook calls it (section 15)."""

EMBED: dict[str, Operation] = {
    "embedDataset": get("cloud/default/dataset/{dataset_id}"),
    "embedDatasetView": get("cloud/default/dataset/{dataset_id}/{view}"),
    "embedSite": get("cloud/default/site/{site_id}/dataset/{dataset_id}"),
    "embedSiteView": get("cloud/default/site/{site_id}/dataset/{dataset_id}/{view}"),
}
