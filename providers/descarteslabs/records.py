"""Answers and bodies of the catalog (notes, sections 5 to 8 and 11); any member may be missing from an answer.

Documents (``data``, ``attributes``, ``meta``) come from the client flat, as the metadata service gives them: ``id``,
``modified``, ``owner_type`` beside the attributes.
"""

from __future__ import annotations

from typing import Any, TypedDict, Union

Range = list[float]
Moment = Union[str, int]
"""ISO 8601, or seconds since 1970."""

OWN, FOREIGN = "user", "core"
SUCCESS, FAILURE = "SUCCESS", "FAILURE"
AVAILABLE, REMOTE = "available", "remote"
FILE, ARRAY = "file", "ndarray"


class ProductDetails(TypedDict, total=False):
    """What is said of a product in requests (section 5.1)."""

    id: str
    title: str
    description: str
    read: list[str]
    writers: list[str]
    owners: list[str]
    spectral_bands: int
    native_bands: list[str]
    start_datetime: str
    end_datetime: str
    notes: str
    orbit: str
    processing_level: str
    resolution: str
    revisit: str
    sensor: str
    swath: str


class Product(ProductDetails, total=False):
    """A product. Answers call the dates by other names than requests."""

    modified: str
    owner_type: str
    start_date: str | None
    end_date: str | None
    tags: list[str]


class BandDetails(TypedDict, total=False):
    """What is said of a band in requests (section 6)."""

    name: str
    srcband: int
    srcfile: int
    jpx_layer: int
    dtype: str
    data_range: Range
    type: str
    nodata: float | None
    color: str
    colormap_name: str
    colormap: list[list[int]]
    data_description: str
    physical_range: Range
    data_unit: str
    data_unit_description: str
    default_range: Range
    description: str
    name_common: str
    name_vendor: str
    vendor_order: int
    processing_level: str | None
    res_factor: float
    resolution: float
    resolution_unit: str
    wavelength_center: float
    wavelength_fwhm: float
    wavelength_min: float
    wavelength_max: float
    wavelength_unit: str | None


class Band(BandDetails, total=False):
    """A band."""

    id: str
    modified: str
    product: str
    nbits: int
    tags: list[str]
    read: list[str]
    owner_type: str


class ImageDetails(TypedDict, total=False):
    """What is said of an image in requests (section 7)."""

    id: str
    absolute_orbit: int
    acquired: str
    archived: str
    area: float
    azimuth_angle: float
    bits_per_pixel: list[float]
    bright_fraction: float
    bucket: str | list[str]
    cirrus_fraction: float
    cloud_fraction: float
    cloud_fraction_0: float
    cs_code: str
    datastrip_id: str
    degraded_fraction_0: float
    descartes_version: str
    directory: str | list[str]
    duration: float
    earth_sun_distance: float
    files: list[str]
    file_md5s: list[str]
    file_sizes: list[int]
    fill_fraction: float
    geometry: dict[str, Any] | str
    geotrans: list[float]
    identifier: str
    incidence_angle: float
    processed: str
    proj4: str
    projcs: str
    published: str
    raster_size: list[int]
    reflectance_scale: list[float]
    relative_orbit: int
    roll_angle: float
    safe_id: str
    sat_id: str
    scan_gap_interpolation: float
    storage_state: str
    extra_properties: dict[str, Any]


class Image(ImageDetails, total=False):
    """An image. ``key``: its id without the product's."""

    key: str
    modified: str
    product: str


class MultiFile(TypedDict):
    """Several files that become one image (section 8.2)."""

    image_files: list[str]
    image_id: str


class ProcessControls(TypedDict, total=False):
    """How an upload is read (sections 8.1 to 8.3)."""

    upload_type: str
    multi_file: MultiFile
    overviews: list[int]
    overview_resampler: str


class UploadRequest(ImageDetails, total=False):
    """What is said before the bytes are sent."""

    wkt_srs: str
    process_controls: ProcessControls


class UploadResult(TypedDict, total=False):
    """What became of an upload (section 8.4); lists leave out labels, logs and stack trace."""

    id: str
    created: str
    status: str
    failure_type: str | None
    exception_name: str | None
    runtime: float
    peak_memory_usage: int
    labels: list[str]
    logs: str
    stacktrace: str | None


class UploadFilters(TypedDict, total=False):
    """Which results are asked for; dates are strictly later (ASSUMED D19)."""

    limit: int
    offset: int
    status: str
    updated: Moment
    created: Moment
    continuation_token: str


class DeletionStatus(TypedDict, total=False):
    """How far a removal with everything in it is; the counters are in ``task`` while it runs, then in ``response``."""

    completed: bool
    response: dict[str, Any] | None
    task: dict[str, Any] | None


class DerivedBand(TypedDict, total=False):
    """A band that is computed of others."""

    id: str
    name: str
    bands: list[str]
    data_range: Range
    physical_range: Range
    dtype: str
    type: str
    description: str


class Feature(TypedDict, total=False):
    """A found image; with ``fields`` only what was asked for."""

    type: str
    id: str
    key: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class ImageSearch(TypedDict, total=False):
    """What images are looked for (section 11)."""

    products: list[str]
    sat_ids: list[str]
    date: str
    geom: str
    start_datetime: str
    end_datetime: str
    cloud_fraction: float
    cloud_fraction_0: float
    fill_fraction: float
    storage_state: str
    query_expr: dict[str, Any]
    limit: int
    fields: list[str]
    sort_field: str
    sort_order: str
    random_seed: bool | int | str
    continuation_token: str


class SummaryItem(TypedDict, total=False):
    """One interval of a summary."""

    date: str
    timestamp: float
    count: int
    bytes: int
    pixels: int


class Summary(TypedDict, total=False):
    """How many images fit."""

    count: int
    bytes: int
    pixels: int
    products: list[str]
    items: list[SummaryItem]


class RasterRequest(TypedDict, total=False):
    """Which pixels are asked for (section 12.1)."""

    ids: list[str]
    bands: list[str] | None
    scales: list[Any] | None
    ot: str | None
    srs: str | None
    resolution: float | None
    shape: str | None
    outputBounds: list[float] | None
    outputBoundsSRS: str | None
    outsize: list[int] | None
    targetAlignedPixels: bool
    resampleAlg: str | None
    processing_level: str | None
    output_window: list[Any] | None
    of: str
    dltile: str
