"""What all Picterra algorithms share: their groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.translation import tr
from ...providers.errors import Kind, PlatformError
from ...providers.work import Work
from ..parameters.plain import given
from ..platform_algorithm import PlatformAlgorithm


class PicterraAlgorithm(PlatformAlgorithm):
    """One thing that a user would ask Picterra for."""

    platform_key = "picterra"
    brands = ("forge",)

    @classmethod
    def groups(cls) -> dict[str, str]:
        return {
            "rasters": tr("Picterra: rasters"),
            "folders": tr("Picterra: folders"),
            "detectors": tr("Picterra: detectors"),
            "training": tr("Picterra: training data"),
            "results": tr("Picterra: detection and results"),
            "vectorlayers": tr("Picterra: vector layers"),
            "markers": tr("Picterra: markers"),
            "account": tr("Picterra: account"),
        }

    def nothing_to_change(self, parameters: dict[str, Any], *names: str) -> Iterator[str]:
        """The problem when none of these has a value: the platform would be sent nothing, and success be told."""
        if not any(given(parameters, name) and _holds(parameters[name]) for name in names):
            yield tr("Nothing is to be changed: fill in at least one of what can be changed.")


def _holds(value: Any) -> bool:
    """Whether there is anything in a value, which may be a list of empty cells."""
    return any(str(one).strip() for one in value if one is not None) if isinstance(value, (list, tuple)) else True


def captured_at(platform: Any, raster_id: str, work: Work) -> str:
    """When a raster was captured, ISO 8601; empty where that is not known, or the raster is gone or out of reach."""
    if not raster_id:
        return ""
    try:
        return str(platform.api.during(work).rasters.get(raster_id).get("captured_at") or "")
    except PlatformError as error:
        if error.kind not in (Kind.NOT_FOUND, Kind.FORBIDDEN, Kind.REFUSED):
            raise
        return ""
