"""Answers of the platform, and what it is told. Every member of an answer may be missing; those marked ASSUMED in the
contract have no source (notes, section 19). What is about services and analysis is in :mod:`.service_records`.

Members that are sent and left out stay as they are: nothing is ever sent as null, but values of ``json_metadata``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, Union

ROLES = ("viewer", "creator", "superuser")
RESOURCE_TYPES = ("project", "data_collection", "image")
ATTACHMENT_STATES = ("Pending", "Completed")
PIXEL_STATES = ("pending", "submitted", "in_progress", "completed", "failed")
"""Harvest tasks and optimised items (section 3)."""
UPLOAD_STATES = ("lobby", "submitted", "validating", "validated", "validated_and_moved")
UPLOADED = "validated_and_moved"
"""The only state of an upload job that is a success; what is not in ``UPLOAD_STATES`` is a failure."""
ROOT = "-1"
"""The parent of projects that are in none, for ``moveProject``."""
DAYS_TO_RESTORE = 60
"""How long a deleted project or data collection can be restored (section 12)."""

MetadataValue = Union[str, float, int, None]
JsonMetadata = Mapping[str, MetadataValue]


class User(TypedDict, total=False):
    """``user_type`` is one of ``ROLES``; members but ``username`` and ``email`` are ASSUMED."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    user_type: str
    enabled: bool
    projects: list[Project]


class NewUser(TypedDict, total=False):
    """All mandatory but ``enabled``."""

    first_name: str
    last_name: str
    email: str
    password: str
    enabled: bool
    user_type: str


class UserChanges(TypedDict, total=False):
    first_name: str
    last_name: str
    password: str
    enabled: bool
    user_type: str


class Plugin(TypedDict, total=False):
    """Without ``enabled`` it counts as on (ASSUMED A20)."""

    name: str
    description: str
    enabled: bool


class Project(TypedDict, total=False):
    """``data_collections`` and ``child_projects`` (ASSUMED A6) with ``extended`` only; ``area_of_interest`` is GeoJSON,
    WGS 84."""

    id: int
    name: str
    description: str
    area_of_interest: Mapping[str, object]
    parent_project_id: int | None
    tags: list[str]
    created_at: str
    updated_at: str | None
    deleted_at: str | None
    data_collections: list[Collection]
    child_projects: list[Project]


class NewProject(TypedDict, total=False):
    """``name``, ``description`` and ``area_of_interest`` are mandatory."""

    name: str
    description: str
    area_of_interest: Mapping[str, object]
    parent_project_id: str | int
    tags: list[str]


class ProjectChanges(TypedDict, total=False):
    name: str
    description: str
    area_of_interest: Mapping[str, object]
    add_tags: list[str]
    remove_tags: list[str]


class RasterInfo(TypedDict, total=False):
    """Rules for each raster of a collection; ``cell_size``: width and height in units of the coordinate system."""

    format: str
    data_type: str
    num_bands: int
    srid: int
    cell_size: list[float]


class Collection(TypedDict, total=False):
    """``data_collection_type`` is one of ``raster_rules.COLLECTION_TYPES``."""

    id: int
    name: str
    description: str
    data_collection_type: str
    project_id: int
    tags: list[str]
    raster_info: RasterInfo | None
    created_at: str
    updated_at: str | None
    deleted_at: str | None


class NewCollection(TypedDict, total=False):
    """``name``, ``description`` and ``data_collection_type`` are mandatory; ``raster_info`` by the rules of section
    7."""

    name: str
    description: str
    data_collection_type: str
    tags: list[str]
    raster_info: RasterInfo


class CollectionChanges(TypedDict, total=False):
    name: str
    description: str
    add_tags: list[str]
    remove_tags: list[str]


class ListFilters(TypedDict, total=False):
    """Common filters of lists (section 4; their meaning is ASSUMED, A3)."""

    extended: bool
    name: str
    ids: Sequence[str | int]
    tags: Sequence[str]


class CollectionFilters(ListFilters, total=False):
    data_collection_type: str


class RasterFilters(ListFilters, total=False):
    format: str


class CloudFilters(ListFilters, total=False):
    """``status`` for optimised ones only."""

    format: str
    point_record_format: int
    version_major: int
    version_minor: int
    status: str


