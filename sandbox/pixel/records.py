"""What the sandbox's Geodata Pixel keeps about each resource. Times are seconds since 1970 on the sandbox's clock.

Whoever owns a resource adds members here, always with a default. Geometry is WGS84, longitude first. ``file`` is where
the bytes lie on this machine (None for seeded objects without bytes).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..jobs import Job
from ..presigned import Deposit

ROLES = ("viewer", "creator", "superuser")
"""From the one that may least to the one that may most (A1)."""
RASTER_TYPES = ("raster", "RGB", "DTM", "DSM")
CAMERA = ("cam_heading", "cam_pitch", "cam_roll", "hfov", "vfov", "far_dist", "near_dist", "cam_height", "img_rotation",
          "cam_orientation", "focal_length", "radial")
"""Camera members of an image (section 8)."""


@dataclass
class User:
    """Somebody who may log in. ``id`` is the integer of the API."""

    id: int
    username: str
    password: str
    first_name: str
    last_name: str
    role: str
    enabled: bool = True

    @property
    def name(self) -> str:
        """For the log."""
        return self.username


@dataclass
class Bearer:
    """A token that was given out; refused from ``ends`` on. ``refresh`` tells which of the two kinds it is."""

    user: int
    ends: float
    refresh: bool = False


@dataclass
class Plugin:
    """A feature switch of the tenant (section 13)."""

    name: str
    description: str
    enabled: bool = True


@dataclass
class Project:
    """A project; ``parent`` is the id of another one. ``deleted`` is when it was deleted softly."""

    id: int
    name: str
    description: str
    area: dict[str, Any]
    parent: int | None
    created: float
    tags: list[str] = field(default_factory=list)
    updated: float | None = None
    deleted: float | None = None


@dataclass
class Collection:
    """A data collection; ``rules`` is its ``raster_info`` as it was given."""

    id: int
    project: int
    name: str
    description: str
    type: str
    created: float
    rules: dict[str, Any] | None = None
    tags: list[str] = field(default_factory=list)
    updated: float | None = None
    deleted: float | None = None


@dataclass
class Image:
    """A photo. ``location`` is longitude, latitude and perhaps height; ``camera`` holds members of :data:`CAMERA`."""

    id: int
    collection: int
    name: str
    created: float
    file_name: str = ""
    file_size: int = 0
    file: Path | None = None
    location: tuple[float, ...] | None = None
    capture_date: str | None = None
    image_type: str | None = None
    camera: dict[str, Any] = field(default_factory=dict)
    exif: dict[str, Any] | None = None
    tags: list[str] = field(default_factory=list)
    json_metadata: dict[str, Any] = field(default_factory=dict)
    updated: float | None = None


@dataclass
class Raster:
    """A raster. ``footprint`` is a GeoJSON Polygon; ``support`` are the files that came with it."""

    id: int
    collection: int
    name: str
    created: float
    format: str = "GTiff"
    data_type: str = "uint8"
    num_bands: int = 3
    srid: int | None = 25833
    cell_size: tuple[float, float] = (1.0, 1.0)
    width: int = 0
    height: int = 0
    footprint: dict[str, Any] = field(default_factory=dict)
    file_name: str = ""
    file_size: int = 0
    file: Path | None = None
    support: list[Path] = field(default_factory=list)
    capture_date: str | None = None
    tags: list[str] = field(default_factory=list)
    json_metadata: dict[str, Any] = field(default_factory=dict)
    updated: float | None = None


@dataclass
class PointCloud:
    """A point cloud."""

    id: int
    collection: int
    name: str
    created: float
    format: str = "LAZ"
    point_record_format: int = 6
    version_major: int = 1
    version_minor: int = 4
    footprint: dict[str, Any] = field(default_factory=dict)
    file_name: str = ""
    file_size: int = 0
    file: Path | None = None
    capture_date: str | None = None
    tags: list[str] = field(default_factory=list)
    json_metadata: dict[str, Any] = field(default_factory=dict)
    updated: float | None = None


@dataclass
class Optimized:
    """The optimised copy of a raster (section 14)."""

    id: int
    collection: int
    raster: int
    profile: str | None
    options: dict[str, Any]
    created: float
    status: str = "pending"
    detail: str | None = None
    file: Path | None = None


@dataclass
class OptimizedCloud:
    """The optimised copy of a point cloud."""

    id: int
    collection: int
    cloud: int
    created: float
    status: str = "pending"
    detail: str | None = None
    file: Path | None = None


@dataclass
class UploadJob:
    """One main file on its way in (section 9). ``support`` are the support files by name, ``task`` the validation."""

    id: int
    collection: int
    name: str
    deposit: Deposit
    created: float
    metadata: dict[str, Any] = field(default_factory=dict)
    support: dict[str, Deposit] = field(default_factory=dict)
    status: str = "lobby"
    detail: str | None = None
    result: dict[str, Any] | None = None
    task: Task | None = None


@dataclass
class Attachment:
    """A file that belongs to a project, a data collection or an image (section 15)."""

    id: int
    resource_type: str
    resource_id: int
    name: str
    description: str
    deposit: Deposit
    created: float
    status: str = "Pending"
    file: Path | None = None


@dataclass
class Harvest:
    """A harvest service (section 16.1); ``auth`` holds secrets and is never shown; ``runs``: how often it started."""

    id: int
    collection: int
    name: str
    description: str
    url: str
    auth: dict[str, Any]
    created: float
    maps: list[dict[str, Any]] = field(default_factory=list)
    extra_fields: list[str] = field(default_factory=list)
    where: str = "1=1"
    running: bool = False
    last_run: float | None = None
    runs: int = 0


@dataclass
class HarvestTask:
    """One feature that a harvest service took. ``handed``: given out by a call with ``get_new``."""

    id: int
    service: int
    external_id: str
    created: float
    name: str | None = None
    status: str = "pending"
    detail: str | None = None
    result: dict[str, Any] | None = None
    handed: bool = False


@dataclass
class Service:
    """An ArcGIS service (section 16.2); ``options`` as they were sent, ``data`` what it serves (:mod:`.arcgis`)."""

    id: int
    type: str
    name: str
    description: str
    collections: list[int]
    options: dict[str, Any]
    created: float
    url: str | None = None
    status: str = "stopped"
    updated: float | None = None
    data: Any = None


@dataclass
class AnalysisService:
    """A module set up for use (section 17)."""

    id: int
    name: str
    module: str
    config: dict[str, Any]
    enabled: bool = True


@dataclass
class AnalysisTask:
    """One run of an analysis service; ``job`` is the work under way."""

    id: int
    service: int
    name: str | None
    params: dict[str, Any]
    status: str = "PENDING"
    detail: str | None = None
    result: dict[str, Any] | None = None
    job: Job | None = None


@dataclass
class Task:
    """A background job under its integer id. ``job`` None: it ended at once, with ``status`` completed or failed."""

    id: int
    name: str
    created: float
    job: Job | None = None
    status: str = "submitted"
    detail: str | None = None

    @property
    def state(self) -> str:
        """submitted, completed or failed."""
        if self.job is None:
            return self.status
        return {"running": "submitted", "success": "completed"}.get(self.job.status, self.job.status)

    @property
    def completed(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.state in ("completed", "failed")


@dataclass
class Group:
    """Several tasks that are followed together. ``asked``: how often it was looked at."""

    id: int
    jobs: list[Task]
    asked: int = 0
