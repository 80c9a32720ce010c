"""Answers about what is inside a project: storage, photos, control points, processing, results, annotations.

Every member may be missing; those marked ASSUMED have no source (notes, section 27).
"""

from __future__ import annotations

from typing import Literal, TypedDict

POINT_TYPES = ("GCP", "CHECKPOINT")
PIPELINES = ("nadir", "3d-maps", "oblique", "building")
TAGS = ("rtk", *PIPELINES, "flat", "half-scale", "quarter-scale", "high-confidence-positions")
OUTPUT_KEYWORDS = ("ortho", "dsm", "point_cloud", "mesh", "gaussian_splatting")
BASE_SURFACES = ("average", "custom", "fitPlane", "triangulated", "highest", "lowest")
VOLUME_UNITS = ("m", "yd", "ydUS")
BATCH_OF_INPUTS = 500
"""Section 7.3: at most so many images in a call."""
FEWEST_PHOTOS, MOST_PHOTOS = 6, 4000
"""Section 8: of a project that is processed in the cloud, from support pages. The platform tells it at processing."""
BATCH_OF_ANNOTATIONS = 100
"""ASSUMED A59."""


class S3Credentials(TypedDict, total=False):
    """Section 6. All secrets. ``expiration``: a moment, or seconds from now as an integer (A14).

    Of several projects together only keys and expiry are given (A15); ``endpoint_override`` and
    ``is_bucket_accelerated`` are A16.
    """

    access_key: str
    secret_key: str
    session_token: str
    expiration: str | int
    bucket: str
    key: str
    server_time: str
    region: str
    is_bucket_accelerated: bool
    endpoint_override: str


class PhotoInput(TypedDict, total=False):
    """Full storage keys; depth is kept only where both of its files are given (section 7.3)."""

    photo: str
    depth_map: str
    depth_map_confidence: str


class RegisteredImage(TypedDict, total=False):
    """``id`` is the photo's. ``temp_url`` and ``thumb_url`` are signed."""

    id: int
    temp_url: str
    s3_key: str
    file_size: int | None
    thumb_s3_key: str | None
    thumb_url: str | None
    exif: dict[str, object]
    s3_bucket: str


class Registered(TypedDict, total=False):
    """Section 7.3; ``images`` comes empty after large calls."""

    nb_images_registered: int
    nb_image_signatures_registered: int
    nb_depth_data_registered: int
    p4d_registered: bool
    extra_files_registered: int
    images: list[RegisteredImage]


class Extra(TypedDict, total=False):
    file_key: str


class DepthData(TypedDict, total=False):
    """``photo`` is the photo's id, the others are storage keys."""

    id: int
    photo: int
    depth_map: str
    depth_map_confidence: str


class Photo(TypedDict, total=False):
    """Section 16. ``excluded_from_mapper`` true: kept, but not processed."""

    id: int
    s3_key: str
    thumbs_s3_key: object
    s3_bucket: str
    width: int | None
    height: int | None
    excluded_from_mapper: bool | None


class Gcp(TypedDict, total=False):
    """Section 13.1: ``x`` is the east-like value, ``y`` the north-like one, in the project's output CRS and units."""

    id: int
    project: int
    name: str
    point_type: str
    x: float
    y: float
    z: float
    xy_accuracy: float | None
    z_accuracy: float | None


class Mtp(TypedDict, total=False):
    """Section 13.2: a manual tie point."""

    id: int
    project: int
    name: str
    is_checkpoint: bool
    x: float | None
    y: float | None
    z: float | None


class Mark(TypedDict, total=False):
    """Section 13.3: ``gcp`` names a GCP or MTP, ``photo`` is a storage key, ``x`` and ``y`` are pixels from the top
    left corner."""

    id: int
    gcp: str
    gcp_id: int
    photo: str
    x: float
    y: float


class Plane(TypedDict, total=False):
    """Section 14: OPF plane, ``vertices3d`` longitude, latitude, altitude in WGS 84."""

    vertices3d: list[list[float]]
    outer_boundary: list[int]
    inner_boundaries: list[list[int]]
    normal_vector: list[float]


class Area(TypedDict, total=False):
    """The region of interest; ``thickness`` along the plane's normal, unlimited where absent."""

    plane: Plane
    thickness: float | None


class ProcessingOptions(TypedDict, total=False):
    """Section 10, without the retired templates."""

    tags: list[str] | None
    outputs: list[str] | None
    formats: dict[str, list[str]] | None
    area: Area | None
    output_cs_horizontal: int | None
    output_cs_vertical: int | None
    output_cs_geoid: str | None
    output_cs_geoid_height: float | None


class Estimate(TypedDict, total=False):
    """Seconds; absent for a project that is paid with credits (section 7.7)."""

    estimated_time: float


Availability = Literal["done", "in_progress", "requestable", "not available"]


class Output(TypedDict, total=False):
    """Section 17.1: only ``done`` has a key."""

    result_type: str
    output_type: str
    availability: str
    s3_key: str
    s3_bucket: str
    s3_region: str
    output_id: int


class NewOutput(TypedDict, total=False):
    """``output`` is a full storage key; without ``output_type`` the platform derives it from the path."""

    output: str
    output_type: str


class VolumeRequest(TypedDict, total=False):
    """Section 15: ``coordinates`` in the project's output CRS and units."""

    base_surface: str
    coordinates: list[list[float]]
    custom_elevation: float
    units: str


class Volume(TypedDict, total=False):
    cut: float
    cut_error: float
    fill: float
    fill_error: float


class AnnotationGeometry(TypedDict, total=False):
    """GeoJSON Point, LineString, Polygon, or Circle (``radius``; its members are ASSUMED A57); CRS ASSUMED A58."""

    type: str
    coordinates: list[object]
    radius: float


class AnnotationProperties(TypedDict, total=False):
    """An open set. Colours are ``#RRGGBBAA``."""

    name: str
    description: str
    color: str
    color_fill: str
    visible: bool
    camera_position: list[float]
    volume: dict[str, object]


class Annotation(TypedDict, total=False):
    """Section 20; ``id``, ``created`` and ``modified`` are the platform's."""

    id: str
    entity_type: str
    entity_id: int
    geometry: AnnotationGeometry
    properties: AnnotationProperties
    extension: dict[str, object]
    attachments: list[dict[str, object]]
    tags: list[str]
    version: str
    created: str
    modified: str


class Outcome(TypedDict, total=False):
    """What became of one annotation of a batch; ``error`` ASSUMED (A56)."""

    annotation_id: str | None
    success: bool
    error: str
