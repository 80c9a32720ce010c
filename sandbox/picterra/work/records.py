"""What the imagery work is given and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class RasterReport:
    """What was found in an uploaded image. ``footprint`` is a GeoJSON Polygon in longitude and latitude with a
    ``bbox``; the zoom levels are those of Web Mercator tiles of 256 pixels. Invalid images have a ``message`` only."""

    valid: bool
    message: str = ""
    width: int = 0
    height: int = 0
    bands: int = 0
    data_type: str = ""
    georeferenced: bool = False
    footprint: dict[str, Any] | None = None
    min_zoom: int = 0
    max_zoom: int = 0


@dataclass(frozen=True)
class GeoJsonReport:
    """Whether an uploaded GeoJSON can be used, why not, and how many polygons it holds (parts counted singly)."""

    valid: bool
    message: str = ""
    polygons: int = 0


@dataclass(frozen=True)
class TrainingRaster:
    """One raster of a training set. Annotations are paths to GeoJSON in longitude and latitude; ``outlines`` has
    one path per class id."""

    raster_path: Path
    training_areas: Path | None = None
    outlines: dict[str, Path] = field(default_factory=dict)
    testing_areas: Path | None = None
    validation_areas: Path | None = None


@dataclass(frozen=True)
class TrainingResult:
    """``score`` in percent, None without outlines in validation areas (A21). ``stats``: the counts of section 7."""

    score: float | None
    stats: dict[str, int]


@dataclass(frozen=True)
class ClassResult:
    """The objects found of one class, twice: as a bare MultiPolygon and as a FeatureCollection of Polygons, both in
    longitude and latitude. ``class_id`` is None for the result in which all classes are merged."""

    class_id: str | None
    multipolygon_path: Path
    featurecollection_path: Path
    count: int
