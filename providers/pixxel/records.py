"""Answers about projects, scenes, areas, indices and visualizations, and what the platform is told of them.

Every member of an answer may be missing; those marked ASSUMED in the contract have no source (notes, section 22).
Orders, catalog, deliveries and stores are in :mod:`.order_records`, blocks to jobs in :mod:`.work_records`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

PROVIDERS = ("pixxel", "planetary")
"""Whose imagery an area takes in: Pixxel's own, or open data (section 7.1)."""
AOI_STATES = ("started", "running", "success", "failed", "updating", "partial_success")
ASSET_TYPES = ("mosaic", "stac_item", "visualization")
EXPRESSION_TYPES = ("index", "composite", "grayscale")
INDEX_TYPES = ("custom", "preset")
MODES = ("dynamic", "theoretical")
"""How a legend comes about: from the data, or as the index is usually read (section 11)."""
VISUALIZATION_TYPES = ("custom",)
VISUALIZATION_STATES = ("creating", "success", "failed", "partial_success")
GOOD, BAD = ("success", "partial_success"), ("failed",)
"""Ends of what the platform does by itself for areas, assets and visualizations; all else goes on."""
BINS = 15
"""The greatest number of classes of a dynamic legend (section 19)."""
SCENES_AT_ONCE = 10000

Json = Mapping[str, Any]


class Project(TypedDict, total=False):
    """``name`` is the slug, ``title`` what is shown; ``members_count`` in lists only."""

    id: str
    name: str
    title: str
    org_id: str
    created_at: str
    updated_at: str
    metadata: Json
    members_count: int


class SatelliteCollection(TypedDict, total=False):
    """``provider`` is one of ``PROVIDERS``; ``queryables`` can be filtered by; ``rescale`` is the display range."""

    id: str
    name: str
    provider: str
    queryables: list[str]
    rescale: list[float]


class Band(TypedDict, total=False):
    """``wavelength`` in nanometres (ASSUMED P25), ``spatial_resolution`` in metres."""

    name: str
    wavelength: float
    scale: float
    offset: float
    spatial_resolution: float


class Composite(TypedDict, total=False):
    red: str
    green: str
    blue: str


class Satellite(TypedDict, total=False):
    id: str
    name: str
    collections: list[SatelliteCollection]
    bands: list[Band]
    rgb_composite: Composite


class SatelliteChoice(TypedDict):
    """A satellite and one of its collections, for a search."""

    collection_id: str
    satellite_id: str


class RangeFilter(TypedDict, total=False):
    """A queryable and whole numbers that it has to lie between."""

    id: str
    min: int
    max: int


class SceneSearch(TypedDict, total=False):
    """All mandatory but ``filters``, ``limit`` and ``next_token`` (ASSUMED P07)."""

    start_date: str
    end_date: str
    satellites: Sequence[SatelliteChoice]
    filters: Sequence[RangeFilter]
    geometry: Json
    limit: int
    next_token: str


class Item(TypedDict, total=False):
    """A STAC item (section 7.4); ``properties`` as they come, ``bbox`` of numbers or texts."""

    id: str
    type: str
    collection: str
    bbox: list[Any]
    geometry: Json
    properties: dict[str, Any]
    assets: dict[str, Any]
    links: list[Json]


class ArchiveCollection(TypedDict, total=False):
    id: str
    title: str
    description: str
    license: str
    extent: Json
    providers: list[Json]
    links: list[Json]
    created_at: str
    updated_at: str


class ArchiveSearch(TypedDict, total=False):
    """All optional (section 7.3); ``datetime`` is an instant or an interval with ``..`` for open ends."""

    bbox: Sequence[float]
    collections: Sequence[str]
    datetime: str
    ids: Sequence[str]
    intersects: Json
    query: Json
    sortby: Sequence[Json]


class Aoi(TypedDict, total=False):
    """``status`` is one of ``AOI_STATES``; ``centroid`` longitude, latitude; ``images`` must not be relied on (P23)."""

    aoi_id: str
    name: str
    description: str
    satellite_id: str
    project_id: str
    images: Json
    eo_bands: list[str]
    geometry: Json
    progress: float
    status: str
    is_favourite: bool
    created_at: str
    updated_at: str
    user_id: str
    area_in_sq_m: float
    centroid: list[float]


class NewAoi(TypedDict):
    """All mandatory; ``geometry`` is one GeoJSON polygon, ``item_ids`` the scenes to bring in."""

    name: str
    description: str
    satellite_id: str
    provider: str
    project_id: str
    geometry: Json
    item_ids: Sequence[str]


class AoiFilters(TypedDict, total=False):
    created_at: str
    updated_at: str
    aoi_id: str
    aoi_name: str
    project_ids: str
    satellite_name: str


class Asset(TypedDict, total=False):
    id: str
    aoi_id: str
    name: str
    description: str
    asset_type: str
    band_list: list[str]
    area_in_sq_m: float
    centroid: list[float]
    date: str
    geometry: Json
    path: str
    progress: float
    resolution: float
    status: str
    visualization_id: str
    created_at: str
    updated_at: str


class AoiBundle(TypedDict, total=False):
    """``status`` is open text; the only one shown is ``SUCCESS`` (section 9)."""

    download_id: str
    signed_url: str
    status: str


class Index(TypedDict, total=False):
    """``expression`` is band arithmetic, such as ``(B031-B017)/(B031+B017)``."""

    id: str
    name: str
    description: str
    expression: str
    expression_type: str
    colormap: str
    rescale: list[float]
    satellite_id: str
    bands: list[str]
    type: str
    created_at: str
    updated_at: str


class NewIndex(TypedDict):
    """All mandatory; ``rescale`` is two whole numbers."""

    name: str
    description: str
    expression: str
    expression_type: str
    colormap: str
    rescale: Sequence[int]
    satellite_id: str


class IndexFilters(TypedDict, total=False):
    satellite_id: str
    type: str
    expression_type: str
    index_id: str


class LegendEntry(TypedDict, total=False):
    """``color`` is ``#rrggbb``; ``area`` and ``area_percentage`` in answers only; bounds may be null."""

    label: str
    color: str
    min: float | None
    max: float | None
    area: float
    area_percentage: float


Legend = Mapping[str, Sequence[LegendEntry]]
"""By date, ``YYYY_MM_DD``, as it is sent for one mode."""
Legends = Mapping[str, Mapping[str, Sequence[LegendEntry]]]
"""By date and mode, as it is answered."""


class VisualizationMetadata(TypedDict, total=False):
    legend: Legends


class Visualization(TypedDict, total=False):
    """Lists carry ids, status, progress, users and moments only (section 11)."""

    id: str
    aoi_id: str
    index_id: str
    index_name: str
    expression: str
    expression_type: str
    rescale: list[float]
    type: str
    status: str
    progress: float
    assets: list[Asset]
    metadata: VisualizationMetadata
    tenant_id: str
    user_id: str
    created_at: str
    updated_at: str


class NewVisualization(TypedDict, total=False):
    """``index_id`` is mandatory; all scenes of the area and the satellite's resolution where nothing is said."""

    index_id: str
    src_asset_ids: Sequence[str]
    resolution: float


class VisualizationFilters(TypedDict, total=False):
    type: str
    user_id: str
    expression_type: str
    index_id: str
    visualization_id: str


class LegendChange(TypedDict, total=False):
    """``dynamic_bins`` (1 to ``BINS``) is needed in the mode ``dynamic``."""

    visualization_mode: str
    legend: Legend
    dynamic_bins: int
