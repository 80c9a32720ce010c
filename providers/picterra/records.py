"""Answers of the platform. Every member may be missing; those marked ASSUMED have no source (notes, section 17)."""

from __future__ import annotations

from typing import Literal, TypedDict

AnnotationType = Literal["outline", "training_area", "testing_area", "validation_area"]
ANNOTATION_TYPES: tuple[AnnotationType, ...] = ("outline", "training_area", "testing_area", "validation_area")
DETECTION_TYPES = ("count", "segmentation")
OUTPUT_TYPES = ("polygon", "bbox")
BACKBONES = ("resnet18", "resnet34", "resnet50")
TRAINING_STEPS = (500, 40000)
GRANT_KINDS = ("folder", "detector")


class Geometry(TypedDict, total=False):
    """GeoJSON geometry, longitude before latitude, WGS 84."""

    type: str
    coordinates: list[object]
    bbox: list[float]


class Raster(TypedDict, total=False):
    """Section 10. ``status``: processing, ready, failed. ``cloud_coverage``, ``user_tag`` ASSUMED A36."""

    id: str
    name: str
    status: str
    folder_id: str
    captured_at: str | None
    identity_key: str | None
    type: str
    multispectral: bool
    tms_url: str
    tiles_min_zoom: int
    tiles_max_zoom: int
    footprint: Geometry
    cloud_coverage: int | None
    user_tag: str | None


class DisplayBands(TypedDict, total=False):
    """One way to show a multispectral raster; ``bands`` count from 0."""

    type: str
    name: str
    bands: list[int]


class BandSpecification(TypedDict, total=False):
    """Section 9.2: one [minimum, maximum] per band; ``vizbands`` is the older way, ``display_bands`` the newer."""

    ranges: list[list[float]]
    vizbands: list[int]
    display_bands: list[DisplayBands]


class RasterDetails(TypedDict, total=False):
    """What can be said of a raster when it is uploaded or edited; members left out are not sent."""

    name: str
    folder_id: str
    captured_at: str
    identity_key: str
    multispectral: bool
    multispectral_band_specification: BandSpecification
    cloud_coverage: int
    user_tag: str


class RasterFilters(TypedDict, total=False):
    """Section 9.2. Note ``folder``, not ``folder_id``; dates are ISO 8601. ``page_number`` counts from 1."""

    page_number: int
    search: str
    user_tag: str
    folder: str
    max_cloud_coverage: int
    captured_before: str
    captured_after: str
    has_vector_layers: bool


class Configuration(TypedDict, total=False):
    """Settings of a detector, allowed values in section 11."""

    detection_type: str
    output_type: str
    training_steps: int
    backbone: str
    tile_size: int
    background_sample_ratio: float


class DetectorClass(TypedDict, total=False):
    """A kind of object that a detector knows. In results ``id`` and ``color`` are ASSUMED A24."""

    id: str
    name: str
    color: str


class Detector(TypedDict, total=False):
    """Section 10; lists are known to hold ``id``, ``name``, ``configuration``."""

    id: str
    name: str
    is_runnable: bool
    user_tag: str
    classes: list[DetectorClass]
    configuration: Configuration


class Folder(TypedDict, total=False):
    id: str
    name: str
    created_at: str


class Marker(TypedDict, total=False):
    """Only ``id`` is known; the others are ASSUMED A25."""

    id: str
    marker: Geometry
    text: str
    raster_id: str
    detector_id: str | None
    created_at: str


class VectorLayer(TypedDict, total=False):
    id: str
    name: str
    count: int
    color: str
    raster_id: str
    detector_id: str | None
    created_at: str
    geojson_urls: list[str]


class Slot(TypedDict, total=False):
    """Where to send a file. ``upload_url`` is a secret: used at once, never kept. Rasters name ``raster_id``."""

    upload_url: str
    upload_id: str
    raster_id: str


class Started(TypedDict, total=False):
    """A job was accepted; ``poll_interval`` in seconds, may be fractional."""

    operation_id: str
    poll_interval: float


class ClassFile(TypedDict, total=False):
    """``url``: bare MultiPolygon (client 2.0.0). ``vector_layer_id``: the layer that holds it (from 2.0.5)."""

    url: str
    vector_layer_id: str


ClassResult = TypedDict("ClassResult", {"class": DetectorClass, "result": ClassFile}, total=False)


class TrainingStats(TypedDict, total=False):
    rasters_count: int
    training_areas_count: int
    assessment_areas_count: int
    validation_areas_count: int
    total_annotations_count: int
    training_annotations_count: int
    validation_annotations_count: int


class Results(TypedDict, total=False):
    """Depends on the kind of job (section 7); addresses in it are secrets with a short life."""

    url: str
    by_class: list[ClassResult]
    score: float | None
    stats: TrainingStats
    vector_layer_id: str
    download_url: str
    expiration: str


class Metadata(TypedDict, total=False):
    raster_id: str | None
    detector_id: str | None
    folder_id: str | None


class OperationState(TypedDict, total=False):
    """Section 7: ``success`` or ``failed``; anything else means not finished."""

    type: str
    status: str
    metadata: Metadata | None
    results: Results | None
    errors: dict[str, object] | None


class Grantee(TypedDict, total=False):
    type: str
    id: str


class Grant(TypedDict, total=False):
    grantee: Grantee
    role: str


class Grants(TypedDict, total=False):
    grants: list[Grant]


class UserInfo(TypedDict, total=False):
    user_id: str
    organization_id: str
    organization_name: str


class UploadStatus(TypedDict, total=False):
    """Legacy: processing, ready, failed."""

    status: str
