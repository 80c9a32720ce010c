"""What the sandbox's Pixxel keeps about each resource. Times are seconds since 1970 on the sandbox's clock; geometry is
GeoJSON in WGS84, longitude first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from .scenes import Scene

Json = dict[str, Any]


@dataclass
class Key:
    """An API key. ``projects`` None means all; ``ends`` None means never."""

    key: str
    name: str
    user: str
    projects: frozenset[str] | None = None
    ends: float | None = None
    revoked: bool = False


@dataclass
class Project:
    """A project, made in the console."""

    id: str
    name: str
    title: str
    created: float
    members: int = 3


@dataclass
class Task:
    """A task of an order item (not of a workflow job). ``start`` and ``end`` are dates."""

    id: str
    item: str
    type: str
    start: str
    end: str
    created: float
    status: str = "SUBMITTED"
    delivery_status: str = "NOT_APPLICABLE"
    strips: int = 1
    tokens: int = 0
    transaction: str = ""
    updated: float = 0.0


@dataclass
class OrderItem:
    """An order item; ``asked`` is what was ordered, ``price`` what it costs (:mod:`.prices`)."""

    id: str
    order: str
    project: str
    user: str
    type: str
    asked: Json
    price: Json
    created: float
    status: str = "ACTIVE"
    payment_status: str = "PAID"
    feasibility: str = "NOT_APPLICABLE"
    occurrences: list[Json] = field(default_factory=list)
    tokens: int = 0
    transaction: str = ""
    tasks: list[Task] = field(default_factory=list)
    errors: list[Json] = field(default_factory=list)
    updated: float = 0.0
    creator: str = ""

    @property
    def created_by(self) -> str:
        """Who made it, where that is another one than whose it is."""
        return self.creator or self.user


@dataclass
class Order:
    """An order."""

    id: str
    user: str
    items: list[OrderItem]
    total: float
    created: float
    status: str = "PAID"
    paid: float | None = None
    transaction: str = ""


@dataclass
class Entry:
    """A catalog entry: imagery that was delivered; ``area`` is the part of the scene that was ordered (GeoJSON)."""

    id: str
    task: str
    order: str
    item: str
    project: str
    usecase: str
    bandset: str
    area: Json
    square_km: float
    scene: Scene
    created: float
    user: str
    delivery_status: str = "UNSPECIFIED"

    @cached_property
    def shape(self) -> BaseGeometry:
        """The area as a shape."""
        found: BaseGeometry = shape(self.area)
        return found


@dataclass
class Bundle:
    """A file that is put together in the background: of the catalog, an AOI, an insight, a job or a task."""

    id: str
    kind: str
    of: str
    created: float
    status: str = "created"
    path: Path | None = None
    name: str = "bundle.zip"
    words: str = ""


@dataclass
class Store:
    """A bucket of the user. ``secrets`` are never shown."""

    id: str
    name: str
    type: str
    configs: Json
    secrets: Json
    labels: Json
    user: str
    created: float


@dataclass
class Delivery:
    """A delivery of a catalog entry to a store."""

    id: str
    entry: str
    task: str | None
    item: str
    store: str
    path: str
    target: str
    user: str
    created: float
    status: str = "CREATED"
    updated: float = 0.0


@dataclass
class Asset:
    """A raster of an AOI. ``file`` is where it lies; ``date`` is ``YYYY-MM-DD``; ``kind`` mosaic, stac_item or
    visualization."""

    id: str
    aoi: str
    name: str
    kind: str
    date: str
    bands: list[str]
    geometry: Json
    created: float
    resolution: float = 0.0
    status: str = "creating"
    progress: int = 0
    file: Path | None = None
    visualization: str = ""
    items: list[str] = field(default_factory=list)
    updated: float = 0.0


@dataclass
class Aoi:
    """An area of interest."""

    id: str
    name: str
    description: str
    satellite: str
    provider: str
    project: str
    geometry: Json
    items: list[str]
    user: str
    created: float
    square_m: float
    centroid: list[float]
    status: str = "started"
    progress: int = 0
    assets: list[Asset] = field(default_factory=list)
    updated: float = 0.0
    images: Json = field(default_factory=dict)


@dataclass
class Index:
    """An index, preset or custom."""

    id: str
    name: str
    description: str
    expression: str
    expression_type: str
    colormap: str
    rescale: list[int]
    satellite: str
    bands: list[str]
    type: str
    created: float


@dataclass
class Visualization:
    """An index of an AOI, rendered. ``legend`` by date (``YYYY_MM_DD``) and mode."""

    id: str
    aoi: str
    index: str
    resolution: float | None
    user: str
    created: float
    sources: list[str]
    status: str = "creating"
    progress: int = 0
    legend: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    updated: float = 0.0


@dataclass
class Insight:
    """A block that ran, or runs, on an AOI."""

    id: str
    aoi: str
    name: str
    project: str
    block: str
    version: str
    input: list[Json]
    metadata: Json
    cost: int
    user: str
    created: float
    status: str = "created"
    progress: float = 0.0
    output: list[Json] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    words: str = ""
    deleted: float | None = None


@dataclass
class Workflow:
    """A graph of blocks, made in the console."""

    id: str
    project: str
    name: str
    description: str
    spec: Json
    user: str
    created: float
    errors: list[Json] = field(default_factory=list)
    changed: float = 0.0

    @property
    def updated(self) -> float:
        """When it was changed last."""
        return self.changed or self.created


@dataclass
class RunTask:
    """One block of a workflow job."""

    id: str
    name: str
    block: str
    depends_on: list[str]
    inputs: list[Json]
    created: float
    status: str = "pending"
    progress: float = 0.0
    result: list[Json] = field(default_factory=list)
    logs: list[Json] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    words: str = ""
    started: float | None = None
    finished: float | None = None


@dataclass
class Run:
    """A job of a workflow."""

    id: str
    workflow: str
    user: str
    cost: int
    spec: Json
    created: float
    status: str = "running"
    tasks: list[RunTask] = field(default_factory=list)
    errors: list[Json] = field(default_factory=list)
    finished: float | None = None
    updated: float = 0.0
