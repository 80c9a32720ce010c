"""What all Picterra algorithms share: their groups."""

from __future__ import annotations

from ...core.translation import tr
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
