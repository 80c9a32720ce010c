"""What the photogrammetric work is given and what it answers. Everything here can be sent to a worker process."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...jobs import WorkFailed

REASONS = {
    10001: "An unexpected error occurred.",
    10002: "Processing exceeded allotted time.",
    10003: "Processing exceeded available resources.",
    10101: "Failed to create cameras.",
    10201: "Failed to calibrate a sufficient number of cameras.",
    10402: "Point cloud generation failed.",
    10410: "Processing failed.",
    10411: "Failed to densify sparse point cloud.",
    10501: "3D textured mesh generation failed.",
    10601: "The input data is not valid.",
    10611: "The selected output CRS is not isometric.",
    10612: "The selected output CRS is not projected or arbitrary.",
    10613: "An output CRS cannot be defined without a horizontal CRS component.",
    10614: "A geoid model or geoid height cannot be specified without a CRS vertical component.",
    10615: "A geoid height cannot be specified with a geoid model.",
}
"""``error_reason`` by ``error_code`` (section 11 of the PIX4D notes)."""


class ProcessingFailed(WorkFailed):
    """Processing ended in ``ERROR`` with one of the codes of section 11; ``words`` go into the log only."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words

    @property
    def reason(self) -> str:
        """The text for ``error_reason``."""
        return REASONS[self.code]

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Photo:
    """A registered photo that is not excluded: its id, its full storage key, and where its bytes are."""

    id: int
    key: str
    path: Path


@dataclass(frozen=True)
class Mark:
    """Where a point was seen: the photo's storage key, pixels from the outer corner of the top-left pixel."""

    photo: str
    x: float
    y: float


@dataclass(frozen=True)
class ControlPoint:
    """A GCP, or with ``position`` None a manual tie point. ``position``: x (east-like), y (north-like), z in the output
    CRS. ``accuracy``: horizontal and vertical, in its units, None where it was not given."""

    name: str
    position: tuple[float, float, float] | None = None
    checkpoint: bool = False
    accuracy: tuple[float | None, float | None] = (None, None)
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Description:
    """One run of processing.

    ``folder``: an empty or missing folder; the outputs are written below it under the same relative names that their
    keys have below the project's prefix. ``definition``: the output CRS in one of the spellings of section 12, None for
    the UTM zone of the photos. ``geoid``: a geoid model's name, only to be refused beside ``geoid_height``.
    ``outputs`` and ``formats``: those of the processing options, None for the default set (A69). ``area``: the region
    of interest as in the options. ``terrain``: a raster of ground heights above the WGS84 ellipsoid in metres, a second
    band, when there is one, the surface with all objects on it; None to match the photos for the surface.
    """

    name: str
    folder: Path
    photos: tuple[Photo, ...]
    definition: str | None = None
    geoid_height: float | None = None
    tags: tuple[str, ...] = ()
    outputs: tuple[str, ...] | None = None
    formats: dict[str, list[str]] = field(default_factory=dict)
    area: dict[str, Any] | None = None
    control_points: tuple[ControlPoint, ...] = ()
    terrain: Path | None = None
    project_type: str = "pro"
    project_uuid: str = "00000000-0000-0000-0000-000000000000"
    geoid: str | None = None
    least_photos: int = 6
    most_photos: int = 4000


@dataclass(frozen=True)
class Product:
    """One entry of the list of outputs (section 17). ``path`` is relative to the description's folder; None for what
    does not come out (``availability`` then tells why: ``requestable`` or ``not available``)."""

    result_type: str
    output_type: str
    path: str | None = None
    availability: str = "done"


@dataclass(frozen=True)
class Processed:
    """All that a run leaves. ``crs``: an OPF CRS object; ``bounds``: west, south, east, north in degrees; ``marks``:
    those that AutoGCP found, by the point's name."""

    products: tuple[Product, ...]
    crs: dict[str, Any]
    bounds: tuple[float, float, float, float]
    used: int
    left_out: tuple[str, ...] = ()
    marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)
