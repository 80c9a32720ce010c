"""What the sandbox's Picterra keeps about each resource. Times are seconds since 1970 on the sandbox's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .layer_files import Part

DEFAULT_CONFIGURATION: dict[str, Any] = {
    "detection_type": "count", "output_type": "polygon", "training_steps": 500, "backbone": "resnet34",
    "tile_size": 256, "background_sample_ratio": 0.25}
"""Section 11 of the notes."""

ANNOTATION_TYPES = ("outline", "training_area", "testing_area", "validation_area")


@dataclass
class Account:
    """A user with a key. ``forbidden`` holds the detector settings that the plan keeps at their defaults (A2)."""

    name: str
    key: str
    user_id: str
    organization_id: str
    organization_name: str
    forbidden: frozenset[str] = frozenset()
    revoked: bool = False


@dataclass
class Grant:
    """Who else may use a folder or detector."""

    grantee_type: str
    grantee_id: str
    role: str


@dataclass
class Folder:
    """A project. ``detectors`` are those assigned to it in the web application."""

    id: str
    owner: str
    name: str
    created: float
    detectors: list[str] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)


@dataclass
class Raster:
    """An image. ``path`` is set once its file was taken over by a commit; ``listed`` from the commit on (A14)."""

    id: str
    owner: str
    name: str
    folder_id: str
    created: float
    status: str = "processing"
    listed: bool = False
    type: str = "file"
    multispectral: bool = False
    captured_at: str | None = None
    identity_key: str | None = None
    cloud_coverage: int | None = None
    user_tag: str | None = None
    slot: str | None = None
    path: Path | None = None
    report: Any = None
    tile_token: str = ""
    band_specification: dict[str, Any] | None = None
    detection_areas: Polygons | None = None
    operation_id: str | None = None


@dataclass
class DetectorClass:
    """A kind of object that a detector looks for."""

    id: str
    name: str
    color: str


@dataclass
class Polygons:
    """A checked GeoJSON file and the number of polygons in it."""

    path: Path
    count: int


@dataclass
class Annotations:
    """The annotations of a detector on one raster: a file per type of area, a file of outlines per class."""

    areas: dict[str, Polygons] = field(default_factory=dict)
    outlines: dict[str, Polygons] = field(default_factory=dict)

    def files(self) -> list[Polygons]:
        """All of them."""
        return [*self.areas.values(), *self.outlines.values()]


@dataclass
class Detector:
    """A model. ``training`` holds the annotations per raster, in the order in which rasters were added."""

    id: str
    owner: str
    name: str
    created: float
    configuration: dict[str, Any]
    classes: list[DetectorClass]
    user_tag: str = ""
    model: Path | None = None
    training: dict[str, Annotations] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)

    @property
    def runnable(self) -> bool:
        """Whether it was trained."""
        return self.model is not None


@dataclass
class VectorLayer:
    """Polygons on a raster, kept as a FeatureCollection with one feature per line."""

    id: str
    owner: str
    name: str
    color: str
    raster_id: str
    detector_id: str | None
    created: float
    path: Path
    count: int
    parts: list[Part] = field(default_factory=list)


@dataclass
class Marker:
    """A comment at a point."""

    id: str
    owner: str
    point: dict[str, Any]
    text: str
    raster_id: str
    detector_id: str | None
    created: float


@dataclass
class Upload:
    """A slot for anything but a raster. ``target`` ties it to the route that gave it out."""

    id: str
    owner: str
    slot: str
    target: tuple[str, ...]
    operation_id: str | None = None
