"""How PIX4D's outputs come onto the map, each type in the way that fits it; reports and pictures are opened beside it.

What QGIS does not show (archives, 3D models, OPF projects; point clouds and tiled scenes where this QGIS cannot) has no
way: a double click opens the download instead (``nodes``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...core.layers.opened import cloud_provider
from ...core.messages.pix4d_outputs import title
from ...providers.pix4d.output_types import STREAMED_TWINS, TYPES, Home, OutputType
from ..add_to_map.ways import CONNECTION, Way
from ..nodes.description import Place

WHAT, STREAM, DOWNLOAD = "output", "pix4d_addoutput", "pix4d_downloadoutput"
LOADED = (Home.STREAMED, Home.RASTER, Home.CONTOURS)
OPENED = (Home.REPORT, Home.PICTURE, Home.FACTS, Home.CAMERAS)
POSITIONS = "calibrated_external_camera_parameters"


@dataclass(frozen=True)
class OutputWay(Way):
    """A way for the outputs of one type. ``cloud``: only where this QGIS shows point clouds."""

    type: str = ""
    cloud: bool = False

    def target(self, place: Place) -> str:
        """Project and output, as ``providers.pix4d.flows.outputs.identity`` joins them; empty for other types."""
        project = place.nearest("project")
        fits = project is not None and place.entry.name == self.type
        if fits and self.cloud and not cloud_provider(Path(self.type + self.suffix)):
            return ""
        return f"{project.id}:{place.entry.id}" if project is not None and fits else ""

    def title(self, place: Place) -> str:
        """As the algorithm calls the layer: the project, and what it is."""
        project = place.nearest("project")
        return f"{project.name or project.id}: {title(self.type)}" if project is not None else title(self.type)

    def parameters(self, place: Place) -> dict[str, Any]:
        """The project and the output."""
        project = place.nearest("project")
        found = {CONNECTION: place.connection, "PROJECT": project.id if project else "", "RESULT": place.entry.id}
        return {**found, "LOAD": self.loads} if self.suffix else found


def ways(one: OutputType) -> list[OutputWay]:
    """The ways for a type, the best first."""
    kind = f"{WHAT}.{one.home.value}"
    streamed = OutputWay(kind, STREAM, "RESULT", WHAT, WHAT, WHAT, streams="s3", type=one.name)
    loaded = OutputWay(kind, DOWNLOAD, "RESULT", WHAT, WHAT, WHAT, suffix=one.suffix, loads=True, type=one.name)
    opened = OutputWay(kind, DOWNLOAD, "RESULT", WHAT, WHAT, WHAT, suffix=one.suffix, elsewhere=True, type=one.name)
    if one.home is Home.STREAMED or one.name in STREAMED_TWINS:
        return [streamed, loaded]
    if one.home in LOADED or one.name == POSITIONS:
        return [loaded]
    if one.home is Home.POINT_CLOUD:
        return [replace(loaded, cloud=True)]
    return [opened] if one.home in OPENED else []


WAYS = tuple(way for one in TYPES.values() for way in ways(one))
