"""Jobs that stopped: listing them and taking them up again."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from .listing import ListJobs
from .resume import ResumeJob


def algorithms() -> list[type[QgsProcessingAlgorithm]]:
    """The algorithm classes of this package."""
    return [ListJobs, ResumeJob]