class Fields(TypedDict, total=False):
    """What can be said of an image (all), a raster or a point cloud (``name``, ``capture_date``). ``fields_type``:
    ``image``, ``raster`` or ``point_cloud``, must be sent. Angles in degrees, distances in metres."""

    fields_type: str
    name: str
    location: Mapping[str, object]
    capture_date: str
    image_type: str
    cam_heading: float
    cam_pitch: float
    cam_roll: float
    hfov: float
    vfov: float
    far_dist: float
    near_dist: float
    cam_height: float
    img_rotation: float
    cam_orientation: str
    focal_length: float
    radial: str


class ItemChanges(TypedDict, total=False):
    """Changes of an image, a raster or a point cloud; ``json_metadata`` is merged key by key (ASSUMED A8)."""

    add_tags: list[str]
    remove_tags: list[str]
    json_metadata: JsonMetadata
    fields: Fields


class _Item(TypedDict, total=False):
    id: int
    name: str
    data_collection_id: int
    project_id: int
    tags: list[str]
    json_metadata: JsonMetadata
    capture_date: str | None
    file_name: str
    file_size: int
    download_url: str | None
    created_at: str
    updated_at: str | None


class Image(_Item, total=False):
    """``location`` is a GeoJSON point."""

    location: Mapping[str, object]
    image_type: str | None


class ImageMetadata(TypedDict, total=False):
    """ASSUMED (A9)."""

    image_id: int
    cam_heading: float | None
    cam_pitch: float | None
    cam_roll: float | None
    hfov: float | None
    vfov: float | None
    far_dist: float | None
    near_dist: float | None
    cam_height: float | None
    img_rotation: float | None
    cam_orientation: str | None
    focal_length: float | None
    radial: str | None
    exif: Mapping[str, object] | None


class Raster(_Item, total=False):
    """``footprint`` is a GeoJSON polygon in WGS 84."""

    format: str
    data_type: str
    num_bands: int
    srid: int
    cell_size: list[float]
    width: int
    height: int
    footprint: Mapping[str, object]


class PointCloud(_Item, total=False):
    format: str
    point_record_format: int
    version_major: int
    version_minor: int


class SupportFile(TypedDict):
    """``md5`` is the Base64 form of the digest (section 3)."""

    name: str
    md5: str


class Part(TypedDict):
    part_number: int
    md5: str
    content_length: int


class Metadata(TypedDict, total=False):
    fields: Fields
    json_metadata: JsonMetadata


class NewFile(TypedDict, total=False):
    """A file to upload: ``name`` with ``md5`` in one piece, or with ``parts``."""

    name: str
    md5: str
    parts: list[Part]
    metadata: Metadata
    support_files: list[SupportFile]


class SupportTarget(TypedDict, total=False):
    name: str
    url: str
    upload_fields: Mapping[str, str]


class PartTarget(TypedDict, total=False):
    part_number: int
    url: str
    headers: Mapping[str, str]


class UploadResult(TypedDict, total=False):
    """``resource_name``: image, raster or point_cloud."""

    resource_name: str
    resource_id: int


class UploadJob(TypedDict, total=False):
    """``url`` and ``upload_fields`` or ``upload_parts`` in the answer to the creation only."""

    id: int
    name: str
    status: str
    detail: str | None
    result: UploadResult | None
    url: str | None
    upload_fields: Mapping[str, str] | None
    upload_parts: list[PartTarget] | None
    support_files: list[SupportTarget] | None
    data_collection_id: int
    created_at: str


class Finished(TypedDict):
    """What told uploads became: the job or job group to follow, and the upload jobs as far as they are told."""

    follow: str
    upload_jobs: list[UploadJob]


class Job(TypedDict, total=False):
    """``completed``: finished, well or badly."""

    job_id: int
    name: str | None
    status: str
    completed: bool
    detail: str | None


class JobGroup(TypedDict, total=False):
    group_id: int
    total_jobs: int
    success_count: int
    failed_count: int
    completed: bool


class NewAttachment(TypedDict):
    name: str
    description: str
    md5: str


class FormTarget(TypedDict, total=False):
    url: str
    fields: Mapping[str, str]


class Attachment(TypedDict, total=False):
    """``upload_file_params`` while it is ``Pending``."""

    id: int
    name: str
    description: str
    status: str
    upload_file_params: FormTarget | None
    resource_type: str
    resource_id: int
    download_url: str | None
    created_at: str
