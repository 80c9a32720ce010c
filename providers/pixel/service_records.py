"""Answers and requests about search, optimisation, harvest services, ArcGIS services and analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

SEARCH_ON = ("images", "rasters", "point_clouds", "projects", "data_collections")
PROFILES = {"RGB": "rgb", "DTM": "terrain", "DSM": "terrain"}
"""The profile that rasters of a type are optimised with (section 14)."""
OVERVIEW_RESAMPLINGS = ("average", "nearest", "bilinear", "cubic", "cubic_spline", "lanczos", "mode", "gauss", "rms")
NEARBLACK_ALGORITHMS = ("twopasses", "floodfill")
SERVICE_TYPES = ("Image", "Feature")
SERVICE_STATES = ("stopped", "starting", "started", "stopping", "refreshing", "failed")
"""ASSUMED (A25)."""
TASK_STATES = ("PENDING", "SCHEDULED", "RUNNING", "SUCCESS", "FAILED", "REVOKED")
"""Analysis tasks (section 3)."""
MAPPING_OPERATIONS = ("add", "update", "remove")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "~", "!~", "contains", "!contains", "in", "!in")


class SortField(TypedDict, total=False):
    """``direction``: asc (the usual) or desc."""

    field: str
    direction: str


class SearchQuery(TypedDict, total=False):
    """Only ``on`` is mandatory. ``filter`` in the language of section 11, ``intersects`` is WKT in WGS 84."""

    on: str
    search: str
    filter: Mapping[str, object]
    intersects: str
    out_fields: list[str]
    sort: list[SortField]
    distinct: bool


class SearchResults(TypedDict, total=False):
    count: int
    total_count: int
    results: list[dict[str, object]]


class OutField(TypedDict, total=False):
    """``type``: INTEGER, VARCHAR, DATETIME ..."""

    name: str
    type: str


class SearchInfo(TypedDict, total=False):
    filterable: list[str]
    out_fields: list[OutField]
    supports_text_search: bool
    supports_spatial_query: bool


class Nearblack(TypedDict, total=False):
    """``color``: black, white or 0 to 255."""

    enabled: bool
    color: str | int
    algorithm: str


class CreationOptions(TypedDict, total=False):
    nearblack_options: Nearblack
    overview_resampling: str


class OptimizedRaster(TypedDict, total=False):
    """``id`` is its own; ``raster_id`` (ASSUMED A21) that of its source."""

    id: int
    raster_id: int
    profile: str | None
    status: str
    creation_options: CreationOptions
    detail: str | None
    created_at: str


class OptimizedPointCloud(TypedDict, total=False):
    id: int
    point_cloud_id: int
    status: str


class HarvestAuth(TypedDict, total=False):
    """One of the two. ``credentials``: username, password, token_url (optional); ``api_key``: api_key, api_key_item_id
    (optional)."""

    credentials: Mapping[str, str]
    api_key: Mapping[str, str]


class FieldMap(TypedDict, total=False):
    """``model``: Image or ImageMetadata; ``operation`` (one of ``MAPPING_OPERATIONS``) in changes only."""

    operation: str
    model: str
    field_name: str
    external_field: str


class FieldMappings(TypedDict, total=False):
    """``extra_fields`` when it is created, ``add_extra_fields`` and ``remove_extra_fields`` when it is changed."""

    maps: list[FieldMap]
    extra_fields: list[str]
    add_extra_fields: list[str]
    remove_extra_fields: list[str]


class HarvestDetails(TypedDict, total=False):
    """When it is created, ``name``, ``description``, ``url`` and ``auth`` are mandatory."""

    name: str
    description: str
    url: str
    auth: HarvestAuth
    field_mappings: FieldMappings
    where_clause: str


class HarvestService(TypedDict, total=False):
    """Secrets are never told, only ``auth_type`` (ASSUMED A24)."""

    id: int
    name: str
    description: str
    url: str
    data_collection_id: int
    field_mappings: FieldMappings
    where_clause: str
    auth_type: str
    running: bool
    last_run_at: str | None
    created_at: str


class HarvestTask(TypedDict, total=False):
    """Members but ``status`` are ASSUMED (A23)."""

    id: int
    status: str
    name: str | None
    harvest_service_id: int
    external_id: str | None
    detail: str | None
    result: Mapping[str, object] | None
    created_at: str


class ServiceDetails(TypedDict, total=False):
    """All mandatory when it is created. ``options`` replaces the old ones as a whole, so what is not known of is sent
    back as it came (section 16.2)."""

    name: str
    description: str
    data_collection_ids: list[str | int]
    options: Mapping[str, object]


class ArcgisService(TypedDict, total=False):
    """``url`` is null until it was started once; ``status`` one of ``SERVICE_STATES``."""

    id: int
    name: str
    description: str
    service_type: str
    data_collection_ids: list[int]
    options: Mapping[str, object]
    url: str | None
    status: str
    created_at: str
    updated_at: str | None


class ServiceAction(TypedDict):
    """``job`` is empty when there was nothing to do."""

    job: str
    service: ArcgisService


class ArcgisToken(TypedDict, total=False):
    """``expires``: milliseconds since 1970."""

    token: str
    expires: int
    ssl: bool


class AnalysisModule(TypedDict, total=False):
    """ASSUMED."""

    name: str
    description: str


class AnalysisDetails(TypedDict, total=False):
    """``name``, ``module_name`` (not in changes) and ``config`` are mandatory when it is created; a change merges
    ``config`` deeply."""

    name: str
    module_name: str
    enabled: bool
    config: Mapping[str, object]


class AnalysisService(TypedDict, total=False):
    id: int
    name: str
    module_name: str
    enabled: bool
    config: Mapping[str, object]


class AnalysisTask(TypedDict, total=False):
    """``detail`` and ``result`` are not in the contract, which allows further members."""

    id: int
    name: str | None
    status: str
    params: Mapping[str, object]
    detail: str | None
    result: Mapping[str, object] | None
