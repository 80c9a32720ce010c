"""What is done with results on this computer: comparison with ground truth, and a summary. No platform is asked."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from . import comparison, summary


def algorithms() -> list[type[QgsProcessingAlgorithm]]:
    """The algorithm classes of this package."""
    return [comparison.CompareWithTruth, summary.WriteSummary]
